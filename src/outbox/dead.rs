//! Notices that were given up.

use anyhow::Context;
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::WAKE_UP;

/// A notice that was given up.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DeadRow {
    /// Of the outbox row.
    pub id: i64,
    /// Where it should have gone.
    pub destination: String,
    /// The message it tells of.
    pub message_id: Option<i64>,
    /// What made it be sent.
    pub cause: String,
    /// Why it was given up.
    pub reason: String,
    /// Failed tries.
    pub tries: i16,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
    /// False once its text is in the file of miscellaneous messages only.
    pub can_be_retried: bool,
}

/// Which dead rows.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// Every one.
    All,
    /// Those with these ids.
    Ids(&'a [i64]),
}

/// The notices that were given up, oldest first.
///
/// # Errors
/// The database's.
pub async fn dead(pool: &PgPool) -> anyhow::Result<Vec<DeadRow>> {
    sqlx::query_as!(
        DeadRow,
        r#"select id, destination, message_id, cause, coalesce(error, '') as "reason!", tries, created_at,
               payload is not null as "can_be_retried!"
           from outbox where state = 'dead' order by id"#
    )
    .fetch_all(pool)
    .await
    .context("list the notices that were given up")
}

/// Gives `which` all their tries again. Returns how many; those that aren't dead or can't be retried stay
/// as they are.
///
/// # Errors
/// The database's.
pub async fn retry_dead(pool: &PgPool, which: Which<'_>) -> anyhow::Result<u64> {
    let ids = match which {
        Which::All => None,
        Which::Ids(ids) => Some(ids),
    };
    let mut transaction = pool.begin().await.context("begin")?;
    let retried = sqlx::query!(
        "update outbox set state = 'pending', tries = 0, lapses = 0, next_try_at = clock_timestamp(), error = null
         where state = 'dead' and payload is not null and ($1::bigint[] is null or id = any($1))",
        ids,
    )
    .execute(&mut *transaction)
    .await
    .context("retry notices that were given up")?;
    sqlx::query!("select pg_notify($1, '')", WAKE_UP).execute(&mut *transaction).await?;
    transaction.commit().await.context("retry notices that were given up")?;
    Ok(retried.rows_affected())
}
