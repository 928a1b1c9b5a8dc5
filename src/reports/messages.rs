//! Messages, and why each became what it is.

use anyhow::Context;
use chrono::{DateTime, Utc};
use futures::{Stream, StreamExt};
use serde::Serialize;
use sqlx::PgPool;
use uuid::Uuid;

use super::Span;

/// A message as it is exported.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// Its number.
    pub id: i64,
    /// How it came.
    pub channel: String,
    /// The channel's own id.
    pub external_id: String,
    /// When the customer sent it.
    pub sent_at: DateTime<Utc>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Where it stands.
    pub state: String,
    /// Why, in words a cook understands.
    pub reason: Option<String>,
    /// Failed tries.
    pub tries: i16,
    /// When its work ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// `None` where only its hash is kept.
    pub text: Option<String>,
}

/// Everything that is known of how one message was understood.
#[derive(Clone, Debug, Serialize)]
pub struct Why {
    /// The message.
    pub message: Message,
    /// The order it made.
    pub order: Option<OrderOf>,
    /// The enquiry it is.
    pub enquiry: Option<EnquiryOf>,
    /// `{"reading", "stages", "menu_version", "embedding"}`; less of a miscellaneous message.
    pub trace: Option<serde_json::Value>,
    /// What was sent because of it.
    pub outbox: Vec<Notice>,
}

/// The order that a message made.
#[derive(Clone, Debug, Serialize)]
pub struct OrderOf {
    /// UUIDv7.
    pub id: Uuid,
    /// The number to shout.
    pub number: i32,
    /// Where it stands.
    pub state: String,
}

/// The enquiry that a message is.
#[derive(Clone, Debug, Serialize)]
pub struct EnquiryOf {
    /// Its number.
    pub id: i64,
    /// `question`, `polite_request` or `not_on_menu`.
    pub kind: String,
    /// Where it stands.
    pub state: String,
}

/// A row of the outbox.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    /// Its number.
    pub id: i64,
    /// Where it goes.
    pub destination: String,
    /// Where it stands.
    pub state: String,
    /// Tries so far.
    pub tries: i16,
    /// What the last failed try ended with.
    pub error: Option<String>,
    /// When it was delivered.
    pub sent_at: Option<DateTime<Utc>>,
}

/// The messages that arrived in the span, or all, oldest first, as they come from the database: there
/// may be more than fit in memory.
pub fn find(pool: &PgPool, span: Option<Span>) -> impl Stream<Item = anyhow::Result<Message>> {
    let messages = sqlx::query_as!(
        Message,
        r#"
        select id, channel, external_id, sent_at, received_at, state, reason, tries, finished_at, text
        from messages
        where ($1::timestamptz is null or received_at >= $1) and ($2::timestamptz is null or received_at < $2)
        order by received_at, id
        "#,
        span.map(|span| span.from),
        span.map(|span| span.until),
    );
    messages.fetch(pool).map(|message| message.context("read messages"))
}

/// Why a message became what it is; `None` when there is none with this number.
///
/// # Errors
/// When the database can't be asked.
pub async fn why(pool: &PgPool, id: i64) -> anyhow::Result<Option<Why>> {
    let message = sqlx::query_as!(
        Message,
        "select id, channel, external_id, sent_at, received_at, state, reason, tries, finished_at, text
         from messages where id = $1",
        id,
    );
    let Some(message) = message.fetch_optional(pool).await.context("read the message")? else {
        return Ok(None);
    };
    let order = sqlx::query_as!(OrderOf, "select id, number, state from orders where message_id = $1", id);
    let order = order.fetch_optional(pool).await.context("read its order")?;
    let enquiry =
        sqlx::query_as!(EnquiryOf, "select id, kind, state from enquiries where message_id = $1", id);
    let enquiry = enquiry.fetch_optional(pool).await.context("read its enquiry")?;
    let trace = sqlx::query_scalar!("select trace from traces where message_id = $1", id);
    let trace = trace.fetch_optional(pool).await.context("read its trace")?;
    let outbox = sqlx::query_as!(
        Notice,
        "select id, destination, state, tries, error, sent_at from outbox where message_id = $1 order by id",
        id,
    );
    let outbox = outbox.fetch_all(pool).await.context("read what was sent because of it")?;
    Ok(Some(Why { message, order, enquiry, trace, outbox }))
}
