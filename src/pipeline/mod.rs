//! The path of a message: classify, affirm, parse, match, register, notify.

mod reading;

pub mod words;

pub mod affirm;
pub mod classify;
pub mod match_menu;
pub mod parse;
mod requests;
pub mod settle;
pub mod turns;

pub mod confirm;
pub mod moments;

pub mod notify;
pub mod prices;
pub mod register;

pub mod cues;
pub mod grammar;
pub mod lexicon;
mod spelling;

pub use reading::*;

use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::config::{PoliteRequests, ReaderSettings};
use crate::embedding::Embedding;
use crate::menu::Menu;

use affirm::{Affirmation, Affirmed};
use classify::evidence::evidence;
use classify::{Categories, Classified, Signals};
use cues::Cue;
use grammar::facts::{Fact, facts};
use grammar::phrasebook::{Phrasebook, Phrasebooks};
use lexicon::Lexicon;
use match_menu::{Decision, Match, Matcher};
use parse::{ParsedOrder, Part, Role};
use settle::Settled;
use words::Token;

/// A menu and settings, compiled for reading messages. Cheap to share as `Arc`; safe from any thread.
pub struct Reader {
    menu: Menu,
    settings: ReaderSettings,
    lexicon: Lexicon,
    matcher: Matcher,
    facts: Phrasebook<Fact>,
    cues: Phrasebooks<Cue>,
    ways: Phrasebooks<Affirmation>,
    categories: Categories,
}

/// What was understood, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The message, understood.
    pub reading: Reading,
    /// What each stage decided, in order.
    pub stages: Vec<StageTrace>,
}

/// What one stage decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageTrace {
    /// Which stage.
    pub stage: Stage,
    /// What it decided.
    pub decision: String,
    /// 0 to 1.
    pub score: f32,
    /// The next best decision.
    pub runner_up: Option<String>,
    /// Why, in a few words.
    pub reason: String,
    /// How long it took, in microseconds.
    pub micros: u32,
}

/// The stages of understanding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// What kind of message it is.
    Classify,
    /// Whether an order is meant.
    Affirm,
    /// The parts of the order.
    Parse,
    /// Parts to menu items.
    Match,
}

impl Reader {
    /// Compiles the menu and embeds it once.
    pub fn new(menu: Menu, settings: ReaderSettings, embedding: Embedding) -> Self {
        let facts = facts();
        let lexicon = Lexicon::new(&menu);
        let matcher = Matcher::new(&menu, &settings, embedding);
        Self {
            menu,
            settings,
            lexicon,
            matcher,
            facts,
            cues: cues::cues(),
            ways: affirm::ways(),
            categories: Categories::fitted(),
        }
    }

    /// The menu it reads by.
    pub fn menu(&self) -> &Menu {
        &self.menu
    }

    /// Understands one message. Writes nothing; the same message gives the same reading.
    pub fn read(&self, text: &str) -> Read {
        self.read_as(text, self.settings.polite_requests)
    }

    /// As [`Reader::read`], with another answer to what a request in question form is.
    pub fn read_as(&self, text: &str, polite_requests: PoliteRequests) -> Read {
        let mut trace = Trace::new();
        let (tokens, order) = self.parse(text);
        trace.parsed(&order);
        let matched = self.match_parts(text, &tokens, &order);
        trace.matched(&self.menu, &matched);
        let signals = self.signals(text, &tokens, &order, &matched);
        let affirmed = affirm::affirm(&tokens, &self.ways, &signals, polite_requests);
        let rules = classify::classify(&signals);
        let evidence =
            evidence(&tokens, &order, &matched, &self.lexicon, &signals, affirmed.kind, rules.category);
        let classified = self.categories.decide(rules, &signals, &evidence, || self.matcher.meaning(text));
        let classified = recast(classified, &affirmed);
        trace.classified(&classified);
        trace.affirmed(&affirmed);
        let settled = settle::settle(text, &tokens, &self.menu, &matched);
        let mut reading = self.conclude(text, &tokens, &order, settled, &classified, &affirmed);
        hold_back(&mut reading, &signals);
        Read { reading, stages: trace.in_order() }
    }

