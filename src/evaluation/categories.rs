//! The weights of the classifier, fitted to labelled messages of any number of menus.

use std::collections::BTreeMap;

use foldhash::HashMap;

use super::labels::{Expected, Labelled};
use super::restrict::Readers;
use crate::config::ReaderSettings;
use crate::embedding::{Embedding, Vector};
use crate::menu::Menu;
use crate::pipeline::Category;
use crate::pipeline::classify::linear::{CATEGORIES, Linear, SCALE, softmax};

/// Rounds of Adam over all messages.
const ROUNDS: i32 = 250;
/// Step of a round.
const STEP: f32 = 0.05;
/// What large weights cost, a message (the L2 penalty of C = 0.5 over about 3,000 messages).
const PENALTY: f32 = 7e-4;
/// A feature that fewer messages have is not learnt.
const SEEN_OFTEN: u32 = 2;
/// Smaller weights say nothing and are not kept.
const TELLING: f32 = 0.04;
/// How far rare categories are raised: the share of all over that of theirs, to this power.
const RAISED: f32 = 0.25;

/// A message as the classifier sees it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What it is.
    pub category: Category,
    /// Its words and signals.
    pub features: Vec<String>,
    /// Its meaning; empty without a model.
    pub vector: Vector,
    /// How much it counts: 1, or less for messages that were made up.
    pub weight: f32,
}

/// The messages of a file as samples; those whose category is not labelled are left out.
pub fn samples(
    menu: &Menu,
    settings: &ReaderSettings,
    embedding: &Embedding,
    rows: &[Labelled],
) -> Vec<Sample> {
    let mut readers = Readers::new(menu.clone(), settings.clone(), embedding.clone());
    let sample = |row: &Labelled| {
        let category = category_of(row)?;
        let reader = readers.for_menu(row.menu.as_deref());
        let vector = embedding.embed(&[&row.text]).and_then(|mut vectors| vectors.pop());
        Some(Sample {
            category,
            features: reader.evidence(&row.text),
            vector: vector.unwrap_or_default(),
            weight: 1.0,
        })
    };
    rows.iter().filter_map(sample).collect()
}

/// A request in question form, and an order for what is not sold, are orders to the classifier.
fn category_of(row: &Labelled) -> Option<Category> {
    match row.outcome {
        Some(Expected::NotOnMenu) => Some(Category::Order),
        Some(Expected::Enquiry) if row.polite => Some(Category::Order),
        Some(_) | None => row.category(),
    }
}

/// Fits weights; with `meaning` those of the vectors too. The same samples give the same weights.
pub fn fit(samples: &[Sample], meaning: bool) -> Linear {
    let names = common(samples);
    let index: HashMap<&str, usize> =
        names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let known: Vec<Vec<usize>> = samples
        .iter()
        .map(|sample| sample.features.iter().filter_map(|name| index.get(name.as_str()).copied()).collect())
        .collect();
    let dimensions = if meaning { samples.iter().map(|s| s.vector.len()).max().unwrap_or(0) } else { 0 };
    let mut model = Model::new(1 + names.len() + dimensions);
    let raised = raised(samples);
    for round in 1..=ROUNDS {
        model.round(samples, &known, names.len(), &raised, round);
    }
    model.linear(&names, dimensions)
}

fn common(samples: &[Sample]) -> Vec<String> {
    let mut counts: BTreeMap<&String, u32> = BTreeMap::new();
    for name in samples.iter().flat_map(|sample| &sample.features) {
        *counts.entry(name).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count >= SEEN_OFTEN).map(|(name, _)| name.clone()).collect()
}

fn raised(samples: &[Sample]) -> [f32; CATEGORIES] {
    let mut counts = [0.0_f32; CATEGORIES];
    for sample in samples {
        counts[sample.category as usize] += 1.0;
    }
    counts.map(|count| (samples.len() as f32 / (CATEGORIES as f32 * count.max(1.0))).powf(RAISED))
}

/// Weights with their running gradients: row 0 the bias, then features, then dimensions.
struct Model {
    weights: Vec<[f32; CATEGORIES]>,
    first: Vec<[f32; CATEGORIES]>,
    second: Vec<[f32; CATEGORIES]>,
}

