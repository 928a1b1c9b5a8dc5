//! Words that found no place: those that can change nothing are filler, the others stay unplaced.

use std::ops::Range;

use foldhash::HashSet;

use super::lines::Walk;
use super::runs::LONGEST_MENTION;
use crate::pipeline::PhraseKind;
use crate::pipeline::parse::Role;
use crate::pipeline::words::TokenKind;

/// So many words without a place, in what is said of a dish, are a wish that was not understood.
const A_WISH: usize = 3;

impl Walk<'_> {
    /// Looks at each stretch between marks once all parts are known.
    pub(super) fn place_leftovers(&mut self) {
        let dishes: HashSet<usize> =
            self.out.parts.iter().flat_map(|part| part.mention.iter().copied()).collect();
        let mut start = 0;
        let mut behind_dish = false;
        while start < self.tokens.len() {
            let end = (start..self.tokens.len())
                .find(|at| !self.tokens[*at].is_word())
                .unwrap_or(self.tokens.len());
            let dish = (start..end).rfind(|at| dishes.contains(at));
            let said_of_dish = dish.map(|dish| dish + 1..end).or(behind_dish.then_some(start..end));
            self.place_stretch(start..end, said_of_dish.unwrap_or(end..end));
            let comma = self.tokens.get(end).is_some_and(|token| token.folded == ",");
            behind_dish = comma && dish.is_some();
            start = end + 1;
        }
    }

    fn place_stretch(&mut self, stretch: Range<usize>, said_of_dish: Range<usize>) {
        let left: Vec<usize> = stretch.clone().filter(|at| self.out.roles[*at] == Role::Unplaced).collect();
        let told = said_of_dish.clone().any(|at| {
            is_subject(&self.tokens[at].folded) || self.out.roles[at] == Role::Phrase(PhraseKind::Place)
        });
        let told = told || said_of_dish.clone().any(|at| self.begins_purpose(at));
        let whom =
            said_of_dish.clone().find(|at| self.tokens[*at].folded == "for").unwrap_or(said_of_dish.end);
        let said = left.iter().filter(|at| (said_of_dish.start..whom).contains(at)).count();
        let dish = !told && !self.out.parts.is_empty() && left.iter().any(|t| self.begins_food(*t));
        if !told && said >= A_WISH || dish {
            self.out.beside.extend(left);
            return;
        }
        for token in left {
            if self.is_harmless(token) {
                self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
            }
        }
    }
}

impl Walk<'_> {
    /// "flat white and a muffin", where the flat white found no place: food that may have been asked for.
    fn begins_food(&self, at: usize) -> bool {
        let left = |at: usize| self.out.roles.get(at) == Some(&Role::Unplaced);
        let before = at.checked_sub(1).map(|at| &self.tokens[at]);
        let added = before.is_some_and(|token| matches!(token.folded.as_str(), "and" | "plus" | "n"));
        let yours = before.is_some_and(|token| token.folded == "your");
        let begins = added || yours || before.is_none_or(|token| !token.is_word());
        let end = (at..at + LONGEST_MENTION).find(|at| !left(*at)).unwrap_or(at + LONGEST_MENTION);
        let joined =
            self.tokens.get(end).is_some_and(|token| matches!(token.folded.as_str(), "and" | "n" | "with"));
        begins
            && (added || end > at + 1 || joined)
            && (at..end).any(|at| self.lexicon.is_food(&self.tokens[at].folded))
    }

    /// "to put the fire out", "so it lasts": what it is wanted for.
    fn begins_purpose(&self, at: usize) -> bool {
        let next = self.out.roles.get(at + 1);
        match self.tokens[at].folded.as_str() {
            "to" => next == Some(&Role::Unplaced) && self.tokens[at + 1].kind == TokenKind::Word,
            "so" | "because" | "cos" | "coz" | "since" => next.is_some_and(|role| *role != Role::Mark),
            _ => false,
        }
    }
}

/// Words of somebody who tells something.
fn is_subject(folded: &str) -> bool {
    matches!(
        folded,
        "i" | "im"
            | "ive"
            | "ill"
            | "we"
            | "weve"
            | "were"
            | "he"
            | "hes"
            | "she"
            | "shes"
            | "they"
            | "theyre"
            | "you"
            | "youve"
            | "youre"
            | "my"
            | "our"
            | "its"
            | "whats"
            | "thats"
            | "lets"
            | "let"
    )
}
