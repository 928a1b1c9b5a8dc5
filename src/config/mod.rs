//! Everything an owner can set. Flags over environment over `.env` over `chit.toml` over defaults.

mod error;
mod file;
mod key;
mod keys;
mod load;
mod machine;
mod redact;
mod secret;
mod value;

use std::path::PathBuf;

use clap::ValueEnum;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use error::{ConfigError, Problem};
pub use key::Key;
pub use keys::{CONFIG_FILE_VARIABLE, KEYS};
pub use load::{Flag, Loaded, Origin, Shown, Sources, load};
pub use machine::{colour_is_welcome, environment, search_path};
pub use redact::Redactor;
pub use secret::Secret;

/// What is in force, whatever it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Where the private Postgres, the file of miscellaneous messages and logs live.
    pub data_dir: PathBuf,
    /// A Postgres of the owner's; unset: a private one in the data directory.
    pub database_url: Option<Secret>,
    /// Folder of the Postgres programs for the private one; unset: looked for.
    pub pg_bin_dir: Option<PathBuf>,
    /// `memcache://host:port`; unset: an in-process cache.
    pub memcached_url: Option<String>,
    /// The menu that is imported at first start.
    pub menu: PathBuf,
    /// Modifier groups; used when the file exists.
    pub modifiers: PathBuf,
    /// ISO 4217 code of every price.
    pub currency: String,
    /// IANA name; decides when a business day begins. Unset: the machine's.
    pub timezone: Option<String>,
    /// How words become vectors.
    pub embedding: EmbeddingSettings,
    /// How orders are understood.
    pub reader: ReaderSettings,
    /// The language model that is asked where the reader is in doubt.
    pub llm: LlmSettings,
    /// How messages are taken through the pipeline.
    pub listener: ListenerSettings,
    /// Where staff notices go.
    pub notify: NotifySettings,
    /// What is kept of messages that are neither orders nor enquiries.
    pub miscellaneous: MiscellaneousSettings,
    /// Address of the health endpoints.
    pub bind: String,
    /// `tracing` filter, such as `info` or `chit=debug`.
    pub log: String,
    /// `text` or `json`.
    pub log_format: LogFormat,
}

/// How words become vectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EmbeddingSettings {
    /// Which kind.
    pub kind: EmbeddingKind,
    /// Folder of the model; unset with `static`: the one in the program.
    pub model: Option<PathBuf>,
    /// `libonnxruntime.so`, for `fastembed`; unset: looked for.
    pub onnxruntime: Option<PathBuf>,
}

/// Kinds of embedding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum EmbeddingKind {
    /// A vector per token, averaged: no runtime, a microsecond a phrase.
    #[default]
    Static,
    /// An ONNX model of the owner's choice.
    Fastembed,
    /// None: names, aliases and spelling only.
    Off,
}

/// How orders are understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReaderSettings {
    /// Who reads; unset: `cascade` where a language model is named, else `grammar`.
    pub parser: Option<Parser>,
    /// What "Could I get a latte?" is.
    pub polite_requests: PoliteRequests,
    /// What an order with an unknown item is.
    pub on_unmatched_item: OnUnmatchedItem,
    /// More of one line than this goes to review.
    pub max_quantity: u32,
    /// An order over this total goes to review, in the currency.
    pub max_total: Decimal,
    /// Overrides the fitted threshold of the embedding in use: at or above it an item is accepted.
    pub accept: Option<f32>,
    /// Overrides the fitted threshold: under it nothing fits.
    pub refuse: Option<f32>,
    /// Overrides the fitted lead that the best must have over the second.
    pub margin: Option<f32>,
}

/// Who reads the words of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Parser {
    /// The built-in grammar alone.
    Grammar,
    /// The grammar, and a language model where the grammar is in doubt.
    Cascade,
    /// A language model; the grammar where it has no answer that holds.
    Llm,
}

/// The language model that is asked where the reader is in doubt: any endpoint that speaks OpenAI's chat completions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LlmSettings {
    /// Address of the endpoint, such as `http://127.0.0.1:8081/v1`; unset: no model is asked.
    pub base_url: Option<String>,
    /// Its key, where it wants one.
    pub api_key: Option<Secret>,
    /// Which of its models.
    pub model: Option<String>,
    /// A message waits no longer than this for the model, all its questions together, in seconds.
    pub deadline_seconds: u32,
    /// Never more questions at once than this.
    pub max_in_flight: u32,
    /// Price of a million tokens of the question, in the restaurant's currency.
    pub input_price: Decimal,
    /// The same of those that the endpoint had in its cache; unset: as the others.
    pub cached_input_price: Option<Decimal>,
    /// Price of a million tokens of the answer.
    pub output_price: Decimal,
}

