//! Dishes that were named before, spoken of once more.

use super::*;

#[test]
fn what_is_said_of_a_dish_goes_to_that_dish() {
    for (text, expected) in [
        (
            "a turkey burger and a caesar salad, no onions on the burger",
            "1 Turkey Quinoa Burger -onion; 1 Chicken Caesar Salad",
        ),
        (
            "a falafel wrap and a turkey burger, no feta in the wrap",
            "1 Falafel Wrap -feta; 1 Turkey Quinoa Burger",
        ),
        (
            "beef burger and turkey burger, cheese on both but no onions on the turkey",
            "1 Lean Beef Burger +cheddar; 1 Turkey Quinoa Burger +cheddar -onion",
        ),
        (
            "beef burger and a turkey burger, cheese on everything except the turkey",
            "1 Lean Beef Burger +cheddar; 1 Turkey Quinoa Burger",
        ),
        ("3 beef burgers, all but one without onions", "1 Lean Beef Burger; 2 Lean Beef Burger -onion"),
    ] {
        let reading = READER.read(text).reading;
        assert_eq!(jotted(&reading), expected, "{text:?}");
        assert_eq!(reading.outcome, Outcome::Order, "{text:?}: {}", reading.reason);
    }
}

#[test]
fn a_dish_is_known_by_its_place() {
    for (text, expected) in [
        ("three beef burgers, the last one with bacon", "2 Lean Beef Burger; 1 Lean Beef Burger +bacon"),
        ("3 beef burgers, no onions on the last one", "2 Lean Beef Burger; 1 Lean Beef Burger -onion"),
        ("3 beef burgers, the first two with cheese", "1 Lean Beef Burger; 2 Lean Beef Burger +cheddar"),
        (
            "beef burger, turkey burger and a salmon burger - no onions on the first two",
            "1 Lean Beef Burger -onion; 1 Turkey Quinoa Burger -onion; 1 Wild Salmon Burger",
        ),
        (
            "beef burger, turkey burger and a salmon burger - no onions on the last two",
            "1 Lean Beef Burger; 1 Turkey Quinoa Burger -onion; 1 Wild Salmon Burger -onion",
        ),
        (
            "2 beef burgers and 2 turkey burgers, cheese on the first two",
            "2 Lean Beef Burger +cheddar; 2 Turkey Quinoa Burger",
        ),
    ] {
        let reading = READER.read(text).reading;
        assert_eq!(jotted(&reading), expected, "{text:?}");
        assert_eq!(reading.outcome, Outcome::Order, "{text:?}: {}", reading.reason);
    }
}

#[test]
fn the_same_is_the_dish_or_what_was_asked_for_it() {
    for (text, expected) in [
        (
            "beef burger no onion, turkey burger the same",
            "1 Lean Beef Burger -onion; 1 Turkey Quinoa Burger -onion",
        ),
        (
            "beef burger no onions, same with the turkey burger",
            "1 Lean Beef Burger -onion; 1 Turkey Quinoa Burger -onion",
        ),
        ("2 lemonades no ice, kombucha same", "2 Homemade Lemonade -ice; 1 Kombucha -ice"),
        (
            "beef burger with extra cheddar and the same again with bacon",
            "1 Lean Beef Burger ++cheddar; 1 Lean Beef Burger ++cheddar +bacon",
        ),
        ("two beef burgers for me and the same for my wife", "2 Lean Beef Burger; 2 Lean Beef Burger"),
    ] {
        let reading = READER.read(text).reading;
        assert_eq!(jotted(&reading), expected, "{text:?}");
        assert_eq!(reading.outcome, Outcome::Order, "{text:?}: {}", reading.reason);
    }
}
