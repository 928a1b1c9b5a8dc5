//! Which pieces an option is for: one of them, the other, all.

use std::ops::Range;

use super::facts::Fact;
use super::lines::{Base, Walk};
use super::pieces::Atom;
use crate::pipeline::parse::{Modifier, Role};
use crate::pipeline::{Amount, PhraseKind};

/// "All" and names said again speak of at most so many dishes, the last ones.
const MOST_DISHES: usize = 30;

impl Walk<'_> {
    /// The dishes that words said now may speak of.
    pub(super) fn recent(&self) -> Range<usize> {
        let count = self.out.parts.len();
        count.saturating_sub(MOST_DISHES)..count
    }

    /// "no onions on one of them": the options just said are for some pieces only.
    pub(super) fn on_some(&mut self, count: u32) {
        let tokens = self.piece_tokens(self.at);
        self.at += 1;
        let Some(base) = self.base else { return };
        let Some(part) = self.out.parts.get_mut(base.part) else { return };
        let mut fresh: Vec<Modifier> = part.modifiers.split_off(self.fresh.min(part.modifiers.len()));
        if tokens.first().is_some_and(|t| matches!(self.tokens[*t].folded.as_str(), "off" | "from")) {
            for modifier in &mut fresh {
                modifier.amount = Amount::No;
            }
        }
        self.cue = None;
        self.portion(count, tokens, false);
        for modifier in fresh {
            self.modify(modifier);
        }
        self.target = base.part..base.part + 1;
    }

    /// "cola for one", where there are several: not whom it is for.
    pub(super) fn is_for_one(&self) -> bool {
        let one = self.pieces[self.at].tokens.clone().any(|t| self.tokens[t].folded == "one");
        let fresh =
            self.base.and_then(|base| self.out.parts.get(base.part)).map_or(0, |part| part.modifiers.len());
        one && self.base.is_some_and(|base| base.of > 1 && base.left > 0) && fresh > self.fresh
    }

    /// "10 tacos, no onion in half": for half of those that were counted.
    pub(super) fn on_half(&mut self) -> bool {
        let here = self.pieces[self.at].tokens.clone();
        let half = here.len() == 2 && self.tokens[here.start + 1].folded == "half";
        let said = |base: &Base| self.out.parts[base.part].modifiers.len() > self.fresh;
        let Some(base) = self.base.filter(|base| half && base.of > 1 && base.left == base.of && said(base))
        else {
            return false;
        };
        self.out.odd_quantity |= base.of % 2 == 1;
        self.on_some(base.of / 2);
        true
    }

    /// "guac on six of them"
    pub(super) fn on_so_many(&mut self) -> bool {
        let count = match self.atom(self.at + 1) {
            Some(Atom::Number(count) | Atom::Fact(Fact::Number(count))) => *count,
            Some(_) | None => return false,
        };
        let them = self.says_on(self.at) && self.fact_at(self.at + 2) == Some(Fact::OfThem);
        let some = them && self.base.is_some_and(|base| base.left > count);
        if some {
            self.at += 2;
            self.on_some(count);
        }
        some
    }

    /// "both", "all": the options around it are for every dish of the sentence.
    pub(super) fn each(&mut self) {
        if self.whole_group() || self.all_but() {
            return;
        }
        let tokens = self.piece_tokens(self.at);
        self.at += 1;
        let count = self.out.parts.len();
        let sentence = if self.sentence < count { self.sentence } else { 0 };
        let parts = sentence.max(count.saturating_sub(MOST_DISHES))..count;
        if parts.is_empty() {
            for token in tokens {
                self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
            }
            return;
        }
        let said = tokens.first().map_or("", |t| self.tokens[*t].folded.as_str());
        let two = said == "both" || tokens.iter().any(|t| self.tokens[*t].folded == "both");
        let all = if two {
            let last = self.out.parts[parts.end - 1].quantity;
            let from = if last >= 2 { parts.end - 1 } else { parts.start.max(parts.end.saturating_sub(2)) };
            from..parts.end
        } else {
            parts
        };
        let spoken = if all.contains(&self.target.start) { self.target.start } else { all.end - 1 };
        if tokens.iter().any(|t| matches!(self.tokens[*t].folded.as_str(), "neither" | "none")) {
            for modifier in self.out.parts[spoken].modifiers.iter_mut().skip(self.fresh) {
                modifier.amount = Amount::No;
            }
        }
        let fresh: Vec<Modifier> =
            self.out.parts[spoken].modifiers.iter().skip(self.fresh).cloned().collect();
        let around = matches!(said, "on" | "in");
        let fresh: Vec<Modifier> = match fresh.split_last() {
            Some((last, before)) if self.apportioned && around && !before.is_empty() => vec![last.clone()],
            _ if self.apportioned => Vec::new(),
            _ => fresh,
        };
        if fresh.is_empty() && tokens.iter().any(|t| self.tokens[*t].folded == "each") {
            self.one_for_each(all.clone());
        }
        for index in all.clone() {
            self.out.parts[index].tokens.extend(&tokens);
        }
        for index in all.clone().filter(|index| *index != spoken) {
            self.target = index..index + 1;
            for modifier in &fresh {
                self.modify(modifier.clone());
            }
        }
        self.target = all;
        self.cue = None;
    }

    /// "maple syrup on all but one", "all but one without onions": for so many fewer than there are.
    fn all_but(&mut self) -> bool {
        let word = self.pieces.get(self.at + 1).map_or("", |p| self.tokens[p.tokens.start].folded.as_str());
        let fewer = match self.atom(self.at + 2) {
            Some(Atom::Number(count) | Atom::Fact(Fact::Number(count))) => *count,
            Some(_) | None => return false,
        };
        let Some(base) = self.base.filter(|base| base.left > fewer && fewer > 0) else { return false };
        if !matches!(word, "but" | "except" | "bar") {
            return false;
        }
        let said = self.out.parts.get(base.part).is_some_and(|part| part.modifiers.len() > self.fresh);
        let follows = self.is_portion(self.at + 3);
        if said {
            self.say(self.at..self.at + 2, PhraseKind::Filler);
            self.at += 2;
            self.on_some(base.left - fewer);
        } else if follows {
            let tokens = (self.at..self.at + 3).flat_map(|at| self.piece_tokens(at)).collect();
            self.end_clause();
            self.at += 3;
            self.portion(base.left - fewer, tokens, false);
        }
        said || follows
    }

    /// "all without onions except the salmon": what was said of all is not for the dish named here.
    pub(super) fn excepts_dish(&mut self) -> bool {
        let here = self.pieces[self.at].tokens.clone();
        if !matches!(self.tokens[here.start].folded.as_str(), "except" | "apart" | "bar" | "but")
            || self.target.len() < 2
        {
            return false;
        }
        let filler =
            |at: &usize| matches!(self.fact_at(*at), Some(Fact::Article | Fact::Takes(Amount::Regular)));
        let from = (self.at + 1..self.at + 4).find(|at| !filler(at)).unwrap_or(self.at + 1);
        let end = (from..from + 4)
            .find(|at| !matches!(self.atom(*at), Some(Atom::Item(_) | Atom::Word)))
            .unwrap_or(from + 4);
        let named: Vec<usize> = (from..end).flat_map(|at| self.piece_tokens(at)).collect();
        let spoken_of = |part: &usize| named.iter().all(|t| self.names_word(&self.out.parts[*part], *t));
        let left_out: Vec<usize> =
            self.target.clone().filter(|part| !named.is_empty() && spoken_of(part)).collect();
        let common = self.out.parts[self.target.start].modifiers.len().saturating_sub(self.fresh);
        if left_out.is_empty() || left_out.len() == self.target.len() || common == 0 {
            return false;
        }
        for part in left_out {
            let part = &mut self.out.parts[part];
            part.modifiers.truncate(part.modifiers.len().saturating_sub(common));
            part.tokens.extend(&named);
        }
        self.cue = None;
        self.say(self.at..from, PhraseKind::Filler);
        self.at = end;
        true
    }

    /// "all the salsas", "every topping"
    fn whole_group(&mut self) -> bool {
        let mut next = self.at + 1;
        while matches!(
            self.fact_at(next),
            Some(Fact::Says(PhraseKind::Filler) | Fact::OfThem | Fact::Measure)
        ) && next < self.at + 3
        {
            next += 1;
        }
        let Some(Atom::Choice(options)) = self.atom(next) else { return false };
        let whole: Vec<_> = options.iter().filter(|of| of.option.is_none()).copied().collect();
        let takes = !whole.is_empty() && !self.target.is_empty();
        if takes {
            let waiting = self.cue.take().map(|cue| cue.tokens).unwrap_or_default();
            let said = (self.at..=next).flat_map(|at| self.piece_tokens(at)).collect();
            let tokens = [waiting, said].concat();
            self.modify(Modifier { tokens, options: whole, amount: Amount::Regular, count: 1 });
            self.at = next + 1;
        }
        takes
    }

    /// "4 burgers and a slaw for each": as many slaws.
    fn one_for_each(&mut self, dishes: Range<usize>) {
        let named = self.at > 1 && matches!(self.atom(self.at - 2), Some(Atom::Item(_)));
        let Some(many) = dishes.clone().rev().find(|at| self.out.parts[*at].quantity > 1) else { return };
        if named {
            let count = self.out.parts[many].quantity;
            for index in many + 1..dishes.end {
                self.out.parts[index].quantity = count;
                self.base = self.base.map(|base| Base { left: count, ..base });
            }
        }
    }

    /// "the other with oat"
    pub(super) fn other(&mut self) {
        let tokens = self.piece_tokens(self.at);
        let wants = self.fact_at(self.at + 1) == Some(Fact::Wants) && self.dish_follows(self.at + 2);
        match self.base.filter(|_| !wants) {
            Some(base) if base.left > 0 && base.left < u32::MAX => {
                self.end_clause();
                self.portion(base.left, tokens, false);
                self.at += 1;
            }
            Some(_) | None => self.pass(PhraseKind::Filler),
        }
    }

    pub(super) fn another(&mut self) {
        self.ahead.another = true;
        self.number(1);
    }

    /// "one with croutons, one with none"
    pub(super) fn none_of_it(&mut self) {
        let tokens = self.piece_tokens(self.at);
        self.at += 1;
        let last = self.last_modifier.clone().filter(|_| !self.target.is_empty());
        if let Some(modifier) = last.filter(|last| self.is_usual_in_target(last)) {
            let waiting = self.cue.take().map(|cue| cue.tokens).unwrap_or_default();
            self.modify(Modifier { tokens: [waiting, tokens].concat(), amount: Amount::No, ..modifier });
        } else {
            for token in tokens {
                self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
            }
        }
    }
}
