//! Words that turn an order round and found no place in it: a choice left open, a half, a "don't" before a
//! dish, a count taken back. A person must read such an order; dropping the word would be a guess.

use std::ops::Range;

use super::PhraseKind;
use super::parse::{ParsedOrder, Role};
use super::words::{Token, TokenKind};

/// How many words before a dish still speak of it.
const REACH: usize = 3;

/// How many words an "if" is heard for.
const CLAUSE: usize = 12;

const NEGATIONS: &[&str] =
    &["dont", "not", "never", "nevermind", "nvm", "forget", "scratch", "cancel", "except"];

const NUMBERS: &[&str] =
    &["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "dozen"];

/// Why the order turns on a word that has no place in it; `None` when none does.
pub fn turn(order: &ParsedOrder, tokens: &[Token]) -> Option<String> {
    let named = named_places(order);
    let placeless =
        |at: &usize| matches!(order.roles[*at], Role::Unplaced | Role::Phrase(PhraseKind::Filler));
    (0..tokens.len()).filter(placeless).find_map(|at| {
        let word = tokens[at].folded.as_str();
        let turns = match word {
            "or" => leaves_a_choice(order, tokens, at),
            "else" if is_behind_what(tokens, at) => false,
            "else" | "otherwise" | "failing" => named.start < at && at < named.end,
            "if" => offers_another(&named, tokens, at),
            "half" => true,
            "never" if is_told(tokens, at) => false,
            _ if NEGATIONS.contains(&word) => is_before_a_dish(order, tokens, at),
            _ => order.roles[at] == Role::Unplaced && NUMBERS.contains(&word),
        };
        turns.then(|| format!("\"{word}\" may change the order"))
    })
}

/// "I've never had one": told of the customer.
fn is_told(tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1).map_or("", |t| t.folded.as_str());
    matches!(next, "had" | "tried" | "been" | "ordered" | "eaten" | "tasted" | "done" | "seen")
}

/// Between two dishes or two numbers; between two options of one dish it means both.
fn leaves_a_choice(order: &ParsedOrder, tokens: &[Token], at: usize) -> bool {
    let is_mark = |at: &usize| matches!(tokens[*at].kind, TokenKind::Mark(_));
    let before = (0..at).rev().find(|at| !is_mark(at));
    let after = (at + 1..tokens.len()).find(|at| !is_mark(at));
    let counts = |at: Option<usize>| at.is_some_and(|at| matches!(tokens[at].kind, TokenKind::Number(_)));
    let names =
        |at: Option<usize>| at.is_some_and(|at| order.parts.iter().any(|part| part.mention.contains(&at)));
    counts(before) && counts(after)
        || names(before) && (names(after) || speaks_of_a_dish(order, tokens, at + 1))
}

/// From the first word that names a dish to behind the last.
fn named_places(order: &ParsedOrder) -> Range<usize> {
    let mentions = || order.parts.iter().flat_map(|part| part.mention.iter().copied());
    mentions().min().unwrap_or(usize::MAX)..mentions().max().map_or(0, |last| last + 1)
}

/// "a latte, or if you're out a mocha", "if no beef, then turkey": another dish in place of one named before.
fn offers_another(named: &Range<usize>, tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1).map_or("", |t| t.folded.as_str());
    let mut clause = tokens[at..].iter().take(CLAUSE).take_while(|t| !matches!(t.kind, TokenKind::Mark(_)));
    let lacks = next == "no"
        || clause.any(|t| {
            matches!(t.folded.as_str(), "out" | "sold" | "gone" | "none" | "unavailable" | "unless")
        });
    let or = at > 0 && tokens[at - 1].folded == "or";
    named.start < at && (lacks || or && at < named.end)
}

/// "what else", "anything else"
fn is_behind_what(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map_or("", |before| tokens[before].folded.as_str());
    matches!(before, "what" | "anything" | "something" | "nothing" | "someone" | "everything" | "everyone")
}

fn is_before_a_dish(order: &ParsedOrder, tokens: &[Token], at: usize) -> bool {
    speaks_of_a_dish(order, tokens, at + 1)
}

/// Whether a dish or its count comes within a few words, in the same clause.
fn speaks_of_a_dish(order: &ParsedOrder, tokens: &[Token], from: usize) -> bool {
    let clause = (from..tokens.len()).take_while(|at| !matches!(tokens[*at].kind, TokenKind::Mark(_)));
    clause
        .take(REACH)
        .any(|at| order.parts.iter().any(|part| part.mention.contains(&at) || counted(part, tokens, at)))
}

fn counted(part: &super::parse::Part, tokens: &[Token], at: usize) -> bool {
    part.tokens.contains(&at) && matches!(tokens[at].kind, TokenKind::Number(_))
}
