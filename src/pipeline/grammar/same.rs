//! "The same": a dish named before once more, or what was asked for it.

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::PhraseKind;
use crate::pipeline::parse::{Modifier, Part};

impl Walk<'_> {
    /// "the same but large", "same for me": once more what was named last, as many of it.
    pub(super) fn same(&mut self) {
        if self.same_for_next() || self.same_as_before() {
            return;
        }
        let word = self.tokens.get(self.pieces[self.at].tokens.end).map_or("", |t| t.folded.as_str());
        let of = self.base.map(|base| base.part).filter(|_| {
            !is_shared_by_kind(word)
                && !self.names_group(self.at + 1)
                && self.fact_at(self.at + 1) != Some(Fact::Each)
        });
        let Some(part) = of.and_then(|part| self.out.parts.get(part)).cloned() else {
            return self.same_choice();
        };
        let ahead = std::mem::take(&mut self.ahead);
        let tokens = [part.tokens.clone(), ahead.tokens, self.piece_tokens(self.at)].concat();
        let quantity = ahead.quantity.unwrap_or(part.quantity).max(1);
        self.cue = None;
        self.add(Part { quantity, counted: true, tokens, ..part });
        self.at += 1;
    }

    /// "no onion on the beef burger, same for the turkey burger": what was asked for is for that dish as well.
    fn same_for_next(&mut self) -> bool {
        let joins = |at: usize| {
            let word = self.tokens[self.pieces[at].tokens.start].folded.as_str();
            matches!(word, "for" | "on" | "with" | "in" | "to" | "a" | "an" | "the")
                || matches!(self.atom(at), Some(Atom::Number(_) | Atom::Fact(Fact::Number(_))))
        };
        let group = self.choices_at(self.at + 1).iter().find(|of| of.option.is_none()).map(|of| of.group);
        let from = self.at + 1 + usize::from(group.is_some());
        let dish = (from..self.pieces.len().min(from + 4)).find(|at| !joins(*at)).unwrap_or(from);
        let Some(Atom::Item(items)) = self.atom(dish).filter(|_| dish > from) else { return false };
        let other = |part: &&Part| !part.named.iter().any(|item| items.contains(item));
        let last = self.base.and_then(|base| self.out.parts.get(self.recent().start..=base.part));
        let Some(of) = last.and_then(|parts| parts.iter().rfind(other)) else { return false };
        let alike = |m: &&Modifier| group.is_none_or(|group| m.options.iter().any(|of| of.group == group));
        let modifiers: Vec<Modifier> = of.modifiers.iter().filter(alike).cloned().collect();
        if modifiers.is_empty() {
            return false;
        }
        self.ahead.modifiers = modifiers;
        self.cue = None;
        self.say(self.at..from, PhraseKind::Filler);
        self.at = from;
        true
    }

    /// "beef burger no onion, turkey burger same": right behind its name, what was asked for of the dish before.
    fn same_as_before(&mut self) -> bool {
        let here = self.pieces[self.at].tokens.start;
        let Some(part) = self.out.parts.get(self.target.start).filter(|_| self.target.len() == 1) else {
            return false;
        };
        let behind = part.mention.iter().max().map_or(here, |last| last + 1);
        let joined = |t: usize| matches!(self.tokens[t].folded.as_str(), "with" | "the");
        let close = part.modifiers.is_empty() && behind <= here && (behind..here).all(joined);
        let ends = self.begins_nothing(self.at + 1);
        let before = self.target.start.checked_sub(1).and_then(|before| self.out.parts.get(before));
        let Some(before) = before.filter(|_| close && ends && self.ahead.quantity.is_none()) else {
            return false;
        };
        let modifiers = before.modifiers.clone();
        self.cue = None;
        self.belongs();
        for modifier in modifiers {
            self.modify(modifier);
        }
        true
    }

    /// "a marg, same size", "another latte, same milk": the choice that was made before.
    fn same_choice(&mut self) {
        let group = match self.atom(self.at + 1) {
            Some(Atom::Choice(options)) => options.iter().find(|of| of.option.is_none()).map(|of| of.group),
            Some(_) | None => None,
        };
        let here = self.target.start;
        let made = group.and_then(|group| {
            let earlier = self.out.parts.get(..here)?.iter().rev();
            let of = |m: &&Modifier| m.options.iter().any(|of| of.group == group && of.option.is_some());
            earlier.flat_map(|part| part.modifiers.iter().rev()).find(of).cloned()
        });
        match made {
            Some(choice) if !self.target.is_empty() => {
                let tokens = (self.at..self.at + 2).flat_map(|at| self.piece_tokens(at)).collect();
                self.modify(Modifier { tokens, ..choice });
                self.at += 2;
            }
            Some(_) | None => self.pass(PhraseKind::Filler),
        }
    }

    fn names_group(&self, at: usize) -> bool {
        matches!(self.atom(at), Some(Atom::Choice(options)) if options.iter().all(|of| of.option.is_none()))
    }
}

/// "the same size", "the same as before": nothing is ordered once more.
fn is_shared_by_kind(word: &str) -> bool {
    matches!(word, "size" | "way" | "place" | "address" | "time" | "as" | "day" | "name" | "number" | "card")
}
