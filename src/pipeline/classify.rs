//! Order, enquiry or miscellaneous: from cue words and from what the message shares with the menu.

pub mod evidence;
mod fitted;
pub mod linear;

pub use fitted::{Categories, likeliest};

use foldhash::HashSet;

use super::cues::{CUES, Cue};
use super::grammar::phrasebook::Phrasebooks;
use super::parse::{ParsedOrder, Part, Role};
use super::requests::Requests;
use super::words::{Token, TokenKind};
use super::{Category, PhraseKind};

/// What kind of message it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Classified {
    /// The best kind.
    pub category: Category,
    /// 0 to 1.
    pub score: f32,
    /// The next best.
    pub runner_up: Category,
    /// Why, in a few words.
    pub reason: String,
}

/// Under this likeness words speak of no food or drink; fitted on the static model.
const SOLD_HERE: f32 = 0.26;

/// Counts of cues in a message.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    counts: [u8; 15],
    /// Parts that name something of the menu.
    pub dishes: usize,
    /// Parts in all, on the menu or not.
    pub parts: usize,
    /// Whether a dish was counted or asked for with an article.
    pub counted: bool,
    /// Dishes that are only told of.
    pub told: usize,
    /// Whether what is asked stands in sentences of its own, apart from the dishes.
    pub asks_apart: bool,
    /// Whether a sentence begins like a request: "can", "would you".
    pub asks_us: bool,
    /// How near in meaning what it asks for comes to anything sold here; `None` when not looked up.
    pub likeness: Option<f32>,
    /// Whether it says "please".
    pub please: bool,
    /// Whether a time is said.
    pub timed: bool,
    /// Whether all that names a dish stands in sentences that recall a meal.
    pub recalled: bool,
    /// Whether a dish is asked for in question form: "could I get …?"
    pub requests: bool,
    /// Whether there is a question mark.
    pub question_mark: bool,
    /// Words of the menu, whether or not in a dish.
    pub menu_words: usize,
    /// Words in all.
    pub words: usize,
}

impl Signals {
    /// How often a cue was seen.
    pub fn of(&self, cue: Cue) -> u8 {
        self.counts[cue as usize]
    }

    /// Dishes of the menu are asked for in so many words, and not as a question.
    fn is_stated(&self) -> bool {
        self.dishes > self.told
            && (self.has(Cue::Wants) || self.counted || self.please)
            && !self.question_mark
    }

    /// It asks us something about dishes or complains: a person must see it.
    fn asks_of_us(&self, rules: Category) -> bool {
        let complains = self.has(Cue::Complains) && self.menu_words > 0;
        self.dishes > 0 && self.please || rules == Category::Enquiry && complains
    }

    fn has(&self, cue: Cue) -> bool {
        self.of(cue) > 0
    }
}

/// The names of the cues that were seen.
fn cue_names(signals: &Signals) -> impl Iterator<Item = String> {
    CUES.iter().filter(|(cue, _)| signals.has(*cue)).map(|(cue, _)| format!("{cue:?}"))
}

