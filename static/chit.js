// What the board does by itself: apply the frames of the stream, let ages tick, ring, and ask why.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const board = $("board");

  // The theme: light, dark, neon, or what the system says.
  const themes = ["", "light", "dark", "neon"];
  $("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const next = themes[(themes.indexOf(root.dataset.theme || "") + 1) % themes.length];
    if (next) root.dataset.theme = next; else delete root.dataset.theme;
    try { localStorage.setItem("chit-theme", next); } catch { /* it holds for this page */ }
  });
  if (!board) return;

  // Ages, by the server's clock.
  let ahead = Number(board.dataset.now) - Date.now();
  const warm = Number(board.dataset.warm), late = Number(board.dataset.late);
  function tick() {
    for (const card of board.querySelectorAll(".card")) {
      const seconds = Math.max(0, Math.floor((Date.now() + ahead - Number(card.dataset.since)) / 1000));
      const level = seconds >= late ? "late" : seconds >= warm ? "warm" : "fresh";
      const icon = { fresh: "●", warm: "▲", late: "■" }[level];
      const minutes = Math.floor(seconds / 60);
      const words = minutes < 1 ? "just now" : minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
      const text = `${icon} ${words}${level === "late" ? ", late" : ""}`;
      const age = card.querySelector("[data-age]");
      if (age.textContent !== text) age.textContent = text;
      if (card.dataset.level !== level) card.dataset.level = level;
    }
  }
  tick();
  setInterval(tick, 1000);

  // A frame says in which order the cards of each column stand, and brings those that changed.
  function apply(html) {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const frame = parsed.querySelector("[data-frame]");
    if (!frame) return;
    ahead = Number(frame.dataset.now) - Date.now();
    const fresh = new Map();
    for (const card of frame.querySelectorAll(".card")) fresh.set(card.id, card);
    let missing = false;
    const focused = document.activeElement?.closest?.(".card")?.id;
    for (const part of frame.querySelectorAll("section")) {
      const column = board.querySelector(`[data-column="${part.dataset.column}"]`);
      const cards = column.querySelector("[data-cards]");
      const order = part.dataset.order ? part.dataset.order.split(" ").map((id) => `o-${id}`) : [];
      let at = cards.firstElementChild;
      const keep = new Set(order);
      for (const card of [...cards.children]) if (!keep.has(card.id) && !fresh.has(card.id)) {
        if (at === card) at = card.nextElementSibling;
        card.remove();
      }
      at = cards.firstElementChild;
      for (const id of order) {
        const old = $(id);
        let card = fresh.get(id);
        if (card) {
          card = document.importNode(card, true);
          if (old) { if (old === at) at = old.nextElementSibling; old.remove(); }
          else if (part.dataset.column === "new") ring(card);
          cards.insertBefore(card, at);
          htmx.process(card);
        } else if (old) {
          if (old !== at) cards.insertBefore(old, at); else at = at.nextElementSibling;
        } else missing = true;
      }
      const count = column.querySelector("[data-count]");
      if (count.textContent !== part.dataset.count) count.textContent = part.dataset.count;
      const more = column.querySelector("[data-more]");
      more.textContent = part.dataset.more;
      more.hidden = !part.dataset.more;
    }
    const review = $("review");
    review.hidden = frame.dataset.review === "0";
    review.querySelector("[data-count]").textContent = frame.dataset.review;
    if (focused && !document.activeElement?.closest?.(".card")) $(focused)?.focus();
    tick();
    if (missing) whole();
  }

  // Every card, where the stream can't say what was missed.
  let asking = false;
  async function whole() {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch("/board/frame");
      if (answer.ok) apply(await answer.text());
    } catch { /* the stream comes back, and with it another try */ } finally { asking = false; }
  }
  board.addEventListener("board", (event) => apply(event.detail.data));
  board.addEventListener("reset", whole);

  // "Connection lost" is loud, and goes by itself.
  const lost = $("lost");
  let gone;
  const away = () => { gone ??= setTimeout(() => { lost.hidden = false; }, 1500); };
  const back = () => { clearTimeout(gone); gone = undefined; lost.hidden = true; };
  board.addEventListener("htmx:sse:error", away);
  board.addEventListener("htmx:sse:before:connection", (event) => { if (event.detail.connection?.attempt > 0) away(); });
  board.addEventListener("htmx:sse:after:connection", back);

  // The bell: unlocked by a tap, rings until somebody says that it was heard.
  let sound, bell;
  const waiting = new Set();
  $("shift").addEventListener("click", () => {
    sound ??= new AudioContext();
    sound.resume();
    $("shift").hidden = true;
    $("sound-off").hidden = true;
    if (waiting.size) ding();
  });
  function ding() {
    if (!sound) return;
    for (const [at, pitch] of [[0, 880], [0.18, 1175]]) {
      const tone = sound.createOscillator(), loud = sound.createGain();
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0.3, sound.currentTime + at);
      loud.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + at + 0.4);
      tone.connect(loud).connect(sound.destination);
      tone.start(sound.currentTime + at);
      tone.stop(sound.currentTime + at + 0.45);
    }
  }
  function ring(card) {
    waiting.add(card.id);
    show();
    if (!bell) { ding(); bell = setInterval(() => { settle(); if (waiting.size) ding(); }, 3000); }
  }
  // A card that somebody moved has been heard.
  function settle() {
    const fresh = board.querySelector('[data-column="new"]');
    for (const id of waiting) if (!fresh.querySelector(`#${CSS.escape(id)}`)) waiting.delete(id);
    show();
  }
  function show() {
    $("ringing").hidden = waiting.size === 0;
    $("ringing-text").textContent = waiting.size === 1 ? "1 new order" : `${waiting.size} new orders`;
    document.title = document.title.replace(/^(\(\d+\) )?/, waiting.size ? `(${waiting.size}) ` : "");
    if (!waiting.size) { clearInterval(bell); bell = undefined; }
  }
  $("got-it").addEventListener("click", () => { waiting.clear(); show(); });

  // A rejection has a reason.
  const dialog = $("reject");
  board.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reject]");
    if (!button) return;
    dialog.dataset.order = button.dataset.reject;
    dialog.querySelector("[data-number]").textContent = button.dataset.number;
    dialog.returnValue = "";
    dialog.showModal();
  });
  dialog.addEventListener("close", () => {
    if (!dialog.returnValue) return;
    htmx.ajax("POST", `/orders/${dialog.dataset.order}/reject`, { values: { reason: dialog.returnValue }, target: "#toast", swap: "innerHTML" });
  });

  // What can be taken back can be for ten seconds.
  let fading;
  new MutationObserver(() => {
    clearTimeout(fading);
    fading = setTimeout(() => $("toast").replaceChildren(), 10000);
  }).observe($("toast"), { childList: true });
})();
