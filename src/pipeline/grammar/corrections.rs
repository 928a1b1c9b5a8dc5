//! A change of mind inside a message: "two, no, three", "a latte, actually make that a mocha".

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::lexicon::OptionRef;
use crate::pipeline::parse::{Modifier, Part, Role};
use crate::pipeline::{Amount, PhraseKind};

impl Walk<'_> {
    /// "sorry, make that": what comes next stands in place of what was just said.
    pub(super) fn correction(&mut self) {
        let unknown = self.drop_unknown_before();
        let had_parts = !self.out.parts.is_empty();
        self.drop_count();
        if self.target.is_empty() {
            self.ahead.modifiers.pop();
        }
        self.end_clause();
        self.correcting = had_parts && !unknown;
        self.corrected = self.correcting;
        self.pass(PhraseKind::Filler);
        while matches!(self.atom(self.at), Some(Atom::Mark(',' | '.' | '-')))
            || matches!(
                self.fact_at(self.at),
                Some(Fact::Says(PhraseKind::Filler) | Fact::Wants | Fact::Correction)
            )
        {
            self.at += 1;
            self.say_if_words(self.at - 1);
        }
    }

    /// "make it two", "make that a mocha" take something back; "make it decaf" goes on.
    pub(super) fn make_it(&mut self) {
        let mut next = self.at + 1;
        while matches!(self.fact_at(next), Some(Fact::Article | Fact::Says(PhraseKind::Filler) | Fact::Only))
        {
            next += 1;
        }
        let counts = matches!(self.atom(next), Some(Atom::Number(_) | Atom::Fact(Fact::Number(_))))
            && (self.begins_nothing(next + 1) || self.names_last_again(next + 1))
            && self.fact_at(next + 1) != Some(Fact::Shots);
        let first = self.first_of_dish(next);
        let names = self.dish_in_run(first) && self.named_in_run(first);
        if counts || names {
            self.correction();
        } else {
            self.pass(PhraseKind::Filler);
        }
    }

    /// Past numbers and adjectives.
    fn first_of_dish(&self, from: usize) -> usize {
        let passed = |at: usize| {
            matches!(
                self.atom(at),
                Some(Atom::Number(_) | Atom::Fact(Fact::Number(_) | Fact::Describes | Fact::Plain))
            )
        };
        (from..from + 4).find(|at| !passed(*at)).unwrap_or(from)
    }

    fn say_if_words(&mut self, at: usize) {
        if !matches!(self.atom(at), Some(Atom::Mark(_))) {
            self.say(at..at + 1, PhraseKind::Filler);
        }
    }

    /// "fries, sorry, I mean wedges": words right before that became no dish are taken back with it.
    fn drop_unknown_before(&mut self) -> bool {
        let mut end = self.pieces[self.at].tokens.start;
        let said = |t: usize| matches!(self.out.roles[t], Role::Phrase(PhraseKind::Filler));
        while end > 0 && (!self.tokens[end - 1].is_word() || said(end - 1)) {
            end -= 1;
        }
        let placed = |t: usize| self.out.parts.iter().any(|part| part.tokens.contains(&t));
        let mut from = end;
        while from > 0
            && self.tokens[from - 1].is_word()
            && self.out.roles[from - 1] == Role::Unplaced
            && !placed(from - 1)
        {
            from -= 1;
        }
        for token in from..end {
            self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
        }
        from < end
    }

    /// "caramel, wait, hazelnut": the option that was taken back, the last of the group of the new one.
    pub(super) fn take_back_option(&mut self, new: &[OptionRef]) {
        self.correcting = false;
        for index in self.target.clone() {
            let of_group =
                |m: &Modifier| m.options.iter().any(|of| new.iter().any(|new| new.group == of.group));
            let part = &mut self.out.parts[index];
            if let Some(same) = part.modifiers.iter().rposition(of_group) {
                part.modifiers.remove(same);
            } else if part.modifiers.last().is_some_and(|last| !last.options.is_empty()) {
                part.modifiers.pop();
            }
        }
    }

    /// "two, no, three": the number that was taken back.
    pub(super) fn drop_count(&mut self) {
        if self.ahead.quantity.take().is_some() {
            for token in std::mem::take(&mut self.ahead.tokens) {
                self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
            }
        }
    }

    /// Whether "no" here takes back what was said, instead of leaving something out: "no, three", "no sorry".
    pub(super) fn takes_back(&self, at: usize) -> bool {
        let word =
            |at: usize| self.pieces.get(at).map_or("", |p| self.tokens[p.tokens.start].folded.as_str());
        if self.fact_at(at) == Some(Fact::Correction) {
            return true;
        }
        let no = self.fact_at(at) == Some(Fact::Takes(Amount::No)) && matches!(word(at), "no" | "nope");
        no && (self.atom(at + 1) == Some(&Atom::Mark(','))
            || matches!(
                self.fact_at(at + 1),
                Some(Fact::Correction | Fact::Wants | Fact::MakeIt | Fact::Number(_))
            )
            || matches!(self.atom(at + 1), Some(Atom::Number(_))) && self.ahead.quantity.is_some())
    }

    /// Whether the dish that begins here stands in place of the last one: said after a change of mind, and the same
    /// dish, or with "instead" behind it.
    pub(super) fn replaces_last(&self, named: &[usize]) -> bool {
        let Some(last) = self.out.parts.last() else { return false };
        let from = last.tokens.iter().max().map_or(0, |t| t + 1);
        let here = self.pieces[self.at].tokens.start;
        if from >= here || self.cue.is_some() {
            return false;
        }
        let between = || self.tokens[from..here].iter().map(|t| t.folded.as_str());
        let hedged =
            between().any(|word| matches!(word, "actually" | "instead" | "rather" | "thought" | "thoughts"));
        let same = !named.is_empty() && same_dish(last, named);
        let asked = self.ahead.quantity.is_some() || self.ahead.article;
        let instead = (self.at + 1..self.at + 8)
            .take_while(|at| !matches!(self.atom(*at), None | Some(Atom::Mark('.' | '!' | '?' | ',' | '\n'))))
            .any(|at| self.fact_at(at) == Some(Fact::Instead));
        asked && (hedged && (same || instead) || self.corrected && same)
    }
}

fn same_dish(part: &Part, named: &[usize]) -> bool {
    part.named == named
}
