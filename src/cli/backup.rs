//! `chit backup`: everything in one file.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::exit::Exit;
use crate::backup;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db;

/// Write everything into one file and check it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  chit backup chit-monday.tar
  chit backup --force /media/stick/chit.tar

The file holds the database and the text of miscellaneous messages. It is taken while the service
runs, shows one moment, and has its name only once it was read back and found whole. Keep it as safe
as the messages in it.")]
pub struct BackupArgs {
    /// The file to write
    pub file: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    pub force: bool,
}

/// Writes the backup.
///
/// # Errors
/// The file exists, or the database, the programs or the disk fail.
pub async fn run(args: &BackupArgs, settings: &Settings, clock: &Clock) -> Result<Exit> {
    let db = db::open(settings).await?;
    let say = |step: &str| eprintln!("{step} …");
    let manifest =
        backup::back_up(&db, settings, &args.file, args.force, clock.now(), &say).await.context("back up")?;
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    let rows: i64 = manifest.rows.values().sum();
    println!("{}: {rows} rows in {} tables, {bytes} bytes", args.file.display(), manifest.rows.len());
    db.close().await;
    Ok(Exit::Ok)
}
