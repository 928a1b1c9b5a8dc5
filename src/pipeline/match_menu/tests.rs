//! What a restaurant would notice of how names are matched.

use std::path::Path;
use std::sync::LazyLock;

use crate::config::{EmbeddingSettings, ReaderSettings};
use crate::embedding::Embedding;
use crate::menu::read_csv;
use crate::pipeline::{Outcome, Reader, Reading};

fn reader(embedding: Embedding) -> Reader {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let menu = read_csv(&root.join("menu.csv"), Some(&root.join("modifiers.csv"))).unwrap().0;
    Reader::new(menu, ReaderSettings::default(), embedding)
}

static READER: LazyLock<Reader> = LazyLock::new(|| reader(Embedding::Off));

static WITH_MODEL: LazyLock<Reader> =
    LazyLock::new(|| reader(Embedding::open(&EmbeddingSettings::default()).unwrap()));

fn items(reading: &Reading) -> Vec<(u32, &str)> {
    reading.lines.iter().filter_map(|line| Some((line.quantity, line.item.as_deref()?))).collect()
}

#[test]
fn what_is_not_on_the_menu_comes_with_the_two_nearest_and_honest_scores() {
    for reader in [&READER, &WITH_MODEL] {
        for (text, nearest, likely) in [
            ("one margherita pizza please", None, false),
            ("two falafel wraps and a lamb burger", None, false),
            ("a caesar please", Some("Chicken Caesar"), true),
            ("a coconut kombucha", Some("Kombucha"), true),
            ("two falafel wraps and a xqzt", None, false),
        ] {
            let reading = reader.read(text).reading;
            let part = &reading.unmatched[0];
            assert_eq!(part.candidates.len(), 2, "{text}: {part:?}");
            let best = &part.candidates[0];
            assert!(best.score >= part.candidates[1].score && best.score < 0.7, "{text}: {part:?}");
            assert_eq!(best.score >= 0.1, likely, "{text}: {part:?}");
            assert!(nearest.is_none_or(|name| best.item.starts_with(name)), "{text}: {part:?}");
        }
    }
}

#[test]
fn words_that_make_another_dish_of_a_name_are_never_passed_over() {
    for text in [
        "a falafel burger",
        "one kombucha float",
        "a mango smoothie",
        "one caesar burger",
        "a strawberry shake",
        "one rosemary chicken",
        "a kombucha and a hummus and pita",
        "one beef wrap and one kombucha",
    ] {
        let reading = WITH_MODEL.read(text).reading;
        assert_ne!(reading.outcome, Outcome::Order, "{text}: {reading:?}");
    }
}

#[test]
fn names_may_be_cut_short_turned_round_and_misspelt() {
    for (text, expected) in [
        ("one turkey quinoa, please", (1, "Turkey Quinoa Burger")),
        ("a tempeh burger, spicy", (1, "Spicy Tempeh Burger")),
        ("an avocado chicken burger", (1, "Grilled Chicken Avocado Burger")),
        ("one hummus wrap", (1, "Hummus Veggie Wrap")),
        ("a mediteranean burger", (1, "The Mediterranean Burger")),
        ("a chicken cesar salad", (1, "Chicken Caesar Salad")),
        ("2 koleslaw", (2, "Side Slaw")),
        ("a berry protien shake", (1, "Berry Protein Shake")),
    ] {
        let reading = READER.read(text).reading;
        assert_eq!(items(&reading), [expected], "{text:?}");
        assert_eq!(reading.outcome, Outcome::Order, "{text:?}: {}", reading.reason);
    }
}