/// Gathers the signals of a message.
pub fn signals(tokens: &[Token], cues: &Phrasebooks<Cue>, order: &ParsedOrder, dishes: &[&Part]) -> Signals {
    let strange = order.roles.contains(&Role::Unplaced);
    let mut signals = Signals {
        dishes: dishes.len(),
        parts: order.parts.len(),
        told: dishes.iter().filter(|part| part.told || part.definite && !part.counted && strange).count(),
        counted: order.parts.iter().any(|part| part.counted),
        please: tokens.iter().any(|t| matches!(t.folded.as_str(), "please" | "pls" | "plz")),
        timed: !order.times.is_empty(),
        question_mark: tokens.iter().any(|t| t.kind == TokenKind::Mark('?')),
        menu_words: order.words.iter().flatten().count(),
        words: tokens.iter().filter(|t| t.is_word()).count(),
        ..Signals::default()
    };
    let plain = without_adverbs(tokens);
    let requests = Requests::of(&plain);
    signals.requests = requests.any();
    let asking = asking(&plain);
    let greets = |at: &usize| order.roles[*at] == Role::Phrase(PhraseKind::Greeting);
    let greetings: HashSet<usize> =
        (0..tokens.len()).filter(greets).map(|at| tokens[at].span.start).collect();
    let (mut asked_at, mut recalled_at) = (Vec::new(), Vec::new());
    for (at, cue) in cues.all(&plain) {
        if is_no_question(cue, &plain, at, &signals)
            || is_part_of_order(cue, &plain, at, &signals)
            || requests.softens(&plain, at) && is_softened(cue, &plain[at..])
        {
            continue;
        }
        let asks = match cue {
            Cue::Asks | Cue::AsksFor => true,
            Cue::AsksFirst => asking[at],
            Cue::Wants
            | Cue::Logistics
            | Cue::Books
            | Cue::AboutOrder
            | Cue::Complains
            | Cue::Praises
            | Cue::Amends
            | Cue::House
            | Cue::Elsewhere
            | Cue::Past
            | Cue::Recalls
            | Cue::Chatter => false,
        };
        if is_question(cue) && greetings.contains(&plain[at].span.start) {
            continue;
        }
        if asks {
            asked_at.push(plain[at].span.start);
        }
        if matches!(cue, Cue::Recalls | Cue::Past) {
            recalled_at.push(plain[at].span.start);
        }
        let count = &mut signals.counts[cue as usize];
        *count = count.saturating_add(1);
    }
    signals.asks_us = super::affirm::asks_us(&plain);
    signals.asks_apart = apart(tokens, dishes, &asked_at);
    signals.recalled = !recalled_at.is_empty() && within(tokens, dishes, &recalled_at);
    signals
}

/// "same again but large", "my order is …", "the usual address": of an order that is placed here.
fn is_part_of_order(cue: Cue, plain: &[Token], at: usize, signals: &Signals) -> bool {
    let word = |at: usize| plain.get(at).map_or("", |t| t.folded.as_str());
    let again = matches!(
        (word(at), word(at + 1)),
        ("same", "again") | ("the", "usual") | ("as", "usual") | ("having", "the") | ("same", "order")
    );
    let mine = (word(at), word(at + 1)) == ("my", "order")
        && matches!(word(at + 2), "is" | "be" | ":" | "im" | "id" | "ill");
    cue == Cue::AboutOrder && signals.dishes > 0 && (again || mine) && !signals.question_mark
}

/// Whether a cue says nothing where a request is made in question form.
fn is_softened(cue: Cue, rest: &[Token]) -> bool {
    matches!(cue, Cue::Asks | Cue::AsksFor | Cue::AsksFirst | Cue::Past | Cue::Recalls)
        || cue == Cue::Complains && is_weak_complaint(rest)
}

/// "i got", "you put": of an order that was brought, or of one that is asked for.
fn is_weak_complaint(rest: &[Token]) -> bool {
    matches!(
        rest.iter().take(2).map(|t| t.folded.as_str()).collect::<Vec<_>>().as_slice(),
        ["i" | "we", "got"] | ["you", "put" | "gave" | "sent"]
    )
}

fn is_question(cue: Cue) -> bool {
    matches!(cue, Cue::Asks | Cue::AsksFor | Cue::AsksFirst)
}

/// "what" in "know what I mean", "if you have any left", "When: 19.05": words of a question that ask nothing.
fn is_no_question(cue: Cue, plain: &[Token], at: usize, signals: &Signals) -> bool {
    let asking = is_question(cue);
    let conditional = at > 0 && plain[at - 1].folded == "if" && !signals.question_mark;
    let headed = plain.get(at + 1).is_some_and(|next| next.kind == TokenKind::Mark(':'));
    let inside = cue == Cue::AsksFirst && !signals.question_mark && !begins_clause(plain, at);
    let placed = cue == Cue::AsksFirst && !signals.question_mark && signals.counted && signals.timed;
    inside || placed || asking && (conditional || headed)
}

/// Of each token, whether its sentence ends with a question mark. Runs in linear time.
pub(super) fn asking(tokens: &[Token]) -> Vec<bool> {
    let mut asked = false;
    let ends = |token: &Token| match token.kind {
        TokenKind::Mark(mark @ ('.' | '!' | '?' | '\n')) => {
            asked = mark == '?';
            asked
        }
        TokenKind::Mark(_) | TokenKind::Word | TokenKind::Number(_) | TokenKind::Clock => asked,
    };
    let mut asking: Vec<bool> = tokens.iter().rev().map(ends).collect();
    asking.reverse();
    asking
}

