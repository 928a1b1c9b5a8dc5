//! Ways of getting the order, tables, doors, and whom it is for.

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::parse::Modifier;
use crate::pipeline::{Amount, FulfilmentKind, PhraseKind};

impl Walk<'_> {
    /// "a brownie 4 Steef": for somebody.
    pub(super) fn for_in_digits(&mut self, number: u32) -> bool {
        let behind_dish = matches!(
            self.at.checked_sub(1).and_then(|at| self.atom(at)),
            Some(Atom::Item(_) | Atom::Choice(_))
        );
        let next = self.at + 1;
        let named = number == 4
            && behind_dish
            && self.name_at(next)
            && self.tokens[self.pieces[next].tokens.start].capital
            && (self.begins_nothing(next + 1) || self.fact_at(next + 1) == Some(Fact::At));
        if named {
            self.name(next);
        }
        named
    }

    /// "8oz": the number is no quantity.
    pub(super) fn sized_number(&mut self) -> bool {
        let unit = self.fact_at(self.at + 1) == Some(Fact::SizeUnit);
        if unit && self.is_heat(self.at + 1) && !self.target.is_empty() {
            let waiting = self.cue.take().map(|cue| cue.tokens).unwrap_or_default();
            let tokens = [waiting, self.piece_tokens(self.at), self.piece_tokens(self.at + 1)].concat();
            self.modify(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
            self.at += 2;
            return true;
        }
        if unit {
            self.say(self.at..self.at + 2, PhraseKind::Filler);
            self.at += 2;
        }
        unit
    }

    /// "180 degrees": how hot it shall be.
    pub(super) fn is_heat(&self, at: usize) -> bool {
        let unit = self.tokens[self.pieces[at].tokens.start].folded.as_str();
        matches!(unit, "degrees" | "celsius" | "fahrenheit")
    }

    /// "delivery to …"
    pub(super) fn deliver_to(&mut self) {
        self.fulfil(FulfilmentKind::Delivery);
        let from = self.at;
        let mut start = from + 1;
        while matches!(self.atom(start), Some(Atom::Mark(':' | '-'))) {
            start += 1;
        }
        self.say(from..from + 1, PhraseKind::Place);
        if start < self.pieces.len() && self.goes_on(start) {
            self.address(start, start + 1);
        } else {
            self.at = start;
        }
        self.end_clause();
    }

    /// "to go", "delivery", "eat in"; a bare number right behind it is a time.
    pub(super) fn way(&mut self, kind: FulfilmentKind) {
        self.fulfil(kind);
        self.end_clause();
        self.pass(PhraseKind::Place);
        if self.is_clock(self.at) && !matches!(self.atom(self.at), Some(Atom::Fact(Fact::Moment))) {
            self.time(self.at, self.at + 1);
        }
    }

    /// "doorbell Faber", "jetty 3", "top floor"
    pub(super) fn spot(&mut self) {
        let next = self.at + 1;
        let takes = match self.atom(next) {
            Some(Atom::Number(_)) if self.digits_follow(next) => false,
            Some(Atom::Number(_) | Atom::Clock) => self.begins_nothing(next + 1),
            Some(Atom::Word) => self.name_at(next) && self.tokens[self.pieces[next].tokens.start].capital,
            Some(_) | None => false,
        };
        let numbered = takes && matches!(self.atom(next), Some(Atom::Number(_)));
        if numbered && self.out.fulfilment.kind == Some(FulfilmentKind::Delivery) && self.goes_on(next + 1) {
            return self.address(self.at, next + 1);
        }
        self.say(self.at..next + usize::from(takes), PhraseKind::Place);
        self.at = next + usize::from(takes);
    }

    /// "07700 900461": a telephone number in parts.
    fn digits_follow(&self, at: usize) -> bool {
        let long =
            |at: usize| self.pieces.get(at).is_some_and(|p| self.tokens[p.tokens.start].folded.len() > 3);
        let digits = |at: usize| matches!(self.atom(at), Some(Atom::Number(_)));
        digits(at + 1) && long(at)
    }

    pub(super) fn fulfil(&mut self, kind: FulfilmentKind) {
        self.out.fulfilment.kind.get_or_insert(kind);
    }

    /// "table 6", "room 11"
    pub(super) fn table(&mut self) {
        match self.atom(self.at + 1) {
            Some(Atom::Number(_) | Atom::Fact(Fact::Number(_))) => {
                self.fulfil(FulfilmentKind::DineIn);
                self.say(self.at..self.at + 2, PhraseKind::Place);
                self.at += 2;
            }
            Some(_) | None => self.pass(PhraseKind::Filler),
        }
    }

    /// "for the cricket tea on Sunday": a dish's name in that of an occasion.
    fn occasion(&self) -> Option<usize> {
        let article = matches!(
            self.pieces.get(self.at + 1).map_or("", |p| self.tokens[p.tokens.start].folded.as_str()),
            "the" | "our" | "my"
        ) || self.pieces[self.at].tokens.len() > 1;
        let first = self.at + 1 + usize::from(self.pieces[self.at].tokens.len() == 1);
        let strange = |at: usize| {
            matches!(self.atom(at), Some(Atom::Word))
                && !self.is_person(at)
                && self.piece_tokens(at).iter().all(|t| self.out.words[*t].is_none())
        };
        let named = matches!(self.atom(first + 1), Some(Atom::Item(_)));
        let occasion = article
            && !self.out.parts.is_empty()
            && strange(first)
            && named
            && self.begins_nothing(first + 2);
        occasion.then_some(first + 2)
    }

    /// "for Tom", "for 7", "for the office"
    pub(super) fn for_whom(&mut self) {
        if let Some(end) = self.occasion() {
            self.say(self.at..end, PhraseKind::Filler);
            self.at = end;
        } else if self.is_clock(self.at + 1) && self.begins_nothing(self.at + 2) {
            self.time(self.at, self.at + 2);
        } else if self.name_at(self.at + 1)
            && self.is_name_like(self.at + 1)
            && self.may_be_named(self.at + 1)
        {
            self.name(self.at + 1);
        } else {
            self.pass(PhraseKind::Filler);
        }
    }
}
