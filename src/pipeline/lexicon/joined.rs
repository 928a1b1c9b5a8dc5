//! Two words typed as one: "ordera", "twolattes".

use super::Lexicon;
use super::repair::is_contraction;
use crate::pipeline::words::{Token, TokenKind, fold, stem};

/// Words that an order is made of besides dishes.
const SMALL_WORDS: [&str; 26] = [
    "please", "thanks", "thank", "would", "could", "with", "without", "like", "want", "order", "have",
    "extra", "large", "small", "medium", "both", "each", "another", "hello", "morning", "instead",
    "delivery", "pickup", "table", "make", "light",
];

/// The shortest half that is more than a chance, unless it is an article or a small number.
const SHORTEST: usize = 3;

impl Lexicon {
    /// Cuts words that neither the language nor the menu knows into two that they know, one of them the menu's or
    /// one that `speaks` of an order.
    pub fn cut_joined(&self, text: &str, tokens: Vec<Token>, speaks: impl Fn(&str) -> bool) -> Vec<Token> {
        let mut cut = Vec::with_capacity(tokens.len());
        for token in tokens {
            match self.seam(text, &token, &speaks) {
                Some(at) => cut.extend(halves(text, &token, at)),
                None => cut.push(token),
            }
        }
        cut
    }

    /// Words around an order that were mistyped by a letter: "pleas", "wiht".
    pub fn mend_small_words(&self, tokens: &mut [Token], speaks: impl Fn(&str) -> bool) {
        for token in tokens.iter_mut().filter(|token| token.kind == TokenKind::Word) {
            let word = token.folded.as_str();
            let strange = (4..=9).contains(&word.len())
                && word.is_ascii()
                && !token.capital
                && self.word(word).is_none()
                && !self.is_spelled(word)
                && !self.is_spelled(&stem(word))
                && !self.short.contains(word)
                && !is_contraction(word)
                && !speaks(word);
            let near = |said: &&&str| {
                word.as_bytes()[0] == said.as_bytes()[0] && strsim::osa_distance(word, said) == 1
            };
            if let Some(said) = SMALL_WORDS.iter().find(|said| strange && near(said)) {
                token.folded = (*said).into();
            }
        }
    }

    /// Where the first word ends, in bytes.
    fn seam(&self, text: &str, token: &Token, speaks: &impl Fn(&str) -> bool) -> Option<usize> {
        let word = token.folded.as_str();
        let plain = token.kind == TokenKind::Word && word.is_ascii() && word.len() == token.span.len();
        let strange = plain
            && (6..=24).contains(&word.len())
            && text[token.span.clone()].is_ascii()
            && word.bytes().all(|b| b.is_ascii_lowercase())
            && !speaks(word)
            && self.word(word).is_none()
            && !self.is_spelled(word)
            && !self.is_spelled(&stem(word))
            && self.repair(word).is_none();
        if !strange {
            return None;
        }
        (1..word.len()).find(|at| {
            let (first, second) = word.split_at(*at);
            let menu = |half: &str| half.len() >= SHORTEST && self.word(half).is_some();
            let said = |half: &str| half.len() >= SHORTEST && speaks(half);
            let article = matches!(second, "a" | "an");
            menu(first) && menu(second)
                || said(first) && (menu(second) || article)
                || menu(first) && said(second)
        })
    }
}

fn halves(text: &str, token: &Token, at: usize) -> [Token; 2] {
    let middle = token.span.start + at;
    let half = |span: std::ops::Range<usize>, capital: bool| Token {
        folded: fold(&text[span.clone()]),
        span,
        kind: TokenKind::Word,
        capital,
    };
    [half(token.span.start..middle, token.capital), half(middle..token.span.end, false)]
}
