//! Names as a tree of words, so that the longest one at a place is found in one walk, whatever the size of the
//! menu.
//!
//! An Aho-Corasick automaton over the text would find all names in one pass, but it would have to be told of
//! plurals, repaired spelling and the small words that are passed over. Here the message is already the menu's
//! words, and a walk ends after as many steps as a name has words.

use foldhash::{HashMap, HashMapExt};

use super::{Named, WordId};

/// The names of a menu and what each names.
#[derive(Debug)]
pub(super) struct Phrases {
    next: HashMap<(usize, WordId), usize>,
    named: Vec<Named>,
    /// Every name with its place in the tree, in the order they came.
    all: Vec<(Vec<WordId>, usize)>,
    longest: usize,
    /// Per word: those that stand right behind it in some name.
    behind: HashMap<WordId, Vec<WordId>>,
}

impl Default for Phrases {
    fn default() -> Self {
        Self {
            next: HashMap::new(),
            named: vec![Named::default()],
            all: Vec::new(),
            longest: 1,
            behind: HashMap::new(),
        }
    }
}

impl Phrases {
    /// What these words name, to be added to.
    pub(super) fn name(&mut self, words: &[WordId]) -> &mut Named {
        let mut at = 0;
        for word in words {
            let new = self.named.len();
            at = *self.next.entry((at, *word)).or_insert(new);
            if at == new {
                self.named.push(Named::default());
            }
        }
        if self.named[at] == Named::default() && at > 0 {
            self.all.push((words.to_vec(), at));
            self.longest = self.longest.max(words.len());
            for pair in words.windows(2) {
                let behind = self.behind.entry(pair[0]).or_default();
                if !behind.contains(&pair[1]) {
                    behind.push(pair[1]);
                }
            }
        }
        &mut self.named[at]
    }

    /// The longest name that starts these words: how many words, and what it names.
    pub(super) fn longest_at(&self, words: &[Option<WordId>]) -> Option<(usize, &Named)> {
        let mut at = 0;
        let mut found = None;
        for (index, word) in words.iter().enumerate() {
            let next = word.and_then(|word| self.next.get(&(at, word)));
            let Some(next) = next else { break };
            at = *next;
            if self.named[at] != Named::default() {
                found = Some((index + 1, &self.named[at]));
            }
        }
        found
    }

    /// Words that stand right behind a word in some name.
    pub(super) fn words_behind(&self, word: WordId) -> impl Iterator<Item = WordId> {
        self.behind.get(&word).into_iter().flatten().copied()
    }

    /// All names.
    pub(super) fn all(&self) -> impl Iterator<Item = (&[WordId], &Named)> {
        self.all.iter().map(|(words, at)| (words.as_slice(), &self.named[*at]))
    }

    /// The most words a name has.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_at_a_place_is_found() {
        let mut phrases = Phrases::default();
        for (item, words) in [vec![1], vec![1, 2, 3], vec![2, 3]].iter().enumerate() {
            phrases.name(words).items.push(item);
        }
        let found = |said: &[u32]| {
            let said: Vec<Option<WordId>> = said.iter().map(|word| (*word > 0).then_some(*word)).collect();
            phrases.longest_at(&said).map(|(length, named)| (length, named.items.clone()))
        };
        assert_eq!(found(&[1, 2, 3, 4]), Some((3, vec![1])));
        assert_eq!(found(&[1, 2, 4]), Some((1, vec![0])));
        assert_eq!(found(&[1, 0, 3]), Some((1, vec![0])));
        assert_eq!(found(&[2, 1]), None);
        assert_eq!(found(&[]), None);
        assert_eq!(phrases.longest(), 3);
        assert_eq!(phrases.all().count(), 3);
    }
}
