//! Addresses: streets, doors and venues that an order is brought to.

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::words::TokenKind;
use crate::pipeline::{Amount, FulfilmentKind, PhraseKind};

/// An address has at most this many pieces.
const LONGEST_ADDRESS: usize = 14;
/// Where orders are brought to, besides streets.
const VENUES: &[&str] = &[
    "centre",
    "center",
    "hall",
    "school",
    "church",
    "hospital",
    "library",
    "station",
    "hotel",
    "inn",
    "hostel",
    "garage",
    "salon",
    "studio",
    "warehouse",
    "office",
    "offices",
    "clinic",
    "surgery",
    "museum",
    "theatre",
    "theater",
    "college",
    "university",
    "campus",
    "club",
    "clubhouse",
    "gym",
    "pub",
    "bank",
    "site",
    "depot",
    "workshop",
    "factory",
    "reception",
    "lobby",
    "building",
    "tower",
    "nursery",
    "barracks",
    "marina",
    "boathouse",
    "stadium",
    "pitch",
    "pavilion",
    "farm",
    "barn",
    "shop",
    "store",
    "market",
    "mosque",
    "temple",
    "synagogue",
    "chapel",
    "court",
    "courthouse",
    "airport",
    "port",
    "dock",
    "docks",
    "bakery",
    "barbers",
    "hairdressers",
    "pharmacy",
    "ward",
    "porch",
    "door",
];