impl Model {
    fn new(rows: usize) -> Self {
        let zeros = vec![[0.0; CATEGORIES]; rows];
        Self { weights: zeros.clone(), first: zeros.clone(), second: zeros }
    }

    /// One step of Adam (Kingma and Ba, 2015) on the mean loss of all samples.
    fn round(
        &mut self,
        samples: &[Sample],
        known: &[Vec<usize>],
        features: usize,
        raised: &[f32; CATEGORIES],
        round: i32,
    ) {
        let mut slopes: Vec<[f32; CATEGORIES]> =
            self.weights.iter().map(|row| row.map(|w| w * PENALTY)).collect();
        slopes[0] = [0.0; CATEGORIES];
        for (sample, known) in samples.iter().zip(known) {
            let vector = &sample.vector[..sample.vector.len().min(self.weights.len() - 1 - features)];
            let mut sums = self.weights[0];
            let mut add = |row: &[f32; CATEGORIES], by: f32| {
                sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight * by);
            };
            known.iter().for_each(|at| add(&self.weights[1 + at], 1.0));
            vector
                .iter()
                .enumerate()
                .for_each(|(at, value)| add(&self.weights[1 + features + at], value * SCALE));
            let mut missed = softmax(sums);
            missed[sample.category as usize] -= 1.0;
            let share = raised[sample.category as usize] * sample.weight / samples.len() as f32;
            let mut learn = |at: usize, by: f32| {
                slopes[at].iter_mut().zip(&missed).for_each(|(slope, miss)| *slope += miss * share * by);
            };
            learn(0, 1.0);
            known.iter().for_each(|at| learn(1 + at, 1.0));
            vector.iter().enumerate().for_each(|(at, value)| learn(1 + features + at, value * SCALE));
        }
        self.step(&slopes, round);
    }

    fn step(&mut self, slopes: &[[f32; CATEGORIES]], round: i32) {
        let (early, late) = (1.0 - 0.9_f32.powi(round), 1.0 - 0.999_f32.powi(round));
        for (at, slopes) in slopes.iter().enumerate() {
            for (category, slope) in slopes.iter().enumerate() {
                let first = &mut self.first[at][category];
                *first = 0.9 * *first + 0.1 * slope;
                let second = &mut self.second[at][category];
                *second = 0.999 * *second + 0.001 * slope * slope;
                let step = STEP * (*first / early) / ((*second / late).sqrt() + 1e-8);
                self.weights[at][category] -= step;
            }
        }
    }

    fn linear(self, names: &[String], dimensions: usize) -> Linear {
        let telling = |row: &[f32; CATEGORIES]| row.iter().any(|weight| weight.abs() >= TELLING);
        let mut weights: HashMap<String, [f32; CATEGORIES]> = names
            .iter()
            .cloned()
            .zip(self.weights[1..].iter().copied())
            .filter(|(_, row)| telling(row))
            .collect();
        weights.insert("bias".to_owned(), self.weights[0]);
        Linear { weights, meaning: self.weights[self.weights.len() - dimensions..].to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(category: Category, features: &[&str]) -> Sample {
        let features = features.iter().map(|&name| name.to_owned()).collect();
        Sample { category, features, vector: vec![1.0, 0.0], weight: 1.0 }
    }

    #[test]
    fn what_messages_share_is_learnt_and_a_single_word_is_not() {
        let samples = [
            sample(Category::Order, &["w:get", "w:latte"]),
            sample(Category::Order, &["w:get"]),
            sample(Category::Enquiry, &["w:when"]),
            sample(Category::Enquiry, &["w:when", "w:open"]),
            sample(Category::Miscellaneous, &["w:thanks"]),
            sample(Category::Miscellaneous, &["w:thanks"]),
        ];
        let linear = fit(&samples, false);
        let best = |name: &str| {
            let likely = linear.probabilities(&[name.to_owned()], None);
            (0..CATEGORIES).max_by(|a, b| likely[*a].total_cmp(&likely[*b]))
        };
        assert_eq!(["w:get", "w:when", "w:thanks"].map(best), [Some(0), Some(1), Some(2)]);
        assert!(!linear.weights.contains_key("w:open"));
        assert_eq!(fit(&samples, false), linear);
        assert_eq!(fit(&samples, true).meaning.len(), 2);
    }
}
