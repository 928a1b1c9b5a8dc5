//! Postgres' notifications, with a poll beside them: a connection may drop without a word, or never come about.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;

/// Tells that there may be something to look for. It says no more than "look".
pub struct WakeUp {
    pool: PgPool,
    channels: &'static [&'static str],
    listener: Option<PgListener>,
}

impl WakeUp {
    /// Listens, or says that it only polls.
    pub async fn listen(pool: &PgPool, channels: &'static [&'static str]) -> Self {
        let mut wake_up = Self { pool: pool.clone(), channels, listener: None };
        if let Err(error) = wake_up.hear().await {
            tracing::warn!(%error, ?channels, "not told of anything new, only polling");
        }
        wake_up
    }

    /// Until something is told, or the poll is due.
    pub async fn wait(&mut self, poll: Duration) {
        let heard = tokio::time::timeout(poll, self.hear()).await;
        if let Ok(Err(error)) = heard {
            tracing::warn!(%error, channels = ?self.channels, "not told of anything new, only polling");
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
            listener.listen_all(self.channels.iter().copied()).await?;
            self.listener = Some(listener);
        }
        Ok(())
    }
}
