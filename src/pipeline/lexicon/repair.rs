//! A word as it was typed to the menu's word that it most likely means.

use super::{Lexicon, WordId};
use crate::pipeline::spelling::{has_vowel, is_misvowelled, spelling_cost};
use crate::pipeline::words::stem;

/// A word that could be short for more than this is short for none.
const MOST_SHORT_FOR: usize = 3;

impl Lexicon {
    pub(super) fn vocabulary_by_length(&mut self) {
        for (word, id) in &self.vocabulary {
            if word.len() > 3 && word.is_ascii() && !self.joined.contains(word) {
                self.by_length.entry(word.len()).or_default().push((word.clone(), *id));
            }
        }
        for words in self.by_length.values_mut() {
            words.sort();
        }
        let named = (0..self.spelling.len() as WordId).filter(|word| !self.items_with(*word).is_empty());
        let mut sorted: Vec<WordId> = named.collect();
        sorted.sort_unstable_by(|a, b| self.spelling(*a).cmp(self.spelling(*b)));
        self.sorted = sorted;
    }

    /// The words of items' names that a stem may be cut off from: "guac" of "guacamole". None when it is a word
    /// of the language, or could be too many.
    pub fn short_for(&self, stem: &str) -> Vec<WordId> {
        if stem.chars().count() < 3 || self.is_spelled(stem) {
            return Vec::new();
        }
        let from = self.sorted.partition_point(|word| self.spelling(*word) < stem);
        let begins = |word: &&WordId| self.spelling(**word).starts_with(stem);
        let longer = |word: &&WordId| self.spelling(**word).len() > stem.len() + 1;
        let found = self.sorted[from..].iter().take_while(begins).filter(longer);
        let found: Vec<WordId> = found.take(MOST_SHORT_FOR + 1).copied().collect();
        if found.len() > MOST_SHORT_FOR { Vec::new() } else { found }
    }

    /// The menu's word that a misspelt word most likely means; `None` when the word is spelled right or
    /// two words are equally near.
    pub fn repair(&self, folded: &str) -> Option<WordId> {
        self.repair_to(folded, |_| true)
    }

