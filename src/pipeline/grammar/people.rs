//! Who it is for, in numbers: "four of us", "my two girls", "a toddler". They count no dish.

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::PhraseKind;

/// Words for people that are counted where it is said whom an order is for, as they stand in a message.
const PEOPLE: &[&str] = &[
    "people",
    "persons",
    "adults",
    "adult",
    "grown",
    "grownups",
    "kids",
    "kid",
    "kiddies",
    "children",
    "child",
    "toddler",
    "toddlers",
    "baby",
    "babies",
    "girls",
    "girl",
    "boys",
    "boy",
    "lads",
    "lad",
    "ladies",
    "lady",
    "men",
    "man",
    "women",
    "woman",
    "guys",
    "students",
    "student",
    "colleagues",
    "coworkers",
    "staff",
    "workers",
    "builders",
    "nurses",
    "doctors",
    "teachers",
    "friends",
    "friend",
    "mates",
    "mate",
    "guests",
    "guest",
    "visitors",
    "walkers",
    "runners",
    "cyclists",
    "players",
    "neighbours",
    "neighbors",
    "teenagers",
    "teens",
    "teenager",
    "year",
    "yearold",
    "grandkids",
    "grandchildren",
    "nieces",
    "nephews",
    "sons",
    "daughters",
    "sisters",
    "brothers",
    "cousins",
    "aunties",
    "uncles",
    "families",
    "couples",
    "volunteers",
    "mouths",
    "customers",
    "employees",
    "members",
    "office",
    "drivers",
    "tradesmen",
    "scouts",
    "pensioners",
    "athletes",
    "musicians",
    "humans",
    "folk",
    "folks",
    "heads",
    "pax",
];

impl Walk<'_> {
    /// "We are four: …", "four of us": how many people, not how many dishes.
    pub(super) fn people(&mut self) -> bool {
        let first = self.pieces[self.at].tokens.start;
        let before = |back: usize| first.checked_sub(back).map_or("", |t| self.tokens[t].folded.as_str());
        let we = matches!((before(2), before(1)), ("we", "are") | ("there", "are") | (_, "were" | "therere"))
            && matches!(self.atom(self.at + 1), None | Some(Atom::Mark(_)));
        let next = |ahead: usize| self.tokens.get(first + ahead).map_or("", |t| t.folded.as_str());
        let us = next(1) == "of" && matches!(next(2), "us" | "you");
        let other = next(1) == "of" && matches!(next(2), "the" | "my" | "our") && {
            let whom = self.tokens.get(first + 3);
            whom.is_some_and(|t| t.is_word() && self.is_harmless(first + 3))
        };
        if let Some(end) = self.persons_at(self.at + 1) {
            self.say(self.at..end, PhraseKind::Filler);
            self.at = end;
            return true;
        }
        let from = before(0) == "one" && next(1) == "from";
        let party = matches!((before(2), before(1)), ("party" | "group" | "table", "of"));
        if us {
            let mut end = self.at + 1;
            while end < self.pieces.len() && self.pieces[end].tokens.start <= first + 2 {
                end += 1;
            }
            self.say(self.at..end, PhraseKind::Filler);
            self.at = end;
        } else if other {
            let mut end = self.at + 1;
            while end < self.pieces.len() && self.pieces[end].tokens.start <= first + 3 {
                end += 1;
            }
            self.say(self.at..end, PhraseKind::Filler);
            self.at = end;
        } else if we || party || from {
            self.pass(PhraseKind::Filler);
        }
        we || us || party || other || from
    }

    /// "hungry students", where something else is asked for: where these words end.
    pub(super) fn persons_at(&self, from: usize) -> Option<usize> {
        let plain = |at: usize| {
            matches!(self.atom(at), Some(Atom::Fact(Fact::Describes | Fact::Says(PhraseKind::Filler))))
                || matches!(self.atom(at), Some(Atom::Word))
                    && self.piece_tokens(at).iter().all(|t| self.is_harmless(*t))
        };
        let end = (from..from + 3).find(|at| !plain(*at) || self.is_person(*at))?;
        let person = self.is_person(end) && !self.named_in_run(end + 1);
        person.then_some(end + 1)
    }

    /// A word for people that the menu does not have.
    pub(super) fn is_person(&self, at: usize) -> bool {
        self.pieces.get(at).is_some_and(|piece| {
            let first = piece.tokens.start;
            piece.tokens.len() == 1
                && self.out.words[first].is_none()
                && matches!(piece.atom, Atom::Word | Atom::Fact(Fact::Says(_) | Fact::SizeUnit))
                && PEOPLE.contains(&self.tokens[first].folded.as_str())
        })
    }
}
