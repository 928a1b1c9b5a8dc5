//! Takes messages through the pipeline: claims a batch, understands it, registers it in one transaction.

mod batch;
mod confirm;
mod doubt;
mod load;

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::controls::{self, Control};
use crate::db::WakeUp;
use crate::messages::{self, Claimed};
use batch::work;
use doubt::{InDoubt, Waiting};
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
    let mut wake_up = WakeUp::listen(&app.db.pool, &[messages::WAKE_UP, controls::WAKE_UP]).await;
    let mut workers = Workers::new(app.settings.listener.max_workers);
    let mut size = BatchSize::new(app.settings.listener.max_batch);
    let mut suspects = Suspects::default();
    let poll = Duration::from_millis(app.settings.listener.poll_milliseconds);
    let mut in_flight = JoinSet::new();
    let mut waiting = Waiting::new(app, &shutdown);
    while !shutdown.is_cancelled() {
        while let Some(batch) = in_flight.try_join_next() {
            waiting.take(ended(batch));
        }
        let found = match suspects.look(app, in_flight.len()).await {
            Ok(None) => look(app, &mut workers, &mut size, in_flight.len()).await,
            Ok(Some(found)) => Ok(found),
            Err(error) => Err(error),
        };
        match found {
            Ok(Look::Work(claimed)) => {
                in_flight.spawn(work(app.clone(), claimed, waiting.room()));
                continue;
            }
            Ok(Look::Suspect(message)) => {
                in_flight.spawn(work(app.clone(), vec![message], waiting.room()));
                if let Some(batch) = in_flight.join_next().await {
                    waiting.take(ended(batch));
                }
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
            Some(batch) = in_flight.join_next() => waiting.take(ended(batch)),
            () = waiting.next(), if !waiting.is_empty() => {}
        }
    }
    while let Some(batch) = in_flight.join_next().await {
        waiting.take(ended(batch));
    }
    waiting.finish().await;
    messages::advance_watermark(&app.db.pool).await.map(drop)
}

/// What the listener found when it looked.
enum Look {
    Work(Vec<Claimed>),
    Suspect(Claimed),
    Nothing,
    Stopped,
    Busy,
}

async fn look(app: &App, workers: &mut Workers, size: &mut BatchSize, busy: usize) -> Result<Look> {
    if busy >= workers.wanted() {
        return Ok(Look::Busy);
    }
    if !may_work(app).await? {
        return Ok(Look::Stopped);
    }
    let claimed = messages::claim(&app.db.pool, size.wanted(), lease(app)).await?;
    size.found(claimed.len());
    Ok(if claimed.is_empty() { Look::Nothing } else { Look::Work(claimed) })
}

async fn may_work(app: &App) -> Result<bool> {
    Ok(controls::state(&app.db.pool, Control::Listener).await? == controls::State::Running)
}

fn lease(app: &App) -> Duration {
    Duration::from_secs(app.settings.listener.lease_seconds.into())
}

/// Messages that their listeners did not survive. Each is worked with nothing beside it, so that it takes
/// nothing down with it; now and then the batches make room for one, so that it does not wait for ever.
#[derive(Default)]
struct Suspects {
    looked: Option<Instant>,
}

impl Suspects {
    /// `None`: there is none to be worked now.
    async fn look(&mut self, app: &App, busy: usize) -> Result<Option<Look>> {
        let due = self.looked.is_none_or(|at| at.elapsed() > Duration::from_secs(1));
        if !due || !messages::any_suspect(&app.db.pool).await? || !may_work(app).await? {
            return Ok(None);
        }
        if busy > 0 {
            return Ok(Some(Look::Busy));
        }
        self.looked = Some(Instant::now());
        Ok(messages::claim_suspect(&app.db.pool, lease(app)).await?.map(Look::Suspect))
    }
}

fn ended(batch: Result<Vec<InDoubt>, JoinError>) -> Vec<InDoubt> {
    batch.unwrap_or_else(|error| {
        tracing::error!(%error, "a batch ended early; its lease will lapse");
        Vec::new()
    })
}
