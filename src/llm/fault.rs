//! Why a language model gave no answer.

use std::time::Duration;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The time of the message was up.
    #[error("the language model did not answer in time")]
    Deadline,
    /// Others were waiting for it, and the time was up before it could be asked.
    #[error("the language model was busy with other messages")]
    Busy,
    /// It failed repeatedly a moment ago and is left alone.
    #[error("the language model is left alone after repeated failures")]
    Resting,
    /// No connection.
    #[error("the language model can't be reached: {0}")]
    Unreachable(String),
    /// The connection ended before the answer did.
    #[error("the language model broke the connection off")]
    Broken,
    /// Statuses 401 and 403.
    #[error("the language model refuses the key (status {0}): check llm.api_key")]
    Key(u16),
    /// Status 429.
    #[error("the language model has too much to do (status 429)")]
    TooMany {
        /// As the answer's `Retry-After` says.
        wait: Option<Duration>,
    },
    /// Status 5xx, or the same said in a body.
    #[error("the language model failed (status {status}): {said}")]
    Failed {
        /// The status.
        status: u16,
        /// What it said, shortened.
        said: String,
    },
    /// Any other status that is no success.
    #[error("the language model does not take the question (status {status}): {said}")]
    Rejected {
        /// The status.
        status: u16,
        /// What it said, shortened.
        said: String,
    },
    /// The body is no JSON, or JSON that is no chat completion.
    #[error("what the language model sent is no chat completion")]
    NotACompletion,
    /// The body is longer than 64 kB.
    #[error("the language model sent more than 64 kB")]
    TooLong,
    /// The answer was cut at the limit of tokens, or by a filter.
    #[error("the language model did not finish its answer ({0})")]
    Unfinished(String),
    /// No choice, or a choice without content.
    #[error("the language model answered nothing")]
    Empty,
    /// It would not answer.
    #[error("the language model declined to answer")]
    Declined,
}

impl Fault {
    /// Whether the endpoint is at fault rather than this one answer: such faults in a row open the breaker.
    pub fn is_of_the_endpoint(&self) -> bool {
        match self {
            Self::Deadline
            | Self::Unreachable(_)
            | Self::Broken
            | Self::Key(_)
            | Self::TooMany { .. }
            | Self::Failed { .. }
            | Self::Rejected { .. }
            | Self::NotACompletion
            | Self::TooLong
            | Self::Empty => true,
            Self::Busy | Self::Resting | Self::Unfinished(_) | Self::Declined => false,
        }
    }

    /// How long to wait before the one further try; `None`: another try would be no better.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooMany { wait } => Some(wait.unwrap_or(SHORTLY)),
            Self::Unreachable(_) | Self::Broken | Self::Failed { .. } => Some(SHORTLY),
            Self::Deadline
            | Self::Busy
            | Self::Resting
            | Self::Key(_)
            | Self::Rejected { .. }
            | Self::NotACompletion
            | Self::TooLong
            | Self::Unfinished(_)
            | Self::Empty
            | Self::Declined => None,
        }
    }

    /// A word for counting.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Busy => "busy",
            Self::Resting => "resting",
            Self::Unreachable(_) => "unreachable",
            Self::Broken => "broken",
            Self::Key(_) => "key",
            Self::TooMany { .. } => "too_many",
            Self::Failed { .. } => "failed",
            Self::Rejected { .. } => "rejected",
            Self::NotACompletion => "not_a_completion",
            Self::TooLong => "too_long",
            Self::Unfinished(_) => "unfinished",
            Self::Empty => "empty",
            Self::Declined => "declined",
        }
    }
}

const SHORTLY: Duration = Duration::from_millis(250);
