//! A day as people name it.

use std::str::FromStr;

use chrono::NaiveDate;

use crate::clock::Clock;

/// A business day in the restaurant's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    Today,
    Yesterday,
    Date(NaiveDate),
}

impl Day {
    pub(super) fn on(self, clock: Clock) -> NaiveDate {
        let today = clock.business_day();
        match self {
            Self::Today => today,
            Self::Yesterday => today.pred_opt().unwrap_or(today),
            Self::Date(date) => date,
        }
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "today" => Ok(Self::Today),
            "yesterday" => Ok(Self::Yesterday),
            date => {
                let date = NaiveDate::parse_from_str(date, "%Y-%m-%d");
                date.map(Self::Date).map_err(|_| "write today, yesterday or a date as YYYY-MM-DD".to_owned())
            }
        }
    }
}
