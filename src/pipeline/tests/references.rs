//! Dishes that were named before, spoken of once more.

use super::*;

#[test]
fn what_is_said_of_a_dish_goes_to_that_dish() {
    are_ordered(&[
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
        (
            "a turkey burger and two beef burgers, one of the beefs without onion",
            "1 Turkey Quinoa Burger; 1 Lean Beef Burger; 1 Lean Beef Burger -onion",
        ),
        (
            "a large fries and a small fries, ketchup with the large one",
            "1 Rosemary Fries +large +ketchup; 1 Rosemary Fries +small",
        ),
        (
            "a large lemonade and a small orange juice, ice for the large one",
            "1 Homemade Lemonade +large +ice; 1 Fresh Orange Juice +small",
        ),
        ("four brownies, no walnuts in two of the brownies", "2 Vegan Brownie; 2 Vegan Brownie -walnuts"),
        (
            "a turkey burger and a beef burger, onions on neither",
            "1 Turkey Quinoa Burger -onion; 1 Lean Beef Burger -onion",
        ),
        (
            "a turkey burger and a lemonade, one with cheese",
            "1 Turkey Quinoa Burger +cheddar; 1 Homemade Lemonade",
        ),
        ("3 beef burgers, all but one without onions", "1 Lean Beef Burger; 2 Lean Beef Burger -onion"),
    ]);
}

#[test]
fn one_of_two_dishes_is_asked_about() {
    for text in [
        "a lemonade and an orange juice, large",
        "a turkey burger and a beef burger, one with cheese",
        "a turkey burger and a beef burger, one of them with cheese",
        "a turkey burger and a beef burger, one with cheese and one with bacon",
    ] {
        let reading = READER.read(text).reading;
        assert_eq!(reading.outcome, Outcome::Review, "{text:?}");
        assert!(reading.reason.contains("one of two dishes"), "{text:?}: {}", reading.reason);
    }
}

#[test]
fn counts_with_options_find_their_name() {
    are_ordered(&[
        ("a turkey burger with large fries", "1 Turkey Quinoa Burger; 1 Rosemary Fries +large"),
        ("1 lg 2 sm lemonades", "1 Homemade Lemonade +large; 2 Homemade Lemonade +small"),
        ("one large, two small lemonades", "1 Homemade Lemonade +large; 2 Homemade Lemonade +small"),
        (
            "turkey burger, 2 large 1 small lemonade",
            "1 Turkey Quinoa Burger; 2 Homemade Lemonade +large; 1 Homemade Lemonade +small",
        ),
        (
            "two burgers one turkey no onion one beef with egg",
            "1 Turkey Quinoa Burger -onion; 1 Lean Beef Burger +fried egg",
        ),
        ("10 beef burgers, no onion in half", "5 Lean Beef Burger; 5 Lean Beef Burger -onion"),
        ("3 fries: large, large, small", "2 Rosemary Fries +large; 1 Rosemary Fries +small"),
        (
            "two lemonades and two orange juices, one of each large",
            "1 Homemade Lemonade; 1 Fresh Orange Juice; 1 Homemade Lemonade +large; 1 Fresh Orange Juice +large",
        ),
    ]);
}

#[test]
fn a_dish_is_known_by_its_place() {
    are_ordered(&[
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
    ]);
}

#[test]
fn the_same_is_the_dish_or_what_was_asked_for_it() {
    are_ordered(&[
        (
            "beef burger no onion, turkey burger the same",
            "1 Lean Beef Burger -onion; 1 Turkey Quinoa Burger -onion",
        ),
        (
            "beef burger no onions, same with the turkey burger",
            "1 Lean Beef Burger -onion; 1 Turkey Quinoa Burger -onion",
        ),
        (
            "a turkey burger on gf bun, same bun for the beef burger",
            "1 Turkey Quinoa Burger +gluten-free bun; 1 Lean Beef Burger +gluten-free bun",
        ),
        ("2 lemonades no ice, kombucha same", "2 Homemade Lemonade -ice; 1 Kombucha -ice"),
        (
            "beef burger with extra cheddar and the same again with bacon",
            "1 Lean Beef Burger ++cheddar; 1 Lean Beef Burger ++cheddar +bacon",
        ),
        ("two beef burgers for me and the same for my wife", "2 Lean Beef Burger; 2 Lean Beef Burger"),
    ]);
}
