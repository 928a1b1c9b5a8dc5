//! A language model, asked where the grammar is in doubt, and never trusted: it can say what words are, choose between
//! two dishes that our own matcher holds possible, or read the whole order, and each answer is held against the message,
//! the menu and the rules of the house by the code that reads every order. What does not hold changes nothing but that
//! the person who decides sees it. It has no tools, and prices, totals and states are not its business.

mod asking;
mod bounds;
mod narrow;
mod place;
mod prompt;
mod resolve;
mod whole;
mod wrong;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::parse::ParsedOrder;
use super::settle::Doubt;
use super::trace::{Stage, StageTrace, Trace};
use super::words::Token;
use super::{Category, Opinion, Outcome, ParsedBy, Read, Reader};
use crate::config::{Parser, PoliteRequests, Settings};
use crate::llm::{Kept, Llm};
use asking::Asking;
pub use prompt::MenuPrompt;
use resolve::Step;
use whole::{WholeReading, whole};

/// Longer messages are left to a person, in bytes.
const LONGEST: usize = 2000;

/// Doubts that are resolved one after the other in one message.
const ROUNDS: usize = 3;

/// A language model and when to ask it. Cheap to clone.
#[derive(Clone)]
pub struct SecondOpinion {
    llm: Llm,
    always: bool,
    deadline: Duration,
}

impl SecondOpinion {
    /// What the settings ask for; `None` when the grammar reads alone.
    ///
    /// # Errors
    /// The model that they name can't be used.
    pub fn open(settings: &Settings, kept: Kept) -> Result<Option<Arc<Self>>> {
        let parser = settings.parser();
        if parser == Parser::Grammar {
            return Ok(None);
        }
        let deadline = Duration::from_secs(settings.llm.deadline_seconds.into());
        let llm = Llm::open(&settings.llm, kept)?;
        Ok(llm.map(|llm| Arc::new(Self { llm, always: parser == Parser::Llm, deadline })))
    }

    /// The model that is asked.
    pub fn llm(&self) -> &Llm {
        &self.llm
    }

    /// Whether the model is to be asked about a message that the grammar has read: not while it is left alone after
    /// failures, for then the grammar's reading stands.
    pub fn is_wanted(&self, reader: &Reader, read: &Read) -> bool {
        let text = &read.reading.text;
        text.len() <= LONGEST
            && (self.always && reader.has_words(text)
                || read.doubt.is_some_and(|d| reader.may_resolve(text, d)))
            && !self.llm.is_resting()
    }

    /// The reading with what the model makes of it, after the deadline at the latest. `first` is the grammar's, and
    /// stands where the model has no answer that holds.
    pub async fn read(&self, reader: &Reader, first: Read, polite_requests: PoliteRequests) -> Read {
        let begun = Instant::now();
        let text = first.reading.text.clone();
        let mut asking = Asking::new(&self.llm, &text, begun + self.deadline);
        let mut read = if self.always {
            read_whole(reader, &mut asking, first, polite_requests).await
        } else {
            resolve_doubts(reader, &mut asking, first, polite_requests).await
        };
        let opinion = read.reading.second_opinion.get_or_insert_default();
        if let Some(fault) = &asking.fault {
            opinion.remarks.push(fault.to_string());
        }
        let decision = if opinion.taken { "taken" } else { "not taken" };
        read.stages.push(StageTrace {
            stage: Stage::SecondOpinion,
            decision: format!("{decision}: {}", asking.model()),
            score: if opinion.taken { 1.0 } else { 0.0 },
            runner_up: None,
            reason: opinion.remarks.join("; "),
            micros: u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX),
        });
        read.calls = asking.calls;
        read
    }
}

/// The grammar's order, with one doubt after the other resolved for as long as the model can.
async fn resolve_doubts(
    reader: &Reader,
    asking: &mut Asking<'_>,
    first: Read,
    polite: PoliteRequests,
) -> Read {
    let text = first.reading.text.clone();
    let (tokens, mut order) = reader.parse(&text);
    let mut read = first.clone();
    let mut remarks = Vec::new();
    for _ in 0..ROUNDS {
        let step = match read.doubt {
            None => break,
            Some(Doubt::Category) => return settle_category(asking, first).await,
            Some(Doubt::Unplaced) if remarks.is_empty() => {
                return place_words(reader, asking, first, &tokens, &order, polite).await;
            }
            Some(Doubt::Unplaced) => break,
            Some(doubt @ (Doubt::Item | Doubt::Beside)) => {
                resolve::words(reader, asking, &tokens, &order, doubt).await
            }
            Some(Doubt::Number) => resolve::number(reader, asking, &tokens, &order).await,
            Some(Doubt::Structure) => resolve::structure(reader, asking, &tokens, &order).await,
        };
        match step {
            Step::Resolved { order: resolved, remark } => {
                remarks.push(remark);
                order = *resolved;
                read = reader.understand(&text, &tokens, &order, polite, Trace::new());
            }
            Step::Open { remark, whole } => {
                remarks.extend(remark);
                let lines =
                    whole.map(|order| reader.understand(&text, &tokens, &order, polite, Trace::new()));
                let lines = lines.map_or_else(Vec::new, |read| read.reading.lines);
                return with_opinion(first, Opinion { taken: false, remarks, lines });
            }
        }
    }
    if read.doubt.is_some_and(|doubt| doubt != Doubt::Unplaced) {
        return with_opinion(first, Opinion { taken: false, remarks, lines: read.reading.lines });
    }
    let against = match read.reading.outcome {
        // Words that a model talked away may have been what made it no order.
        Outcome::Order => match narrow::category(asking).await {
            Some(Category::Order) => None,
            Some(_) => Some("but it does not take it for an order"),
            None => Some("but it did not say whether it is an order"),
        },
        Outcome::Review => None,
        // A message that a person was to see is not hidden on a model's word.
        Outcome::Enquiry | Outcome::Miscellaneous => Some("but without them it is no order"),
    };
    if let Some(against) = against {
        remarks.push(against.to_owned());
        return with_opinion(first, Opinion { taken: false, remarks, lines: Vec::new() });
    }
    read.reading.parsed_by = ParsedBy::Llm;
    with_opinion(read, Opinion { taken: true, remarks, lines: Vec::new() })
}

