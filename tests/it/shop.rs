//! A restaurant to write to: a database of its own, the real listener, notices in a file.

use std::collections::BTreeMap;

use chit::app::{App, Tools};
use chit::cache::Cache;
use chit::channels::{self, Console};
use chit::clock::Clock;
use chit::config::Settings;
use chit::contacts::Address;
use chit::embedding::Embedding;
use chit::listener::{self, Until};
use chit::messages::{self, NewMessage, Stored};
use chrono::Utc;
use tokio_util::sync::CancellationToken;

use crate::harness::{TestDatabase, database};

/// Must be closed with [`Shop::close`], which checks the balance.
pub struct Shop {
    pub app: App,
    pub database: TestDatabase,
    pub folder: tempfile::TempDir,
    /// Ids that senders were told were stored.
    pub told: Vec<i64>,
    closed: bool,
}

impl Shop {
    pub async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    /// The house of `menu.csv`, with changed settings.
    pub async fn open_with(change: impl FnOnce(&mut Settings)) -> Self {
        let database = database().await;
        let folder = tempfile::tempdir().unwrap();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut settings = Settings {
            data_dir: folder.path().to_path_buf(),
            menu: root.join("menu.csv"),
            modifiers: root.join("modifiers.csv"),
            ..database.settings()
        };
        settings.notify.file = Some(folder.path().join("notices.jsonl"));
        settings.notify.console = Some(false);
        settings.listener.poll_milliseconds = 50;
        settings.listener.retry_milliseconds = 1;
        change(&mut settings);
        let app = Self::app(&settings).await;
        Self { app, database, folder, told: Vec::new(), closed: false }
    }

    /// Another program on the same database.
    pub async fn app(settings: &Settings) -> App {
        let db = chit::db::open(settings).await.unwrap();
        let clock = Clock::system(chrono_tz::Europe::Berlin);
        let destinations = channels::open(
            &settings.notify,
            &settings.data_dir,
            Console::new(Box::new(std::io::sink()), false),
        )
        .unwrap();
        let tools =
            Tools { embedding: Embedding::default(), cache: Cache::open(None).unwrap(), destinations };
        App::open(settings.clone(), db, clock, tools).await.unwrap()
    }

    /// A customer without a contact.
    pub async fn customer_says(&mut self, text: &str) -> i64 {
        let external_id = uuid::Uuid::now_v7().to_string();
        self.receive(NewMessage {
            channel: "test".to_owned(),
            external_id,
            contact: None,
            text: text.to_owned(),
            sent_at: Utc::now(),
        })
        .await
        .id()
    }

    /// A customer that the channel knows.
    pub async fn says(&mut self, who: &str, text: &str) -> i64 {
        self.receive(NewMessage {
            channel: "test".to_owned(),
            external_id: uuid::Uuid::now_v7().to_string(),
            contact: Some(Address { channel: "test".to_owned(), address: who.to_owned() }),
            text: text.to_owned(),
            sent_at: Utc::now(),
        })
        .await
        .id()
    }

    pub async fn receive(&mut self, message: NewMessage) -> Stored {
        let mut tx = self.database.pool.begin().await.unwrap();
        let stored = messages::store(&mut tx, &[message]).await.unwrap()[0];
        tx.commit().await.unwrap();
        self.told.push(stored.id());
        stored
    }

    /// The listener, until nothing is left to do.
    pub async fn works(&self) {
        listener::run(&self.app, Until::Drained, CancellationToken::new()).await.unwrap();
    }

