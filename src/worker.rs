//! The loops of a running service: listener, outbox senders, watermark, menu.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::listener::{self, Until};
use crate::outbox::{Pace, Sender};
use crate::{events, llm, messages};

/// Listener and outbox senders, until `shutdown`; both finish what is in flight.
pub async fn run(app: &App, shutdown: CancellationToken) -> Result<()> {
    let (listened, (), ()) = tokio::join!(
        listener::run(app, Until::ToldToStop, shutdown.clone()),
        send(app, shutdown.clone()),
        keep_house(app, shutdown),
    );
    listened
}

/// Delivers notices until `shutdown`.
pub async fn send(app: &App, shutdown: CancellationToken) {
    let sender = Sender {
        pool: app.db.pool.clone(),
        destinations: app.destinations.clone(),
        pace: Pace::new(&app.settings.notify, rand::random()),
        tidy_miscellaneous: !app.settings.miscellaneous.keep_text,
        clock: app.clock,
    };
    sender.run(shutdown).await;
}

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is done once a second beside the batches: the watermark, and a look for a new menu; once a day, what is old is
/// forgotten.
pub async fn keep_house(app: &App, shutdown: CancellationToken) {
    let mut forgotten: Option<Instant> = None;
    while !shutdown.is_cancelled() {
        if forgotten.is_none_or(|at| at.elapsed() > A_DAY) {
            forgotten = Some(Instant::now());
            if let Err(error) = llm::forget_old_answers(&app.db.pool).await {
                tracing::warn!(error = format!("{error:#}"), "can't forget the language model's old answers");
            }
            if let Err(error) = events::forget_old(&app.db.pool).await {
                tracing::warn!(error = format!("{error:#}"), "can't forget old events");
            }
        }
        if let Err(error) = messages::advance_watermark(&app.db.pool).await {
            tracing::warn!(error = format!("{error:#}"), "can't advance the watermark");
        }
        if let Err(error) = app.refresh_menu().await {
            tracing::warn!(error = format!("{error:#}"), "can't look for a new menu; keeping the old one");
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}