/// Ends of sentences; with `colons` those of headings too.
fn ends(tokens: &[Token], colons: bool) -> Vec<usize> {
    let ends = |t: &&Token| {
        matches!(t.kind, TokenKind::Mark('.' | '!' | '?' | '\n')) || colons && t.kind == TokenKind::Mark(':')
    };
    tokens.iter().filter(ends).map(|t| t.span.start).collect()
}

/// Whether no sentence of these places names a dish, and some other sentence does.
fn apart(tokens: &[Token], dishes: &[&Part], places: &[usize]) -> bool {
    let ends = ends(tokens, false);
    let sentence = |byte: usize| ends.partition_point(|end| *end < byte);
    let asking: HashSet<usize> = places.iter().map(|byte| sentence(*byte)).collect();
    let mut naming =
        dishes.iter().filter_map(|part| part.mention.first()).map(|t| sentence(tokens[*t].span.start));
    !asking.is_empty() && !dishes.is_empty() && naming.all(|of| !asking.contains(&of))
}

/// Whether every dish is named in a sentence of these places or right beside one.
fn within(tokens: &[Token], dishes: &[&Part], places: &[usize]) -> bool {
    let ends = ends(tokens, true);
    let sentence = |byte: usize| ends.partition_point(|end| *end < byte);
    let telling: HashSet<usize> = places.iter().map(|byte| sentence(*byte)).collect();
    dishes
        .iter()
        .filter_map(|part| part.mention.first())
        .all(|t| telling.contains(&sentence(tokens[*t].span.start)))
}

/// "can I just get", "can I also please get": the same as without the small words; and "where r u" as it is meant.
pub fn without_adverbs(tokens: &[Token]) -> Vec<Token> {
    let small = |t: &Token| {
        matches!(t.folded.as_str(), "just" | "please" | "also" | "maybe" | "pls" | "possibly" | "kindly")
    };
    let lone = tokens.iter().filter(|t| t.is_word()).all(small);
    tokens.iter().filter(|t| lone || !small(t)).map(written_out).collect()
}

/// A word as it is typed on a telephone, in full.
fn written_out(token: &Token) -> Token {
    let full = match token.folded.as_str() {
        "u" | "ya" => "you",
        "r" => "are",
        "ur" => "your",
        "wot" | "wat" => "what",
        "wen" => "when",
        "wher" => "where",
        "hav" => "have",
        "cud" => "could",
        _ => return token.clone(),
    };
    Token { folded: full.into(), ..token.clone() }
}

/// Whether a clause begins at a token, greetings and small words passed over.
pub(super) fn begins_clause(tokens: &[Token], at: usize) -> bool {
    tokens[..at].last().is_none_or(|before| {
        !before.is_word()
            || matches!(
                before.folded.as_str(),
                "hi" | "hello"
                    | "hey"
                    | "hiya"
                    | "there"
                    | "guys"
                    | "team"
                    | "morning"
                    | "evening"
                    | "afternoon"
                    | "and"
                    | "but"
                    | "so"
                    | "also"
                    | "please"
                    | "ok"
                    | "oh"
                    | "excuse"
                    | "now"
            )
    })
}

