//! Takes messages through the pipeline: claims a batch, understands it, registers it in one transaction.

mod batch;
mod confirm;
mod load;

use std::time::Duration;

use anyhow::Result;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::controls::{self, Control};
use crate::messages::{self, Claimed};
use batch::work;
use load::{BatchSize, Workers};

/// When the listener is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// When it is told to stop.
    ToldToStop,
    /// When no message has work left, or it is told to stop.
    Drained,
}

/// Runs until `until` or `shutdown`; what is in flight is finished first. Any number of listeners may run
/// on one database, in one process or many. It works only while the stored control says `running`.
///
/// Where the database is away it waits for it to come back.
///
/// # Errors
/// The watermark can't be brought up to date at the end.
pub async fn run(app: &App, until: Until, shutdown: CancellationToken) -> Result<()> {
    let mut wake_up = WakeUp::listen(&app.db.pool).await;
    let mut workers = Workers::new(app.settings.listener.max_workers);
    let mut size = BatchSize::new(app.settings.listener.max_batch);
    let poll = Duration::from_millis(app.settings.listener.poll_milliseconds);
    let mut in_flight = JoinSet::new();
    while !shutdown.is_cancelled() {
        reap(&mut in_flight);
        let look = look(app, &mut workers, &mut size, in_flight.len()).await;
        match look {
            Ok(Look::Work(claimed)) => {
                in_flight.spawn(work(app.clone(), claimed));
                continue;
            }
            Ok(Look::Stopped) if until == Until::Drained => break,
            Ok(Look::Nothing) if until == Until::Drained && in_flight.is_empty() => {
                if !messages::any_unfinished(&app.db.pool).await.unwrap_or(true) {
                    break;
                }
            }
            Ok(Look::Nothing | Look::Stopped | Look::Busy) => {}
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "can't look for messages; trying again")
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = wake_up.wait(poll) => {}
            Some(_) = in_flight.join_next() => {}
        }
    }
    while in_flight.join_next().await.is_some() {}
    messages::advance_watermark(&app.db.pool).await.map(drop)
}

/// What the listener found when it looked.
enum Look {
    Work(Vec<Claimed>),
    Nothing,
    Stopped,
    Busy,
}

async fn look(app: &App, workers: &mut Workers, size: &mut BatchSize, busy: usize) -> Result<Look> {
    if busy >= workers.wanted() {
        return Ok(Look::Busy);
    }
    if controls::state(&app.db.pool, Control::Listener).await? != controls::State::Running {
        return Ok(Look::Stopped);
    }
    let lease = Duration::from_secs(app.settings.listener.lease_seconds.into());
    let wanted = size.wanted();
    let claimed = messages::claim(&app.db.pool, wanted, lease).await?;
    size.found(claimed.len());
    if !claimed.is_empty() {
        return Ok(Look::Work(claimed));
    }
    let suspect = messages::claim_suspect(&app.db.pool, lease).await?;
    Ok(suspect.map_or(Look::Nothing, |message| Look::Work(vec![message])))
}

fn reap(in_flight: &mut JoinSet<()>) {
    while let Some(ended) = in_flight.try_join_next() {
        if let Err(error) = ended {
            tracing::error!(%error, "a batch ended early; its lease will lapse");
        }
    }
}

/// Postgres' notifications, with a poll beside them: a connection may drop without a word, or never come
/// about.
struct WakeUp {
    pool: PgPool,
    listener: Option<PgListener>,
}

impl WakeUp {
    async fn listen(pool: &PgPool) -> Self {
        let mut wake_up = Self { pool: pool.clone(), listener: None };
        if let Err(error) = wake_up.hear().await {
            tracing::warn!(%error, "not listening for messages, only polling");
        }
        wake_up
    }

    async fn wait(&mut self, poll: Duration) {
        let heard = tokio::time::timeout(poll, self.hear()).await;
        if let Ok(Err(error)) = heard {
            tracing::warn!(%error, "not listening for messages, only polling");
            tokio::time::sleep(poll).await;
        }
    }

    /// Returns after the first notification; others that are there by then are taken with it. A listener
    /// that has only just begun returns at once: something may have come before.
    async fn hear(&mut self) -> sqlx::Result<()> {
        if let Some(listener) = &mut self.listener {
            listener.recv().await?;
            while listener.next_buffered().is_some() {}
        } else {
            let mut listener = PgListener::connect_with(&self.pool).await?;
            listener.listen_all([messages::WAKE_UP, controls::WAKE_UP]).await?;
            self.listener = Some(listener);
        }
        Ok(())
    }
}
