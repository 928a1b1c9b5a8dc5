//! The path of a message: classify, affirm, parse, match, register, notify.

mod reading;
mod trace;

pub mod words;

pub mod affirm;
pub mod classify;
pub mod match_menu;
pub mod parse;
mod requests;
pub mod settle;
pub mod turns;

pub mod second_opinion;

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
pub use trace::{Stage, StageTrace};

use std::sync::OnceLock;

use crate::config::{PoliteRequests, ReaderSettings};
use crate::embedding::Embedding;
use crate::llm::Call;
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
use second_opinion::MenuPrompt;
use settle::{Doubt, Settled, Verdict};
use trace::Trace;
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
    menu_prompt: OnceLock<MenuPrompt>,
}

/// Under this the kind of a message is in doubt.
const UNSURE: f32 = 0.6;

/// What was understood, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The message, understood.
    pub reading: Reading,
    /// What each stage decided, in order.
    pub stages: Vec<StageTrace>,
    /// What was not understood, and a second reader might.
    pub doubt: Option<Doubt>,
    /// What a language model was asked about it.
    pub calls: Vec<Call>,
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
            menu_prompt: OnceLock::new(),
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
        let trace = Trace::new();
        let (tokens, order) = self.parse(text);
        self.understand(text, &tokens, &order, polite_requests, trace)
    }

    /// What becomes of an order whose words found their parts, whoever found them.
    fn understand(
        &self,
        text: &str,
        tokens: &[Token],
        order: &ParsedOrder,
        polite_requests: PoliteRequests,
        mut trace: Trace,
    ) -> Read {
        trace.parsed(order);
        let matched = self.match_parts(text, tokens, order);
        trace.matched(&self.menu, &matched);
        let signals = self.signals(text, tokens, order, &matched);
        let affirmed = affirm::affirm(tokens, &self.ways, &signals, polite_requests);
        let rules = classify::classify(&signals);
        let evidence =
            evidence(tokens, order, &matched, &self.lexicon, &signals, affirmed.kind, rules.category);
        let classified = self.categories.decide(rules, &signals, &evidence, || self.matcher.meaning(text));
        let classified = recast(classified, &affirmed);
        trace.classified(&classified);
        trace.affirmed(&affirmed);
        let settled = settle::settle(text, tokens, &self.menu, &matched);
        let (mut reading, doubt) = self.conclude(text, tokens, order, settled, &classified, &affirmed);
        hold_back(&mut reading, &signals);
        Read { reading, stages: trace.in_order(), doubt, calls: Vec::new() }
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
    ) -> (Reading, Option<Doubt>) {
        let ordered = classified.category == Category::Order && affirmed.meant;
        let unsure = (classified.score < UNSURE).then_some(Doubt::Category);
        let none = |outcome, reason: &str| Verdict { outcome, reason: reason.to_owned(), doubt: unsure };
        let Verdict { outcome, reason, doubt } = match classified.category {
            Category::Order if affirmed.meant => settle::outcome(&settled, order, tokens, &self.settings),
            Category::Order => none(Outcome::Enquiry, &affirmed.reason),
            Category::Enquiry => none(Outcome::Enquiry, &classified.reason),
            Category::Miscellaneous => none(Outcome::Miscellaneous, &classified.reason),
        };
        // An order that may be none is looked at before its words are.
        let doubt = if outcome == Outcome::Order { unsure.or(doubt) } else { doubt };
        let weakest = settled.lines.iter().map(|line| line.score).fold(1.0, f32::min);
        let confidence = classified.score.min(affirmed.score).min(if ordered { weakest } else { 1.0 });
        let reading = Reading {
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
            second_opinion: None,
        };
        (reading, doubt)
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

#[cfg(test)]
mod tests;
