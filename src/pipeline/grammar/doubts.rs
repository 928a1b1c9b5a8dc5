//! Names that may order a dish, or speak of one that was ordered: a person is asked.

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::parse::Part;

pub(super) const MAY_TAKE_BACK: &str = "it may take back a dish that was named before";
pub(super) const WHICH_OF_TWO: &str = "something is said of one of two dishes, but not of which";
pub(super) const WHICH_OF_SEVERAL: &str = "something is said of one of several dishes, but not of which";
const ONCE_MORE: &str = "a dish is named twice: once more, or the one before";
const DESCRIBES: &str = "a dish may be named only to say how another shall be";

impl Walk<'_> {
    /// "a latte and a mocha, large": a choice behind two dishes may be for the last or for both.
    pub(super) fn doubts_choice(&mut self, at: usize) {
        let options = self.choices_at(at);
        let apart = at.checked_sub(1).is_some_and(|before| self.atom(before) == Some(&Atom::Mark(',')));
        let ends = matches!(self.atom(at + 1), None | Some(Atom::Mark('.' | '!' | '?' | '\n')));
        let [.., one, other] = self.out.parts.as_slice() else { return };
        let joined = other.tokens.iter().min().and_then(|first| first.checked_sub(1));
        let joined = joined.is_some_and(|t| self.tokens[t].folded == "and");
        let takes = |part: &Part| {
            part.modifiers.is_empty()
                && part.named.iter().any(|item| !self.lexicon.options_for(*item, &options).is_empty())
        };
        let either = !self.lexicon.is_choose_many(&options) && self.target.len() == 1;
        if apart && ends && joined && either && takes(one) && takes(other) {
            self.out.unclear = Some(WHICH_OF_TWO);
        }
    }

    /// "actually just the burger", "make the burger a turkey one": what was named may be taken back.
    pub(super) fn doubts_dish(&mut self, the: usize) {
        let before = the.checked_sub(1).map_or("", |t| self.tokens[t].folded.as_str());
        let only =
            matches!(before, "just" | "only") && self.out.parts.len() > 1 && self.begins_nothing(self.at + 1);
        let becomes = matches!(before, "make" | "change" | "turn")
            && self.fact_at(self.at + 1) == Some(Fact::Article)
            && matches!(self.atom(self.at + 2), Some(Atom::Item(_) | Atom::Word));
        if only || becomes {
            self.out.unclear = Some(MAY_TAKE_BACK);
        }
    }

    /// "a vegan brownie and a cookie, brownie without nuts", "a latte and a mocha, latte with oat": this may speak of
    /// the dish named before, or order it again.
    pub(super) fn doubts_name(&mut self, mention: &[usize], named: &[usize]) {
        let before = mention.first().and_then(|first| first.checked_sub(1));
        let marked = before.is_some_and(|t| matches!(self.tokens[t].folded.as_str(), "," | "." | "-" | ";"));
        let plain = self.ahead.quantity.is_none() && !self.ahead.article && self.ahead.modifiers.is_empty();
        let modified = (self.at..self.at + 2).any(|at| {
            matches!(self.atom(at), Some(Atom::Choice(_) | Atom::Fact(Fact::Takes(_) | Fact::Each)))
        });
        let last = self.out.parts.len().saturating_sub(1);
        let told_before = |at: usize| {
            let part = &self.out.parts[at];
            let behind = part.mention.iter().max().map_or(0, |last| last + 1);
            let bare = part.modifiers.iter().all(|m| !m.tokens.contains(&behind));
            let same = !named.is_empty() && part.named == named;
            same && (part.mention.len() > mention.len() || at < last && bare && !part.counted)
        };
        let described = before.is_some_and(|the| self.tokens[the].folded == "the" && self.compares(the));
        if described && plain && !self.out.parts.is_empty() {
            self.out.unclear = Some(DESCRIBES);
        }
        if marked && plain && modified && self.recent().any(told_before) {
            self.out.unclear = Some(ONCE_MORE);
        }
    }

    /// "from the", "the sauce you use on the": words that speak of a dish to say how another shall be.
    fn compares(&self, the: usize) -> bool {
        let word = |t: usize| self.tokens[t].folded.as_str();
        let used = || {
            (the.saturating_sub(4)..the).any(|t| matches!(word(t), "use" | "used" | "put" | "comes" | "have"))
        };
        the.checked_sub(1).is_some_and(|before| match word(before) {
            "from" | "as" | "than" => true,
            "like" => !self.wanted,
            "on" | "in" | "with" => used(),
            _ => false,
        })
    }
}
