//! An order that is meant, against a question about one.

use super::classify::Signals;
use super::cues::Cue;
use super::grammar::phrasebook::Phrasebooks;
use super::requests::Requests;
use super::words::{Token, TokenKind};
use crate::config::PoliteRequests;

/// Whether an order is meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Affirmed {
    /// In which way.
    pub kind: Affirmation,
    /// Whether it is an order under the settings.
    pub meant: bool,
    /// 0 to 1.
    pub score: f32,
    /// Why, in a few words.
    pub reason: String,
}

/// Ways of speaking of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affirmation {
    /// "I'd like …", or the dishes alone.
    Stated,
    /// "Could I get …?"
    Polite,
    /// "Is there …?", "… how much is that?"
    Question,
    /// "If I ordered …", "don't order …", "I always have …"
    NotMeant,
    /// "Can I order it on Sundays?", "if I ordered twenty …": asks when, whether or for how much.
    Whether,
    /// "My neighbour gets through three of them": told of somebody who asks for nothing.
    Told,
}

/// The ways, as phrases.
const WAYS: &[(Affirmation, &str)] = &[
    (
        Affirmation::Polite,
        "can i grab|could i grab|can i get|can i have|can i order|could i get|could i have|could i order|may i have|may i get|may i order|can we get|can we have|can we order|could we get|could we have|could we order|can you do me|\
         can u do me|can you make|could you make|could you do|can you do|can you send|could you send|can you please|could you please|can u|could u|might i trouble|might i have|might we have|would it be possible|\
         would you mind|any chance of|is it possible to get|is it possible to order|is it at all possible|could i please|can i please|may i please|could we please|can we please|could i just|can i just|may we have|would you be able|are you able to do|do you think i could|could i|can i|can we|could we|would i be able|please can i|please may i|please could",
    ),
    (
        Affirmation::NotMeant,
        "bring back the|i might get|i might have|i might grab|i might try|we might get|we might have|we might try|might get a|might grab a|might try the|might try a|would order|i'd order|i would buy|would kill for|i'd kill for|i'd die for|would die for|could murder|one day i|some day i|wish i|i wish|remind me|we always|i always|always order|always get|always gets|always orders|usually gets|usually orders|normally gets|always having|if i ever|usually order|usually get|normally order|normally get|if i ordered|if i was to|if we were to|if i came|if we came|if i got|if we got|if i had|if we had|if i bought|if we bought|if i wanted|if we wanted|if i pre ordered|if i preordered|don't want the|don't want a|don't want any|dont want the|dont want any|do not want the|don't want that|don't want them|no longer want|don't need the|if i order|if i were to|if we ordered|if we order|don't order|do not order|not ordering|don't want to order|won't be ordering|thinking of ordering|thinking about|might order|may order|would have ordered|was going to order|\
         always has|always have|never order|shall i order|should i order|suppose i|hypothetically|wish i could|dreaming of|no burgers for me|imagine|used to order|he ordered|she ordered|they ordered|maybe tomorrow i|not yet|planning to order|cancel",
    ),
    (
        Affirmation::Question,
        "what if|price for|price of|prices for|total for|cost of|cost for|how much is|how much are|how much would|how much for|how much does|what does|what do|what is|what's in|whats in|what are|what would|is it|is there|is the|are the|are there|does the|does it|do the|do you have|do you do|do you sell|do you serve|do you make|\
         do you still|do you|is that|can i still|which has|which is|how big|how large|how long|how many|brewed by|is your|are your|have you got|can you tell|tell me|i'd like to know|wondering|what makes|what kind|what kinds|what type|what types|can i bring|can i pay|can i book|can we book|can we bring|is any|any vegan|what time",
    ),
];

/// The table, compiled.
pub fn ways() -> Phrasebooks<Affirmation> {
    Phrasebooks::new(WAYS.iter().map(|row| [*row]))
}

