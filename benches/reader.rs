//! How long a message takes to be read, by length of message and of menu.

use std::path::Path;

use chit::config::ReaderSettings;
use chit::embedding::Embedding;
use chit::menu::{Menu, MenuItem, read_csv, slug};
use chit::pipeline::Reader;

const MESSAGES: [&str; 6] = [
    "kombucha x4",
    "Could I get a falafel wrap without onions, please?",
    "2 lean beef burgr, no onion or tomato, extra bacon and a large lemonade, pickup at 7pm for Tom",
    "what time do you close on sundays",
    "In order to keep receiving your parcels, confirm your address now",
    "hey its josh again lol.. we want 3 beef burgers (2 of em w bacon) 1 falafel wrap for my sister, 2 large sweet \
     potato fries and 4 lemonades. picking up 7ish",
];

fn main() {
    divan::main();
}

fn menu() -> Menu {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    read_csv(&root.join("menu.csv"), Some(&root.join("modifiers.csv"))).expect("the menu of the repository").0
}

fn large_menu() -> Menu {
    let mut menu = menu();
    for number in menu.items.len()..2000 {
        let name = format!("Dish {number} of {}", menu.items[number % 36].name);
        menu.items.push(MenuItem {
            key: slug(&name),
            name,
            aliases: Vec::new(),
            ..menu.items[number % 36].clone()
        });
    }
    menu
}

fn reader(menu: Menu) -> Reader {
    Reader::new(menu, ReaderSettings::default(), Embedding::default())
}

#[divan::bench(args = MESSAGES)]
fn message(bencher: divan::Bencher, text: &str) {
    let reader = reader(menu());
    bencher.bench(|| reader.read(text));
}

#[divan::bench(args = MESSAGES)]
fn message_with_2000_items(bencher: divan::Bencher, text: &str) {
    let reader = reader(large_menu());
    bencher.bench(|| reader.read(text));
}

#[divan::bench]
fn message_of_100_kb(bencher: divan::Bencher) {
    let reader = reader(menu());
    let text = MESSAGES.join(" ").repeat(300);
    bencher.bench(|| reader.read(&text[..100_000]));
}

#[divan::bench]
fn compile_the_menu(bencher: divan::Bencher) {
    bencher.with_inputs(menu).bench_values(reader);
}
