//! Whether words that name nothing on the menu are asked for like a dish.

use std::ops::Range;

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use super::runs::LONGEST_MENTION;

impl Walk<'_> {
    /// "the usual, and a kombucha": asked for beside a dish, and known to a person only.
    pub(super) fn usual_besides(&mut self) {
        let tokens = self.piece_tokens(self.at);
        let comma = usize::from(self.atom(self.at + 1) == Some(&Atom::Mark(',')));
        let besides = self.fact_at(self.at + 1 + comma) == Some(Fact::And) && self.target.is_empty();
        if besides && tokens.last().is_some_and(|t| self.tokens[*t].folded == "usual") {
            self.out.beside.extend(tokens);
        }
    }

    /// Whether unknown words are asked for like a dish.
    pub(super) fn is_ordered(&self, run: &Range<usize>) -> bool {
        if run.len() > LONGEST_MENTION || self.chatting || self.is_somebody(run) || self.is_list_heading(run)
        {
            return false;
        }
        let counted = self.ahead.quantity.is_some();
        let measured = run.start > 0 && self.fact_at(run.start - 1) == Some(Fact::Measure);
        let asked = (self.ahead.article || self.wanted || measured && !self.out.parts.is_empty())
            && !self.behind_preposition(run.start);
        let meant = self.ahead.article
            || !run.clone().flat_map(|at| self.piece_tokens(at)).all(|t| self.is_harmless(t));
        if !counted && self.adds_to_dish(run) {
            return false;
        }
        counted || meant && (asked || self.is_listed(run))
    }

    /// "a dash of nutmeg", "and some whipped cream": something put on the dish before.
    pub(super) fn adds_to_dish(&self, run: &Range<usize>) -> bool {
        let first = self.pieces[run.start].tokens.start;
        let said = |back: usize| first.checked_sub(back).map_or("", |t| self.tokens[t].folded.as_str());
        let measured = said(1) == "of"
            && matches!(
                said(2),
                "dash"
                    | "hint"
                    | "splash"
                    | "touch"
                    | "pinch"
                    | "squeeze"
                    | "sprinkle"
                    | "sprinkling"
                    | "dollop"
                    | "drizzle"
                    | "drop"
            );
        let before = first.checked_sub(3);
        let listed = said(1) == "some"
            && said(2) == "and"
            && self.out.parts.get(self.target.start).is_some_and(|part| {
                part.modifiers.iter().any(|m| before.is_some_and(|t| m.tokens.contains(&t)))
            });
        !self.target.is_empty() && (measured || listed)
    }

    /// "Ben wants …"
    pub(super) fn is_somebody(&self, run: &Range<usize>) -> bool {
        run.len() == 1
            && self.tokens[self.pieces[run.start].tokens.start].capital
            && self.fact_at(run.end) == Some(Fact::Wants)
    }

    /// "for the club", "to know": no dish, whatever was asked for before.
    pub(super) fn behind_preposition(&self, at: usize) -> bool {
        let mut token = self.pieces[at].tokens.start;
        while token > 0 && matches!(self.tokens[token - 1].folded.as_str(), "the" | "a" | "an" | "my" | "our")
        {
            token -= 1;
        }
        let before = token.checked_sub(1).map_or("", |t| self.tokens[t].folded.as_str());
        let measured = at > 0 && self.fact_at(at - 1) == Some(Fact::Measure);
        !measured
            && matches!(
                before,
                "for"
                    | "of"
                    | "from"
                    | "at"
                    | "in"
                    | "on"
                    | "under"
                    | "by"
                    | "about"
                    | "to"
                    | "into"
                    | "near"
                    | "over"
                    | "im"
                    | "am"
                    | "is"
                    | "was"
            )
    }

    /// "fries, coke": between separators, in a list of dishes.
    pub(super) fn is_listed(&self, run: &Range<usize>) -> bool {
        let before = if run.start == 0 { None } else { self.atom(run.start - 1) };
        let begins =
            matches!(before, None | Some(Atom::Mark(',' | '+' | '&' | '\n') | Atom::Fact(Fact::And)));
        let ends = match self.atom(run.end) {
            None | Some(Atom::Mark(',' | '\n' | '+' | '.' | '&') | Atom::Fact(Fact::And)) => {
                !self.out.parts.is_empty() || self.dish_follows(run.end + 1) || self.heads_list(run)
            }
            Some(Atom::Fact(Fact::Takes(_))) => true,
            Some(Atom::Fact(Fact::Times)) => {
                matches!(self.atom(run.end + 1), Some(Atom::Number(_) | Atom::Fact(Fact::Number(_))))
            }
            Some(_) => false,
        };
        begins && ends && run.len() <= 3 && !self.is_lone_name(run)
    }

    /// "gyros pita, extra tzatziki, and a greek salad": the first words, a comma, and a dish after them.
    pub(super) fn heads_list(&self, run: &Range<usize>) -> bool {
        let begins = run.start == 0 || self.atom(run.start - 1) == Some(&Atom::Mark('\n'));
        let comma = self.atom(run.end) == Some(&Atom::Mark(','));
        let rest = (run.end..self.pieces.len().min(run.end + 12)).map_while(|at| self.atom(at));
        begins
            && comma
            && rest
                .take_while(|atom| !matches!(atom, Atom::Mark('.' | '!' | '?' | ':')))
                .any(|atom| matches!(atom, Atom::Item(_)))
    }

    pub(super) fn is_lone_name(&self, run: &Range<usize>) -> bool {
        run.len() == 1
            && self.tokens[self.pieces[run.start].tokens.start].capital
            && !self.out.parts.is_empty()
            && matches!(self.atom(run.end), None | Some(Atom::Mark('.' | '!' | '\n')))
    }
}
