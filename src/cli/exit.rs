//! Exit codes, as `chit --help` lists them.

use std::process::ExitCode;

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

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Rejected => 3,
            Exit::Problems => 4,
            Exit::Unreachable => 75,
            Exit::Configuration => 78,
            Exit::Interrupted => 130,
        })
    }
}
