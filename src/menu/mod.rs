//! What the restaurant sells: items, modifier groups and their options.

mod csv_files;
mod price;
mod table;

mod store;

mod cached;

mod check;

pub use cached::{CacheCounts, MenuCache, MenuRow};
pub use check::{Finding, findings};
pub use csv_files::read_csv;
pub use store::{Imported, current, current_version, ensure, import};
pub use table::RowProblem;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A menu as the owner wrote it. Prices are in the one configured currency.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Menu {
    /// The row of `menu_versions` this was read from; 0 for a menu that came straight from a file.
    pub version: i64,
    /// In the order of the file.
    pub items: Vec<MenuItem>,
    /// In the order of the file.
    pub groups: Vec<ModifierGroup>,
}

/// Something that is sold by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModifierGroup {
    /// As the owner writes it.
    pub name: String,
    /// Whether one option excludes the others.
    pub choose: Choose,
    /// In the order of the file.
    pub options: Vec<ModifierOption>,
}

/// One option of a group, such as "oat milk".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// The item with this name, as the owner writes it.
    pub fn item_by_name(&self, name: &str) -> Option<&MenuItem> {
        self.items.iter().find(|item| item.name == name)
    }

    /// The item with this key.
    pub fn item(&self, key: &str) -> Option<&MenuItem> {
        self.items.iter().find(|item| item.key == key)
    }
}

impl MenuItem {
    /// Whether this is its name or its category, in any case.
    fn is_called(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        name == self.name.to_lowercase() || name == self.category.to_lowercase()
    }
}

impl ModifierOption {
    /// Whether the option can be chosen for the item: its name or category is listed, or nothing is.
    pub fn applies_to(&self, item: &MenuItem) -> bool {
        self.applies_to.is_empty() || self.applies_to.iter().any(|to| item.is_called(to))
    }
}

impl Choose {
    /// As the files and the database write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Many => "many",
        }
    }
}

/// The longest slug, in bytes: with a version before it, it fits the 250 bytes of a memcached key even
/// in base64, which the protocol needs for letters beyond ASCII.
const LONGEST_SLUG: usize = 160;

/// A name as a key: lower case, words joined by `_`. "Kale & Quinoa Super Salad" becomes
/// `kale_&_quinoa_super_salad`; accents are folded, what memcached forbids and what nobody sees is
/// dropped, and the length is cut to 160 bytes. Empty when nothing visible is left.
pub fn slug(name: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    let folded: String = name.nfkd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)).collect();
    let kept: String = folded.to_lowercase().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut slug = kept.split_whitespace().collect::<Vec<_>>().join("_");
    let cut = (0..=slug.len().min(LONGEST_SLUG)).rev().find(|at| slug.is_char_boundary(*at)).unwrap_or(0);
    slug.truncate(cut);
    slug
}

/// Zero-width and direction characters: two names that differ only in them look the same.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn names_become_keys() {
        let table = [
            ("Kale & Quinoa Super Salad", "kale_&_quinoa_super_salad"),
            ("  Jalape\u{f1}o   Poppers ", "jalapeno_poppers"),
            ("Jalapen\u{303}o Poppers", "jalapeno_poppers"),
            ("Kombucha\u{200b}", "kombucha"),
            ("Kombucha\u{a0}Gro\u{df}", "kombucha_gro\u{df}"),
            ("tab\tand\nline", "tab_and_line"),
            ("\u{5bff}\u{53f8}", "\u{5bff}\u{53f8}"),
            ("\u{301}\u{200d}", ""),
        ];
        for (name, key) in table {
            assert_eq!(slug(name), key, "{name:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_key_is_short_and_legal(name in "\\PC{0,300}") {
            let key = slug(&name);
            let address = format!("chit:{}:{key}", i64::MAX);
            let sent = if key.is_ascii() { address.len() } else { address.len().div_ceil(3) * 4 };
            assert!(sent <= 250, "{sent} bytes");
            assert!(!key.contains(|c: char| c.is_whitespace() || c.is_control()));
        }
    }
}
