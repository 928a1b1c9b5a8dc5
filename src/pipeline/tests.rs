//! What a restaurant would notice of how its messages are read.

use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::words::tokens;
use super::*;
use crate::config::{OnUnmatchedItem, PoliteRequests};
use crate::menu::read_csv;

fn menu() -> Menu {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    read_csv(&root.join("menu.csv"), Some(&root.join("modifiers.csv"))).unwrap().0
}

static READER: LazyLock<Reader> =
    LazyLock::new(|| Reader::new(menu(), ReaderSettings::default(), Embedding::default()));

fn reader(change: impl FnOnce(&mut ReaderSettings, &mut Menu)) -> Reader {
    let (mut settings, mut menu) = (ReaderSettings::default(), menu());
    change(&mut settings, &mut menu);
    Reader::new(menu, settings, Embedding::default())
}

/// Lines as a cook would jot them down: `2 Item +extra option (note)`.
fn jotted(reading: &Reading) -> String {
    let line = |line: &Line| {
        let options = line.options.iter().map(|choice| {
            let amount = match choice.amount {
                Amount::No => "-",
                Amount::Light => "~",
                Amount::Regular => "+",
                Amount::Extra => "++",
                Amount::NoExtra => "!",
            };
            format!(" {amount}{}", choice.option.as_deref().unwrap_or("all"))
        });
        let notes = line.notes.iter().map(|note| format!(" ({note})"));
        let item = line.item.as_deref().unwrap_or("?");
        format!("{} {item}{}", line.quantity, options.chain(notes).collect::<String>())
    };
    reading.lines.iter().map(line).collect::<Vec<_>>().join("; ")
}

#[test]
fn orders_become_lines_a_cook_can_work_from() {
    for (text, expected) in [
        ("kombucha", "1 Kombucha"),
        ("I'd like a couple of kombuchas and half a dozen cookies", "2 Kombucha; 6 Banana Oat Cookie"),
        ("kombucha x4, 2x oj", "4 Kombucha; 2 Fresh Orange Juice"),
        ("2 lean beef burgers, no onion or tomato", "2 Lean Beef Burger -onion -tomato"),
        ("beef burger, extra bacon, easy on the mayo", "1 Lean Beef Burger ++bacon ~mayo"),
        ("lemonade no extra sugar", "1 Homemade Lemonade !sugar"),
        ("three beef burgers, no onions on one of them", "2 Lean Beef Burger; 1 Lean Beef Burger -onion"),
        ("two matcha lattes, one with oat", "1 Iced Matcha Latte; 1 Iced Matcha Latte +oat milk"),
        (
            "greek salad, dressing on the side, hold the olives",
            "1 Greek Salad -olives (dressing on the side)",
        ),
        ("tofu wrap, no peanut sauce", "1 Smoked Tofu Wrap (no peanut sauce)"),
        ("2 kombucha. sorry make that 3", "3 Kombucha"),
        ("falafel wrap please! no wait, tofu wrap", "1 Smoked Tofu Wrap"),
        ("1 beef burgr and a lemonad", "1 Lean Beef Burger; 1 Homemade Lemonade"),
        ("FALAFEL\u{200b} WRAP", "1 Falafel Wrap"),
        ("soup of the day", "1 Tomato Basil Soup"),
        ("1 lean beef burger for Tom at 7", "1 Lean Beef Burger"),
    ] {
        let reading = READER.read(text).reading;
        assert_eq!(jotted(&reading), expected, "{text:?}");
        assert_eq!(reading.outcome, Outcome::Order, "{text:?}: {}", reading.reason);
    }
}

#[test]
fn what_is_no_order_never_becomes_one() {
    for (text, expected) in [
        ("Could I get a falafel wrap, please?", Outcome::Enquiry),
        ("is there sesame in the falafel wrap", Outcome::Enquiry),
        ("2 falafel wraps, how much is that", Outcome::Enquiry),
        ("if I ordered two falafel wraps now, when would they be ready?", Outcome::Enquiry),
        ("please don't order the falafel wrap for me", Outcome::Enquiry),
        ("where is my order? two falafel wraps", Outcome::Enquiry),
        ("cancel my order, the two kombuchas", Outcome::Enquiry),
        ("brownie?", Outcome::Enquiry),
        ("we always order the greek salad", Outcome::Enquiry),
        ("there's a hair in my soup", Outcome::Enquiry),
        ("I love lemonade", Outcome::Miscellaneous),
        ("one margherita pizza please", Outcome::Enquiry),
        ("I'd like a margherita pizza", Outcome::Enquiry),
        ("the lift is out of order again", Outcome::Miscellaneous),
        ("had the falafel wrap yesterday, lovely", Outcome::Miscellaneous),
        ("👍", Outcome::Miscellaneous),
        ("", Outcome::Miscellaneous),
    ] {
        let reading = READER.read(text).reading;
        assert_eq!(reading.outcome, expected, "{text:?}: {}", reading.reason);
    }
}

#[test]
fn doubt_goes_to_a_person_with_a_reason() {
    for (text, reason) in [
        ("a caesar please", "could be"),
        ("one vegan burger", "could be"),
        ("2 burgers", "could be"),
        ("two falafel wraps and a pork pie", "pork pie"),
        ("lamb burger and a kombucha", "lamb burger"),
        ("a coconut kombucha", "coconut kombucha"),
        ("falafel wrap, I'm allergic to nuts", "allergy"),
        ("a side of bacon and a kombucha", "bacon"),
        ("999 kombuchas", "more than 50"),
        ("3 lemonades without", "left out"),
    ] {
        let reading = READER.read(text).reading;
        assert_eq!(reading.outcome, Outcome::Review, "{text:?}: {}", reading.reason);
        assert!(reading.reason.contains(reason), "{text:?}: {}", reading.reason);
    }
}

