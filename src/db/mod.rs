//! Postgres: the owner's, or a private one in the data directory.

pub mod client;
mod error;
pub mod local;
pub mod programs;
mod wake_up;

use std::io;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};

use crate::config::{Settings, search_path};
use local::{LocalPg, Place, Worth};

pub use error::OpenError;
pub use wake_up::WakeUp;

/// Every table, oldest change first.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

const PATIENCE: Duration = Duration::from_secs(10);

/// An open database. A private Postgres runs for as long as this lives.
pub struct Db {
    /// Connections, taken as they are needed.
    pub pool: PgPool,
    /// For `psql` and `pg_dump`; may hold a password.
    pub url: String,
    local: Option<LocalPg>,
}

/// Opens the database of the settings, starts the private one where none is named, and brings its
/// tables up to date.
///
/// # Errors
/// See [`OpenError`]: each one names what mends it, none shows a password.
pub async fn open(settings: &Settings) -> Result<Db, OpenError> {
    let db = connect(settings).await?;
    migrate(&db.pool).await?;
    Ok(db)
}

/// Opens the database as [`open`] does, but leaves its tables as they are.
///
/// # Errors
/// As [`open`].
pub async fn connect(settings: &Settings) -> Result<Db, OpenError> {
    let (options, url, local) = match settings.database_url.as_deref() {
        Some(url) => (options_of(url)?, url.to_owned(), None),
        None => {
            let local = start_private(settings).await?;
            (local.options(), local.url(), Some(local))
        }
    };
    let options = options.application_name("chit");
    probe(&options).await?;
    let pool = PgPoolOptions::new()
        .max_connections(pool_size(settings))
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(options);
    Ok(Db { pool, url, local })
}

/// Whether there is a database to open: one is named, or the private one was made.
pub fn is_made(settings: &Settings) -> bool {
    settings.database_url.is_some() || Place::is_made(&settings.data_dir)
}

/// Brings the tables up to date; safe twice, and by several processes at once.
///
/// # Errors
/// The database belongs to a newer chit, or a change of its tables fails.
pub async fn migrate(pool: &PgPool) -> Result<(), OpenError> {
    // A connection of its own: after an error it would keep the lock that holds others off.
    let migrated = async {
        let mut connection = pool.acquire().await?.detach();
        MIGRATIONS.run(&mut connection).await?;
        connection.close().await?;
        Ok::<_, MigrateError>(())
    };
    migrated.await.map_err(OpenError::from)
}

impl Db {
    /// The private cluster, if it is one.
    pub fn private(&self) -> Option<&Place> {
        self.local.as_ref().map(LocalPg::place)
    }

    /// Where it is, without a password: for people.
    pub fn describe(&self) -> String {
        match self.private() {
            None => address(&self.pool.connect_options()),
            Some(place) => {
                let why = place.elsewhere.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
                format!("private, in {}{why}", place.home.display())
            }
        }
    }

    /// Closes every connection; a private Postgres stops when no other chit uses it.
    pub async fn close(self) {
        self.pool.close().await;
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Db").field(&self.describe()).finish()
    }
}

/// The host, port and database of an address: all that may be shown of it.
pub fn address(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or_else(|| options.get_username());
    match options.get_socket() {
        Some(socket) => format!("{database} at {}", socket.display()),
        None => format!("{database} at {}:{}", options.get_host(), options.get_port()),
    }
}

async fn start_private(settings: &Settings) -> Result<LocalPg, OpenError> {
    let data_dir = settings.data_dir.clone();
    let preferred = settings.pg_bin_dir.clone();
    let start = move || {
        let installed = programs::installed(preferred.as_deref(), &search_path());
        if let Some(folder) = preferred.filter(|folder| !programs::can_serve(folder)) {
            return Err(OpenError::NotABinDir { folder });
        }
        LocalPg::start(Place::of(&data_dir)?, &installed, Worth::Kept)
    };
    tokio::task::spawn_blocking(start).await.map_err(|cause| OpenError::Interrupted(cause.to_string()))?
}

fn options_of(url: &str) -> Result<PgConnectOptions, OpenError> {
    // sqlx's own message may repeat the address, and the password with it.
    let known = url.starts_with("postgres://") || url.starts_with("postgresql://");
    known.then(|| PgConnectOptions::from_str(url).ok()).flatten().ok_or(OpenError::BadUrl)
}

/// One connection before the pool, which would go on trying a server that is not there.
async fn probe(options: &PgConnectOptions) -> Result<(), OpenError> {
    let unreachable = |source| OpenError::Unreachable { address: address(options), source };
    let too_slow =
        || io::Error::new(io::ErrorKind::TimedOut, format!("no answer in {} s", PATIENCE.as_secs()));
    let connected: PgConnection = tokio::time::timeout(PATIENCE, options.connect())
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::Io(too_slow())))
        .map_err(unreachable)?;
    let major = connected.server_version_num().map_or(0, |version| version / 10_000);
    // Only politeness towards the server.
    let _ = connected.close().await;
    if major < programs::OLDEST {
        return Err(OpenError::TooOld { whose: address(options), major });
    }
    Ok(())
}

/// A connection for each worker of a small machine, the outbox and the health checks; on a big one workers
/// wait for each other's, so that a hundred connections serve several processes.
fn pool_size(settings: &Settings) -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let workers = settings.listener.max_workers.unwrap_or(2 * cores);
    u32::try_from(workers).unwrap_or(u32::MAX).saturating_add(6).clamp(8, 24)
}
