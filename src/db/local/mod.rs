//! A private Postgres: made on first use, reached over a unix socket only, and alive for as long as
//! any chit uses it.
//!
//! Each chit holds a shared lock on `users.lock`. A guard (`guard.sh`) runs Postgres and waits for
//! an exclusive one; the kernel grants it when the last chit has ended, also one that was killed.
//! Who holds `guard.lock` may start Postgres; the guard inherits it and holds it until Postgres has
//! ended. A chit takes its shared lock first and looks for a guard second, so that a guard it finds
//! can't stop before it has left again.

mod cluster;
mod place;

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::OpenError;
use super::programs::Programs;

pub use place::Place;

/// The role and the database of a private cluster.
const NAME: &str = "chit";
const GUARD: &str = include_str!("guard.sh");
const PATIENCE: Duration = Duration::from_secs(120);
const TICK: Duration = Duration::from_millis(10);
/// Postgres refuses to start while backends of a killed one are still on their way out.
const LAUNCHES: u32 = 5;
const LONGEST_LOG: u64 = 1 << 20;

/// How much a cluster is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// Every commit is on disk before it is confirmed.
    Kept,
    /// For tests: nothing is synced, and the folder is removed when the last user has ended.
    Throwaway,
}

/// This process's use of a private cluster, which runs at least until this is dropped.
#[derive(Debug)]
pub struct LocalPg {
    place: Place,
    _use: File,
}

impl LocalPg {
    /// Joins the running cluster of a place, or makes and starts it. Blocks.
    ///
    /// # Errors
    /// No programs of the right version, or Postgres does not start: the log's last lines say why.
    pub fn start(place: Place, installed: &[Programs], worth: Worth) -> Result<Self, OpenError> {
        let programs = cluster::choose(installed, &place)?;
        let deadline = Instant::now() + PATIENCE;
        let users = place.open("users.lock")?;
        until(deadline, &place, || held(users.try_lock_shared(), &place))?;
        let me = Self { place, _use: users };
        let mut launches = 0;
        until(deadline, &me.place, || {
            let guard = me.place.open("guard.lock")?;
            if held(guard.try_lock(), &me.place)? {
                if launches == LAUNCHES {
                    return Err(me.place.not_started());
                }
                launches += 1;
                me.launch(programs, worth, guard)?;
            }
            Ok(me.place.is_ready())
        })?;
        Ok(me)
    }

    /// A cluster for tests in a temporary folder, gone with the last process that uses it. Blocks.
    ///
    /// # Errors
    /// As [`LocalPg::start`].
    pub fn throwaway(installed: &[Programs]) -> Result<Self, OpenError> {
        let folder = tempfile::Builder::new()
            .prefix("chit-postgres-")
            .tempdir()
            .map_err(OpenError::folder(&std::env::temp_dir()))?;
        Self::start(Place::at(folder.keep(), None)?, installed, Worth::Throwaway)
    }

    /// Where it lies.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// How sqlx reaches it.
    pub fn options(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.place.socket)
            .port(5432)
            .username(NAME)
            .database(NAME)
            .ssl_mode(PgSslMode::Disable)
    }

    /// How `psql` and `pg_dump` reach it; there is no password.
    pub fn url(&self) -> String {
        let folder = percent_encoded(&self.place.socket);
        format!("postgres:///{NAME}?host={folder}&user={NAME}")
    }

    fn launch(&self, programs: &Programs, worth: Worth, guard: File) -> Result<(), OpenError> {
        let place = &self.place;
        cluster::clear_orphans(place)?;
        cluster::make(place, programs, worth)?;
        rotate_log(&place.log());
        let (signal, throwaway) = match worth {
            Worth::Kept => ("INT", Path::new("")),
            Worth::Throwaway => ("QUIT", place.home.as_path()),
        };
        // Without its comments, as `ps` shows it whole.
        let guard_lines: Vec<&str> =
            GUARD.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        let mut command = place.command("/bin/sh");
        command.args(["-c", &guard_lines.join("\n"), "chit-guard", signal]).arg(throwaway);
        command.arg(programs.path("postgres")).args(cluster::arguments(place, worth));
        command.stdin(guard).stdout(place.open("users.lock")?).stderr(place.open("postgres.log")?);
        let mut child = command.spawn().map_err(OpenError::folder(Path::new("/bin/sh")))?;
        // Only so that no zombie is left: the guard outlives this process if others use the cluster.
        std::thread::spawn(move || child.wait());
        Ok(())
    }
}

impl Place {
    /// A postmaster that says so in its pid file and takes connections.
    fn is_ready(&self) -> bool {
        let pid_file = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        pid_file.lines().nth(7).is_some_and(|status| status.trim() == "ready")
            && UnixStream::connect(self.socket.join(".s.PGSQL.5432")).is_ok()
    }

    fn not_started(&self) -> OpenError {
        OpenError::NotStarted { log: self.log(), said: tail(&self.log()) }
    }
}

fn percent_encoded(path: &Path) -> String {
    (path.as_os_str().as_bytes().iter())
        .map(|&byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn until(
    deadline: Instant,
    place: &Place,
    mut done: impl FnMut() -> Result<bool, OpenError>,
) -> Result<(), OpenError> {
    while !done()? {
        if Instant::now() > deadline {
            return Err(place.not_started());
        }
        std::thread::sleep(TICK);
    }
    Ok(())
}

fn held(tried: Result<(), TryLockError>, place: &Place) -> Result<bool, OpenError> {
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(cause)) => Err(OpenError::folder(&place.home)(cause)),
    }
}

fn rotate_log(log: &Path) {
    if std::fs::metadata(log).is_ok_and(|found| found.len() > LONGEST_LOG) {
        // A log that can't be moved only grows; Postgres starts all the same.
        let _ = std::fs::rename(log, log.with_extension("log.1"));
    }
}

fn tail(log: &Path) -> String {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(2000)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(6)..].join("\n")
}
