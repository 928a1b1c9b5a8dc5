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
    /// Two items that some words may mean.
    Confusable {
        /// Their names, in the order of the menu.
        items: [String; 2],
        /// What a customer may write.
        words: String,
        /// How likely the reader takes these words for the less likely of the two, from 0 to 1.
        chance: f32,
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
            Self::Confusable { items: [one, other], words, chance } => {
                write!(f, "{one} and {other} are easily confused: \"{words}\" may be either ({chance:.2})")
            }
        }
    }
}

/// Looks through the menu for what needs no reader to be seen.
pub fn findings(menu: &Menu) -> Vec<Finding> {
    let mut findings = missing_prices(menu);
    findings.extend(aliases_of_several(menu));
    findings.extend(options_for_nothing(menu));
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

/// The name first, then the aliases.
fn words(item: &MenuItem) -> impl Iterator<Item = &str> {
    std::iter::once(&item.name).chain(&item.aliases).map(String::as_str)
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
        findings(menu).iter().map(ToString::to_string).collect()
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
            ]
        );
    }
}
