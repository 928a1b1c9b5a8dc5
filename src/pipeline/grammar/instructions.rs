//! What shall be done to a dish, in the customer's words: "write happy birthday on the lid".

use std::ops::Range;

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::parse::{Modifier, Part};
use crate::pipeline::{Amount, PhraseKind};

/// Longer clauses are talk.
const LONGEST: usize = 14;

impl Walk<'_> {
    /// "leave some space at the top": a note of the dish before, or of the dish it names.
    pub(super) fn instructs(&mut self) {
        let Some((clause, of)) = self.instruction() else { return self.run() };
        self.cue = None;
        self.ahead = Default::default();
        self.target = of;
        let tokens = clause.clone().flat_map(|at| self.piece_tokens(at)).collect();
        self.modify(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
        self.at = clause.end;
    }

    /// The clause from here on and the dishes it is for, when it only tells the kitchen what to do.
    fn instruction(&self) -> Option<(Range<usize>, Range<usize>)> {
        if self.target.is_empty() || !self.begins_instruction() {
            return None;
        }
        let ends = |at: usize| matches!(self.atom(at), None | Some(Atom::Mark(_))) || self.is_joint(at);
        let end = (self.at + 1..=self.at + LONGEST).find(|at| ends(*at))?;
        let mut of = self.target.clone();
        for at in self.at + 1..end {
            match self.atom(at) {
                Some(Atom::Item(_)) => of = self.part_named(at)?,
                Some(Atom::Word | Atom::Fact(Fact::Street)) => {}
                Some(Atom::Fact(fact)) if is_of_instruction(*fact) => {}
                Some(Atom::Number(_) | Atom::Fact(Fact::Number(_)))
                    if matches!(self.fact_at(at + 1), Some(Fact::TimeUnit | Fact::SizeUnit)) => {}
                Some(_) | None => return None,
            }
        }
        let words: usize = (self.at..end).map(|at| self.piece_tokens(at).len()).sum();
        (words > 1).then_some((self.at..end, of))
    }

    /// Where a clause begins, whatever makes it polite.
    fn begins_instruction(&self) -> bool {
        let before = (0..self.at).rev().find(|at| {
            !matches!(
                self.fact_at(*at),
                Some(Fact::Says(PhraseKind::Filler | PhraseKind::Thanks) | Fact::Wants)
            )
        });
        self.cue.is_none()
            && self.ahead.quantity.is_none()
            && before.is_none_or(|at| matches!(self.atom(at), Some(Atom::Mark(_) | Atom::Fact(Fact::And))))
    }

    /// "… and": what comes behind may be a dish.
    fn is_joint(&self, at: usize) -> bool {
        self.fact_at(at) == Some(Fact::And)
    }

    /// The dishes of that name that were ordered before.
    fn part_named(&self, at: usize) -> Option<Range<usize>> {
        let Some(Atom::Item(items)) = self.atom(at) else { return None };
        let named = |part: &Part| part.named.iter().any(|item| items.contains(item));
        let last = self.out.parts.iter().rposition(named)?;
        let first = (0..last).rev().take_while(|at| named(&self.out.parts[*at])).last().unwrap_or(last);
        Some(first..last + 1)
    }
}

fn is_of_instruction(fact: Fact) -> bool {
    matches!(
        fact,
        Fact::Says(PhraseKind::Filler)
            | Fact::Article
            | Fact::Describes
            | Fact::Prepared
            | Fact::Condiment
            | Fact::Being
            | Fact::Plain
            | Fact::Talk
            | Fact::Takes(Amount::Regular)
            | Fact::Each
            | Fact::Only
            | Fact::Left(_)
            | Fact::Aside
            | Fact::OfThem
            | Fact::Measure
            | Fact::Instructs
            | Fact::At
            | Fact::In
            | Fact::For
            | Fact::TimeUnit
            | Fact::SizeUnit
    )
}
