//! Dishes by their place in the order: "the first with oat", "no beans on the last two".

use std::ops::Range;

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use super::references::is_preposition;
use crate::pipeline::PhraseKind;
use crate::pipeline::parse::Part;

const PLACES: [&str; 4] = ["first", "second", "third", "fourth"];

impl Walk<'_> {
    /// "the first with oat, the second with almond", "bacon on the first two".
    pub(super) fn ordinal(&mut self) {
        let (count, behind) = self.many_by_place();
        let tokens: Vec<usize> = (self.at..behind).flat_map(|at| self.piece_tokens(at)).collect();
        let pieces = self.base.is_some_and(|base| base.of > 1 && base.left >= count);
        let dishes = !pieces || count > 1;
        if dishes && self.speaks_of_place(&tokens, count, behind) {
            self.at = behind;
        } else if pieces {
            let fresh = if self.is_behind_preposition(&tokens) { self.take_fresh() } else { Vec::new() };
            self.end_clause();
            self.at = behind;
            self.portion(count, tokens, false);
            for modifier in fresh {
                self.modify(modifier);
            }
        } else {
            self.pass(PhraseKind::Filler);
        }
    }

    /// How many dishes the words here speak of, and the piece behind them: "the first", "the last two burgers".
    fn many_by_place(&self) -> (u32, usize) {
        let next = self.at + 1;
        let said = self.piece_tokens(self.at);
        let (count, next) = match self.atom(next) {
            _ if self.mentions(&said, "two") || self.mentions(&said, "2") => (2, next),
            _ if self.mentions(&said, "three") || self.mentions(&said, "3") => (3, next),
            Some(Atom::Number(count) | Atom::Fact(Fact::Number(count))) if *count > 1 => (*count, next + 1),
            Some(_) | None => return (1, next),
        };
        let kind = |t: &usize| {
            self.lexicon.is_category(&self.tokens[*t].folded)
                || self.recent().any(|part| self.names_word(&self.out.parts[part], *t))
        };
        let noun = self.atom(next) == Some(&Atom::Word) && self.piece_tokens(next).iter().all(kind);
        (count, next + usize::from(noun))
    }

    fn is_behind_preposition(&self, tokens: &[usize]) -> bool {
        let mut before = tokens.iter().min().copied().unwrap_or(0);
        while before > 0 && matches!(self.tokens[before - 1].folded.as_str(), "the" | "just" | "only") {
            before -= 1;
        }
        before > 0 && is_preposition(&self.tokens[before - 1].folded)
    }

    /// "a Napoli and a Marinara, the second with anchovies": of several dishes that were named.
    fn speaks_of_place(&mut self, tokens: &[usize], count: u32, behind: usize) -> bool {
        let before = tokens.first().and_then(|t| t.checked_sub(1));
        let definite = self.mentions(tokens, "the") || before.is_some_and(|t| self.tokens[t].folded == "the");
        if !definite || self.ahead.quantity.is_some() || self.dish_in_run(behind) {
            return false;
        }
        let Some(parts) = self.parts_by_place(tokens, count) else { return false };
        let fresh = if self.is_behind_preposition(tokens) { self.take_fresh() } else { Vec::new() };
        self.end_clause();
        self.speak_of(parts, tokens);
        for modifier in fresh {
            self.modify(modifier);
        }
        true
    }

    /// The dish in that place; several dishes when just so many pieces were ordered there.
    fn parts_by_place(&self, tokens: &[usize], count: u32) -> Option<Range<usize>> {
        if self.out.parts.len() > self.recent().len() {
            return None;
        }
        let heads = |part: &Part| {
            let kind = |t: &usize| self.lexicon.is_category(&self.tokens[*t].folded);
            part.named.is_empty() && part.mention.iter().all(kind)
        };
        let mut parts: Vec<usize> =
            (0..self.out.parts.len()).filter(|part| !heads(&self.out.parts[*part])).collect();
        if parts.len() < 2 {
            return None;
        }
        if self.mentions(tokens, "last") {
            parts.reverse();
        }
        if count == 1 {
            let place = PLACES.iter().position(|word| self.mentions(tokens, word)).unwrap_or(0);
            return parts.get(place).map(|part| *part..part + 1);
        }
        let mut pieces = 0_u32;
        let last = parts.iter().position(|part| {
            pieces = pieces.saturating_add(self.out.parts[*part].quantity);
            pieces >= count
        })?;
        let (one, other) = (parts[0], parts[last]);
        (pieces == count).then(|| one.min(other)..one.max(other) + 1)
    }

    fn mentions(&self, tokens: &[usize], word: &str) -> bool {
        tokens.iter().any(|t| self.tokens[*t].folded == word)
    }
}
