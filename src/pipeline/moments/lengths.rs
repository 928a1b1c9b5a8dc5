//! How long from now: "in 20 min", "in an hour and a half".

use chrono::TimeDelta;

use super::said::{number, word};
use crate::pipeline::words::{Token, TokenKind};

/// Minutes; what is longer is said as a day and a time.
const LONGEST: u32 = 24 * 60;

/// "in 20 min", "half an hour", "1 hour 30", "in 15".
pub(super) fn length(tokens: &[Token]) -> Option<(usize, TimeDelta)> {
    let lead =
        (0..tokens.len()).take_while(|at| matches!(word(tokens, *at), "in" | "within" | "about")).count();
    let from_now = (0..lead).any(|at| word(tokens, at) != "about");
    let rest = &tokens[lead..];
    let (taken, minutes) = match [word(rest, 0), word(rest, 1), word(rest, 2)] {
        ["half", "an" | "a", "hour"] => (3, 30),
        ["half", "hour", _] => (2, 30),
        ["a", "quarter", "of"] if [word(rest, 3), word(rest, 4)] == ["an", "hour"] => (5, 15),
        _ => counted(rest).or_else(|| bare(rest).filter(|_| from_now))?,
    };
    (1..=LONGEST).contains(&minutes).then(|| (lead + taken, TimeDelta::minutes(minutes.into())))
}

/// "20 min", "an hour and a half", "1.5 hours", "2 hours 10 minutes".
fn counted(tokens: &[Token]) -> Option<(usize, u32)> {
    let (taken, tenths) = amount(tokens)?;
    let next = &tokens[taken..];
    if is_minutes(word(next, 0)) {
        return tenths.is_multiple_of(10).then_some((taken + 1, tenths / 10));
    }
    if !matches!(word(next, 0), "hour" | "hours" | "hr" | "hrs") {
        return None;
    }
    let hours = (taken + 1, 6 * tenths);
    let more = &next[1..];
    if [word(more, 0), word(more, 1), word(more, 2)] == ["and", "a", "half"] {
        return Some((hours.0 + 3, hours.1 + 30));
    }
    let joined = usize::from(word(more, 0) == "and");
    match number(&more[joined..]).filter(|(_, minutes)| *minutes < 60) {
        Some((said, minutes)) if is_minutes(word(more, joined + said)) => {
            Some((hours.0 + joined + said + 1, hours.1 + minutes))
        }
        Some(_) | None => Some(hours),
    }
}

/// How many, in tenths.
fn amount(tokens: &[Token]) -> Option<(usize, u32)> {
    let first = tokens.first()?;
    if matches!(first.folded.as_str(), "a" | "an") {
        return Some((1, 10));
    }
    if first.kind == TokenKind::Clock {
        let (whole, tenths) = first.folded.split_once('.').filter(|(_, tenths)| tenths.len() == 1)?;
        let (whole, tenths): (u32, u32) = (whole.parse().ok()?, tenths.parse().ok()?);
        return (whole < 24).then(|| (1, 10 * whole + tenths));
    }
    number(tokens).filter(|(_, number)| *number < 1000).map(|(taken, number)| (taken, 10 * number))
}

fn is_minutes(unit: &str) -> bool {
    matches!(unit, "min" | "mins" | "minute" | "minutes")
}

/// "15" of "in 15": minutes, where nobody would say hours.
fn bare(tokens: &[Token]) -> Option<(usize, u32)> {
    let (taken, number) = number(tokens)?;
    let alone = !matches!(word(tokens, taken), "am" | "pm" | "h" | "past" | "to");
    (alone && (5..=90).contains(&number)).then_some((taken, number))
}
