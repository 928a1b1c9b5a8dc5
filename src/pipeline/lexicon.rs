//! The menu compiled for reading: its vocabulary, how telling each word is, and its names as phrases.

mod joined;
mod kinds;
mod names;
mod numbers;
mod options;
mod phrases;
mod repair;
mod synonyms;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use crate::menu::{Choose, Menu, MenuItem, ModifierGroup, ModifierOption};

use self::kinds::{is_of_flavours, kind_name, kind_words, own_words};
use self::names::Names;
pub use self::names::{Covered, Name};
use self::numbers::Numbers;
use self::phrases::Phrases;
use self::synonyms::Synonyms;
use super::words::{stem, stems};

/// Words for food and drink beyond the commonest words of the language: none is another one misspelt, and none stands
/// beside a dish without changing it.
const DISH_WORDS: &str = include_str!("lexicon/dish_words.txt");

/// A word of the menu.
pub type WordId = u32;

/// Where an option stands in the menu: group, then option; an option of `None` is the whole group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OptionRef {
    /// Index into `Menu::groups`.
    pub group: usize,
    /// Index into the group's options.
    pub option: Option<usize>,
}

/// What a phrase of the menu names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named {
    /// Items of this name or alias.
    pub items: Vec<usize>,
    /// Options of this name or alias.
    pub options: Vec<OptionRef>,
}

impl Named {
    fn also(&mut self, other: &Self) {
        for item in &other.items {
            if !self.items.contains(item) {
                self.items.push(*item);
            }
        }
        for option in &other.options {
            if !self.options.contains(option) {
                self.options.push(*option);
            }
        }
    }
}

/// A menu, compiled once.
#[derive(Debug)]
pub struct Lexicon {
    vocabulary: HashMap<String, WordId>,
    spelling: Vec<String>,
    by_length: HashMap<usize, Vec<(String, WordId)>>,
    /// Words that are two of the menu's in one; nothing is repaired to them.
    joined: HashSet<String>,
    /// The words of items' names, in the order of the alphabet.
    sorted: Vec<WordId>,
    weights: Vec<f32>,
    unknown_weight: f32,
    phrases: Phrases,
    /// Per item: its name first, then aliases.
    names: Names,
    /// Words of the names that the menu itself gives to items.
    item_words: HashSet<String>,
    spelled: HashSet<&'static str>,
    /// Short words of the language that are neither food nor turn an order round.
    short: HashSet<&'static str>,
    /// Common words that may be food or drink.
    food: HashSet<&'static str>,
    ingredients: HashSet<String>,
    /// Per item: words that may stand beside its name: of its names, category, tags and description.
    own: Vec<HashSet<String>>,
    categories: HashSet<String>,
    /// Per word of a category or tag: the items of that kind.
    kinds: HashMap<String, Vec<usize>>,
    numbers: Numbers,
    /// Per group and option: the items that it is for, in order.
    takers: Vec<Vec<Vec<usize>>>,
    /// Options that say which of one item it shall be.
    which: HashSet<OptionRef>,
    /// Per group: whether several of its options may be chosen.
    many: Vec<bool>,
    /// Per group: whether its options are flavours of ice cream or the like.
    flavours: Vec<bool>,
}

impl Lexicon {
    /// Compiles a menu.
    pub fn new(menu: &Menu) -> Self {
        let mut lexicon = Self::empty();
        let synonyms = Synonyms::read();
        let given: HashSet<Vec<String>> = menu.items.iter().flat_map(numbers::names).map(stems).collect();
        for item in &menu.items {
            let names = lexicon.intern_names(item, &synonyms, &given);
            lexicon.names.push(names);
        }
        lexicon.item_words = given.into_iter().flatten().filter(|word| !is_small(word)).collect();
        lexicon.weigh();
        for name in lexicon.names.all() {
            let items = &mut lexicon.phrases.name(&name.words).items;
            if items.last() != Some(&name.item) {
                items.push(name.item);
            }
        }
        lexicon.numbers = Numbers::of(&menu.items);
        lexicon.many = menu.groups.iter().map(|group| group.choose == Choose::Many).collect();
        lexicon.flavours = menu.groups.iter().map(|group| is_of_flavours(&group.name)).collect();
        lexicon.takers = menu.groups.iter().map(|group| takers(group, &menu.items)).collect();
        lexicon.which = menu
            .groups
            .iter()
            .enumerate()
            .flat_map(|(at, group)| which_of(at, group, &lexicon.takers[at], menu))
            .collect();
        lexicon.name_options(menu, &synonyms);
        lexicon.own = menu.items.iter().map(own_words).collect();
        for (index, item) in menu.items.iter().enumerate() {
            for word in kind_words(item) {
                lexicon.kinds.entry(word).or_default().push(index);
            }
        }
        lexicon.categories = menu.items.iter().flat_map(|item| stems(&item.category)).collect();
        lexicon.ingredients = menu.items.iter().flat_map(|item| stems(&item.description)).collect();
        lexicon.vocabulary_by_length();
        lexicon
    }

