//! Second thoughts inside a message: dishes taken back, exchanged, kept for another case.

use super::*;

#[test]
fn a_dish_that_is_taken_back_is_not_made() {
    are_ordered(&[
        ("a beef burger and fries. scrap the fries", "1 Lean Beef Burger"),
        ("a beef burger and fries. scrap the fries, extra cheese please", "1 Lean Beef Burger ++cheddar"),
        ("a beef burger and fries. scrap the burger", "1 Rosemary Fries"),
        ("a beef burger and a greek salad. no salad after all", "1 Lean Beef Burger"),
        ("a beef burger, fries and a kombucha. actually without the fries", "1 Lean Beef Burger; 1 Kombucha"),
        ("a beef burger and fries. Swap the fries for edamame", "1 Lean Beef Burger; 1 Edamame"),
        (
            "a beef burger and fries. make that a turkey burger instead",
            "1 Rosemary Fries; 1 Turkey Quinoa Burger",
        ),
        ("2 beef burgers and fries. make that 2 fries", "2 Lean Beef Burger; 2 Rosemary Fries"),
        ("a beef burger no onions just cheese", "1 Lean Beef Burger -onion +cheddar"),
        ("beef burger with no onion but cheese", "1 Lean Beef Burger -onion +cheddar"),
    ]);
}

#[test]
fn what_may_be_taken_back_is_asked_about() {
    for text in [
        "a beef burger and fries, actually just the burger",
        "a beef burger and fries. make the burger a turkey one",
        "fries and a beef burger, no fries",
        "vegan brownie and a banana cookie, brownie without nuts",
        "turkey burger and a beef burger, both with cheese, turkey burger with bacon",
        "caesar salad with the dressing from the greek salad",
        "turkey burger with the sauce you use on the tempeh burger",
        "a kombucha, or if you're out a lemonade",
        "beef burger if you have it else turkey burger",
        "beef burger please. if no beef, then turkey",
        "your cheapest burger and fries",
        "the usual, and a kombucha",
    ] {
        let reading = READER.read(text).reading;
        assert_eq!(reading.outcome, Outcome::Review, "{text:?}: {}", reading.reason);
    }
}
