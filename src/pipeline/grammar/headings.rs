//! Headings: words before a list that order nothing themselves.

use std::ops::Range;

use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::PhraseKind;
use crate::pipeline::parse::{Part, Role};
use crate::pipeline::words::TokenKind;

impl Walk<'_> {
    /// "2 coffees: 1 latte and 1 mocha": a category whose pieces are listed behind it is a heading.
    pub(super) fn drop_headings(&mut self) {
        let heading = self.out.parts.iter().position(|part| {
            part.named.is_empty()
                && part.mention.len() < 3
                && part.mention.iter().all(|t| self.lexicon.is_category(&self.tokens[*t].folded))
        });
        let Some(heading) = heading else { return };
        let listed: u32 =
            self.out.parts[heading + 1..].iter().fold(0, |sum, part| sum.saturating_add(part.quantity));
        let part = &self.out.parts[heading];
        let counted = listed == part.quantity && listed > 1 && self.ends_stretch(part);
        if counted || !part.counted && self.is_heading(part) {
            let part = self.out.parts.remove(heading);
            for token in part.tokens {
                self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
            }
        }
    }

    /// "burger order: …"
    fn is_heading(&self, part: &Part) -> bool {
        let next = part.mention.last().and_then(|t| self.tokens.get(t + 1));
        let rest = part.mention.last().map_or(&[][..], |t| &self.tokens[t + 1..]);
        let colon = rest
            .iter()
            .take(6)
            .take_while(|token| !matches!(token.kind, TokenKind::Number(_)))
            .any(|token| token.kind == TokenKind::Mark(':'));
        self.out.parts.len() > 1
            && (colon || next.is_some_and(|token| token.folded == "order" || token.folded == "orders"))
    }

    fn ends_stretch(&self, part: &Part) -> bool {
        let next = part.mention.last().and_then(|t| self.tokens.get(t + 1));
        next.is_some_and(|token| !token.is_word() || matches!(token.folded.as_str(), "please" | "pls"))
    }

    /// "2 kids: two small fries": for whom or what a list is.
    pub(super) fn is_list_heading(&self, run: &Range<usize>) -> bool {
        let listed = |at: usize| matches!(self.atom(at), Some(Atom::Item(_)));
        self.atom(run.end) == Some(&Atom::Mark(':')) && (run.end + 1..run.end + 6).any(listed)
    }
}
