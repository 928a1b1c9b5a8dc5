//! What became of the messages of one simulation or replay.

use std::fmt;

use anyhow::Context as _;
use futures::TryStreamExt;
use rust_decimal::Decimal;
use sqlx::PgPool;

use crate::llm::Call;
use crate::messages::State;

/// How many messages came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Tickets for the kitchen.
    pub orders: usize,
    /// Tickets that a person must look at first.
    pub reviews: usize,
    /// Messages to be answered.
    pub enquiries: usize,
    /// Neither.
    pub miscellaneous: usize,
    /// Given up, or not finished.
    pub others: usize,
}

impl Outcomes {
    /// One more.
    pub fn add(&mut self, state: State) {
        match state {
            State::Ordered => self.orders += 1,
            State::Review => self.reviews += 1,
            State::Enquiry => self.enquiries += 1,
            State::Miscellaneous => self.miscellaneous += 1,
            State::Received | State::Claimed | State::Failed | State::Dead => self.others += 1,
        }
    }

    /// All of them.
    pub fn sum(&self) -> usize {
        self.orders + self.reviews + self.enquiries + self.miscellaneous + self.others
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { orders, reviews, enquiries, miscellaneous, others } = self;
        write!(
            f,
            "{orders} orders, {reviews} to review, {enquiries} enquiries, {miscellaneous} miscellaneous"
        )?;
        if *others > 0 {
            write!(f, ", {others} dead or not finished")?;
        }
        Ok(())
    }
}

/// A message of a run.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number in the file.
    pub number: String,
    /// Where it stands.
    pub state: State,
    /// The reading as it is kept; without words once they have gone to the file of miscellaneous messages.
    pub reading: serde_json::Value,
    /// What a language model was asked about it.
    pub calls: Vec<Call>,
    /// The ticket it made.
    pub ticket: Option<i32>,
    /// Of the ticket.
    pub total: Option<Decimal>,
}

/// Hands over each message of a run, in the order of the file.
///
/// # Errors
/// The database's, and those of `take`.
pub async fn rows(
    pool: &PgPool,
    channel: &str,
    prefix: &str,
    mut take: impl FnMut(Row) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut rows = sqlx::query!(
        r#"
        select m.external_id, m.state as "state: State", t.trace->'reading' as reading, t.trace->'llm' as calls,
               o.number as "number?", o.total as "total?"
        from messages m
        left join traces t on t.message_id = m.id
        left join orders o on o.message_id = m.id
        where m.channel = $1 and starts_with(m.external_id, $2)
        order by m.id
        "#,
        channel,
        prefix,
    )
    .fetch(pool);
    while let Some(row) = rows.try_next().await.context("read what became of the messages")? {
        take(Row {
            number: row.external_id.trim_start_matches(prefix).to_owned(),
            state: row.state,
            reading: row.reading.unwrap_or_default(),
            calls: row.calls.and_then(|calls| serde_json::from_value(calls).ok()).unwrap_or_default(),
            ticket: row.number,
            total: row.total,
        })?;
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