/// Decides whether an order is meant.
pub fn affirm(
    tokens: &[Token],
    ways: &Phrasebooks<Affirmation>,
    signals: &Signals,
    polite_requests: PoliteRequests,
) -> Affirmed {
    let plain = super::classify::without_adverbs(tokens);
    let requests = Requests::of(&plain);
    let asks = |at: usize, way: Affirmation| {
        way != Affirmation::Question
            || !asks_oneself(&plain, at)
                && !requests.softens(&plain, at)
                && (signals.question_mark
                    || super::classify::begins_clause(&plain, at)
                    || !inverted(&plain, at))
    };
    let said = ways.all(&plain);
    let has = |way: Affirmation| said.iter().any(|(at, w)| *w == way && asks(*at, *w));
    let polite = requests.any() || has(Affirmation::Polite) || asks_us(&plain);
    let word = |at: usize| plain.get(at).map_or("", |t| t.folded.as_str());
    let allowed = |at: usize| match word(at) {
        "if" => requests.softens(&plain, at) && at > 0 && plain[at - 1].is_word(),
        "i" if word(at + 1) == "wish" => word(at + 2) == "to",
        "dont" | "do" => signals.dishes > 0 && speaks_before(&plain, at),
        _ => matches!(word(at + 1), "murder" | "kill" | "die") && signals.of(Cue::Wants) > 0,
    };
    let told = said.iter().any(|(at, way)| *way == Affirmation::NotMeant && !allowed(*at));
    let of_others = signals.of(Cue::Wants) == 0 && !signals.please && tells_of_others(&plain);
    let (kind, score, reason) = if of_others {
        (Affirmation::Told, 0.8, "it tells of somebody who asks for nothing")
    } else if told && supposes(&plain) {
        (Affirmation::Whether, 0.8, "it asks what would be if it ordered")
    } else if told {
        (Affirmation::NotMeant, 0.85, "it speaks of an order without placing one")
    } else if has(Affirmation::Question)
        && (polite || !signals.asks_apart)
        && (!polite || signals.dishes == 0 || signals.of(Cue::Asks) > 0)
    {
        (Affirmation::Question, 0.85, "it asks about dishes without ordering them")
    } else if signals.question_mark && bare(signals) && !polite {
        (Affirmation::Question, 0.6, "it names a dish with a question mark")
    } else if polite && asks_whether(&plain) {
        (Affirmation::Whether, 0.8, "it asks when or whether something can be ordered")
    } else if polite && stated_besides(tokens) {
        (Affirmation::Stated, 0.8, "it orders, and asks for something with it")
    } else if polite {
        (Affirmation::Polite, 0.9, "it is a request in question form")
    } else {
        (Affirmation::Stated, 0.95, "it states an order")
    };
    let meant = match kind {
        Affirmation::Stated => true,
        Affirmation::Polite => polite_requests == PoliteRequests::Order,
        Affirmation::Question | Affirmation::Whether | Affirmation::NotMeant | Affirmation::Told => false,
    };
    Affirmed { kind, meant, score, reason: reason.to_owned() }
}

/// "what do I want", "what shall we have": thought aloud.
fn asks_oneself(plain: &[Token], at: usize) -> bool {
    let word = |at: usize| plain.get(at).map_or("", |t| t.folded.as_str());
    word(at) == "what"
        && matches!(word(at + 1), "do" | "shall" | "should")
        && matches!(word(at + 2), "i" | "we")
        && matches!(word(at + 3), "want" | "fancy" | "feel" | "have" | "get" | "need" | "order")
}

/// "a burger. I don't want onions": something was said in a sentence or clause before.
fn speaks_before(plain: &[Token], at: usize) -> bool {
    let mark = plain[..at].iter().rposition(|t| !t.is_word());
    mark.is_some_and(|mark| plain[..mark].iter().filter(|t| t.is_word()).count() > 1)
}

/// "my neighbour gets through three wraps": told of somebody who asks for nothing.
fn tells_of_others(plain: &[Token]) -> bool {
    let ends = |t: &Token| matches!(t.kind, TokenKind::Mark('.' | '!' | '?' | '\n'));
    let mut sentences = plain.split(ends);
    let sentence = sentences.next().unwrap_or(&[]);
    let words: Vec<&str> = sentence.iter().map(|t| t.folded.as_str()).collect();
    let first = words.iter().position(|word| !OPENINGS.contains(word)).unwrap_or(0);
    let whose = matches!(words.get(first), Some(&("my" | "our" | "his" | "her")));
    let who = words.iter().skip(first + 1).take(2).position(|word| KIN.contains(word));
    let called =
        |at: &usize| sentence.get(*at).is_some_and(|t| t.capital && sentence[0].span.end < t.span.start);
    let at = who.map(|at| first + at + 2).map_or(words.len(), |at| at + usize::from(called(&at)));
    let does = words.get(at).copied().unwrap_or("");
    let asks = ASKING.contains(&does) && words.get(at + 1) != Some(&"through");
    let tells = does.chars().next().is_some_and(char::is_alphabetic) && !asks;
    let counts_after = sentences.flatten().any(|t| matches!(t.kind, TokenKind::Number(_)));
    whose && tells && !counts_after
}

