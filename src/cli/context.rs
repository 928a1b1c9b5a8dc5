//! What a command is given: settings, clock, the database on request, and the wish to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use sqlx::postgres::{PgPool, PgPoolOptions};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{ConfigError, Loaded, Problem, Settings};

/// Everything that a command may use.
#[derive(Clone)]
pub struct Context {
    /// What is in force.
    pub settings: Settings,
    /// The same, with where each value came from.
    pub loaded: Loaded,
    /// The time, in the restaurant's zone.
    pub clock: Clock,
    /// What standard output and error can show.
    pub terminal: Terminal,
    /// The wish to end.
    pub ending: Ending,
}

/// What can be shown on which stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Standard output is looked at by a person, and colour is welcome.
    pub colour_out: bool,
    /// Standard error is looked at by a person, and colour is welcome.
    pub colour_err: bool,
    /// Standard error can show a progress bar.
    pub progress: bool,
}

/// The first Ctrl-C asks a command to finish what is in flight, the second ends it at once. A command
/// that never took the token has nothing in flight, and the first ends it.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    token: CancellationToken,
    taken: Arc<AtomicBool>,
}

impl Ending {
    /// The token that is cancelled when the command should finish. Who takes it has to heed it.
    pub fn token(&self) -> CancellationToken {
        self.taken.store(true, Ordering::SeqCst);
        self.token.clone()
    }

    /// Whether the command ends by itself.
    pub(super) fn is_heeded(&self) -> bool {
        self.taken.load(Ordering::SeqCst)
    }

    pub(super) fn ask(&self) {
        self.token.cancel();
    }

    /// Whether somebody asked.
    pub fn is_asked(&self) -> bool {
        self.token.is_cancelled()
    }
}

/// An open database.
pub struct Db {
    /// Connections to it.
    pub pool: PgPool,
}

impl Context {
    /// Opens the database in force.
    ///
    /// # Errors
    /// When it can't be reached.
    pub async fn database(&self) -> anyhow::Result<Db> {
        let url = self.settings.database_url.as_deref().ok_or_else(no_database)?;
        let options = PgPoolOptions::new().max_connections(8).acquire_timeout(Duration::from_secs(5));
        let pool = options.connect(url).await.context("open the database")?;
        Ok(Db { pool })
    }
}

fn no_database() -> ConfigError {
    let problem =
        Problem { place: "database_url".to_owned(), what: "is not set: set DATABASE_URL".to_owned() };
    ConfigError { problems: vec![problem] }
}
