//! A sender's turns at one destination: look, claim, deliver, mark.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use anyhow::Context;
use futures::FutureExt;
use tokio_util::sync::CancellationToken;

use super::lease::Lease;
use super::rows::{self, Due, Head, Outcome};
use super::sender::Sender;
use super::{alarms, tidy};
use crate::channels::{Destination, Failure, Kind, Parcel, Payload};

/// Turns at one destination, with its lease between them.
pub(super) struct Turns<'a> {
    sender: &'a Sender,
    to: &'a Destination,
    shutdown: &'a CancellationToken,
    lease: Option<Lease>,
    known: bool,
}

/// How often in a row a notice may end the service, or meet a defect, before it is given up.
const MOST_LAPSES: i16 = 5;
const BETWEEN_MARKINGS: Duration = Duration::from_millis(50);

/// When the next turn is.
pub(super) enum Next {
    /// At once.
    Now,
    /// Then.
    After(Duration),
    /// Then, or as soon as something new is saved.
    WhenWokenOrAfter(Duration),
}

impl<'a> Turns<'a> {
    pub(super) fn new(sender: &'a Sender, to: &'a Destination, shutdown: &'a CancellationToken) -> Self {
        Self { sender, to, shutdown, lease: None, known: false }
    }

    /// Delivers one batch, if something is due and the destination is ours.
    pub(super) async fn take_one(&mut self) -> anyhow::Result<Next> {
        let pace = &self.sender.pace;
        let Some(lease) = self.lease().await? else { return Ok(Next::After(pace.poll)) };
        let longest = pace.poll.min(pace.lease / 3);
        let rest = self.to.channel.rest();
        if !rest.is_zero() {
            return Ok(Next::After(rest.min(longest)));
        }
        match rows::head(&self.sender.pool, &lease, self.to.channel.batch()).await? {
            Head::Empty => Ok(Next::WhenWokenOrAfter(longest)),
            Head::NotBefore(wait) => Ok(Next::After(wait.min(longest))),
            Head::Unreadable { id, reason } => self.give_up(&lease, id, &reason, false).await,
            Head::Due(due) => self.deliver(&lease, due).await,
        }
    }

    /// Lets another process take the destination.
    pub(super) async fn end(&mut self) -> anyhow::Result<()> {
        match self.lease.take() {
            Some(lease) => lease.release(&self.sender.pool).await,
            None => Ok(()),
        }
    }

    async fn lease(&mut self) -> anyhow::Result<Option<Lease>> {
        let (pool, name) = (&self.sender.pool, self.to.name);
        if let Some(lease) = &mut self.lease
            && !lease.keep(pool).await?
        {
            self.lease = None;
        }
        if !self.known {
            let know =
                sqlx::query!("insert into destinations (name) values ($1) on conflict do nothing", name);
            know.execute(pool).await.with_context(|| format!("make the destination {name} known"))?;
            self.known = true;
        }
        if self.lease.is_none() {
            self.lease = Lease::take(pool, name, &self.to.fingerprint, self.sender.pace.lease).await?;
        }
        Ok(self.lease.clone())
    }

    async fn deliver(&mut self, lease: &Lease, mut due: Vec<Due>) -> anyhow::Result<Next> {
        let first = &due[0];
        if first.lapses >= MOST_LAPSES {
            return self.give_up_first(lease, &due[..1], GIVEN_UP_AFTER_LAPSES).await;
        }
        // Alone, so that it alone is blamed, and a receiver that has just come back is not flooded.
        if first.tries > 0 {
            due.truncate(1);
        }
        if !self.to.channel.is_idempotent() {
            mark_repeats(&mut due);
            if !rows::claim(&self.sender.pool, lease, &due).await? {
                return Ok(self.lost(lease));
            }
        }
        let parcels: Vec<Parcel> = due.iter().map(|row| row.parcel.clone()).collect();
        let delivery = AssertUnwindSafe(self.to.channel.deliver(&parcels)).catch_unwind();
        let delivered = tokio::select! {
            delivered = delivery => delivered,
            () = lease.lost(&self.sender.pool) => return Ok(self.lost(lease)),
        };
        match delivered {
            Ok(Ok(())) => self.sent(lease, &due).await,
            Ok(Err(failure)) => self.failed(lease, &due, failure).await,
            Err(_panic) => self.lapsed(lease, &due).await,
        }
    }