/// Decides from the signals.
pub fn classify(signals: &Signals) -> Classified {
    use Category::{Enquiry, Miscellaneous, Order};
    let apart = signals.asks_apart && signals.dishes > signals.told;
    let asks = (signals.has(Cue::Asks) || signals.has(Cue::AsksFirst)) && !apart;
    let listed = signals.counted && (signals.timed || signals.has(Cue::Logistics)) && !signals.recalled;
    let wants = signals.has(Cue::Wants) || signals.requests;
    let placed = signals.dishes > 0 && (wants || listed && !signals.question_mark);
    let (category, score, runner_up, reason) = if signals.words == 0 {
        (Miscellaneous, 1.0, Enquiry, "it has no words")
    } else if signals.has(Cue::Elsewhere) && !placed {
        (Miscellaneous, 0.9, Order, "it speaks of another kind of order, or offers something")
    } else if signals.has(Cue::Complains) {
        (Enquiry, 0.9, Order, "it complains, or takes an order back")
    } else if signals.has(Cue::AboutOrder) && !placed {
        (Enquiry, 0.9, Order, "it speaks of an order that exists")
    } else if signals.has(Cue::Books) && !placed && signals.dishes == 0 {
        (Enquiry, 0.85, Order, "it speaks of a table")
    } else if signals.has(Cue::AsksFor) && !placed && !apart {
        (Enquiry, 0.9, Order, "it asks what there is")
    } else if signals.has(Cue::Recalls) && signals.recalled && !signals.has(Cue::Wants) && !signals.please {
        let answer = if signals.question_mark { Enquiry } else { Miscellaneous };
        (answer, 0.8, Order, "it tells of a meal that was had")
    } else if is_past(signals) {
        let answer = if signals.question_mark || signals.please { Enquiry } else { Miscellaneous };
        (answer, 0.8, Order, "it tells of the past")
    } else if asks && !wants && (signals.dishes > 0 || signals.has(Cue::House)) {
        (Enquiry, 0.85, Order, "it asks for information")
    } else if signals.dishes > 0
        && signals.has(Cue::Praises)
        && !signals.counted
        && !wants
        && !signals.has(Cue::Logistics)
        && !signals.please
    {
        (Miscellaneous, 0.7, Order, "it praises a dish without ordering it")
    } else if is_told(signals) {
        let answer = if signals.question_mark { Enquiry } else { Miscellaneous };
        (answer, 0.7, Order, "it tells about a dish without ordering it")
    } else if signals.dishes > 0 {
        (
            Order,
            if signals.has(Cue::Wants) || signals.counted { 0.95 } else { 0.8 },
            Enquiry,
            "it names dishes of the menu",
        )
    } else if signals.has(Cue::Wants) && signals.has(Cue::House) && asks {
        (Enquiry, 0.7, Order, "it asks for information")
    } else if signals.has(Cue::House) && (asks || signals.asks_us || signals.question_mark)
        || signals.has(Cue::House) && signals.words < 5
    {
        (Enquiry, 0.7, Miscellaneous, "it speaks of the restaurant")
    } else {
        no_dish(signals)
    };
    Classified { category, score, runner_up, reason: reason.to_owned() }
}

/// Told of the past, unless a counted list with a time stands in a sentence of its own.
fn is_past(signals: &Signals) -> bool {
    signals.has(Cue::Past)
        && !signals.has(Cue::Wants)
        && !signals.has(Cue::Logistics)
        && (signals.recalled || !signals.counted || !signals.timed)
}

/// Whether every dish is only told of.
fn is_told(signals: &Signals) -> bool {
    signals.dishes > 0
        && signals.told >= signals.dishes
        && !signals.please
        && !signals.has(Cue::Wants)
        && !signals.requests
        && !signals.has(Cue::Logistics)
}

fn no_dish(signals: &Signals) -> (Category, f32, Category, &'static str) {
    use Category::{Enquiry, Miscellaneous, Order};
    let asked = signals.parts > 0
        && (signals.has(Cue::Wants) || signals.has(Cue::Logistics) || signals.counted || signals.please);
    let unlike = signals.likeness.is_some_and(|likeness| likeness < SOLD_HERE);
    let plain_wish = signals.please && signals.words <= 10;
    let alien = unlike && !plain_wish && !signals.has(Cue::Logistics);
    if asked && alien {
        (Miscellaneous, 0.6, Order, "it asks for something that no restaurant sells")
    } else if asked && !signals.has(Cue::Chatter) {
        (Order, 0.6, Enquiry, "it asks for something, but nothing of the menu")
    } else if signals.has(Cue::Amends) && signals.words <= 12 {
        (Enquiry, 0.6, Miscellaneous, "it changes something that was said before")
    } else if signals.menu_words > 0
        && !signals.has(Cue::Chatter)
        && (signals.please && signals.words <= 12 || signals.words <= 4)
    {
        (Enquiry, 0.6, Miscellaneous, "it names something of the menu, but no dish")
    } else if signals.menu_words > 0 && signals.question_mark {
        (Enquiry, 0.6, Miscellaneous, "it asks about something of the menu")
    } else {
        (Miscellaneous, 0.6, Enquiry, "it neither orders nor asks")
    }
}
