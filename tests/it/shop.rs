//! A restaurant to write to: a database of its own, the real listener, notices in a file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chit::app::{App, Tools};
use chit::cache::Cache;
use chit::channels::{self, Console};
use chit::clock::Clock;
use chit::config::Settings;
use chit::contacts::Address;
use chit::embedding::Embedding;
use chit::listener::{self, Until};
use chit::messages::{self, NewMessage, Stored};
use chit::simulator::{self, Pace, Played, Simulation};
use chrono::Utc;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::balance;
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
        Self::open_on(database().await, change).await
    }

    /// The same, on a database that was made for it.
    pub async fn open_on(database: TestDatabase, change: impl FnOnce(&mut Settings)) -> Self {
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
        let cache = Cache::open(settings.memcached_url.as_deref()).unwrap();
        let tools = Tools { embedding: Embedding::default(), cache, destinations };
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

    /// Every row of a dataset that was not played yet, as fast as the database takes it.
    pub async fn plays(&mut self, file: &Path) -> Played {
        let pool = &self.database.pool;
        let mut place = simulator::place(pool, "simulator", file, false).await.unwrap();
        let simulation =
            Simulation { pool, clock: self.app.clock, file, control: None, pace: Pace::full_speed() };
        let played = simulation.play(&mut place, &CancellationToken::new(), |_| {}).await.unwrap();
        self.told.extend(&played.stored);
        played
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
                tokio::time::sleep(Duration::from_millis(20)).await;
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

    /// What staff read about a message, from the file of notices.
    pub async fn staff_reads(&self, id: i64) -> Vec<Value> {
        let rows: Vec<i64> = sqlx::query_scalar("select id from outbox where message_id = $1")
            .bind(id)
            .fetch_all(&self.database.pool)
            .await
            .unwrap();
        let lines = balance::lines_so_far(&self.folder.path().join("notices.jsonl"));
        lines.into_iter().filter(|line| line["id"].as_i64().is_some_and(|id| rows.contains(&id))).collect()
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
        balance::check(&self.app, &self.told).await;
    }

    /// Closes a shop whose balance was broken on purpose.
    pub fn abandon(mut self) {
        self.closed = true;
    }

    /// Where messages that are neither orders nor enquiries are kept.
    pub fn miscellaneous_file(&self) -> PathBuf {
        self.app.settings.data_dir.join("miscellaneous.jsonl")
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

/// What waits at a destination that was refused for good waits for a person.
async fn unsent(pool: &sqlx::PgPool) -> i64 {
    sqlx::query_scalar(
        "select count(*) from outbox left join destinations on name = destination \
         where state in ('pending', 'sending', 'failed') and stopped_at is null",
    )
    .fetch_one(pool)
    .await
    .unwrap()
}
