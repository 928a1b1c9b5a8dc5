//! What comes next: a dish, nothing, the end of the clause.

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::Amount;

impl Walk<'_> {
    /// Whether a run of words without separators holds the name of a dish.
    pub(super) fn named_in_run(&self, from: usize) -> bool {
        (from..self.pieces.len().min(from + 6))
            .take_while(|at| {
                matches!(self.atom(*at), Some(Atom::Item(_) | Atom::Word | Atom::Choice(_)))
                    || *at > from && self.is_of(*at)
            })
            .any(|at| matches!(self.atom(at), Some(Atom::Item(_))))
    }

    /// Whether a run of words without separators holds a dish or an unknown word.
    pub(super) fn dish_in_run(&self, from: usize) -> bool {
        let passed = |at: usize| {
            matches!(
                self.atom(at),
                Some(Atom::Choice(_) | Atom::Fact(Fact::Plain | Fact::Measure | Fact::Describes))
            ) || self.is_of(at)
        };
        let first = (from..(from + 24).min(self.pieces.len())).find(|at| !passed(*at));
        let first = first.and_then(|at| self.atom(at));
        matches!(first, Some(Atom::Item(_) | Atom::Word | Atom::Fact(Fact::Street)))
    }

    /// "of" between a measure and what it is of.
    pub(super) fn is_of(&self, at: usize) -> bool {
        self.pieces.get(at).is_some_and(|piece| self.tokens[piece.tokens.start].folded == "of")
    }

    /// Whether a separator, the end or a phrase follows, but no dish.
    pub(super) fn begins_nothing(&self, at: usize) -> bool {
        match self.atom(at) {
            None | Some(Atom::Mark(_) | Atom::Number(_) | Atom::Clock) => true,
            Some(Atom::Fact(fact)) => !matches!(
                fact,
                Fact::Measure
                    | Fact::Plain
                    | Fact::Describes
                    | Fact::Takes(Amount::Extra | Amount::Light)
                    | Fact::Shots
                    | Fact::Article
                    | Fact::Street
                    | Fact::Times
            ),
            Some(Atom::Item(_) | Atom::Choice(_) | Atom::Word) => false,
        }
    }
}
