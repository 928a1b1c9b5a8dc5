//! Some pieces of a dish: "one with oat", "2 small", "one decaf and one regular".

use super::doubts::WHICH_OF_TWO;
use super::facts::Fact;
use super::lines::{Base, Walk};
use super::pieces::Atom;
use crate::pipeline::lexicon::OptionRef;
use crate::pipeline::parse::Part;

/// "A small, a large and two mochas": so many counts wait for the name at most.
const MOST_JOINED: usize = 6;

impl Walk<'_> {
    /// Whether what follows is said of some pieces of the dish last named: "one with oat", "2 small".
    pub(super) fn is_portion(&self, from: usize) -> bool {
        if self.fact_at(from) == Some(Fact::OfThem) {
            return true;
        }
        let mut next = from;
        while self.fact_at(next) == Some(Fact::Being) {
            next += 1;
        }
        match self.atom(next) {
            Some(Atom::Fact(
                Fact::Takes(_) | Fact::NoneOfIt | Fact::Prepared | Fact::InsteadOf | Fact::Describes,
            )) => !self.named_in_run(next + 1) || self.option_of_target(next + 1).is_some(),
            Some(Atom::Fact(Fact::Plain)) => self.begins_nothing(next + 1),
            Some(Atom::Choice(options)) => {
                !self.dish_in_run(next) && !self.leaves_dish_out(next) && !self.is_other_dish(options)
            }
            Some(Atom::Fact(Fact::In)) => matches!(self.atom(next + 1), Some(Atom::Choice(_))),
            Some(_) | None => false,
        }
    }

    /// "2 colas" behind another dish, where a cola is a choice of soft drink.
    pub(super) fn is_other_dish(&self, options: &[OptionRef]) -> bool {
        self.lexicon
            .implied_by(options)
            .is_some_and(|item| self.base.is_none_or(|base| !self.out.parts[base.part].named.contains(&item)))
    }

    /// "all with rice except one with fries": only joins.
    pub(super) fn excepts_some(&self) -> bool {
        let word = self.tokens[self.pieces[self.at].tokens.start].folded.as_str();
        let counted = matches!(self.atom(self.at + 1), Some(Atom::Number(_) | Atom::Fact(Fact::Number(_))));
        matches!(word, "except" | "apart" | "bar") && counted && self.base.is_some_and(|base| base.left > 1)
    }

    /// "decaf and one regular mocha": the dish of the first is named with the second.
    pub(super) fn leaves_dish_out(&self, from: usize) -> bool {
        let spoken_of = self.base.is_some_and(|base| base.of > 1 && base.left > 0);
        let mut at = from;
        while matches!(self.atom(at), Some(Atom::Choice(_) | Atom::Fact(Fact::Describes | Fact::Plain))) {
            at += 1;
        }
        let joined = self.fact_at(at) == Some(Fact::And);
        let mark = usize::from(self.atom(at) == Some(&Atom::Mark(',')));
        !spoken_of
            && (joined && self.counts_like(at + 1) || !self.last_takes(from) && self.counts_like(at + mark))
    }

    /// "one decaf and one regular mocha", "1 large, 2 small lemonades": a count and options whose dish is named with
    /// those that follow.
    pub(super) fn wait_for_name(&mut self, from: usize) {
        let joined = from.checked_sub(1).is_some_and(|before| self.fact_at(before) == Some(Fact::And));
        let counted = joined || self.ahead.quantity.is_some() || self.ahead.article;
        if counted && !self.ahead.modifiers.is_empty() && self.counts_like(from) {
            let ahead = std::mem::take(&mut self.ahead);
            self.pending.push(ahead);
        }
    }

    /// "one regular mocha", "a small, a large and two small mochas": counts or articles with options, and the dish.
    pub(super) fn counts_like(&self, from: usize) -> bool {
        let said = |at: usize| {
            matches!(self.atom(at), Some(Atom::Choice(_) | Atom::Fact(Fact::Describes | Fact::Plain)))
        };
        let mut at = from;
        for _ in 0..MOST_JOINED {
            let counted = matches!(
                self.atom(at),
                Some(Atom::Number(_) | Atom::Fact(Fact::Number(_) | Fact::Article | Fact::Another))
            );
            if !counted || !said(at + 1) {
                return false;
            }
            at += 1;
            while said(at) {
                at += 1;
            }
            match self.atom(at) {
                Some(Atom::Item(_)) => return true,
                Some(Atom::Mark(',') | Atom::Fact(Fact::And)) => at += 1,
                Some(_) | None => return false,
            }
        }
        false
    }

    /// "a latte and a mocha, one with oat": which of the two is not said, unless only one of them can have it.
    pub(super) fn one_of_two(&mut self, next: usize) {
        let Some(base) = self.base.filter(|base| base.of == 1 && base.left == 1) else { return };
        let Some(before) = base.part.checked_sub(1).filter(|before| *before >= self.sentence) else { return };
        let (one, other) = (&self.out.parts[before], &self.out.parts[base.part]);
        let options = (next..next + 3).find_map(|at| match self.atom(at) {
            Some(Atom::Choice(options)) => Some(options),
            Some(_) | None => None,
        });
        let takes = |part: &Part| {
            let of = |item: &usize| {
                options.is_some_and(|options| !self.lexicon.options_for(*item, options).is_empty())
            };
            part.quantity == 1 && part.modifiers.is_empty() && part.named.iter().any(of)
        };
        if one.named == other.named || !takes(one) {
            return;
        }
        if takes(other) {
            self.out.unclear = Some(WHICH_OF_TWO);
        } else {
            self.base = Some(Base { part: before, ..base });
        }
    }

    /// Makes the next options those of `count` pieces of the dish last named.
    pub(super) fn portion(&mut self, count: u32, tokens: Vec<usize>, another: bool) {
        let Some(base) = self.base else { return };
        let named = &self.out.parts[base.part];
        let joined = self.at > 0 && super::references::joins(self.fact_at(self.at - 1));
        let further = base.of == 1
            && base.left == 1
            && count == 1
            && (named.counted || joined)
            && !named.modifiers.is_empty();
        if another || further || count > base.left {
            let of = &self.out.parts[base.part];
            let (mention, named) = (of.mention.clone(), of.named.clone());
            let all = of.tokens.clone();
            self.out.parts.push(Part {
                mention,
                named,
                quantity: count,
                counted: true,
                tokens: all,
                ..Part::default()
            });
            let part = self.out.parts.len() - 1;
            self.target = part..part + 1;
        } else if count == base.left {
            self.target = base.part..base.part + 1;
            self.base = Some(Base { left: 0, ..base });
        } else {
            let mut part = self.out.parts[base.part].clone();
            part.quantity = count;
            self.out.parts[base.part].quantity -= count;
            self.out.parts.push(part);
            let part = self.out.parts.len() - 1;
            self.target = part..part + 1;
            self.base = Some(Base { left: base.left - count, ..base });
        }
        for index in self.target.clone() {
            self.out.parts[index].tokens.extend(&tokens);
        }
        self.fresh_start();
        self.apportioned = true;
    }
}
