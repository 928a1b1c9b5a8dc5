//! What an owner should look at in a menu that can be used as it stands.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::{Menu, MenuItem, slug};

/// Something in a menu that will make orders doubtful.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Finding {
    /// An order with it has no total.
    MissingPrice {
        /// Its name.
        item: String,
    },
    /// One word for several items: such an order goes to a person.
    AliasOfSeveral {
        /// The alias or name.
        alias: String,
        /// The names of the items, in the order of the menu.
        items: Vec<String>,
    },
    /// An option that no item or category of the menu takes.
    OptionForNothing {
        /// The group of the option.
        group: String,
        /// The name of the option.
        option: String,
        /// What it should apply to and nothing is called.
        applies_to: String,
    },
    /// Two items whose names, or other words for them, are so alike that one is taken for the other.
    Confusable {
        /// Their names, in the order of the menu.
        items: [String; 2],
        /// The words that are alike: one of each.
        words: [String; 2],
        /// From 0 to 1.
        similarity: f32,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingPrice { item } => {
                write!(f, "{item} has no price: an order with it has no total")
            }
            Self::AliasOfSeveral { alias, items } => {
                write!(f, "\"{alias}\" names {}: keep it for one of them", items.join(" and "))
            }
            Self::OptionForNothing { group, option, applies_to } => {
                write!(f, "{group}: {option} applies to \"{applies_to}\", which is no item and no category")
            }
            Self::Confusable { items: [one, other], words, similarity } => {
                write!(f, "{one} and {other} are easily confused")?;
                if *words != [one.clone(), other.clone()] {
                    write!(f, ", as \"{}\" and \"{}\"", words[0], words[1])?;
                }
                write!(f, " (similarity {similarity:.2})")
            }
        }
    }
}

/// Looks through the menu. Names and aliases of two items that `similar` puts at or above
/// `confused_at` (both from 0 to 1) are confusable.
pub fn findings(menu: &Menu, similar: impl Fn(&str, &str) -> f32, confused_at: f32) -> Vec<Finding> {
    let mut findings = missing_prices(menu);
    findings.extend(aliases_of_several(menu));
    findings.extend(options_for_nothing(menu));
    findings.extend(confusable(menu, similar, confused_at));
    findings
}

fn missing_prices(menu: &Menu) -> Vec<Finding> {
    let unpriced = menu.items.iter().filter(|item| item.price.is_none());
    unpriced.map(|item| Finding::MissingPrice { item: item.name.clone() }).collect()
}

fn aliases_of_several(menu: &Menu) -> Vec<Finding> {
    let mut named: BTreeMap<String, (&str, Vec<&MenuItem>)> = BTreeMap::new();
    for item in &menu.items {
        for word in words(item) {
            let items = &mut named.entry(slug(word)).or_insert((word, Vec::new())).1;
            if items.last().is_none_or(|last| last.key != item.key) {
                items.push(item);
            }
        }
    }
    named
        .into_values()
        .filter(|(_, items)| items.len() > 1)
        .map(|(alias, items)| Finding::AliasOfSeveral {
            alias: alias.to_owned(),
            items: items.iter().map(|item| item.name.clone()).collect(),
        })
        .collect()
}

fn options_for_nothing(menu: &Menu) -> Vec<Finding> {
    let mut findings = Vec::new();
    for group in &menu.groups {
        for option in &group.options {
            let unknown =
                option.applies_to.iter().filter(|to| !menu.items.iter().any(|item| item.is_called(to)));
            findings.extend(unknown.map(|to| Finding::OptionForNothing {
                group: group.name.clone(),
                option: option.name.clone(),
                applies_to: to.clone(),
            }));
        }
    }
    findings
}

fn confusable(menu: &Menu, similar: impl Fn(&str, &str) -> f32, confused_at: f32) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, one) in menu.items.iter().enumerate() {
        for other in &menu.items[at + 1..] {
            let pairs = words(one).flat_map(|word| words(other).map(move |like| (word, like)));
            let different = pairs.filter(|(word, like)| slug(word) != slug(like));
            let closest = different
                .map(|(word, like)| (similar(word, like), [word.to_owned(), like.to_owned()]))
                .max_by(|(a, _), (b, _)| a.total_cmp(b));
            if let Some((similarity, words)) = closest.filter(|(similarity, _)| *similarity >= confused_at) {
                found.push((similarity, [one.name.clone(), other.name.clone()], words));
            }
        }
    }
    found.sort_by(|(a, ..), (b, ..)| b.total_cmp(a));
    found
        .into_iter()
        .map(|(similarity, items, words)| Finding::Confusable { items, words, similarity })
        .collect()
}

