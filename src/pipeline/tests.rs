//! What a restaurant would notice of how its messages are read.

use std::path::Path;
use std::sync::LazyLock;

use rust_decimal::Decimal;

use super::*;
use crate::config::{OnUnmatchedItem, PoliteRequests};
use crate::menu::read_csv;

mod references;
mod shops;
mod withdrawals;

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

/// Each text becomes an order of these lines.
fn are_ordered(texts: &[(&str, &str)]) {
    for (text, expected) in texts {
        let reading = READER.read(text).reading;
        assert_eq!(jotted(&reading), *expected, "{text:?}");
        assert_eq!(reading.outcome, Outcome::Order, "{text:?}: {}", reading.reason);
    }
}

#[test]
fn orders_become_lines_a_cook_can_work_from() {
    are_ordered(&[
        ("kombucha", "1 Kombucha"),
        ("I'd like a couple of kombuchas and half a dozen cookies", "2 Kombucha; 6 Banana Oat Cookie"),
        ("kombucha x4, 2x oj", "4 Kombucha; 2 Fresh Orange Juice"),
        ("2 lean beef burgers, no onion or tomato", "2 Lean Beef Burger -onion -tomato"),
        ("beef burger, extra bacon, easy on the mayo", "1 Lean Beef Burger ++bacon ~mayo"),
        ("lemonade no extra sugar", "1 Homemade Lemonade !sugar"),
        ("a lemonade, and no extra sugar", "1 Homemade Lemonade !sugar"),
        ("two beef burgers, and don't put onion on any of them", "2 Lean Beef Burger -onion"),
        ("a beef burger, lose the onion", "1 Lean Beef Burger -onion"),
        ("a beef burger minus onion plus bacon", "1 Lean Beef Burger -onion +bacon"),
        ("3 falafel wraps, that's it. 2 kombuchas, two of them", "3 Falafel Wrap; 2 Kombucha"),
        (
            "a falafel wrap and a hummus wrap. The second one with extra avocado. The first without tomato",
            "1 Falafel Wrap -tomato; 1 Hummus Veggie Wrap ++avocado",
        ),
        (
            "a beef burger and a kombucha. Make the burger without onion",
            "1 Lean Beef Burger -onion; 1 Kombucha",
        ),
        ("4 beef burgers, extra bacon on all but one", "1 Lean Beef Burger; 3 Lean Beef Burger ++bacon"),
        ("2 sweet potato fries and a large one", "2 Sweet Potato Fries; 1 Sweet Potato Fries +large"),
        ("falafel wrap and kombucha, two of each", "2 Falafel Wrap; 2 Kombucha"),
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
    ]);
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
        ("we always order the greek salad", Outcome::Miscellaneous),
        ("there's a hair in my soup", Outcome::Enquiry),
        ("my beef burger came without fries", Outcome::Enquiry),
        ("2 beef burgers didn't arrive", Outcome::Enquiry),
        ("beef burger wrong, I asked for no onion", Outcome::Enquiry),
        ("might get a beef burger later", Outcome::Enquiry),
        ("I would order a beef burger if you delivered here", Outcome::Enquiry),
        ("price for 2 kombuchas", Outcome::Enquiry),
        ("beef burger with fries was nice, kombucha not so much", Outcome::Miscellaneous),
        ("I love lemonade", Outcome::Miscellaneous),
        ("I'd kill for a falafel wrap right now", Outcome::Miscellaneous),
        ("my neighbour gets through three falafel wraps every Friday", Outcome::Miscellaneous),
        ("if I was to get 20 falafel wraps, would I get a discount", Outcome::Enquiry),
        ("can I order the falafel wrap on a Monday or is that only at weekends", Outcome::Enquiry),
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
        ("an orange juice and one of your burgers", "could be"),
        ("flat white and a falafel wrap", "flat white"),
        ("falafel wrap, I'm allergic to nuts", "allergy"),
        ("a side of bacon and a kombucha", "bacon"),
        ("999 kombuchas", "more than 50"),
        ("kombuchas 4000000 please", "more than 50"),
        ("3 lemonades without", "left out"),
    ] {
        let reading = READER.read(text).reading;
        assert_eq!(reading.outcome, Outcome::Review, "{text:?}: {}", reading.reason);
        assert!(reading.reason.contains(reason), "{text:?}: {}", reading.reason);
    }
}

/// A reader with the model that is built in.
static WITH_MODEL: LazyLock<Reader> = LazyLock::new(|| {
    let embedding = Embedding::open(&crate::config::EmbeddingSettings::default()).unwrap();
    Reader::new(menu(), ReaderSettings::default(), embedding)
});

