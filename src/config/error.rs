//! What is wrong with a configuration, all of it at once.

use std::fmt;

/// One thing that has to be changed before Chit can start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands: `chit.toml:4`, `CHIT_LOG`, `--set`.
    pub place: String,
    /// What is wrong and what is allowed.
    pub what: String,
}

/// The configuration can't be used. Its text names every place and the remedy, and no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// At least one.
    pub problems: Vec<Problem>,
}

impl ConfigError {
    pub(super) fn one(place: impl fmt::Display, what: impl Into<String>) -> Self {
        Self { problems: vec![Problem { place: place.to_string(), what: what.into() }] }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration can't be used")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {}: {}", problem.place, problem.what))
    }
}
