//! Whatever several listeners do to one another, a conversation ends in order and each message once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chit::contacts::Address;
use chit::messages::{self, Claimed, Finished, NewMessage, State};
use chrono::Utc;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::PgPool;

use crate::harness::database;
use crate::shop::Shop;

const HALF_A_MINUTE: Duration = Duration::from_secs(30);

fn message(who: Option<&str>, text: &str) -> NewMessage {
    let address = |who: &str| Address { channel: "test".to_owned(), address: who.to_owned() };
    NewMessage {
        channel: "test".to_owned(),
        external_id: uuid::Uuid::now_v7().to_string(),
        contact: who.map(address),
        text: text.to_owned(),
        sent_at: Utc::now(),
    }
}

fn claims(claimed: &[Claimed]) -> Vec<(i64, i64)> {
    claimed.iter().map(Claimed::held_by).collect()
}

fn ids(claimed: &[Claimed]) -> Vec<i64> {
    claimed.iter().map(|message| message.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_waits_for_the_one_before_it_that_another_listener_took_over() {
    let mut shop = Shop::open().await;
    let first = shop.says("ada", "one Kombucha please").await;
    let second = shop.says("ada", "and an Edamame please").await;
    let other = shop.says("bob", "one Kombucha please").await;
    let pool = &shop.database.pool;
    let slow = messages::claim(pool, 10, Duration::ZERO).await.unwrap();
    assert_eq!(ids(&slow), [first, second, other]);
    tokio::time::sleep(Duration::from_millis(5)).await;
    let quick = messages::claim(pool, 1, HALF_A_MINUTE).await.unwrap();
    assert_eq!(ids(&quick), [first], "a busy listener takes over what it has room for");
    let mut tx = pool.begin().await.unwrap();
    let held = messages::lock_held(&mut tx, &claims(&slow)).await.unwrap();
    assert_eq!(held, [other], "the slow one must not finish the second message before the first");
    assert!(!messages::fail(&mut tx, &slow[1], "too early", None).await.unwrap());
    tx.rollback().await.unwrap();
    messages::release(pool, &claims(&quick)).await.unwrap();
    messages::release(pool, &[second, other].map(|id| (id, slow[0].fence))).await.unwrap();
    shop.close().await;
}

/// One of several listeners, which does at random what a listener may do or suffer.
struct Listener {
    pool: PgPool,
    random: StdRng,
    /// What it thinks it holds.
    batches: Vec<Vec<Claimed>>,
    /// What was finished, in the order in which that was committed.
    finished: Arc<Mutex<Vec<i64>>>,
}

impl Listener {
    async fn lives(mut self, steps: usize) {
        for _ in 0..steps {
            match self.random.random_range(0..10) {
                0 => self.store().await,
                1 => self.leases_lapse().await,
                2..5 => self.claims().await,
                5 => drop(self.some_batch()),
                6 => self.hands_back().await,
                _ => self.finishes().await,
            }
            tokio::time::sleep(Duration::from_micros(self.random.random_range(0..800))).await;
        }
    }

    fn some_batch(&mut self) -> Vec<Claimed> {
        if self.batches.is_empty() {
            return Vec::new();
        }
        let which = self.random.random_range(0..self.batches.len());
        self.batches.swap_remove(which)
    }

    async fn store(&mut self) {
        let who = [None, Some("ada"), Some("bob"), Some("eve")][self.random.random_range(0..4)];
        let mut tx = self.pool.begin().await.unwrap();
        messages::store(&mut tx, &[message(who, "one Kombucha please"), message(who, "and Edamame")])
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Everybody was too slow.
    async fn leases_lapse(&self) {
        let sql = "update messages set lease_until = now() - interval '1 second', lapses = 0, \
                   next_try_at = now() - interval '1 second' \
                   where id in (select id from messages where state in ('claimed', 'failed') \
                                for update skip locked)";
        sqlx::query(sql).execute(&self.pool).await.unwrap();
    }

    async fn claims(&mut self) {
        let limit = self.random.random_range(1..6);
        let claimed = messages::claim(&self.pool, limit, HALF_A_MINUTE).await.unwrap();
        if !claimed.is_empty() {
            self.batches.push(claimed);
        }
    }

    async fn hands_back(&mut self) {
        let batch = self.some_batch();
        messages::release(&self.pool, &claims(&batch)).await.unwrap();
    }

    /// A first part at once; then the next one fails, for now or for good, and the rest is handed back.
    async fn finishes(&mut self) {
        let mut batch = self.some_batch();
        if batch.is_empty() {
            return;
        }
        let rest = batch.split_off(self.random.random_range(0..=batch.len()));
        let mut tx = self.pool.begin().await.unwrap();
        let held = messages::lock_held(&mut tx, &claims(&batch)).await.unwrap();
        let finished =
            |id: &i64| Finished { id: *id, state: State::Miscellaneous, reason: "done".to_owned() };
        messages::finish(&mut tx, &held.iter().map(finished).collect::<Vec<_>>()).await.unwrap();
        self.commit(tx, &held).await;
        if let Some((failed, others)) = rest.split_first() {
            self.fails(failed).await;
            messages::release(&self.pool, &claims(others)).await.unwrap();
        }
    }

    async fn fails(&mut self, message: &Claimed) {
        let wait =
            self.random.random_bool(0.7).then(|| Duration::from_millis(self.random.random_range(0..5)));
        let mut tx = self.pool.begin().await.unwrap();
        let recorded = messages::fail(&mut tx, message, "it fell down", wait).await.unwrap();
        let ended: &[i64] = if recorded && wait.is_none() { &[message.id] } else { &[] };
        self.commit(tx, ended).await;
    }

    async fn commit(&self, tx: sqlx::Transaction<'_, sqlx::Postgres>, finished: &[i64]) {
        // Noted while the rows are still locked, so that the order is that of the commits.
        self.finished.lock().unwrap().extend(finished);
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_end_in_order_whatever_listeners_do_to_one_another() {
    for seed in 0..6 {
        let database = database().await;
        let finished = Arc::new(Mutex::new(Vec::new()));
        let listeners = (0..4).map(|number| {
            let random = StdRng::seed_from_u64(seed * 10 + number);
            let (pool, finished) = (database.pool.clone(), Arc::clone(&finished));
            tokio::spawn(Listener { pool, random, batches: Vec::new(), finished }.lives(120))
        });
        for listener in listeners.collect::<Vec<_>>() {
            listener.await.unwrap();
        }
        let finished = finished.lock().unwrap().clone();
        assert!(finished.len() > 20, "seed {seed}: only {} were finished", finished.len());
        assert_eq!(
            HashSet::<i64>::from_iter(finished.iter().copied()).len(),
            finished.len(),
            "seed {seed}: once each"
        );
        check_order(&database.pool, &finished, seed).await;
    }
}

async fn check_order(pool: &PgPool, finished: &[i64], seed: u64) {
    let conversations: Vec<Vec<i64>> = sqlx::query_scalar(
        "select array_agg(id order by id) from messages where contact_id is not null group by contact_id",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    assert_eq!(conversations.len(), 3);
    for conversation in conversations {
        let ended: Vec<i64> = finished.iter().copied().filter(|id| conversation.contains(id)).collect();
        assert_eq!(ended, conversation[..ended.len()], "seed {seed}: in order, and none left out");
    }
}
