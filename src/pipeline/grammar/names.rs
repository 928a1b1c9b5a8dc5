//! Names: of whom it is for, and of who signs.

use std::ops::Range;

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::PhraseKind;
use crate::pipeline::parse::Role;
use crate::pipeline::words::TokenKind;

impl Walk<'_> {
    /// "for the rehearsal" names nobody, "for the Hendersons" does.
    pub(super) fn may_be_named(&self, at: usize) -> bool {
        let token = self.pieces[at].tokens.start;
        let after_article = matches!(self.tokens[token - 1].folded.as_str(), "the" | "a");
        self.tokens[token].capital || !after_article
    }

    /// A word that can be a name: no word of the menu, and with a capital or at the end.
    pub(super) fn name_at(&self, at: usize) -> bool {
        matches!(self.atom(at), Some(Atom::Word)) && {
            let token = self.pieces[at].tokens.start;
            self.out.words[token].is_none()
                && self.tokens[token].kind == TokenKind::Word
                && (self.tokens[token].capital || self.begins_nothing(at + 1))
        }
    }

    /// With a capital, or no word of the language.
    pub(super) fn is_name_like(&self, at: usize) -> bool {
        let token = &self.tokens[self.pieces[at].tokens.start];
        token.capital || !self.lexicon.is_spelled(&token.folded)
    }

    /// "my name is Steve"
    pub(super) fn name_is(&mut self) {
        let mut at = self.at + 1;
        while matches!(self.atom(at), Some(Atom::Mark(':'))) {
            at += 1;
        }
        let first = self.pieces[self.at].tokens.clone();
        let named = first
            .map(|t| self.tokens[t].folded.as_str())
            .any(|w| matches!(w, "name" | "names" | "under" | "ref" | "called"));
        if self.name_at(at) && (named || self.is_name_like(at)) {
            self.name(at)
        } else {
            self.pass(PhraseKind::Filler)
        }
    }

    /// "Mrs. Lindqvist", "Mr & Mrs Ashby", "Familie Roth"
    pub(super) fn titled(&mut self) {
        let from = self.at;
        let mut at = from + 1;
        while at < from + 5
            && (self.fact_at(at) == Some(Fact::Title)
                || matches!(self.atom(at), Some(Atom::Mark('.' | '&')))
                || self.fact_at(at) == Some(Fact::And))
        {
            at += 1;
        }
        if self.name_at(at) && self.tokens[self.pieces[at].tokens.start].capital {
            self.name(at);
            if let Some(name) =
                self.out.name.as_mut().filter(|name| name.end == self.pieces[self.at - 1].tokens.end)
            {
                name.start = self.pieces[from].tokens.start;
            }
        } else {
            self.pass(PhraseKind::Filler);
        }
    }

    /// A sign-off: names with capitals that nothing on the menu shares, at the end, at a line's start before a
    /// time, or before or after one: "Arne, 12:35", "Rosa & Kai", "Sofia 12:05".
    pub(super) fn signed(&mut self, run: &Range<usize>) -> bool {
        let unasked = self.ahead.quantity.is_none() && !self.ahead.article && self.cue.is_none();
        if !unasked || self.out.parts.is_empty() || run.len() > 4 || self.last_dish >= run.start {
            return false;
        }
        let named = |at: usize| {
            let token = &self.tokens[self.pieces[at].tokens.start];
            let particle = matches!(token.folded.as_str(), "van" | "von" | "de" | "der" | "den" | "from");
            matches!(self.atom(at), Some(Atom::Word))
                && self.out.words[self.pieces[at].tokens.start].is_none()
                && (token.capital || particle && at > run.start)
        };
        if !run.clone().all(named) {
            return false;
        }
        let before = run.start.checked_sub(1).and_then(|at| self.atom(at));
        let begins = match before {
            Some(Atom::Mark(',' | '-')) => self.ends_or_times(run.end),
            Some(Atom::Mark(_) | Atom::Clock) => self.ends_or_times(run.end),
            Some(Atom::Fact(Fact::And)) => {
                self.out.roles[self.pieces[run.start - 2].tokens.start] == Role::Phrase(PhraseKind::Name)
            }
            Some(Atom::Fact(_)) => {
                self.out.roles[self.pieces[run.start - 1].tokens.start] != Role::Unplaced
                    && self.ends_or_times(run.end)
            }
            Some(_) | None => false,
        };
        if begins {
            self.say(run.clone(), PhraseKind::Name);
            let tokens = self.pieces[run.start].tokens.start..self.pieces[run.end - 1].tokens.end;
            self.out.name.get_or_insert(tokens);
        }
        begins
    }

    /// Whether the message ends here, or a time or another name stands before the end.
    fn ends_or_times(&self, from: usize) -> bool {
        let capital = |at: usize| self.tokens[self.pieces[at].tokens.start].capital;
        (from..self.pieces.len().min(from + 8)).all(|at| {
            let atom = &self.pieces[at].atom;
            *atom == Atom::Word && capital(at)
                || matches!(atom, Atom::Clock | Atom::Number(_))
                || matches!(atom, Atom::Mark(mark) if *mark != ':')
                || matches!(
                    atom,
                    Atom::Fact(
                        Fact::At
                            | Fact::In
                            | Fact::TimeUnit
                            | Fact::Moment
                            | Fact::And
                            | Fact::Number(_)
                            | Fact::Pickup
                    )
                )
                || matches!(atom, Atom::Fact(Fact::Says(_)))
        })
    }

    /// Takes a name of one or two words.
    pub(super) fn name(&mut self, at: usize) {
        let second = self.name_at(at + 1) && self.tokens[self.pieces[at + 1].tokens.start].capital;
        let end = at + 1 + usize::from(second);
        self.say(self.at..end, PhraseKind::Name);
        self.out.name.get_or_insert(self.pieces[at].tokens.start..self.pieces[end - 1].tokens.end);
        self.at = end;
    }
}
