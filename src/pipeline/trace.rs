//! What each stage decided, with score, runner-up, reason and time.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::affirm::Affirmed;
use super::classify::Classified;
use super::match_menu::{Decision, Match};
use super::parse::{ParsedOrder, Part, Role};
use crate::menu::Menu;

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
    /// What a language model said where the others were in doubt.
    SecondOpinion,
}

/// Collects what the stages decide, with the time each took.
pub(super) struct Trace {
    stages: Vec<StageTrace>,
    since: Instant,
}

impl Trace {
    pub fn new() -> Self {
        Self { stages: Vec::with_capacity(4), since: Instant::now() }
    }

    pub fn add(
        &mut self,
        stage: Stage,
        decision: String,
        score: f32,
        runner_up: Option<String>,
        reason: String,
    ) {
        let micros = u32::try_from(self.since.elapsed().as_micros()).unwrap_or(u32::MAX);
        self.stages.push(StageTrace { stage, decision, score, runner_up, reason, micros });
        self.since = Instant::now();
    }

    pub fn parsed(&mut self, order: &ParsedOrder) {
        let words = order.roles.iter().filter(|role| **role != Role::Mark).count();
        let left = order.roles.iter().filter(|role| **role == Role::Unplaced).count();
        let score = if words == 0 { 1.0 } else { 1.0 - left as f32 / words as f32 };
        let reason = format!("{left} of {words} words unplaced");
        self.add(Stage::Parse, format!("{} parts", order.parts.len()), score, None, reason);
    }

    pub fn matched(&mut self, menu: &Menu, matched: &[(&Part, Match)]) {
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

    pub fn classified(&mut self, classified: &Classified) {
        let decision = format!("{:?}", classified.category).to_lowercase();
        let runner_up = format!("{:?}", classified.runner_up).to_lowercase();
        self.add(Stage::Classify, decision, classified.score, Some(runner_up), classified.reason.clone());
    }

    pub fn affirmed(&mut self, affirmed: &Affirmed) {
        let decision = format!("{:?}", affirmed.kind).to_lowercase();
        self.add(Stage::Affirm, decision, affirmed.score, None, affirmed.reason.clone());
    }

    pub fn in_order(mut self) -> Vec<StageTrace> {
        self.stages.sort_by_key(|trace| trace.stage as u8);
        self.stages
    }
}
