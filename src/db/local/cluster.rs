//! Making a cluster, and clearing what is left of one whose guard was killed.

use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{NAME, Place, TICK, Worth};
use crate::db::OpenError;
use crate::db::programs::{OLDEST, Programs};

const FAST_SHUTDOWN: Duration = Duration::from_secs(30);
const IMMEDIATE_SHUTDOWN: Duration = Duration::from_secs(10);

/// The programs for the cluster of a place: of its version if it exists, else the best.
pub fn choose<'a>(installed: &'a [Programs], place: &Place) -> Result<&'a Programs, OpenError> {
    let Some(best) = installed.iter().find(|programs| programs.major >= OLDEST) else {
        return Err(match installed.first() {
            None => OpenError::NoPrograms,
            Some(old) => OpenError::TooOld { whose: old.folder.display().to_string(), major: old.major },
        });
    };
    let Some(cluster) = place.version() else { return Ok(best) };
    installed.iter().find(|programs| programs.major == cluster).ok_or_else(|| OpenError::OtherVersion {
        home: place.home.clone(),
        cluster,
        programs: best.major,
    })
}

/// What `postgres` is started with. No network, few surprises, and every commit on disk.
pub fn arguments(place: &Place, worth: Worth) -> Vec<String> {
    let sync = match worth {
        Worth::Kept => "on",
        Worth::Throwaway => "off",
    };
    let settings = [
        "listen_addresses=".to_owned(),
        "port=5432".to_owned(),
        "max_connections=100".to_owned(),
        "shared_buffers=128MB".to_owned(),
        // Failed statements are reported by chit; in this log they would only pile up.
        "log_min_messages=log".to_owned(),
        "log_checkpoints=off".to_owned(),
        format!("fsync={sync}"),
        format!("synchronous_commit={sync}"),
        format!("full_page_writes={sync}"),
    ];
    let folders = ["-D", &place.data().display().to_string(), "-k", &place.socket.display().to_string()]
        .map(str::to_owned);
    folders.into_iter().chain(settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting])).collect()
}

/// Makes the cluster if there is none: aside, then renamed, so that a start cut short leaves no
/// half of one in its place.
pub fn make(place: &Place, programs: &Programs, worth: Worth) -> Result<(), OpenError> {
    if place.data().exists() {
        return Ok(());
    }
    remove_halves(place)?;
    let aside = place.home.join(format!("new-{}", uuid::Uuid::now_v7()));
    let mut initdb = place.command(programs.path("initdb"));
    initdb.arg("-D").arg(&aside);
    initdb.args(["-U", NAME, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"]);
    if worth == Worth::Throwaway {
        initdb.arg("--no-sync");
    }
    must_succeed("initdb", run(&mut initdb, "")?)?;
    let mut single = place.command(programs.path("postgres"));
    single.args(["--single", "-D"]).arg(&aside).arg("postgres");
    must_succeed("create the database", run(&mut single, &format!("create database {NAME}\n"))?)?;
    fs::rename(&aside, place.data())
        .and_then(|()| fs::File::open(&place.home)?.sync_all())
        .map_err(OpenError::folder(&place.data()))
}

/// Ends a Postgres without a guard, and removes the pid file of one that was killed: its number may
/// be another process's by now, which would keep Postgres from starting. Only called by the holder
/// of `guard.lock`, so that nobody starts one meanwhile.
pub fn clear_orphans(place: &Place) -> Result<(), OpenError> {
    let pid_file = place.data().join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&pid_file) else { return Ok(()) };
    let Some(postmaster) = text.lines().next().and_then(|line| line.trim().parse().ok()) else {
        return Ok(());
    };
    for (signal, patience) in [(Signal::SIGINT, FAST_SHUTDOWN), (Signal::SIGQUIT, IMMEDIATE_SHUTDOWN)] {
        let deadline = Instant::now() + patience;
        loop {
            let Some(residents) = residents(&place.data()) else { return Ok(()) };
            if residents.is_empty() {
                return remove_if_there(&pid_file);
            }
            if residents.contains(&postmaster) {
                // It may have ended since: then the next look shows it.
                let _ = kill(Pid::from_raw(postmaster), signal);
            }
            if Instant::now() > deadline {
                break;
            }
            std::thread::sleep(TICK * 20);
        }
    }
    Err(OpenError::StillInUse { home: place.home.clone(), postmaster })
}

/// The processes that have the cluster as their current folder, as all of Postgres has. `None` where
/// the machine does not tell.
fn residents(data: &Path) -> Option<Vec<i32>> {
    let identity = |path: PathBuf| fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
    let cluster = identity(data.to_path_buf())?;
    identity(PathBuf::from("/proc/self/cwd"))?;
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    Some(pids.filter(|pid| identity(PathBuf::from(format!("/proc/{pid}/cwd"))) == Some(cluster)).collect())
}

fn remove_if_there(file: &Path) -> Result<(), OpenError> {
    match fs::remove_file(file) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(OpenError::folder(file)(cause)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn remove_halves(place: &Place) -> Result<(), OpenError> {
    let entries = fs::read_dir(&place.home).map_err(OpenError::folder(&place.home))?;
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with("new-")) {
        // An initdb whose chit was killed may still write here: it fails, and this is tried again.
        let _ = fs::remove_dir_all(entry.path());
    }
    Ok(())
}

fn run(command: &mut Command, input: &str) -> Result<Output, OpenError> {
    let program = PathBuf::from(command.get_program());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(OpenError::folder(&program))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ended early says why on standard error.
        let _ = stdin.write_all(input.as_bytes());
    }
    child.wait_with_output().map_err(OpenError::folder(&program))
}

fn must_succeed(step: &'static str, output: Output) -> Result<(), OpenError> {
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if output.status.success() && !said.contains("ERROR:") {
        return Ok(());
    }
    Err(OpenError::NotMade { step, said })
}