/// What a request in question form is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum PoliteRequests {
    /// An enquiry with the drafted order; the customer's *yes* makes it an order.
    #[default]
    Confirm,
    /// An order.
    Order,
    /// An enquiry.
    Enquiry,
}

/// What an order is of which something is not on the menu.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum OnUnmatchedItem {
    /// A person decides.
    #[default]
    Review,
    /// An enquiry ("not on the menu").
    Reject,
    /// The rest is ordered; the unknown part is shown on the ticket.
    Partial,
}

/// How messages are taken through the pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListenerSettings {
    /// Never more batches at once than this; unset: twice the cores.
    pub max_workers: Option<usize>,
    /// Never more messages in a batch than this.
    pub max_batch: u32,
    /// How long a claim holds, in seconds.
    pub lease_seconds: u32,
    /// Tries before a message is a dead letter.
    pub max_tries: u16,
    /// How often to look without a wake-up, in milliseconds.
    pub poll_milliseconds: u64,
    /// The wait before the second try, in milliseconds; it doubles with each.
    pub retry_milliseconds: u64,
}

/// Where staff notices go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotifySettings {
    /// Write notices to standard output of the service. Unset: only when nothing else is set.
    pub console: Option<bool>,
    /// Append notices to this file as JSON lines.
    pub file: Option<PathBuf>,
    /// Discord webhook for orders.
    pub discord_orders_webhook: Option<Secret>,
    /// Discord webhook for enquiries.
    pub discord_enquiries_webhook: Option<Secret>,
    /// Discord webhook for miscellaneous messages.
    pub discord_miscellaneous_webhook: Option<Secret>,
    /// Tries before staff are alarmed that a notice is late; it is tried on.
    pub max_tries: u16,
    /// The wait before the second try, in milliseconds; it doubles with each, with jitter.
    pub retry_milliseconds: u64,
}

/// What is kept of messages that are neither orders nor enquiries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MiscellaneousSettings {
    /// Keep their text in the database as well.
    pub keep_text: bool,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One object a line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::new(),
            database_url: None,
            pg_bin_dir: None,
            memcached_url: None,
            menu: PathBuf::from("menu.csv"),
            modifiers: PathBuf::from("modifiers.csv"),
            currency: "EUR".to_owned(),
            timezone: None,
            embedding: EmbeddingSettings::default(),
            reader: ReaderSettings::default(),
            llm: LlmSettings::default(),
            listener: ListenerSettings::default(),
            notify: NotifySettings::default(),
            miscellaneous: MiscellaneousSettings::default(),
            bind: "127.0.0.1:8080".to_owned(),
            log: "info".to_owned(),
            log_format: LogFormat::Text,
        }
    }
}

impl Default for EmbeddingSettings {
    fn default() -> Self {
        Self { kind: EmbeddingKind::Static, model: None, onnxruntime: None }
    }
}

impl Default for ReaderSettings {
    fn default() -> Self {
        Self {
            parser: None,
            polite_requests: PoliteRequests::default(),
            on_unmatched_item: OnUnmatchedItem::default(),
            max_quantity: 50,
            max_total: Decimal::from(1000),
            accept: None,
            refuse: None,
            margin: None,
        }
    }
}

impl Default for LlmSettings {
    fn default() -> Self {
        Self {
            base_url: None,
            api_key: None,
            model: None,
            deadline_seconds: 20,
            max_in_flight: 2,
            input_price: Decimal::ZERO,
            cached_input_price: None,
            output_price: Decimal::ZERO,
        }
    }
}

impl Settings {
    /// Who reads.
    pub fn parser(&self) -> Parser {
        let usual = if self.llm.base_url.is_some() { Parser::Cascade } else { Parser::Grammar };
        self.reader.parser.unwrap_or(usual)
    }
}

impl Default for ListenerSettings {
    fn default() -> Self {
        Self {
            max_workers: None,
            max_batch: 100,
            lease_seconds: 30,
            max_tries: 5,
            poll_milliseconds: 1000,
            retry_milliseconds: 500,
        }
    }
}

impl Default for NotifySettings {
    fn default() -> Self {
        Self {
            console: None,
            file: None,
            discord_orders_webhook: None,
            discord_enquiries_webhook: None,
            discord_miscellaneous_webhook: None,
            max_tries: 8,
            retry_milliseconds: 1000,
        }
    }
}
