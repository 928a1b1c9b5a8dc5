//! What people ask of the database: orders, enquiries, the trace of a message, dead letters.
//! It writes nothing but the retry of a dead letter.

pub mod board;
pub mod dead;
pub mod enquiries;
pub mod messages;
pub mod orders;
pub mod runs;
pub mod trace;
pub mod wording;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// From when to when, the end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first moment.
    pub from: DateTime<Utc>,
    /// The first moment after.
    pub until: DateTime<Utc>,
}

impl Span {
    /// A calendar day in a zone: 23 or 25 hours where the clocks change.
    pub fn of_day(day: NaiveDate, zone: Tz) -> Self {
        let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
        Self { from: first_moment(day, zone), until: first_moment(next, zone) }
    }
}

/// Midnight, or where the clocks skip it the first moment after.
fn first_moment(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let hours = (0..4).map(|hour| midnight + chrono::TimeDelta::hours(hour));
    let existing = hours.filter_map(|time| zone.from_local_datetime(&time).earliest()).next();
    existing.map_or_else(|| midnight.and_utc(), |time| time.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_as_long_as_the_restaurant_s_clocks_make_it() {
        let table = [
            ("2026-03-29", Tz::Europe__Vienna, "2026-03-28T23:00:00Z", 23),
            ("2026-10-25", Tz::Europe__Vienna, "2026-10-24T22:00:00Z", 25),
            ("2026-06-01", Tz::UTC, "2026-06-01T00:00:00Z", 24),
            ("2026-09-06", Tz::America__Santiago, "2026-09-06T04:00:00Z", 23),
        ];
        for (day, zone, from, hours) in table {
            let span = Span::of_day(day.parse().unwrap(), zone);
            assert_eq!(span.from, from.parse::<DateTime<Utc>>().unwrap(), "{day} {zone}");
            assert_eq!((span.until - span.from).num_hours(), hours, "{day} {zone}");
        }
    }
}
