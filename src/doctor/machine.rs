//! Settings, folders and programs.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result};
use nix::sys::statvfs::statvfs;
use nix::unistd::{AccessFlags, access};

use super::{Check, Finding};
use crate::config::{Settings, search_path};
use crate::db::programs;

const LITTLE_SPACE: u64 = 2 << 30;
const NO_SPACE: u64 = 200 << 20;

pub fn check_settings(settings: &Settings, from: &str) -> Check {
    Check::new("settings", Ok(settings_finding(settings, from)))
}

fn settings_finding(settings: &Settings, from: &str) -> Finding {
    if let Some(zone) = settings.timezone.as_deref().filter(|zone| zone.parse::<chrono_tz::Tz>().is_err()) {
        return Finding::fail(format!("{zone} is no time zone"), "set timezone to one such as Europe/Berlin");
    }
    if settings.bind.parse::<SocketAddr>().is_err() {
        let finding = format!("{} is no address to listen at", settings.bind);
        return Finding::fail(finding, "set bind to one such as 127.0.0.1:8080");
    }
    let zone = settings.timezone.as_deref().unwrap_or("the machine's time zone");
    Finding::ok(format!("prices in {}, {zone}; from {from}", settings.currency))
}

pub fn check_data_directory(settings: &Settings) -> Check {
    Check::new("data directory", data_directory_finding(&settings.data_dir))
}

fn data_directory_finding(data_dir: &Path) -> Result<Finding> {
    let shown = data_dir.display();
    let there = data_dir.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/"));
    if !fs::metadata(there).context("look at it")?.is_dir() {
        return Ok(Finding::fail(
            format!("{} is not a folder", there.display()),
            "name another with --data-dir",
        ));
    }
    if access(there, AccessFlags::W_OK | AccessFlags::X_OK).is_err() {
        let finding = format!("nothing can be written into {}", there.display());
        return Ok(Finding::fail(finding, format!("chown it to who runs chit: chown -R $USER {shown}")));
    }
    let disk = statvfs(there).context("ask how full the disk is")?;
    let free = disk.blocks_available().saturating_mul(disk.fragment_size());
    let finding = format!("{shown}, {} MB free", free >> 20);
    let remedy = format!("make room on the disk of {shown}, or move it and name it with --data-dir");
    Ok(if free < NO_SPACE {
        Finding::fail(finding, remedy)
    } else if free < LITTLE_SPACE {
        Finding::warn(finding, remedy)
    } else {
        Finding::ok(finding)
    })
}

pub fn check_programs(settings: &Settings) -> Check {
    Check::new("postgres programs", Ok(programs_finding(settings)))
}

fn programs_finding(settings: &Settings) -> Finding {
    let (preferred, path) = (settings.pg_bin_dir.as_deref(), search_path());
    let servers = programs::installed(preferred, &path);
    let server = servers.iter().find(|found| found.major >= programs::OLDEST);
    let Some(client) = programs::client(programs::OLDEST, preferred, &path) else {
        let finding = "there is no pg_dump: backups can't be made";
        return Finding::warn(finding, "apt-get install postgresql-client");
    };
    let shown = |found: &programs::Programs| format!("{} in {}", found.major, found.folder.display());
    match server {
        Some(server) => Finding::ok(format!("Postgres {}", shown(server))),
        None if settings.database_url.is_some() => Finding::ok(format!("pg_dump {}", shown(&client))),
        None => Finding::fail(
            format!(
                "there is no Postgres {} or later to start, and DATABASE_URL is not set",
                programs::OLDEST
            ),
            "apt-get install postgresql",
        ),
    }
}
