//! Thresholds of the matcher, fitted to labelled messages for one model.

use serde::Serialize;

use super::{Expected, Judged};
use crate::config::ReaderSettings;
use crate::embedding::Embedding;
use crate::evaluation::Labelled;
use crate::menu::Menu;
use crate::pipeline::Outcome;

/// What decides whether an item is accepted, asked about or refused.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Thresholds {
    /// At or above it an item is accepted.
    pub accept: f32,
    /// Under it nothing fits.
    pub refuse: f32,
    /// The lead that the best must have over the second.
    pub margin: f32,
}

/// What some thresholds give on the labelled messages.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Trial {
    /// What was tried.
    pub thresholds: Thresholds,
    /// Orders that were placed with the right items.
    pub placed_right: u64,
    /// Messages that became an order, and should not have, or with wrong items.
    pub placed_wrong: u64,
    /// Orders that a person must look at though nothing was unclear.
    pub asked: u64,
    /// Orders that became neither order nor review.
    pub missed: u64,
    /// The sum that is made small: see [`cost`].
    pub cost: u64,
}

/// The result of a fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fit {
    /// The model they belong to.
    pub embedding: String,
    /// Messages they were fitted to.
    pub rows: u64,
    /// The best, in the middle of those that are equally good.
    pub best: Trial,
    /// All that was tried, in order.
    pub trials: Vec<Trial>,
}

const ACCEPT: [f32; 11] = [0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90];
const REFUSE: [f32; 9] = [0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60];
const MARGIN: [f32; 7] = [0.0, 0.02, 0.04, 0.06, 0.08, 0.12, 0.16];

/// Tries one threshold after the other, twice round, keeping the best each time; `None` without orders to fit to.
/// `tried` hears of every trial.
pub fn run(
    menu: &Menu,
    settings: &ReaderSettings,
    embedding: &Embedding,
    rows: &[Labelled],
    mut tried: impl FnMut(&Trial),
) -> Option<Fit> {
    let with_outcome: Vec<Labelled> = rows.iter().filter(|row| row.outcome.is_some()).cloned().collect();
    if !with_outcome.iter().any(|row| row.outcome == Some(Expected::Order)) {
        return None;
    }
    let mut trials: Vec<Trial> = Vec::new();
    let mut attempt = |thresholds: Thresholds| {
        if let Some(done) = trials.iter().find(|trial| trial.thresholds == thresholds) {
            return *done;
        }
        let trial = try_out(menu, settings, embedding, &with_outcome, thresholds);
        tried(&trial);
        trials.push(trial);
        trial
    };
    let mut best = attempt(Thresholds { accept: 0.60, refuse: 0.40, margin: 0.04 });
    for _ in 0..2 {
        let at = best.thresholds;
        best = middle_of_best(
            ACCEPT.map(|accept| attempt(Thresholds { accept, refuse: at.refuse.min(accept), ..at })),
        );
        let at = best.thresholds;
        best =
            middle_of_best(REFUSE.map(|refuse| attempt(Thresholds { refuse: refuse.min(at.accept), ..at })));
        let at = best.thresholds;
        best = middle_of_best(MARGIN.map(|margin| attempt(Thresholds { margin, ..at })));
    }
    Some(Fit { embedding: embedding.id().to_owned(), rows: with_outcome.len() as u64, best, trials })
}

