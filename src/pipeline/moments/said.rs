//! Words to what they say of a time: a day, a part of it, a time of day, or how long from now.

use chrono::{TimeDelta, Weekday};

use super::clocks::{Clock, clock};
use super::lengths::length;
use crate::pipeline::words::{Token, TokenKind};

/// What words say, each thing at most once.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Said {
    pub(super) day: Option<Day>,
    pub(super) part: Option<Part>,
    pub(super) clock: Option<Clock>,
    pub(super) length: Option<TimeDelta>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Day {
    Today,
    Tomorrow,
    Weekday(Weekday),
}

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    Morning,
    Lunch,
    Afternoon,
    Evening,
}

impl Said {
    /// `None` when a word is not understood, or of one thing two are said.
    pub(super) fn of(tokens: &[Token]) -> Option<Self> {
        let mut said = Self::default();
        let mut rest = tokens;
        while !rest.is_empty() {
            let taken = said.take(rest)?;
            rest = &rest[taken..];
        }
        Some(said)
    }

    /// Takes what is said next; how many tokens that is.
    fn take(&mut self, rest: &[Token]) -> Option<usize> {
        if let Some((taken, length)) = length(rest) {
            return once(&mut self.length, length).map(|()| taken);
        }
        if let Some((taken, clock)) = clock(rest) {
            return once(&mut self.clock, clock).map(|()| taken);
        }
        if let Some((day, part)) = day(word(rest, 0)) {
            if let Some(day) = day {
                once(&mut self.day, day)?;
            }
            return part.map_or(Some(()), |part| once(&mut self.part, part)).map(|()| 1);
        }
        if [word(rest, 0), word(rest, 1)] == ["in", "the"] {
            return Some(2);
        }
        says_nothing(&rest[0]).then_some(1)
    }
}

fn once<T: Copy + PartialEq>(place: &mut Option<T>, said: T) -> Option<()> {
    (*place.get_or_insert(said) == said).then_some(())
}

/// The word at a place; none is empty.
pub(super) fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.folded.as_str())
}

fn says_nothing(token: &Token) -> bool {
    match token.kind {
        TokenKind::Mark(mark) => matches!(mark, '.' | ',' | '!' | '(' | ')'),
        TokenKind::Word => matches!(
            token.folded.as_str(),
            "at" | "by"
                | "for"
                | "around"
                | "about"
                | "approx"
                | "approximately"
                | "circa"
                | "roughly"
                | "before"
                | "ready"
                | "sharp"
                | "exactly"
                | "ish"
                | "on"
                | "the"
                | "a"
                | "latest"
                | "please"
                | "pls"
        ),
        TokenKind::Number(_) | TokenKind::Clock => false,
    }
}

fn day(word: &str) -> Option<(Option<Day>, Option<Part>)> {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    let said = match word {
        "today" | "this" => (Some(Day::Today), None),
        "tonight" => (Some(Day::Today), Some(Part::Evening)),
        "tomorrow" | "tmrw" | "tmr" | "tomoz" => (Some(Day::Tomorrow), None),
        "monday" | "mon" => (Some(Day::Weekday(Mon)), None),
        "tuesday" | "tues" | "tue" => (Some(Day::Weekday(Tue)), None),
        "wednesday" | "wed" => (Some(Day::Weekday(Wed)), None),
        "thursday" | "thurs" | "thur" | "thu" => (Some(Day::Weekday(Thu)), None),
        "friday" | "fri" => (Some(Day::Weekday(Fri)), None),
        "saturday" | "sat" => (Some(Day::Weekday(Sat)), None),
        "sunday" | "sun" => (Some(Day::Weekday(Sun)), None),
        "morning" | "breakfast" => (None, Some(Part::Morning)),
        "lunch" | "lunchtime" => (None, Some(Part::Lunch)),
        "afternoon" => (None, Some(Part::Afternoon)),
        "evening" | "dinner" | "supper" => (None, Some(Part::Evening)),
        _ => return None,
    };
    Some(said)
}

/// A number in digits or words, and how many tokens it has.
pub(super) fn number(tokens: &[Token]) -> Option<(usize, u32)> {
    let first = tokens.first()?;
    if let TokenKind::Number(number) = first.kind {
        return Some((1, number));
    }
    let tens = match first.folded.as_str() {
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        word => return small(word).map(|number| (1, number)),
    };
    let more = small(word(tokens, 1)).filter(|more| *more < 10);
    Some(more.map_or((1, tens), |more| (2, tens + more)))
}

fn small(word: &str) -> Option<u32> {
    let words = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    words.iter().position(|known| *known == word).and_then(|at| u32::try_from(at + 1).ok())
}
