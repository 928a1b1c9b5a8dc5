//! Readers for rows that name the items of their own shop.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::ReaderSettings;
use crate::embedding::Embedding;
use crate::menu::{Menu, MenuItem, slug};
use crate::pipeline::Reader;

/// Shops whose readers are kept compiled at the same time.
const KEPT: usize = 256;

/// The reader of a menu, and those of parts of it, each compiled once.
pub struct Readers {
    whole: Arc<Reader>,
    parts: HashMap<Vec<String>, Arc<Reader>>,
    menu: Menu,
    settings: ReaderSettings,
    embedding: Embedding,
}

impl Readers {
    /// Compiles the whole menu.
    pub fn new(menu: Menu, settings: ReaderSettings, embedding: Embedding) -> Self {
        let whole = Arc::new(Reader::new(menu.clone(), settings.clone(), embedding.clone()));
        Self { whole, parts: HashMap::new(), menu, settings, embedding }
    }

    /// The reader for a shop that sells these items only; `None` is the whole menu.
    pub fn for_menu(&mut self, names: Option<&[String]>) -> Arc<Reader> {
        let Some(names) = names else { return Arc::clone(&self.whole) };
        if let Some(reader) = self.parts.get(names) {
            return Arc::clone(reader);
        }
        if self.parts.len() >= KEPT {
            self.parts.clear();
        }
        let menu = restricted(&self.menu, names);
        let reader = Arc::new(Reader::new(menu, self.settings.clone(), self.embedding.clone()));
        self.parts.insert(names.to_vec(), Arc::clone(&reader));
        reader
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
        let reader = readers.for_menu(Some(&names));
        let items: Vec<_> = reader.menu().items.iter().map(|item| &item.name).collect();
        assert_eq!(items, ["Latte", "Flat White"]);
        assert!(readers.for_menu(None).menu().items.is_empty());
    }
}
