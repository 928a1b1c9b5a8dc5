//! The right to send to a destination: one holder at a time among all processes.

use std::time::{Duration, Instant};

use anyhow::Context;
use sqlx::{PgConnection, PgPool};

/// Held until it lapses; `fence` tells this holder from every other, before and after.
#[derive(Clone, Debug)]
pub(super) struct Lease {
    pub(super) destination: &'static str,
    pub(super) fence: i64,
    pub(super) length: Duration,
    renewed: Instant,
}

impl Lease {
    /// Takes the destination if nobody holds it and this address wasn't refused for good. Another
    /// address than the refused one starts afresh.
    pub(super) async fn take(
        pool: &PgPool,
        destination: &'static str,
        fingerprint: &str,
        length: Duration,
    ) -> anyhow::Result<Option<Self>> {
        let renewed = Instant::now();
        let fence = sqlx::query_scalar!(
            r#"update destinations
               set lease_until = clock_timestamp() + make_interval(secs => $3), fence = nextval('claims'),
                   stopped_at = null, stopped_for = null, stopped_reason = null
               where name = $1 and stopped_for is distinct from $2
                 and (lease_until is null or lease_until < clock_timestamp())
               returning fence as "fence!""#,
            destination,
            fingerprint,
            length.as_secs_f64(),
        )
        .fetch_optional(pool)
        .await
        .with_context(|| format!("take the destination {destination}"))?;
        Ok(fence.map(|fence| Self { destination, fence, length, renewed }))
    }

    /// Renews it when a third of it has passed; false when another holds the destination.
    pub(super) async fn keep(&mut self, pool: &PgPool) -> anyhow::Result<bool> {
        if self.renewed.elapsed() < self.length / 3 { Ok(true) } else { self.renew(pool).await }
    }

    /// Returns once it is lost, renewing it until then.
    pub(super) async fn lost(&self, pool: &PgPool) {
        let mut lease = self.clone();
        while lease.renewed.elapsed() < lease.length {
            tokio::time::sleep(lease.length / 3).await;
            if matches!(lease.renew(pool).await, Ok(false)) {
                return;
            }
        }
    }

    /// Lets another take the destination at once.
    pub(super) async fn release(self, pool: &PgPool) -> anyhow::Result<()> {
        sqlx::query!(
            "update destinations set lease_until = null, fence = null where name = $1 and fence = $2",
            self.destination,
            self.fence,
        )
        .execute(pool)
        .await
        .with_context(|| format!("release the destination {}", self.destination))?;
        Ok(())
    }

    /// Ends it, and lets nobody take the destination for this address again.
    pub(super) async fn stop(
        &self,
        transaction: &mut PgConnection,
        fingerprint: &str,
        reason: &str,
    ) -> anyhow::Result<()> {
        sqlx::query!(
            "update destinations
             set lease_until = null, fence = null,
                 stopped_at = clock_timestamp(), stopped_for = $3, stopped_reason = $4
             where name = $1 and fence = $2",
            self.destination,
            self.fence,
            fingerprint,
            reason,
        )
        .execute(transaction)
        .await
        .with_context(|| format!("stop the destination {}", self.destination))?;
        Ok(())
    }

    async fn renew(&mut self, pool: &PgPool) -> anyhow::Result<bool> {
        let now = Instant::now();
        let renewed = sqlx::query!(
            "update destinations set lease_until = clock_timestamp() + make_interval(secs => $3)
             where name = $1 and fence = $2",
            self.destination,
            self.fence,
            self.length.as_secs_f64(),
        )
        .execute(pool)
        .await
        .with_context(|| format!("keep the destination {}", self.destination))?;
        self.renewed = now;
        Ok(renewed.rows_affected() == 1)
    }
}
