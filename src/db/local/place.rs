//! Where a private cluster lies and whose it is.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::unistd::{User, geteuid};
use sha2::{Digest, Sha256};

use crate::db::OpenError;

/// A unix socket's path holds 107 bytes, `/.s.PGSQL.5432` among them.
const LONGEST_SOCKET_FOLDER: usize = 90;

/// The folders of one private cluster.
#[derive(Clone, Debug)]
pub struct Place {
    /// The folder with everything in it: cluster, locks, log.
    pub home: PathBuf,
    /// The folder of the unix socket; the home, unless its path is too long for one.
    pub socket: PathBuf,
    /// Why the home is not in the data directory, if it is not.
    pub elsewhere: Option<String>,
    account: Option<Account>,
}

/// Postgres refuses to run as root, so that its programs then get another account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Account {
    uid: u32,
    gid: u32,
}

impl Place {
    /// The place of the cluster that belongs to a data directory; made if it is not there.
    ///
    /// # Errors
    /// A folder can't be made, or belongs to somebody else.
    pub fn of(data_dir: &Path) -> Result<Self, OpenError> {
        let wanted = data_dir.join("postgres");
        fs::create_dir_all(&wanted).map_err(OpenError::folder(&wanted))?;
        let wanted = wanted.canonicalize().map_err(OpenError::folder(&wanted))?;
        let (home, elsewhere) = match geteuid().is_root() {
            true => reachable_home(&wanted)?,
            false => (wanted, None),
        };
        Self::at(home, elsewhere)
    }

    /// Whether the cluster of a data directory was made, here or elsewhere.
    pub fn is_made(data_dir: &Path) -> bool {
        let Ok(wanted) = data_dir.join("postgres").canonicalize() else { return false };
        let elsewhere = geteuid().is_root() && other_home(&wanted).join("data").exists();
        elsewhere || wanted.join("data").exists()
    }

    /// A place in this folder, whatever its parents.
    ///
    /// # Errors
    /// As [`Place::of`].
    pub fn at(home: PathBuf, elsewhere: Option<String>) -> Result<Self, OpenError> {
        let account = account_for(&home);
        let socket = match home.as_os_str().len() > LONGEST_SOCKET_FOLDER {
            true => Path::new(if account.is_some() { "/run" } else { "/tmp" }).join(short_name(&home)),
            false => home.clone(),
        };
        let place = Self { home, socket, elsewhere, account };
        place.own(&place.home)?;
        place.own(&place.socket)?;
        Ok(place)
    }

    /// The cluster itself.
    pub fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// What Postgres and its guard have to say.
    pub fn log(&self) -> PathBuf {
        self.home.join("postgres.log")
    }

    /// The major version of the cluster, if there is one.
    pub fn version(&self) -> Option<u32> {
        fs::read_to_string(self.data().join("PG_VERSION")).ok()?.trim().parse().ok()
    }

    /// A program that runs under the cluster's account, away from the terminal.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).stdout(Stdio::null()).current_dir("/").process_group(0);
        if let Some(Account { uid, gid }) = self.account {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Opens a file of the home for writing, made for the cluster's account.
    ///
    /// # Errors
    /// It can't be opened.
    pub fn open(&self, name: &str) -> Result<fs::File, OpenError> {
        let path = self.home.join(name);
        let file =
            fs::OpenOptions::new().create(true).append(true).open(&path).map_err(OpenError::folder(&path))?;
        self.give(&path)?;
        Ok(file)
    }

    fn give(&self, path: &Path) -> Result<(), OpenError> {
        let Some(Account { uid, gid }) = self.account else { return Ok(()) };
        chown(path, Some(uid), Some(gid)).map_err(OpenError::folder(path))
    }

    /// A folder that nobody else can look into. One that somebody else put there is refused.
    fn own(&self, folder: &Path) -> Result<(), OpenError> {
        let made = fs::DirBuilder::new().mode(0o700).create(folder);
        if made.is_err() && !fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir()) {
            return made.map_err(OpenError::folder(folder));
        }
        self.give(folder)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(OpenError::folder(folder))
    }
}

/// Root's own folders are closed to the account that Postgres gets: then the cluster goes to
/// `/var/lib`, and stays where it once was made.
fn reachable_home(wanted: &Path) -> Result<(PathBuf, Option<String>), OpenError> {
    let other = other_home(wanted);
    let here = wanted.join("data").exists();
    let there = other.join("data").exists();
    if here || (!there && reaches(wanted)) {
        return Ok((wanted.to_path_buf(), None));
    }
    let why = format!("{} is closed to the account that Postgres runs under", wanted.display());
    Ok((other, Some(why)))
}

fn other_home(wanted: &Path) -> PathBuf {
    Path::new("/var/lib").join(short_name(wanted))
}

fn reaches(home: &Path) -> bool {
    let Some(Account { uid, gid }) = account_for(home) else { return true };
    let Some(parent) = home.parent() else { return true };
    let mut look = Command::new("/bin/sh");
    look.args(["-c", r#"cd "$0""#]).arg(parent).stderr(Stdio::null()).current_dir("/").uid(uid).gid(gid);
    look.status().is_ok_and(|status| status.success())
}

/// The account of a cluster that is there already, else of whoever owns the data directory, else
/// `postgres`, else `nobody`.
fn account_for(home: &Path) -> Option<Account> {
    if !geteuid().is_root() {
        return None;
    }
    let owned = |path: &Path| fs::metadata(path).ok().filter(|found| found.uid() != 0);
    if let Some(cluster) = owned(&home.join("data")) {
        return Some(Account { uid: cluster.uid(), gid: cluster.gid() });
    }
    let owner = || User::from_uid(owned(home.parent()?)?.uid().into()).ok().flatten();
    let named = |name| User::from_name(name).ok().flatten();
    let user = owner().or_else(|| named("postgres")).or_else(|| named("nobody"));
    let of = |user: User| Account { uid: user.uid.as_raw(), gid: user.gid.as_raw() };
    Some(user.map_or(Account { uid: 65534, gid: 65534 }, of))
}

fn short_name(home: &Path) -> String {
    let digest = Sha256::digest(home.as_os_str().as_bytes());
    let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("chit-{hex}")
}
