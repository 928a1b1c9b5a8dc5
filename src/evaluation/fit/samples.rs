//! Matches of which labelled messages say whether they are right.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::config::ReaderSettings;
use crate::embedding::Embedding;
use crate::evaluation::{Expected, Labelled, Readers};
use crate::menu::Menu;
use crate::pipeline::Reader;
use crate::pipeline::match_menu::Weighing;

/// Some words, the items they may mean, and which of these they do.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The items and what speaks for each.
    pub weighing: Weighing,
    /// Which of them is right; `None`: none is.
    pub right: Option<usize>,
    /// How much it counts.
    pub weight: f32,
}

/// A message has several dishes taken off the menu, one at a time, but not more than this.
const MOST_TAKEN_OFF: usize = 3;
/// What an order for a dish that was taken off the menu counts, beside 1 for a message as it came: it teaches what
/// near misses look like, and there would be many more of them than customers send.
const TAKEN_OFF: f32 = 0.1;

/// Those of the messages as they came and, with `taken_off`, of each with one of its dishes taken off the menu.
pub fn samples(
    menu: &Menu,
    settings: &ReaderSettings,
    embedding: &Embedding,
    rows: &[Labelled],
    taken_off: bool,
) -> Vec<Sample> {
    let mut readers = Readers::new(menu.clone(), settings.clone(), embedding.clone());
    let mut samples = Vec::new();
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    for row in rows {
        let Some(wanted) = wanted(row) else { continue };
        let reader = readers.for_menu(row.menu.as_deref());
        let said = claimed(&reader, &row.text, &wanted);
        let on_menu: Vec<&String> = wanted.keys().filter(|_| taken_off).take(MOST_TAKEN_OFF).collect();
        for item in on_menu {
            let without: Vec<String> =
                reader.menu().items.iter().map(|of| &of.name).filter(|name| *name != item).cloned().collect();
            let of_item = |(_, weighing, right): &&(Range<usize>, Weighing, Option<usize>)| {
                right.is_some_and(|at| reader.menu().items[weighing.items[at].0].name == *item)
            };
            let places: Vec<&Range<usize>> = said.iter().filter(of_item).map(|(place, ..)| place).collect();
            let again = readers.for_menu(Some(&without)).weigh(&row.text).into_iter();
            let same = again.filter(|(place, weighing)| {
                places.iter().any(|of| overlap(place, of))
                    && known.insert((weighing.text.to_lowercase(), item.clone()))
            });
            samples.extend(same.map(|(_, weighing)| Sample { weighing, right: None, weight: TAKEN_OFF }));
        }
        samples.extend(said.into_iter().map(|(_, weighing, right)| Sample { weighing, right, weight: 1.0 }));
    }
    samples
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// The items that a message asks for, each with how many lines do; `None` when the row does not say.
fn wanted(row: &Labelled) -> Option<BTreeMap<String, usize>> {
    if row.outcome == Some(Expected::NotOnMenu) {
        return Some(BTreeMap::new());
    }
    let mut wanted = BTreeMap::new();
    for item in row.lines.as_ref()?.iter().filter_map(|line| line.item.clone()) {
        *wanted.entry(item).or_insert(0) += 1;
    }
    (!wanted.is_empty()).then_some(wanted)
}

/// The parts of a message, each with the wanted item that it means. A name said whole comes first; an item that has
/// been found as often as it is wanted is not meant by other words as well.
fn claimed(
    reader: &Reader,
    text: &str,
    wanted: &BTreeMap<String, usize>,
) -> Vec<(Range<usize>, Weighing, Option<usize>)> {
    let weighed = reader.weigh(text);
    let mut left = wanted.clone();
    let mut right: Vec<Option<usize>> = vec![None; weighed.len()];
    for exactly in [true, false] {
        for ((_, weighing), right) in weighed.iter().zip(&mut right) {
            let is_wanted = |at: &usize| {
                let (item, evidence) = &weighing.items[*at];
                let named = evidence.exact > 0.0;
                (named || !exactly)
                    && left.get(&reader.menu().items[*item].name).is_some_and(|left| *left > 0)
            };
            let found = (0..weighing.items.len()).find(is_wanted);
            if let Some(at) = found.filter(|_| right.is_none()) {
                *right = Some(at);
                let name = &reader.menu().items[weighing.items[at].0].name;
                left.entry(name.clone()).and_modify(|left| *left = left.saturating_sub(1));
            }
        }
    }
    weighed.into_iter().zip(right).map(|((place, weighing), right)| (place, weighing, right)).collect()
}
