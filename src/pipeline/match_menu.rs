//! Words to a menu item: exact name or alias, then telling words with spelling repaired and words cut short, then
//! meaning, together one score: how likely it is that the item is meant.

mod confusion;
mod evidence;
mod mention;
mod model;
mod nearest;
mod overlap;
mod parts;

use std::sync::Arc;

use moka::sync::Cache;

use crate::config::ReaderSettings;
use crate::embedding::{Embedding, Vector};
use crate::menu::Menu;

use super::Candidate;
use super::lexicon::{Lexicon, WordId};
use nearest::Nearest;

pub use confusion::Confusion;
pub use evidence::Evidence;
pub use mention::Mention;
pub use model::{Chances, Meaning, Weights, chances};

/// What some words mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Whether and which item.
    pub decision: Decision,
    /// The two nearest, best first: item index, and how likely it is meant.
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
    /// When it is less likely than this that anything on the menu is meant, nothing is.
    pub refuse: f32,
    /// The lead that the best must have over the second.
    pub margin: f32,
}

/// Since scores are chances, the thresholds follow from what mistakes cost (`evaluation::fit`): a wrong dish in the
/// kitchen as much as ten orders that a person looks at in vain, an order left among the enquiries as much as
/// three.
pub const THRESHOLDS: Thresholds = Thresholds { accept: 0.7, refuse: 0.1, margin: 0.08 };

impl Thresholds {
    /// Those of the settings, else the usual ones.
    pub fn of(settings: &ReaderSettings) -> Self {
        Self {
            accept: settings.accept.unwrap_or(THRESHOLDS.accept),
            refuse: settings.refuse.unwrap_or(THRESHOLDS.refuse),
            margin: settings.margin.unwrap_or(THRESHOLDS.margin),
        }
    }
}

/// Finds items for words.
pub struct Matcher {
    thresholds: Thresholds,
    weights: Weights,
    embedding: Embedding,
    nearest: Nearest,
    menu_vectors: Vec<Vector>,
    description_vectors: Vec<Vector>,
    phrases: Cache<String, Option<Arc<Phrase>>>,
}

/// What a phrase means.
struct Phrase {
    /// How near it comes to each item, 0 to 1.
    likeness: Vec<f32>,
    /// The items it comes nearest to, best first.
    nearest: Vec<usize>,
}

/// What the menu calls an item, and nothing else, was said: right in this share of the labelled orders.
const SAID_WHOLE: f32 = 0.99;

/// The noun of the one dish that has it was said and nothing else: right in this share of the labelled orders.
const ONLY_OF_ITS_KIND: f32 = 0.85;

/// "the rooibos", "six wings": the one item whose name ends in that word, which no other item has.
fn only_of_its_kind(lexicon: &Lexicon, mention: &Mention, weighing: &Weighing) -> Option<usize> {
    let [(item, of)] = weighing.items[..] else { return None };
    let word = mention.words.first()?.folded.as_str();
    let of_food = lexicon.is_food(word) || !lexicon.is_spelled(word);
    let only = weighing.as_well == 0 && of.telling > 0.0 && of.one_word > 0.0 && of.head_only > 0.0;
    (only && of.repaired == 0.0 && of_food).then_some(item)
}

/// The item whose name was said comes first, however much the words share with others.
fn said_whole(item: usize, found: &mut Vec<(usize, f32)>) {
    let chance = found.iter().find(|(other, _)| *other == item).map_or(0.0, |(_, chance)| *chance);
    found.retain(|(other, _)| *other != item);
    for (_, other) in found.iter_mut() {
        *other = other.min(1.0 - SAID_WHOLE);
    }
    found.insert(0, (item, chance.max(SAID_WHOLE)));
}

