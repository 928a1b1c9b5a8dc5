//! Headings: words before a list that order nothing themselves.

use std::ops::Range;

use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::PhraseKind;
use crate::pipeline::parse::{Modifier, Part, Role};
use crate::pipeline::words::TokenKind;

impl Walk<'_> {
    /// "2 coffees: 1 latte and 1 mocha", "a coffee, an americano": a category whose dishes are named behind it is a
    /// heading, and what is said of it is said of them.
    pub(super) fn drop_headings(&mut self) {
        let heading = (0..self.out.parts.len()).find(|at| {
            let part = &self.out.parts[*at];
            (part.named.is_empty() || part.quantity > 1)
                && part.mention.len() < 3
                && part.mention.iter().all(|t| self.lexicon.is_category(&self.tokens[*t].folded))
                && (part.named.is_empty() || self.listed_behind(*at).is_some_and(|listed| listed > 1))
        });
        let Some(heading) = heading else { return };
        let part = &self.out.parts[heading];
        let listed = match self.listed_behind(heading) {
            Some(listed) => listed,
            None if !part.counted && self.is_heading(part) => self.out.parts.len() - heading - 1,
            None => return,
        };
        let part = self.out.parts.remove(heading);
        for token in part.tokens {
            self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
        }
        let options: Vec<Modifier> = part.modifiers.into_iter().filter(|m| !m.options.is_empty()).collect();
        for part in self.out.parts.iter_mut().skip(heading).take(listed) {
            part.tokens.extend(options.iter().flat_map(|m| &m.tokens));
            part.modifiers.splice(0..0, options.iter().cloned());
        }
    }

    /// How many of the parts behind a heading are its dishes: those that make up its number, behind a mark.
    fn listed_behind(&self, heading: usize) -> Option<usize> {
        let part = &self.out.parts[heading];
        let first = self.out.parts.get(heading + 1)?.mention.iter().min()?;
        let between = self.tokens.get(part.mention.iter().max()? + 1..*first)?;
        let marked = between
            .iter()
            .any(|t| matches!(t.kind, TokenKind::Mark(',' | ':' | '.' | '-' | '(' | '\n' | '!')));
        let joined = between.iter().any(|t| matches!(t.folded.as_str(), "and" | "plus" | "&" | "also"));
        let mut sum = 0_u32;
        for (count, listed) in self.out.parts[heading + 1..].iter().enumerate() {
            if !self.is_of_heading(part, listed) {
                return None;
            }
            sum = sum.saturating_add(listed.quantity);
            if sum >= part.quantity {
                let exactly = sum == part.quantity && (count > 0 || !joined);
                let close = between.len() == 1 && listed.counted && count > 0;
                return (exactly && (marked || close)).then_some(count + 1);
            }
        }
        None
    }

    /// Whether a dish is of the category that a heading names.
    fn is_of_heading(&self, heading: &Part, dish: &Part) -> bool {
        let own = |item: &usize| {
            heading.mention.iter().all(|t| self.lexicon.is_own(*item, &self.tokens[*t].folded))
        };
        dish.named.is_empty() || dish.named.iter().any(own)
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
            && (colon
                || self.ends_sentence(part)
                || next.is_some_and(|token| token.folded == "order" || token.folded == "orders"))
    }

    /// "bubble teas pls!! …"
    fn ends_sentence(&self, part: &Part) -> bool {
        let rest = part.mention.last().map_or(&[][..], |t| &self.tokens[t + 1..]);
        let mut rest = rest.iter().skip_while(|t| matches!(t.folded.as_str(), "please" | "pls" | "plz"));
        let first = self.out.parts.first().is_some_and(|first| first.mention == part.mention);
        first && rest.next().is_some_and(|t| matches!(t.kind, TokenKind::Mark('!' | '.' | '\n')))
    }

    /// "2 kids: two small fries": for whom or what a list is.
    pub(super) fn is_list_heading(&self, run: &Range<usize>) -> bool {
        let listed = |at: usize| matches!(self.atom(at), Some(Atom::Item(_)));
        self.atom(run.end) == Some(&Atom::Mark(':')) && (run.end + 1..run.end + 6).any(listed)
    }
}
