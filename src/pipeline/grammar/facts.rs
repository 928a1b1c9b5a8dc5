//! What the language says whatever the menu: the words around dishes. No dish is named here.

use super::phrasebook::Phrasebook;
use crate::pipeline::{Amount, PhraseKind};

/// What a phrase does to the words around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fact {
    /// Says nothing about the order.
    Says(PhraseKind),
    /// Asks for a dish: "I'd like", "gimme".
    Wants,
    /// A number of pieces.
    Number(u32),
    /// "a": one, if nothing else is said.
    Article,
    /// "x" beside a number.
    Times,
    /// Begins an option or note of this amount.
    Takes(Amount),
    /// Ends an option with this amount: "mayo on the side" is a note, "onions left off" a "no".
    Left(Amount),
    /// "swap … for …"
    Swap,
    /// "… instead of …"
    InsteadOf,
    /// "instead", after its option.
    Instead,
    /// Joins.
    And,
    /// A word of preparation that is a note by itself.
    Prepared,
    /// Another wording of an option with this name; a note where the menu has none.
    Means(&'static str),
    /// Put on or into a dish, and asked for with one only: a note, where the menu has no option for it.
    Condiment,
    /// "of them"
    OfThem,
    /// "on one of them": the options before it are for so many.
    OnSome(u32),
    /// "both", "each", "all"
    Each,
    /// "the other"
    Other,
    /// "on the other": what was just said is for the rest.
    OnOther,
    /// "the first": one of several.
    Ordinal,
    /// "the same": what was named last, once more.
    Same,
    /// "another": one more
    Another,
    /// "none": none of what was just said
    NoneOfIt,
    /// "regular", "plain": nothing changed
    Plain,
    /// "portion of", "pump of"
    Measure,
    /// "shots" after a number
    Shots,
    /// "make that", "no wait"
    Correction,
    /// Fetched by the customer.
    Pickup,
    /// Brought to the customer.
    Delivery,
    /// Brought to what follows.
    DeliverTo,
    /// Eaten here.
    DineIn,
    /// Eaten at the table of the number that follows.
    Table,
    /// A moment by itself: "tonight".
    Moment,
    /// A moment follows: "at", "by".
    At,
    /// A length of time follows.
    In,
    /// A unit that makes a time of the number before it.
    TimeUnit,
    /// A unit that makes a size of the number before it.
    SizeUnit,
    /// "for": a name, a place or a time follows, or whom it is for.
    For,
    /// A name follows.
    NameIs,
    /// Somebody who is meant to have it: "me", "my sister".
    Somebody,
    /// Ends a street: "Lane".
    Street,
    /// Food must not have something.
    Allergy,
    /// "should be", "as": what follows is said of what went before.
    Being,
    /// An adjective: of the dish behind it, or of the one before.
    Describes,
    /// Beside the dish: makes a note of the words before it.
    Aside,
    /// How often the dish before it is asked for: "twice".
    Often(u32),
    /// A name follows: "Mrs".
    Title,
    /// Where to find the customer, or what rings for them; a name or number may follow.
    Spot,
    /// "make it": a correction when a number or a dish follows.
    MakeIt,
    /// Only this.
    Only,
    /// Two dishes in one: a person must look at it.
    HalfAndHalf,
    /// The customer tells something: unknown words beside it are no dish.
    Talk,
    /// Begins what shall be done to a dish: "write", "leave some room".
    Instructs,
}

const SAYS: &[(PhraseKind, &str)] = &[
    (PhraseKind::Greeting, include_str!("facts/greeting.txt")),
    (PhraseKind::Thanks, include_str!("facts/thanks.txt")),
    (PhraseKind::Filler, include_str!("facts/filler.txt")),
    (PhraseKind::Place, "postcode|post code|zip|zip code|zipcode|postal code|eircode"),
    (PhraseKind::Payment, include_str!("facts/payment.txt")),
];

