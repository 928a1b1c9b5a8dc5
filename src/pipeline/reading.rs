//! What was understood of one message: the JSON that `chit parse` prints and the trace keeps.

use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::moments::moment;

/// One message, understood. Every word of `text` stands in a line, an unmatched part, a phrase or `unplaced`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The message as it came.
    pub text: String,
    /// What kind of message it is.
    pub category: Category,
    /// Whether an order is meant, as against a question about one.
    pub affirmed: bool,
    /// What becomes of it.
    pub outcome: Outcome,
    /// Why, in words a cook understands.
    pub reason: String,
    /// 0 to 1.
    pub confidence: f32,
    /// Which reader made the lines.
    pub parsed_by: ParsedBy,
    /// The items that were found, or (with `item` null) whose dish was not said.
    pub lines: Vec<Line>,
    /// Parts that name something that is not on the menu, or not clearly.
    pub unmatched: Vec<Unmatched>,
    /// Words that are known and order nothing.
    pub phrases: Vec<Phrase>,
    /// Words that are in no line and no known phrase.
    pub unplaced: Vec<String>,
    /// How the customer gets it.
    pub fulfilment: Fulfilment,
    /// As the customer wrote it.
    pub customer_name: Option<String>,
    /// What a language model said where the grammar was in doubt; `None` where none was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_opinion: Option<Opinion>,
}

/// What a language model said of a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Opinion {
    /// Whether the reading goes by it.
    pub taken: bool,
    /// What it said, or why nothing came of it, in words a cook understands.
    pub remarks: Vec<String>,
    /// Its reading of the order, where it read the whole and that was not taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
}

/// What kind of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// It speaks of buying something now.
    Order,
    /// It wants an answer.
    Enquiry,
    /// Neither.
    Miscellaneous,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A ticket for the kitchen.
    Order,
    /// A ticket that a person must look at first.
    Review,
    /// A message to be answered.
    Enquiry,
    /// Kept in the file of miscellaneous messages only.
    Miscellaneous,
}

/// Which reader made the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParsedBy {
    /// The built-in grammar.
    Grammar,
    /// A language model.
    Llm,
}

/// An item with its quantity and options.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The customer's words for this line.
    pub text: String,
    /// The menu's name; `None` when the dish was not said.
    pub item: Option<String>,
    /// At least 1.
    pub quantity: u32,
    /// In the order they were said.
    pub options: Vec<OptionChoice>,
    /// Words for the kitchen that are no option.
    pub notes: Vec<String>,
    /// 0 to 1: how sure the match is.
    pub score: f32,
    /// The next best item.
    pub runner_up: Option<Candidate>,
    /// Of one piece with its options, from the menu alone; `None` when the menu has no price.
    pub unit_price: Option<Decimal>,
}

/// An option of a modifier group, and how much of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OptionChoice {
    /// The group's name.
    pub group: String,
    /// The option's name; `None` is the whole group.
    pub option: Option<String>,
    /// How much.
    #[serde(default)]
    pub amount: Amount,
    /// How many; 1 unless said.
    #[serde(default = "one")]
    pub count: u32,
}

fn one() -> u32 {
    1
}

/// How much of an option.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// None of it.
    No,
    /// Less than usual.
    Light,
    /// As usual.
    #[default]
    Regular,
    /// More than usual.
    Extra,
    /// "No extra cheese": the usual cheese stays.
    NoExtra,
}

/// An item that words might mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The menu's name.
    pub item: String,
    /// 0 to 1.
    pub score: f32,
}

/// Words for something that is not on the menu, or that fit two items equally well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unmatched {
    /// The customer's words.
    pub text: String,
    /// At least 1.
    pub quantity: u32,
    /// At most two, best first.
    pub candidates: Vec<Candidate>,
}

/// Known words that order nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// The customer's words.
    pub text: String,
    /// What they are.
    pub kind: PhraseKind,
}

/// What known words are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhraseKind {
    /// "hi there"
    Greeting,
    /// "thanks a lot"
    Thanks,
    /// "I'd like", "please", "and"
    Filler,
    /// "for Gail"
    Name,
    /// "at 7pm"
    Time,
    /// "to go", "12 Mill Lane"
    Place,
    /// "paying cash"
    Payment,
}

/// How the customer gets the order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fulfilment {
    /// `None` when not said.
    #[serde(rename = "type")]
    pub kind: Option<FulfilmentKind>,
    /// The customer's words.
    pub time_text: Option<String>,
    /// The moment they mean; `None` when it isn't clear, or until [`Fulfilment::said_at`] has been told.
    #[serde(default)]
    pub time: Option<DateTime<FixedOffset>>,
    /// The customer's words.
    pub address_text: Option<String>,
}

impl Fulfilment {
    /// Finds out the moment that is meant by words written at this time, in the restaurant's zone.
    pub fn said_at(&mut self, written: DateTime<Tz>) {
        self.time = self.time_text.as_deref().and_then(|text| moment(text, written));
    }
}

/// The ways to get an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FulfilmentKind {
    /// Fetched by the customer.
    Pickup,
    /// Brought to the customer.
    Delivery,
    /// Eaten here.
    DineIn,
}
