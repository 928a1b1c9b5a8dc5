//! Leases: who works which message, and for how long.

use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use sqlx::postgres::types::PgInterval;
use sqlx::{PgConnection, PgPool};

/// A message whose lease lapsed this often is worked alone, so that it can't take others down with it.
const SUSPECT_LAPSES: i16 = 3;

/// A message under lease. Only [`claim`] and [`claim_suspect`] make one.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Rises in the order of arrival.
    pub id: i64,
    /// The channel it came by.
    pub channel: String,
    /// `None`: a conversation of its own.
    pub contact_id: Option<i64>,
    /// As it came.
    pub text: String,
    /// When the customer sent it.
    pub sent_at: DateTime<Utc>,
    /// When it was stored.
    pub received_at: DateTime<Utc>,
    /// Tries that failed.
    pub tries: i16,
    /// Leases that ran out because their holder ended.
    pub lapses: i16,
    /// The number of the claim: a later claim of the same message has a higher one.
    pub fence: i64,
}

impl Claimed {
    /// Its id and the fence of its claim, by which it is held or let go.
    pub fn held_by(&self) -> (i64, i64) {
        (self.id, self.fence)
    }
}

/// Leases up to `limit` messages, oldest first. Of one conversation it takes a run of neighbours from its
/// oldest unfinished message on, or nothing. All of them carry the same fence.
pub async fn claim(pool: &PgPool, limit: u32, lease: Duration) -> Result<Vec<Claimed>> {
    claim_where(pool, limit, lease, false).await
}

/// Leases one message that has outlived its listeners too often to share a batch.
pub async fn claim_suspect(pool: &PgPool, lease: Duration) -> Result<Option<Claimed>> {
    Ok(claim_where(pool, 1, lease, true).await?.pop())
}

/// `ready` locks what can be worked; `run` drops a message whose predecessor in the conversation is not
/// in `ready` too, which happens when another listener locked that one a moment ago.
async fn claim_where(pool: &PgPool, limit: u32, lease: Duration, suspect: bool) -> Result<Vec<Claimed>> {
    let mut claimed = sqlx::query_as!(
        Claimed,
        r#"
        with ready as materialized (
            select m.id, m.contact_id
            from messages m
            where m.state in ('received', 'claimed', 'failed')
              and (m.state <> 'claimed' and m.next_try_at <= now()
                   or m.state = 'claimed' and m.lease_until < now())
              and (m.lapses >= $4) = $3
              and not exists (
                  select from messages earlier
                  where earlier.contact_id = m.contact_id and earlier.id < m.id
                    and earlier.state in ('received', 'claimed', 'failed')
                    and (earlier.state = 'claimed' and earlier.lease_until >= now()
                         or earlier.state <> 'claimed' and earlier.next_try_at > now()))
            order by m.id
            limit $1
            for update of m skip locked
        ), run as (
            select r.id
            from ready r
            where r.contact_id is null
               or not exists (
                  select from messages earlier
                  where earlier.contact_id = r.contact_id and earlier.id < r.id
                    and earlier.state in ('received', 'claimed', 'failed')
                    and not exists (select from ready o where o.id = earlier.id))
        ), fence as materialized (
            select nextval('claims') as number
        )
        update messages m
        set state = 'claimed',
            fence = fence.number,
            lease_until = now() + $2,
            lapses = m.lapses + (m.state = 'claimed')::int::smallint
        from run, fence
        where m.id = run.id
        returning m.id, m.channel, m.contact_id, coalesce(m.text, '') as "text!", m.sent_at, m.received_at,
                  m.tries, m.lapses, m.fence as "fence!"
        "#,
        i64::from(limit),
        interval(lease),
        suspect,
        SUSPECT_LAPSES,
    )
    .fetch_all(pool)
    .await
    .context("claim messages")?;
    claimed.sort_by_key(|m| m.id);
    Ok(claimed)
}

/// Whether a message waits that must be worked alone.
pub async fn any_suspect(pool: &PgPool) -> Result<bool> {
    sqlx::query_scalar!(
        r#"
        select exists (
            select from messages
            where lapses >= 3 and state in ('received', 'claimed', 'failed')
              and (state <> 'claimed' and next_try_at <= now() or state = 'claimed' and lease_until < now()))
            as "any!"
        "#
    )
    .fetch_one(pool)
    .await
    .context("look for messages to be worked alone")
}

/// Hands messages, each given with the fence of its claim, back untried, for the next claim.
pub async fn release(pool: &PgPool, claims: &[(i64, i64)]) -> Result<()> {
    release_for(pool, claims, Duration::ZERO).await
}

/// As [`release`], to be claimed again after `wait`.
pub async fn release_for(pool: &PgPool, claims: &[(i64, i64)], wait: Duration) -> Result<()> {
    let (ids, fences): (Vec<i64>, Vec<i64>) = claims.iter().copied().unzip();
    sqlx::query!(
        "update messages set state = 'received', lease_until = null, next_try_at = clock_timestamp() + $3 \
         where (id, fence) in (select * from unnest($1::bigint[], $2::bigint[])) and state = 'claimed'",
        &ids,
        &fences,
        interval(wait),
    )
    .execute(pool)
    .await
    .context("release messages")?;
    Ok(())
}

/// Records a failed try. `wait` is `None` when it was the last one: the message is then dead.
/// False when the lease of it, or of one before it in its conversation, had been lost, so that nothing was
/// recorded.
pub async fn fail(
    tx: &mut PgConnection,
    message: &Claimed,
    reason: &str,
    wait: Option<Duration>,
) -> Result<bool> {
    if super::lock_held(tx, &[message.held_by()]).await?.is_empty() {
        return Ok(false);
    }
    let done = sqlx::query!(
        r#"
        update messages
        set state = case when $4::interval is null then 'dead' else 'failed' end,
            tries = tries + 1,
            reason = $3,
            next_try_at = clock_timestamp() + coalesce($4::interval, interval '0'),
            finished_at = case when $4::interval is null then clock_timestamp() end,
            lease_until = null
        where id = $1 and fence = $2 and state = 'claimed'
        "#,
        message.id,
        message.fence,
        super::storable(reason),
        wait.map(interval) as Option<PgInterval>,
    )
    .execute(tx)
    .await
    .context("record a failed try")?;
    Ok(done.rows_affected() == 1)
}

fn interval(duration: Duration) -> PgInterval {
    PgInterval { months: 0, days: 0, microseconds: i64::try_from(duration.as_micros()).unwrap_or(i64::MAX) }
}
