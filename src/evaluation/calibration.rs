//! Whether the score of a match is worth what it says.

use serde::Serialize;

use super::share::Share;

/// How many bins of equal width the scores under 1 fall into; those of 1 have one of their own, for names that were
/// said to the letter would hide what the others are worth.
const BINS: u8 = 10;

/// How often matches of about the same score are right.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Calibration {
    /// From low scores to high ones; those without a match are left out.
    pub bins: Vec<Bin>,
    /// The distance between score and share right of the bins, weighed by their matches; `None` without matches.
    pub expected_error: Option<f64>,
}

/// Matches of about the same score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// The least score.
    pub from: f64,
    /// Under this one; in the last bin, 1 itself.
    pub to: f64,
    /// Their mean score.
    pub score: f64,
    /// Those that are right.
    pub right: Share,
}

impl Calibration {
    /// Of scores (0 to 1), each with whether its match is right.
    pub fn of(matches: &[(f32, bool)]) -> Self {
        let in_bin = |at: u8| matches.iter().filter(move |(score, _)| bin_of(*score) == at);
        let bins: Vec<Bin> = (0..=BINS)
            .filter(|at| in_bin(*at).next().is_some())
            .map(|at| {
                let right = Share::count(in_bin(at).map(|(_, right)| *right));
                let sum: f64 = in_bin(at).map(|(score, _)| f64::from(*score)).sum();
                let edge = |at: u8| f64::from(at.min(BINS)) / f64::from(BINS);
                Bin { from: edge(at), to: edge(at + 1), score: sum / right.of as f64, right }
            })
            .collect();
        let distance = |bin: &Bin| (bin.score - bin.right.share.unwrap_or_default()).abs();
        let error: f64 = bins.iter().map(|bin| distance(bin) * bin.right.of as f64).sum();
        let expected_error = (!matches.is_empty()).then(|| error / matches.len() as f64);
        Self { bins, expected_error }
    }
}

impl Calibration {
    /// All of them, whatever their score.
    pub fn matches(&self) -> Share {
        let sum = |count: fn(&Share) -> u64| self.bins.iter().map(|bin| count(&bin.right)).sum();
        Share::new(sum(|share| share.right), sum(|share| share.of))
    }
}

fn bin_of(score: f32) -> u8 {
    (score.clamp(0.0, 1.0) * f32::from(BINS)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_of_one_score_are_held_against_it() {
        let half = [(0.5, true), (0.5, false)];
        assert_eq!(Calibration::of(&half).expected_error, Some(0.0));
        let matches = [(1.0, true), (0.95, true), (0.95, false), (0.7, false)];
        let calibration = Calibration::of(&matches);
        let shown: Vec<_> =
            calibration.bins.iter().map(|bin| (bin.from, bin.to, bin.right.right, bin.right.of)).collect();
        assert_eq!(shown, [(0.7, 0.8, 0, 1), (0.9, 1.0, 1, 2), (1.0, 1.0, 1, 1)]);
        let error = (0.7 + 2.0 * (0.95 - 0.5)) / 4.0;
        let got = calibration.expected_error.unwrap();
        assert!((got - error).abs() < 1e-6, "{got} {error}");
        assert_eq!(Calibration::of(&[]), Calibration::default());
    }

    #[test]
    fn every_score_has_its_bin() {
        let edges =
            [(0.0, 0), (0.099, 0), (0.1, 1), (0.3, 3), (0.7, 7), (0.9, 9), (0.99, 9), (1.0, 10), (1.1, 10)];
        for (score, bin) in edges {
            assert_eq!(bin_of(score), bin, "{score}");
        }
    }
}
