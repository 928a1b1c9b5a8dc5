//! Exit codes, as `chit --help` lists them, and which of them an error gets.

use std::io::ErrorKind;
use std::process::ExitCode;

use crate::config::ConfigError;
use crate::db::OpenError;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Ok,
    /// 1: failed.
    Failed,
    /// 2: the command line can't be used.
    Usage,
    /// 3: finished, but some rows were rejected or something got worse.
    Rejected,
    /// 4: the doctor found problems.
    Problems,
    /// 75: a dependency can't be reached.
    Unreachable,
    /// 78: the configuration can't be used.
    Configuration,
    /// 130: interrupted.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Rejected => 3,
            Self::Problems => 4,
            Self::Unreachable => 75,
            Self::Configuration => 78,
            Self::Interrupted => 130,
        }
    }

    /// How a command ends that met this error. The chain of causes is searched from the outside in.
    pub fn of(error: &anyhow::Error) -> Self {
        error.chain().find_map(of_cause).unwrap_or(Self::Failed)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// A dependency that can't be reached, where no error of its own says so.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub String);

fn of_cause(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if cause.is::<ConfigError>() {
        return Some(Exit::Configuration);
    }
    if cause.is::<Unreachable>() {
        return Some(Exit::Unreachable);
    }
    if let Some(error) = cause.downcast_ref::<OpenError>() {
        return of_opening(error);
    }
    cause.downcast_ref::<sqlx::Error>().and_then(of_database)
}

/// What the owner has to set right or install is configuration; what may pass by itself is not.
fn of_opening(error: &OpenError) -> Option<Exit> {
    match error {
        OpenError::Unreachable { .. } | OpenError::NotStarted { .. } | OpenError::StillInUse { .. } => {
            Some(Exit::Unreachable)
        }
        OpenError::NoPrograms
        | OpenError::NoClient { .. }
        | OpenError::TooOld { .. }
        | OpenError::OtherVersion { .. }
        | OpenError::NotABinDir { .. }
        | OpenError::BadUrl
        | OpenError::Folder { .. }
        | OpenError::OtherChit { .. } => Some(Exit::Configuration),
        OpenError::Interrupted(_) => Some(Exit::Interrupted),
        OpenError::NotMade { .. } | OpenError::Migration(_) => Some(Exit::Failed),
    }
}

/// Class 08 is a broken connection, 57 a server that goes down or comes up, 53300 one that is full.
/// A refused password, and a database that is not there, are for the owner to set right.
fn of_database(error: &sqlx::Error) -> Option<Exit> {
    if matches!(error, sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut) {
        return Some(Exit::Unreachable);
    }
    if matches!(error, sqlx::Error::Configuration(_)) {
        return Some(Exit::Configuration);
    }
    let code = error.as_database_error()?.code()?;
    match code.as_ref() {
        "53300" | "57P01" | "57P02" | "57P03" => Some(Exit::Unreachable),
        "3D000" => Some(Exit::Configuration),
        code if code.starts_with("08") => Some(Exit::Unreachable),
        code if code.starts_with("28") => Some(Exit::Configuration),
        _ => None,
    }
}

/// Whether whoever read our output has gone, as `head` does: that is no failure and needs no word.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let direct = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let json = || cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        direct.or_else(json).or_else(|| csv_kind(cause)) == Some(ErrorKind::BrokenPipe)
    })
}

fn csv_kind(cause: &(dyn std::error::Error + 'static)) -> Option<ErrorKind> {
    let csv::ErrorKind::Io(error) = cause.downcast_ref::<csv::Error>()?.kind() else { return None };
    Some(error.kind())
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn an_error_deep_down_decides_the_exit_code() {
        let refused = std::io::Error::from(ErrorKind::ConnectionRefused);
        let database: anyhow::Result<()> = Err(sqlx::Error::Io(refused)).context("open the database");
        assert_eq!(Exit::of(&database.unwrap_err()), Exit::Unreachable);
        let memcached =
            anyhow::Error::from(Unreachable("memcached is away".into())).context("open the cache");
        assert_eq!(Exit::of(&memcached), Exit::Unreachable);
        assert_eq!(Exit::of(&anyhow::anyhow!("no such file")), Exit::Failed);
        let row = anyhow::Error::from(sqlx::Error::RowNotFound).context("find the message");
        assert_eq!(Exit::of(&row), Exit::Failed);
    }
}