    fn empty() -> Self {
        Self {
            vocabulary: HashMap::new(),
            spelling: Vec::new(),
            by_length: HashMap::new(),
            joined: HashSet::new(),
            sorted: Vec::new(),
            weights: Vec::new(),
            unknown_weight: 1.0,
            phrases: Phrases::default(),
            names: Names::default(),
            spelled: include_str!("grammar/known_words.txt").lines().chain(DISH_WORDS.lines()).collect(),
            short: include_str!("grammar/short_words.txt").lines().collect(),
            food: include_str!("grammar/food_words.txt").lines().chain(DISH_WORDS.lines()).collect(),
            item_words: HashSet::new(),
            ingredients: HashSet::new(),
            own: Vec::new(),
            categories: HashSet::new(),
            kinds: HashMap::new(),
            numbers: Numbers::default(),
            takers: Vec::new(),
            which: HashSet::new(),
            many: Vec::new(),
            flavours: Vec::new(),
        }
    }

    fn intern(&mut self, stem: String) -> WordId {
        let next = self.vocabulary.len() as WordId;
        if !self.vocabulary.contains_key(&stem) {
            self.spelling.push(stem.clone());
        }
        *self.vocabulary.entry(stem).or_insert(next)
    }

    /// Small words ("the", "and", "of") name nothing by themselves and are left out of names.
    fn intern_phrase(&mut self, phrase: &str) -> Vec<WordId> {
        let all = stems(phrase);
        let telling: Vec<String> = all.iter().filter(|w| !is_small(w)).cloned().collect();
        let words = if telling.is_empty() { all } else { telling };
        words.into_iter().map(|stem| self.intern(stem)).collect()
    }

    /// An item's name and aliases, in all their wordings that the menu gives to no other.
    fn intern_names(
        &mut self,
        item: &MenuItem,
        synonyms: &Synonyms,
        given: &HashSet<Vec<String>>,
    ) -> Vec<Vec<WordId>> {
        let mut names: Vec<Vec<WordId>> = Vec::new();
        for name in numbers::names(item) {
            names.push(self.intern_phrase(name));
            for other in synonyms.of(&stems(name)).into_iter().filter(|other| !given.contains(other)) {
                names.push(self.intern_phrase(&other.join(" ")));
            }
        }
        names.extend(kind_name(item).map(|kind| self.intern_phrase(kind)));
        names.retain(|words| !words.is_empty());
        names
    }

    /// A word weighs the more the fewer items have it (inverse document frequency).
    fn weigh(&mut self) {
        let items = self.names.items().max(1) as f32;
        self.unknown_weight = (1.0 + items).ln().max(1.0);
        self.weights = (0..self.vocabulary.len() as WordId)
            .map(|word| match self.names.items_with(word).len() {
                0 => self.unknown_weight,
                of => (1.0 + items / of as f32).ln(),
            })
            .collect();
        self.names.weigh(|word| self.weights[word as usize]);
    }

    /// The names with two neighbouring words written as one: "oatmilk", "nonfat milk".
    fn name_joined(&mut self) {
        let names: Vec<(Vec<WordId>, Named)> =
            self.phrases.all().map(|(words, named)| (words.to_vec(), named.clone())).collect();
        for (words, named) in names {
            for at in 1..words.len() {
                let [before, after] = [words[at - 1], words[at]].map(|word| &self.spelling[word as usize]);
                let joined = format!("{before}{after}");
                if !self.vocabulary.contains_key(&joined) {
                    self.joined.insert(joined.clone());
                }
                let joined = self.intern(joined);
                let shorter = [&words[..at - 1], &[joined], &words[at + 1..]].concat();
                self.phrases.name(&shorter).also(&named);
            }
        }
    }

    /// The menu's word for a folded word, with its plural taken off.
    pub fn word(&self, folded: &str) -> Option<WordId> {
        self.vocabulary.get(stem(folded).as_str()).copied()
    }

    /// Whether a folded word stands in a name that the menu gives to an item.
    pub fn is_of_item(&self, folded: &str) -> bool {
        self.item_words.contains(stem(folded).as_str())
    }

    /// How a word of the menu is written, as a stem.
    pub fn spelling(&self, word: WordId) -> &str {
        &self.spelling[word as usize]
    }

    /// How telling a word is; a word that the menu does not have is as telling as the rarest.
    pub fn weight(&self, word: Option<WordId>) -> f32 {
        word.map_or(self.unknown_weight, |id| self.weights[id as usize])
    }

    /// The longest name that starts these words: how many words, and what it names.
    pub fn longest_name(&self, words: &[Option<WordId>]) -> Option<(usize, &Named)> {
        self.phrases.longest_at(words)
    }

    /// Whether a word stands in the description of some item.
    pub fn is_ingredient(&self, folded: &str) -> bool {
        self.ingredients.contains(stem(folded).as_str())
    }

