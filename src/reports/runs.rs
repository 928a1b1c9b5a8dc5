//! What became of the messages of one simulation or replay.

use std::fmt;

use anyhow::Context as _;
use futures::TryStreamExt;
use sqlx::PgPool;

use crate::pipeline::{Outcome, Reading};

/// How many messages came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    orders: usize,
    reviews: usize,
    enquiries: usize,
    miscellaneous: usize,
}

impl Outcomes {
    /// One more.
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Order => self.orders += 1,
            Outcome::Review => self.reviews += 1,
            Outcome::Enquiry => self.enquiries += 1,
            Outcome::Miscellaneous => self.miscellaneous += 1,
        }
    }

    /// All of them.
    pub fn sum(&self) -> usize {
        self.orders + self.reviews + self.enquiries + self.miscellaneous
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { orders, reviews, enquiries, miscellaneous } = self;
        write!(f, "{orders} orders, {reviews} to review, {enquiries} enquiries, {miscellaneous} miscellaneous")
    }
}

/// Hands over each reading of a run, in the order of the file, with its row number. A message whose text
/// has gone to the file of miscellaneous messages comes without its words.
///
/// # Errors
/// The database's, and those of `take`.
pub async fn readings(
    pool: &PgPool,
    channel: &str,
    prefix: &str,
    mut take: impl FnMut(String, Reading) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut rows = sqlx::query!(
        r#"
        select m.external_id, t.trace->'reading' as reading
        from messages m join traces t on t.message_id = m.id
        where m.channel = $1 and starts_with(m.external_id, $2)
        order by m.id
        "#,
        channel,
        prefix,
    )
    .fetch(pool);
    while let Some(row) = rows.try_next().await.context("read what became of the messages")? {
        let number = row.external_id.trim_start_matches(prefix).to_owned();
        let Some(reading) = row.reading.and_then(|reading| serde_json::from_value(reading).ok()) else { continue };
        take(number, reading)?;
    }
    Ok(())
}

/// How many messages of a run have ended.
///
/// # Errors
/// The database's.
pub async fn finished(pool: &PgPool, channel: &str, prefix: &str) -> anyhow::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select count(*) as "finished!" from messages
        where channel = $1 and starts_with(external_id, $2) and state not in ('received', 'claimed', 'failed')
        "#,
        channel,
        prefix,
    )
    .fetch_one(pool)
    .await
    .context("count what has been worked")
}

/// How many notices have not been sent yet.
///
/// # Errors
/// The database's.
pub async fn waiting_notices(pool: &PgPool) -> anyhow::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "waiting!" from outbox where state in ('pending', 'sending', 'failed')"#
    )
    .fetch_one(pool)
    .await
    .context("count the notices that wait")
}
