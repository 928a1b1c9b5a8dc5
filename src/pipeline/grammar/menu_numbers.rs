//! Items called by their number on the menu: "#3", "a 12 and two 15s", "13 x2".

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;

impl Walk<'_> {
    /// The "x" of "13 x2", as against "2x 13": it belongs to the number behind it.
    pub(super) fn times_next(&self, at: usize) -> bool {
        let (here, next) = (&self.pieces[at].tokens, self.pieces.get(at + 1).map(|piece| &piece.tokens));
        let touches = |a: usize, b: usize| self.tokens[a].span.end == self.tokens[b].span.start;
        let counts = matches!(self.atom(at + 1), Some(Atom::Number(_)));
        let apart = here.start > 0 && !touches(here.start - 1, here.start);
        counts && apart && next.is_some_and(|next| touches(here.end - 1, next.start))
    }

    /// "#41" of a menu that goes to 38.
    pub(super) fn unknown_menu_number(&mut self) -> bool {
        let marked = self.at > 0 && self.atom(self.at - 1) == Some(&Atom::Mark('#'));
        if marked {
            self.begin(self.piece_tokens(self.at), Vec::new());
            self.at += 1;
        }
        marked
    }

    /// "a 12", "2x 14", "23, no sprouts", on a menu with numbers: the item's number, where no dish follows it.
    pub(super) fn menu_number(&self, number: u32, next: usize) -> Option<usize> {
        let item = self.lexicon.item_of_number(number)?;
        if !matches!(self.atom(self.at), Some(Atom::Number(_)))
            || self.cue.is_some()
            || self.dish_in_run(next)
        {
            return None;
        }
        let before = self.at.checked_sub(1).and_then(|at| self.atom(at));
        let begins = match before {
            None | Some(Atom::Mark(_)) => true,
            Some(Atom::Fact(fact)) => !matches!(fact, Fact::Measure | Fact::Shots | Fact::OfThem),
            Some(Atom::Item(_)) => self.by_number,
            Some(Atom::Choice(_) | Atom::Word | Atom::Number(_) | Atom::Clock) => false,
        };
        let asked = self.ahead.quantity.is_some() || self.ahead.article || self.by_number || self.wanted;
        let counts = self.base.is_some() && !asked && (self.counts_last() || self.is_portion(next));
        (begins && !counts).then_some(item)
    }

    /// "and two 15s"
    pub(super) fn number_follows(&self, next: usize) -> bool {
        matches!(self.atom(next), Some(Atom::Number(number)) if self.lexicon.item_of_number(*number).is_some())
    }
}
