//! What of a message speaks for its category: its words with everything that belongs to one menu taken out, and the
//! signals of the rules. What is learnt from it holds for any menu.

use super::{Signals, cue_names};
use crate::pipeline::affirm::Affirmation;
use crate::pipeline::lexicon::Lexicon;
use crate::pipeline::match_menu::{Decision, Match};
use crate::pipeline::parse::{ParsedOrder, Part, Role};
use crate::pipeline::words::{Token, TokenKind};
use crate::pipeline::{Category, PhraseKind};

/// A message of any length gives at most so many words to learn from.
const MOST_WORDS: usize = 120;

/// The evidence of one message, as names of features.
pub fn evidence(
    tokens: &[Token],
    order: &ParsedOrder,
    matched: &[(&Part, Match)],
    lexicon: &Lexicon,
    signals: &Signals,
    affirmation: Affirmation,
    rules: Category,
) -> Vec<String> {
    let words = symbols(tokens, order, matched, lexicon);
    let mut features = Vec::with_capacity(words.len() * 2 + 24);
    for word in &words {
        features.push(format!("w:{word}"));
    }
    let mut before = "^";
    for word in words.iter().map(String::as_str).chain(["$"]) {
        features.push(format!("b:{before} {word}"));
        before = word;
    }
    for many in 1..=words.len().min(3) {
        features.push(format!("f:{}", words[..many].join(" ")));
    }
    features.extend(said(signals, affirmation, rules));
    features.sort_unstable();
    features.dedup();
    features
}

/// The signals of the rules, and each pair of them.
fn said(signals: &Signals, affirmation: Affirmation, rules: Category) -> Vec<String> {
    let mut said: Vec<String> = cue_names(signals).map(|name| format!("c:{name}")).collect();
    let flags = [
        ("counted", signals.counted),
        ("apart", signals.asks_apart),
        ("asks", signals.asks_us),
        ("requests", signals.requests),
        ("please", signals.please),
        ("timed", signals.timed),
        ("recalled", signals.recalled),
        ("question", signals.question_mark),
        ("dish", signals.dishes > 0),
        ("unknown", signals.parts > signals.dishes),
        ("told", signals.dishes > 0 && signals.told >= signals.dishes),
        ("menu", signals.menu_words > 0),
        ("short", signals.words < 5),
        ("long", signals.words > 20),
    ];
    said.extend(flags.iter().filter(|(_, is)| *is).map(|(name, _)| format!("s:{name}")));
    said.push(format!("a:{affirmation:?}"));
    said.push(format!("r:{rules:?}"));
    let pairs: Vec<String> = said
        .iter()
        .enumerate()
        .flat_map(|(at, a)| said[..at].iter().map(move |b| format!("{b}&{a}")))
        .collect();
    said.extend(pairs);
    said
}

/// The words of a message, those of the menu, numbers, times and names as what they are.
fn symbols(
    tokens: &[Token],
    order: &ParsedOrder,
    matched: &[(&Part, Match)],
    lexicon: &Lexicon,
) -> Vec<String> {
    let mut placed: Vec<Option<&'static str>> = vec![None; tokens.len()];
    for (part, found) in matched {
        for modifier in part.modifiers.iter().filter(|m| !m.options.is_empty()) {
            for token in &modifier.tokens {
                placed[*token] = Some("<option>");
            }
        }
        if found.decision != Decision::Nothing {
            for token in &part.mention {
                placed[*token] = Some("<item>");
            }
        }
    }
    let mut words: Vec<String> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let symbol = placed[at]
            .filter(|_| order.words[at].is_some())
            .or_else(|| class_of(token, order.roles[at], lexicon));
        let word = match (symbol, token.kind) {
            (Some(symbol), _) => symbol,
            (None, TokenKind::Mark('?')) => "?",
            (None, TokenKind::Mark(_)) => continue,
            (None, _) => written_out(&token.folded),
        };
        if symbol.is_none() || words.last().is_none_or(|last| last != word) {
            words.push(word.to_owned());
        }
        if words.len() == MOST_WORDS {
            break;
        }
    }
    words
}

fn class_of(token: &Token, role: Role, lexicon: &Lexicon) -> Option<&'static str> {
    match (token.kind, role) {
        (TokenKind::Mark(_), _) => None,
        (_, Role::Phrase(PhraseKind::Time)) | (TokenKind::Clock, _) => Some("<time>"),
        (_, Role::Phrase(PhraseKind::Name)) => Some("<name>"),
        (TokenKind::Number(_), _) => Some("<n>"),
        (TokenKind::Word, _) if lexicon.is_food(&token.folded) => Some("<food>"),
        (TokenKind::Word, _) => is_number(&token.folded).then_some("<n>"),
    }
}

fn is_number(word: &str) -> bool {
    matches!(
        word,
        "two"
            | "three"
            | "four"
            | "five"
            | "six"
            | "seven"
            | "eight"
            | "nine"
            | "ten"
            | "twelve"
            | "dozen"
            | "twenty"
    )
}

fn written_out(word: &str) -> &str {
    match word {
        "u" | "ya" | "yall" => "you",
        "r" => "are",
        "ur" => "your",
        "pls" | "plz" => "please",
        "thx" | "ty" => "thanks",
        "wats" => "whats",
        "wanna" => "want",
        "gimme" => "give",
        _ => word,
    }
}
