//! Moments, hours and lengths of time.

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::{Amount, PhraseKind};

impl Walk<'_> {
    /// "at 7pm", "by 1", "half six", "in 20 min"; else the word says nothing.
    pub(super) fn moment_after(&mut self) {
        if self.fact_at(self.at) == Some(Fact::In)
            && self.pieces[self.at].tokens.len() == 1
            && matches!(self.atom(self.at + 1), Some(Atom::Choice(_)))
        {
            return self.open_cue(Amount::Regular);
        }
        let mut end = self.at + 1;
        while end < self.at + 4 && matches!(self.fact_at(end), Some(Fact::At | Fact::In)) {
            end += 1;
        }
        if !self.is_clock(end) {
            self.pass(PhraseKind::Filler);
            return;
        }
        let minutes = self.joins_hour(end + 1) && self.is_clock(end + 2);
        self.time(self.at, end + 1 + 2 * usize::from(minutes));
    }

    /// "past" of "ten past twelve"
    fn joins_hour(&self, at: usize) -> bool {
        matches!(self.atom(at), Some(Atom::Word | Atom::Fact(_)))
            && self.pieces[at].tokens.len() == 1
            && matches!(self.tokens[self.pieces[at].tokens.start].folded.as_str(), "past" | "to")
    }

    pub(super) fn is_clock(&self, at: usize) -> bool {
        match self.atom(at) {
            Some(Atom::Clock | Atom::Fact(Fact::Moment)) => true,
            Some(Atom::Number(number) | Atom::Fact(Fact::Number(number))) => {
                *number <= 2400
                    && !self.pieces.get(at + 1).is_some_and(|_| self.is_heat(at + 1))
                    && !self.dish_in_run(at + 1)
                    && !self.is_of(at + 1)
                    && !matches!(
                        self.atom(at + 1),
                        Some(Atom::Fact(Fact::Measure | Fact::Shots) | Atom::Choice(_))
                    )
            }
            Some(_) | None => false,
        }
    }

    /// Notes a time that begins at one piece and lasts at least until another.
    pub(super) fn time(&mut self, from: usize, until: usize) {
        let mut end = until;
        while matches!(self.fact_at(end), Some(Fact::TimeUnit))
            || self.fact_at(end) == Some(Fact::Moment)
            || self.fact_at(end) == Some(Fact::At) && !self.is_clock(end + 1)
        {
            end += 1;
        }
        self.say(from..end, PhraseKind::Time);
        self.out.times.push(self.pieces[from].tokens.start..self.pieces[end - 1].tokens.end);
        self.at = end;
    }

    pub(super) fn clock(&mut self) {
        let token = &self.tokens[self.pieces[self.at].tokens.start];
        self.out.odd_quantity |= !token.folded.contains(':') && self.is_decimal_of_dish(&token.folded);
        self.time(self.at, self.at + 1);
    }

    /// "2.5 falafel wraps", but not "12.15 Gwen".
    fn is_decimal_of_dish(&self, folded: &str) -> bool {
        let next = self.at + 1;
        let of_day = folded.split_once('.').is_some_and(|(hour, minute)| {
            minute.len() == 2
                && minute.parse::<u32>().is_ok_and(|m| m < 60)
                && hour.parse::<u32>().is_ok_and(|h| h < 24)
        });
        self.dish_in_run(next) && (!of_day || self.named_in_run(next))
    }

    pub(super) fn moment(&mut self) {
        self.time(self.at, self.at + 1);
    }

    /// A number with a unit of time, or right after "pickup".
    pub(super) fn timed_number(&mut self) -> bool {
        let unit = self.fact_at(self.at + 1) == Some(Fact::TimeUnit);
        if unit {
            self.time(self.at, self.at + 2);
        }
        unit
    }

    /// "ten past twelve"
    pub(super) fn past_the_hour(&mut self) -> bool {
        let past = self.joins_hour(self.at + 1);
        let told = past && self.is_clock(self.at + 2);
        let bare = past
            && self.tokens[self.pieces[self.at + 1].tokens.start].folded == "past"
            && self.begins_nothing(self.at + 2);
        if bare && !told {
            self.time(self.at, self.at + 2);
            return true;
        }
        if told {
            self.time(self.at, self.at + 3);
        }
        told
    }

    /// "12 pick up"
    pub(super) fn hour_before_way(&mut self, number: u32) -> bool {
        let told = (1..=24).contains(&number)
            && matches!(self.atom(self.at), Some(Atom::Number(_)))
            && matches!(self.fact_at(self.at + 1), Some(Fact::Pickup | Fact::Delivery))
            && !self.dish_in_run(self.at + 2)
            && matches!(self.at.checked_sub(1).and_then(|at| self.atom(at)), Some(Atom::Mark(_)));
        if told {
            self.time(self.at, self.at + 1);
        }
        told
    }
}
