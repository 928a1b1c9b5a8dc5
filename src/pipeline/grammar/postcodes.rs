//! Postcodes: part of an address wherever they stand.

use super::lines::Walk;
use crate::pipeline::PhraseKind;
use crate::pipeline::words::TokenKind;

/// The longest half of a postcode has so many letters and digits.
const LONGEST_HALF: usize = 4;
/// A postcode is cut into so many tokens at most.
const MOST_TOKENS: usize = 6;

impl Walk<'_> {
    /// "BN3 5QT", "1012 AB": a place, and the end of the address before it.
    pub(super) fn postcode(&mut self) -> bool {
        let Some(end) = self.postcode_at(self.at) else { return false };
        self.say(self.at..end, PhraseKind::Place);
        let first = self.pieces[self.at].tokens.start;
        let span = self.tokens[first].span.start..self.tokens[self.pieces[end - 1].tokens.end - 1].span.end;
        let before = first.checked_sub(2).map(|t| self.tokens[t].span.end);
        match &mut self.out.address {
            Some(address) if before == Some(address.end) => address.end = span.end,
            Some(_) => {}
            None => self.out.address = Some(span),
        }
        self.at = end;
        true
    }

    /// Where the pieces of a postcode end that begins here.
    pub(super) fn postcode_at(&self, at: usize) -> Option<usize> {
        let first = self.pieces.get(at)?.tokens.start;
        if self.tokens[first].folded.len() > LONGEST_HALF {
            return None;
        }
        (at + 1..=at + MOST_TOKENS)
            .rev()
            .find(|end| self.pieces.get(end - 1).is_some_and(|last| self.is_postcode(first, last.tokens.end)))
    }

    /// Whether some tokens are written like the two halves of a British or a Dutch postcode.
    fn is_postcode(&self, first: usize, end: usize) -> bool {
        let tokens = &self.tokens[first..end];
        if tokens.len() > MOST_TOKENS {
            return false;
        }
        if !tokens.iter().all(|t| matches!(t.kind, TokenKind::Word | TokenKind::Number(_))) {
            return false;
        }
        let mut halves: Vec<String> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let joined = at > 0 && tokens[at - 1].span.end == token.span.start;
            match halves.last_mut().filter(|_| joined) {
                Some(half) => half.push_str(&token.folded),
                None => halves.push(token.folded.to_string()),
            }
        }
        let capital = tokens.iter().filter(|t| t.kind == TokenKind::Word).all(|t| t.capital);
        match halves.iter().map(|half| shape(half)).collect::<Vec<_>>()[..] {
            [ref out, ref inward] => {
                matches!(out.as_str(), "a0" | "a00" | "aa0" | "aa00" | "a0a" | "aa0a") && inward == "0aa"
                    || out == "0000" && inward == "aa" && capital
            }
            _ => false,
        }
    }
}

/// "a" for a letter and "0" for a digit.
fn shape(word: &str) -> String {
    word.chars().map(|c| if c.is_ascii_digit() { '0' } else { 'a' }).collect()
}
