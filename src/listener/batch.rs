//! One batch: understood in memory, registered in one transaction, halved until a bad row is alone.

use std::collections::{BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use backon::{ExponentialBuilder, Retryable};
use chrono_tz::Tz;

use super::confirm::confirm;
use super::doubt::{self, InDoubt};
use crate::app::{App, Shop};
use crate::menu::{Menu, MenuCache};
use crate::messages::{self, Claimed};
use crate::outbox::{self, NewRow};
use crate::pipeline::register::{House, Worked, register};
use crate::pipeline::{Read, Reader, notify, prices};

/// A message whose lease lapsed this often goes to the dead letters: whoever worked it did not live to tell.
const MAX_LAPSES: i16 = 10;

/// How long an interrupted batch rests before it is claimed again.
const AFTER_AN_OUTAGE: Duration = Duration::from_secs(1);

/// How long to try to hand an interrupted batch back.
const HAND_BACK: Duration = Duration::from_secs(5);

/// Works claimed messages to their end, but for those about which a language model is to be asked: these, `room` at
/// most, are given back. Errors end in the log and in the messages' states, never here.
pub async fn work(app: App, claimed: Vec<Claimed>, room: usize) -> Vec<InDoubt> {
    let claims: Vec<(i64, i64)> = claimed.iter().map(Claimed::held_by).collect();
    match work_batch(&app, claimed, room).await {
        Ok(in_doubt) => in_doubt,
        Err(error) => {
            interrupted(&app, &claims, &error).await;
            Vec::new()
        }
    }
}

/// Hands a batch back: what interrupted it may be over in a moment, and customers needn't wait for the lease to lapse.
pub(super) async fn interrupted(app: &App, claims: &[(i64, i64)], error: &anyhow::Error) {
    let first = claims.first().map(|(id, _)| id);
    tracing::warn!(error = format!("{error:#}"), first, "a batch was interrupted; handing it back");
    let waits = ExponentialBuilder::default().with_min_delay(Duration::from_millis(100)).with_max_times(5);
    let release = (|| messages::release_for(&app.db.pool, claims, AFTER_AN_OUTAGE)).retry(waits);
    let released = tokio::time::timeout(HAND_BACK, release).await.context("no answer in time");
    if let Err(error) = released.flatten() {
        tracing::warn!(error = format!("{error:#}"), "can't hand it back: its lease will lapse");
    }
}

async fn work_batch(app: &App, claimed: Vec<Claimed>, room: usize) -> Result<Vec<InDoubt>> {
    let shop = app.shop();
    let reader = Arc::clone(&shop.reader);
    let with = Arc::clone(&reader);
    let zone = app.clock.zone();
    let read =
        move || claimed.into_iter().map(|m| attempt(m, |m| read_of(m, &with, zone))).collect::<Vec<_>>();
    let read = tokio::task::spawn_blocking(read).await.context("read a batch")?;
    let (mut worked, mut setbacks) = held_back(read);
    let in_doubt = doubt::set_apart(app, &shop, &mut worked, &mut setbacks.held_back, room);
    confirm(&app.db.pool, &reader, zone, &mut worked).await?;
    finish(app, &shop, worked, setbacks).await?;
    Ok(in_doubt)
}

/// Prices and registers what was understood.
pub(super) async fn finish(
    app: &App,
    shop: &Shop,
    mut worked: Vec<Worked>,
    setbacks: Setbacks,
) -> Result<()> {
    let menu = shop.reader.menu();
    let house = House {
        destinations: &app.destinations,
        menu,
        embedding: app.embedding_id(),
        currency: &app.settings.currency,
        clock: app.clock,
    };
    price(&mut worked, menu, &shop.rows).await?;
    register_halving(app, house, worked, setbacks).await
}

/// Prices come from the menu's rows alone, which come from the cache or, through it, from Postgres.
async fn price(worked: &mut [Worked], menu: &Menu, rows: &MenuCache) -> Result<()> {
    let keys: BTreeSet<String> = worked.iter().flat_map(|w| prices::keys(&w.read.reading, menu)).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let rows = rows.rows(&keys.into_iter().collect::<Vec<_>>()).await?;
    for worked in worked {
        prices::set(&mut worked.read.reading, menu, &rows);
    }
    Ok(())
}

/// A message and what became of reading it.
enum Attempt {
    Read(Box<Worked>),
    Failed(Claimed, String),
}

impl Attempt {
    fn message(&self) -> &Claimed {
        match self {
            Self::Read(worked) => &worked.message,
            Self::Failed(message, _) => message,
        }
    }
}

/// A time that is said is said when the message was sent.
fn read_of(message: &Claimed, reader: &Reader, zone: Tz) -> Read {
    let mut read = reader.read(&message.text);
    read.reading.fulfilment.said_at(message.sent_at.with_timezone(&zone));
    read
}

/// A panic while reading is that message's failure alone.
fn attempt(message: Claimed, read: impl FnOnce(&Claimed) -> Read) -> Attempt {
    if message.lapses > MAX_LAPSES {
        let reason = format!("the service ended {} times while it worked this message", message.lapses);
        return Attempt::Failed(message, reason);
    }
    match catch_unwind(AssertUnwindSafe(|| read(&message))) {
        Ok(read) => Attempt::Read(Box::new(Worked { message, read, confirms: None })),
        Err(panic) => Attempt::Failed(message, format!("reading it failed: {}", panic_text(panic.as_ref()))),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given").to_owned()
}

/// What a failure leaves to do.
#[derive(Default)]
pub(super) struct Setbacks {
    failed: Vec<(Claimed, String)>,
    held_back: Vec<Claimed>,
    conversations: HashSet<i64>,
}

impl Setbacks {
    fn fail(&mut self, message: Claimed, reason: String) {
        self.conversations.extend(message.contact_id);
        self.failed.push((message, reason));
    }

    fn holds_back(&self, message: &Claimed) -> bool {
        message.contact_id.is_some_and(|contact| self.conversations.contains(&contact))
    }
}

/// A message that failed holds back what follows it in its conversation.
fn held_back(attempts: Vec<Attempt>) -> (Vec<Worked>, Setbacks) {
    let mut worked = Vec::new();
    let mut setbacks = Setbacks::default();
    for attempt in attempts {
        if setbacks.holds_back(attempt.message()) {
            setbacks.held_back.push(attempt.message().clone());
            continue;
        }
        match attempt {
            Attempt::Read(read) => worked.push(*read),
            Attempt::Failed(message, reason) => setbacks.fail(message, reason),
        }
    }
    (worked, setbacks)
}

/// The halves are taken in order, so that a conversation stays in order too.
async fn register_halving(
    app: &App,
    house: House<'_>,
    worked: Vec<Worked>,
    mut setbacks: Setbacks,
) -> Result<()> {
    let mut waiting = vec![worked];
    while let Some(mut part) = waiting.pop() {
        part.retain(|w| {
            let held = setbacks.holds_back(&w.message);
            if held {
                setbacks.held_back.push(w.message.clone());
            }
            !held
        });
        let Err(error) = register(&app.db.pool, &part, house).await else { continue };
        if is_outage(&error, part.len() == 1) {
            return Err(error);
        }
        if part.len() > 1 {
            let second = part.split_off(part.len() / 2);
            waiting.extend([second, part]);
        } else if let Some(only) = part.pop() {
            setbacks.fail(only.message, format!("registering it failed: {error:#}"));
        }
    }
    record(app, house, setbacks).await
}

/// What is wrong with the database or with everything, as against a row it won't take: values (22),
/// constraints (23), limits of the program (54), errors raised by rules of the database (P0), and what can't
/// be told in JSON. A statement that is cut off for taking too long counts where it is the message's own.
fn is_outage(error: &anyhow::Error, alone: bool) -> bool {
    let Some(error) = error.chain().find_map(|cause| cause.downcast_ref::<sqlx::Error>()) else {
        return false;
    };
    let Some(database) = error.as_database_error() else { return true };
    let code = database.code().unwrap_or_default();
    let of_the_row = ["22", "23", "54", "P0"].iter().any(|class| code.starts_with(class));
    !(of_the_row || alone && code == "57014")
}

async fn record(app: &App, house: House<'_>, setbacks: Setbacks) -> Result<()> {
    for (message, reason) in &setbacks.failed {
        record_failure(app, house, message, reason).await?;
    }
    if !setbacks.held_back.is_empty() {
        let claims: Vec<(i64, i64)> = setbacks.held_back.iter().map(Claimed::held_by).collect();
        messages::release(&app.db.pool, &claims).await?;
    }
    Ok(())
}

/// The last failed try makes a dead letter and tells staff, in one transaction.
async fn record_failure(app: &App, house: House<'_>, message: &Claimed, reason: &str) -> Result<()> {
    let settings = &app.settings.listener;
    let try_number = u16::try_from(message.tries).unwrap_or(0) + 1;
    let dead = try_number >= settings.max_tries || message.lapses > MAX_LAPSES;
    let wait = (!dead).then(|| back_off(settings.retry_milliseconds, try_number));
    let mut tx = app.db.pool.begin().await.context("begin")?;
    if messages::fail(&mut tx, message, reason, wait).await? && dead {
        let notice = notify::dead_letter_notice(message.id, Some(&message.text), reason, app.clock.now());
        let cause = format!("dead:{}:{}", message.id, message.fence);
        let rows = NewRow::notices(house.destinations, Some(message.id), &cause, &notice);
        outbox::insert(&mut tx, &rows.collect::<Vec<_>>()).await?;
    }
    tx.commit().await.context("commit")?;
    tracing::warn!(message = message.id, try_number, dead, reason, "a message failed");
    Ok(())
}

/// Doubles with each try: 1, 2, 4, 8 times the base, at most an hour.
fn back_off(base_milliseconds: u64, try_number: u16) -> Duration {
    let factor = 1_u64 << u32::from(try_number.saturating_sub(1).min(16));
    Duration::from_millis(base_milliseconds.saturating_mul(factor)).min(Duration::from_secs(3600))
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;

    fn message(id: i64, contact_id: Option<i64>) -> Claimed {
        let (channel, text) = ("test".to_owned(), "one tea".to_owned());
        let (sent_at, received_at) = (Utc::now(), Utc::now());
        Claimed { id, channel, contact_id, text, sent_at, received_at, tries: 0, lapses: 0, fence: 1 }
    }

    #[test]
    fn a_panic_is_the_failure_of_that_message_and_holds_its_conversation_back() {
        let panicked = attempt(message(1, Some(7)), |_| panic!("the parser fell over"));
        let next = attempt(message(2, Some(7)), |_| panic!("not reached by the register"));
        let (worked, setbacks) = held_back(vec![panicked, next]);
        assert!(worked.is_empty());
        let [(failed, reason)] = &setbacks.failed[..] else { panic!("one failure") };
        assert_eq!((failed.id, reason.as_str()), (1, "reading it failed: the parser fell over"));
        assert_eq!(setbacks.held_back.iter().map(|m| m.id).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_message_that_keeps_ending_the_service_is_given_up() {
        let lapsed = Claimed { lapses: MAX_LAPSES + 1, ..message(1, None) };
        let Attempt::Failed(_, reason) = attempt(lapsed, |_| unreachable!("it is not read again")) else {
            panic!("it is not worked")
        };
        assert!(reason.contains("ended 11 times"), "{reason}");
    }

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        let waits: Vec<u64> = [1, 2, 3, 4].map(|n| back_off(500, n).as_millis() as u64).to_vec();
        assert_eq!(waits, [500, 1000, 2000, 4000]);
        assert_eq!(back_off(u64::MAX, u16::MAX), Duration::from_secs(3600));
    }
}