/// An order stays one, whatever is said of the words in it that found no place.
async fn place_words(
    reader: &Reader,
    asking: &mut Asking<'_>,
    first: Read,
    tokens: &[Token],
    order: &ParsedOrder,
    polite: PoliteRequests,
) -> Read {
    let (placed, remarks) = resolve::unplaced(asking, tokens, order).await;
    let mut read = reader.understand(asking.text, tokens, &placed, polite, Trace::new());
    let taken = placed.roles != order.roles && read.reading.outcome == first.reading.outcome;
    if taken {
        read.reading.parsed_by = ParsedBy::Llm;
    }
    with_opinion(if taken { read } else { first }, Opinion { taken, remarks, lines: Vec::new() })
}

/// The last word on the kind of a message that neither rules nor fitted weights are sure of. It makes no order of one:
/// that is for a person.
async fn settle_category(asking: &mut Asking<'_>, mut first: Read) -> Read {
    let said = narrow::category(asking).await;
    let reading = &mut first.reading;
    let ordered = matches!(reading.outcome, Outcome::Order | Outcome::Review);
    let (outcome, remark) = match said {
        None => (reading.outcome, "no answer".to_owned()),
        Some(category) if category == reading.category => (reading.outcome, "it agrees".to_owned()),
        Some(Category::Enquiry | Category::Miscellaneous) if ordered => {
            (Outcome::Review, "it takes it for no order".to_owned())
        }
        Some(Category::Order) if !reading.lines.is_empty() => {
            (Outcome::Review, "it takes it for an order".to_owned())
        }
        Some(Category::Order) => (Outcome::Enquiry, "it takes it for an order".to_owned()),
        Some(Category::Enquiry) => (Outcome::Enquiry, "it takes it for a question".to_owned()),
        Some(Category::Miscellaneous) => (reading.outcome, "it takes it for neither".to_owned()),
    };
    let taken = said.is_some();
    if outcome != reading.outcome {
        reading.outcome = outcome;
        reading.reason = format!("its kind is in doubt; a language model was asked, and {remark}");
        reading.category = if outcome == Outcome::Review { Category::Order } else { Category::Enquiry };
    }
    with_opinion(first, Opinion { taken, remarks: vec![remark], lines: Vec::new() })
}

/// The model's own reading of the whole order, where it holds; else the grammar's.
async fn read_whole(reader: &Reader, asking: &mut Asking<'_>, first: Read, polite: PoliteRequests) -> Read {
    let text = first.reading.text.clone();
    let (tokens, order) = reader.parse(&text);
    match whole(asking, reader, &tokens, &order).await {
        WholeReading::Order(order) => {
            let mut read = reader.understand(&text, &tokens, &order, polite, Trace::new());
            read.reading.parsed_by = ParsedBy::Llm;
            with_opinion(read, Opinion { taken: true, remarks: Vec::new(), lines: Vec::new() })
        }
        WholeReading::Not(category) => {
            let remark = "the language model sees no order in it".to_owned();
            let mut read = first;
            let reading = &mut read.reading;
            let ordered = matches!(reading.outcome, Outcome::Order | Outcome::Review);
            if ordered {
                reading.outcome = Outcome::Review;
                reading.reason.clone_from(&remark);
            } else {
                // Nothing that the grammar would have answered is hidden on a model's word.
                if category == Category::Enquiry {
                    (reading.category, reading.outcome) = (category, Outcome::Enquiry);
                }
                reading.parsed_by = ParsedBy::Llm;
            }
            with_opinion(read, Opinion { taken: !ordered, remarks: vec![remark], lines: Vec::new() })
        }
        WholeReading::Wrong(why) => {
            with_opinion(first, Opinion { taken: false, remarks: vec![why], lines: Vec::new() })
        }
    }
}

fn with_opinion(mut read: Read, opinion: Opinion) -> Read {
    read.reading.second_opinion = Some(opinion);
    read
}

impl Reader {
    /// What a model is told of this menu; made when first asked for.
    pub(in crate::pipeline) fn menu_prompt(&self) -> &MenuPrompt {
        self.menu_prompt.get_or_init(|| MenuPrompt::of(&self.menu))
    }

    fn has_words(&self, text: &str) -> bool {
        super::words::tokens(text).iter().any(Token::is_word)
    }

    /// Whether anything that a model could say might resolve the doubt.
    fn may_resolve(&self, text: &str, doubt: Doubt) -> bool {
        let (tokens, order) = self.parse(text);
        resolve::may_resolve(self, text, &tokens, &order, doubt)
    }
}

/// What is needed of an order that was read twice: the dishes that our own reader is sure of.
fn sure_items(reader: &Reader, text: &str, tokens: &[Token], order: &ParsedOrder) -> Vec<usize> {
    let sure = |found: &super::Match| match found.decision {
        super::Decision::Item(item) => Some(item),
        super::Decision::Unsure | super::Decision::Nothing => None,
    };
    let matched = reader.match_parts(text, tokens, order);
    let mut items: Vec<usize> = matched.iter().filter_map(|(_, found)| sure(found)).collect();
    items.sort_unstable();
    items.dedup();
    items
}
