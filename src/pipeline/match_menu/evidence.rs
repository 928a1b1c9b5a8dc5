//! What speaks for an item being meant, and what against: numbers that a fitted model weighs.

use super::mention::{Mention, Said};
use crate::menu::{Menu, MenuItem};
use crate::pipeline::lexicon::{Lexicon, Name, OptionRef, WordId};

/// What is counted, in the order of the numbers.
pub const FEATURES: [&str; 18] = [
    "any",
    "exact",
    "whole",
    "covered",
    "head only",
    "own",
    "kind",
    "option",
    "misfit",
    "other dish",
    "language",
    "strange",
    "repaired",
    "shortened",
    "disordered",
    "short mention",
    "nothing else",
    "telling part",
];

/// One number for each of [`FEATURES`].
pub type Evidence = [f32; FEATURES.len()];

/// More words of a kind than this say nothing more.
const MANY: f32 = 3.0;

/// What speaks for and against an item, by the name of it that fits best.
pub(super) fn evidence(lexicon: &Lexicon, menu: &Menu, mention: &Mention, item: usize) -> Evidence {
    let names = lexicon.names(item).iter();
    let by_name = names.map(|name| Overlap::of(lexicon, mention, name));
    let best = by_name.reduce(|best, next| if next.fit() > best.fit() { next } else { best });
    let numbered = mention.is_number_of(lexicon, item);
    let overlap = best.filter(|_| !numbered).unwrap_or_else(|| Overlap::numbered(mention));
    let mut numbers = beside(lexicon, &menu.items[item], menu, item, mention, &overlap);
    let Overlap { covered, whole, head, repaired, shortened, ordered, telling, .. } = overlap;
    let left_over = numbers[6] > 0.0 || numbers[8..12].iter().any(|count| *count > 0.0);
    numbers[0] = 1.0;
    numbers[1] = flag(mention.named.contains(&item) && !left_over);
    numbers[2] = flag(whole && !left_over);
    numbers[3] = covered;
    numbers[4] = flag(head);
    numbers[12] = repaired;
    numbers[13] = shortened.min(MANY);
    numbers[14] = flag(!ordered);
    numbers[15] = flag(mention.words.len() < 2 && !whole);
    numbers[16] = flag(!left_over && covered > 0.0);
    numbers[17] = flag(telling && !left_over && !whole);
    numbers
}

fn flag(is: bool) -> f32 {
    if is { 1.0 } else { 0.0 }
}

/// What a mention and a name have in common.
#[derive(Default)]
struct Overlap {
    /// Per word of the mention: whether it stands in the name.
    in_name: Vec<bool>,
    /// How much of the name was said, 0 to 1.
    covered: f32,
    /// How much of what was said is the name, 0 to 1.
    told: f32,
    whole: bool,
    /// Whether nothing but the last word of a longer name was said.
    head: bool,
    repaired: f32,
    shortened: f32,
    ordered: bool,
    /// Whether no other item has all of the words that were said of the name.
    telling: bool,
}

impl Overlap {
    /// Of an item that was ordered by its number.
    fn numbered(mention: &Mention) -> Self {
        let in_name = vec![true; mention.words.len()];
        Self {
            in_name,
            covered: 1.0,
            told: 1.0,
            whole: true,
            ordered: true,
            telling: true,
            ..Self::default()
        }
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
        overlap.head = matches!(found.split_last(), Some((true, before)) if !before.is_empty() && !before.contains(&true));
        overlap
    }

    /// Whether another name of the item fits better.
    fn fit(&self) -> f32 {
        0.8 * self.told + 0.2 * self.covered - 0.1 * self.shortened - 0.1 * flag(self.head)
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

/// Counts the words that are not of the name, each by what it is to the item.
fn beside(
    lexicon: &Lexicon,
    item: &MenuItem,
    menu: &Menu,
    index: usize,
    mention: &Mention,
    overlap: &Overlap,
) -> Evidence {
    let mut numbers = [0.0; FEATURES.len()];
    for (at, said) in mention.words.iter().enumerate().filter(|(at, _)| !overlap.in_name[*at]) {
        let last = at + 1 == mention.words.len();
        let (place, count) = if !said.options.is_empty() {
            let fits = said.options.iter().any(|of| applies(menu, *of, item));
            if fits {
                continue;
            }
            (8, 1.0)
        } else if lexicon.is_own(index, &said.folded) {
            (5, 1.0)
        } else if lexicon.is_category(&said.folded) {
            (if last { 6 } else { 5 }, 1.0)
        } else {
            match said.word {
                Some(word) if lexicon.items_with(word).is_empty() => (if last { 6 } else { 7 }, 1.0),
                Some(word) => (9, lexicon.weight(Some(word)) / lexicon.weight(None)),
                None if lexicon.is_spelled(&said.folded) && !lexicon.is_food(&said.folded) => (10, 1.0),
                None => (11, 1.0),
            }
        };
        numbers[place] = (numbers[place] + count).min(MANY);
    }
    numbers
}

fn applies(menu: &Menu, of: OptionRef, item: &MenuItem) -> bool {
    let options = &menu.groups[of.group].options;
    match of.option {
        Some(option) => options[option].applies_to(item),
        None => options.iter().any(|option| option.applies_to(item)),
    }
}