#[test]
fn what_stands_around_an_order_is_no_dish() {
    for (text, expected) in [
        (
            "1 salmon burger, no onion\n1 oj no ice\nArne, 12:35",
            "1 Wild Salmon Burger -onion; 1 Fresh Orange Juice -ice",
        ),
        ("kombucha x2. Delivery, Lerchenweg 14, Rosa & Kai", "2 Kombucha"),
        ("3 tofu wraps. Many thanks, Familie Roth", "3 Smoked Tofu Wrap"),
        (
            "beet salad, no walnuts, for my gran. Delivery Kerkstraat 3, bell \"Peters\"",
            "1 Roasted Beet Salad -walnuts",
        ),
        ("2 brownies. Delivery: Veerhaven 30, top floor, Mees", "2 Vegan Brownie"),
        ("chicken avo burger, brioche. 12.15 Dex", "1 Grilled Chicken Avocado Burger +brioche bun"),
        ("pickup 17.20 1 falafel wrap. Mr & Mrs Ashby", "1 Falafel Wrap"),
        ("6 black bean burgers, garden party, collect at 1 pm, Wolfgang", "6 Black Bean Burger"),
        ("2 kids: 2 small fries, 2 small lemonades", "2 Rosemary Fries +small; 2 Homemade Lemonade +small"),
        ("one side slaw, I'll collect at ten past twelve. Best, Beatrix", "1 Side Slaw"),
        ("one large fries 2 share. Mats", "1 Rosemary Fries +large"),
        ("kombucha 4 pick up 1pm", "1 Kombucha"),
        ("still water and a brownie 4 Steef at 1845", "1 Still Water; 1 Vegan Brownie"),
        (
            "2 bean burgers, 2 lemonades, no fries today. Gitte & Poul, 14:00",
            "2 Black Bean Burger; 2 Homemade Lemonade",
        ),
        ("turkey burger; still water. Quick as you can, Bob", "1 Turkey Quinoa Burger; 1 Still Water"),
        ("3 mango lassi, no ice in any. table 2", "3 Mango Lassi -ice"),
        ("13:15 pickup, football club: 10 cookies", "10 Banana Oat Cookie"),
        ("one falafel wrap, pick up, 01632 960114", "1 Falafel Wrap"),
        ("Hola, one falafel wrap with gravy, grazie mille", "1 Falafel Wrap (with gravy)"),
    ] {
        let reading = WITH_MODEL.read(text).reading;
        assert_eq!(jotted(&reading), expected, "{text:?}");
        assert_eq!(reading.outcome, Outcome::Order, "{text:?}: {}", reading.reason);
    }
}

#[test]
fn counts_and_splits_are_shared_out() {
    are_ordered(&[
        ("four turkey burgers and a coleslaw for each", "4 Turkey Quinoa Burger; 4 Side Slaw"),
        (
            "one iced matcha with oat, one with almond",
            "1 Iced Matcha Latte +oat milk; 1 Iced Matcha Latte +almond milk",
        ),
        ("lean beef burger. Two of those please", "2 Lean Beef Burger"),
        ("fries twice and a kombucha", "2 Rosemary Fries; 1 Kombucha"),
        (
            "hummus veggie wrap, 2 of them, 1 with feta, 1 w/o",
            "1 Hummus Veggie Wrap; 1 Hummus Veggie Wrap +feta",
        ),
        (
            "black bean + green garden, all two without onions",
            "1 Black Bean Burger -onion; 1 The Green Garden Vegan Burger -onion",
        ),
        ("Turkey burgers: 2. Fries: 2 large", "2 Turkey Quinoa Burger; 2 Rosemary Fries +large"),
        ("1 fruit bowl, 2 panna cottas, 2 spoons", "1 Fruit Bowl; 2 Coconut Panna Cotta (2 spoons)"),
        ("mushroom burger no bun", "1 Portobello Stack Burger -all"),
        ("a falafel wrap, tahini on the side please", "1 Falafel Wrap (tahini on the side)"),
        ("falafel wrap with the sauce on the side", "1 Falafel Wrap (sauce on the side)"),
        ("salmon burger, capers extra", "1 Wild Salmon Burger (capers extra)"),
        ("beef burger x2, no onion x1", "1 Lean Beef Burger; 1 Lean Beef Burger -onion"),
        ("beet salad without goat cheese", "1 Roasted Beet Salad (without goat cheese)"),
        ("a veg wrap and 2 sw potato fries", "1 Hummus Veggie Wrap; 2 Sweet Potato Fries"),
        ("two small OJs", "2 Fresh Orange Juice +small"),
        (
            "hummus wrap cut in 3, one soup split on two plates",
            "1 Hummus Veggie Wrap (cut in 3); 1 Tomato Basil Soup (split on two plates)",
        ),
    ]);
}

