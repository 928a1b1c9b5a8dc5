//! Phrases found longest first among folded words.

use std::collections::HashMap;

use crate::pipeline::words::{Token, tokens};

/// A table of phrases and what they mean, compiled once.
#[derive(Debug)]
pub struct Phrasebook<M> {
    by_first: HashMap<String, Vec<(Vec<String>, M)>>,
}

impl<M: Copy> Phrasebook<M> {
    /// Compiles a table. Phrases are separated by `|` and written as customers type them; what folds alike
    /// is found alike, and the first meaning of a phrase stands.
    pub fn new<'a>(table: impl IntoIterator<Item = (M, &'a str)>) -> Self {
        let mut by_first: HashMap<String, Vec<(Vec<String>, M)>> = HashMap::new();
        for (meaning, phrases) in table {
            for phrase in phrases.split('|') {
                let words: Vec<String> = tokens(phrase).into_iter().map(|t| t.folded).collect();
                let Some(first) = words.first() else { continue };
                let same = by_first.entry(first.clone()).or_default();
                if same.iter().all(|(known, _)| *known != words) {
                    same.push((words, meaning));
                }
            }
        }
        for same in by_first.values_mut() {
            same.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        Self { by_first }
    }

    /// Whether a single word is a phrase.
    pub fn is_word(&self, folded: &str) -> bool {
        self.by_first.get(folded).is_some_and(|same| same.iter().any(|(words, _)| words.len() == 1))
    }

    /// The longest phrase that starts these tokens: how many tokens, and what it means.
    pub fn longest(&self, tokens: &[Token]) -> Option<(usize, M)> {
        self.by_first.get(&tokens.first()?.folded)?.iter().find_map(|(words, meaning)| {
            let fits =
                words.len() <= tokens.len() && words.iter().zip(tokens).all(|(word, t)| *word == t.folded);
            fits.then_some((words.len(), *meaning))
        })
    }

    /// Every phrase in the tokens, longest first and none overlapping: position and meaning.
    pub fn all(&self, tokens: &[Token]) -> Vec<(usize, M)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            match self.longest(&tokens[at..]) {
                Some((length, meaning)) => {
                    found.push((at, meaning));
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }
}
