//! What people do to orders. A move names the states it starts from; from any other it changes nothing, and says who
//! was first.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::{PgPool, Postgres, Transaction};
use uuid::Uuid;

use super::State;
use crate::events;

/// How long a move may be taken back. People see ten seconds; the rest is for the way here.
const UNDO_SECONDS: f64 = 12.0;

/// What can be done to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// The kitchen takes it.
    Accept,
    /// The restaurant says no.
    Reject,
    /// It can be fetched or sent out.
    Ready,
    /// The customer has it.
    Done,
    /// It was bumped too early: back to where it can be fetched.
    Recall,
}

impl Move {
    /// The states it starts from, and the one it leads to.
    pub fn states(self) -> (&'static [State], State) {
        match self {
            Self::Accept => (&[State::Placed], State::Accepted),
            Self::Reject => (&[State::Placed, State::Accepted, State::Preparing], State::Rejected),
            Self::Ready => (&[State::Accepted, State::Preparing], State::Ready),
            Self::Done => (&[State::Ready], State::Completed),
            Self::Recall => (&[State::Completed], State::Ready),
        }
    }
}

/// What came of a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// The order stands where it was sent.
    Done {
        /// By which it may be taken back.
        move_id: i64,
        /// The number to shout.
        number: i32,
    },
    /// It stood elsewhere: nothing changed.
    Elsewhere {
        /// The number to shout.
        number: i32,
        /// Where it stands.
        state: State,
        /// Who moved it last, and when; `None` when nobody did.
        by: Option<(String, DateTime<Utc>)>,
    },
    /// There is no such order.
    Unknown,
}

/// Moves an order, notes who did it and why, and tells those who watch: all of it, or nothing.
pub async fn make(pool: &PgPool, id: Uuid, what: Move, by: &str, reason: Option<&str>) -> Result<Moved> {
    let (from, to) = what.states();
    let mut tx = pool.begin().await.context("begin a move")?;
    let moved = sqlx::query_as!(
        Noted,
        r#"
        with old as (
            select id, state from orders where id = $1 and state = any($2::text[]) for update
        ), moved as (
            update orders o set state = $3 from old where o.id = old.id
            returning o.id, o.number, old.state as was
        ), noted as (
            insert into order_moves (order_id, from_state, to_state, by_whom, reason)
            select id, was, $3, $4, $5 from moved
            returning id
        )
        select noted.id as "move_id!", moved.number as "number!" from noted, moved
        "#,
        id,
        from as &[State],
        to as State,
        by,
        reason,
    )
    .fetch_optional(&mut *tx)
    .await
    .context("move an order")?;
    finish(pool, tx, id, moved).await
}

/// Takes a move back, if it is the order's last and at most ten seconds old. The way back is a move of its own.
pub async fn undo(pool: &PgPool, id: Uuid, move_id: i64, by: &str) -> Result<Moved> {
    let mut tx = pool.begin().await.context("begin to take a move back")?;
    let moved = sqlx::query_as!(
        Noted,
        r#"
        with last as (
            select o.id, m.from_state, m.to_state
            from orders o join order_moves m on m.order_id = o.id and m.to_state = o.state
            where o.id = $1 and m.id = $2
              and m.id = (select max(id) from order_moves where order_id = $1)
              and m.moved_at > clock_timestamp() - make_interval(secs => $4)
            for update of o
        ), moved as (
            update orders o set state = last.from_state from last where o.id = last.id
            returning o.id, o.number, last.from_state, last.to_state
        ), noted as (
            insert into order_moves (order_id, from_state, to_state, by_whom, reason)
            select id, to_state, from_state, $3, 'undo' from moved
            returning id
        )
        select noted.id as "move_id!", moved.number as "number!" from noted, moved
        "#,
        id,
        move_id,
        by,
        UNDO_SECONDS,
    )
    .fetch_optional(&mut *tx)
    .await
    .context("take a move back")?;
    finish(pool, tx, id, moved).await
}

/// A move that is noted, in a transaction that is still open.
struct Noted {
    move_id: i64,
    number: i32,
}

/// Tells those who watch and commits; where nothing moved, says how it stands.
async fn finish(
    pool: &PgPool,
    mut tx: Transaction<'_, Postgres>,
    id: Uuid,
    moved: Option<Noted>,
) -> Result<Moved> {
    let Some(Noted { move_id, number }) = moved else {
        return where_it_stands(pool, id).await;
    };
    events::tell(&mut tx, &[id]).await?;
    tx.commit().await.context("commit a move")?;
    Ok(Moved::Done { move_id, number })
}

async fn where_it_stands(pool: &PgPool, id: Uuid) -> Result<Moved> {
    let row = sqlx::query!(
        r#"
        select o.number, o.state as "state: State", m.by_whom as "by_whom?", m.moved_at as "moved_at?"
        from orders o
        left join lateral (
            select by_whom, moved_at from order_moves where order_id = o.id order by id desc limit 1
        ) m on true
        where o.id = $1
        "#,
        id,
    )
    .fetch_optional(pool)
    .await
    .context("see where an order stands")?;
    Ok(row.map_or(Moved::Unknown, |row| Moved::Elsewhere {
        number: row.number,
        state: row.state,
        by: row.by_whom.zip(row.moved_at),
    }))
}
