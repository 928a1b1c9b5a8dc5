//! Readers for rows that name the items of their own shop.

use std::collections::HashMap;

use crate::config::ReaderSettings;
use crate::embedding::Embedding;
use crate::menu::{Menu, MenuItem, slug};
use crate::pipeline::Reader;

/// The reader of a menu, and those of parts of it, each compiled once.
pub struct Readers {
    whole: Reader,
    parts: HashMap<Vec<String>, Reader>,
    menu: Menu,
    settings: ReaderSettings,
    embedding: Embedding,
}

impl Readers {
    /// Compiles the whole menu.
    pub fn new(menu: Menu, settings: ReaderSettings, embedding: Embedding) -> Self {
        let whole = Reader::new(menu.clone(), settings.clone(), embedding.clone());
        Self { whole, parts: HashMap::new(), menu, settings, embedding }
    }

    /// The reader for a shop that sells these items only; `None` is the whole menu.
    pub fn for_menu(&mut self, names: Option<&[String]>) -> &Reader {
        match names {
            None => &self.whole,
            Some(names) => self.parts.entry(names.to_vec()).or_insert_with(|| {
                let menu = restricted(&self.menu, names);
                Reader::new(menu, self.settings.clone(), self.embedding.clone())
            }),
        }
    }

    /// The reader that [`Readers::for_menu`] compiled before.
    pub fn compiled(&self, names: Option<&[String]>) -> Option<&Reader> {
        names.map_or(Some(&self.whole), |names| self.parts.get(names))
    }
}

/// The menu with the named items only. A name that it lacks is an item without a price: the shop does sell it.
fn restricted(menu: &Menu, names: &[String]) -> Menu {
    let item = |name: &String| {
        let key = slug(name);
        menu.item(&key).cloned().unwrap_or_else(|| MenuItem {
            key,
            name: name.clone(),
            description: String::new(),
            price: None,
            category: String::new(),
            aliases: Vec::new(),
            tags: Vec::new(),
            available: true,
        })
    };
    Menu { version: menu.version, items: names.iter().map(item).collect(), groups: menu.groups.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_against_the_items_of_its_own_shop() {
        let mut readers = Readers::new(Menu::default(), ReaderSettings::default(), Embedding::Off);
        let names = ["Latte".to_owned(), "Flat White".to_owned()];
        let items: Vec<_> = readers.for_menu(Some(&names)).menu().items.iter().map(|i| &i.name).collect();
        assert_eq!(items, ["Latte", "Flat White"]);
        assert!(readers.for_menu(None).menu().items.is_empty());
    }
}
