//! What holds for the reading of every message, whoever wrote it. Shared by the fuzz targets and
//! `tests/it/hostile.rs`, so that both mean the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use chit::config::{EmbeddingSettings, ReaderSettings};
use chit::embedding::Embedding;
use chit::menu::{Menu, read_csv};
use chit::pipeline::words::fold;
use chit::pipeline::{Candidate, Line, Reader, Reading};

/// A word that is longer is never cut into several.
const LONGEST_CUT: usize = 80;

/// The menu of the repository.
pub static MENU: LazyLock<Menu> = LazyLock::new(|| {
    let root = repository();
    read_csv(&root.join("menu.csv"), Some(&root.join("modifiers.csv"))).expect("the menu of the repository").0
});

/// Readers of it: by its words alone, and with the model that is built in.
pub static READERS: LazyLock<[Reader; 2]> = LazyLock::new(|| {
    let model = Embedding::open(&EmbeddingSettings::default()).expect("the model that is built in");
    [Embedding::default(), model].map(|model| Reader::new(MENU.clone(), ReaderSettings::default(), model))
});

/// The folder of `menu.csv`, for the package itself and for `fuzz/` inside it.
pub fn repository() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    if here.join("menu.csv").exists() { here } else { here.parent().unwrap_or(here) }
}

/// What is wrong with how a message is read; nothing, if all is well.
pub fn broken(text: &str) -> Vec<String> {
    READERS.iter().flat_map(|reader| broken_by(reader, text)).collect()
}

fn broken_by(reader: &Reader, text: &str) -> Vec<String> {
    let reading = reader.read(text).reading;
    let mut broken = Vec::new();
    if reading.text != text {
        broken.push("the text was changed".to_owned());
    }
    if reader.read(text).reading != reading {
        broken.push("read twice, it is another reading".to_owned());
    }
    account(&reading, &mut broken);
    for line in &reading.lines {
        if let Some(problem) = wrong_line(reader.menu(), line) {
            broken.push(format!("{problem}: {line:?}"));
        }
    }
    let unmatched = reading.unmatched.iter();
    broken
        .extend(unmatched.clone().filter(|part| part.quantity == 0).map(|part| format!("none of {part:?}")));
    let shown = unmatched.flat_map(|part| &part.candidates);
    let shown = shown.chain(reading.lines.iter().filter_map(|line| line.runner_up.as_ref()));
    broken.extend(
        shown.filter(|shown| !is_sold(reader.menu(), shown)).map(|shown| format!("no item: {shown:?}")),
    );
    if !(0.0..=1.0).contains(&reading.confidence) {
        broken.push(format!("confidence {}", reading.confidence));
    }
    broken
}

/// Every word of the message stands in a line, an unmatched part, a phrase or `unplaced`, as often as it was
/// written, and none was made up.
fn account(reading: &Reading, broken: &mut Vec<String>) {
    let kept = kept(reading);
    let (mut written, mut placed) = (BTreeMap::new(), BTreeMap::new());
    words(&reading.text).for_each(|word| *written.entry(word).or_insert(0_usize) += 1);
    kept.iter().flat_map(|text| words(text)).for_each(|word| *placed.entry(word).or_insert(0_usize) += 1);
    let stands = |word: &str, times: usize| placed.get(word).is_some_and(|placed| *placed >= times);
    let lost: Vec<_> = written
        .iter()
        .filter(|(word, times)| !stands(word, **times) && !is_cut(word, |part| placed.contains_key(part)))
        .collect();
    if !lost.is_empty() {
        broken.push(format!("lost, with how often they were written: {lost:?}"));
    }
    let fulfilment = &reading.fulfilment;
    let others = [&fulfilment.time_text, &fulfilment.address_text, &reading.customer_name];
    let told = others.into_iter().flatten().flat_map(|text| words(text));
    let made_up: BTreeSet<_> =
        placed.keys().copied().chain(told).filter(|word| !is_written(word, &written)).collect();
    if !made_up.is_empty() {
        broken.push(format!("never written: {made_up:?}"));
    }
}

/// Whether a word that was typed as one stands in parts: "fallafelwrap".
fn is_cut(word: &str, stands: impl Fn(&str) -> bool) -> bool {
    let mut ends = vec![0];
    for end in 1..=word.len().min(LONGEST_CUT) {
        if word.is_char_boundary(end) && ends.iter().any(|start| stands(&word[*start..end])) {
            ends.push(end);
        }
    }
    ends.last() == Some(&word.len())
}

fn is_written(word: &str, written: &BTreeMap<&str, usize>) -> bool {
    written.contains_key(word)
        || written.keys().any(|whole| whole.len() <= LONGEST_CUT && whole.contains(word))
}

fn kept(reading: &Reading) -> Vec<&str> {
    let lines = reading.lines.iter().map(|line| &line.text);
    let lines = lines.chain(reading.unmatched.iter().map(|part| &part.text));
    let lines = lines.chain(reading.phrases.iter().map(|phrase| &phrase.text));
    lines.chain(&reading.unplaced).map(String::as_str).collect()
}

/// ASCII letters that stand together, digits that stand together, and every other letter by itself, but for the
/// marks upon one: not as the reader cuts a message, so that what it overlooks is found.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let kind = |c: char| (c.is_ascii_digit(), c.is_ascii());
    let runs = text.split(|c: char| !c.is_alphanumeric()).flat_map(move |run| {
        let mut rest = run;
        std::iter::from_fn(move || {
            let first = rest.chars().next()?;
            let alike = |c: char| first.is_ascii() && kind(c) == kind(first);
            let end = rest.char_indices().skip(1).find(|(_, c)| !alike(*c)).map_or(rest.len(), |(at, _)| at);
            let (word, behind) = rest.split_at(end);
            rest = behind;
            Some(word)
        })
    });
    runs.filter(|word| word.is_ascii() || fold(word).contains(char::is_alphanumeric))
}

fn wrong_line(menu: &Menu, line: &Line) -> Option<String> {
    if line.quantity == 0 || line.options.iter().any(|choice| choice.count == 0) {
        return Some("none of it".to_owned());
    }
    if !(0.0..=1.0).contains(&line.score) {
        return Some("no score".to_owned());
    }
    let name = line.item.as_deref()?;
    let Some(item) = menu.item_by_name(name) else { return Some("no item of the menu".to_owned()) };
    let known = |group: &str, option: Option<&str>| {
        let group = menu.groups.iter().find(|known| known.name == group)?;
        let mut fitting = group.options.iter().filter(|known| known.applies_to(item));
        fitting.find(|known| option.is_none_or(|option| known.name == option))
    };
    let mut unknown = line.options.iter().filter(|of| known(&of.group, of.option.as_deref()).is_none());
    unknown.next().map(|choice| format!("{choice:?} can't be chosen for it"))
}

fn is_sold(menu: &Menu, candidate: &Candidate) -> bool {
    menu.item_by_name(&candidate.item).is_some() && (0.0..=1.0).contains(&candidate.score)
}
