//! Requests in question form: "could I get …?", "is there any way you could make me …?". They ask for a dish, not
//! for information, whatever words of a question they begin with.

use std::ops::Range;

use super::words::{Token, TokenKind};

/// How many words may stand between "could I" and what is asked for.
const REACH: usize = 4;

/// The sentences of a message that ask for something to be made.
#[derive(Debug, Default)]
pub struct Requests(Vec<Range<usize>>);

impl Requests {
    /// Looks through a message without its adverbs.
    pub fn of(plain: &[Token]) -> Self {
        let ends = |t: &Token| matches!(t.kind, TokenKind::Mark('.' | '!' | '?' | '\n' | ';'));
        let mut sentences = Vec::new();
        let mut start = 0;
        while start < plain.len() {
            let end = (start..plain.len()).find(|at| ends(&plain[*at])).unwrap_or(plain.len());
            if requests(&plain[start..end]) {
                sentences.push(start..end + 1);
            }
            start = end + 1;
        }
        Self(sentences)
    }

    /// Whether there is any.
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether a question that begins here is only the polite form of a request. What asks for a price, a time, a
    /// place or a reason stays a question.
    pub fn softens(&self, plain: &[Token], at: usize) -> bool {
        let asks = matches!(
            plain[at].folded.as_str(),
            "how" | "when" | "where" | "which" | "who" | "why" | "whats" | "what"
        ) && plain.get(at + 1).is_none_or(|next| next.folded != "about");
        !asks && self.0.iter().any(|sentence| sentence.contains(&at))
    }
}

fn requests(sentence: &[Token]) -> bool {
    let word = |at: usize| sentence.get(at).map_or("", |t| t.folded.as_str());
    (0..sentence.len()).any(|at| {
        let inverted = is_modal(word(at)) && is_person(word(at + 1)) && gets(sentence, at + 2);
        let plain = is_person(word(at))
            && matches!(word(at + 1), "could" | "can" | "might")
            && gets(sentence, at + 2);
        let allowed = matches!(word(at), "is" | "would")
            && word(at + 1) == "it"
            && (at + 2..at + 5).any(|at| is_all_right(word(at)))
            && (at + 3..at + 7).any(|at| matches!(word(at), "if" | "to"));
        let chance = word(at) == "any" && matches!(word(at + 1), "way" | "chance" | "possibility");
        let mind = word(at) == "mind" && (word(at + 1) == "if" || word(at + 1).ends_with("ing"));
        let about = matches!(word(at), "what" | "how")
            && word(at + 1) == "about"
            && (matches!(word(at + 2), "a" | "an" | "some" | "one" | "two" | "three")
                || matches!(sentence.get(at + 2).map(|t| t.kind), Some(TokenKind::Number(_))));
        inverted || plain && at > 0 && is_opening(word(at - 1)) || allowed || chance || mind || about
    })
}

/// Whether what is asked for is to get something, within a few words.
fn gets(sentence: &[Token], from: usize) -> bool {
    sentence.iter().skip(from).take(REACH).take_while(|t| t.is_word()).any(|t| {
        matches!(
            t.folded.as_str(),
            "get"
                | "have"
                | "do"
                | "order"
                | "grab"
                | "make"
                | "try"
                | "trouble"
                | "send"
                | "bring"
                | "give"
                | "put"
                | "add"
                | "prepare"
                | "place"
                | "take"
                | "start"
                | "fix"
                | "pop"
                | "throw"
                | "whip"
                | "pour"
                | "serve"
                | "deliver"
                | "request"
                | "buy"
                | "cop"
                | "use"
                | "sort"
                | "able"
        )
    })
}

fn is_modal(word: &str) -> bool {
    matches!(word, "can" | "could" | "may" | "might" | "would" | "will" | "shall")
}

fn is_person(word: &str) -> bool {
    matches!(word, "i" | "we" | "you" | "u" | "ya" | "someone" | "somebody")
}

fn is_all_right(word: &str) -> bool {
    matches!(
        word,
        "ok" | "okay" | "alright" | "right" | "possible" | "fine" | "cool" | "doable" | "trouble" | "bother"
    )
}

/// "if I could get", "think you could", "wondering if …": words that a request begins with.
fn is_opening(word: &str) -> bool {
    matches!(word, "if" | "think" | "suppose" | "reckon" | "way" | "chance" | "possible" | "that")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::words::tokens;

    #[test]
    fn a_request_is_told_from_a_question() {
        for (text, expected) in [
            ("Could I get a latte?", true),
            ("Do you think you could make us two burritos?", true),
            ("Is there any way I could have a mocha?", true),
            ("Would it be alright if I got a steamer?", true),
            ("Is it possible to get a cortado?", true),
            ("mind if i order a flan", true),
            ("Would you mind putting together a wrap", true),
            ("How about a tea?", true),
            ("I was wondering if I could get a tea", true),
            ("Is there milk in the latte?", false),
            ("Do you have oat milk?", false),
            ("Can I pay by card?", false),
            ("Can you tell me what is in it?", false),
            ("How about that game?", false),
            ("I can do without", false),
        ] {
            assert_eq!(Requests::of(&tokens(text)).any(), expected, "{text}");
        }
    }

    #[test]
    fn what_asks_for_a_price_stays_a_question() {
        let softened = |text: &str| {
            let tokens = tokens(text);
            Requests::of(&tokens).softens(&tokens, 0)
        };
        assert!(softened("Is there any way I could have a mocha?"));
        assert!(!softened("How much would it be if I could get two?"));
        assert!(!softened("Is it spicy? Could I get one?"));
    }
}