    /// The outbox senders, until nothing waits.
    pub async fn sends(&self) {
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        let pool = self.database.pool.clone();
        let watch = async move {
            while unsent(&pool).await > 0 {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            stop.cancel();
        };
        tokio::join!(chit::worker::send(&self.app, shutdown), watch);
    }

    pub async fn state(&self, id: i64) -> String {
        sqlx::query_scalar("select state from messages where id = $1")
            .bind(id)
            .fetch_one(&self.database.pool)
            .await
            .unwrap()
    }

    /// What the kitchen has for a message: `2 × Kombucha (no ice)` a line.
    pub async fn kitchen_sees(&self, id: i64) -> Vec<String> {
        sqlx::query_scalar(
            "select l.quantity || ' × ' || coalesce(l.item_name, '?') from order_lines l \
             join orders o on o.id = l.order_id where o.message_id = $1 order by l.position",
        )
        .bind(id)
        .fetch_all(&self.database.pool)
        .await
        .unwrap()
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.database.pool).await.unwrap()
    }

    /// Works and sends what is left, then holds what senders were told against what database and
    /// receivers have.
    pub async fn close(mut self) {
        self.works().await;
        self.sends().await;
        self.closed = true;
        check_balance(&self.app, &self.told).await;
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        assert!(
            self.closed || std::thread::panicking(),
            "a shop must be closed, so that its balance is checked"
        );
    }
}

async fn unsent(pool: &sqlx::PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from outbox where state in ('pending', 'sending', 'failed')")
        .fetch_one(pool)
        .await
        .unwrap()
}

/// Every message that a sender was told of ended in one state, made at most one order or enquiry, and
/// reached each receiver once. The receivers' files are read, not the outbox.
pub async fn check_balance(app: &App, told: &[i64]) {
    let pool = &app.db.pool;
    let balance = messages::balance(pool).await.unwrap();
    assert_eq!(balance.lost(), 0, "{balance}");
    assert_eq!(balance.in_flight, 0, "{balance}");
    let states: BTreeMap<i64, String> =
        sqlx::query_as("select id, state from messages").fetch_all(pool).await.unwrap().into_iter().collect();
    let mut expected: BTreeMap<i64, usize> = BTreeMap::new();
    let mut kept = Vec::new();
    for id in std::collections::BTreeSet::from_iter(told.iter().copied()) {
        let state = states.get(&id).unwrap_or_else(|| panic!("message {id} was stored and is gone"));
        let orders: i64 = count(pool, "select count(*) from orders where message_id = $1", id).await;
        let enquiries: i64 = count(pool, "select count(*) from enquiries where message_id = $1", id).await;
        let made = match state.as_str() {
            "ordered" | "review" => (1, 0),
            "enquiry" => (0, 1),
            "miscellaneous" | "dead" => (0, 0),
            other => panic!("message {id} is still {other}"),
        };
        assert_eq!((orders, enquiries), made, "message {id} is {state}");
        expected.insert(id, 1);
        if state == "miscellaneous" {
            kept.push(id);
        }
    }
    if let Some(file) = &app.settings.notify.file {
        assert_eq!(received(app, file).await, expected, "each message is told to staff once");
    }
    let mut in_file: Vec<i64> = ids_in(&app.settings.data_dir.join("miscellaneous.jsonl"));
    in_file.sort_unstable();
    assert_eq!(in_file, kept, "the file of miscellaneous messages");
}

async fn count(pool: &sqlx::PgPool, sql: &'static str, id: i64) -> i64 {
    sqlx::query_scalar(sql).bind(id).fetch_one(pool).await.unwrap()
}

/// How often each message stands in the file of notices.
async fn received(app: &App, file: &std::path::Path) -> BTreeMap<i64, usize> {
    let messages: BTreeMap<i64, i64> =
        sqlx::query_as("select id, message_id from outbox where message_id is not null")
            .fetch_all(&app.db.pool)
            .await
            .unwrap()
            .into_iter()
            .collect();
    let mut times = BTreeMap::new();
    for id in ids_in(file) {
        if let Some(message) = messages.get(&id) {
            *times.entry(*message).or_default() += 1;
        }
    }
    times
}

fn ids_in(file: &std::path::Path) -> Vec<i64> {
    let Ok(text) = std::fs::read_to_string(file) else { return Vec::new() };
    let id = |line: &str| {
        serde_json::from_str::<serde_json::Value>(line).expect("a whole line")["id"].as_i64().unwrap()
    };
    text.lines().map(id).collect()
}
