//! The customer's words for a time, to the moment they mean: "half six", "in 20 min", "8am tomorrow".

mod said;

mod clocks;
mod lengths;

use chrono::{
    DateTime, Datelike, Days, FixedOffset, LocalResult, NaiveDate, NaiveTime, SubsecRound, TimeDelta,
};
use chrono::{TimeZone, Timelike};
use chrono_tz::Tz;

use super::words::tokens;
use clocks::{Clock, Half};
use said::{Day, Part, Said};

/// Half a day, less the half hour in which a time that has just passed is not said for the next one.
const HALF_DAY: TimeDelta = TimeDelta::minutes(11 * 60 + 30);

/// What comes again later than this was more likely meant for today, and is over.
const DAY: TimeDelta = TimeDelta::hours(18);

/// How late it has to be for the small hours to be meant.
const NIGHT: TimeDelta = TimeDelta::hours(6);

/// The moment that these words mean when they are written at `now`, in the restaurant's zone.
///
/// A time of day is the next one: "18:00", "7 pm" and "noon" within eighteen hours; "at 7", "half six" and "5.30",
/// which may be of the morning or the evening, within eleven and a half, and before five in the morning within six.
/// Of another day, one to six is the afternoon, ten and eleven the morning; seven to nine is not clear. A weekday is
/// the next one: today, if the time is still to come. A time that the clocks skip is an hour later, and of one that
/// comes twice it is the first that is still to come. "In 15" is minutes.
///
/// `None` where no time is said ("tomorrow", "lunchtime", "asap"), where two are, where it is over, and where any
/// word is not understood.
pub fn moment(text: &str, now: DateTime<Tz>) -> Option<DateTime<FixedOffset>> {
    let now = now.trunc_subsecs(0);
    let said = Said::of(&tokens(text))?;
    let moment = match (said.length, said.clock) {
        (Some(length), None) if said.day.is_none() && said.part.is_none() => now.checked_add_signed(length),
        (None, Some(clock)) => next(&said, clock, now),
        (Some(_) | None, Some(_) | None) => None,
    };
    moment.map(|moment| moment.fixed_offset())
}

/// The first time of day of this kind that is still to come, unless it is too far ahead to be meant.
fn next(said: &Said, clock: Clock, now: DateTime<Tz>) -> Option<DateTime<Tz>> {
    let times = times(said, clock);
    let days = days(said.day, now.date_naive());
    let all = days.iter().flat_map(|day| times.iter().filter_map(|minutes| at(*day, *minutes, now)));
    let moment = all.filter(|moment| *moment > now).min()?;
    let ahead = moment - now;
    let near = match (said.day, said.part, clock.half) {
        (None, None, Half::Either) => ahead <= HALF_DAY && (ahead <= NIGHT || moment.hour() >= 5),
        (None | Some(Day::Today), _, _) => ahead <= DAY,
        (Some(Day::Tomorrow | Day::Weekday(_)), _, _) => true,
    };
    near.then_some(moment)
}

/// The days that may be meant.
fn days(day: Option<Day>, today: NaiveDate) -> Vec<NaiveDate> {
    let ahead = match day {
        None => vec![0, 1],
        Some(Day::Today) => vec![0],
        Some(Day::Tomorrow) => vec![1],
        Some(Day::Weekday(day)) => {
            let days = u64::from(day.days_since(today.weekday()));
            vec![days, days + 7]
        }
    };
    ahead.into_iter().filter_map(|days| today.checked_add_days(Days::new(days))).collect()
}

/// The times of a day that may be meant, in minutes from its beginning; past midnight still belongs to its evening.
fn times(said: &Said, Clock { minutes, half }: Clock) -> Vec<u32> {
    let another_day = matches!(said.day, Some(Day::Tomorrow | Day::Weekday(_)));
    let either = match half {
        Half::Known => vec![minutes],
        Half::Midnight if another_day => Vec::new(),
        Half::Midnight => vec![0, 24 * 60],
        Half::Either => vec![minutes, minutes + 12 * 60],
    };
    let span = match said.part {
        Some(Part::Morning) => 4 * 60..12 * 60,
        Some(Part::Lunch) => 11 * 60..16 * 60,
        Some(Part::Afternoon) => 12 * 60..19 * 60,
        Some(Part::Evening) => 16 * 60..28 * 60,
        None if another_day && half == Half::Either => match minutes / 60 {
            0..=6 => 12 * 60..19 * 60,
            7..=9 => 0..0,
            _ => 10 * 60..12 * 60,
        },
        None => 0..25 * 60,
    };
    let late = either.iter().map(|minutes| minutes + 24 * 60).filter(|_| said.part == Some(Part::Evening));
    either.iter().copied().chain(late).filter(|minutes| span.contains(minutes)).collect()
}

/// A time of a day in the zone of `now`.
fn at(day: NaiveDate, minutes: u32, now: DateTime<Tz>) -> Option<DateTime<Tz>> {
    let midnight = day.and_time(NaiveTime::MIN);
    let local = midnight.checked_add_signed(TimeDelta::minutes(minutes.into()))?;
    let zone = now.timezone();
    match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) => Some(moment),
        LocalResult::Ambiguous(first, second) => Some(if first > now { first } else { second }),
        LocalResult::None => {
            zone.from_local_datetime(&local.checked_add_signed(TimeDelta::hours(1))?).earliest()
        }
    }
}

#[cfg(test)]
mod tests;
