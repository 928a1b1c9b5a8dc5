//! Numbers that count nothing: of a telephone, of a code, of a level of heat.

use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::parse::Modifier;
use crate::pipeline::words::TokenKind;
use crate::pipeline::{Amount, PhraseKind};

impl Walk<'_> {
    /// "01632 960114", "ring 5550123": where to ring, not how many, with the digits behind it. A long number that
    /// nothing calls a telephone's may be a quantity, and stays in doubt.
    pub(super) fn telephone(&mut self) -> bool {
        let digits = |at: usize| match self.atom(at) {
            Some(Atom::Number(_)) => self.tokens[self.pieces[at].tokens.start].folded.as_str(),
            Some(_) | None => "",
        };
        let first = digits(self.at);
        let more = (self.at + 1..self.at + 5).take_while(|at| digits(*at).len() > 2).count();
        let dialled = first.starts_with('0') && (first.len() > 4 || first.len() > 2 && more > 0);
        let rings = (dialled || first.len() > 6 && self.is_called_telephone())
            && self.cue.is_none()
            && self.begins_nothing(self.at + 1 + more);
        if rings {
            self.say(self.at..self.at + 1 + more, PhraseKind::Place);
            self.at += 1 + more;
        }
        rings
    }

    /// Whether one of the two words before says that a telephone's number follows.
    fn is_called_telephone(&self) -> bool {
        let here = self.pieces[self.at].tokens.start;
        self.tokens[here.saturating_sub(2)..here].iter().any(|token| {
            matches!(
                token.folded.as_str(),
                "phone"
                    | "telephone"
                    | "tel"
                    | "mobile"
                    | "mob"
                    | "cell"
                    | "call"
                    | "ring"
                    | "text"
                    | "whatsapp"
            )
        })
    }

    /// "SAVE10": written together with a word that is no name of the menu.
    pub(super) fn glued(&mut self) -> bool {
        let here = self.pieces[self.at].tokens.start;
        let glued = here.checked_sub(1).is_some_and(|before| {
            let word = &self.tokens[before];
            word.kind == TokenKind::Word
                && word.span.end == self.tokens[here].span.start
                && word.folded.len() > 2
                && self.out.words[before].is_none()
        });
        let code = glued && self.cue.is_none() && self.begins_nothing(self.at + 1);
        if code {
            self.pass(PhraseKind::Filler);
        }
        code
    }

    /// "spice level 3": a note, unless it counts what follows.
    pub(super) fn level(&mut self) -> bool {
        let here = self.pieces[self.at].tokens.start;
        let level = here
            .checked_sub(1)
            .is_some_and(|t| matches!(self.tokens[t].folded.as_str(), "level" | "lvl" | "heat"));
        let said = level && !self.target.is_empty() && self.begins_nothing(self.at + 1);
        if said {
            let tokens = [vec![here - 1], self.piece_tokens(self.at)].concat();
            self.modify(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
            self.at += 1;
        }
        said
    }
}