/// The name first, then the aliases.
fn words(item: &MenuItem) -> impl Iterator<Item = &str> {
    std::iter::once(&item.name).chain(&item.aliases).map(String::as_str)
}

/// At or above this, `alike` takes two names for one another.
pub const CONFUSED_AT: f32 = 0.65;

/// How much of two names is the same, from 0 to 1, by their words and the spelling of these.
pub fn alike(one: &str, other: &str) -> f32 {
    let (one, other) = (telling_words(one), telling_words(other));
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    let mut left = other.clone();
    let mut shared = 0.0;
    for word in &one {
        let closest = left
            .iter()
            .enumerate()
            .map(|(at, like)| (at, strsim::jaro_winkler(word, like)))
            .max_by(|(_, a), (_, b)| a.total_cmp(b));
        if let Some((at, likeness)) = closest.filter(|(_, likeness)| *likeness >= 0.9) {
            left.swap_remove(at);
            shared += likeness;
        }
    }
    let words = u16::try_from(one.len() + other.len()).unwrap_or(u16::MAX);
    (2.0 * shared / f64::from(words)) as f32
}

fn telling_words(name: &str) -> Vec<String> {
    let folded = slug(name);
    let all: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let small = ["the", "a", "an", "of", "and", "with", "in", "on"];
    let telling: Vec<String> = all.iter().filter(|word| !small.contains(&word.as_str())).cloned().collect();
    if telling.is_empty() { all } else { telling }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::menu::{ModifierGroup, ModifierOption};

    fn item(name: &str, aliases: &[&str]) -> MenuItem {
        MenuItem {
            key: slug(name),
            name: name.to_owned(),
            description: String::new(),
            price: Some("5.00".parse().unwrap()),
            category: "drinks".to_owned(),
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
            tags: Vec::new(),
            available: true,
        }
    }

    fn said(menu: &Menu) -> Vec<String> {
        findings(menu, alike, CONFUSED_AT).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_owner_hears_what_makes_orders_doubtful() {
        let mut menu = Menu {
            version: 0,
            items: vec![
                item("Latte", &["coffee", "Coffee"]),
                item("Flat White", &["Coffee"]),
                item("Chicken Caesar Wrap", &[]),
                item("Chicken Caesar Salad", &["latte"]),
                item("Kombucha", &[]),
                item("Combucha", &[]),
            ],
            groups: vec![ModifierGroup {
                name: "milk".to_owned(),
                choose: Default::default(),
                options: vec![ModifierOption {
                    name: "oat milk".to_owned(),
                    price: None,
                    applies_to: vec!["Drinks".to_owned(), "flat white".to_owned(), "cakes".to_owned()],
                    aliases: Vec::new(),
                }],
            }],
        };
        menu.items[1].price = None;
        assert_eq!(
            said(&menu),
            [
                "Flat White has no price: an order with it has no total",
                "\"coffee\" names Latte and Flat White: keep it for one of them",
                "\"Latte\" names Latte and Chicken Caesar Salad: keep it for one of them",
                "milk: oat milk applies to \"cakes\", which is no item and no category",
                "Kombucha and Combucha are easily confused (similarity 0.92)",
                "Chicken Caesar Wrap and Chicken Caesar Salad are easily confused (similarity 0.67)",
            ]
        );
    }

    #[test]
    fn different_names_are_not_confused() {
        let pairs =
            [("Sparkling Water", "Still Water"), ("Fries", "The"), ("Black Bean Burger", "Lean Beef Burger")];
        for (one, other) in pairs {
            assert!(alike(one, other) < CONFUSED_AT, "{one}, {other}: {}", alike(one, other));
        }
        assert!(alike("The Garden Burger", "garden burger") > 0.99);
        assert_eq!(alike("", "Latte"), 0.0);
    }
}