    async fn sent(&mut self, lease: &Lease, due: &[Due]) -> anyhow::Result<Next> {
        if !self.mark(lease, &rows::ids(due), &Outcome::Sent).await? {
            return Ok(self.lost(lease));
        }
        self.tidy(due).await?;
        Ok(Next::Now)
    }

    async fn failed(&mut self, lease: &Lease, due: &[Due], failure: Failure) -> anyhow::Result<Next> {
        let first = &due[0];
        let (id, tries) = (first.parcel.id, first.tries.unsigned_abs() + 1);
        tracing::warn!(destination = lease.destination, outbox_id = id, tries, %failure, "not delivered");
        match failure {
            Failure::Wait { wait } => {
                let waits = Outcome::Again { wait, failed: None, repeat: false };
                self.put_back(lease, due, &waits, false).await?;
                Ok(Next::Now)
            }
            Failure::Closed { reason } => self.stop(lease, due, &reason).await,
            Failure::Refused { reason } => self.give_up_first(lease, due, &reason).await,
            Failure::Later { reason, ambiguous } => {
                let repeat = ambiguous && !self.to.channel.is_idempotent();
                let wait = self.sender.pace.wait(id, tries);
                let waits = Outcome::Again { wait, failed: Some(&reason), repeat };
                self.put_back(lease, due, &waits, repeat).await?;
                if tries >= self.sender.pace.max_tries {
                    self.alarm(lease, id, &reason).await?;
                }
                Ok(Next::Now)
            }
        }
    }

    /// The channel panicked: that is no outage, so the row is not tried for ever.
    async fn lapsed(&mut self, lease: &Lease, due: &[Due]) -> anyhow::Result<Next> {
        let first = &due[0];
        let (id, tries) = (first.parcel.id, first.tries.unsigned_abs() + 1);
        let reason = "a defect in the channel, see the log";
        tracing::error!(destination = lease.destination, outbox_id = id, tries, reason, "not delivered");
        let repeat = !self.to.channel.is_idempotent();
        let waits = Outcome::Lapsed { wait: self.sender.pace.wait(id, tries), reason, repeat };
        self.put_back(lease, due, &waits, repeat).await?;
        Ok(Next::Now)
    }

    /// Repeated with each further try: of one cause there is one alarm.
    async fn alarm(&self, lease: &Lease, id: i64, reason: &str) -> anyhow::Result<()> {
        let (destinations, at) = (&self.sender.destinations, self.sender.clock.now());
        let mut transaction = self.sender.pool.begin().await.context("begin")?;
        alarms::late(&mut transaction, destinations, lease.destination, id, reason, at).await?;
        transaction.commit().await.context("raise an alarm")?;
        tracing::error!(destination = lease.destination, outbox_id = id, reason, "notices are late");
        Ok(())
    }

    /// Marks until the database answers: a delivery that is forgotten is made again.
    async fn mark(&self, lease: &Lease, ids: &[i64], outcome: &Outcome<'_>) -> anyhow::Result<bool> {
        let (pool, begun) = (&self.sender.pool, Instant::now());
        let (mut lease, mut wait) = (lease.clone(), BETWEEN_MARKINGS);
        loop {
            let error = match rows::settle(pool, &lease, ids, outcome).await {
                Ok(ours) => return Ok(ours),
                Err(error) => error,
            };
            if self.shutdown.is_cancelled() && begun.elapsed() > lease.length {
                return Err(error);
            }
            tracing::warn!(destination = lease.destination, error = format!("{error:#}"), "not marked yet");
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(lease.length / 4);
            if matches!(lease.keep(pool).await, Ok(false)) {
                return Ok(false);
            }
        }
    }

