//! The words that name a dish, each with what it is to the menu.

use crate::pipeline::lexicon::{Lexicon, OptionRef, WordId, is_small};
use crate::pipeline::spelling::spelling_cost;
use crate::pipeline::words::stem;

/// The words for one dish, as they were said.
#[derive(Clone, Debug, Default)]
pub struct Mention {
    /// What the customer wrote.
    pub text: String,
    /// Items of exactly this name; empty when the words are to be matched.
    pub named: Vec<usize>,
    /// Its telling words, in order.
    pub(super) words: Vec<Said>,
}

/// One word of a mention.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) folded: String,
    /// The number that it is, "two 15s" included.
    pub(super) number: Option<u32>,
    /// The menu's word, spelling repaired.
    pub(super) word: Option<WordId>,
    /// How far it had to be repaired: 0 as written, 1 very far.
    pub(super) repair: f32,
    /// The menu's words that it may be short for.
    pub(super) short_for: Vec<WordId>,
    /// The options it was understood as, when it stands beside the words for the dish.
    pub(super) options: Vec<OptionRef>,
}

impl Mention {
    /// Of words that were said for a dish.
    pub fn new(text: String, named: &[usize]) -> Self {
        Self { text, named: named.to_vec(), words: Vec::new() }
    }

    /// Adds the next word; `options` when it was taken for one and may as well belong to the dish's name.
    pub fn push(&mut self, lexicon: &Lexicon, folded: &str, word: Option<WordId>, options: &[OptionRef]) {
        let written = stem(folded);
        if is_small(&written) {
            return;
        }
        self.words.push(Said {
            folded: folded.to_owned(),
            number: folded.strip_suffix('s').unwrap_or(folded).parse().ok(),
            word,
            repair: word.map_or(0.0, |word| repaired(lexicon, &written, word)),
            short_for: lexicon.short_for(&written),
            options: options.to_vec(),
        });
    }

    /// Whether the item was ordered by its number on the menu.
    pub(super) fn is_number_of(&self, lexicon: &Lexicon, item: usize) -> bool {
        let number = |said: &Said| said.number.and_then(|number| lexicon.item_of_number(number));
        self.named.contains(&item) && self.words.iter().any(|said| number(said) == Some(item))
    }

    /// Where a word stands that may be short for another, and for which.
    pub(super) fn short_forms(&self) -> impl Iterator<Item = (usize, WordId)> {
        let words = self.words.iter().enumerate();
        words.flat_map(|(at, said)| said.short_for.iter().map(move |word| (at, *word)))
    }

    /// The menu's words in it.
    pub(super) fn menu_words(&self) -> Vec<Option<WordId>> {
        self.words.iter().map(|said| said.word).collect()
    }
}

/// How much of a word had to be changed to make it the menu's.
fn repaired(lexicon: &Lexicon, written: &str, word: WordId) -> f32 {
    let meant = lexicon.spelling(word);
    if written == meant || written.strip_suffix('s') == Some(meant) {
        return 0.0;
    }
    let letters = meant.chars().count().max(1) as f32;
    let cost = spelling_cost(written, meant, 2).map_or(0.5 * letters, |cost| cost as f32 / 2.0);
    (cost / letters).min(1.0)
}
