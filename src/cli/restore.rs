//! `chit restore`: everything out of one file.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::exit::Exit;
use crate::backup;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db;

/// Put a backup back
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  chit restore chit-monday.tar
  chit restore --force chit-monday.tar

The backup is checked first. Then the database is replaced whole or not at all. Stop every other chit
before.")]
pub struct RestoreArgs {
    /// The file that `chit backup` wrote
    pub file: PathBuf,
    /// Replace what is there
    #[arg(long)]
    pub force: bool,
}

/// Restores the backup.
///
/// # Errors
/// The backup is not whole, something is there already, or the database, the programs or the disk fail.
pub async fn run(args: &RestoreArgs, settings: &Settings, clock: &Clock) -> Result<Exit> {
    // Not brought up to date: the tables of the backup take the place of what is there.
    let db = db::connect(settings).await?;
    let say = |step: &str| eprintln!("{step} …");
    let restored =
        backup::restore(&db, settings, &args.file, args.force, clock.now(), &say).await.context("restore")?;
    let rows: i64 = restored.manifest.rows.values().sum();
    println!(
        "{}: {rows} rows in {} tables, as of {}",
        args.file.display(),
        restored.manifest.rows.len(),
        restored.manifest.created_at.to_rfc3339()
    );
    if let Some(before) = restored.set_aside {
        eprintln!("The miscellaneous messages that were here before are in {}.", before.display());
    }
    db.close().await;
    Ok(Exit::Ok)
}
