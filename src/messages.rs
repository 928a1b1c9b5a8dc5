//! What customers wrote: stored once, claimed by state, finished once.

mod claim;
mod trace;
mod watermark;

pub use claim::{Claimed, any_suspect, claim, claim_suspect, fail, release, release_for};
pub use trace::record_traces;
pub use watermark::{advance_watermark, watermark};

use std::collections::HashSet;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};

use crate::contacts::{self, Address};

/// The wake-up for listeners. It says "look"; the rows say what.
pub const WAKE_UP: &str = "chit_messages";

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, clap::ValueEnum)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Stored; nobody has looked at it yet.
    Received,
    /// A listener holds a lease on it.
    Claimed,
    /// A try failed; another will follow.
    Failed,
    /// It made an order.
    Ordered,
    /// It waits for an answer.
    Enquiry,
    /// Neither order nor enquiry.
    Miscellaneous,
    /// It made an order that a person must look at.
    Review,
    /// Every try failed; staff were told.
    Dead,
}

/// A message as a channel hands it in.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// The channel's name, such as `simulator`.
    pub channel: String,
    /// The channel's own id of the message: the same id is the same message, however often it comes.
    pub external_id: String,
    /// Who wrote it; `None` makes the message a conversation of its own.
    pub contact: Option<Address>,
    /// As it came.
    pub text: String,
    /// When the customer sent it.
    pub sent_at: DateTime<Utc>,
}

/// What became of a message that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is new; its id.
    New(i64),
    /// It had been stored before; the id it has.
    Known(i64),
}

impl Stored {
    /// The message's id.
    pub fn id(self) -> i64 {
        match self {
            Self::New(id) | Self::Known(id) => id,
        }
    }
}

/// Stores messages and wakes listeners when the transaction commits. Ids within a conversation rise in
/// the order in which the messages become visible, because the contact's row stays locked until then.
pub async fn store(tx: &mut PgConnection, messages: &[NewMessage]) -> Result<Vec<Stored>> {
    let contacts = contacts::ensure(tx, messages.iter().filter_map(|m| m.contact.as_ref())).await?;
    let contact_ids: Vec<Option<i64>> =
        messages.iter().map(|m| m.contact.as_ref().and_then(|c| contacts.get(c).copied())).collect();
    let channels: Vec<String> = messages.iter().map(|m| m.channel.clone()).collect();
    let external_ids: Vec<String> = messages.iter().map(|m| m.external_id.clone()).collect();
    let texts: Vec<String> = messages.iter().map(|m| storable(&m.text)).collect();
    let hashes: Vec<Vec<u8>> = texts.iter().map(|t| text_hash(t)).collect();
    let sent: Vec<DateTime<Utc>> = messages.iter().map(|m| m.sent_at).collect();
    let rows = sqlx::query!(
        r#"
        with given as (
            select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bytea[], $6::timestamptz[])
                with ordinality as g (channel, external_id, contact_id, text, text_hash, sent_at, place)
        ), new as (
            insert into messages (channel, external_id, contact_id, text, text_hash, sent_at)
            select channel, external_id, contact_id, text, text_hash, sent_at from given order by place
            on conflict on constraint message_is_unique_in_channel do nothing
            returning id, channel, external_id
        ), woken as (
            select pg_notify($7, '') from new limit 1
        )
        select g.place as "place!", new.id as "new_id?", (select count(*) from woken) as "woken!"
        from given g left join new using (channel, external_id)
        order by g.place
        "#,
        &channels,
        &external_ids,
        &contact_ids as &[Option<i64>],
        &texts,
        &hashes,
        &sent,
        WAKE_UP,
    )
    .fetch_all(&mut *tx)
    .await
    .context("store messages")?;
    let new: Vec<Option<i64>> = rows.into_iter().map(|row| row.new_id).collect();
    let known = if new.iter().any(Option::is_none) {
        ids_of(tx, &channels, &external_ids).await?
    } else {
        Vec::new()
    };
    let mut seen = std::collections::HashSet::new();
    new.iter()
        .enumerate()
        .map(|(place, id)| match id {
            Some(id) if seen.insert(*id) => Ok(Stored::New(*id)),
            Some(id) => Ok(Stored::Known(*id)),
            None => {
                Ok(Stored::Known(known.get(place).copied().flatten().context("a known message has an id")?))
            }
        })
        .collect()
}

async fn ids_of(
    tx: &mut PgConnection,
    channels: &[String],
    external_ids: &[String],
) -> Result<Vec<Option<i64>>> {
    sqlx::query_scalar!(
        r#"
        select m.id as "id?"
        from unnest($1::text[], $2::text[]) with ordinality as g (channel, external_id, place)
        left join messages m using (channel, external_id)
        order by g.place
        "#,
        channels,
        external_ids,
    )
    .fetch_all(tx)
    .await
    .context("look up messages that had been stored before")
}

/// A message that was worked, and how it ended.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The message.
    pub id: i64,
    /// One of the states that end the work.
    pub state: State,
    /// Why, in words a cook understands.
    pub reason: String,
}