#[test]
fn an_unknown_dish_is_never_passed_over() {
    for (text, unknown) in [
        ("butternut risotto x2, greek salad x1", "butternut risotto"),
        ("two falafel wraps and a big bowl of ramen, pick up 13:15", "ramen"),
        ("a glass of prosecco and a fruit bowl, table 12", "prosecco"),
        ("gyros pita, extra tzatziki, and a greek salad. 17:00 Kostas", "gyros pita"),
        ("Double whopper and large fries, pick up 18.00", "whopper"),
        ("one poke bowl with salmon and one green detox smoothie", "poke bowl with salmon"),
        ("brownie, a panna cotta for the table please (11)", "11"),
        ("one falafel wrap and 2 gravy", "2 gravy"),
        ("one falafel wrap and a cinnamon roll", "cinnamon roll"),
    ] {
        let reading = WITH_MODEL.read(text).reading;
        assert_eq!(reading.outcome, Outcome::Review, "{text:?}: {}", reading.reason);
        assert!(reading.reason.contains(unknown), "{text:?}: {}", reading.reason);
    }
}

#[test]
fn dishes_that_are_told_of_are_not_ordered() {
    for (text, expected) in [
        ("Came by on Thursday and the salmon burger was the best I've had in years", Outcome::Miscellaneous),
        ("the new straws melt in my lemonade", Outcome::Miscellaneous),
        ("I only came for the bathroom, stayed for the brownies", Outcome::Miscellaneous),
        ("Thanks for the quick delivery, still hot!", Outcome::Miscellaneous),
        ("loved the falafel wraps you delivered, thanks", Outcome::Miscellaneous),
        ("my brother thinks he's the king after one kombucha", Outcome::Miscellaneous),
        ("Your menu board fell over in the wind, I put it back up", Outcome::Miscellaneous),
        ("We ordered 2 soups and got 1, can someone bring the other? Table 14", Outcome::Enquiry),
        ("the two tofu wraps were stone cold when they arrived at 12:30", Outcome::Miscellaneous),
        ("I got 2 salmon burgers and no fries, table 4", Outcome::Enquiry),
        ("I waited 35 min for a wrap. A WRAP.", Outcome::Enquiry),
        ("Could you please deliver two kale salads to the gym at six?", Outcome::Enquiry),
        ("Can table 3 have two cookies and two lassis?", Outcome::Enquiry),
        ("Are dogs allowed on the terrace?", Outcome::Enquiry),
    ] {
        let reading = WITH_MODEL.read(text).reading;
        assert_eq!(reading.outcome, expected, "{text:?}: {}", reading.reason);
    }
}

#[test]
fn an_order_that_sounds_like_a_question_is_placed() {
    for text in [
        "Chicken avocado burger x2, one without mayo. Will be there 12:50. Salma",
        "one bean burger, gf bun if you have any left. Jelena, 6pm",
        "ok here is the order for tonight, 19:15 delivery, Kerkpad 2: 6 green garden burgers",
        "hi is late I know: 1 tempeh burger, 1 small fries, pickup 21:20. Niko",
        "Same as I said to Bo yesterday: one greek salad no onions. I'll walk over at 12:40",
        "please deliver 5 veggie wraps at 12:30, invoice to Harbour House",
        "a wild salmon burger please. Eating in, 12:15, table for one",
    ] {
        let reading = READER.read(text).reading;
        assert_eq!(reading.outcome, Outcome::Order, "{text:?}: {}", reading.reason);
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
fn an_alias_that_is_written_in_two_ways_names_one_item() {
    let aliases = || ["chips and dip", "chips & dip"].map(str::to_owned).to_vec();
    let reader = reader(|_, menu| menu.items[0].aliases = aliases());
    for text in ["chips and dip", "chips & dip, please"] {
        let reading = reader.read(text).reading;
        assert_eq!(jotted(&reading), format!("1 {}", reader.menu().items[0].name), "{text}");
        assert_eq!(reading.outcome, Outcome::Order, "{text}: {}", reading.reason);
    }
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
fn a_word_that_turns_the_order_and_has_no_place_sends_it_to_a_person() {
    for text in [
        "I don't want fries, 2 edamame",
        "half a kombucha",
        "1 and a half edamame",
        "kombucha or edamame",
        "5 or 6 edamame",
        "edamame 2 kombucha 3",
        "kombucha 4000000000",
        "never mind the fries, 2 edamame",
    ] {
        assert_ne!(READER.read(text).reading.outcome, Outcome::Order, "{text}");
    }
    for text in ["one falafel wrap no onion or tomato", "two kombucha, half past six"] {
        assert_eq!(READER.read(text).reading.outcome, Outcome::Order, "{text}");
    }
}
