//! The names of items by their words: which of them share words with what was said, and how much of each.

use std::collections::BTreeSet;
use std::ops::Range;

use super::WordId;

/// Items that are looked at more closely for one mention.
const MOST: usize = 8;

/// One name or alias of an item.
#[derive(Debug)]
pub struct Name {
    /// Index into `Menu::items`.
    pub item: usize,
    /// Its words in order, without small ones.
    pub words: Vec<WordId>,
    /// The weights of its words together.
    pub weight: f32,
}

/// Every name of every item, found by its words.
#[derive(Debug, Default)]
pub(super) struct Names {
    names: Vec<Name>,
    of_item: Vec<Range<usize>>,
    /// Per word: the names that have it.
    with: Vec<Vec<u32>>,
    /// Per word: the items that have it in a name.
    items_with: Vec<Vec<usize>>,
}

/// How much of what was said stands in an item's name, and (a fifth) how much of the name was said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Covered {
    /// Index into `Menu::items`.
    pub item: usize,
    /// 0 to 1.
    pub score: f32,
}

impl Names {
    /// Adds the names of the next item.
    pub(super) fn push(&mut self, names: Vec<Vec<WordId>>) {
        let (item, start) = (self.of_item.len(), self.names.len());
        for words in names {
            if self.names[start..].iter().any(|known| known.words == words) {
                continue;
            }
            for word in words.iter().copied().collect::<BTreeSet<_>>() {
                let at = word as usize;
                self.with.resize_with(self.with.len().max(at + 1), Vec::new);
                self.items_with.resize_with(self.with.len(), Vec::new);
                self.with[at].push(self.names.len() as u32);
                if self.items_with[at].last() != Some(&item) {
                    self.items_with[at].push(item);
                }
            }
            self.names.push(Name { item, words, weight: 0.0 });
        }
        self.of_item.push(start..self.names.len());
    }

    /// Sets the weight of each name, once those of the words are known.
    pub(super) fn weigh(&mut self, weight: impl Fn(WordId) -> f32) {
        for name in &mut self.names {
            let words: BTreeSet<WordId> = name.words.iter().copied().collect();
            name.weight = words.into_iter().map(&weight).sum();
        }
    }

    pub(super) fn items(&self) -> usize {
        self.of_item.len()
    }

    pub(super) fn of(&self, item: usize) -> &[Name] {
        &self.names[self.of_item[item].clone()]
    }

    pub(super) fn all(&self) -> &[Name] {
        &self.names
    }

    pub(super) fn items_with(&self, word: WordId) -> &[usize] {
        self.items_with.get(word as usize).map_or(&[], Vec::as_slice)
    }

    /// The items whose names cover most of what was said, best first, and how many more cover as much as the last
    /// of them. `said` holds each word with its weight.
    pub(super) fn covered(&self, said: &[(Option<WordId>, f32)]) -> (Vec<Covered>, usize) {
        let total: f32 = said.iter().map(|(_, weight)| weight).sum();
        let mut shared = vec![(0.0_f32, 0.0_f32); self.names.len()];
        let mut touched: Vec<u32> = Vec::new();
        for (at, (word, weight)) in said.iter().enumerate() {
            let Some(with) = word.and_then(|word| self.with.get(word as usize)) else { continue };
            let again = said[..at].iter().any(|(before, _)| before == word);
            for name in with {
                let (found, covered) = &mut shared[*name as usize];
                if *found == 0.0 {
                    touched.push(*name);
                }
                *found += weight;
                *covered += if again { 0.0 } else { *weight };
            }
        }
        let mut found: Vec<Covered> = Vec::new();
        let mut place = vec![0_u32; if touched.is_empty() { 0 } else { self.of_item.len() }];
        for name in touched {
            let (said, covered) = shared[name as usize];
            let Name { item, weight, .. } = self.names[name as usize];
            let score = 0.8 * said / total + 0.2 * covered / weight;
            if place[item] == 0 {
                found.push(Covered { item, score });
                place[item] = found.len() as u32;
            } else {
                let best = &mut found[place[item] as usize - 1].score;
                *best = best.max(score);
            }
        }
        let order = |a: &Covered, b: &Covered| b.score.total_cmp(&a.score).then_with(|| a.item.cmp(&b.item));
        let mut as_well = 0;
        if found.len() > MOST {
            found.select_nth_unstable_by(MOST - 1, order);
            let last = found[MOST - 1].score;
            as_well = found[MOST..].iter().filter(|other| other.score >= last).count();
            found.truncate(MOST);
        }
        found.sort_unstable_by(order);
        (found, as_well)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(of: &[&[&[WordId]]]) -> Names {
        let mut names = Names::default();
        for item in of {
            names.push(item.iter().map(|words| words.to_vec()).collect());
        }
        names.weigh(|_| 1.0);
        names
    }

    #[test]
    fn items_are_found_by_the_words_they_share() {
        let menu = names(&[&[&[1, 2], &[1, 3]], &[&[2]], &[&[4]]]);
        let covered = |said: &[WordId]| {
            let said: Vec<_> = said.iter().map(|word| ((*word > 0).then_some(*word), 1.0)).collect();
            menu.covered(&said).0.iter().map(|f| (f.item, (f.score * 10.0).round())).collect::<Vec<_>>()
        };
        assert_eq!(covered(&[1, 2]), [(0, 10.0), (1, 6.0)]);
        assert_eq!(covered(&[2, 2]), [(1, 10.0), (0, 9.0)]);
        assert_eq!(covered(&[0, 2]), [(1, 6.0), (0, 5.0)]);
        assert_eq!(covered(&[0, 9]), []);
        assert_eq!(menu.items_with(1), [0]);
    }

    #[test]
    fn of_many_items_as_well_covered_the_rest_is_counted() {
        let of: Vec<&[&[WordId]]> = vec![&[&[1, 2]]; MOST + 3];
        let (found, as_well) = names(&of).covered(&[(Some(1), 1.0)]);
        assert_eq!((found.len(), found[0].item, as_well), (MOST, 0, 3));
    }
}
