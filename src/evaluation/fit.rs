//! Thresholds of the matcher, fitted to labelled messages for one model.

pub mod samples;
pub mod weights;

use serde::Serialize;

use self::samples::Sample;
use super::{Expected, Judge, Judged};
use crate::config::{PoliteRequests, ReaderSettings};
use crate::embedding::Embedding;
use crate::evaluation::Labelled;
use crate::menu::Menu;
use crate::pipeline::Outcome;
use crate::pipeline::match_menu::{THRESHOLDS, Weights};

/// A menu and the messages that are read by it.
#[derive(Clone, Debug, Default)]
pub struct Shop {
    /// What is sold.
    pub menu: Menu,
    /// What a request in question form was labelled as.
    pub polite_requests: PoliteRequests,
    /// What was written, and what should be read of it.
    pub rows: Vec<Labelled>,
}

/// What decides whether an item is accepted, asked about or refused; `None` is the default of the model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Thresholds {
    /// At or above it an item is accepted.
    pub accept: Option<f32>,
    /// Under it nothing fits.
    pub refuse: Option<f32>,
    /// The lead that the best must have over the second.
    pub margin: Option<f32>,
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

const ACCEPT: [f32; 12] = [0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95];
const REFUSE: [f32; 9] = [0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60];
const MARGIN: [f32; 7] = [0.0, 0.02, 0.04, 0.06, 0.08, 0.12, 0.16];

/// Tries one threshold after the other, twice round, and moves it only where that is better than what is in force,
/// which is tried first. `None` without orders to fit to. `tried` hears of every trial.
pub fn run(
    shops: &[Shop],
    settings: &ReaderSettings,
    embedding: &Embedding,
    mut tried: impl FnMut(&Trial),
) -> Option<Fit> {
    let rows = shops.iter().flat_map(|shop| &shop.rows).filter(|row| row.outcome.is_some());
    if !rows.clone().any(|row| row.outcome == Some(Expected::Order)) {
        return None;
    }
    let rows = rows.count() as u64;
    let mut trials: Vec<Trial> = Vec::new();
    let mut attempt = |thresholds: Thresholds| {
        if let Some(done) = trials.iter().find(|trial| trial.thresholds == thresholds) {
            return *done;
        }
        let trial = try_out(shops, settings, embedding, thresholds);
        tried(&trial);
        trials.push(trial);
        trial
    };
    let ReaderSettings { accept, refuse, margin, .. } = *settings;
    let mut best = attempt(Thresholds { accept, refuse, margin });
    for _ in 0..2 {
        let at = best.thresholds;
        let sane = |accept: &f32| at.refuse.is_none_or(|refuse| refuse <= *accept);
        let tried = ACCEPT.into_iter().filter(sane).map(|accept| Thresholds { accept: Some(accept), ..at });
        best = better(best, &tried.map(&mut attempt).collect::<Vec<_>>());
        let at = best.thresholds;
        let sane = |refuse: &f32| at.accept.is_none_or(|accept| *refuse <= accept);
        let tried = REFUSE.into_iter().filter(sane).map(|refuse| Thresholds { refuse: Some(refuse), ..at });
        best = better(best, &tried.map(&mut attempt).collect::<Vec<_>>());
        let at = best.thresholds;
        let tried = MARGIN.into_iter().map(|margin| Thresholds { margin: Some(margin), ..at });
        best = better(best, &tried.map(&mut attempt).collect::<Vec<_>>());
    }
    Some(Fit { embedding: embedding.id().to_owned(), rows, best, trials })
}

/// Reads the messages of all shops that say what should become of them.
fn judge(shops: &[Shop], settings: &ReaderSettings, embedding: &Embedding) -> Vec<Judged> {
    let of_shop = |shop: &Shop| {
        let settings = ReaderSettings { polite_requests: shop.polite_requests, ..settings.clone() };
        let mut judge = Judge::new(shop.menu.clone(), settings, embedding.clone());
        let rows = shop.rows.iter().filter(|row| row.outcome.is_some());
        rows.map(|row| judge.judge(row)).collect::<Vec<_>>()
    };
    shops.iter().flat_map(of_shop).collect()
}

