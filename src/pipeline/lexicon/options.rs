//! The names of options: as the menu has them, and in the parts and orders that customers say.

use foldhash::{HashMap, HashMapExt, HashSet};

use super::synonyms::Synonyms;
use super::{Lexicon, OptionRef, WordId, is_small};
use crate::menu::Menu;
use crate::pipeline::words::stems;

/// Names with more words are known in the menu's order only.
const LONGEST_SHUFFLED: usize = 4;

impl Lexicon {
    /// Names all options and groups. What the menu itself says comes first; wordings that were made of it never
    /// take the place of a name, and one that fits two options names neither.
    pub(super) fn name_options(&mut self, menu: &Menu, synonyms: &Synonyms) {
        let categories: HashSet<String> = menu.items.iter().flat_map(|item| stems(&item.category)).collect();
        let mut made: HashMap<Vec<String>, HashMap<OptionRef, bool>> = HashMap::new();
        for (group, of) in menu.groups.iter().enumerate() {
            let words = self.intern_phrase(&of.name);
            self.name_option(&words, OptionRef { group, option: None });
            let group_words = stems(&of.name);
            let shared = shared_heads(of.options.iter().map(|o| o.name.as_str()));
            for (index, option) in of.options.iter().enumerate() {
                let here = OptionRef { group, option: Some(index) };
                for (nth, name) in std::iter::once(&option.name).chain(&option.aliases).enumerate() {
                    let words = self.intern_phrase(name);
                    self.name_option(&words, here);
                    let telling = telling(name);
                    for words in std::iter::once(telling.clone()).chain(synonyms.of(&telling)) {
                        made.entry(words.clone()).or_default().insert(here, true);
                        let head = (nth == 0).then(|| head(&words, &shared)).flatten();
                        let head = head.filter(|head| !group_words.contains(&head[0]));
                        let kind = |part: &Vec<String>| matches!(part.as_slice(), [word] if categories.contains(word));
                        for part in parts(&words, &shared).into_iter().filter(|part| !kind(part)) {
                            made.entry(part).or_default().entry(here).or_insert(false);
                        }
                        if let Some(head) = head.filter(|head| !kind(head)) {
                            made.entry(head).or_default().insert(here, true);
                        }
                    }
                }
            }
        }
        let mut made: Vec<_> = made.into_iter().collect();
        made.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (words, options) in made {
            let words: Vec<WordId> = words.into_iter().map(|stem| self.intern(stem)).collect();
            let noun = options.values().any(|noun| *noun);
            let options: Vec<OptionRef> =
                options.into_iter().filter(|(_, head)| *head || !noun).map(|(of, _)| of).collect();
            let groups: HashSet<usize> = options.iter().map(|o| o.group).collect();
            if groups.len() == options.len() && !self.is_name(&words) {
                let mut options = options;
                options.sort_unstable_by_key(|o| o.group);
                for here in options {
                    self.name_option(&words, here);
                }
            }
        }
        self.name_joined();
        self.weights.resize(self.vocabulary.len(), self.unknown_weight);
    }

    /// Whether the menu calls something so; the name of a group alone gives way to an option's.
    fn is_name(&self, words: &[WordId]) -> bool {
        let said: Vec<Option<WordId>> = words.iter().map(|word| Some(*word)).collect();
        self.longest_name(&said).is_some_and(|(length, named)| {
            length == words.len()
                && (!named.items.is_empty() || named.options.iter().any(|o| o.option.is_some()))
        })
    }

    /// An option's name; it stands before the name of a whole group.
    fn name_option(&mut self, words: &[WordId], here: OptionRef) {
        if words.is_empty() {
            return;
        }
        let named = self.phrases.name(words);
        if here.option.is_some() {
            named.options.retain(|o| o.option.is_some());
        }
        if !named.options.contains(&here) {
            named.options.push(here);
        }
    }
}

fn telling(name: &str) -> Vec<String> {
    stems(name).into_iter().filter(|word| !is_small(word)).collect()
}

/// Parts of a name that may stand for it: "oat" of "oat milk" where several options of the group are milks,
/// "lactose free milk" of "2% lactose free milk", in whatever order.
fn parts(words: &[String], shared: &HashSet<String>) -> Vec<Vec<String>> {
    let mut parts = Vec::new();
    let head = words.last();
    if let [first @ .., _] = words
        && !first.is_empty()
        && head.is_some_and(|head| shared.contains(head))
        && !matches!(first, [word] if turns(word) || counts(word))
    {
        parts.push(first.to_vec());
    }
    if (3..=LONGEST_SHUFFLED).contains(&words.len()) {
        for mask in 1_u32..1 << words.len() {
            let chosen: Vec<String> =
                (0..words.len()).filter(|at| mask & (1 << at) != 0).map(|at| words[at].clone()).collect();
            let kept = |at: usize| mask & (1 << at) != 0;
            let free = (0..words.len()).all(|at| words[at] != "free" || kept(at) && at > 0 && kept(at - 1));
            let said = !chosen.iter().any(|word| turns(word)) && !chosen.iter().all(|word| is_number(word));
            if chosen.len() > 1
                && free
                && said
                && !chosen.iter().any(|word| is_number(word) && words.len() > 3)
            {
                parts.extend(orders(&chosen));
            }
        }
    }
    parts
}

/// "sausage" of "Italian sausage".
fn head(words: &[String], shared: &HashSet<String>) -> Option<Vec<String>> {
    match words {
        [first, head] if !shared.contains(head) && !turns(first) => Some(vec![head.clone()]),
        _ => None,
    }
}

/// A word ("free" aside, which is said with its word or not at all) that makes the rest of a name mean something else, so that no part of the name stands for it: "lettuce
/// wrap, no bun" is not meant by "no lettuce".
fn turns(word: &str) -> bool {
    matches!(
        word,
        "no" | "not"
            | "without"
            | "extra"
            | "less"
            | "light"
            | "half"
            | "quarter"
            | "full"
            | "normal"
            | "regular"
            | "over"
            | "or"
    )
}

/// What is a number of pieces before anything else: the "1" of "1 litre", the "one" of "one litre".
fn counts(word: &str) -> bool {
    is_number(word) && word.len() < 2
        || matches!(
            word,
            "one" | "two" | "three" | "four" | "five" | "six" | "seven" | "eight" | "nine" | "ten" | "twelve"
        )
}

fn is_number(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_digit())
}

/// Every order of some words.
fn orders(words: &[String]) -> Vec<Vec<String>> {
    if words.len() < 2 {
        return vec![words.to_vec()];
    }
    (0..words.len())
        .flat_map(|first| {
            let rest: Vec<String> = words
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != first)
                .map(|(_, word)| word.clone())
                .collect();
            orders(&rest).into_iter().map(move |tail| [vec![words[first].clone()], tail].concat())
        })
        .collect()
}

/// Last words that several options of a group share: "milk" of "oat milk" and "almond milk".
fn shared_heads<'a>(names: impl Iterator<Item = &'a str>) -> HashSet<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for head in names.filter_map(|name| stems(name).pop()) {
        *counts.entry(head).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count > 1).map(|(word, _)| word).collect()
}
