//! Labelled messages: what should be read.

use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::PoliteRequests;
use crate::dataset::{self, Numbered, RowError};
use crate::pipeline::{Category, FulfilmentKind, OptionChoice, Outcome};

/// A message with what should be read of it. Whatever a row does not say is not judged.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Labelled {
    /// Unique in its file.
    #[serde(default, deserialize_with = "dataset::id")]
    pub id: Option<String>,
    /// What the customer wrote.
    pub text: String,
    /// What should become of it.
    pub outcome: Option<Expected>,
    /// What kind of message it is.
    pub category: Option<Category>,
    /// What is ordered, of what is on the menu.
    pub lines: Option<Vec<LabelledLine>>,
    /// What is ordered and not on the menu, in the customer's words.
    #[serde(default)]
    pub unmatched: Vec<String>,
    /// A request in question form: what becomes of it is for the settings to say.
    #[serde(default)]
    pub polite: bool,
    /// How the customer gets it.
    pub fulfilment: Option<LabelledFulfilment>,
    /// The item names of this row's shop; unset: the whole menu.
    pub menu: Option<Vec<String>>,
}

/// What should become of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// A ticket for the kitchen.
    Order,
    /// A ticket that a person must look at first.
    Review,
    /// A message to be answered.
    Enquiry,
    /// Neither.
    Miscellaneous,
    /// Nothing of it is on the menu: anything but an order.
    NotOnMenu,
}

/// One ordered item.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct LabelledLine {
    /// The menu's name; `None` when the dish was not said.
    pub item: Option<String>,
    /// At least 1.
    #[serde(default = "one")]
    pub quantity: u32,
    /// A missing amount is regular, a missing count is 1.
    #[serde(default)]
    pub options: Vec<OptionChoice>,
    /// Words for the kitchen; not judged, for the same wish can be worded in many ways, unless
    /// [`Rules`](super::rules::Rules) say so.
    #[serde(default)]
    pub notes: Vec<String>,
}

fn one() -> u32 {
    1
}

/// How the customer gets the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct LabelledFulfilment {
    /// `None` when not said.
    #[serde(rename = "type")]
    pub kind: Option<FulfilmentKind>,
}

/// A half of a dataset. Rules are written by looking at the seen one, and held against the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// The first byte of the SHA-256 of the id is even.
    Seen,
    /// It is odd.
    Unseen,
}

/// Opens a file of labelled messages, one JSON object a line.
pub fn rows(path: &Path) -> Result<impl Iterator<Item = Result<Numbered<Labelled>, RowError>> + use<>> {
    Ok(dataset::json_lines(dataset::open(path)?))
}

impl Labelled {
    /// The half it belongs to; the text stands in for a missing id.
    pub fn split(&self) -> Split {
        let hash = Sha256::digest(self.id.as_ref().unwrap_or(&self.text));
        if hash[0].is_multiple_of(2) { Split::Seen } else { Split::Unseen }
    }

    /// What should become of it under a setting.
    pub fn expected(&self, polite_requests: PoliteRequests) -> Option<Expected> {
        let outcome = self.outcome?;
        match polite_requests {
            PoliteRequests::Order if self.polite && outcome == Expected::Enquiry => Some(Expected::Order),
            PoliteRequests::Order | PoliteRequests::Confirm | PoliteRequests::Enquiry => Some(outcome),
        }
    }

    /// The kind of message, where the row says it or its outcome leaves no doubt.
    pub fn category(&self) -> Option<Category> {
        if self.category.is_some() {
            return self.category;
        }
        match self.outcome? {
            Expected::Order | Expected::Review => Some(Category::Order),
            Expected::Enquiry if !self.polite => Some(Category::Enquiry),
            Expected::Miscellaneous => Some(Category::Miscellaneous),
            Expected::Enquiry | Expected::NotOnMenu => None,
        }
    }

    /// Whether it says anything that can be judged.
    pub fn is_labelled(&self) -> bool {
        self.outcome.is_some()
            || self.category.is_some()
            || self.lines.is_some()
            || self.fulfilment.is_some()
            || !self.unmatched.is_empty()
    }

    /// The items that are named and on the menu; `None`: the row does not say.
    pub fn items(&self) -> Option<Vec<&str>> {
        match &self.lines {
            Some(lines) => Some(lines.iter().filter_map(|line| line.item.as_deref()).collect()),
            None => (self.outcome == Some(Expected::NotOnMenu)).then(Vec::new),
        }
    }

    /// Whether a ticket that goes straight to the kitchen would be wrong.
    pub fn must_not_be_ordered(&self, expected: Option<Expected>) -> bool {
        match expected {
            Some(expected) => expected != Expected::Order,
            None => self.category.is_some_and(|category| category != Category::Order),
        }
    }
}

impl Expected {
    /// Whether an outcome is right.
    pub fn allows(self, outcome: Outcome) -> bool {
        match self {
            Self::Order => outcome == Outcome::Order,
            Self::Review => outcome == Outcome::Review,
            Self::Enquiry => outcome == Outcome::Enquiry,
            Self::Miscellaneous => outcome == Outcome::Miscellaneous,
            Self::NotOnMenu => outcome != Outcome::Order,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(json: &str) -> Labelled {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_polite_request_is_an_order_only_where_the_house_says_so() {
        let polite = row(r#"{"text":"Can I get a latte?","outcome":"enquiry","polite":true}"#);
        assert_eq!(polite.expected(PoliteRequests::Confirm), Some(Expected::Enquiry));
        assert_eq!(polite.expected(PoliteRequests::Order), Some(Expected::Order));
        let question = row(r#"{"text":"Are you open?","outcome":"enquiry"}"#);
        assert_eq!(question.expected(PoliteRequests::Order), Some(Expected::Enquiry));
    }

    #[test]
    fn what_is_not_on_the_menu_may_become_anything_but_an_order() {
        let outcomes = [Outcome::Review, Outcome::Enquiry, Outcome::Miscellaneous];
        assert!(outcomes.into_iter().all(|outcome| Expected::NotOnMenu.allows(outcome)));
        assert!(!Expected::NotOnMenu.allows(Outcome::Order));
    }

    #[test]
    fn the_halves_of_a_dataset_never_change() {
        let split = |id: &str| row(&format!(r#"{{"id":"{id}","text":"hi"}}"#)).split();
        assert_eq!(["a", "b"].map(split), [Split::Seen; 2]);
        assert_eq!(["e", "f"].map(split), [Split::Unseen; 2]);
    }
}
