//! The names nearest in spelling to some words, for when nothing else finds one: a person is told of the nearest
//! there are.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::{HashMap, HashMapExt};

use crate::menu::Menu;
use crate::pipeline::words::stems;

/// The names of a menu by their trigrams.
pub(super) struct Nearest {
    with: HashMap<[char; 3], Vec<u32>>,
    /// Per name: its item and how many trigrams it has.
    names: Vec<(usize, usize)>,
}

impl Nearest {
    /// Of the names and aliases of a menu.
    pub(super) fn of(menu: &Menu) -> Self {
        let mut nearest = Self { with: HashMap::new(), names: Vec::new() };
        for (item, of) in menu.items.iter().enumerate() {
            for name in std::iter::once(&of.name).chain(&of.aliases) {
                let trigrams = trigrams(name);
                for trigram in &trigrams {
                    nearest.with.entry(*trigram).or_default().push(nearest.names.len() as u32);
                }
                nearest.names.push((item, trigrams.len()));
            }
        }
        nearest
    }

    /// The items whose names share most trigrams with the text, best first; then others in the order of the menu.
    pub(super) fn to(&self, text: &str, count: usize) -> Vec<usize> {
        let said = trigrams(text);
        let mut shared: BTreeMap<u32, usize> = BTreeMap::new();
        for name in said.iter().filter_map(|trigram| self.with.get(trigram)).flatten() {
            *shared.entry(*name).or_default() += 1;
        }
        let alike = |(name, shared): (u32, usize)| {
            let (item, size) = self.names[name as usize];
            (item, 2.0 * shared as f32 / (said.len() + size) as f32)
        };
        let mut found: Vec<(usize, f32)> = shared.into_iter().map(alike).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut items: Vec<usize> = Vec::new();
        for item in found.into_iter().map(|(item, _)| item).chain(self.names.iter().map(|(item, _)| *item)) {
            if items.len() == count {
                break;
            }
            if !items.contains(&item) {
                items.push(item);
            }
        }
        items
    }
}

fn trigrams(text: &str) -> BTreeSet<[char; 3]> {
    let padded = stems(text).into_iter().map(|word| format!("\u{1}{word}\u{1}"));
    padded
        .flat_map(|word| {
            let letters: Vec<char> = word.chars().collect();
            letters.windows(3).map(|w| [w[0], w[1], w[2]]).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::menu::MenuItem;

    #[test]
    fn the_nearest_are_there_whatever_was_said() {
        let item = |name: &str| MenuItem {
            key: crate::menu::slug(name),
            name: name.to_owned(),
            description: String::new(),
            price: None,
            category: String::new(),
            aliases: Vec::new(),
            tags: Vec::new(),
            available: true,
        };
        let items = ["Flat White", "Espresso", "Ristretto"].map(item).to_vec();
        let nearest = Nearest::of(&Menu { version: 0, items, groups: Vec::new() });
        assert_eq!(nearest.to("an expreso", 1), [1]);
        assert_eq!(nearest.to("a ristreto, expreso", 2), [2, 1]);
        assert_eq!(nearest.to("ふとん", 2), [0, 1]);
        assert_eq!(nearest.to("", 9), [0, 1, 2]);
    }
}