    /// As [`Lexicon::repair`], of certain words of the menu only.
    pub fn repair_to(&self, folded: &str, may_be: impl Fn(WordId) -> bool) -> Option<WordId> {
        let stem = stem(folded);
        let length = stem.len();
        if !(3..=20).contains(&length)
            || !stem.is_ascii()
            || self.is_spelled(folded)
            || self.is_spelled(&stem)
            || self.ingredients.contains(stem.as_str())
        {
            return None;
        }
        if length == 3 && has_vowel(&stem) {
            return self.abbreviated(&stem).filter(|id| may_be(*id));
        }
        let mut best: Option<(usize, WordId)> = None;
        let mut tied = false;
        for (cost, id) in self.near(&stem).filter(|(_, id)| may_be(*id)) {
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, id));
                tied = false;
            } else if best.is_some_and(|(least, other)| cost == least && !self.are_of_one_item(other, id)) {
                tied = true;
            }
        }
        match best {
            Some((_, id)) if !tied => Some(id),
            Some(_) | None => {
                let clipped = self.clipped(&stem).filter(|id| may_be(*id));
                clipped.or_else(|| self.abbreviated(&stem)).filter(|id| may_be(*id))
            }
        }
    }

    /// Whether two words are ways to write the name of one item.
    fn are_of_one_item(&self, a: WordId, b: WordId) -> bool {
        let (a, b) = (self.items_with(a), self.items_with(b));
        a.len() == 1 && a == b
    }

    /// Words that are near enough in spelling, and how near.
    fn near<'a>(&'a self, stem: &'a str) -> impl Iterator<Item = (usize, WordId)> + 'a {
        let allowed = if stem.len() >= 7 { 2 } else { 1 };
        let longer = if has_vowel(stem) { allowed } else { 5 };
        (stem.len().saturating_sub(allowed)..=stem.len() + longer)
            .filter_map(|length| self.by_length.get(&length))
            .flatten()
            .filter_map(move |(word, id)| Some((spelling_cost(stem, word, allowed)?, *id)))
    }

    /// "pep" for "pepperoni": the beginning of one word only of the names of items.
    fn abbreviated(&self, stem: &str) -> Option<WordId> {
        let from = self.sorted.partition_point(|word| self.spelling(*word) < stem);
        let begins = |id: &&WordId| self.spelling(**id).starts_with(stem);
        let mut fitting = self.sorted[from..]
            .iter()
            .take_while(begins)
            .filter(|id| self.spelling(**id).len() > stem.len() + 2)
            .copied();
        let first = fitting.next()?;
        let known = self.short.contains(stem) || is_contraction(stem);
        (fitting.next().is_none() && !known).then_some(first)
    }

    /// "decaffeinated" for "decaf".
    fn clipped(&self, stem: &str) -> Option<WordId> {
        (5..stem.len().saturating_sub(2))
            .rev()
            .filter(|at| !self.is_spelled(&stem[*at..]) && stem.len() > at + 4)
            .find_map(|at| self.vocabulary.get(&stem[..at]).copied())
    }

    /// The word that was cut short before another of the same name ("veg" before "wrap", "sw" before "potato"), or
    /// misspelt into a word of the language ("cesar" before "salad"); `None` when names go on so in several ways.
    pub fn shortened(&self, folded: &str, next: WordId) -> Option<WordId> {
        if folded.len() < 2 || !folded.is_ascii() {
            return None;
        }
        let mut found = None;
        for name in self.items_with(next).iter().flat_map(|item| self.names(*item)) {
            let place = name.words.iter().position(|word| *word == next);
            let Some(before) = place.and_then(|at| at.checked_sub(1)).map(|at| name.words[at]) else {
                continue;
            };
            let meant = self.spelling(before);
            if !meant.starts_with(folded) && !is_misvowelled(folded, meant) {
                continue;
            }
            if found.is_some_and(|other| other != before) {
                return None;
            }
            found = Some(before);
        }
        found
    }

    /// "ojs": more of a word that is too short for its plural to be told.
    pub fn short_plural(&self, folded: &str) -> Option<WordId> {
        let one = folded.strip_suffix('s').filter(|one| one.len() == 2)?;
        self.vocabulary.get(one).copied()
    }

    /// The word that goes on a name after another and was misspelt, even into a word of the language: "creme" after
    /// "sour", or cut short: "choc" after "hot".
    pub fn continued(&self, before: WordId, folded: &str) -> Option<WordId> {
        let typed = stem(folded);
        if typed.len() < 4 || !typed.is_ascii() {
            return None;
        }
        let mut found = None;
        for word in self.phrases.words_behind(before) {
            let name = self.spelling[word as usize].as_str();
            let near = spelling_cost(&typed, name, 2).is_some_and(|cost| cost < 4)
                || name.starts_with(typed.as_str());
            if near && found.is_some_and(|other| other != word) {
                return None;
            }
            found = found.or(near.then_some(word));
        }
        found
    }

    /// Whether it is a common word of the language that names no food or drink and nothing of this menu: left without
    /// a place beside a dish, it changes nothing of the order.
    pub fn is_harmless(&self, folded: &str) -> bool {
        let stem = stem(folded);
        let known = self.short.contains(folded)
            || self.is_spelled(folded)
            || self.is_spelled(&stem)
            || is_contraction(folded);
        known
            && !self.food.contains(folded)
            && !self.food.contains(stem.as_str())
            && !self.ingredients.contains(stem.as_str())
            && !self.vocabulary.contains_key(stem.as_str())
    }

    /// Whether it is a word for food or drink, on this menu or not.
    pub fn is_food(&self, folded: &str) -> bool {
        self.food.contains(folded) || self.food.contains(stem(folded).as_str())
    }

    /// Whether it is a common word of the language.
    pub fn is_spelled(&self, word: &str) -> bool {
        self.spelled.contains(word)
    }
}

/// Two words in one, with the apostrophe that folding took away.
pub(super) fn is_contraction(folded: &str) -> bool {
    matches!(
        folded,
        "ive"
            | "youve"
            | "weve"
            | "theyve"
            | "hes"
            | "shes"
            | "thats"
            | "whats"
            | "whos"
            | "heres"
            | "theres"
            | "lets"
            | "im"
            | "youre"
            | "theyre"
            | "youll"
            | "theyll"
            | "itll"
            | "hed"
            | "theyd"
            | "youd"
            | "dont"
            | "doesnt"
            | "didnt"
            | "isnt"
            | "arent"
            | "wasnt"
            | "werent"
            | "cant"
            | "couldnt"
            | "wouldnt"
            | "wont"
            | "aint"
            | "havent"
            | "hasnt"
            | "shouldnt"
            | "mums"
            | "moms"
            | "dads"
            | "everyones"
    )
}
