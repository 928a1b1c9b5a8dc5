//! What speaks for an item being meant, and what against: numbers that a fitted model weighs.

use serde::Serialize;

use super::mention::Mention;
use super::overlap::Overlap;
use crate::menu::{Menu, MenuItem};
use crate::pipeline::lexicon::{Lexicon, OptionRef};

/// What was found, in numbers; as weights, what each of them counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Evidence {
    /// 1 for every item: what is against any item being meant.
    pub any: f32,
    /// 1 when the words are exactly a name of it.
    pub exact: f32,
    /// 1 when a whole name was said, and nothing that is not its own.
    pub whole: f32,
    /// How much of the name was said, by how telling its words are: 0 to 1.
    pub covered: f32,
    /// 1 when nothing but the last word of a longer name was said: "latte" of "chai latte".
    pub head_only: f32,
    /// Words beside the name that are the item's own: of its description, tags or category, or in front as a kind.
    pub own: f32,
    /// Kinds of dish and names of options where the name of the dish ends: "caesar burger" of a caesar salad.
    pub kind: f32,
    /// Other words of options.
    pub option: f32,
    /// Options that were said beside it and that it does not take.
    pub misfit: f32,
    /// Words of other items, each as much as it tells of them.
    pub other_dish: f32,
    /// Other words of the language.
    pub language: f32,
    /// Words for other food, and words that nobody knows.
    pub strange: f32,
    /// How much of a word was changed to make it the menu's, at most: 0 to 1.
    pub repaired: f32,
    /// Words that were cut short.
    pub shortened: f32,
    /// 1 when the words come in another order than in the name.
    pub disordered: f32,
    /// 1 when one word was said of a longer name.
    pub one_word: f32,
    /// 1 when nothing was said but of the name and its own.
    pub name_only: f32,
    /// 1 when part of a name was said, nothing else, and no other item has all of these words.
    pub telling: f32,
}

/// More words of a kind than this say nothing more.
const MANY: f32 = 3.0;

impl Evidence {
    /// How many numbers there are.
    pub const COUNT: usize = 18;

    /// The numbers in their order.
    pub fn numbers(&self) -> [f32; Self::COUNT] {
        let Self {
            any,
            exact,
            whole,
            covered,
            head_only,
            own,
            kind,
            option,
            misfit,
            other_dish,
            language,
            strange,
            repaired,
            shortened,
            disordered,
            one_word,
            name_only,
            telling,
        } = *self;
        [
            any, exact, whole, covered, head_only, own, kind, option, misfit, other_dish, language, strange,
            repaired, shortened, disordered, one_word, name_only, telling,
        ]
    }

    /// The same from numbers.
    pub fn from_numbers(numbers: [f32; Self::COUNT]) -> Self {
        let [
            any,
            exact,
            whole,
            covered,
            head_only,
            own,
            kind,
            option,
            misfit,
            other_dish,
            language,
            strange,
            repaired,
            shortened,
            disordered,
            one_word,
            name_only,
            telling,
        ] = numbers;
        Self {
            any,
            exact,
            whole,
            covered,
            head_only,
            own,
            kind,
            option,
            misfit,
            other_dish,
            language,
            strange,
            repaired,
            shortened,
            disordered,
            one_word,
            name_only,
            telling,
        }
    }

    /// Whether something was said that makes another dish of it.
    fn is_contradicted(&self) -> bool {
        let Self { kind, misfit, other_dish, language, strange, .. } = self;
        [kind, misfit, other_dish, language, strange].into_iter().any(|count| *count > 0.0)
    }
}

/// What speaks for and against an item, by the name of it that fits best.
pub(super) fn evidence(lexicon: &Lexicon, menu: &Menu, mention: &Mention, item: usize) -> Evidence {
    let overlap = Overlap::best(lexicon, mention, item);
    let mut of = beside(lexicon, menu, item, mention, &overlap);
    let alone = !of.is_contradicted();
    of.any = 1.0;
    of.exact = flag(mention.named.contains(&item) && alone);
    of.whole = flag(overlap.whole && alone);
    of.covered = overlap.covered;
    of.head_only = flag(overlap.head_only);
    of.repaired = overlap.repaired;
    of.shortened = overlap.shortened.min(MANY);
    of.disordered = flag(!overlap.ordered);
    of.one_word = flag(mention.words.len() < 2 && !overlap.whole);
    of.name_only = flag(alone && overlap.covered > 0.0);
    of.telling = flag(alone && overlap.telling && !overlap.whole);
    of
}

pub(super) fn flag(is: bool) -> f32 {
    if is { 1.0 } else { 0.0 }
}

/// Counts the words that are not of the name, each by what it is to the item.
fn beside(lexicon: &Lexicon, menu: &Menu, item: usize, mention: &Mention, overlap: &Overlap) -> Evidence {
    let mut of = Evidence::default();
    for (at, said) in mention.words.iter().enumerate().filter(|(at, _)| !overlap.in_name[*at]) {
        let ends = at + 1 == mention.words.len();
        let folded = said.folded.as_str();
        let (count, more) = if said.options.iter().any(|of| applies(menu, *of, &menu.items[item])) {
            continue;
        } else if !said.options.is_empty() {
            (&mut of.misfit, 1.0)
        } else if lexicon.is_own(item, folded) {
            (&mut of.own, 1.0)
        } else if lexicon.is_category(folded) {
            (if ends { &mut of.kind } else { &mut of.own }, 1.0)
        } else {
            match said.word {
                Some(word) if lexicon.items_with(word).is_empty() && ends => (&mut of.kind, 1.0),
                Some(word) if lexicon.items_with(word).is_empty() => (&mut of.option, 1.0),
                Some(word) => (&mut of.other_dish, lexicon.weight(Some(word)) / lexicon.weight(None)),
                None if lexicon.is_spelled(folded) && !lexicon.is_food(folded) => (&mut of.language, 1.0),
                None => (&mut of.strange, 1.0),
            }
        };
        *count = (*count + more).min(MANY);
    }
    of
}

fn applies(menu: &Menu, of: OptionRef, item: &MenuItem) -> bool {
    let options = &menu.groups[of.group].options;
    match of.option {
        Some(option) => options[option].applies_to(item),
        None => options.iter().any(|option| option.applies_to(item)),
    }
}