    /// What a message shows of its category, as names of features: see [`classify::evidence`].
    pub fn evidence(&self, text: &str) -> Vec<String> {
        let (tokens, order) = self.parse(text);
        let matched = self.match_parts(text, &tokens, &order);
        let signals = self.signals(text, &tokens, &order, &matched);
        let affirmed = affirm::affirm(&tokens, &self.ways, &signals, self.settings.polite_requests);
        let rules = classify::classify(&signals);
        evidence(&tokens, &order, &matched, &self.lexicon, &signals, affirmed.kind, rules.category)
    }

    fn signals(
        &self,
        text: &str,
        tokens: &[Token],
        order: &ParsedOrder,
        matched: &[(&Part, Match)],
    ) -> Signals {
        let found: Vec<&Part> =
            matched.iter().filter(|(_, m)| m.decision != Decision::Nothing).map(|(part, _)| *part).collect();
        let mut signals = classify::signals(tokens, &self.cues, order, &found);
        if found.is_empty() && !matched.is_empty() {
            signals.likeness = self.likeness(text, tokens, order);
        }
        signals
    }

    /// Words to the parts of an order; what is no dish after all is none of them.
    fn parse(&self, text: &str) -> (Vec<Token>, ParsedOrder) {
        let speaks = |word: &str| self.facts.is_word(word);
        let mut tokens = self.lexicon.cut_joined(text, words::tokens(text), speaks);
        self.lexicon.mend_small_words(&mut tokens, speaks);
        let mut order = parse::parse(&tokens, &self.lexicon, &self.facts);
        order.parts.iter_mut().for_each(|part| part.quantity = part.quantity.max(1));
        self.drop_asides(text, &tokens, &mut order);
        (tokens, order)
    }

    /// Category, affirmation and lines to an outcome.
    fn conclude(
        &self,
        text: &str,
        tokens: &[Token],
        order: &ParsedOrder,
        settled: Settled,
        classified: &Classified,
        affirmed: &Affirmed,
    ) -> Reading {
        let ordered = classified.category == Category::Order && affirmed.meant;
        let (outcome, reason) = match classified.category {
            Category::Order if affirmed.meant => settle::outcome(&settled, order, tokens, &self.settings),
            Category::Order => (Outcome::Enquiry, affirmed.reason.clone()),
            Category::Enquiry => (Outcome::Enquiry, classified.reason.clone()),
            Category::Miscellaneous => (Outcome::Miscellaneous, classified.reason.clone()),
        };
        let weakest = settled.lines.iter().map(|line| line.score).fold(1.0, f32::min);
        let confidence = classified.score.min(affirmed.score).min(if ordered { weakest } else { 1.0 });
        Reading {
            text: text.to_owned(),
            category: classified.category,
            affirmed: ordered,
            outcome,
            reason,
            confidence,
            parsed_by: ParsedBy::Grammar,
            lines: settled.lines,
            unmatched: settled.unmatched,
            phrases: phrases(text, tokens, order),
            unplaced: unplaced(text, tokens, order),
            fulfilment: fulfilment(text, tokens, order),
            customer_name: order.name.clone().map(|at| settle::said(text, tokens, &at.collect::<Vec<_>>())),
        }
    }
}

/// Dishes that somebody else has, or would have, make no order of a message.
fn recast(classified: Classified, affirmed: &Affirmed) -> Classified {
    let category = match affirmed.kind {
        Affirmation::Told => Category::Miscellaneous,
        Affirmation::Whether => Category::Enquiry,
        Affirmation::Stated | Affirmation::Polite | Affirmation::Question | Affirmation::NotMeant => {
            return classified;
        }
    };
    if classified.category != Category::Order {
        return classified;
    }
    Classified {
        category,
        runner_up: Category::Order,
        score: affirmed.score,
        reason: affirmed.reason.clone(),
    }
}

/// An order that says more than an order waits for a person.
fn hold_back(reading: &mut Reading, signals: &Signals) {
    if reading.outcome != Outcome::Order {
        return;
    }
    let reason = if signals.asks_apart {
        "it orders, and asks something as well"
    } else if signals.of(Cue::Books) > 0 && reading.fulfilment.kind != Some(FulfilmentKind::DineIn) {
        "it orders, and speaks of a table as well"
    } else {
        return;
    };
    reading.outcome = Outcome::Review;
    reason.clone_into(&mut reading.reason);
}

