//! What the words of a mention and a name of the menu have in common.

use super::evidence::flag;
use super::mention::{Mention, Said};
use crate::pipeline::lexicon::{Lexicon, Name, WordId};

/// What a mention and a name have in common.
#[derive(Default)]
pub(super) struct Overlap {
    /// Per word of the mention: whether it stands in the name.
    pub(super) in_name: Vec<bool>,
    /// How much of the name was said, 0 to 1.
    pub(super) covered: f32,
    /// How much of what was said is the name, 0 to 1.
    told: f32,
    pub(super) whole: bool,
    /// Whether nothing but the last word of a longer name was said.
    pub(super) head_only: bool,
    /// How much of a word was changed, at most: 0 to 1.
    pub(super) repaired: f32,
    /// Words that were cut short.
    pub(super) shortened: f32,
    pub(super) ordered: bool,
    /// Whether no other item has all of the words that were said of the name.
    pub(super) telling: bool,
}

impl Overlap {
    /// With the name of an item that fits best; whole with all of them when it was ordered by its number.
    pub(super) fn best(lexicon: &Lexicon, mention: &Mention, item: usize) -> Self {
        if mention.is_number_of(lexicon, item) {
            let in_name = vec![true; mention.words.len()];
            return Self { in_name, covered: 1.0, whole: true, ordered: true, ..Self::default() };
        }
        let by_name = lexicon.names(item).iter().map(|name| Self::of(lexicon, mention, name));
        let better = |best: Self, next: Self| if next.fit() > best.fit() { next } else { best };
        by_name.reduce(better).unwrap_or_else(|| Self {
            in_name: vec![false; mention.words.len()],
            ordered: true,
            ..Self::default()
        })
    }

    fn of(lexicon: &Lexicon, mention: &Mention, name: &Name) -> Self {
        let mut overlap = Self { ordered: true, ..Self::default() };
        let mut found = vec![false; name.words.len()];
        let (mut last, mut told, mut all, mut shared) = (None, 0.0, 0.0, Vec::new());
        for said in &mention.words {
            let weight = lexicon.weight(said.word);
            all += weight;
            let place = place_of(lexicon, said, name, &found);
            overlap.in_name.push(place.is_some());
            let Some(Place { at, words, short }) = place else { continue };
            told += weight;
            found[at..at + words].fill(true);
            shared.extend(said.word.filter(|_| !short));
            overlap.ordered &= last.is_none_or(|last| last < at);
            last = Some(at);
            overlap.repaired = overlap.repaired.max(if short { 0.0 } else { said.repair });
            overlap.shortened += flag(short);
        }
        let weight = |at: usize| lexicon.weight(Some(name.words[at]));
        let covered: f32 = (0..found.len()).filter(|at| found[*at]).map(weight).sum();
        let whole: f32 = (0..found.len()).map(weight).sum();
        overlap.covered = if whole > 0.0 { covered / whole } else { 0.0 };
        overlap.told = if all > 0.0 { told / all } else { 0.0 };
        overlap.telling = lexicon.one_item_has(&shared);
        overlap.whole = found.iter().all(|found| *found);
        overlap.head_only = matches!(found.split_last(), Some((true, before)) if !before.is_empty() && !before.contains(&true));
        overlap
    }

    /// Whether another name of the item fits better.
    fn fit(&self) -> f32 {
        0.8 * self.told + 0.2 * self.covered - 0.1 * self.shortened - 0.1 * flag(self.head_only)
    }
}

/// Where a word stands in a name.
struct Place {
    at: usize,
    /// So many words of the name are written as one.
    words: usize,
    /// Whether the word is cut short.
    short: bool,
}

/// A word that comes twice in both stands in two places.
fn place_of(lexicon: &Lexicon, said: &Said, name: &Name, found: &[bool]) -> Option<Place> {
    let place = |word: WordId| {
        let places = || (0..name.words.len()).filter(|at| name.words[*at] == word);
        places().find(|at| !found[*at]).or_else(|| places().next())
    };
    let exactly = said.word.and_then(place).map(|at| Place { at, words: 1, short: false });
    let joined = || {
        let word = lexicon.spelling(said.word?);
        let rest = |at: usize| word.strip_prefix(lexicon.spelling(name.words[at]));
        let at = (1..name.words.len()).find(|at| rest(at - 1) == Some(lexicon.spelling(name.words[*at])))?;
        Some(Place { at: at - 1, words: 2, short: false })
    };
    let short =
        || said.short_for.iter().find_map(|word| place(*word)).map(|at| Place { at, words: 1, short: true });
    exactly.or_else(joined).or_else(short)
}
