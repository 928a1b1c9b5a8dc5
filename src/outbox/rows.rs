//! The rows of a destination: what is due, and what became of it. Every change names the lease's fence
//! and changes nothing once another holds the destination.

use std::time::Duration;

use anyhow::Context;
use serde_json::Value;
use sqlx::{PgExecutor, PgPool};

use super::lease::Lease;
use crate::channels::{Parcel, Payload};

/// What the head of a destination's queue looks like.
#[derive(Debug)]
pub(super) enum Head {
    /// Nothing waits.
    Empty,
    /// The first row waits for its next try, and the others behind it.
    NotBefore(Duration),
    /// The first row can't be sent, ever.
    Unreadable { id: i64, reason: String },
    /// These can be sent now, in this order; all but the first were never tried or are due again.
    Due(Vec<Due>),
}

/// A row that can be sent now.
#[derive(Clone, Debug)]
pub(super) struct Due {
    pub(super) parcel: Parcel,
    pub(super) message_id: Option<i64>,
    /// Failed tries so far, an interrupted one among them.
    pub(super) tries: i16,
    /// How many of the last tries ended without an outcome: the service was killed, or a defect.
    pub(super) lapses: i16,
    /// An earlier try ended without an outcome.
    pub(super) interrupted: bool,
}

/// The first rows of the lease's destination, at most `limit`, in the order of their ids.
pub(super) async fn head(pool: &PgPool, lease: &Lease, limit: i64) -> anyhow::Result<Head> {
    let rows = sqlx::query!(
        r#"select id, message_id, payload, state, tries, lapses,
               (select id from installation) as "installation!",
               extract(epoch from next_try_at - clock_timestamp())::float8 as "wait!"
           from outbox
           where destination = $1 and state in ('pending', 'sending', 'failed')
           order by id limit $2"#,
        lease.destination,
        limit,
    )
    .fetch_all(pool)
    .await
    .context("look into the outbox")?;
    let mut due = Vec::new();
    for row in rows {
        if row.wait > 0.0 {
            let wait = Duration::try_from_secs_f64(row.wait).unwrap_or(Duration::MAX);
            return Ok(if due.is_empty() { Head::NotBefore(wait) } else { Head::Due(due) });
        }
        let payload = match payload(row.payload) {
            Ok(payload) => payload,
            Err(reason) if due.is_empty() => return Ok(Head::Unreadable { id: row.id, reason }),
            Err(_) => break,
        };
        let parcel = Parcel { id: row.id, installation: row.installation, payload };
        let interrupted = row.state == "sending";
        let tries = row.tries.saturating_add(i16::from(interrupted));
        let lapses = row.lapses.saturating_add(i16::from(interrupted));
        due.push(Due { parcel, message_id: row.message_id, tries, lapses, interrupted });
    }
    Ok(if due.is_empty() { Head::Empty } else { Head::Due(due) })
}

fn payload(value: Option<Value>) -> Result<Payload, String> {
    let value = value.ok_or("its text is no longer in the database")?;
    serde_json::from_value(value).map_err(|error| format!("it can't be read: {error}"))
}

/// Says that `due` is on its way, so that a crash from here on is noticed. A row whose earlier try was
/// interrupted counts that as a failed one, and is marked as a possible repeat.
pub(super) async fn claim(pool: &PgPool, lease: &Lease, due: &[Due]) -> anyhow::Result<bool> {
    let claimed = sqlx::query!(
        "with held as materialized (select from destinations where name = $1 and fence = $2 for share)
         update outbox
         set state = 'sending',
             tries = least(tries + (state = 'sending')::int, 32767),
             lapses = least(lapses + (state = 'sending')::int, 32767),
             payload = case when state = 'sending' then payload || '{\"repeat\": true}' else payload end
         from held where id = any($3) and state in ('pending', 'sending', 'failed')",
        lease.destination,
        lease.fence,
        &ids(due),
    )
    .execute(pool)
    .await
    .context("claim from the outbox")?;
    Ok(claimed.rows_affected() == due.len() as u64)
}

/// What became of a row.
#[derive(Debug)]
pub(super) enum Outcome<'a> {
    /// Delivered.
    Sent,
    /// Not now; `failed` tells whether that counts as a try.
    Again { wait: Duration, failed: Option<&'a str>, repeat: bool },
    /// Not now, as the service itself failed.
    Lapsed { wait: Duration, reason: &'a str, repeat: bool },
    /// Never.
    Dead { reason: &'a str },
}

/// Writes what became of `ids`; false when the destination is another's by now. What is sent may be
/// marked so again: the first time may have gone through without an answer.
pub(super) async fn settle(
    database: impl PgExecutor<'_>,
    lease: &Lease,
    ids: &[i64],
    outcome: &Outcome<'_>,
) -> anyhow::Result<bool> {
    let (state, wait, error, repeat) = match *outcome {
        Outcome::Sent => ("sent", Duration::ZERO, None, false),
        Outcome::Again { wait, failed: None, repeat } => ("pending", wait, None, repeat),
        Outcome::Again { wait, failed: error @ Some(_), repeat } => ("failed", wait, error, repeat),
        Outcome::Lapsed { wait, reason, repeat } => ("failed", wait, Some(reason), repeat),
        Outcome::Dead { reason } => ("dead", Duration::ZERO, Some(reason), false),
    };
    let settled = sqlx::query!(
        "with held as materialized (select from destinations where name = $1 and fence = $2 for share)
         update outbox
         set state = $4, error = $5,
             tries = least(tries + ($5::text is not null)::int, 32767),
             lapses = case when $8 then least(lapses + 1, 32767) else 0 end,
             next_try_at = clock_timestamp() + make_interval(secs => $6),
             sent_at = case when $4 = 'sent' then clock_timestamp() end,
             payload = case when $7 then payload || '{\"repeat\": true}' else payload end
         from held
         where id = any($3) and (state in ('pending', 'sending', 'failed') or (state = 'sent' and $4 = 'sent'))",
        lease.destination,
        lease.fence,
        ids,
        state,
        error,
        wait.as_secs_f64(),
        repeat,
        matches!(outcome, Outcome::Lapsed { .. }),
    )
    .execute(database)
    .await
    .context("mark in the outbox")?;
    Ok(settled.rows_affected() == ids.len() as u64)
}

/// The ids of `due`.
pub(super) fn ids(due: &[Due]) -> Vec<i64> {
    due.iter().map(|row| row.parcel.id).collect()
}
