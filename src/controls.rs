//! Whether simulation and listener run: stored, so that page, command line and a restart agree.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

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

/// What it is doing now; `Stopped` before it was ever started.
pub async fn state(pool: &PgPool, control: Control) -> Result<State> {
    let stored = sqlx::query_scalar!(
        r#"select state as "state: State" from controls where name = $1"#,
        control.name()
    )
    .fetch_optional(pool)
    .await
    .context("read what should run")?;
    Ok(stored.unwrap_or(State::Stopped))
}

/// Moves a control from one of the states in `from` to `to`. False when it stood elsewhere: nothing changed.
pub async fn change(pool: &PgPool, control: Control, from: &[State], to: State) -> Result<bool> {
    let moved = sqlx::query_scalar!(
        r#"
        with moved as (
            update controls set state = $3, updated_at = clock_timestamp()
            where name = $1 and state = any($2::text[])
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
    )
    .fetch_one(pool)
    .await
    .context("change what should run")?;
    Ok(moved)
}
