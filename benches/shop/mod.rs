//! The shop of the repository, for benchmarks: as it is, and with more items.

use std::path::Path;

use chit::menu::{Menu, MenuItem, read_csv, slug};

/// The menu at the root of the repository.
pub fn menu() -> Menu {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    read_csv(&root.join("menu.csv"), Some(&root.join("modifiers.csv"))).expect("the menu of the repository").0
}

/// So many items of it: the first, and beyond these the same again under other names.
pub fn menu_of(items: usize) -> Menu {
    let shop = menu();
    let mut menu = shop.clone();
    menu.items.truncate(items);
    for number in menu.items.len()..items {
        let like = &shop.items[number % shop.items.len()];
        let name = format!("Dish {number} of {}", like.name);
        menu.items.push(MenuItem { key: slug(&name), name, aliases: Vec::new(), ..like.clone() });
    }
    menu
}
