//! Numbers that count no dish by themselves: of a list, of people, of "drinks", of what is dropped again.

use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::PhraseKind;

impl Walk<'_> {
    /// "1. Napoli", "2) calzone": the lines of a list.
    pub(super) fn list_marker(&mut self) -> bool {
        let digits = &self.tokens[self.pieces[self.at].tokens.start];
        let closed = matches!(self.atom(self.at + 1), Some(Atom::Mark('.' | ')')))
            && self.tokens[self.pieces[self.at + 1].tokens.start].span.start == digits.span.end;
        let nth = matches!(self.atom(self.at), Some(Atom::Number(number)) if *number == self.listed + 1);
        let begins = self.ahead.quantity.is_none() && !self.ahead.article;
        let dish = (self.at + 2..self.at + 5)
            .any(|at| matches!(self.atom(at), Some(Atom::Item(_) | Atom::Word | Atom::Choice(_))));
        let marks = closed && nth && begins && dish;
        if marks {
            self.end_clause();
            self.sentence = self.out.parts.len();
            self.countable = false;
            self.listed += 1;
            self.say(self.at..self.at + 1, PhraseKind::Filler);
            self.at += 2;
        }
        marks
    }

    /// "two drinks: …": how many of something that is named behind it.
    pub(super) fn drinks(&mut self, number: u32) -> bool {
        let noun = self.pieces.get(self.at + 1).map_or("", |p| self.tokens[p.tokens.start].folded.as_str());
        let generic =
            matches!(noun, "drinks" | "drink" | "things" | "items" | "dishes" | "meals" | "beverages");
        let counts =
            generic && number > 1 && matches!(self.atom(self.at + 1), Some(Atom::Fact(_) | Atom::Word));
        if counts {
            self.say(self.at..self.at + 2, PhraseKind::Filler);
            self.at += 2;
        }
        counts
    }

    /// "scrap one of the muffins": fewer of a dish named before.
    pub(super) fn drops_some(&mut self, number: u32) -> bool {
        let word =
            |at: usize| self.pieces.get(at).map_or("", |p| self.tokens[p.tokens.start].folded.as_str());
        let mut dish = self.at + 1;
        while matches!(word(dish), "of" | "the" | "those") {
            dish += 1;
        }
        let (true, Some(Atom::Item(named))) = (self.correcting && dish > self.at + 2, self.atom(dish)) else {
            return false;
        };
        let Some(part) =
            self.out.parts.iter().rposition(|part| part.named == *named && part.quantity > number)
        else {
            return false;
        };
        let tokens: Vec<usize> = (self.at..=dish).flat_map(|at| self.piece_tokens(at)).collect();
        self.out.parts[part].quantity -= number;
        self.out.parts[part].tokens.extend(tokens);
        self.correcting = false;
        self.corrected = false;
        self.at = dish + 1;
        true
    }
}
