//! Saving what is to be sent, in the transaction of its cause.

use anyhow::Context;
use serde_json::Value;
use sqlx::PgConnection;

use super::WAKE_UP;
use crate::channels::{Destinations, KeptMessage, MISCELLANEOUS_FILE, Notice, Payload};

/// Something to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRow {
    /// The message that it tells of.
    pub message_id: Option<i64>,
    /// What makes it be sent, such as `message:17`; a cause is sent once to a destination.
    pub cause: String,
    /// From [`crate::channels::Destinations::names`], or [`crate::channels::MISCELLANEOUS_FILE`].
    pub destination: &'static str,
    /// What is sent.
    pub payload: Payload,
}

impl NewRow {
    /// A notice, at every destination that takes its kind.
    pub fn notices(
        destinations: &Destinations,
        message_id: Option<i64>,
        cause: &str,
        notice: &Notice,
    ) -> impl Iterator<Item = Self> {
        destinations.names(notice.kind).map(move |destination| Self {
            message_id,
            cause: cause.to_owned(),
            destination,
            payload: Payload::Notice(notice.clone()),
        })
    }

    /// The line of a miscellaneous message in its file.
    pub fn kept(cause: &str, message: KeptMessage) -> Self {
        Self {
            message_id: Some(message.id),
            cause: cause.to_owned(),
            destination: MISCELLANEOUS_FILE,
            payload: Payload::KeptMessage(message),
        }
    }
}

/// Saves `rows` within the caller's transaction and wakes the senders when that commits. Returns how
/// many were new; a row whose cause has one for that destination already is left out.
///
/// # Errors
/// The database's.
pub async fn insert(transaction: &mut PgConnection, rows: &[NewRow]) -> anyhow::Result<u64> {
    if rows.is_empty() {
        return Ok(0);
    }
    let message_ids: Vec<Option<i64>> = rows.iter().map(|row| row.message_id).collect();
    let causes: Vec<String> = rows.iter().map(|row| row.cause.clone()).collect();
    let destinations: Vec<String> = rows.iter().map(|row| row.destination.to_owned()).collect();
    let payloads = rows.iter().map(|row| serde_json::to_value(&row.payload));
    let payloads: Vec<Value> = payloads.collect::<Result<_, _>>().context("write a notice as JSON")?;
    let inserted = sqlx::query!(
        "insert into outbox (message_id, cause, destination, payload)
         select message_id, cause, destination, payload
         from unnest($1::bigint[], $2::text[], $3::text[], $4::jsonb[])
             with ordinality as given (message_id, cause, destination, payload, place)
         order by place
         on conflict on constraint one_notice_a_cause do nothing",
        &message_ids as &[Option<i64>],
        &causes,
        &destinations,
        &payloads,
    )
    .execute(&mut *transaction)
    .await
    .context("save what is to be sent")?
    .rows_affected();
    if inserted > 0 {
        let wake_up = sqlx::query!("select pg_notify($1, '')", WAKE_UP);
        wake_up.execute(transaction).await.context("wake the senders")?;
    }
    Ok(inserted)
}
