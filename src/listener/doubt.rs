//! Messages about which a language model is asked: they wait beside the batches, and hold nobody up but their own
//! conversation.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::batch::{Setbacks, finish, interrupted};
use crate::app::{App, Shop};
use crate::messages::{self, Claimed};
use crate::pipeline::register::Worked;

/// A message that waits for an answer, with what it was read by.
pub(super) struct InDoubt {
    worked: Worked,
    shop: Shop,
}

/// Takes out the messages about which the model is to be asked, `room` at most; the others stand as they were read.
/// What follows one in its conversation is held back until it is done.
pub(super) fn set_apart(
    app: &App,
    shop: &Shop,
    worked: &mut Vec<Worked>,
    held_back: &mut Vec<Claimed>,
    room: usize,
) -> Vec<InDoubt> {
    let Some(second_opinion) = &app.second_opinion else { return Vec::new() };
    let mut waiting = HashSet::new();
    let mut in_doubt = Vec::new();
    for one in std::mem::take(worked) {
        let contact = one.message.contact_id;
        if contact.is_some_and(|contact| waiting.contains(&contact)) {
            held_back.push(one.message);
        } else if in_doubt.len() < room && second_opinion.is_wanted(&shop.reader, &one.read) {
            waiting.extend(contact);
            in_doubt.push(InDoubt { worked: one, shop: shop.clone() });
        } else {
            worked.push(one);
        }
    }
    in_doubt
}

/// So many messages wait for a language model at a time; beyond them the grammar's reading stands.
const MOST: usize = 500;

/// So many of them are registered together, at most.
const TOGETHER: usize = 100;

/// Messages that wait for a language model, and those that have waited. They take no place from the batches.
pub(super) struct Waiting<'a> {
    app: &'a App,
    shutdown: &'a CancellationToken,
    asking: JoinSet<Option<InDoubt>>,
    finishing: JoinSet<()>,
}

impl<'a> Waiting<'a> {
    pub fn new(app: &'a App, shutdown: &'a CancellationToken) -> Self {
        Self { app, shutdown, asking: JoinSet::new(), finishing: JoinSet::new() }
    }

    /// For how many more there is room.
    pub fn room(&self) -> usize {
        MOST.saturating_sub(self.asking.len())
    }

    pub fn is_empty(&self) -> bool {
        self.asking.is_empty() && self.finishing.is_empty()
    }

    /// Asks about these.
    pub fn take(&mut self, in_doubt: Vec<InDoubt>) {
        for one in in_doubt {
            self.asking.spawn(resolve(self.app.clone(), one, self.shutdown.clone()));
        }
    }

    /// Waits until something is done: then those whose answers have come are registered together.
    pub async fn next(&mut self) {
        tokio::select! {
            Some(done) = self.asking.join_next() => {
                let mut resolved: Vec<InDoubt> = told(done).flatten().into_iter().collect();
                while resolved.len() < TOGETHER && let Some(done) = self.asking.try_join_next() {
                    resolved.extend(told(done).flatten());
                }
                self.register(resolved);
            }
            Some(done) = self.finishing.join_next() => drop(told(done)),
            else => {}
        }
    }

    /// Until nothing waits.
    pub async fn finish(&mut self) {
        while !self.is_empty() {
            self.next().await;
        }
    }

    fn register(&mut self, mut resolved: Vec<InDoubt>) {
        resolved.sort_by_key(|one| (one.shop.rows.version(), one.worked.message.id));
        while let Some(first) = resolved.first() {
            let (shop, version) = (first.shop.clone(), first.shop.rows.version());
            let same = resolved.iter().take_while(|one| one.shop.rows.version() == version).count();
            let worked = resolved.drain(..same).map(|one| one.worked).collect();
            self.finishing.spawn(register(self.app.clone(), shop, worked));
        }
    }
}

fn told<T>(done: Result<T, JoinError>) -> Option<T> {
    done.map_err(|error| tracing::error!(%error, "a message in doubt ended early; its lease will lapse")).ok()
}

async fn register(app: App, shop: Shop, worked: Vec<Worked>) {
    let claims: Vec<(i64, i64)> = worked.iter().map(|one| one.message.held_by()).collect();
    if let Err(error) = finish(&app, &shop, worked, Setbacks::default()).await {
        interrupted(&app, &claims, &error).await;
    }
}

/// Asks. Who is told to stop hands the message back at once.
async fn resolve(app: App, mut in_doubt: InDoubt, shutdown: CancellationToken) -> Option<InDoubt> {
    let claim = in_doubt.worked.message.held_by();
    tokio::select! {
        () = ask(&app, &mut in_doubt) => return Some(in_doubt),
        () = shutdown.cancelled() => {}
    }
    if let Err(error) = messages::release(&app.db.pool, &[claim]).await {
        let error = format!("{error:#}");
        tracing::warn!(error, message = claim.0, "can't hand it back: its lease will lapse");
    }
    None
}

/// Whatever an answer does to the code that reads it, the grammar's reading stands.
async fn ask(app: &App, in_doubt: &mut InDoubt) {
    let InDoubt { worked, shop } = in_doubt;
    let Some(second_opinion) = &app.second_opinion else { return };
    let polite_requests = app.settings.reader.polite_requests;
    let asked = second_opinion.read(&shop.reader, worked.read.clone(), polite_requests);
    match AssertUnwindSafe(asked).catch_unwind().await {
        Ok(read) => worked.read = read,
        Err(_) => tracing::error!(message = worked.message.id, "reading the language model's answer failed"),
    }
    let zone = app.clock.zone();
    worked.read.reading.fulfilment.said_at(worked.message.sent_at.with_timezone(&zone));
}
