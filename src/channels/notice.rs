//! What is sent. Text is plain here; each channel escapes and cuts it as its protocol needs.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an outbox row carries, as JSON with a `type`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Payload {
    /// Something for staff to read.
    Notice(Notice),
    /// A message whose text is kept in the file of miscellaneous messages only.
    KeptMessage(KeptMessage),
}

/// Something for staff to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Decides colour and symbol.
    pub kind: Kind,
    /// One line.
    pub title: String,
    /// Any number of lines; may be empty.
    pub body: String,
    /// Parts with a heading, most important first: where a channel must cut, it cuts from the end.
    pub fields: Vec<Field>,
    /// The body is shown on request only: hidden by a channel that can, left out by one that can't.
    pub spoiler: bool,
    /// It may have been delivered before.
    #[serde(default)]
    pub repeat: bool,
    /// When what it tells of happened.
    pub at: DateTime<Utc>,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Work for the kitchen.
    Order,
    /// Work for the kitchen that a person must look at first.
    Review,
    /// A message to be answered.
    Enquiry,
    /// Any other message.
    Miscellaneous,
    /// Something is wrong with the service.
    Alarm,
}

/// A part of a notice with a heading of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// One line.
    pub name: String,
    /// Any number of lines; may be empty.
    pub value: String,
    /// It must not be overlooked.
    pub loud: bool,
}

/// A line of the file of miscellaneous messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMessage {
    /// The message's id, the key of the file.
    pub id: i64,
    /// Where it came from.
    pub channel: String,
    /// When.
    pub received_at: DateTime<Utc>,
    /// What the customer wrote.
    pub text: String,
}

/// A payload on its way, with what tells it from every other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The outbox row's id: the same for every try.
    pub id: i64,
    /// Of the database whose id that is.
    pub installation: Uuid,
    /// What is sent.
    pub payload: Payload,
}
