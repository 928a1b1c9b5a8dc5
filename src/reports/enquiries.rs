//! Enquiries, as they are shown and exported.

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgPool;

use super::Span;
use crate::enquiries::State;

/// Which enquiries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// In this state alone.
    pub state: Option<State>,
    /// Of messages that arrived in this span alone.
    pub span: Option<Span>,
    /// At most this many, the newest; `None`: all.
    pub limit: Option<i64>,
}

/// An enquiry.
#[derive(Clone, Debug, Serialize)]
pub struct Enquiry {
    /// Its number.
    pub id: i64,
    /// The message that it is.
    pub message_id: i64,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Where it stands.
    pub state: State,
    /// `question`, `polite_request` or `not_on_menu`.
    pub kind: String,
    /// Why, in words a cook understands.
    pub reason: String,
    /// How the message came.
    pub channel: String,
    /// What the customer wrote.
    pub text: Option<String>,
    /// The order it would have been.
    pub draft: Option<serde_json::Value>,
}

/// The enquiries that pass the filter, oldest first.
///
/// # Errors
/// When the database can't be asked.
pub async fn find(pool: &PgPool, filter: Filter) -> anyhow::Result<Vec<Enquiry>> {
    let mut enquiries = sqlx::query_as!(
        Enquiry,
        r#"
        select e.id, e.message_id, m.received_at, e.state as "state: State", e.kind, e.reason, m.channel,
               m.text, e.draft
        from enquiries e join messages m on m.id = e.message_id
        where ($1::text is null or e.state = $1)
          and ($2::timestamptz is null or m.received_at >= $2)
          and ($3::timestamptz is null or m.received_at < $3)
        order by m.received_at desc, e.id desc
        limit $4
        "#,
        filter.state as Option<State>,
        filter.span.map(|span| span.from),
        filter.span.map(|span| span.until),
        filter.limit,
    )
    .fetch_all(pool)
    .await
    .context("read enquiries")?;
    enquiries.reverse();
    Ok(enquiries)
}