/// Neighbouring words of one kind, as one phrase.
fn phrases(text: &str, tokens: &[Token], order: &ParsedOrder) -> Vec<Phrase> {
    let mut phrases: Vec<(PhraseKind, Vec<usize>)> = Vec::new();
    for (place, role) in order.roles.iter().enumerate() {
        let Role::Phrase(kind) = role else { continue };
        match phrases.last_mut() {
            Some((same, places)) if same == kind && places.last() == Some(&(place.wrapping_sub(1))) => {
                places.push(place);
            }
            Some(_) | None => phrases.push((*kind, vec![place])),
        }
    }
    phrases
        .into_iter()
        .map(|(kind, places)| Phrase { text: settle::said(text, tokens, &places), kind })
        .collect()
}

/// Neighbouring words that were not understood, together.
fn unplaced(text: &str, tokens: &[Token], order: &ParsedOrder) -> Vec<String> {
    let places: Vec<usize> = order
        .roles
        .iter()
        .enumerate()
        .filter(|(_, role)| **role == Role::Unplaced)
        .map(|(at, _)| at)
        .collect();
    places.chunk_by(|a, b| a + 1 == *b).map(|run| settle::said(text, tokens, run)).collect()
}

fn fulfilment(text: &str, tokens: &[Token], order: &ParsedOrder) -> Fulfilment {
    let times: Vec<String> =
        order.times.iter().map(|at| settle::said(text, tokens, &at.clone().collect::<Vec<_>>())).collect();
    Fulfilment {
        kind: order.fulfilment.kind,
        time_text: (!times.is_empty()).then(|| times.join(" ")),
        time: None,
        address_text: order.address.clone().map(|bytes| text[bytes].to_owned()),
    }
}

/// Collects what the stages decide, with the time each took.
struct Trace {
    stages: Vec<StageTrace>,
    since: Instant,
}

impl Trace {
    fn new() -> Self {
        Self { stages: Vec::with_capacity(4), since: Instant::now() }
    }

    fn add(&mut self, stage: Stage, decision: String, score: f32, runner_up: Option<String>, reason: String) {
        let micros = u32::try_from(self.since.elapsed().as_micros()).unwrap_or(u32::MAX);
        self.stages.push(StageTrace { stage, decision, score, runner_up, reason, micros });
        self.since = Instant::now();
    }

    fn parsed(&mut self, order: &ParsedOrder) {
        let words = order.roles.iter().filter(|role| **role != Role::Mark).count();
        let left = order.roles.iter().filter(|role| **role == Role::Unplaced).count();
        let score = if words == 0 { 1.0 } else { 1.0 - left as f32 / words as f32 };
        let reason = format!("{left} of {words} words unplaced");
        self.add(Stage::Parse, format!("{} parts", order.parts.len()), score, None, reason);
    }

    fn matched(&mut self, menu: &Menu, matched: &[(&Part, Match)]) {
        let name = |at: usize| menu.items[at].name.clone();
        let weakest = matched.iter().min_by(|a, b| a.1.score().total_cmp(&b.1.score()));
        let decision = matched
            .iter()
            .map(|(part, found)| match found.decision {
                Decision::Item(item) => format!("{} {}", part.quantity, name(item)),
                Decision::Unsure => "unsure".to_owned(),
                Decision::Nothing => "nothing".to_owned(),
            })
            .collect::<Vec<_>>()
            .join(", ");
        let runner_up = weakest.and_then(|(_, found)| found.candidates.get(1)).map(|(item, _)| name(*item));
        let reason = weakest.map_or_else(|| "no parts".to_owned(), |(_, found)| found.reason.clone());
        self.add(Stage::Match, decision, weakest.map_or(0.0, |(_, found)| found.score()), runner_up, reason);
    }

    fn classified(&mut self, classified: &Classified) {
        let decision = format!("{:?}", classified.category).to_lowercase();
        let runner_up = format!("{:?}", classified.runner_up).to_lowercase();
        self.add(Stage::Classify, decision, classified.score, Some(runner_up), classified.reason.clone());
    }

    fn affirmed(&mut self, affirmed: &Affirmed) {
        let decision = format!("{:?}", affirmed.kind).to_lowercase();
        self.add(Stage::Affirm, decision, affirmed.score, None, affirmed.reason.clone());
    }

    fn in_order(mut self) -> Vec<StageTrace> {
        self.stages.sort_by_key(|trace| trace.stage as u8);
        self.stages
    }
}

#[cfg(test)]
mod tests;
