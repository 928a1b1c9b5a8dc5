//! Words to a menu item: exact name or alias, then telling words, then embedding, in one score.

use moka::sync::Cache;

use crate::config::ReaderSettings;
use crate::embedding::{Embedding, Vector};
use crate::menu::Menu;

use super::Candidate;
use super::lexicon::{Lexicon, WordId};

/// What some words mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Whether and which item.
    pub decision: Decision,
    /// At most two, best first: item index and score.
    pub candidates: Vec<(usize, f32)>,
    /// Why, in a few words.
    pub reason: String,
}

impl Match {
    /// Of the best candidate.
    pub fn score(&self) -> f32 {
        self.candidates.first().map_or(0.0, |(_, score)| *score)
    }
}

/// Whether words name an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Surely this item (index into `Menu::items`).
    Item(usize),
    /// Perhaps: a person decides between the candidates.
    Unsure,
    /// Nothing on the menu.
    Nothing,
}

/// From where on a score is believed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// At or above it the best candidate is the item.
    pub accept: f32,
    /// Under it nothing fits.
    pub refuse: f32,
    /// The lead that the best must have over the second.
    pub margin: f32,
}

/// Fitted with `chit menu fit`, a row per embedding; the first row is for none.
const FITTED: &[(&str, Thresholds)] = &[
    ("off", Thresholds { accept: 0.72, refuse: 0.40, margin: 0.08 }),
    ("static:minilm-l6-static-256", Thresholds { accept: 0.72, refuse: 0.42, margin: 0.08 }),
];

impl Thresholds {
    /// Those of the settings, else the fitted ones of the embedding.
    pub fn of(settings: &ReaderSettings, embedding: &str) -> Self {
        let fitted =
            FITTED.iter().find(|(id, _)| *id == embedding).map_or(FITTED[0].1, |(_, fitted)| *fitted);
        Self {
            accept: settings.accept.unwrap_or(fitted.accept),
            refuse: settings.refuse.unwrap_or(fitted.refuse),
            margin: settings.margin.unwrap_or(fitted.margin),
        }
    }
}

/// Finds items for words.
pub struct Matcher {
    thresholds: Thresholds,
    embedding: Embedding,
    menu_vectors: Vec<Vector>,
    description_vectors: Vec<Vector>,
    phrase_vectors: Cache<String, Option<Vector>>,
}

impl Matcher {
    /// Embeds the menu once.
    pub fn new(menu: &Menu, settings: &ReaderSettings, embedding: Embedding) -> Self {
        let names: Vec<&str> = menu.items.iter().map(|item| item.name.as_str()).collect();
        let menu_vectors = embedding.embed(&names).unwrap_or_default();
        let descriptions: Vec<&str> =
            menu.items.iter().map(|item| item.description.as_str()).filter(|text| !text.is_empty()).collect();
        let description_vectors = embedding.embed(&descriptions).unwrap_or_default();
        Self {
            thresholds: Thresholds::of(settings, embedding.id()),
            embedding,
            menu_vectors,
            description_vectors,
            phrase_vectors: Cache::new(10_000),
        }
    }

    /// The item that words mean. `text` is what the customer wrote, `named` the items of exactly this name
    /// (none: to be found), `words` the menu's words in it.
    pub fn find(
        &self,
        lexicon: &Lexicon,
        menu: &Menu,
        text: &str,
        named: &[usize],
        words: &[Option<WordId>],
    ) -> Match {
        let mut scored = scores(lexicon, words);
        if let [item] = named {
            exactly(*item, &mut scored);
        }
        let best = scored.first().map_or(0.0, |(_, score)| *score);
        if best < self.thresholds.accept && !self.menu_vectors.is_empty() {
            scored = self.with_meaning(text, scored);
        }
        scored.truncate(2);
        let decision = self.decide(&scored);
        Match { decision, reason: reason(menu, decision, &scored), candidates: scored }
    }

    /// What words mean that name a kind of dish only; `None` when at most one item is of that kind.
    pub fn find_kind(menu: &Menu, of_kind: &[usize]) -> Option<Match> {
        let candidates: Vec<(usize, f32)> = of_kind.iter().take(2).map(|item| (*item, 0.7)).collect();
        let reason = reason(menu, Decision::Unsure, &candidates);
        (of_kind.len() > 1).then_some(Match { decision: Decision::Unsure, candidates, reason })
    }

