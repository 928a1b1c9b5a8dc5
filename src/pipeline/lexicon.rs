//! The menu compiled for reading: its vocabulary, how telling each word is, and its names as phrases.

mod numbers;
mod options;
mod repair;
mod synonyms;

use std::collections::{HashMap, HashSet};

use crate::menu::{Choose, Menu, MenuItem};

use self::numbers::Numbers;
use self::synonyms::Synonyms;
use super::words::{stem, stems};

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

/// Names by their words, found longest first.
type Phrases = HashMap<WordId, Vec<(Vec<WordId>, Named)>>;

/// A menu, compiled once.
#[derive(Debug)]
pub struct Lexicon {
    vocabulary: HashMap<String, WordId>,
    spelling: Vec<String>,
    by_length: HashMap<usize, Vec<(String, WordId)>>,
    weights: Vec<f32>,
    unknown_weight: f32,
    phrases: Phrases,
    longest: usize,
    /// Per item: its names (name first, then aliases) as sets of words.
    names: Vec<Vec<Vec<WordId>>>,
    items_of_word: HashMap<WordId, Vec<usize>>,
    spelled: HashSet<&'static str>,
    /// Common words that may be food or drink.
    food: HashSet<&'static str>,
    ingredients: HashSet<String>,
    /// Per item: words that may stand beside its name: of its names, category, tags and description.
    own: Vec<HashSet<String>>,
    categories: HashSet<String>,
    /// Per item: its category and tags.
    kinds: Vec<HashSet<String>>,
    numbers: Numbers,
    /// Per group: whether several of its options may be chosen.
    many: Vec<bool>,
}