    /// The first row waits, and those behind it with it.
    async fn put_back(
        &mut self,
        lease: &Lease,
        due: &[Due],
        waits: &Outcome<'_>,
        repeat: bool,
    ) -> anyhow::Result<()> {
        let ids = rows::ids(due);
        let (first, others) = ids.split_at(1);
        let follow = Outcome::Again { wait: Duration::ZERO, failed: None, repeat };
        let ours = self.mark(lease, others, &follow).await? && self.mark(lease, first, waits).await?;
        if !ours {
            self.lost(lease);
        }
        Ok(())
    }

    async fn give_up_first(&mut self, lease: &Lease, due: &[Due], reason: &str) -> anyhow::Result<Next> {
        let first = &due[0];
        let follow = Outcome::Again { wait: Duration::ZERO, failed: None, repeat: false };
        if !self.mark(lease, &rows::ids(&due[1..]), &follow).await? {
            return Ok(self.lost(lease));
        }
        let next = self.give_up(lease, first.parcel.id, reason, is_alarm(&first.parcel)).await?;
        self.tidy(&due[..1]).await?;
        Ok(next)
    }

    /// An alarm that can't be delivered raises no further one.
    async fn give_up(
        &mut self,
        lease: &Lease,
        id: i64,
        reason: &str,
        is_alarm: bool,
    ) -> anyhow::Result<Next> {
        let mut transaction = self.sender.pool.begin().await.context("begin")?;
        if !rows::settle(&mut *transaction, lease, &[id], &Outcome::Dead { reason }).await? {
            return Ok(self.lost(lease));
        }
        if !is_alarm {
            let (destinations, at) = (&self.sender.destinations, self.sender.clock.now());
            alarms::dead(&mut transaction, destinations, lease.destination, reason, at).await?;
        }
        transaction.commit().await.context("give up a notice")?;
        tracing::error!(destination = lease.destination, outbox_id = id, reason, "a notice was given up");
        Ok(Next::Now)
    }

    async fn stop(&mut self, lease: &Lease, due: &[Due], reason: &str) -> anyhow::Result<Next> {
        let mut transaction = self.sender.pool.begin().await.context("begin")?;
        let back = Outcome::Again { wait: Duration::ZERO, failed: None, repeat: false };
        if !rows::settle(&mut *transaction, lease, &rows::ids(due), &back).await? {
            return Ok(self.lost(lease));
        }
        lease.stop(&mut transaction, &self.to.fingerprint, reason).await?;
        let (destinations, at) = (&self.sender.destinations, self.sender.clock.now());
        alarms::stopped(&mut transaction, destinations, lease, reason, at).await?;
        transaction.commit().await.context("stop a destination")?;
        tracing::error!(destination = lease.destination, reason, "a destination is stopped");
        self.lease = None;
        Ok(Next::After(self.sender.pace.poll))
    }

    async fn tidy(&self, settled: &[Due]) -> anyhow::Result<()> {
        let of_kept = |row: &Due| if is_miscellaneous(&row.parcel) { row.message_id } else { None };
        let messages: Vec<i64> = settled.iter().filter_map(of_kept).collect();
        if self.sender.tidy_miscellaneous && !messages.is_empty() {
            tidy::tidy(&self.sender.pool, &messages).await?;
        }
        Ok(())
    }

    fn lost(&mut self, lease: &Lease) -> Next {
        tracing::warn!(destination = lease.destination, "another process took this destination");
        self.lease = None;
        Next::After(self.sender.pace.poll)
    }
}

fn mark_repeats(due: &mut [Due]) {
    for row in due.iter_mut().filter(|row| row.interrupted) {
        if let Payload::Notice(notice) = &mut row.parcel.payload {
            notice.repeat = true;
        }
    }
}

fn is_alarm(parcel: &Parcel) -> bool {
    matches!(&parcel.payload, Payload::Notice(notice) if notice.kind == Kind::Alarm)
}

fn is_miscellaneous(parcel: &Parcel) -> bool {
    match &parcel.payload {
        Payload::KeptMessage(_) => true,
        Payload::Notice(notice) => notice.kind == Kind::Miscellaneous,
    }
}

const GIVEN_UP_AFTER_LAPSES: &str =
    "the service ended, or met a defect in the channel, each time while it was on its way";
