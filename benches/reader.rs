//! How long a message takes to be read, by length of message and of menu.

mod shop;

use chit::config::ReaderSettings;
use chit::embedding::Embedding;
use chit::menu::Menu;
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

fn reader(menu: Menu) -> Reader {
    Reader::new(menu, ReaderSettings::default(), Embedding::default())
}

#[divan::bench(args = MESSAGES)]
fn message(bencher: divan::Bencher, text: &str) {
    let reader = reader(shop::menu());
    bencher.bench(|| reader.read(text));
}

#[divan::bench(args = MESSAGES)]
fn message_with_2000_items(bencher: divan::Bencher, text: &str) {
    let reader = reader(shop::menu_of(2000));
    bencher.bench(|| reader.read(text));
}

#[divan::bench]
fn message_of_100_kb(bencher: divan::Bencher) {
    let reader = reader(shop::menu());
    let text = MESSAGES.join(" ").repeat(300);
    bencher.bench(|| reader.read(&text[..100_000]));
}

#[divan::bench]
fn compile_the_menu(bencher: divan::Bencher) {
    bencher.with_inputs(shop::menu).bench_values(reader);
}