    /// Whether a word may stand beside an item's name without changing it: its category ("tea"), its tags,
    /// what is in it.
    pub fn is_own(&self, item: usize, folded: &str) -> bool {
        self.own[item].contains(stem(folded).as_str())
    }

    /// Items of a kind, when the words are nothing but tags and categories ("vegan burger").
    pub fn of_kind(&self, folded: &[&str]) -> Vec<usize> {
        let words = folded.iter().map(|word| stem(word)).filter(|word| !is_small(word));
        let kinds: Option<Vec<&Vec<usize>>> = words.map(|word| self.kinds.get(word.as_str())).collect();
        let Some((first, others)) = kinds.as_ref().and_then(|kinds| kinds.split_first()) else {
            return Vec::new();
        };
        let of_all = |item: &&usize| others.iter().all(|items| items.binary_search(item).is_ok());
        first.iter().filter(of_all).copied().collect()
    }

    /// Whether a word is the name of a category.
    pub fn is_category(&self, folded: &str) -> bool {
        self.categories.contains(stem(folded).as_str())
    }

    /// Of these options, those that an item can have.
    pub fn options_for(&self, item: usize, options: &[OptionRef]) -> Vec<OptionRef> {
        let takes = |of: &&OptionRef| match of.option {
            Some(option) => self.takers[of.group][option].binary_search(&item).is_ok(),
            None => self.takers[of.group].iter().any(|takers| takers.binary_search(&item).is_ok()),
        };
        options.iter().filter(takes).copied().collect()
    }

    /// The one item that an option is of: "cola", where soft drinks are sold with a choice of which.
    pub fn implied_by(&self, options: &[OptionRef]) -> Option<usize> {
        let [of @ OptionRef { group, option: Some(option) }] = options else { return None };
        self.takers[*group][*option].first().copied().filter(|_| self.which.contains(of))
    }

    /// Whether more than one of these options may be chosen at a time.
    pub fn is_choose_many(&self, options: &[OptionRef]) -> bool {
        options.iter().any(|of| self.many[of.group])
    }

    /// Options of this one-word name.
    pub fn options_named(&self, name: &str) -> Vec<OptionRef> {
        self.longest_name(&[self.word(name)]).map_or_else(Vec::new, |(_, named)| named.options.clone())
    }

    /// Whether one of these is a flavour.
    pub fn is_flavour(&self, options: &[OptionRef]) -> bool {
        options.iter().any(|of| self.flavours[of.group])
    }

    /// The most words a name has.
    pub fn longest(&self) -> usize {
        self.phrases.longest()
    }

    /// An item's name, then its aliases.
    pub fn names(&self, item: usize) -> &[Name] {
        self.names.of(item)
    }

    /// The items whose names cover most of what was said, best first, and how many more cover as much as the last
    /// of them.
    pub fn covered(&self, said: &[Option<WordId>]) -> (Vec<Covered>, usize) {
        self.names.covered(&said.iter().map(|word| (*word, self.weight(*word))).collect::<Vec<_>>())
    }

    /// Whether there is exactly one item that has all of these words in its names.
    pub fn one_item_has(&self, words: &[WordId]) -> bool {
        let rarest = words.iter().min_by_key(|word| self.items_with(**word).len());
        let items = rarest.map_or(&[][..], |word| self.items_with(*word));
        let has_all =
            |item: &&usize| words.iter().all(|word| self.items_with(*word).binary_search(item).is_ok());
        items.iter().filter(has_all).take(2).count() == 1
    }

    /// The item that has this number on the menu; `None` when none has it, or two.
    pub fn item_of_number(&self, number: u32) -> Option<usize> {
        self.numbers.get(number)
    }

    /// Items that have the word in a name or alias.
    pub fn items_with(&self, word: WordId) -> &[usize] {
        self.names.items_with(word)
    }
}

/// Words too small to name anything.
pub fn is_small(stem: &str) -> bool {
    matches!(stem, "the" | "a" | "an" | "and" | "of" | "in" | "on" | "with" | "n" | "de" | "la" | "le" | "el")
}

/// Per option of a group: the items that it is for.
fn takers(group: &ModifierGroup, items: &[MenuItem]) -> Vec<Vec<usize>> {
    let of = |option: &ModifierOption| (0..items.len()).filter(|at| option.applies_to(&items[*at])).collect();
    group.options.iter().map(of).collect()
}

/// Options of a group with one choice that say which of one item it shall be: the group is called like the item or
/// its category.
fn which_of(at: usize, group: &ModifierGroup, takers: &[Vec<usize>], menu: &Menu) -> Vec<OptionRef> {
    let called = stems(&group.name);
    let like =
        |item: &MenuItem| stems(&item.name).iter().chain(&stems(&item.category)).any(|w| called.contains(w));
    takers
        .iter()
        .enumerate()
        .filter(|(_, takers)| matches!(takers.as_slice(), [item] if like(&menu.items[*item])))
        .filter(|_| group.choose == Choose::One)
        .map(|(option, _)| OptionRef { group: at, option: Some(option) })
        .collect()
}
