//! Items that the reader itself would take for one another.

use super::{Mention, by_words};
use crate::pipeline::Reader;
use crate::pipeline::lexicon::{Lexicon, WordId};
use crate::pipeline::words::tokens;

/// Two items that some words may mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    /// Indexes into `Menu::items`, in the order of the menu.
    pub items: [usize; 2],
    /// What a customer may write.
    pub words: String,
    /// How likely the reader takes these words for the less likely of the two, 0 to 1.
    pub chance: f32,
}

/// When the name of an item would do for the whole name of another so surely, were it not on the menu itself, the two
/// are alike.
const ALIKE: f32 = 0.5;
/// When the reader gives each of two items so much, it cannot decide between them.
const UNDECIDED: f32 = 0.25;

impl Reader {
    /// Pairs of items that customers' words may confuse, the worst first: whose names are so alike that one would be
    /// taken for the other, or of whose names a customer may say the part that both have.
    pub fn confusions(&self) -> Vec<Confusion> {
        let mut found: Vec<Confusion> = Vec::new();
        for item in 0..self.menu.items.len() {
            for confusion in self.taken_for_others(item).into_iter().chain(self.shared_with_others(item)) {
                match found.iter_mut().find(|known| known.items == confusion.items) {
                    Some(known) if known.chance >= confusion.chance => {}
                    Some(known) => *known = confusion,
                    None => found.push(confusion),
                }
            }
        }
        found.sort_by(|a, b| b.chance.total_cmp(&a.chance).then_with(|| a.items.cmp(&b.items)));
        found
    }

    /// Items that the reader would take an item's names for, if that one were not on the menu.
    fn taken_for_others(&self, item: usize) -> Vec<Confusion> {
        let of = &self.menu.items[item];
        let names = std::iter::once(&of.name).chain(&of.aliases);
        let confusion = |name: &String| {
            let mention = mention(&self.lexicon, name, Some(item));
            let same = !mention.named.is_empty() && mention.words.iter().all(|said| said.repair == 0.0);
            if same {
                return None;
            }
            let (other, whole, chance) = self.chances(&mention, Some(item)).into_iter().next()?;
            (whole && chance >= ALIKE).then(|| pair(item, other, name.clone(), chance))
        };
        names.filter_map(confusion).collect()
    }

    /// Items that have part of their name in common with an item, and nothing decides between them.
    fn shared_with_others(&self, item: usize) -> Vec<Confusion> {
        let name = &self.menu.items[item].name;
        let words = mention(&self.lexicon, name, None).menu_words();
        let alike = self.lexicon.covered(&words).0.into_iter().map(|covered| covered.item);
        let confusion = |other: usize| {
            let of_other = |word: &str| {
                let word = self.lexicon.word(word);
                word.is_some_and(|word| self.lexicon.items_with(word).binary_search(&other).is_ok())
            };
            let said = tokens(name).into_iter().map(|token| token.folded).filter(|word| of_other(word));
            let said = said.collect::<Vec<_>>().join(" ");
            let chances = self.chances(&mention(&self.lexicon, &said, None), None);
            let chance =
                |item: usize| chances.iter().find(|(of, ..)| *of == item).map(|(.., chance)| *chance);
            let least = chance(item)?.min(chance(other)?);
            (least >= UNDECIDED).then(|| pair(item, other, said, least))
        };
        alike.filter(|other| *other != item).filter_map(confusion).collect()
    }

    /// Whether the whole name of each item was said, and how likely it is meant, the likeliest first.
    fn chances(&self, mention: &Mention, without: Option<usize>) -> Vec<(usize, bool, f32)> {
        let mut weighing = by_words(&self.lexicon, &self.menu, mention);
        weighing.items.retain(|(item, _)| Some(*item) != without);
        weighing.by_words = weighing.items.len();
        let chances = self.matcher.weights.by_words(&weighing).of;
        let items = weighing.items.iter().zip(chances);
        let mut found: Vec<_> =
            items.map(|((item, of), chance)| (*item, of.whole > of.shortened, chance)).collect();
        found.sort_by(|a, b| b.2.total_cmp(&a.2));
        found
    }
}

fn pair(one: usize, other: usize, words: String, chance: f32) -> Confusion {
    Confusion { items: [one.min(other), one.max(other)], words, chance }
}

/// Words as they would be understood by themselves; `without` an item that is taken off the menu.
fn mention(lexicon: &Lexicon, text: &str, without: Option<usize>) -> Mention {
    let of_others = |word: WordId| lexicon.items_with(word).iter().any(|item| Some(*item) != without);
    let understood = |folded: &str| {
        let known = lexicon.word(folded).filter(|word| without.is_none() || of_others(*word));
        known.or_else(|| lexicon.repair_to(folded, of_others))
    };
    let said: Vec<String> =
        tokens(text).into_iter().filter(|t| t.is_word()).map(|t| t.folded.into()).collect();
    let words: Vec<Option<WordId>> = said.iter().map(|folded| understood(folded)).collect();
    let named = lexicon.longest_name(&words).filter(|(length, _)| *length == words.len());
    let mut named = named.map_or_else(Vec::new, |(_, named)| named.items.clone());
    named.retain(|item| Some(*item) != without);
    let mut mention = Mention::new(text.to_owned(), &named);
    for (folded, word) in said.iter().zip(words) {
        mention.push(lexicon, folded, word, &[]);
    }
    mention
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ReaderSettings;
    use crate::embedding::Embedding;
    use crate::menu::{Menu, MenuItem, slug};

    fn confused(items: &[(&str, &[&str])]) -> Vec<(String, [usize; 2])> {
        let item = |(name, aliases): &(&str, &[&str])| MenuItem {
            key: slug(name),
            name: (*name).to_owned(),
            description: String::new(),
            price: None,
            category: String::new(),
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
            tags: Vec::new(),
            available: true,
        };
        let menu = Menu { items: items.iter().map(item).collect(), ..Menu::default() };
        let confusions = Reader::new(menu, ReaderSettings::default(), Embedding::Off).confusions();
        confusions.into_iter().map(|found| (found.words, found.items)).collect()
    }

    #[test]
    fn names_that_are_spelled_alike_are_confused() {
        assert_eq!(confused(&[("Bellavita", &[]), ("Belavita", &[])]), [("Belavita".to_owned(), [0, 1])]);
        assert_eq!(confused(&[("Sencha", &[]), ("Bancha", &[]), ("Still Water", &[])]), []);
    }

    #[test]
    fn names_are_confused_by_what_they_share_unless_an_alias_decides() {
        let wraps = |aliases: &[&str]| {
            confused(&[("Chicken Caesar Wrap", aliases), ("Chicken Caesar Salad", &[]), ("Brownie", &[])])
        };
        assert_eq!(wraps(&[]), [("chicken caesar".to_owned(), [0, 1])]);
        assert_eq!(wraps(&["chicken caesar"]), []);
        let burgers = ["Bean Burger", "Beef Burger", "Fish Burger", "Lamb Burger", "Tofu Burger"];
        assert_eq!(
            confused(&burgers.map(|name| (name, &[][..]))),
            [],
            "nobody says \"burger\" and means one of two"
        );
    }
}
