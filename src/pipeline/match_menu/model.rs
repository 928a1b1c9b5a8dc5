//! Evidence to the chance that an item is meant: a multinomial logit over the candidates and "none of them".

use serde::Serialize;

use super::Weighing;
use super::evidence::Evidence;

/// What each number of the evidence counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Weights {
    /// Each number of the evidence is taken so often.
    pub words: Evidence,
    /// How the likeness of meaning changes what the words say; `None` for a model that was never fitted.
    pub meaning: Option<Meaning>,
}

/// How the likeness of meaning changes what the words say, where these decide nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Meaning {
    /// What the words say counts so much.
    pub words: f32,
    /// What the likeness counts, which is 0 to 1.
    pub likeness: f32,
    /// Added.
    pub any: f32,
}

/// How sure each candidate is, 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Chances {
    /// One a candidate.
    pub of: Vec<f32>,
    /// That none of the menu is meant.
    pub none: f32,
}

impl Weights {
    /// What the words say for an item, as a logit against "none".
    pub fn logit(&self, evidence: &Evidence) -> f32 {
        evidence.numbers().iter().zip(self.words.numbers()).map(|(number, weight)| number * weight).sum()
    }

    /// How sure the items are that share words.
    pub fn by_words(&self, weighing: &Weighing) -> Chances {
        let items = &weighing.items[..weighing.by_words];
        let logits: Vec<f32> = items.iter().map(|(_, evidence)| self.logit(evidence)).collect();
        chances(&logits, weighing.as_well, weighing.by_words.saturating_sub(1))
    }

    /// How sure all items are, when meaning has its say.
    pub fn with_meaning(&self, weighing: &Weighing) -> Chances {
        let words: Vec<f32> = weighing.items.iter().map(|(_, evidence)| self.logit(evidence)).collect();
        let logits = match self.meaning {
            Some(meaning) if !weighing.likeness.is_empty() => words
                .iter()
                .zip(&weighing.likeness)
                .map(|(words, like)| meaning.logit(*words, *like))
                .collect(),
            Some(_) | None => words,
        };
        chances(&logits, weighing.as_well, weighing.by_words.saturating_sub(1))
    }
}

impl Meaning {
    /// What words and meaning say together.
    pub fn logit(&self, words: f32, likeness: f32) -> f32 {
        self.words * words + self.likeness * likeness + self.any
    }
}

/// The chances of candidates from their logits; `as_well` more items are as likely as the one at `like`.
pub fn chances(logits: &[f32], as_well: usize, like: usize) -> Chances {
    let highest = logits.iter().copied().fold(0.0, f32::max);
    let odds: Vec<f32> = logits.iter().map(|logit| (logit - highest).exp()).collect();
    let none = (-highest).exp();
    let others = as_well as f32 * odds.get(like).copied().unwrap_or(0.0);
    let all = odds.iter().sum::<f32>() + none + others;
    Chances { of: odds.iter().map(|odds| odds / all).collect(), none: none / all }
}

const WORDS: Evidence = Evidence {
    any: -3.63,
    exact: 1.70,
    whole: 1.72,
    covered: 3.40,
    head_only: -1.71,
    own: -0.25,
    kind: -1.26,
    option: -1.30,
    misfit: -1.47,
    other_dish: -1.33,
    language: -2.12,
    strange: -3.01,
    repaired: -8.25,
    shortened: -1.00,
    disordered: 0.10,
    one_word: -0.83,
    name_only: 1.38,
    telling: 2.61,
};

/// What the likeness counts, a row per model that was fitted.
const MEANING: &[(&str, Meaning)] =
    &[("static:minilm-l6-static-256", Meaning { words: 1.37, likeness: 0.93, any: -0.61 })];

/// The weights for a model.
pub fn fitted(embedding: &str) -> Weights {
    let meaning = MEANING.iter().find(|(id, _)| *id == embedding).map(|(_, meaning)| *meaning);
    Weights { words: WORDS, meaning }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_add_up_and_likely_items_take_from_one_another() {
        let one = chances(&[3.0], 0, 0);
        assert!((one.of[0] + one.none - 1.0).abs() < 1e-6 && one.of[0] > 0.9);
        let two = chances(&[3.0, 3.0], 0, 1);
        assert!(two.of[0] == two.of[1] && two.of[0] < 0.5);
        let many = chances(&[3.0, 3.0, -9.0], 8, 1);
        assert!(many.of[0] < 0.1 && many.none < 0.05);
        assert_eq!(chances(&[], 0, 0), Chances { of: Vec::new(), none: 1.0 });
        assert!(chances(&[200.0, -200.0], 0, 0).of[0] > 0.999);
    }
}