/// Fits what the evidence for a match counts; see [`samples`] and [`weights`].
pub fn weigh(shops: &[Shop], settings: &ReaderSettings, embedding: &Embedding) -> Weights {
    let of_shop = |shop: &Shop| samples::samples(&shop.menu, settings, embedding, &shop.rows, true);
    let samples: Vec<Sample> = shops.iter().flat_map(of_shop).collect();
    weights::fit(&samples, settings.accept.unwrap_or(THRESHOLDS.accept))
}

fn try_out(
    shops: &[Shop],
    settings: &ReaderSettings,
    embedding: &Embedding,
    thresholds: Thresholds,
) -> Trial {
    let Thresholds { accept, refuse, margin } = thresholds;
    let settings = ReaderSettings { accept, refuse, margin, ..settings.clone() };
    let judged = judge(shops, &settings, embedding);
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

/// What is in force, unless a trial costs less. Of neighbouring trials that cost the same, the one in the middle: it
/// bears most change on either side.
fn better(in_force: Trial, trials: &[Trial]) -> Trial {
    let least = trials.iter().map(|trial| trial.cost).min().unwrap_or(u64::MAX);
    if least >= in_force.cost {
        return in_force;
    }
    let mut widest = 0..0;
    let mut start = 0;
    for (at, trial) in trials.iter().enumerate() {
        if trial.cost != least {
            start = at + 1;
        } else if at + 1 - start > widest.len() {
            widest = start..at + 1;
        }
    }
    trials.get(widest.start + widest.len().saturating_sub(1) / 2).copied().unwrap_or(in_force)
}

impl Fit {
    /// The part of `chit.toml` that puts the thresholds in force. What the messages have no say in is left out.
    pub fn toml(&self) -> String {
        let Thresholds { accept, refuse, margin } = self.best.thresholds;
        let mut toml = format!("# fitted to {} messages, for {}\n[reader]\n", self.rows, self.embedding);
        for (name, value) in [("accept", accept), ("refuse", refuse), ("margin", margin)] {
            toml += &match value {
                Some(value) => format!("{name} = {value:.2}\n"),
                None => format!("# {name}: the default is as good as any other\n"),
            };
        }
        toml
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(cost: u64, accept: Option<f32>) -> Trial {
        let thresholds = Thresholds { accept, refuse: None, margin: None };
        Trial { thresholds, placed_right: 0, placed_wrong: 0, asked: 0, missed: 0, cost }
    }

    #[test]
    fn a_threshold_moves_to_the_middle_of_the_widest_plateau_if_that_is_better() {
        let pick = |in_force: u64, costs: [u64; 6]| {
            let trials: Vec<Trial> =
                (1_u8..).zip(costs).map(|(at, cost)| trial(cost, Some(at.into()))).collect();
            better(trial(in_force, None), &trials).thresholds.accept
        };
        assert_eq!(pick(5, [5, 1, 1, 1, 5, 1]), Some(3.0));
        assert_eq!(pick(5, [1, 5, 5, 5, 5, 5]), Some(1.0));
        assert_eq!(pick(2, [1, 1, 1, 1, 1, 1]), Some(3.0));
        assert_eq!(pick(1, [1, 1, 1, 1, 1, 1]), None);
    }

    #[test]
    fn the_thresholds_are_printed_as_settings() {
        let fit = Fit { embedding: "off".to_owned(), rows: 3, best: trial(0, Some(0.6)), trials: Vec::new() };
        let settings: crate::config::Settings = toml::from_str(&fit.toml()).unwrap();
        assert_eq!((settings.reader.accept, settings.reader.margin), (Some(0.6), None));
    }

    #[test]
    fn without_a_labelled_order_nothing_is_fitted() {
        let row = serde_json::from_str(r#"{"text":"are you open","outcome":"enquiry"}"#).unwrap();
        let shop = Shop { rows: vec![row], ..Shop::default() };
        assert_eq!(run(&[shop], &ReaderSettings::default(), &Embedding::Off, |_| {}), None);
    }
}
