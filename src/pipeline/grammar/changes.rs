//! Words that change what was just said: swapped, left off, on the side, corrected.

use super::lines::Walk;
use super::pieces::Atom;
use super::runs::LONGEST_MENTION;
use crate::pipeline::parse::{Modifier, Role};
use crate::pipeline::{Amount, PhraseKind};

impl Walk<'_> {
    /// "cucumber left off"
    pub(super) fn left(&mut self, amount: Amount) {
        let tokens = self.piece_tokens(self.at);
        let fresh = self.fresh;
        let mut found = false;
        for index in self.target.clone() {
            let part = &mut self.out.parts[index];
            let close = |m: &Modifier| m.tokens.iter().max().is_some_and(|last| last + 2 >= tokens[0]);
            let last = part.modifiers.last().is_some_and(close);
            let fresh = match (amount, last) {
                (Amount::No, _) => fresh,
                (_, true) => part.modifiers.len() - 1,
                (_, false) => part.modifiers.len(),
            };
            for modifier in part.modifiers.iter_mut().skip(fresh) {
                modifier.amount = amount;
                found = true;
            }
            if found {
                part.tokens.extend(&tokens);
            }
        }
        self.at += 1;
    }

    pub(super) fn swap(&mut self) {
        if self.swaps_dish() {
            return;
        }
        self.fresh_start();
        self.swapping = true;
        self.swap_words = self.piece_tokens(self.at);
        self.belongs();
    }

    /// "oat instead of whole": what follows is left out.
    pub(super) fn instead_of(&mut self) {
        self.open_cue(Amount::No);
    }

    pub(super) fn for_or_swap(&mut self) {
        if self.swapping {
            self.leave_out_fresh();
            self.open_cue(Amount::Regular);
        } else {
            self.for_whom();
        }
    }

    /// "swap the mayo for mustard": what was just said is left out.
    pub(super) fn leave_out_fresh(&mut self) {
        let fresh = self.fresh;
        for index in self.target.clone() {
            for modifier in self.out.parts[index].modifiers.iter_mut().skip(fresh) {
                modifier.amount = Amount::No;
            }
        }
        if self.target.is_empty() {
            for modifier in &mut self.ahead.modifiers {
                modifier.amount = Amount::No;
            }
        }
        self.swapping = false;
    }

    /// "dressing on the side": the option just said becomes a note.
    pub(super) fn aside(&mut self) {
        let tokens = self.piece_tokens(self.at);
        self.at += 1;
        self.cue = None;
        let mut noted = false;
        for index in self.target.clone() {
            let part = &mut self.out.parts[index];
            part.tokens.extend(&tokens);
            if let Some(last) = part.modifiers.iter_mut().skip(self.fresh).last() {
                last.tokens.extend(&tokens);
                noted = true;
            }
        }
        if !noted && !self.target.is_empty() {
            let tokens = [self.said_before(tokens[0]), tokens].concat();
            self.modify(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
        }
    }

    /// "tahini on the side", "sauce on the side": the words right before that name no dish, what else they may be.
    fn said_before(&self, token: usize) -> Vec<usize> {
        let named = |t: &usize| self.out.parts.iter().any(|part| part.mention.contains(t));
        let ends = |t: &usize| {
            matches!(
                self.tokens[*t].folded.as_str(),
                "with" | "the" | "and" | "please" | "a" | "an" | "but" | "is"
            )
        };
        let placed =
            |t: &usize| !matches!(self.out.roles[*t], Role::Unplaced | Role::Phrase(PhraseKind::Filler));
        let mut before: Vec<usize> = (token.saturating_sub(LONGEST_MENTION)..token)
            .rev()
            .take_while(|t| self.tokens[*t].is_word() && !named(t) && !ends(t) && !placed(t))
            .collect();
        before.reverse();
        before
    }

    /// "lime on the side", where nothing is known of lime: the words right before that found no place.
    pub(super) fn unplaced_before(&self, token: usize) -> Vec<usize> {
        let taken = |t: &usize| self.out.parts.iter().any(|part| part.tokens.contains(t));
        let free = |t: &usize| self.tokens[*t].is_word() && self.out.roles[*t] == Role::Unplaced && !taken(t);
        let mut before: Vec<usize> =
            (token.saturating_sub(LONGEST_MENTION)..token).rev().take_while(free).collect();
        before.reverse();
        before
    }

    /// "make my burger a double", "kombucha light": a note.
    pub(super) fn trailing_amount(&mut self, amount: Amount) {
        if self.target.is_empty() || amount == Amount::Regular {
            self.pass(PhraseKind::Filler);
        } else {
            let tokens = self.piece_tokens(self.at);
            if !self.amounts_last(amount, &tokens) {
                let tokens = [self.said_before(tokens[0]), tokens].concat();
                self.modify(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
            }
            self.at += 1;
        }
    }

    /// "lettuce extra", "mayo light": of the option right before.
    fn amounts_last(&mut self, amount: Amount, tokens: &[usize]) -> bool {
        let mut found = false;
        for index in self.target.clone() {
            let part = &mut self.out.parts[index];
            let close = |m: &&mut Modifier| m.tokens.iter().max().is_some_and(|last| last + 1 == tokens[0]);
            if let Some(last) = part.modifiers.last_mut().filter(close).filter(|m| !m.options.is_empty()) {
                last.amount = amount;
                part.tokens.extend(tokens);
                found = true;
            }
        }
        found
    }

    /// "a side of bacon and a kombucha": an option that is asked for by itself is no option of what follows.
    pub(super) fn orphan_options(&mut self) {
        let alone = self.target.is_empty()
            && !self.ahead.modifiers.is_empty()
            && self.ahead.modifiers.iter().all(|m| m.amount == Amount::Regular && !m.options.is_empty())
            && !matches!(self.atom(self.at + 1), Some(Atom::Choice(_)))
            && !self.named_in_run(self.at + 1);
        if alone {
            let modifiers = std::mem::take(&mut self.ahead.modifiers);
            self.begin(modifiers.into_iter().flat_map(|m| m.tokens).collect(), Vec::new());
            self.target = 0..0;
        }
    }
}
