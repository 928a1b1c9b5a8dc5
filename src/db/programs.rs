//! The Postgres programs of this machine.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Postgres whose SQL the migrations are written for.
pub const OLDEST: u32 = 15;

/// One installation of Postgres: a folder of programs of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programs {
    /// The folder with `postgres` in it.
    pub folder: PathBuf,
    /// Its major version, such as 15.
    pub major: u32,
}

impl Programs {
    /// The path of a program such as `pg_dump`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// What runs a server.
const SERVER: [&str; 2] = ["postgres", "initdb"];
/// What copies a database out of a server and into it.
const CLIENT: [&str; 3] = ["pg_dump", "pg_restore", "psql"];

/// Every installation that can run a server, best first: `preferred`, then `path` (symbolic links
/// are followed), then the folders of the distributions, newest first.
pub fn installed(preferred: Option<&Path>, path: &[PathBuf]) -> Vec<Programs> {
    all_with(&SERVER, preferred, path)
}

/// Whether a folder holds what runs a server.
pub fn can_serve(folder: &Path) -> bool {
    folder_with(&SERVER, folder).is_some()
}

/// The programs that can dump and restore a server of this major version: the nearest that are not
/// older.
pub fn client(major: u32, preferred: Option<&Path>, path: &[PathBuf]) -> Option<Programs> {
    let clients = all_with(&CLIENT, preferred, path).into_iter();
    clients.filter(|programs| programs.major >= major).min_by_key(|programs| programs.major)
}

fn all_with(names: &[&str], preferred: Option<&Path>, path: &[PathBuf]) -> Vec<Programs> {
    let mut seen = HashSet::new();
    (preferred.map(Path::to_path_buf).into_iter())
        .chain(path.iter().cloned())
        .chain(distribution_folders())
        .filter_map(|folder| folder_with(names, &folder))
        .filter(|folder| seen.insert(folder.clone()))
        .filter_map(|folder| Some(Programs { major: major(&folder.join(names[0]))?, folder }))
        .collect()
}

fn distribution_folders() -> Vec<PathBuf> {
    ["/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt", "/usr/local/opt", "/usr"]
        .into_iter()
        .flat_map(|base| {
            let mut versions: Vec<PathBuf> =
                fs::read_dir(base).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
            versions.push(PathBuf::from(base));
            versions.sort_by_key(|folder| Reverse(version_in_name(folder)));
            versions.into_iter().map(|folder| folder.join("bin"))
        })
        .collect()
}

fn version_in_name(folder: &Path) -> u32 {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let digits = name.trim_start_matches("postgresql@").trim_start_matches("pgsql-");
    digits.parse().unwrap_or(0)
}

/// `/usr/local/bin/postgres` may be a lone link into the folder that has the other programs too;
/// `/usr/bin/pg_dump` may be a link to a wrapper, and the others beside it as well.
fn folder_with(names: &[&str], folder: &Path) -> Option<PathBuf> {
    let program = folder.join(names[0]);
    let real = program.canonicalize().ok()?;
    [real.parent()?, folder].into_iter().find(|folder| holds(names, folder)).map(Path::to_path_buf)
}

fn holds(names: &[&str], folder: &Path) -> bool {
    names.iter().all(|name| folder.join(name).is_file())
}

fn major(program: &Path) -> Option<u32> {
    let output = Command::new(program).arg("--version").output().ok()?;
    major_in(&String::from_utf8_lossy(&output.stdout))
}

fn major_in(line: &str) -> Option<u32> {
    let version = line.split_once("(PostgreSQL) ")?.1;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn versions_are_read_from_what_postgres_prints() {
        for (line, major) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some(15)),
            ("postgres (PostgreSQL) 18beta1\n", Some(18)),
            ("postgres (PostgreSQL) 9.6.24\n", Some(9)),
            ("something else\n", None),
        ] {
            assert_eq!(major_in(line), major, "{line}");
        }
    }

    #[test]
    fn a_lone_link_leads_to_the_folder_with_all_the_programs() {
        let Some(real) = installed(None, &[]).into_iter().next() else { return };
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(real.path("postgres"), folder.path().join("postgres")).unwrap();
        assert_eq!(installed(Some(folder.path()), &[])[0], real);
    }

    #[test]
    fn a_dump_is_made_by_the_nearest_programs_that_are_not_older_than_the_server() {
        let folders: Vec<tempfile::TempDir> = [14, 17, 16].into_iter().map(folder_of_programs).collect();
        let path: Vec<PathBuf> = folders.iter().map(|folder| folder.path().to_path_buf()).collect();
        assert_eq!(client(16, None, &path).map(|found| found.major), Some(16));
        assert_eq!(client(99, None, &path), None);
    }

    fn folder_of_programs(major: u32) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in CLIENT {
            let program = folder.path().join(name);
            fs::write(&program, format!("#!/bin/sh\necho '{name} (PostgreSQL) {major}.1'\n")).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        folder
    }
}
