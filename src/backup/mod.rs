//! Everything a restaurant has in Chit, in one file, and back.

mod archive;
mod database;
mod restore;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use tempfile::NamedTempFile;

use crate::config::Settings;
use crate::db::Db;
use crate::db::client::Client;
use archive::{DATABASE, MISCELLANEOUS};
use database::Snapshot;

pub use archive::{Entry, Manifest};
pub use restore::{Restored, restore};

/// Writes a backup: aside first, read back and compared, and only then under its name, so that a
/// file of that name is a good one. `say` is told about each step.
///
/// # Errors
/// The file exists and `force` is not set; the database, the programs or the disk fail.
pub async fn back_up(
    db: &Db,
    settings: &Settings,
    file: &Path,
    force: bool,
    at: DateTime<Utc>,
    say: &(dyn Fn(&str) + Sync),
) -> Result<Manifest> {
    refuse_to_overwrite(file, force)?;
    let folder = folder_of(file);
    let client = Client::of(db, settings).await?;
    say("dumping the database");
    let snapshot = Snapshot::take(&db.pool).await?;
    let dump = aside(&folder)?;
    database::dump(&client, &snapshot, dump.path()).await?;
    let (schema, schema_version, rows) = snapshot.end().await?;
    // After the database, so that every miscellaneous message in it has its text here.
    let miscellaneous = aside(&folder)?;
    copy_whole_lines(&miscellaneous_file(settings), miscellaneous.path())?;

    say("packing and reading it back");
    let manifest = Manifest {
        format: archive::FORMAT,
        chit: env!("CARGO_PKG_VERSION").to_owned(),
        created_at: at,
        schema,
        schema_version,
        files: vec![Entry::of(DATABASE, dump.path())?, Entry::of(MISCELLANEOUS, miscellaneous.path())?],
        rows,
    };
    database::must_be_readable(&client, dump.path()).await?;
    let packed = aside(&folder)?;
    let packing = manifest.clone();
    let packed = tokio::task::spawn_blocking(move || {
        archive::write(&packing, &[dump.path(), miscellaneous.path()], packed.as_file())?;
        let found = archive::verify(packed.path()).context("read the backup back")?;
        if found != packing {
            bail!("what was read back is not what was written: is the disk all right?");
        }
        Ok(packed)
    })
    .await
    .context("pack the backup")??;
    keep(packed, file, force)?;
    Ok(manifest)
}

/// The text of the messages that are neither orders nor enquiries.
fn miscellaneous_file(settings: &Settings) -> PathBuf {
    settings.data_dir.join(MISCELLANEOUS)
}

fn refuse_to_overwrite(file: &Path, force: bool) -> Result<()> {
    if file.exists() && !force {
        bail!("{} exists: name another file, or replace it with --force", file.display());
    }
    Ok(())
}

fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        Some(_) | None => PathBuf::from("."),
    }
}

/// A file that only its owner can read and that is gone when anything fails.
fn aside(folder: &Path) -> Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(".chit-backup-")
        .tempfile_in(folder)
        .with_context(|| format!("write into {}", folder.display()))
}

/// A line that is being written meanwhile belongs to the next backup.
fn copy_whole_lines(from: &Path, to: &Path) -> Result<()> {
    let text = match fs::read(from) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Vec::new(),
        read => read.with_context(|| format!("read {}", from.display()))?,
    };
    let end = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
    fs::write(to, &text[..end]).with_context(|| format!("write {}", to.display()))
}

fn keep(packed: NamedTempFile, file: &Path, force: bool) -> Result<()> {
    packed.as_file().sync_all().context("sync the backup")?;
    let kept = if force { packed.persist(file) } else { packed.persist_noclobber(file) };
    kept.map_err(|failed| failed.error).with_context(|| format!("write {}", file.display()))?;
    File::open(folder_of(file)).and_then(|folder| folder.sync_all()).context("sync the folder of the backup")
}
