//! Why a database can't be opened, and what mends it.

use std::io;
use std::path::{Path, PathBuf};

use sqlx::migrate::MigrateError;

use super::programs::OLDEST;

/// Why a database can't be opened. No message shows a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No address of a Postgres and no programs to run one.
    #[error(
        "no Postgres found on this machine: install it (Debian and Ubuntu: `apt-get install postgresql`; \
         elsewhere: Postgres {OLDEST} or later, with PG_BIN_DIR naming the folder of `initdb` and `postgres` \
         where it is not on the PATH), or set DATABASE_URL to a Postgres of your own"
    )]
    NoPrograms,

    /// PG_BIN_DIR names a folder without the programs.
    #[error(
        "no `postgres` and `initdb` in {}: let PG_BIN_DIR name the folder that holds them, or unset it and have \
         them looked for", folder.display()
    )]
    NotABinDir {
        /// The folder that was named.
        folder: PathBuf,
    },

    /// A server or programs of a version that the tables are not written for.
    #[error("Postgres {major} ({whose}) is too old: install Postgres {OLDEST} or later")]
    TooOld {
        /// An address or a folder.
        whose: String,
        /// Its major version.
        major: u32,
    },

    /// Nothing that can dump or restore a server of this version.
    #[error(
        "no pg_dump, pg_restore and psql of Postgres {major} or later on this machine: install them \
         (Debian: `apt-get install postgresql-client-{major}`), or name their folder with PG_BIN_DIR"
    )]
    NoClient {
        /// The server's major version.
        major: u32,
    },

    /// The private cluster was made by another version of Postgres than is installed.
    #[error(
        "the cluster in {} was made by Postgres {cluster}, and Postgres {programs} can't read it: \
         install Postgres {cluster} (Debian: `apt-get install postgresql-{cluster}`), or `chit backup` where it \
         is installed and `chit restore` into a new data directory", home.display()
    )]
    OtherVersion {
        /// The folder of the cluster.
        home: PathBuf,
        /// Its major version.
        cluster: u32,
        /// The major version that is installed.
        programs: u32,
    },

    /// `DATABASE_URL` is not an address.
    #[error("DATABASE_URL is not an address: it looks like postgres://user:password@host:5432/database")]
    BadUrl,

    /// Nobody answers, or not to us.
    #[error("can't reach Postgres ({address}): is it running, and is DATABASE_URL right?")]
    Unreachable {
        /// Database, host and port.
        address: String,
        /// What the attempt ended with.
        source: sqlx::Error,
    },

    /// A folder or file that can't be made, opened or owned.
    #[error("can't use {}: {cause}; name another folder with --data-dir", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },

    /// `initdb` or what follows it failed.
    #[error("can't make a private Postgres ({step}): {said}")]
    NotMade {
        /// Which step.
        step: &'static str,
        /// What the program said.
        said: String,
    },

    /// The private Postgres does not start.
    #[error("the private Postgres does not start; {} ends with:\n{said}", log.display())]
    NotStarted {
        /// Its log.
        log: PathBuf,
        /// The last lines of it.
        said: String,
    },

    /// A Postgres that was started by something else holds the cluster and won't end.
    #[error("process {postmaster} still uses the cluster in {}: end it, then try again", home.display())]
    StillInUse {
        /// The folder of the cluster.
        home: PathBuf,
        /// The process.
        postmaster: i32,
    },

    /// The tables were made by a chit that knows more than this one.
    #[error(
        "the database was changed by another version of chit (migration {version} is not this one's): \
         run the newer chit, or restore a backup of this one"
    )]
    OtherChit {
        /// The migration that is missing or differs here.
        version: i64,
    },

    /// A change of the tables failed.
    #[error("can't bring the tables up to date")]
    Migration(#[source] MigrateError),

    /// The program is ending.
    #[error("interrupted while opening the database: {0}")]
    Interrupted(String),
}

impl OpenError {
    /// For `map_err` on file operations.
    pub(super) fn folder(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        move |cause| Self::Folder { path, cause }
    }
}

impl From<MigrateError> for OpenError {
    fn from(cause: MigrateError) -> Self {
        if let MigrateError::VersionMissing(version) | MigrateError::VersionMismatch(version) = cause {
            return Self::OtherChit { version };
        }
        Self::Migration(cause)
    }
}
