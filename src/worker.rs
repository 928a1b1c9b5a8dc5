//! The loops of a running service: listener, outbox senders, watermark, menu.

use std::time::Duration;

use anyhow::Result;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::listener::{self, Until};
use crate::messages;
use crate::outbox::Sender;

/// Listener and outbox senders, until `shutdown`; both finish what is in flight.
pub async fn run(app: &App, shutdown: CancellationToken) -> Result<()> {
    tokio::try_join!(
        listener::run(app, Until::ToldToStop, shutdown.clone()),
        send(app, shutdown.clone()),
        keep_house(app, shutdown),
    )?;
    Ok(())
}

/// Delivers notices until `shutdown`.
pub async fn send(app: &App, shutdown: CancellationToken) -> Result<()> {
    Sender::new(app.db.pool.clone(), app.destinations.clone(), &app.settings).run(shutdown).await
}

/// What is done once a second beside the batches: the watermark, and a look for a new menu.
pub async fn keep_house(app: &App, shutdown: CancellationToken) -> Result<()> {
    while !shutdown.is_cancelled() {
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
    Ok(())
}
