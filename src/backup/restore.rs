//! A backup put back.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::archive::{self, DATABASE, MISCELLANEOUS, Manifest};
use super::{database, miscellaneous_file};
use crate::config::Settings;
use crate::db::client::Client;
use crate::db::{self, Db, MIGRATIONS};
use crate::events;

/// What was put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Of the backup.
    pub manifest: Manifest,
    /// Where the file of miscellaneous messages is that was there before, if there was one.
    pub set_aside: Option<PathBuf>,
}

/// Puts a backup back, once it has been found whole: the database in one transaction, then the
/// miscellaneous messages, then the migrations that the backup does not have yet.
///
/// # Errors
/// The backup is damaged or too new; something is there already and `force` is not set; another chit
/// uses the database; the database, the programs or the disk fail.
pub async fn restore(
    db: &Db,
    settings: &Settings,
    file: &Path,
    force: bool,
    at: DateTime<Utc>,
    say: &(dyn Fn(&str) + Sync),
) -> Result<Restored> {
    say("checking the backup");
    let (folder, manifest) = unpacked(settings, file).await?;
    must_be_known(&manifest)?;
    let client = Client::of(db, settings).await?;
    must_be_alone(&db.pool).await?;
    if !force {
        must_be_empty(&db.pool, &manifest.schema, &miscellaneous_file(settings)).await?;
    }
    say("restoring the database");
    database::load(&client, &manifest, &folder.path().join(DATABASE))
        .await
        .context("restore the database, which is as it was before")?;
    let set_aside = bring_back(&folder.path().join(MISCELLANEOUS), &miscellaneous_file(settings), at)?;
    db::migrate(&db.pool).await?;
    events::forget_all(&db.pool).await?;
    Ok(Restored { manifest, set_aside })
}

async fn unpacked(settings: &Settings, file: &Path) -> Result<(tempfile::TempDir, Manifest)> {
    let data_dir = settings.data_dir.clone();
    fs::create_dir_all(&data_dir).with_context(|| format!("make {}", data_dir.display()))?;
    // Beside the file it becomes, so that a rename is enough.
    let folder = tempfile::Builder::new().prefix(".restore-").tempdir_in(&data_dir);
    let folder = folder.with_context(|| format!("write into {}", data_dir.display()))?;
    let file = file.to_path_buf();
    tokio::task::spawn_blocking(move || {
        let manifest = archive::unpack(&file, folder.path())
            .with_context(|| format!("{} is not a whole backup; nothing was changed", file.display()))?;
        Ok((folder, manifest))
    })
    .await
    .context("unpack the backup")?
}

fn must_be_known(manifest: &Manifest) -> Result<()> {
    if !MIGRATIONS.version_exists(manifest.schema_version) {
        bail!(
            "the backup was made by chit {} and has tables (version {}) that this chit does not know: \
             restore it with that chit",
            manifest.chit,
            manifest.schema_version
        );
    }
    Ok(())
}

async fn must_be_alone(pool: &PgPool) -> Result<()> {
    // Connections that have just been closed are seen for a moment longer.
    for _ in 0..30 {
        if others(pool).await? == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("another chit uses this database: stop it, then restore")
}

async fn others(pool: &PgPool) -> Result<i64> {
    let all = sqlx::query_scalar!(
        r#"select count(*) as "count!" from pg_stat_activity
           where datname = current_database() and application_name = 'chit'"#
    )
    .fetch_one(pool)
    .await
    .context("look who uses the database")?;
    Ok(all.saturating_sub(pool.size().into()))
}

const FILLED_BY_MIGRATIONS: [&str; 2] = ["_sqlx_migrations", "installation"];

async fn must_be_empty(pool: &PgPool, schema: &str, miscellaneous: &Path) -> Result<()> {
    let mut connection = pool.acquire().await.context("look at the database")?;
    let rows = database::count_rows(&mut connection, schema).await?;
    let filled: Vec<String> = rows
        .iter()
        .filter(|(table, rows)| **rows > 0 && !FILLED_BY_MIGRATIONS.contains(&table.as_str()))
        .map(|(table, rows)| format!("{table} ({rows} rows)"))
        .collect();
    if !filled.is_empty() {
        bail!("the database is not empty: {}; --force replaces everything in it", filled.join(", "));
    }
    if fs::metadata(miscellaneous).is_ok_and(|found| found.len() > 0) {
        bail!("{} is not empty; --force sets it aside", miscellaneous.display());
    }
    Ok(())
}

fn bring_back(from: &Path, to: &Path, at: DateTime<Utc>) -> Result<Option<PathBuf>> {
    let before = to.with_extension(format!("jsonl.before-restore-{}", at.format("%Y%m%dT%H%M%SZ")));
    let is_there = fs::metadata(to).is_ok_and(|found| found.len() > 0);
    if is_there {
        fs::rename(to, &before).with_context(|| format!("set {} aside", to.display()))?;
    }
    fs::File::open(from).and_then(|file| file.sync_all()).and_then(|()| fs::rename(from, to)).with_context(
        || format!("write {}; it is in the backup, which can be restored again", to.display()),
    )?;
    Ok(is_there.then_some(before))
}
