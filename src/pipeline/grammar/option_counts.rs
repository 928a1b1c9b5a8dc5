//! How many of an option: "two eggs in it", "sugar x3", "hazelnut, 2 pumps", "two shots".

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::parse::Modifier;
use crate::pipeline::{Amount, PhraseKind};

impl Walk<'_> {
    /// "two eggs in it", "with 3 garlic dips": so many of an option, rather than of the dish.
    pub(super) fn counts_option(&self, number: u32, next: usize) -> bool {
        let Some(Atom::Choice(options)) = self.atom(next) else { return false };
        let fresh = self.cue.as_ref().is_some_and(|cue| !cue.used && cue.amount == Amount::Regular);
        let left = self.base.map_or(0, |base| base.left);
        let single = !self.is_other_dish(options)
            && options.iter().all(|of| of.option.is_some())
            && !self.target.is_empty()
            && !self.ahead.another
            && self.lexicon.is_choose_many(options)
            && !self.named_in_run(next);
        let each = self.fact_at(next + 1) == Some(Fact::Each);
        single && number > 1 && (fresh || each || number > left)
    }

    pub(super) fn count_option(&mut self, number: u32, tokens: Vec<usize>, next: usize) {
        let Some(Atom::Choice(options)) = self.atom(next) else { return };
        let options = options.clone();
        let waiting = self.cue.take().map(|cue| cue.tokens).unwrap_or_default();
        let tokens = [waiting, tokens, self.piece_tokens(next)].concat();
        self.modify(Modifier { tokens, options, amount: Amount::Regular, count: number });
    }

    /// "sugar x3": so many of the option said right before.
    pub(super) fn option_times(&mut self, number: u32) -> bool {
        let Some(Atom::Choice(options)) = self.at.checked_sub(1).and_then(|at| self.atom(at)) else {
            return false;
        };
        let alone = self.at.checked_sub(2).is_none_or(|at| matches!(self.atom(at), Some(Atom::Mark(_))));
        let many = alone && self.lexicon.is_choose_many(options) && !self.target.is_empty();
        if many {
            let tokens: Vec<usize> = (self.at..self.at + 2).flat_map(|at| self.piece_tokens(at)).collect();
            for index in self.target.clone() {
                let part = &mut self.out.parts[index];
                part.tokens.extend(&tokens);
                if let Some(last) = part.modifiers.last_mut() {
                    last.count = number.max(1);
                }
            }
            self.at += 2;
        }
        many
    }

    /// "one" of "one shot"
    pub(super) fn behind_one(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.atom(at));
        matches!(before, Some(Atom::Number(1) | Atom::Fact(Fact::Number(1))))
    }

    /// "hazelnut, 2 pumps"
    pub(super) fn pumps(&mut self) -> bool {
        let here = self.piece_tokens(self.at);
        let pumps = here.iter().any(|t| self.tokens[*t].folded.starts_with("pump"));
        let Some(count) = self.cue.as_ref().map(|cue| cue.count).or(self.ahead.quantity).filter(|_| pumps)
        else {
            return false;
        };
        let Some(last) = self.last_modifier.clone().filter(|last| !last.options.is_empty()) else {
            return false;
        };
        let waiting = self.cue.take().map(|cue| cue.tokens).unwrap_or_default();
        let tokens = [waiting, std::mem::take(&mut self.ahead.tokens), here].concat();
        self.ahead.quantity = None;
        for index in self.target.clone() {
            let part = &mut self.out.parts[index];
            part.tokens.extend(&tokens);
            for modifier in part.modifiers.iter_mut().rev().take(1).filter(|m| m.options == last.options) {
                modifier.count = count;
            }
        }
        self.at += 1;
        true
    }

    /// "two shots" are a double where the menu has one; "2 pumps" count the option before them.
    pub(super) fn shots(&mut self) {
        let pumps = self.piece_tokens(self.at).iter().any(|t| self.tokens[*t].folded.starts_with("pump"));
        if pumps && matches!(self.atom(self.at + 1), Some(Atom::Choice(_))) {
            if let Some(cue) = self.cue.take() {
                self.ahead.quantity = self.ahead.quantity.or(Some(cue.count));
                self.ahead.tokens.extend(cue.tokens);
            }
            return self.pass(PhraseKind::Filler);
        }
        if self.pumps() {
            return;
        }
        let of_what = self.shots_of();
        let count = self.cue.as_ref().map(|cue| cue.count).or(self.ahead.quantity);
        let name = match count {
            Some(1) if self.behind_one() => "single",
            Some(2) => "double",
            Some(3) => "triple",
            Some(4) => "quadruple",
            Some(_) | None => "",
        };
        let options = self.lexicon.options_named(name);
        let extra = self.cue_is(Amount::Extra) && !self.target.is_empty();
        if options.is_empty() && of_what.is_none() && !extra {
            self.pass(PhraseKind::Filler);
            return;
        }
        let waiting = self.cue.take().map(|cue| cue.tokens).unwrap_or_default();
        let end = of_what.unwrap_or(self.at + 1);
        let here = (self.at..end).flat_map(|at| self.piece_tokens(at)).collect();
        let tokens = [waiting, std::mem::take(&mut self.ahead.tokens), here].concat();
        self.ahead.quantity = None;
        self.ahead.article = false;
        let modifier = Modifier { tokens, options, amount: Amount::Regular, count: 1 };
        if self.target.is_empty() {
            self.ahead.modifiers.push(modifier)
        } else {
            self.modify(modifier)
        }
        self.at = end;
    }

    /// "with two shots of espresso", "a shot of espresso in it": what a dish takes is of another that is sold too;
    /// returns where the words end.
    fn shots_of(&self) -> Option<usize> {
        let item = self.at + 2;
        let taken = !self.target.is_empty() && self.is_of(self.at + 1);
        let named = matches!(self.atom(item), Some(Atom::Item(_)));
        let into = self.pieces.get(item + 1).map_or("", |p| self.tokens[p.tokens.start].folded.as_str());
        (taken && named && (self.cue.is_some() || matches!(into, "in" | "on"))).then_some(item + 1)
    }
}
