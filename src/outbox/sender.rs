//! Delivers what the outbox holds: one sender a destination among all processes, each row in its turn.

use std::time::Duration;

use anyhow::Context;
use futures::future::{join, join_all};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::turn::{Next, Turns};
use super::{WAKE_UP, tidy};
use crate::channels::{Destination, Destinations};
use crate::clock::Clock;
use crate::config::NotifySettings;

/// Delivers to every destination until told to stop.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Of the outbox.
    pub pool: PgPool,
    /// Where it delivers to.
    pub destinations: Destinations,
    /// How fast and how often.
    pub pace: Pace,
    /// Takes the text of miscellaneous messages out of the database once it is in its file.
    pub tidy_miscellaneous: bool,
    /// Dates the alarms.
    pub clock: Clock,
}

/// How fast and how often a sender works.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long a destination stays with a process that no longer shows signs of life.
    pub lease: Duration,
    /// How often to look without a wake-up.
    pub poll: Duration,
    /// Failed tries of a row before staff are alarmed; it is tried on.
    pub max_tries: u16,
    /// The wait before the second try; it doubles with each, up to a minute, and up to half as much is
    /// added by chance.
    pub retry: Duration,
    /// Of that chance.
    pub seed: u64,
}

impl Pace {
    /// As the settings say, and what they leave open as works well.
    pub fn new(notify: &NotifySettings, seed: u64) -> Self {
        Self {
            lease: Duration::from_secs(10),
            poll: Duration::from_secs(1),
            max_tries: notify.max_tries,
            retry: Duration::from_millis(notify.retry_milliseconds),
            seed,
        }
    }

    /// The wait after `tries` failed tries of the row `id`.
    pub(super) fn wait(&self, id: i64, tries: u16) -> Duration {
        let doubled = self.retry.saturating_mul(1 << (tries.clamp(1, 20) - 1));
        let mut chance =
            StdRng::seed_from_u64(self.seed ^ id.unsigned_abs().rotate_left(16) ^ u64::from(tries));
        doubled.min(LONGEST_WAIT).mul_f64(chance.random_range(1.0..1.5))
    }
}

/// Short enough that the kitchen hears soon after a long outage has ended.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
const BETWEEN_SWEEPS: Duration = Duration::from_secs(3600);

impl Sender {
    /// Works until `shutdown`; then finishes what is on its way and releases its destinations. Failures of
    /// the database are logged and outlived.
    pub async fn run(&self, shutdown: CancellationToken) {
        let (wake, woken) = watch::channel(());
        let senders = self.destinations.iter().map(|to| self.serve(to, woken.clone(), &shutdown));
        let beside = shutdown.run_until_cancelled(join(self.listen(&wake), self.sweep()));
        join(join_all(senders), beside).await;
    }

    async fn serve(&self, to: &Destination, mut woken: watch::Receiver<()>, shutdown: &CancellationToken) {
        let mut turns = Turns::new(self, to, shutdown);
        while !shutdown.is_cancelled() {
            woken.mark_unchanged();
            let next = turns.take_one().await.unwrap_or_else(|error| {
                tracing::warn!(destination = to.name, error = format!("{error:#}"), "the outbox waits");
                Next::After(self.pace.poll)
            });
            match next {
                Next::Now => {}
                Next::After(wait) => {
                    shutdown.run_until_cancelled(sleep(wait)).await;
                }
                Next::WhenWokenOrAfter(wait) => {
                    shutdown.run_until_cancelled(timeout(wait, woken.changed())).await;
                }
            }
        }
        if let Err(error) = turns.end().await {
            tracing::warn!(destination = to.name, error = format!("{error:#}"), "the lease must lapse");
        }
    }

    async fn listen(&self, wake: &watch::Sender<()>) {
        loop {
            if let Err(error) = self.pass_on_wake_ups(wake).await {
                tracing::warn!(error = format!("{error:#}"), "not listening to the outbox, only polling");
            }
            sleep(self.pace.poll).await;
        }
    }

    async fn pass_on_wake_ups(&self, wake: &watch::Sender<()>) -> anyhow::Result<()> {
        let mut listener = PgListener::connect_with(&self.pool).await.context("connect to listen")?;
        listener.listen(WAKE_UP).await.context("listen")?;
        loop {
            wake.send_replace(());
            listener.try_recv().await.context("listen")?;
        }
    }

    /// What a crash left between a delivery and tidying after it.
    async fn sweep(&self) {
        if !self.tidy_miscellaneous {
            return;
        }
        loop {
            if let Err(error) = tidy::tidy_miscellaneous(&self.pool).await {
                tracing::warn!(error = format!("{error:#}"), "text of miscellaneous messages stays for now");
            }
            sleep(BETWEEN_SWEEPS).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_with_some_chance_up_to_a_limit() {
        let pace = Pace { retry: Duration::from_secs(1), ..Pace::new(&NotifySettings::default(), 7) };
        for (tries, least) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (1000, 60)] {
            let waits: Vec<f64> = (0..100).map(|id| pace.wait(id, tries).as_secs_f64()).collect();
            let least = f64::from(least);
            assert!(
                waits.iter().all(|wait| (least..=least * 1.5).contains(wait)),
                "{tries} tries: {waits:?}"
            );
            assert!(waits.iter().any(|wait| *wait > least * 1.25), "chance spreads them");
            assert_eq!(waits[0], pace.wait(0, tries).as_secs_f64(), "the same seed, the same wait");
        }
    }
}