impl Walk<'_> {
    /// "12 Mill Lane, flat 4"
    pub(super) fn house_number(&mut self) -> bool {
        let mut end = self.at + 1;
        if !matches!(self.atom(self.at), Some(Atom::Number(_))) {
            return false;
        }
        let words =
            |at| matches!(self.atom(at), Some(Atom::Word | Atom::Choice(_) | Atom::Fact(Fact::Street)));
        end += usize::from(self.is_house_letter(end));
        while words(end) && end < self.at + 5 {
            end += 1;
        }
        while end > self.at && self.fact_at(end) != Some(Fact::Street) {
            end -= 1;
        }
        let street = end > self.at + 1;
        if street {
            self.fulfil(FulfilmentKind::Delivery);
            self.address(self.at, end + 1);
        }
        street || self.house_of_delivery()
    }

    /// "a" of "6a"
    pub(super) fn is_house_letter(&self, at: usize) -> bool {
        self.pieces.get(at).is_some_and(|piece| {
            let first = piece.tokens.start;
            piece.tokens.len() == 1
                && self.tokens[first].span.len() == 1
                && self.tokens[first].kind == TokenKind::Word
                && self.tokens[first - 1].span.end == self.tokens[first].span.start
        })
    }

    /// "deliver 90 Queensway": once delivery is spoken of, a number and words that the menu does not have.
    fn house_of_delivery(&mut self) -> bool {
        let strange = |at: usize| {
            matches!(self.atom(at), Some(Atom::Word))
                && self.out.words[self.pieces[at].tokens.start].is_none()
                && self.tokens[self.pieces[at].tokens.start].capital
        };
        let mut end = self.at + 1 + usize::from(self.is_house_letter(self.at + 1));
        while end < self.at + 5 && strange(end) {
            end += 1;
        }
        let behind = matches!(
            self.at.checked_sub(1).and_then(|at| self.atom(at)),
            Some(
                Atom::Fact(Fact::Delivery | Fact::DeliverTo | Fact::Says(PhraseKind::Filler)) | Atom::Mark(_)
            )
        );
        let before =
            self.pieces[self.at].tokens.start.checked_sub(1).map_or("", |t| self.tokens[t].folded.as_str());
        let house = (self.out.fulfilment.kind == Some(FulfilmentKind::Delivery) && behind
            || matches!(before, "at" | "to")
                && self.tokens[self.pieces[self.at].tokens.start].span.len() < 5)
            && end > self.at + 1
            && self.ahead.quantity.is_none()
            && self.begins_nothing(end);
        if house {
            self.address(self.at, end);
        }
        house
    }

    /// Takes an address up to a piece at least, and on over commas while no dish comes.
    pub(super) fn address(&mut self, from: usize, until: usize) {
        let mut end = until;
        while end < self.pieces.len() && end < from + LONGEST_ADDRESS && self.goes_on(end) {
            end += 1;
        }
        while end > from && matches!(self.atom(end - 1), Some(Atom::Mark(_))) {
            end -= 1;
        }
        if end == from {
            self.at = until;
            return;
        }
        self.say(from..end, PhraseKind::Place);
        let bytes = self.tokens[self.pieces[from].tokens.start].span.start
            ..self.tokens[self.pieces[end - 1].tokens.end - 1].span.end;
        self.out.address.get_or_insert(bytes);
        self.at = end;
    }

    pub(super) fn goes_on(&self, at: usize) -> bool {
        match self.atom(at) {
            Some(Atom::Mark(',')) => match self.atom(at + 1) {
                Some(Atom::Fact(Fact::Street)) => true,
                Some(Atom::Number(_)) => {
                    matches!(self.atom(at + 2), Some(Atom::Word)) && self.street_near(at + 2)
                }
                Some(Atom::Word) => {
                    let next = &self.tokens[self.pieces[at + 1].tokens.start];
                    next.folded == "buzzer" || next.capital && self.fact_at(at + 2) == Some(Fact::Street)
                }
                Some(_) | None => false,
            },
            Some(Atom::Word | Atom::Number(_) | Atom::Clock) => true,
            Some(Atom::Fact(Fact::Takes(_))) if self.is_compass(at) => true,
            Some(Atom::Choice(_) | Atom::Item(_)) => self.street_near(at + 1),
            Some(Atom::Fact(fact)) => {
                matches!(
                    fact,
                    Fact::Street
                        | Fact::Article
                        | Fact::Table
                        | Fact::Says(PhraseKind::Filler)
                        | Fact::Number(_)
                ) && !self.is_polite(at)
            }
            Some(Atom::Mark(mark)) => *mark == '(' || *mark == ')',
            None => false,
        }
    }

    /// "W" of "311 W 84th St"
    fn is_compass(&self, at: usize) -> bool {
        let token = &self.tokens[self.pieces[at].tokens.start];
        self.pieces[at].tokens.len() == 1 && token.capital && matches!(token.folded.as_str(), "w" | "e" | "n")
    }

    fn is_polite(&self, at: usize) -> bool {
        self.pieces[at]
            .tokens
            .clone()
            .any(|t| matches!(self.tokens[t].folded.as_str(), "please" | "pls" | "plz" | "ok"))
    }

    pub(super) fn street_near(&self, from: usize) -> bool {
        (from..from + 3).any(|at| self.fact_at(at) == Some(Fact::Street))
    }

    /// "Kerkstraat 3", once delivery was spoken of: capital words, then a number that counts nothing.
    pub(super) fn numbered_street(&mut self) -> bool {
        if self.out.fulfilment.kind != Some(FulfilmentKind::Delivery) {
            return false;
        }
        let capital = |at: usize| {
            matches!(self.atom(at), Some(Atom::Word | Atom::Fact(Fact::Street)))
                && self.tokens[self.pieces[at].tokens.start].capital
        };
        let mut end = self.at;
        while end < self.at + 4 && capital(end) {
            end += 1;
        }
        let numbered = end > self.at
            && matches!(self.atom(end), Some(Atom::Number(_)))
            && self.begins_nothing(end + 1)
            && self.fact_at(end + 1) != Some(Fact::TimeUnit);
        if numbered {
            self.address(self.at, end + 1);
        }
        numbered
    }

    /// "flat 6, 210 High St", "apt 5C": with what follows of the address.
    pub(super) fn numbered_door(&mut self) -> bool {
        let word = self.tokens[self.pieces[self.at].tokens.start].folded.as_str();
        let door = matches!(word, "flat" | "apt" | "apartment" | "floor" | "house" | "block" | "suite");
        let numbered = door
            && self.pieces[self.at].tokens.len() == 1
            && matches!(self.atom(self.at + 1), Some(Atom::Number(_)));
        let end = self.at + 2 + usize::from(numbered && self.is_house_letter(self.at + 2));
        if numbered && self.begins_nothing(end) {
            self.address(self.at, end);
            return true;
        }
        false
    }

    /// "to the community centre on Elm Road": what was ordered is brought there.
    pub(super) fn brought_to(&mut self) -> bool {
        let said = |at: usize| self.tokens[self.pieces[at].tokens.start].folded.as_str();
        let to = said(self.at) == "to" && self.pieces[self.at].tokens.len() == 1;
        let whose = self.at + 1;
        if !to || !self.pieces.get(whose).is_some_and(|_| matches!(said(whose), "the" | "my" | "our" | "a")) {
            return false;
        }
        let strange = |at: usize| match self.atom(at) {
            Some(Atom::Word) => self.piece_tokens(at).iter().all(|t| self.out.words[*t].is_none()),
            Some(Atom::Fact(Fact::Street | Fact::Spot | Fact::Says(PhraseKind::Filler))) => true,
            Some(Atom::Number(_)) => self.fact_at(at - 1) == Some(Fact::Spot) || self.street_near(at + 1),
            Some(Atom::Fact(Fact::Takes(Amount::Regular) | Fact::At | Fact::In)) => self.street_near(at + 1),
            Some(_) | None => false,
        };
        let end = (whose + 1..whose + LONGEST_ADDRESS).find(|at| !strange(*at)).unwrap_or(whose + 1);
        let place = |at: usize| {
            matches!(self.fact_at(at), Some(Fact::Street | Fact::Spot)) || VENUES.contains(&said(at))
        };
        let told = end > whose + 1 && self.begins_nothing(end) && (whose + 1..end).any(place);
        if told {
            self.fulfil(FulfilmentKind::Delivery);
            self.say(self.at..self.at + 1, PhraseKind::Place);
            self.address(whose, end);
        }
        told
    }
}
