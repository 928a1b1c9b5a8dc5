//! Plays a dataset as if customers were writing: batches of random size with random pauses.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::Utc;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::controls::{self, Control};
use crate::dataset::{self, Row, RowError};
use crate::messages::{self, NewMessage};

/// How fast, and in what portions.
#[derive(Clone, Debug)]
pub struct Pace {
    /// The most messages in a batch.
    pub max_batch: u32,
    /// The shortest pause after a batch.
    pub min_pause: Duration,
    /// The longest pause after a batch.
    pub max_pause: Duration,
    /// Messages a second on average: takes the place of the pauses.
    pub rate: Option<f64>,
    /// The same seed gives the same batches and pauses.
    pub seed: u64,
}

impl Pace {
    /// As fast as the database takes it.
    pub fn full_speed() -> Self {
        Self { max_batch: 500, min_pause: Duration::ZERO, max_pause: Duration::ZERO, rate: None, seed: 0 }
    }

    fn batch(&self, random: &mut StdRng) -> usize {
        if self.is_full_speed() {
            self.max_batch as usize
        } else {
            random.random_range(1..=self.max_batch) as usize
        }
    }

    fn pause(&self, played: usize, random: &mut StdRng) -> Duration {
        match self.rate {
            Some(rate) => {
                Duration::from_secs_f64(played as f64 / rate).mul_f64(random.random_range(0.5..1.5))
            }
            None if self.min_pause >= self.max_pause => self.min_pause,
            None => random.random_range(self.min_pause..=self.max_pause),
        }
    }

    fn is_full_speed(&self) -> bool {
        self.rate.is_none() && self.max_pause.is_zero()
    }
}

/// A file's place in the database: which run of it this is, and how many rows have been played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The channel that the messages come by: a file has a place in each.
    pub channel: String,
    /// SHA-256 of the content, in hexadecimal: a renamed file goes on where it was.
    pub digest: String,
    /// From 1; playing the file again from its start is another run.
    pub run: i32,
    /// Rows behind us; the next one has this number plus one.
    pub position: i64,
    /// Rows in the file.
    pub total: i64,
}

impl Place {
    /// What the external ids of this run's messages begin with.
    pub fn prefix(&self) -> String {
        format!("{}:{}:", self.digest.get(..16).unwrap_or_default(), self.run)
    }
}

/// What a simulation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// Messages that were stored.
    pub stored: Vec<i64>,
    /// Rows that had been stored before.
    pub known: usize,
    /// Rows that can't be used: line and problem.
    pub rejected: Vec<String>,
    /// It reached the end of the file.
    pub finished: bool,
}

/// Finds or makes the place of a file. `again` starts a new run at the first row.
pub async fn place(pool: &PgPool, channel: &str, file: &Path, again: bool) -> Result<Place> {
    let content = std::fs::read(file).with_context(|| format!("read {}", file.display()))?;
    let digest = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let rows = dataset::rows(file, chrono_tz::UTC)?;
    let total = i64::try_from(rows.count()).context("count the rows")?;
    let found = sqlx::query!(
        r#"
        insert into simulations (channel, file_digest, file, total) values ($5, $1, $2, $3)
        on conflict (channel, file_digest) do update
        set file = excluded.file, total = excluded.total,
            run = simulations.run + $4::boolean::integer,
            position = case when $4 then 0 else simulations.position end
        returning run, position
        "#,
        digest,
        file.display().to_string(),
        total,
        again,
        channel,
    )
    .fetch_one(pool)
    .await
    .context("find the place in the file")?;
    Ok(Place { channel: channel.to_owned(), digest, run: found.run, position: found.position, total })
}

/// A file to be played into a database.
#[derive(Clone, Debug)]
pub struct Simulation<'a> {
    /// Where the messages go.
    pub pool: &'a PgPool,
    /// For rows without a time.
    pub clock: Clock,
    /// The dataset.
    pub file: &'a Path,
    /// The stored control to obey, if any.
    pub control: Option<Control>,
    /// How fast.
    pub pace: Pace,
}

impl Simulation<'_> {
    /// Plays the file from `place` on until its end, `shutdown`, or the stored control says stopped. Each
    /// batch and the place behind it are one transaction, so that a row is never played twice.
    pub async fn play(
        &self,
        place: &mut Place,
        shutdown: &CancellationToken,
        mut progress: impl FnMut(&Place),
    ) -> Result<Played> {
        let mut random = StdRng::seed_from_u64(self.pace.seed);
        let behind = usize::try_from(place.position).unwrap_or(0);
        let mut rows = dataset::rows(self.file, self.clock.zone())?.skip(behind);
        let mut played = Played::default();
        while self.may_go_on(shutdown).await? {
            let batch: Vec<_> = rows.by_ref().take(self.pace.batch(&mut random)).collect();
            if batch.is_empty() {
                played.finished = true;
                break;
            }
            let count = batch.len();
            self.store(place, batch, &mut played).await?;
            progress(place);
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(self.pace.pause(count, &mut random)) => {}
            }
        }
        Ok(played)
    }

    /// Waits while paused.
    async fn may_go_on(&self, shutdown: &CancellationToken) -> Result<bool> {
        loop {
            if shutdown.is_cancelled() {
                return Ok(false);
            }
            let Some(control) = self.control else { return Ok(true) };
            match controls::state(self.pool, control).await? {
                controls::State::Running => return Ok(true),
                controls::State::Stopped => return Ok(false),
                controls::State::Paused => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
    }

    async fn store(
        &self,
        place: &mut Place,
        batch: Vec<Result<Row, RowError>>,
        played: &mut Played,
    ) -> Result<()> {
        let behind = i64::try_from(batch.len()).context("a batch is small")?;
        let mut messages = Vec::new();
        for row in batch {
            match row {
                Ok(row) => messages.push(self.message(place, row)),
                Err(bad @ RowError::Bad { .. }) => played.rejected.push(bad.to_string()),
                Err(broken @ RowError::Unreadable(_)) => return Err(broken.into()),
            }
        }
        let mut tx = self.pool.begin().await.context("begin")?;
        let stored = messages::store(&mut tx, &messages).await?;
        move_on(&mut tx, place, behind).await?;
        tx.commit().await.context("commit")?;
        place.position += behind;
        for stored in stored {
            match stored {
                messages::Stored::New(id) => played.stored.push(id),
                messages::Stored::Known(_) => played.known += 1,
            }
        }
        Ok(())
    }

    fn message(&self, place: &Place, row: Row) -> NewMessage {
        NewMessage {
            channel: place.channel.clone(),
            external_id: format!("{}{}", place.prefix(), row.number),
            contact: None,
            text: row.text,
            sent_at: row.sent_at.map_or_else(|| self.clock.now(), |at| at.with_timezone(&Utc)),
        }
    }
}

/// Fails when somebody else moved the place meanwhile, so that the batch is not stored twice.
async fn move_on(tx: &mut PgConnection, place: &Place, behind: i64) -> Result<()> {
    let moved = sqlx::query!(
        "update simulations set position = position + $3, updated_at = clock_timestamp() \
         where file_digest = $1 and run = $2 and position = $4 and channel = $5",
        place.digest,
        place.run,
        behind,
        place.position,
        place.channel,
    )
    .execute(tx)
    .await
    .context("remember the place in the file")?;
    anyhow::ensure!(moved.rows_affected() == 1, "another simulation is playing this file; stop one of them");
    Ok(())
}
