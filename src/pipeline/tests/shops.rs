//! What other shops would notice.

use super::*;

/// A shop whose names share words with one another, with numbers and with options.
#[test]
fn what_a_dish_takes_is_told_from_what_is_sold_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (items, options) = (folder.path().join("menu.csv"), folder.path().join("modifiers.csv"));
    std::fs::write(
        &items,
        "item_name,description,price\nFalafel Wrap,,7\nFalafel,,4\nChicken Wrap,,8\nFillet Burger,,6\nCola,,2\nMilkshake,,4\nTub,,9\n",
    )
    .unwrap();
    std::fs::write(
        &options,
        "group,option,choose,applies_to\nkind,meal,one,Fillet Burger\ndrink,cola,one,Fillet Burger\nsalad,tomato,many,Falafel Wrap|Chicken Wrap\nflavour,oat,one,Milkshake\nflavour,soya,one,Milkshake\nsize,1 litre,one,Tub\nsize,2 litre,one,Tub\n",
    )
    .unwrap();
    let shop = read_csv(&items, Some(&options)).unwrap().0;
    let reader = Reader::new(shop, ReaderSettings::default(), Embedding::default());
    for (text, expected) in [
        ("a fillet burger meal cola", "1 Fillet Burger +meal +cola"),
        ("a fillet burger and a cola", "1 Fillet Burger; 1 Cola"),
        ("two milkshakes, one oat one soya", "1 Milkshake +soya; 1 Milkshake +oat"),
        (
            "one falafel wrap, one chicken wrap. The falafel one without tomato",
            "1 Falafel Wrap -tomato; 1 Chicken Wrap",
        ),
    ] {
        let reading = reader.read(text).reading;
        assert_eq!(jotted(&reading), expected, "{text:?}");
        assert_eq!(reading.outcome, Outcome::Order, "{text:?}: {}", reading.reason);
    }
}

#[test]
fn a_coffee_is_asked_for_in_many_ways() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/coffee");
    let shop = read_csv(&folder.join("menu.csv"), Some(&folder.join("modifiers.csv"))).unwrap().0;
    let settings = ReaderSettings { polite_requests: PoliteRequests::Order, ..ReaderSettings::default() };
    let reader = Reader::new(shop, settings, Embedding::default());
    for (text, expected) in [
        ("I'll go for the rooibos", "1 Tangerine Rooibos"),
        ("one Jin Xuan oolong tea", "1 Jin Xuan"),
        ("the oolong tea please", "1 Jin Xuan"),
        ("a hot cocoa", "1 Hot Chocolate"),
        ("an ice latte and a mocha on ice", "1 Latte +iced; 1 Mocha +iced"),
        ("a latte without caffeine", "1 Latte +decaf"),
        ("a latte with four shots of espresso", "1 Latte +quadruple"),
        (
            "give me a latte with 2 pumps vanilla and 1 pump hazelnut",
            "1 Latte +vanilla sweetener +hazelnut sweetener",
        ),
        ("can I substitute almond milk in a mocha please", "1 Mocha +almond milk"),
        ("a latte, and leave some space at the top", "1 Latte (leave some space at the top)"),
        ("a mocha and write happy birthday on the lid", "1 Mocha (write happy birthday on the lid)"),
        ("a mocha with marshmallows and whipped cream", "1 Mocha (with marshmallows) (whipped cream)"),
        ("an americano and two packets of splenda", "1 Americano (two packets of splenda)"),
        ("a cold brew with a lot of ice", "1 Cold Brew (with a lot of ice)"),
        ("a hot chocolate but not too sweet", "1 Hot Chocolate (but not too sweet)"),
        ("a mocha with white chocolate", "1 Mocha (with white chocolate)"),
        ("a mocha and a latte for my two girls", "1 Mocha; 1 Latte"),
        ("hmm what do I want... ok I'll have a mocha", "1 Mocha"),
        ("It's freezing, a mocha would be great", "1 Mocha"),
    ] {
        let reading = reader.read(text).reading;
        assert_eq!(jotted(&reading), expected, "{text:?}");
        assert_eq!(reading.outcome, Outcome::Order, "{text:?}: {}", reading.reason);
    }
    for text in ["a black tea", "a flat latte", "a mocha with ice cream and a pork pie"] {
        assert_ne!(reader.read(text).reading.outcome, Outcome::Order, "{text:?}");
    }
}

#[test]
fn an_address_is_kept_whole() {
    for (text, expected) in [
        ("one falafel wrap to 22 Elm Avenue, BN3 5QT", "22 Elm Avenue, BN3 5QT"),
        ("one falafel wrap. DELIVER TO 311 W 84TH ST APT 5C PLEASE", "311 W 84TH ST APT 5C"),
        ("one falafel wrap, delivery please: flat 6, 210 High St", "flat 6, 210 High St"),
        ("four falafel wraps to the community centre on Elm Road", "the community centre on Elm Road"),
        ("Delivery to Unit 12, Kestrel Park. one falafel wrap", "Unit 12, Kestrel Park"),
        ("one falafel wrap delivered to Dorpstraat 9, 1012 AB", "Dorpstraat 9, 1012 AB"),
        ("one falafel wrap, postcode ls6 2ab", "ls6 2ab"),
    ] {
        let reading = READER.read(text).reading;
        assert_eq!(reading.fulfilment.address_text.as_deref(), Some(expected), "{text:?}");
        assert_eq!(reading.outcome, Outcome::Order, "{text:?}: {}", reading.reason);
    }
}
