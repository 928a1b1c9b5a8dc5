//! Whether simulation and listener run: stored, so that page, command line and a restart agree.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};

/// The wake-up for those who obey a control.
pub const WAKE_UP: &str = "chit_controls";

/// What can be started, paused and stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Puts messages in.
    Simulation,
    /// Takes messages through the pipeline.
    Listener,
}

impl Control {
    /// What it does before anybody moved it: messages are worked from the first start on, and none are
    /// made up.
    pub fn at_first(self) -> State {
        match self {
            Self::Listener => State::Running,
            Self::Simulation => State::Stopped,
        }
    }

    /// The name it is stored under.
    pub fn name(self) -> &'static str {
        match self {
            Self::Simulation => "simulation",
            Self::Listener => "listener",
        }
    }
}

/// What it is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing until it is started.
    Stopped,
    /// Its work.
    Running,
    /// Nothing until it is resumed.
    Paused,
}

impl State {
    /// As it is shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Running => "running",
            Self::Paused => "paused",
        }
    }
}

/// What it is doing now.
pub async fn state(pool: &PgPool, control: Control) -> Result<State> {
    let stored = sqlx::query_scalar!(
        r#"select state as "state: State" from controls where name = $1"#,
        control.name()
    )
    .fetch_optional(pool)
    .await
    .context("read what should run")?;
    Ok(stored.unwrap_or(control.at_first()))
}

/// Moves a control from one of the states in `from` to `to`. False when it stood elsewhere: nothing changed.
pub async fn change(pool: &PgPool, control: Control, from: &[State], to: State) -> Result<bool> {
    let moved = sqlx::query_scalar!(
        r#"
        with moved as (
            insert into controls as c (name, state)
            select $1, $3 where $5 or exists (select from controls where name = $1)
            on conflict (name) do update set state = excluded.state, updated_at = clock_timestamp()
            where c.state = any($2::text[])
            returning name
        ), told as (
            select pg_notify($4, name) from moved
        )
        select count(*) = 1 as "moved!" from told
        "#,
        control.name(),
        from as &[State],
        to as State,
        WAKE_UP,
        from.contains(&control.at_first()),
    )
    .fetch_one(pool)
    .await
    .context("change what should run")?;
    Ok(moved)
}

/// Takes the lock of a control for as long as the connection is open; `None` when another process has it.
pub async fn lock(pool: &PgPool, control: Control) -> Result<Option<PoolConnection<Postgres>>> {
    let mut connection = pool.acquire().await.context("connect")?;
    let taken = sqlx::query_scalar!(
        r#"select pg_try_advisory_lock(hashtext('chit ' || $1)) as "taken!""#,
        control.name()
    )
    .fetch_one(&mut *connection)
    .await
    .context("take the lock of a control")?;
    Ok(taken.then_some(connection))
}