    /// How near in meaning any of the phrases comes to anything that is sold here, 0 to 1; `None` without a
    /// model. Unlike a match it says only what kind of thing is spoken of.
    pub fn likeness(&self, phrases: &[&str]) -> Option<f32> {
        let vectors = self.embedding.embed(phrases)?;
        let sold = || self.menu_vectors.iter().chain(&self.description_vectors);
        let alike = |of: &Vector, vector: &Vector| of.iter().zip(vector).map(|(a, b)| a * b).sum::<f32>();
        vectors.iter().flat_map(|vector| sold().map(move |of| alike(of, vector))).reduce(f32::max)
    }

    /// The vector of a whole message, with the model it belongs to; `None` without a model.
    pub fn meaning(&self, text: &str) -> Option<(&str, Vector)> {
        let vector = self.embedding.embed(&[text])?.pop()?;
        Some((self.embedding.id(), vector))
    }

    fn decide(&self, scored: &[(usize, f32)]) -> Decision {
        let Some((item, best)) = scored.first() else { return Decision::Nothing };
        let lead = best - scored.get(1).map_or(0.0, |(_, score)| *score);
        if *best < self.thresholds.refuse {
            Decision::Nothing
        } else if *best >= self.thresholds.accept && lead >= self.thresholds.margin {
            Decision::Item(*item)
        } else {
            Decision::Unsure
        }
    }

    /// Meaning finds candidates for a person; it never lifts one over the acceptance threshold, or an unknown
    /// word beside a known one ("coconut …") would be passed over in silence.
    fn with_meaning(&self, text: &str, spelled: Vec<(usize, f32)>) -> Vec<(usize, f32)> {
        let vector = self.phrase_vectors.get_with(text.to_lowercase(), || {
            self.embedding.embed(&[text]).and_then(|vectors| vectors.into_iter().next())
        });
        let Some(vector) = vector else { return spelled };
        let ceiling = self.thresholds.accept - 0.01;
        let mut scored: Vec<(usize, f32)> = self
            .menu_vectors
            .iter()
            .enumerate()
            .map(|(item, of)| {
                let alike: f32 = of.iter().zip(&vector).map(|(a, b)| a * b).sum();
                let by_words = spelled.iter().find(|(i, _)| *i == item).map_or(0.0, |(_, score)| *score);
                let mixed = (0.5 * by_words + 0.5 * alike.clamp(0.0, 1.0)).min(ceiling);
                (item, by_words.max(mixed))
            })
            .collect();
        scored.sort_by(|a, b| b.1.total_cmp(&a.1));
        scored
    }
}

/// A name said whole leaves the others behind, however many words they share.
fn exactly(item: usize, scored: &mut Vec<(usize, f32)>) {
    scored.retain(|(other, _)| *other != item);
    for (_, score) in scored.iter_mut() {
        *score *= 0.8;
    }
    scored.insert(0, (item, 1.0));
}

/// The items that share most words with the phrase, best first. A name or alias said whole scores 1.
pub fn scores(lexicon: &Lexicon, words: &[Option<WordId>]) -> Vec<(usize, f32)> {
    lexicon.covered(words).0.into_iter().map(|covered| (covered.item, covered.score)).collect()
}

fn reason(menu: &Menu, decision: Decision, scored: &[(usize, f32)]) -> String {
    let name = |at: usize| scored.get(at).map_or("", |(item, _)| menu.items[*item].name.as_str());
    match decision {
        Decision::Item(_) => format!("its words name {}", name(0)),
        Decision::Unsure if scored.len() > 1 => format!("could be {} or {}", name(0), name(1)),
        Decision::Unsure => format!("could be {}", name(0)),
        Decision::Nothing => "nothing on the menu fits".to_owned(),
    }
}

/// Candidates as they are shown.
pub fn shown(menu: &Menu, candidates: &[(usize, f32)]) -> Vec<Candidate> {
    candidates
        .iter()
        .map(|(item, score)| Candidate {
            item: menu.items[*item].name.clone(),
            score: (score * 100.0).round() / 100.0,
        })
        .collect()
}