impl Lexicon {
    /// Compiles a menu.
    pub fn new(menu: &Menu) -> Self {
        let mut lexicon = Self::empty();
        let synonyms = Synonyms::read();
        for item in &menu.items {
            let names = lexicon.intern_names(item, &synonyms);
            lexicon.names.push(names);
        }
        lexicon.weigh();
        for index in 0..lexicon.names.len() {
            for words in lexicon.names[index].clone() {
                lexicon.name(&words, |named| {
                    if named.items.last() != Some(&index) {
                        named.items.push(index);
                    }
                });
            }
        }
        lexicon.numbers = Numbers::of(&menu.items);
        lexicon.many = menu.groups.iter().map(|group| group.choose == Choose::Many).collect();
        lexicon.name_options(menu, &synonyms);
        lexicon.own = menu.items.iter().map(own_words).collect();
        lexicon.kinds = menu.items.iter().map(kind_words).collect();
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
            weights: Vec::new(),
            unknown_weight: 1.0,
            phrases: HashMap::new(),
            longest: 1,
            names: Vec::new(),
            items_of_word: HashMap::new(),
            spelled: include_str!("grammar/known_words.txt").lines().collect(),
            food: include_str!("grammar/food_words.txt").lines().collect(),
            ingredients: HashSet::new(),
            own: Vec::new(),
            categories: HashSet::new(),
            kinds: Vec::new(),
            numbers: Numbers::default(),
            many: Vec::new(),
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

    /// An item's name and aliases, in all their wordings.
    fn intern_names(&mut self, item: &MenuItem, synonyms: &Synonyms) -> Vec<Vec<WordId>> {
        let mut names: Vec<Vec<WordId>> = Vec::new();
        for name in numbers::names(item) {
            names.push(self.intern_phrase(name));
            for other in synonyms.of(&stems(name)) {
                names.push(self.intern_phrase(&other.join(" ")));
            }
        }
        names.retain(|words| !words.is_empty());
        names
    }

    /// A word weighs the more the fewer items have it (inverse document frequency).
    fn weigh(&mut self) {
        for (index, names) in self.names.iter().enumerate() {
            let words: HashSet<WordId> = names.iter().flatten().copied().collect();
            for word in words {
                self.items_of_word.entry(word).or_default().push(index);
            }
        }
        let items = self.names.len().max(1) as f32;
        self.unknown_weight = (1.0 + items).ln().max(1.0);
        self.weights = vec![self.unknown_weight; self.vocabulary.len()];
        for (word, of) in &self.items_of_word {
            self.weights[*word as usize] = (1.0 + items / of.len() as f32).ln();
        }
    }

    /// The names with two neighbouring words written as one: "oatmilk", "nonfat milk".
    fn name_joined(&mut self) {
        let spelled: HashMap<WordId, String> =
            self.vocabulary.iter().map(|(word, id)| (*id, word.clone())).collect();
        let names: Vec<(Vec<WordId>, Named)> = self.phrases.values().flatten().cloned().collect();
        for (words, named) in names {
            for at in 1..words.len() {
                let joined = self.intern(format!("{}{}", spelled[&words[at - 1]], spelled[&words[at]]));
                let shorter = [&words[..at - 1], &[joined], &words[at + 1..]].concat();
                self.name(&shorter, |known| {
                    known.items.extend(&named.items);
                    known.options.extend(&named.options);
                });
            }
        }
    }

    fn name(&mut self, words: &[WordId], add: impl FnOnce(&mut Named)) {
        let Some(first) = words.first() else { return };
        self.longest = self.longest.max(words.len());
        let phrases = self.phrases.entry(*first).or_default();
        let at = phrases.iter().position(|(known, _)| known == words).unwrap_or_else(|| {
            phrases.push((words.to_vec(), Named::default()));
            phrases.len() - 1
        });
        add(&mut phrases[at].1);
    }

    /// The menu's word for a folded word, with its plural taken off.
    pub fn word(&self, folded: &str) -> Option<WordId> {
        self.vocabulary.get(&stem(folded)).copied()
    }

    /// How telling a word is; a word that the menu does not have is as telling as the rarest.
    pub fn weight(&self, word: Option<WordId>) -> f32 {
        word.map_or(self.unknown_weight, |id| self.weights[id as usize])
    }

    /// The longest name that starts these words: how many words, and what it names.
    pub fn longest_name(&self, words: &[Option<WordId>]) -> Option<(usize, &Named)> {
        let first = (*words.first()?)?;
        self.phrases
            .get(&first)?
            .iter()
            .filter(|(name, _)| {
                name.len() <= words.len() && name.iter().zip(words).all(|(n, w)| Some(*n) == *w)
            })
            .max_by_key(|(name, _)| name.len())
            .map(|(name, named)| (name.len(), named))
    }

    /// Whether a word stands in the description of some item.
    pub fn is_ingredient(&self, folded: &str) -> bool {
        self.ingredients.contains(&stem(folded))
    }

    /// Whether a word may stand beside an item's name without changing it: its category ("tea"), its tags,
    /// what is in it.
    pub fn is_own(&self, item: usize, folded: &str) -> bool {
        self.own[item].contains(&stem(folded))
    }

    /// Items of a kind, when the words are nothing but tags and categories ("vegan burger").
    pub fn of_kind(&self, folded: &[&str]) -> Vec<usize> {
        let words: Vec<String> =
            folded.iter().map(|word| stem(word)).filter(|word| !is_small(word)).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let is = |kind: &&HashSet<String>| words.iter().all(|word| kind.contains(word));
        self.kinds.iter().enumerate().filter(|(_, kind)| is(kind)).map(|(item, _)| item).collect()
    }

    /// Whether a word is the name of a category.
    pub fn is_category(&self, folded: &str) -> bool {
        self.categories.contains(&stem(folded))
    }

    /// Whether more than one of these options may be chosen at a time.
    pub fn is_choose_many(&self, options: &[OptionRef]) -> bool {
        options.iter().any(|of| self.many[of.group])
    }

    /// Options of this one-word name.
    pub fn options_named(&self, name: &str) -> Vec<OptionRef> {
        self.longest_name(&[self.word(name)]).map_or_else(Vec::new, |(_, named)| named.options.clone())
    }

    /// The most words a name has.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// An item's name and aliases, as words.
    pub fn names(&self, item: usize) -> &[Vec<WordId>] {
        &self.names[item]
    }

    /// The item that has this number on the menu; `None` when none has it, or two.
    pub fn item_of_number(&self, number: u32) -> Option<usize> {
        self.numbers.get(number)
    }

    /// Items that have the word in a name or alias.
    pub fn items_with(&self, word: WordId) -> &[usize] {
        self.items_of_word.get(&word).map_or(&[], Vec::as_slice)
    }
}

/// Words too small to name anything.
pub fn is_small(stem: &str) -> bool {
    matches!(stem, "the" | "a" | "an" | "and" | "of" | "in" | "on" | "with" | "n" | "de" | "la" | "le" | "el")
}

fn kind_words(item: &MenuItem) -> HashSet<String> {
    std::iter::once(&item.category).chain(&item.tags).flat_map(|text| stems(text)).collect()
}

fn own_words(item: &MenuItem) -> HashSet<String> {
    let texts =
        [&item.name, &item.description, &item.category].into_iter().chain(&item.aliases).chain(&item.tags);
    texts.flat_map(|text| stems(text)).collect()
}
