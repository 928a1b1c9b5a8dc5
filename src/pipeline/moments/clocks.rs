//! Times of day: "half six", "quarter to 8", "12:15", "7 pm".

use super::said::{number, word};
use crate::pipeline::words::{Token, TokenKind};

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Clock {
    /// From the beginning of the day; of [`Half::Either`], of the half.
    pub(super) minutes: u32,
    pub(super) half: Half,
}

/// Which half of the day a time is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Half {
    /// It was said.
    Known,
    /// Morning or evening.
    Either,
    /// Between one day and the next.
    Midnight,
}

/// A time of day with what is said behind it.
pub(super) fn clock(tokens: &[Token]) -> Option<(usize, Clock)> {
    let (taken, clock) = spoken(tokens).or_else(|| written(tokens))?;
    let pm = match word(tokens, taken) {
        "am" | "a.m" => false,
        "pm" | "p.m" => true,
        "oclock" | "u" | "uur" | "uhr" | "h" => return Some((taken + 1, clock)),
        _ => return Some((taken, clock)),
    };
    let minutes = match clock.half {
        Half::Either => clock.minutes + if pm { 12 * 60 } else { 0 },
        Half::Known if (clock.minutes >= 12 * 60) == pm => clock.minutes,
        Half::Known | Half::Midnight => return None,
    };
    Some((taken + 1, Clock { minutes, half: Half::Known }))
}

/// "half six", "quarter to 8", "ten past twelve", "noon".
fn spoken(tokens: &[Token]) -> Option<(usize, Clock)> {
    let first = word(tokens, 0);
    match first {
        "noon" | "midday" => return Some((1, Clock { minutes: 12 * 60, half: Half::Known })),
        "midnight" => return Some((1, Clock { minutes: 0, half: Half::Midnight })),
        _ => {}
    }
    let (taken, minutes) = match first {
        "half" => (1, 30),
        "quarter" => (1, 15),
        _ => number(tokens).filter(|(_, minutes)| (1..60).contains(minutes))?,
    };
    match word(tokens, taken) {
        "past" => hour(tokens, taken + 1, true, minutes),
        "to" if first != "half" => hour(tokens, taken + 1, false, minutes),
        _ if first == "half" => hour(tokens, 1, true, minutes),
        _ => None,
    }
}

/// The hour that so many minutes are past, or to. "Six to eight" and "five to six" may be from one to the other.
fn hour(tokens: &[Token], from: usize, past: bool, minutes: u32) -> Option<(usize, Clock)> {
    let (taken, hour) = number(&tokens[from..]).filter(|(_, hour)| (1..=12).contains(hour))?;
    if !past && (!minutes.is_multiple_of(5) || minutes + 1 == hour) {
        return None;
    }
    let from_midnight = if past { 60 * hour + minutes } else { 60 * hour - minutes };
    Some((from + taken, Clock { minutes: from_midnight % (12 * 60), half: Half::Either }))
}

/// "7", "12:15", "5.30", "1845".
fn written(tokens: &[Token]) -> Option<(usize, Clock)> {
    let first = tokens.first()?;
    let folded = first.folded.as_str();
    let (taken, hour, minute) = match first.kind {
        TokenKind::Clock => {
            let (hour, minute) = folded.split_once([':', '.']).filter(|(_, minute)| minute.len() == 2)?;
            (1, hour, minute.parse().ok()?)
        }
        TokenKind::Number(_) if matches!(folded.len(), 3 | 4) && !folded.contains(',') => {
            let (hour, minute) = folded.split_at(folded.len() - 2);
            (1, hour, minute.parse().ok()?)
        }
        TokenKind::Number(_) | TokenKind::Word | TokenKind::Mark(_) => {
            let (taken, hour) = number(tokens).filter(|(_, hour)| (1..24).contains(hour))?;
            return Some((taken, of_day(hour, 0, hour > 12)?));
        }
    };
    let whole_day = hour.starts_with('0');
    let hour = hour.parse().ok()?;
    Some((taken, of_day(hour, minute, whole_day || hour > 12)?))
}

fn of_day(hour: u32, minute: u32, known: bool) -> Option<Clock> {
    match (hour, minute) {
        (24, 0) => Some(Clock { minutes: 0, half: Half::Midnight }),
        (0..24, 0..60) if known => Some(Clock { minutes: 60 * hour + minute, half: Half::Known }),
        (0..24, 0..60) => Some(Clock { minutes: 60 * (hour % 12) + minute, half: Half::Either }),
        _ => None,
    }
}