/// Locks those of the claimed messages, each given with the fence of its claim, that are still held and returns the
/// ids of those that may be finished. What is not among them was taken over by another listener, or follows such a
/// message in its conversation: it must not be touched.
pub async fn lock_held(tx: &mut PgConnection, claims: &[(i64, i64)]) -> Result<Vec<i64>> {
    let (ids, mut fences): (Vec<i64>, Vec<i64>) = claims.iter().copied().unzip();
    fences.dedup();
    let mut held = sqlx::query!(
        "select id, contact_id, fence from messages \
         where id = any($1) and fence = any($2) and state = 'claimed' order by id for update",
        &ids,
        &fences,
    )
    .fetch_all(&mut *tx)
    .await
    .context("lock the claimed messages")?;
    let claims: HashSet<(i64, Option<i64>)> = claims.iter().map(|(id, fence)| (*id, Some(*fence))).collect();
    held.retain(|message| claims.contains(&(message.id, message.fence)));
    let talks = held.iter().any(|message| message.contact_id.is_some());
    let held: Vec<i64> = held.into_iter().map(|message| message.id).collect();
    if talks { next_in_conversation(tx, &held).await } else { Ok(held) }
}

/// Those of the locked messages before which nothing is unfinished but others of them. It must be a statement
/// of its own: while the locks were waited for, another listener may have taken a message over.
async fn next_in_conversation(tx: &mut PgConnection, locked: &[i64]) -> Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"
        select m.id from messages m
        where m.id = any($1) and not exists (
            select from messages earlier
            where earlier.contact_id = m.contact_id and earlier.id < m.id
              and earlier.state in ('received', 'claimed', 'failed') and earlier.id <> all($1))
        order by m.id
        "#,
        locked,
    )
    .fetch_all(tx)
    .await
    .context("look for earlier messages of a conversation")
}

/// Moves claimed messages, locked by [`lock_held`], to the state in which their work ended.
pub async fn finish(tx: &mut PgConnection, finished: &[Finished]) -> Result<()> {
    let ids: Vec<i64> = finished.iter().map(|f| f.id).collect();
    let states: Vec<State> = finished.iter().map(|f| f.state).collect();
    let reasons: Vec<String> = finished.iter().map(|f| storable(&f.reason)).collect();
    sqlx::query!(
        r#"
        update messages m
        set state = f.state, reason = f.reason, finished_at = clock_timestamp(), lease_until = null
        from unnest($1::bigint[], $2::text[], $3::text[]) as f (id, state, reason)
        where m.id = f.id and m.state = 'claimed'
        "#,
        &ids,
        &states as &[State],
        &reasons,
    )
    .execute(tx)
    .await
    .context("finish messages")?;
    Ok(())
}

/// How many messages stand in each state: `received` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// Every message that was stored.
    pub received: i64,
    /// Messages that made an order.
    pub ordered: i64,
    /// Messages that wait for an answer or have one.
    pub enquiry: i64,
    /// Neither.
    pub miscellaneous: i64,
    /// Orders that wait for a person.
    pub review: i64,
    /// Given up, staff told.
    pub dead: i64,
    /// Received, claimed or waiting for another try.
    pub in_flight: i64,
}

impl Balance {
    /// Messages that stand in no state: always 0, or something is broken.
    pub fn lost(&self) -> i64 {
        self.received
            - (self.ordered + self.enquiry + self.miscellaneous + self.review + self.dead + self.in_flight)
    }
}

impl std::fmt::Display for Balance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "received {} = ordered {} + enquiry {} + miscellaneous {} + review {} + dead {} + in flight {}, lost {}",
            self.received,
            self.ordered,
            self.enquiry,
            self.miscellaneous,
            self.review,
            self.dead,
            self.in_flight,
            self.lost()
        )
    }
}

/// The balance over all messages.
pub async fn balance(pool: &PgPool) -> Result<Balance> {
    sqlx::query_as!(
        Balance,
        r#"
        select count(*) as "received!",
               count(*) filter (where state = 'ordered') as "ordered!",
               count(*) filter (where state = 'enquiry') as "enquiry!",
               count(*) filter (where state = 'miscellaneous') as "miscellaneous!",
               count(*) filter (where state = 'review') as "review!",
               count(*) filter (where state = 'dead') as "dead!",
               count(*) filter (where state in ('received', 'claimed', 'failed')) as "in_flight!"
        from messages
        "#,
    )
    .fetch_one(pool)
    .await
    .context("count messages by state")
}

/// Whether any message still has work to be done, now or after a wait.
pub async fn any_unfinished(pool: &PgPool) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from messages where state in ('received', 'claimed', 'failed')) as "any!""#
    )
    .fetch_one(pool)
    .await
    .context("look for unfinished messages")
}

/// What is kept of a text whose words are not: SHA-256, 32 bytes.
pub fn text_hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// Postgres text can't hold U+0000: it is shown as the replacement character.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
