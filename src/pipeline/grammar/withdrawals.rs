//! Dishes taken back: "scrap the fries", "no salad after all", "swap the fries for edamame".

use super::doubts::MAY_TAKE_BACK;
use super::facts::Fact;
use super::lines::{Base, Walk};
use super::pieces::Atom;
use crate::pipeline::parse::{Part, Role};
use crate::pipeline::{Amount, PhraseKind};

impl Walk<'_> {
    /// "scrap the fries", "actually no salad": a dish named before, which a "no" that begins a clause takes back.
    /// Elsewhere ("a wrap with no fries") it is not clear what the customer wants, and said so.
    pub(super) fn withdraws(&mut self, end: usize) -> bool {
        let Some(cue) = self.cue.as_ref().filter(|cue| !cue.used && cue.amount == Amount::No) else {
            return false;
        };
        if !matches!(self.atom(self.at), Some(Atom::Item(_) | Atom::Word)) {
            return false;
        }
        let first = cue.tokens.first().copied().unwrap_or(self.pieces[self.at].tokens.start);
        let named = self.piece_tokens(self.at);
        let spoken_of = |part: &Part| match self.atom(self.at) {
            Some(Atom::Item(items)) => part.named.iter().any(|item| items.contains(item)),
            Some(Atom::Word) => {
                end == self.at + 1
                    && named.iter().all(|t| {
                        self.lexicon.is_category(&self.tokens[*t].folded) && self.names_word(part, *t)
                    })
            }
            Some(_) | None => false,
        };
        let mut parts = self.recent().filter(|at| spoken_of(&self.out.parts[*at]));
        let (Some(part), None) = (parts.next(), parts.next()) else {
            if matches!(self.atom(self.at), Some(Atom::Item(_))) && self.gives_up(first) {
                self.out.unclear = Some(MAY_TAKE_BACK);
            }
            return false;
        };
        let some = matches!(self.fact_at(self.at + 1), Some(Fact::OnSome(_) | Fact::OnOther));
        if self.begins_second_thought(first) && !some {
            self.withdraw(part);
        } else {
            self.out.unclear = Some(MAY_TAKE_BACK);
        }
        let said = self.cue.take().map(|cue| cue.tokens).unwrap_or_default();
        for token in said {
            self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
        }
        self.pass(PhraseKind::Filler);
        true
    }

    /// Whether the words from here begin a clause or say by themselves that something is given up.
    fn begins_second_thought(&self, first: usize) -> bool {
        let word = |t: usize| self.tokens[t].folded.as_str();
        let begins = first.checked_sub(1).is_none_or(|before| {
            matches!(
                word(before),
                "." | "!"
                    | "?"
                    | ";"
                    | "\n"
                    | "-"
                    | "actually"
                    | "sorry"
                    | "wait"
                    | "oh"
                    | "ah"
                    | "oops"
                    | "um"
            )
        });
        let from = self.pieces[self.at].tokens.end;
        let behind = (from..(from + 2).min(self.tokens.len()))
            .any(|t| matches!(word(t), "after" | "actually" | "anymore" | "thinking"));
        self.gives_up(first)
            || matches!(word(first), "drop" | "lose" | "remove" | "skip" | "ditch" | "nix")
            || begins
            || behind
    }

    /// "never mind the fries": said of what was asked for, never of what is in a dish.
    fn gives_up(&self, first: usize) -> bool {
        let word = self.tokens[first].folded.as_str();
        matches!(word, "scrap" | "scratch" | "cancel" | "forget" | "never" | "nevermind")
    }

    /// Takes a dish out of the order; what follows is said of the last that stays.
    fn withdraw(&mut self, part: usize) {
        self.drop_part(part);
        let count = self.out.parts.len();
        self.target = count.saturating_sub(1)..count;
        self.base = self.out.parts.last().map(|part| Base {
            part: count - 1,
            left: part.quantity,
            of: part.quantity,
        });
        self.fresh_start();
    }

    /// "swap the fries for edamame": a dish named before gives way to the next.
    pub(super) fn swaps_dish(&mut self) -> bool {
        let next = self.at + 1;
        let the = usize::from(matches!(self.fact_at(next), Some(Fact::Article)));
        let dish = next + the;
        let Some(Atom::Item(items)) = self.atom(dish) else { return false };
        let same = |part: &Part| part.named.iter().any(|item| items.contains(item));
        let joins =
            self.pieces.get(dish + 1).map_or("", |piece| self.tokens[piece.tokens.start].folded.as_str());
        let follows = matches!(joins, "for" | "to" | "with" | "into") && self.dish_follows(dish + 2);
        let named = self.recent().rev().find(|part| same(&self.out.parts[*part]));
        let Some(part) = named.filter(|_| follows) else { return false };
        let quantity = self.out.parts[part].quantity;
        self.end_clause();
        self.withdraw(part);
        self.say(self.at..dish + 2, PhraseKind::Filler);
        self.at = dish + 2;
        self.ahead.quantity = (quantity > 1).then_some(quantity);
        true
    }
}
