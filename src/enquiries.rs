//! Messages that wait for an answer.

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};

/// Where an enquiry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum State {
    /// Nobody has answered.
    Open,
    /// An answer is proposed.
    Proposed,
    /// Answered.
    Answered,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A question.
    Question,
    /// An order in question form: "Could I get a latte?"
    PoliteRequest,
    /// An order of which nothing is on the menu.
    NotOnMenu,
}

/// An enquiry to be registered.
#[derive(Clone, Debug)]
pub struct NewEnquiry {
    /// The one message that made it.
    pub message_id: i64,
    /// Who asks, where the channel says so.
    pub contact_id: Option<i64>,
    /// What is asked.
    pub kind: Kind,
    /// Why, in words a cook understands.
    pub reason: String,
    /// The order it would have been: the JSON of a reading.
    pub draft: Option<serde_json::Value>,
}

/// Inserts enquiries; a message makes at most one.
pub async fn insert(tx: &mut PgConnection, enquiries: &[NewEnquiry]) -> Result<()> {
    if enquiries.is_empty() {
        return Ok(());
    }
    let message_ids: Vec<i64> = enquiries.iter().map(|e| e.message_id).collect();
    let contact_ids: Vec<Option<i64>> = enquiries.iter().map(|e| e.contact_id).collect();
    let kinds: Vec<Kind> = enquiries.iter().map(|e| e.kind).collect();
    let reasons: Vec<String> = enquiries.iter().map(|e| e.reason.clone()).collect();
    let drafts: Vec<Option<serde_json::Value>> = enquiries.iter().map(|e| e.draft.clone()).collect();
    sqlx::query!(
        r#"
        insert into enquiries (message_id, contact_id, kind, reason, draft)
        select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::jsonb[])
        "#,
        &message_ids,
        &contact_ids as &[Option<i64>],
        &kinds as &[Kind],
        &reasons,
        &drafts as &[Option<serde_json::Value>],
    )
    .execute(tx)
    .await
    .context("insert enquiries")?;
    Ok(())
}

/// A drafted order that waits for the customer's yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The message that asked for it.
    pub message_id: i64,
    /// What it said.
    pub text: String,
}

/// The draft that a contact's message may say yes to: the message right before it, if that is an open
/// request that came at `earliest` or later.
pub async fn draft_before(
    pool: &PgPool,
    contact_id: i64,
    message_id: i64,
    earliest: DateTime<Utc>,
) -> Result<Option<Draft>> {
    sqlx::query_as!(
        Draft,
        r#"
        select m.id as message_id, m.text as "text!"
        from messages m join enquiries e on e.message_id = m.id
        where m.id = (select max(id) from messages where contact_id = $1 and id < $2)
          and e.kind = 'polite_request' and e.state = 'open' and m.text is not null
          and m.received_at >= $3
        "#,
        contact_id,
        message_id,
        earliest,
    )
    .fetch_optional(pool)
    .await
    .context("look for an order that waits for a yes")
}

/// Marks the enquiries of these messages as answered and returns how many were still open.
pub async fn answer(tx: &mut PgConnection, message_ids: &[i64]) -> Result<usize> {
    if message_ids.is_empty() {
        return Ok(0);
    }
    let answered = sqlx::query!(
        "update enquiries set state = 'answered' where message_id = any($1) and state in ('open', 'proposed')",
        message_ids,
    )
    .execute(tx)
    .await
    .context("mark enquiries as answered")?
    .rows_affected();
    Ok(usize::try_from(answered)?)
}
