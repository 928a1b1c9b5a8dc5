//! Times, places, names and ways of getting the order.

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::parse::Modifier;

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
    /// "at 7pm", "by 1", "half six", "in 20 min"; else the word says nothing.
    pub(super) fn moment_after(&mut self) {
        if self.fact_at(self.at) == Some(Fact::In)
            && self.pieces[self.at].tokens.len() == 1
            && matches!(self.atom(self.at + 1), Some(Atom::Choice(_)))
        {
            return self.open_cue(Amount::Regular);
        }
        let mut end = self.at + 1;
        while end < self.at + 4 && matches!(self.fact_at(end), Some(Fact::At | Fact::In)) {
            end += 1;
        }
        if !self.is_clock(end) {
            self.pass(PhraseKind::Filler);
            return;
        }
        let minutes = self.joins_hour(end + 1) && self.is_clock(end + 2);
        self.time(self.at, end + 1 + 2 * usize::from(minutes));
    }

    /// "past" of "ten past twelve"
    fn joins_hour(&self, at: usize) -> bool {
        matches!(self.atom(at), Some(Atom::Word | Atom::Fact(_)))
            && self.pieces[at].tokens.len() == 1
            && matches!(self.tokens[self.pieces[at].tokens.start].folded.as_str(), "past" | "to")
    }

    fn is_clock(&self, at: usize) -> bool {
        match self.atom(at) {
            Some(Atom::Clock | Atom::Fact(Fact::Moment)) => true,
            Some(Atom::Number(number) | Atom::Fact(Fact::Number(number))) => {
                *number <= 2400
                    && !self.pieces.get(at + 1).is_some_and(|_| self.is_heat(at + 1))
                    && !self.dish_in_run(at + 1)
                    && !matches!(
                        self.atom(at + 1),
                        Some(Atom::Fact(Fact::Measure | Fact::Shots) | Atom::Choice(_))
                    )
            }
            Some(_) | None => false,
        }
    }

    /// Notes a time that begins at one piece and lasts at least until another.
    fn time(&mut self, from: usize, until: usize) {
        let mut end = until;
        while matches!(self.fact_at(end), Some(Fact::TimeUnit))
            || self.fact_at(end) == Some(Fact::Moment)
            || self.fact_at(end) == Some(Fact::At) && !self.is_clock(end + 1)
        {
            end += 1;
        }
        self.say(from..end, PhraseKind::Time);
        self.out.times.push(self.pieces[from].tokens.start..self.pieces[end - 1].tokens.end);
        self.at = end;
    }

    pub(super) fn clock(&mut self) {
        let token = &self.tokens[self.pieces[self.at].tokens.start];
        self.out.odd_quantity |= !token.folded.contains(':') && self.is_decimal_of_dish(&token.folded);
        self.time(self.at, self.at + 1);
    }

    /// "2.5 falafel wraps", but not "12.15 Gwen".
    fn is_decimal_of_dish(&self, folded: &str) -> bool {
        let next = self.at + 1;
        let of_day = folded.split_once('.').is_some_and(|(hour, minute)| {
            minute.len() == 2
                && minute.parse::<u32>().is_ok_and(|m| m < 60)
                && hour.parse::<u32>().is_ok_and(|h| h < 24)
        });
        self.dish_in_run(next) && (!of_day || self.named_in_run(next))
    }

    pub(super) fn moment(&mut self) {
        self.time(self.at, self.at + 1);
    }

    /// A number with a unit of time, or right after "pickup".
    pub(super) fn timed_number(&mut self) -> bool {
        let unit = self.fact_at(self.at + 1) == Some(Fact::TimeUnit);
        if unit {
            self.time(self.at, self.at + 2);
        }
        unit
    }

    /// "ten past twelve"
    pub(super) fn past_the_hour(&mut self) -> bool {
        let past = self.joins_hour(self.at + 1);
        let told = past && self.is_clock(self.at + 2);
        let bare = past
            && self.tokens[self.pieces[self.at + 1].tokens.start].folded == "past"
            && self.begins_nothing(self.at + 2);
        if bare && !told {
            self.time(self.at, self.at + 2);
            return true;
        }
        if told {
            self.time(self.at, self.at + 3);
        }
        told
    }

    /// "12 pick up"
    pub(super) fn hour_before_way(&mut self, number: u32) -> bool {
        let told = (1..=24).contains(&number)
            && matches!(self.atom(self.at), Some(Atom::Number(_)))
            && matches!(self.fact_at(self.at + 1), Some(Fact::Pickup | Fact::Delivery))
            && !self.dish_in_run(self.at + 2)
            && matches!(self.at.checked_sub(1).and_then(|at| self.atom(at)), Some(Atom::Mark(_)));
        if told {
            self.time(self.at, self.at + 1);
        }
        told
    }

    /// "a brownie 4 Steef": for somebody.
    pub(super) fn for_in_digits(&mut self, number: u32) -> bool {
        let behind_dish = matches!(
            self.at.checked_sub(1).and_then(|at| self.atom(at)),
            Some(Atom::Item(_) | Atom::Choice(_))
        );
        let next = self.at + 1;
        let named = number == 4
            && behind_dish
            && self.name_at(next)
            && self.tokens[self.pieces[next].tokens.start].capital
            && (self.begins_nothing(next + 1) || self.fact_at(next + 1) == Some(Fact::At));
        if named {
            self.name(next);
        }
        named
    }

    /// "8oz": the number is no quantity.
    pub(super) fn sized_number(&mut self) -> bool {
        let unit = self.fact_at(self.at + 1) == Some(Fact::SizeUnit);
        if unit && self.is_heat(self.at + 1) && !self.target.is_empty() {
            let waiting = self.cue.take().map(|cue| cue.tokens).unwrap_or_default();
            let tokens = [waiting, self.piece_tokens(self.at), self.piece_tokens(self.at + 1)].concat();
            self.modify(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
            self.at += 2;
            return true;
        }
        if unit {
            self.say(self.at..self.at + 2, PhraseKind::Filler);
            self.at += 2;
        }
        unit
    }

    /// "180 degrees": how hot it shall be.
    fn is_heat(&self, at: usize) -> bool {
        let unit = self.tokens[self.pieces[at].tokens.start].folded.as_str();
        matches!(unit, "degrees" | "celsius" | "fahrenheit")
    }

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
    fn is_house_letter(&self, at: usize) -> bool {
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
    fn address(&mut self, from: usize, until: usize) {
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

    fn goes_on(&self, at: usize) -> bool {
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

    fn street_near(&self, from: usize) -> bool {
        (from..from + 3).any(|at| self.fact_at(at) == Some(Fact::Street))
    }

    /// "delivery to …"
    pub(super) fn deliver_to(&mut self) {
        self.fulfil(FulfilmentKind::Delivery);
        let from = self.at;
        let mut start = from + 1;
        while matches!(self.atom(start), Some(Atom::Mark(':' | '-'))) {
            start += 1;
        }
        self.say(from..from + 1, PhraseKind::Place);
        if start < self.pieces.len() && self.goes_on(start) {
            self.address(start, start + 1);
        } else {
            self.at = start;
        }
        self.end_clause();
    }

    /// "to go", "delivery", "eat in"; a bare number right behind it is a time.
    pub(super) fn way(&mut self, kind: FulfilmentKind) {
        self.fulfil(kind);
        self.end_clause();
        self.pass(PhraseKind::Place);
        if self.is_clock(self.at) && !matches!(self.atom(self.at), Some(Atom::Fact(Fact::Moment))) {
            self.time(self.at, self.at + 1);
        }
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

    /// "doorbell Faber", "jetty 3", "top floor"
    pub(super) fn spot(&mut self) {
        let next = self.at + 1;
        let takes = match self.atom(next) {
            Some(Atom::Number(_)) if self.digits_follow(next) => false,
            Some(Atom::Number(_) | Atom::Clock) => self.begins_nothing(next + 1),
            Some(Atom::Word) => self.name_at(next) && self.tokens[self.pieces[next].tokens.start].capital,
            Some(_) | None => false,
        };
        let numbered = takes && matches!(self.atom(next), Some(Atom::Number(_)));
        if numbered && self.out.fulfilment.kind == Some(FulfilmentKind::Delivery) && self.goes_on(next + 1) {
            return self.address(self.at, next + 1);
        }
        self.say(self.at..next + usize::from(takes), PhraseKind::Place);
        self.at = next + usize::from(takes);
    }

    /// "07700 900461": a telephone number in parts.
    fn digits_follow(&self, at: usize) -> bool {
        let long =
            |at: usize| self.pieces.get(at).is_some_and(|p| self.tokens[p.tokens.start].folded.len() > 3);
        let digits = |at: usize| matches!(self.atom(at), Some(Atom::Number(_)));
        digits(at + 1) && long(at)
    }

    fn fulfil(&mut self, kind: FulfilmentKind) {
        self.out.fulfilment.kind.get_or_insert(kind);
    }

    /// "table 6", "room 11"
    pub(super) fn table(&mut self) {
        match self.atom(self.at + 1) {
            Some(Atom::Number(_) | Atom::Fact(Fact::Number(_))) => {
                self.fulfil(FulfilmentKind::DineIn);
                self.say(self.at..self.at + 2, PhraseKind::Place);
                self.at += 2;
            }
            Some(_) | None => self.pass(PhraseKind::Filler),
        }
    }

    /// "for the cricket tea on Sunday": a dish's name in that of an occasion.
    fn occasion(&self) -> Option<usize> {
        let article = matches!(
            self.pieces.get(self.at + 1).map_or("", |p| self.tokens[p.tokens.start].folded.as_str()),
            "the" | "our" | "my"
        ) || self.pieces[self.at].tokens.len() > 1;
        let first = self.at + 1 + usize::from(self.pieces[self.at].tokens.len() == 1);
        let strange = |at: usize| {
            matches!(self.atom(at), Some(Atom::Word))
                && !self.is_person(at)
                && self.piece_tokens(at).iter().all(|t| self.out.words[*t].is_none())
        };
        let named = matches!(self.atom(first + 1), Some(Atom::Item(_)));
        let occasion = article
            && !self.out.parts.is_empty()
            && strange(first)
            && named
            && self.begins_nothing(first + 2);
        occasion.then_some(first + 2)
    }

    /// "for Tom", "for 7", "for the office"
    pub(super) fn for_whom(&mut self) {
        if let Some(end) = self.occasion() {
            self.say(self.at..end, PhraseKind::Filler);
            self.at = end;
        } else if self.is_clock(self.at + 1) && self.begins_nothing(self.at + 2) {
            self.time(self.at, self.at + 2);
        } else if self.name_at(self.at + 1)
            && self.is_name_like(self.at + 1)
            && self.may_be_named(self.at + 1)
        {
            self.name(self.at + 1);
        } else {
            self.pass(PhraseKind::Filler);
        }
    }
}
