//! Phrases found longest first among folded words.

use foldhash::{HashMap, HashMapExt};

use crate::pipeline::words::{Token, tokens};

/// A table of phrases and what they mean, compiled once.
#[derive(Debug)]
pub struct Phrasebook<M> {
    by_first: HashMap<String, Vec<Phrase<M>>>,
}

/// The words of a phrase, and what they mean.
#[derive(Debug)]
struct Phrase<M> {
    words: Vec<String>,
    meaning: M,
    /// Which of several tables it is of.
    table: usize,
}

impl<M> Phrase<M> {
    fn begins(&self, tokens: &[Token]) -> bool {
        self.words.len() <= tokens.len()
            && self.words.iter().zip(tokens).all(|(word, token)| *word == token.folded)
    }
}

impl<M: Copy> Phrasebook<M> {
    /// Compiles a table. Phrases stand a line each or are separated by `|`, and are written as customers type them; what folds alike
    /// is found alike, and the first meaning of a phrase stands.
    pub fn new<'a>(table: impl IntoIterator<Item = (M, &'a str)>) -> Self {
        Self::of(table.into_iter().map(|(meaning, phrases)| (0, meaning, phrases)))
    }

    fn of<'a>(table: impl IntoIterator<Item = (usize, M, &'a str)>) -> Self {
        let mut by_first: HashMap<String, Vec<Phrase<M>>> = HashMap::new();
        for (table, meaning, phrases) in table {
            for phrase in phrases.split(['|', '\n']) {
                let words: Vec<String> = tokens(phrase).iter().map(|t| t.folded.to_string()).collect();
                let Some(first) = words.first() else { continue };
                let same = by_first.entry(first.clone()).or_default();
                if same.iter().all(|known| known.table != table || known.words != words) {
                    same.push(Phrase { words, meaning, table });
                }
            }
        }
        for same in by_first.values_mut() {
            same.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        }
        Self { by_first }
    }

    /// Whether a single word is a phrase.
    pub fn is_word(&self, folded: &str) -> bool {
        self.by_first.get(folded).is_some_and(|same| same.iter().any(|phrase| phrase.words.len() == 1))
    }

    /// The longest phrase that starts these tokens: how many tokens, and what it means.
    pub fn longest(&self, tokens: &[Token]) -> Option<(usize, M)> {
        let same = self.by_first.get(tokens.first()?.folded.as_str())?;
        same.iter().find(|phrase| phrase.begins(tokens)).map(|phrase| (phrase.words.len(), phrase.meaning))
    }
}

/// Several tables of phrases, each read by itself: a phrase of one hides none of another.
#[derive(Debug)]
pub struct Phrasebooks<M> {
    all: Phrasebook<M>,
    tables: usize,
}

impl<M: Copy> Phrasebooks<M> {
    /// Compiles tables, each of phrases with their meanings; see [`Phrasebook::new`].
    pub fn new<'a, T>(tables: impl IntoIterator<Item = T>) -> Self
    where
        T: IntoIterator<Item = (M, &'a str)>,
    {
        let mut rows = Vec::new();
        let mut count = 0;
        for table in tables {
            rows.extend(table.into_iter().map(|(meaning, phrases)| (count, meaning, phrases)));
            count += 1;
        }
        Self { all: Phrasebook::of(rows), tables: count }
    }

    /// Every phrase in the tokens, of each table the longest first and none overlapping: position and meaning.
    pub fn all(&self, tokens: &[Token]) -> Vec<(usize, M)> {
        let mut found = Vec::new();
        let mut free_from = vec![0; self.tables];
        for (at, token) in tokens.iter().enumerate() {
            let Some(same) = self.all.by_first.get(token.folded.as_str()) else { continue };
            for phrase in same {
                if free_from[phrase.table] <= at && phrase.begins(&tokens[at..]) {
                    free_from[phrase.table] = at + phrase.words.len();
                    found.push((at, phrase.meaning));
                }
            }
        }
        found
    }
}
