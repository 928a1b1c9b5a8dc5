// A restaurant with its page open in a real browser: the real program, on a private Postgres of its own.
import { spawn, execFile } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const root = resolve(import.meta.dirname, "../..");
const program = process.env.PROGRAM ?? join(root, "target/debug/chit");
export const pictures = process.env.PICTURES ?? join(root, "target/browser");
mkdirSync(pictures, { recursive: true });

export const browser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });

const freePort = () =>
  new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });

export class Shop {
  static async open() {
    const shop = new Shop();
    shop.folder = mkdtempSync(join(tmpdir(), "chit-browser-"));
    shop.port = await freePort();
    shop.address = `http://127.0.0.1:${shop.port}/`;
    shop.files = 0;
    await shop.start();
    return shop;
  }

  get env() {
    const others = Object.entries(process.env).filter(([name]) => !/^(CHIT_|DATABASE_URL|MEMCACHED_URL)/.test(name));
    return { ...Object.fromEntries(others), CHIT_DATA_DIR: join(this.folder, "data"), CHIT_BIND: `127.0.0.1:${this.port}`,
      CHIT_NOTIFY_CONSOLE: "false", CHIT_LOG: "warn" };
  }

  async start() {
    this.server = spawn(program, ["serve"], { cwd: root, env: this.env, stdio: ["ignore", "ignore", "pipe"] });
    let log = "";
    this.server.stderr.on("data", (text) => { log += text; });
    for (let tries = 0; tries < 600; tries++) {
      if (this.server.exitCode !== null) throw new Error(`chit serve ended:\n${log}`);
      if (await fetch(`${this.address}readyz`).then((answer) => answer.ok, () => false)) return;
      await new Promise((wait) => setTimeout(wait, 100));
    }
    throw new Error(`chit serve is not ready:\n${log}`);
  }

  async stop() {
    const ended = new Promise((end) => this.server.once("exit", end));
    this.server.kill("SIGTERM");
    await ended;
  }

  /** Customers write these, as fast as they can. */
  async say(texts) {
    const file = join(this.folder, `${this.files++}.jsonl`);
    writeFileSync(file, texts.map((text, at) => JSON.stringify({ id: `${at}`, text })).join("\n") + "\n");
    await promisify(execFile)(program, ["simulate", file, "--as-fast-as-possible"], { cwd: root, env: this.env });
  }

  async close() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A page of the shop; what it complains of fails the test that opened it. */
export async function open(context, shop, complaints) {
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(`${error}`));
  page.on("console", (line) => {
    const text = line.text();
    // The browser itself speaks of requests that fail while the server is away, and of a refused second press.
    if (line.type() === "error" && !/Failed to load resource|ERR_|htmx:sse:error: (Failed to fetch|network error)/.test(text)) complaints.push(text);
  });
  await page.goto(shop.address);
  await page.waitForFunction(() => document.querySelector("#board")?._htmx?.sse?.reader);
  return page;
}
