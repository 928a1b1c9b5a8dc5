//! The last processed id: every message up to it is finished, and none can still appear below it.

use anyhow::{Context, Result};
use sqlx::PgPool;

const NAME: &str = "listener";

/// Moves the watermark as far as it can go and returns it.
///
/// A transaction that took a low id may commit after a higher one was finished, so the ids seen are not
/// enough. Once the newest id was H and the newest transaction X, and all transactions up to X have ended,
/// nothing can appear at or below H any more: a transaction has its number before it takes an id, because
/// `messages.xid` stands before `messages.id`.
pub async fn advance_watermark(pool: &PgPool) -> Result<i64> {
    let reached = sqlx::query!(
        r#"
        update progress p
        set watermark = greatest(p.watermark, least(p.horizon, coalesce(
                (select min(id) - 1 from messages where state in ('received', 'claimed', 'failed')), p.horizon))),
            updated_at = clock_timestamp()
        where p.name = $1 and p.horizon_xid < pg_snapshot_xmin(pg_current_snapshot())
        returning p.watermark, p.horizon
        "#,
        NAME,
    )
    .fetch_optional(pool)
    .await
    .context("advance the watermark")?;
    if reached.as_ref().is_none_or(|r| r.watermark == r.horizon) {
        raise_horizon(pool).await?;
    }
    match reached {
        Some(reached) => Ok(reached.watermark),
        None => watermark(pool).await,
    }
}

/// The stored watermark; 0 before the first message.
pub async fn watermark(pool: &PgPool) -> Result<i64> {
    let stored = sqlx::query_scalar!("select watermark from progress where name = $1", NAME)
        .fetch_optional(pool)
        .await
        .context("read the watermark")?;
    Ok(stored.unwrap_or(0))
}

/// The id is read first and the transaction's number taken after it: the other way round, a transaction
/// between the two could hold an id below the horizon and a number above it. A horizon that is still
/// waiting for old transactions is left alone, or a steady stream of them would hold it back for ever.
async fn raise_horizon(pool: &PgPool) -> Result<()> {
    let mut tx = pool.begin().await.context("begin")?;
    let newest = sqlx::query_scalar!(
        r#"select case when is_called then last_value else 0 end as "id!" from messages_id_seq"#
    )
    .fetch_one(&mut *tx)
    .await
    .context("read the newest message id")?;
    sqlx::query!(
        r#"
        insert into progress (name, horizon, horizon_xid) values ($1, $2, pg_current_xact_id())
        on conflict (name) do update
        set horizon = excluded.horizon, horizon_xid = excluded.horizon_xid
        where progress.horizon < excluded.horizon and progress.watermark = progress.horizon
        "#,
        NAME,
        newest,
    )
    .execute(&mut *tx)
    .await
    .context("raise the horizon")?;
    tx.commit().await.context("commit")
}
