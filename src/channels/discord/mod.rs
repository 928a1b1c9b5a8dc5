//! stub replaced next
use std::time::Duration;

use super::{Failure, Parcel};

/// A webhook. Its address is a secret.
#[derive(Clone, Debug)]
pub struct Discord {}

/// How long a try may take.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimits {
    /// To reach the server.
    pub connect: Duration,
    /// For the whole of a try.
    pub whole: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), whole: Duration::from_secs(15) }
    }
}

impl Discord {
    /// The webhook at `url`.
    pub fn at(_url: &str, _limits: TimeLimits) -> anyhow::Result<Self> {
        Ok(Self {})
    }

    /// Posts.
    pub async fn post(&self, _parcels: &[Parcel]) -> Result<(), Failure> {
        Err(Failure::Later { reason: "isn't sent yet".to_owned(), ambiguous: false })
    }
}
