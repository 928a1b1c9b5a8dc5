//! How the outbox stands, a line a destination, for the doctor and the page.

use anyhow::Context;
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::WAKE_UP;

/// How a destination stands. It may be one that the settings no longer name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Of the destination.
    pub destination: String,
    /// Rows that are still to be sent.
    pub waiting: i64,
    /// When the oldest of them was saved.
    pub oldest: Option<DateTime<Utc>>,
    /// Rows that were given up.
    pub dead: i64,
    /// Set when its address was refused for good.
    pub stopped: Option<Stopped>,
}

/// Why a destination takes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Since when.
    pub at: DateTime<Utc>,
    /// In words, with what to do.
    pub reason: String,
    /// Of the address that was refused; another one starts afresh.
    pub fingerprint: String,
}

/// Every destination that is known or has rows, by name.
///
/// # Errors
/// The database's.
pub async fn overview(pool: &PgPool) -> anyhow::Result<Vec<Overview>> {
    let rows = sqlx::query!(
        r#"with unsent as (
               select destination, count(*) as waiting, min(created_at) as oldest from outbox
               where state in ('pending', 'sending', 'failed') group by destination
           ), given_up as (
               select destination, count(*) as dead from outbox where state = 'dead' group by destination
           ), names as (
               select name from destinations
               union select destination from unsent union select destination from given_up
           )
           select names.name as "name!", coalesce(waiting, 0) as "waiting!", oldest,
               coalesce(dead, 0) as "dead!", stopped_at as "stopped_at?", stopped_for as "stopped_for?",
               stopped_reason as "stopped_reason?"
           from names
           left join destinations using (name)
           left join unsent on unsent.destination = names.name
           left join given_up on given_up.destination = names.name
           order by names.name"#
    )
    .fetch_all(pool)
    .await
    .context("look over the outbox")?;
    let stopped = |at: Option<_>, fingerprint: Option<String>, reason: Option<String>| {
        let reason = reason.unwrap_or_else(|| "refused".to_owned());
        Some(Stopped { at: at?, fingerprint: fingerprint.unwrap_or_default(), reason })
    };
    Ok(rows
        .into_iter()
        .map(|row| Overview {
            destination: row.name,
            waiting: row.waiting,
            oldest: row.oldest,
            dead: row.dead,
            stopped: stopped(row.stopped_at, row.stopped_for, row.stopped_reason),
        })
        .collect())
}

/// Lets a destination that was refused for good try the same address again. False if it wasn't stopped.
///
/// # Errors
/// The database's.
pub async fn start_again(pool: &PgPool, destination: &str) -> anyhow::Result<bool> {
    let started = sqlx::query!(
        "update destinations set stopped_at = null, stopped_for = null, stopped_reason = null
         where name = $1 and stopped_at is not null",
        destination,
    )
    .execute(pool)
    .await
    .with_context(|| format!("start {destination} again"))?;
    sqlx::query!("select pg_notify($1, '')", WAKE_UP).execute(pool).await?;
    Ok(started.rows_affected() == 1)
}
