//! What the restaurant sells: items, modifier groups and their options.

mod csv_files;

pub use csv_files::{RowProblem, read_csv};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A menu as the owner wrote it. Prices are in the one configured currency.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Menu {
    /// The row of `menu_versions` this was read from; 0 for a menu that came straight from a file.
    pub version: i64,
    /// In the order of the file.
    pub items: Vec<MenuItem>,
    /// In the order of the file.
    pub groups: Vec<ModifierGroup>,
}

/// Something that is sold by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct MenuItem {
    /// The slug of the name: unique in a menu, legal as a memcached key.
    pub key: String,
    /// As the owner writes it.
    pub name: String,
    /// What is in it; may be empty.
    pub description: String,
    /// `None` is shown as "—", never as 0.
    pub price: Option<Decimal>,
    /// May be empty.
    pub category: String,
    /// Other names customers use for it.
    pub aliases: Vec<String>,
    /// Free words such as "vegan".
    pub tags: Vec<String>,
    /// False: it has run out.
    pub available: bool,
}

/// A set of options, such as "milk".
#[derive(Clone, Debug, PartialEq)]
pub struct ModifierGroup {
    /// As the owner writes it.
    pub name: String,
    /// Whether one option excludes the others.
    pub choose: Choose,
    /// In the order of the file.
    pub options: Vec<ModifierOption>,
}

/// One option of a group, such as "oat milk".
#[derive(Clone, Debug, PartialEq)]
pub struct ModifierOption {
    /// As the owner writes it.
    pub name: String,
    /// Surcharge; `None` is free.
    pub price: Option<Decimal>,
    /// Item names or categories; empty is every item.
    pub applies_to: Vec<String>,
    /// Other words customers use for it.
    pub aliases: Vec<String>,
}

/// How many options of a group a line may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choose {
    /// The last one said wins.
    One,
    /// Any number.
    #[default]
    Many,
}

impl Menu {
    /// The item with this key.
    pub fn item(&self, key: &str) -> Option<&MenuItem> {
        self.items.iter().find(|item| item.key == key)
    }
}

impl ModifierOption {
    /// Whether the option can be chosen for the item: its name or category is listed, or nothing is.
    pub fn applies_to(&self, item: &MenuItem) -> bool {
        self.applies_to.is_empty()
            || self
                .applies_to
                .iter()
                .any(|to| to.eq_ignore_ascii_case(&item.name) || to.eq_ignore_ascii_case(&item.category))
    }
}

/// A name as a key: lower case, words joined by `_`. "Kale & Quinoa Super Salad" becomes
/// `kale_&_quinoa_super_salad`; accents are folded, what memcached forbids is dropped, and the
/// length is cut to 200 bytes.
pub fn slug(name: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    let folded: String = name.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let kept: String = folded.to_lowercase().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut slug = kept.split_whitespace().collect::<Vec<_>>().join("_");
    let cut = (0..=slug.len().min(200)).rev().find(|at| slug.is_char_boundary(*at)).unwrap_or(0);
    slug.truncate(cut);
    slug
}
