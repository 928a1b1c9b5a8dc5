//! Names that may order a dish, or speak of one that was ordered: a person is asked.

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use super::withdrawals::MAY_TAKE_BACK;

impl Walk<'_> {
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
            self.out.unclear = Some("a dish may be named only to say how another shall be");
        }
        if marked && plain && modified && self.recent().any(told_before) {
            self.out.unclear = Some("a dish is named twice: once more, or the one before");
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