fn try_out(
    menu: &Menu,
    settings: &ReaderSettings,
    embedding: &Embedding,
    rows: &[Labelled],
    thresholds: Thresholds,
) -> Trial {
    let Thresholds { accept, refuse, margin } = thresholds;
    let settings = ReaderSettings {
        accept: Some(accept),
        refuse: Some(refuse),
        margin: Some(margin),
        ..settings.clone()
    };
    let judged = super::run(menu, &settings, embedding, rows);
    let count = |verdict: Verdict| judged.iter().filter(|row| Verdict::of(row) == verdict).count() as u64;
    Trial {
        thresholds,
        placed_right: count(Verdict::PlacedRight),
        placed_wrong: count(Verdict::PlacedWrong),
        asked: count(Verdict::Asked),
        missed: count(Verdict::Missed),
        cost: judged.iter().map(|row| cost(Verdict::of(row))).sum(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    PlacedRight,
    PlacedWrong,
    Asked,
    Missed,
    Fine,
}

impl Verdict {
    fn of(row: &Judged) -> Self {
        let items_right = row.lines.as_ref().is_none_or(|lines| lines.items_right == lines.items);
        match (row.expected, row.reading.outcome) {
            (Some(Expected::Order), Outcome::Order) if items_right => Self::PlacedRight,
            (_, Outcome::Order) => Self::PlacedWrong,
            (Some(Expected::Order), Outcome::Review) => Self::Asked,
            (Some(Expected::Order | Expected::Review), Outcome::Enquiry | Outcome::Miscellaneous) => {
                Self::Missed
            }
            (Some(_) | None, Outcome::Review | Outcome::Enquiry | Outcome::Miscellaneous) => Self::Fine,
        }
    }
}

/// A wrong dish in the kitchen costs as much as ten orders that a person looks at in vain, or as three that
/// somebody has to find among the enquiries.
fn cost(verdict: Verdict) -> u64 {
    match verdict {
        Verdict::PlacedWrong => 10,
        Verdict::Missed => 3,
        Verdict::Asked => 1,
        Verdict::PlacedRight | Verdict::Fine => 0,
    }
}

/// Of neighbours that cost the same, the one in the middle: it bears most change on either side.
fn middle_of_best<const N: usize>(trials: [Trial; N]) -> Trial {
    let least = trials.iter().map(|trial| trial.cost).min().unwrap_or_default();
    let mut longest = 0..0;
    let mut start = 0;
    for (at, trial) in trials.iter().enumerate() {
        if trial.cost != least {
            start = at + 1;
        } else if at + 1 - start > longest.len() {
            longest = start..at + 1;
        }
    }
    trials[longest.start + (longest.len().max(1) - 1) / 2]
}

impl Fit {
    /// The part of `chit.toml` that puts the thresholds in force.
    pub fn toml(&self) -> String {
        let Thresholds { accept, refuse, margin } = self.best.thresholds;
        format!(
            "# fitted to {} messages, for {}\n[reader]\naccept = {accept:.2}\nrefuse = {refuse:.2}\nmargin = {margin:.2}\n",
            self.rows, self.embedding
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(cost: u64, accept: f32) -> Trial {
        let thresholds = Thresholds { accept, refuse: 0.1, margin: 0.0 };
        Trial { thresholds, placed_right: 0, placed_wrong: 0, asked: 0, missed: 0, cost }
    }

    #[test]
    fn the_middle_of_the_widest_plateau_is_taken() {
        let pick = |costs: [u64; 6]| {
            let mut at = 0.0;
            middle_of_best(costs.map(|cost| {
                at += 1.0;
                trial(cost, at)
            }))
            .thresholds
            .accept
        };
        assert!((pick([5, 1, 1, 1, 5, 1]) - 3.0).abs() < f32::EPSILON);
        assert!((pick([1, 5, 5, 5, 5, 5]) - 1.0).abs() < f32::EPSILON);
        assert!((pick([1, 1, 1, 1, 1, 1]) - 3.0).abs() < f32::EPSILON);
    }

    #[test]
    fn the_thresholds_are_printed_as_settings() {
        let best =
            Trial { thresholds: Thresholds { accept: 0.6, refuse: 0.4, margin: 0.04 }, ..trial(0, 0.0) };
        let fit = Fit { embedding: "off".to_owned(), rows: 3, best, trials: Vec::new() };
        let settings: crate::config::Settings = toml::from_str(&fit.toml()).unwrap();
        assert_eq!((settings.reader.accept, settings.reader.margin), (Some(0.6), Some(0.04)));
    }
}
