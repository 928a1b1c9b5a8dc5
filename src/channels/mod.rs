//! Ways to reach staff: one protocol a file. They know nothing of orders.

mod destinations;
mod notice;

mod console;
mod discord;
mod json_lines;
mod plain;

use std::panic::resume_unwind;
use std::time::Duration;

use anyhow::Context;
use tokio::task::JoinError;

pub use console::Console;
pub use destinations::{Destination, Destinations, MISCELLANEOUS_FILE, open};
pub use discord::{Discord, TimeLimits};
pub use json_lines::JsonLines;
pub use notice::{Field, KeptMessage, Kind, Notice, Parcel, Payload};

/// A way to reach staff.
#[derive(Clone, Debug)]
pub enum Channel {
    /// Readable blocks on the service's standard output.
    Console(Console),
    /// JSON lines in a file.
    File(JsonLines),
    /// A Discord webhook.
    Discord(Discord),
}

impl Channel {
    /// Delivers all of `parcels`, in order.
    ///
    /// # Errors
    /// Nothing of `parcels` counts as delivered. A file leaves out on the next try what it has already.
    ///
    /// # Panics
    /// By a defect; then too nothing counts as delivered.
    pub async fn deliver(&self, parcels: &[Parcel]) -> Result<(), Failure> {
        match self {
            Self::Console(console) => console.print(parcels).await.map_err(Failure::of_the_machine),
            Self::File(file) => file.append(parcels).await.map_err(Failure::of_the_machine),
            Self::Discord(webhook) => webhook.post(parcels).await,
        }
    }

    /// The most parcels for one call of [`Channel::deliver`].
    pub fn batch(&self) -> i64 {
        match self {
            Self::Console(_) | Self::File(_) => 100,
            Self::Discord(_) => 1,
        }
    }

    /// How long to wait before the next delivery.
    pub fn rest(&self) -> Duration {
        match self {
            Self::Console(_) | Self::File(_) => Duration::ZERO,
            Self::Discord(webhook) => webhook.rest(),
        }
    }

    /// Whether it recognises what it was given before, so that a second try repeats nothing.
    pub fn is_idempotent(&self) -> bool {
        match self {
            Self::File(_) => true,
            Self::Console(_) | Self::Discord(_) => false,
        }
    }
}

/// Why a parcel wasn't delivered. No message contains an address or a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The destination takes nothing at the moment, whatever it is: try again later.
    #[error("{reason}")]
    Later {
        /// In words.
        reason: String,
        /// It may have arrived nevertheless.
        ambiguous: bool,
    },
    /// The receiver asks to wait; not a failed try.
    #[error("the receiver asks to wait {wait:?}")]
    Wait {
        /// How long.
        wait: Duration,
    },
    /// This parcel will never be taken; others may.
    #[error("{reason}")]
    Refused {
        /// In words.
        reason: String,
    },
    /// Nothing will be taken at this address until a person has looked.
    #[error("{reason}")]
    Closed {
        /// In words, with what to do.
        reason: String,
    },
}

impl Failure {
    fn of_the_machine(error: anyhow::Error) -> Self {
        Self::Later { reason: format!("{error:#}"), ambiguous: true }
    }
}

/// What a thread came to; its panic goes on here, so that nobody takes a defect for a full disk.
fn unless_it_panics<T>(ended: Result<T, JoinError>) -> anyhow::Result<T> {
    match ended.map_err(JoinError::try_into_panic) {
        Err(Ok(panic)) => resume_unwind(panic),
        Err(Err(cancelled)) => Err(cancelled).context("wait for a thread"),
        Ok(done) => Ok(done),
    }
}