/// What somebody else does who is to have something, or who is only named beside the customer.
const ASKING: &[&str] = &[
    "and", "or", "wants", "want", "would", "will", "needs", "need", "is", "has", "says", "said", "asked",
    "asks", "fancies", "id", "ill", "hell", "shell", "gets", "takes", "here", "too", "also", "please",
];

/// What a message may open with before it tells anything.
const OPENINGS: &[&str] =
    &["omg", "lol", "bro", "haha", "hey", "hi", "so", "ok", "well", "and", "btw", "fun", "fact", ","];

/// Whom people tell of.
const KIN: &[&str] = &[
    "neighbour",
    "neighbor",
    "uncle",
    "aunt",
    "auntie",
    "dad",
    "mum",
    "mom",
    "father",
    "mother",
    "brother",
    "sister",
    "cousin",
    "gran",
    "nan",
    "grandma",
    "grandad",
    "grandpa",
    "granddad",
    "boss",
    "colleague",
    "coworker",
    "friend",
    "mate",
    "buddy",
    "flatmate",
    "roommate",
    "housemate",
    "partner",
    "boyfriend",
    "girlfriend",
    "husband",
    "wife",
    "son",
    "daughter",
    "kid",
    "nephew",
    "niece",
    "teacher",
    "trainer",
    "doctor",
    "dentist",
    "landlord",
    "dog",
    "cat",
    "ex",
    "bf",
    "gf",
    "hubby",
    "mil",
];

/// "if I ordered …, would …"
fn supposes(plain: &[Token]) -> bool {
    let words: Vec<&str> = plain.iter().map(|t| t.folded.as_str()).collect();
    words.windows(2).any(|w| w[0] == "if" && matches!(w[1], "i" | "we"))
        && words
            .iter()
            .any(|word| matches!(*word, "would" | "could" | "will" | "can" | "do" | "is" | "how" | "when"))
}

/// "can I order the duck on Sundays", "… or is that only at weekends".
fn asks_whether(plain: &[Token]) -> bool {
    let words: Vec<&str> = plain.iter().map(|t| t.folded.as_str()).collect();
    let orders = words
        .windows(3)
        .any(|w| matches!(w, ["can" | "could", "i" | "we" | "you", "order" | "get" | "do" | "have"]));
    let days = |word: &str| {
        matches!(
            word,
            "mondays"
                | "tuesdays"
                | "wednesdays"
                | "thursdays"
                | "fridays"
                | "saturdays"
                | "sundays"
                | "weekends"
                | "weekdays"
        )
    };
    let day = |word: &str| {
        matches!(
            word,
            "monday"
                | "tuesday"
                | "wednesday"
                | "thursday"
                | "friday"
                | "saturday"
                | "sunday"
                | "weekday"
                | "christmas"
                | "easter"
                | "boxing"
        )
    };
    let or = words.windows(2).any(|w| w[0] == "or" && matches!(w[1], "is" | "only" | "do" | "does" | "are"));
    let some_day = words.windows(3).any(|w| {
        w[0] == "on"
            && (day(w[1]) && matches!(w[1], "christmas" | "easter" | "boxing") || w[1] == "a" && day(w[2]))
    });
    orders && (or || some_day || words.iter().any(|word| days(word)))
}

/// "is the", "are there": a question at the beginning of a clause only ("here is the order").
fn inverted(plain: &[Token], at: usize) -> bool {
    matches!(plain[at].folded.as_str(), "is" | "are" | "do" | "does")
}

/// "Could you put …?", "Can table 3 have …?": a clause that begins with such a verb and ends in a question mark.
pub(super) fn asks_us(plain: &[Token]) -> bool {
    let modal = |word: &str| matches!(word, "can" | "could" | "would" | "will" | "may" | "might" | "shall");
    let asking = super::classify::asking(plain);
    (0..plain.len())
        .any(|at| asking[at] && modal(&plain[at].folded) && super::classify::begins_clause(plain, at))
}

/// Nothing but the dish: no number, no wish, no please.
fn bare(signals: &Signals) -> bool {
    !signals.counted
        && !signals.please
        && !signals.timed
        && signals.of(Cue::Wants) == 0
        && signals.of(Cue::Logistics) == 0
}

/// "I want two mochas. Can you make one decaf?": a statement before the question.
fn stated_besides(tokens: &[Token]) -> bool {
    let first = tokens.split(|t| matches!(t.kind, TokenKind::Mark('.' | '!' | '?'))).next().unwrap_or(&[]);
    let words: Vec<&str> = first.iter().map(|t| t.folded.as_str()).collect();
    words.windows(2).any(|pair| {
        matches!(pair, ["i", "want" | "need"] | ["id", "like"] | ["ill", "have" | "take"] | ["would", "like"])
    })
}
