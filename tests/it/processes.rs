//! Waiting for processes that end by themselves.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::unistd::Pid;
use tempfile::TempDir;

/// Anything that is to happen by itself has happened by then.
pub const SOON: Duration = Duration::from_secs(15);

/// A data directory that the cluster's account can reach.
pub fn data_dir() -> TempDir {
    let folder = tempfile::Builder::new().prefix("chit-data-").tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// The Postgres that runs in this folder, if one does.
pub fn postmaster(home: &Path) -> Option<Pid> {
    let text = fs::read_to_string(home.join("data/postmaster.pid")).ok()?;
    Some(Pid::from_raw(text.lines().next()?.parse().ok()?))
}

/// Waits until something is done and says how long that took.
pub fn within(patience: Duration, what: &str, mut done: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < patience, "{what} within {patience:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    start.elapsed()
}

/// Waits until the private Postgres in this folder has stopped.
pub fn stops(home: &Path) -> Duration {
    within(SOON, "Postgres stops", || postmaster(home).is_none())
}