#[test]
fn a_modifier_stays_with_the_unknown_dish_it_was_said_of() {
    let reading = READER.read("a kombucha and a pork pie with extra bacon").reading;
    assert_eq!(jotted(&reading), "1 Kombucha");
    assert_eq!(reading.unmatched[0].text, "a pork pie with extra bacon");
}

#[test]
fn settings_decide_on_polite_requests_and_unknown_dishes() {
    let polite = reader(|settings, _| settings.polite_requests = PoliteRequests::Order);
    assert_eq!(polite.read("Could I get a falafel wrap?").reading.outcome, Outcome::Order);
    let text = "a falafel wrap and a pork pie";
    for (setting, expected) in [
        (OnUnmatchedItem::Review, Outcome::Review),
        (OnUnmatchedItem::Reject, Outcome::Enquiry),
        (OnUnmatchedItem::Partial, Outcome::Order),
    ] {
        let reader = reader(|settings, _| settings.on_unmatched_item = setting);
        assert_eq!(reader.read(text).reading.outcome, expected);
    }
}

#[test]
fn what_has_run_out_is_said() {
    let reader =
        reader(|_, menu| menu.items.iter_mut().for_each(|item| item.available = item.name != "Kombucha"));
    let reading = reader.read("a kombucha and a falafel wrap").reading;
    assert_eq!((reading.outcome, reading.reason.as_str()), (Outcome::Review, "Kombucha has run out"));
}

#[test]
fn prices_come_from_the_menu_with_surcharges() {
    let line = &READER.read("lean beef burger with bacon, no onion").reading.lines[0];
    assert_eq!(line.unit_price, Some(Decimal::new(1340, 2)));
    let unpriced = reader(|_, menu| menu.items.iter_mut().for_each(|item| item.price = None));
    assert_eq!(unpriced.read("kombucha with ice").reading.lines[0].unit_price, None);
}

#[test]
fn how_when_and_for_whom_is_understood() {
    let reading = READER.read("falafel wrap, delivery to 12 Mill Lane, flat 4, at 7pm. Thanks, Gail").reading;
    assert_eq!(reading.fulfilment.kind, Some(FulfilmentKind::Delivery));
    assert_eq!(reading.fulfilment.address_text.as_deref(), Some("12 Mill Lane, flat 4"));
    assert_eq!(reading.fulfilment.time_text.as_deref(), Some("at 7pm"));
    assert_eq!(reading.customer_name.as_deref(), Some("Gail"));
}

#[test]
fn every_stage_leaves_a_trace() {
    let stages: Vec<Stage> = READER.read("kombucha").stages.iter().map(|trace| trace.stage).collect();
    assert_eq!(stages, [Stage::Classify, Stage::Affirm, Stage::Parse, Stage::Match]);
}

#[test]
fn a_very_long_message_is_read_in_reasonable_time() {
    let units = "two falafel wraps, no onion and a kombucha |no |x 2 |blah |one |oat milk |, |(|\n|hot |at |with onion |\
                 onion, |falafel wrap all |both extra onion |1 no onion |for |is |twenty |burger |- + |swap onion ";
    for unit in units.split('|') {
        let text = unit.repeat(100_000 / unit.len());
        let start = std::time::Instant::now();
        READER.read(&text);
        assert!(start.elapsed().as_secs() < 5, "{unit:?} took {:?}", start.elapsed());
    }
}

/// Words of the message that are in no line, no unmatched part, no phrase and not unplaced.
fn lost(reading: &Reading) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let texts = reading.lines.iter().map(|line| &line.text);
    let texts = texts.chain(reading.unmatched.iter().map(|part| &part.text));
    let texts = texts.chain(reading.phrases.iter().map(|phrase| &phrase.text)).chain(&reading.unplaced);
    for text in texts {
        kept.extend(tokens(text).into_iter().map(|t| t.folded));
    }
    let words = tokens(&reading.text).into_iter().filter(words::Token::is_word);
    words.map(|t| t.folded).filter(|word| !kept.contains(word)).collect()
}

proptest! {
    #[test]
    fn every_word_of_any_text_is_accounted_for(text in any::<String>()) {
        prop_assert_eq!(lost(&READER.read(&text).reading), Vec::<String>::new());
    }

    #[test]
    fn every_word_of_an_order_like_text_is_accounted_for(words in proptest::collection::vec(
        prop::sample::select(vec![
            "two", "2", "x", "a", "one", "falafel wrap", "caesar", "kombucha", "lemonade", "pizza", "no", "with",
            "extra", "onion", "oat milk", "and", ",", ".", "(", ")", "on one of them", "both", "the other", "large",
            "on the side", "instead of", "swap", "for", "Tom", "at", "7", "pm", "delivery to", "Mill Lane", "thanks",
            "make that", "none", "please", "i'd like", "another", "well done", "hot", "w/o", "12:15", "table", "not",
        ]), 0..25)) {
        let text = words.join(" ");
        let reading = READER.read(&text).reading;
        prop_assert_eq!(lost(&reading), Vec::<String>::new(), "{}", text);
        prop_assert!(reading.lines.iter().all(|line| line.quantity > 0));
    }
}