/// The items that some words may mean, and what speaks for each.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighing {
    /// The words.
    pub text: String,
    /// Item index and evidence.
    pub items: Vec<(usize, Evidence)>,
    /// So many of these share words; the others are only near.
    pub by_words: usize,
    /// So many further items share as many words as the last that does.
    pub as_well: usize,
    /// How near each comes in meaning, 0 to 1; empty without a model.
    pub likeness: Vec<f32>,
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
            thresholds: Thresholds::of(settings),
            weights: model::fitted(embedding.id()),
            embedding,
            nearest: Nearest::of(menu),
            menu_vectors,
            description_vectors,
            phrases: Cache::new(10_000),
        }
    }

    /// The item that words mean. Meaning finds candidates for a person; it never lifts one over the acceptance
    /// threshold, or an unknown word beside a known one ("coconut …") would be passed over in silence.
    pub fn find(&self, lexicon: &Lexicon, menu: &Menu, mention: &Mention) -> Match {
        let mut weighing = by_words(lexicon, menu, mention);
        let chances = self.weights.by_words(&weighing);
        let mut found = ranked(&weighing, &chances);
        let mut decision = self.decide(&found, &chances);
        if let [item] = mention.named[..] {
            said_whole(item, &mut found);
            decision = Decision::Item(item);
        }
        if let Some(item) = only_of_its_kind(lexicon, mention, &weighing) {
            found[0].1 = found[0].1.max(ONLY_OF_ITS_KIND);
            decision = Decision::Item(item);
        }
        if !matches!(decision, Decision::Item(_)) {
            self.add_near(lexicon, menu, mention, &mut weighing);
            let chances = self.weights.with_meaning(&weighing);
            found = ranked(&weighing, &chances);
            for (_, chance) in &mut found {
                *chance = chance.min(self.thresholds.accept - 0.01);
            }
            decision = self.decide(&found, &chances);
        }
        found.truncate(2);
        Match { decision, reason: reason(menu, decision, &found), candidates: found }
    }

    /// The items that some words may mean, for fitting what the evidence counts.
    pub fn weigh(&self, lexicon: &Lexicon, menu: &Menu, mention: &Mention) -> Weighing {
        let mut weighing = by_words(lexicon, menu, mention);
        self.add_near(lexicon, menu, mention, &mut weighing);
        weighing
    }

    /// What words mean that name a kind of dish only; `None` when at most one item is of that kind.
    pub fn find_kind(menu: &Menu, of_kind: &[usize]) -> Option<Match> {
        let chance = 1.0 / of_kind.len().max(1) as f32;
        let candidates: Vec<(usize, f32)> = of_kind.iter().take(2).map(|item| (*item, chance)).collect();
        let reason = reason(menu, Decision::Unsure, &candidates);
        (of_kind.len() > 1).then_some(Match { decision: Decision::Unsure, candidates, reason })
    }

    /// How near in meaning any of the phrases comes to anything that is sold here, 0 to 1; `None` without a
    /// model. Unlike a match it says only what kind of thing is spoken of.
    pub fn likeness(&self, phrases: &[&str]) -> Option<f32> {
        let vectors = self.embedding.embed(phrases)?;
        let sold = || self.menu_vectors.iter().chain(&self.description_vectors);
        vectors.iter().flat_map(|vector| sold().map(move |of| alike(of, vector))).reduce(f32::max)
    }

    /// The vector of a whole message, with the model it belongs to; `None` without a model.
    pub fn meaning(&self, text: &str) -> Option<(&str, Vector)> {
        let vector = self.embedding.embed(&[text])?.pop()?;
        Some((self.embedding.id(), vector))
    }

    fn decide(&self, found: &[(usize, f32)], chances: &Chances) -> Decision {
        let Some((item, best)) = found.first() else { return Decision::Nothing };
        let lead = best - found.get(1).map_or(0.0, |(_, chance)| *chance);
        if 1.0 - chances.none < self.thresholds.refuse {
            Decision::Nothing
        } else if *best >= self.thresholds.accept && lead >= self.thresholds.margin {
            Decision::Item(*item)
        } else {
            Decision::Unsure
        }
    }

    /// Adds the items that come nearest in meaning, or without a model in spelling, and how near all come.
    fn add_near(&self, lexicon: &Lexicon, menu: &Menu, mention: &Mention, weighing: &mut Weighing) {
        let phrase = self.phrase(&mention.text);
        let near = match &phrase {
            Some(phrase) => phrase.nearest.clone(),
            None if weighing.items.len() < 2 => self.nearest.to(&mention.text, 2),
            None => Vec::new(),
        };
        for item in near {
            if !weighing.items.iter().any(|(known, _)| *known == item) {
                weighing.items.push((item, evidence::evidence(lexicon, menu, mention, item)));
            }
        }
        if let Some(phrase) = phrase {
            weighing.likeness = weighing.items.iter().map(|(item, _)| phrase.likeness[*item]).collect();
        }
    }

    fn phrase(&self, text: &str) -> Option<Arc<Phrase>> {
        if self.menu_vectors.is_empty() {
            return None;
        }
        self.phrases.get_with(text.to_lowercase(), || {
            let vector = self.embedding.embed(&[text])?.into_iter().next()?;
            let likeness: Vec<f32> =
                self.menu_vectors.iter().map(|of| alike(of, &vector).clamp(0.0, 1.0)).collect();
            let mut nearest: Vec<usize> = (0..likeness.len()).collect();
            let order = |a: &usize, b: &usize| likeness[*b].total_cmp(&likeness[*a]).then(a.cmp(b));
            if nearest.len() > 2 {
                nearest.select_nth_unstable_by(1, order);
                nearest.truncate(2);
            }
            nearest.sort_unstable_by(order);
            Some(Arc::new(Phrase { likeness, nearest }))
        })
    }
}

fn alike(a: &Vector, b: &Vector) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The items that share words with a mention, those with most first.
fn by_words(lexicon: &Lexicon, menu: &Menu, mention: &Mention) -> Weighing {
    let words = mention.menu_words();
    let (found, mut as_well) = lexicon.covered(&words);
    let mut items: Vec<usize> = found.into_iter().map(|covered| covered.item).collect();
    let mut add = |item: usize| {
        if !items.contains(&item) {
            items.push(item);
        }
    };
    for (at, short_for) in mention.short_forms() {
        let mut meant = words.clone();
        meant[at] = Some(short_for);
        lexicon.covered(&meant).0.iter().for_each(|covered| add(covered.item));
    }
    mention.named.iter().take(MOST_NAMED).for_each(|item| add(*item));
    as_well += mention.named.len().saturating_sub(MOST_NAMED);
    let weighed = |item: usize| (item, evidence::evidence(lexicon, menu, mention, item));
    let items: Vec<(usize, Evidence)> = items.into_iter().map(weighed).collect();
    Weighing { text: mention.text.clone(), by_words: items.len(), items, as_well, likeness: Vec::new() }
}

/// Items of one name that are looked at.
const MOST_NAMED: usize = 4;

fn ranked(weighing: &Weighing, chances: &Chances) -> Vec<(usize, f32)> {
    let items = weighing.items.iter().map(|(item, _)| *item);
    let mut ranked: Vec<(usize, f32)> = items.zip(chances.of.iter().copied()).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranked
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

#[cfg(test)]
mod tests;
