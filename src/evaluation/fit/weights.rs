//! What the evidence for a match counts, fitted to samples: the weights that make what was meant most likely.

use super::samples::Sample;
use crate::pipeline::match_menu::{Evidence, Meaning, Weights, chances};

/// Steps of the descent; the same samples give the same weights.
const STEPS: usize = 3000;
/// How strongly weights are held near where they start.
const HELD: f32 = 0.5;
/// As [`HELD`], for what meaning counts: few samples are left open by their words.
const MEANING_HELD: f32 = 5.0;
/// What is believed before any sample: it stands where samples have little to say.
const PRIOR: Evidence = Evidence {
    any: -3.0,
    exact: 2.0,
    whole: 2.0,
    covered: 3.0,
    head_only: 0.0,
    own: 0.0,
    kind: -1.0,
    option: -1.0,
    misfit: -1.0,
    other_dish: -2.0,
    language: -2.0,
    strange: -2.0,
    repaired: -8.0,
    shortened: -1.0,
    disordered: -0.5,
    one_word: 0.0,
    name_only: 1.0,
    telling: 0.5,
};

/// Fits what words count to all samples, and what meaning counts to those that words leave open, that is where the
/// best is under `accept`.
pub fn fit(samples: &[Sample], accept: f32) -> Weights {
    let words = Logit::new(
        samples,
        |sample, at| sample.weighing.items[at].1.numbers(),
        |sample| sample.weighing.by_words,
    );
    let words = Evidence::from_numbers(words.fitted(PRIOR.numbers(), HELD));
    let mut weights = Weights { words, meaning: None };
    let open = |sample: &&Sample| {
        let best = weights.by_words(&sample.weighing).of.into_iter().fold(0.0, f32::max);
        best < accept && !sample.weighing.likeness.is_empty()
    };
    let open: Vec<Sample> = samples.iter().filter(open).cloned().collect();
    if !open.is_empty() {
        let numbers = |sample: &Sample, at: usize| {
            [weights.logit(&sample.weighing.items[at].1), sample.weighing.likeness[at], 1.0]
        };
        let meaning = Logit::new(&open, numbers, |sample| sample.weighing.items.len());
        let [words, likeness, any] = meaning.fitted([1.0, 1.0, -0.5], MEANING_HELD);
        weights.meaning = Some(Meaning { words, likeness, any });
    }
    weights
}

/// A multinomial logit over the items of each sample and "none of them".
struct Logit<const N: usize> {
    samples: Vec<Weighed<N>>,
}

struct Weighed<const N: usize> {
    items: Vec<[f32; N]>,
    as_well: usize,
    /// Which item the others are like.
    like: usize,
    right: Option<usize>,
    weight: f32,
}

impl<const N: usize> Logit<N> {
    fn new(
        samples: &[Sample],
        numbers: impl Fn(&Sample, usize) -> [f32; N],
        items: impl Fn(&Sample) -> usize,
    ) -> Self {
        let weighed = |sample: &Sample| Weighed {
            items: (0..items(sample)).map(|at| numbers(sample, at)).collect(),
            as_well: sample.weighing.as_well,
            like: sample.weighing.by_words.saturating_sub(1),
            right: sample.right.filter(|right| *right < items(sample)),
            weight: sample.weight,
        };
        Self { samples: samples.iter().map(weighed).collect() }
    }

    /// By gradient descent with momentum and a step for each weight (Adam), from `start`, which is also where the
    /// weights are held.
    fn fitted(&self, start: [f32; N], held: f32) -> [f32; N] {
        let (mut weights, mut mean, mut square) = (start, [0.0_f32; N], [0.0_f32; N]);
        let all: f32 = self.samples.iter().map(|sample| sample.weight).sum::<f32>().max(1.0);
        for step in 1..=STEPS {
            let mut gradient = self.gradient(&weights);
            for (at, slope) in gradient.iter_mut().enumerate() {
                *slope = (*slope + held * (weights[at] - start[at])) / all;
                mean[at] = 0.9 * mean[at] + 0.1 * *slope;
                square[at] = 0.999 * square[at] + 0.001 * *slope * *slope;
                let (fast, slow) = (1.0 - 0.9_f32.powi(step as i32), 1.0 - 0.999_f32.powi(step as i32));
                weights[at] -= 0.03 * (mean[at] / fast) / ((square[at] / slow).sqrt() + 1e-6);
            }
        }
        weights
    }

    fn gradient(&self, weights: &[f32; N]) -> [f32; N] {
        let mut gradient = [0.0; N];
        for sample in &self.samples {
            let logit = |item: &[f32; N]| item.iter().zip(weights).map(|(a, b)| a * b).sum();
            let logits: Vec<f32> = sample.items.iter().map(logit).collect();
            let chances = chances(&logits, sample.as_well, sample.like);
            for (at, item) in sample.items.iter().enumerate() {
                let rest = if at == sample.like { 1.0 + sample.as_well as f32 } else { 1.0 };
                let right = if sample.right == Some(at) { 1.0 } else { 0.0 };
                for (slope, number) in gradient.iter_mut().zip(item) {
                    *slope += sample.weight * (chances.of[at] * rest - right) * number;
                }
            }
        }
        gradient
    }
}
