//! The time and the restaurant's zone, handed to whatever needs them.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// Where the time comes from, and the zone in which a business day begins and ends.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    zone: Tz,
    fixed: Option<DateTime<Utc>>,
}

impl Clock {
    /// The machine's clock in the given zone.
    pub fn system(zone: Tz) -> Self {
        Self { zone, fixed: None }
    }

    /// A clock that stands still, for tests and reproducible runs.
    pub fn fixed(at: DateTime<Utc>, zone: Tz) -> Self {
        Self { zone, fixed: Some(at) }
    }

    /// The time in UTC.
    pub fn now(&self) -> DateTime<Utc> {
        self.fixed.unwrap_or_else(Utc::now)
    }

    /// The calendar day in the restaurant's zone.
    pub fn business_day(&self) -> NaiveDate {
        self.now().with_timezone(&self.zone).date_naive()
    }

    /// The restaurant's zone.
    pub fn zone(&self) -> Tz {
        self.zone
    }
}

/// Day and time in a zone, to the second, as people read it.
pub fn local(time: DateTime<Utc>, zone: Tz) -> String {
    time.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string()
}
