//! What changed, for those who watch. A row names the orders; how they stand now is asked of their own table.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Result};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

/// The wake-up for those who watch. It says "look"; the rows say what.
pub const WAKE_UP: &str = "chit_events";

/// The most rows that are caught up with one by one; who is further behind starts afresh.
const MOST: i64 = 1000;

/// A place in the stream: everything up to it has been seen. Written `transaction-row`, as in `7412-93`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// Of the writing transaction.
    xid: u64,
    /// Of the row.
    id: i64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.xid, self.id)
    }
}

impl FromStr for Cursor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (xid, id) = text.split_once('-').ok_or("a place in the stream looks like 7412-93")?;
        match (xid.parse(), id.parse()) {
            (Ok(xid), Ok(id)) => Ok(Self { xid, id }),
            (Err(_), _) | (_, Err(_)) => Err("a place in the stream looks like 7412-93"),
        }
    }
}

/// What happened after a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Since {
    /// These orders changed, some perhaps more than once; nothing when there are none.
    Changed {
        /// Up to here.
        cursor: Cursor,
        /// Each named once.
        orders: Vec<Uuid>,
        /// Those of later rows, one a row or more: an older transaction is still running, perhaps of another program on
        /// the same server. They are told again once it has ended.
        early: Vec<Uuid>,
    },
    /// The place is too far back, or of another database.
    TooOld,
}

/// Says, when the transaction commits, that these orders changed.
pub async fn tell(tx: &mut PgConnection, orders: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "with told as (insert into events (orders) values ($1)) select pg_notify($2, '')",
        orders,
        WAKE_UP
    )
    .fetch_one(tx)
    .await
    .context("tell those who watch")?;
    Ok(())
}

/// The newest place below which nothing can still appear.
pub async fn newest(pool: &PgPool) -> Result<Cursor> {
    let row = sqlx::query!(
        r#"
        select xid::text as "xid!", id from events
        where xid < pg_snapshot_xmin(pg_current_snapshot())
        order by xid desc, id desc limit 1
        "#
    )
    .fetch_optional(pool)
    .await
    .context("find the newest event")?;
    row.map_or(Ok(Cursor::default()), |row| cursor(&row.xid, row.id))
}

/// What changed after `after`. The place moves on as far as nothing before it can still appear.
pub async fn since(pool: &PgPool, after: Cursor) -> Result<Since> {
    let rows = sqlx::query!(
        r#"
        select e.xid::text as "xid!", e.id, e.orders,
               e.xid < pg_snapshot_xmin(pg_current_snapshot()) as "settled!"
        from events e where (e.xid, e.id) > ($1::text::xid8, $2)
        order by e.xid, e.id limit $3
        "#,
        after.xid.to_string(),
        after.id,
        MOST + 1,
    )
    .fetch_all(pool)
    .await
    .context("read what changed")?;
    if rows.len() as i64 > MOST || !is_known(pool, after).await? {
        return Ok(Since::TooOld);
    }
    let settled = rows.partition_point(|row| row.settled);
    let newest = rows[..settled].last().map_or(Ok(after), |row| cursor(&row.xid, row.id))?;
    let early = rows[settled..].iter().flat_map(|row| row.orders.iter().copied()).collect();
    let mut orders: Vec<Uuid> = rows[..settled].iter().flat_map(|row| row.orders.iter().copied()).collect();
    orders.sort_unstable();
    orders.dedup();
    Ok(Since::Changed { cursor: newest, orders, early })
}

/// A place that was forgotten can't be gone on from. The newest one is never forgotten.
async fn is_known(pool: &PgPool, place: Cursor) -> Result<bool> {
    if place == Cursor::default() {
        return Ok(true);
    }
    sqlx::query_scalar!(
        r#"select exists (select from events where xid = $1::text::xid8 and id = $2) as "known!""#,
        place.xid.to_string(),
        place.id,
    )
    .fetch_one(pool)
    .await
    .context("look for a place in the stream")
}

/// Forgets what is older than a day, but for the newest row.
pub async fn forget_old(pool: &PgPool) -> Result<()> {
    sqlx::query!(
        "delete from events where happened_at < clock_timestamp() - interval '1 day'
         and id <> (select id from events order by xid desc, id desc limit 1)"
    )
    .execute(pool)
    .await
    .context("forget old events")?;
    Ok(())
}

/// Forgets all of it: the numbers of transactions mean nothing in another cluster.
pub async fn forget_all(pool: &PgPool) -> Result<()> {
    sqlx::query!("delete from events").execute(pool).await.context("forget the events")?;
    Ok(())
}

fn cursor(xid: &str, id: i64) -> Result<Cursor> {
    Ok(Cursor { xid: xid.parse().context("a transaction's number")?, id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let place: Cursor = "7412-93".parse().unwrap();
        assert_eq!(place.to_string(), "7412-93");
        for wrong in ["", "7412", "-", "a-1", "1-b", "1-2-3", "-1-2"] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong:?}");
        }
    }
}
