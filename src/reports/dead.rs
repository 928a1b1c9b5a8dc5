//! Messages that were given up, and how to try them again.

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgPool;

use crate::messages::WAKE_UP;

/// A message that was given up.
#[derive(Clone, Debug, Serialize)]
pub struct DeadLetter {
    /// The message.
    pub id: i64,
    /// How it came.
    pub channel: String,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Failed tries.
    pub tries: i16,
    /// What the last one ended with.
    pub reason: Option<String>,
    /// What the customer wrote.
    pub text: Option<String>,
}

/// A message that will be tried again.
#[derive(Clone, Debug, Serialize)]
pub struct Retried {
    /// The message.
    pub id: i64,
    /// Why it had been given up.
    pub reason: Option<String>,
}

/// The dead letters, oldest first.
///
/// # Errors
/// When the database can't be asked.
pub async fn list(pool: &PgPool) -> anyhow::Result<Vec<DeadLetter>> {
    sqlx::query_as!(
        DeadLetter,
        "select id, channel, received_at, tries, reason, text from messages where state = 'dead' order by id",
    )
    .fetch_all(pool)
    .await
    .context("read the dead letters")
}

/// Moves dead messages, those named or all, back to `received` with all their tries, and wakes the
/// listeners. A message in any other state is left alone. The watermark steps back below them, because
/// they are unfinished again.
///
/// # Errors
/// When the database can't be asked.
pub async fn retry(pool: &PgPool, ids: Option<&[i64]>) -> anyhow::Result<Vec<Retried>> {
    sqlx::query_as!(
        Retried,
        r#"
        with chosen as (
            select id, reason from messages
            where state = 'dead' and ($1::bigint[] is null or id = any($1))
            order by id for update
        ), moved as (
            update messages m
            set state = 'received', tries = 0, lapses = 0, reason = null, next_try_at = clock_timestamp(),
                lease_until = null, fence = null, finished_at = null
            from chosen c where m.id = c.id
            returning m.id, c.reason
        ), stepped_back as (
            update progress set watermark = least(watermark, (select min(id) - 1 from moved))
            where name = 'listener' and exists (select from moved)
        ), woken as (
            select pg_notify($2, '') from moved limit 1
        )
        select id as "id!", reason from moved left join (select count(*) from woken) w on true order by id
        "#,
        ids,
        WAKE_UP,
    )
    .fetch_all(pool)
    .await
    .context("retry dead letters")
}