const FACTS: &[(Fact, &str)] = &[
    (Fact::Wants, include_str!("facts/wants.txt")),
    (Fact::Article, "a|an|ein|eine|un|una|une"),
    (Fact::Times, "x|times|×"),
    (Fact::Number(1), "one|single|just one|only one|one more|1 more|uno"),
    (Fact::Number(2), include_str!("facts/number_2.txt")),
    (Fact::Number(3), "three|three more|tres"),
    (Fact::Number(4), "four"),
    (Fact::Number(5), "five"),
    (Fact::Number(6), "six|half a dozen|half dozen|half a dozen of"),
    (Fact::Number(7), "seven"),
    (Fact::Number(8), "eight"),
    (Fact::Number(9), "nine"),
    (Fact::Number(10), "ten"),
    (Fact::Number(11), "eleven"),
    (Fact::Number(12), "twelve|dozen|a dozen|one dozen|a dozen of"),
    (Fact::Number(13), "thirteen"),
    (Fact::Number(14), "fourteen"),
    (Fact::Number(15), "fifteen"),
    (Fact::Number(16), "sixteen"),
    (Fact::Number(17), "seventeen"),
    (Fact::Number(18), "eighteen"),
    (Fact::Number(19), "nineteen"),
    (Fact::Number(20), "twenty"),
    (Fact::Number(24), "two dozen"),
    (Fact::Number(30), "thirty"),
    (Fact::Number(40), "forty"),
    (Fact::Number(50), "fifty"),
    (Fact::Number(60), "sixty"),
    (Fact::Number(100), "hundred|a hundred|one hundred"),
    (Fact::Number(1000), "thousand|a thousand|one thousand"),
    (Fact::Takes(Amount::No), include_str!("facts/takes_no.txt")),
    (Fact::Takes(Amount::Regular), include_str!("facts/takes_regular.txt")),
    (Fact::Takes(Amount::Extra), include_str!("facts/takes_extra.txt")),
    (Fact::Takes(Amount::Light), include_str!("facts/takes_light.txt")),
    (Fact::Takes(Amount::NoExtra), include_str!("facts/takes_no_extra.txt")),
    (Fact::Left(Amount::No), "left off|left out|off|out|removed|taken off|taken out|omitted"),
    (Fact::Left(Amount::Light), include_str!("facts/left_light.txt")),
    (Fact::Left(Amount::Extra), include_str!("facts/left_extra.txt")),
    (Fact::Swap, include_str!("facts/swap.txt")),
    (Fact::InsteadOf, include_str!("facts/instead_of.txt")),
    (Fact::Instead, "instead"),
    (Fact::And, include_str!("facts/and.txt")),
    (Fact::Prepared, include_str!("facts/prepared.txt")),
    (Fact::Means("iced"), include_str!("facts/means_iced.txt")),
    (Fact::Means("decaf"), include_str!("facts/means_decaf.txt")),
    (Fact::Condiment, include_str!("facts/condiment.txt")),
    (Fact::Instructs, include_str!("facts/instructs.txt")),
    (Fact::OfThem, include_str!("facts/of_them.txt")),
    (Fact::OnSome(1), include_str!("facts/on_some_1.txt")),
    (Fact::OnSome(2), "on two|on two of them|in two of them|on 2|on 2 of them"),
    (Fact::OnSome(3), "on three of them|on 3 of them"),
    (Fact::Each, include_str!("facts/each.txt")),
    (Fact::Other, include_str!("facts/other.txt")),
    (Fact::OnOther, include_str!("facts/on_other.txt")),
    (Fact::Ordinal, include_str!("facts/ordinal.txt")),
    (Fact::Same, include_str!("facts/same.txt")),
    (Fact::Another, "another|another one|one more of those|a second|and another"),
    (Fact::NoneOfIt, "none|not|without it|without any of it"),
    (Fact::Plain, include_str!("facts/plain.txt")),
    (Fact::Measure, include_str!("facts/measure.txt")),
    (Fact::Shots, "shot|shots|espresso shots|espresso shot|pump|pumps"),
    (Fact::Correction, include_str!("facts/correction.txt")),
    (Fact::Pickup, include_str!("facts/pickup.txt")),
    (Fact::Delivery, include_str!("facts/delivery.txt")),
    (Fact::DeliverTo, include_str!("facts/deliver_to.txt")),
    (Fact::DineIn, include_str!("facts/dine_in.txt")),
    (Fact::Table, include_str!("facts/table.txt")),
    (Fact::Moment, include_str!("facts/moment.txt")),
    (Fact::At, include_str!("facts/at.txt")),
    (Fact::In, "in|in about|within|ready in"),
    (Fact::TimeUnit, include_str!("facts/time_unit.txt")),
    (Fact::SizeUnit, include_str!("facts/size_unit.txt")),
    (Fact::For, "for|for a|for the"),
    (Fact::NameIs, include_str!("facts/name_is.txt")),
    (Fact::Somebody, include_str!("facts/somebody.txt")),
    (Fact::Street, include_str!("facts/street.txt")),
    (Fact::Allergy, include_str!("facts/allergy.txt")),
    (Fact::Title, include_str!("facts/title.txt")),
    (Fact::Spot, include_str!("facts/spot.txt")),
    (Fact::Often(1), "once"),
    (Fact::Often(2), "twice"),
    (Fact::Often(3), "thrice"),
    (Fact::Only, "only"),
    (Fact::MakeIt, include_str!("facts/make_it.txt")),
    (Fact::HalfAndHalf, "half and half|half n half|half half|half 1 half|one half"),
    (Fact::Aside, "on the side|on side|in the side|separately|in a separate pot|in a pot"),
    (Fact::Being, include_str!("facts/being.txt")),
    (Fact::Describes, include_str!("facts/describes.txt")),
    (Fact::Talk, include_str!("facts/talk.txt")),
];

/// The table, compiled.
pub fn facts() -> Phrasebook<Fact> {
    let says = SAYS.iter().map(|(kind, phrases)| (Fact::Says(*kind), *phrases));
    let but: Vec<(Fact, String)> = FACTS.iter().flat_map(|(fact, phrases)| but_not(*fact, phrases)).collect();
    let but = but.iter().map(|(fact, phrase)| (*fact, phrase.as_str()));
    Phrasebook::new(FACTS.iter().copied().chain(says).chain(but))
}

/// "but not too hot" and "isn't too hot" say what "not too hot" does, though "but not" leaves something out.
fn but_not(fact: Fact, phrases: &str) -> impl Iterator<Item = (Fact, String)> {
    let noted = matches!(fact, Fact::Prepared | Fact::Takes(Amount::Light));
    let said: Vec<&str> =
        phrases.split(['|', '\n']).filter_map(|phrase| phrase.trim_start().strip_prefix("not ")).collect();
    let wordings = ["but not", "isn't", "aren't", "and not"];
    let reworded = move |said: &str| wordings.map(|not| (fact, format!("{not} {said}")));
    said.into_iter().filter(|_| noted).flat_map(reworded).collect::<Vec<_>>().into_iter()
}
