//! What tests of the outbox share: notices, a running sender, a look at the rows.

use std::future::Future;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chit::channels::{
    Channel, Console, Destination, Destinations, Discord, Field, JsonLines, KeptMessage, Kind, Notice,
    Payload, TimeLimits,
};
use chit::clock::Clock;
use chit::config::NotifySettings;
use chit::outbox::{self, NewRow, Pace, Sender};
use sqlx::{AssertSqlSafe, PgPool};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub const ALL: [Kind; 5] = [Kind::Order, Kind::Review, Kind::Enquiry, Kind::Miscellaneous, Kind::Alarm];

pub fn notice(kind: Kind, title: &str) -> Notice {
    Notice {
        kind,
        title: title.to_owned(),
        body: "for Gail".to_owned(),
        fields: vec![Field { name: "2 × Latte".to_owned(), value: "oat milk".to_owned(), loud: false }],
        spoiler: kind == Kind::Miscellaneous,
        repeat: false,
        at: chrono::DateTime::UNIX_EPOCH,
    }
}

pub fn row(destination: &'static str, title: &str) -> NewRow {
    let payload = Payload::Notice(notice(Kind::Order, title));
    NewRow { message_id: None, cause: format!("test:{title}"), destination, payload }
}

pub async fn save(pool: &PgPool, rows: &[NewRow]) -> u64 {
    let mut transaction = pool.begin().await.unwrap();
    let saved = outbox::insert(&mut transaction, rows).await.unwrap();
    transaction.commit().await.unwrap();
    saved
}

pub async fn save_titles(pool: &PgPool, destination: &'static str, titles: &[&str]) {
    let rows: Vec<NewRow> = titles.iter().map(|title| row(destination, title)).collect();
    save(pool, &rows).await;
}

/// Saves a miscellaneous message with its trace, as the pipeline does.
pub async fn save_miscellaneous(pool: &PgPool, id: &str, text: &str, notices: &[&'static str]) -> i64 {
    let message_id: i64 = sqlx::query_scalar(
        "insert into messages (channel, external_id, text, text_hash, sent_at, state, reason)
         values ('test', $1, $2, 'h', now(), 'miscellaneous', $2) returning id",
    )
    .bind(id)
    .bind(text)
    .fetch_one(pool)
    .await
    .unwrap();
    let reading = serde_json::json!({"category": "miscellaneous", "outcome": "miscellaneous", "text": text,
        "reason": text, "confidence": 0.9, "unplaced": [text], "phrases": [{"text": text, "kind": "filler"}]});
    let trace = serde_json::json!({"reading": reading, "stages": [{"stage": "classify", "reason": text}]});
    let trace =
        sqlx::query("insert into traces (message_id, trace) values ($1, $2)").bind(message_id).bind(trace);
    trace.execute(pool).await.unwrap();
    let kept = KeptMessage {
        id: message_id,
        channel: "test".to_owned(),
        received_at: chrono::DateTime::UNIX_EPOCH,
        text: text.to_owned(),
    };
    let notice = Notice { body: text.to_owned(), ..notice(Kind::Miscellaneous, "Miscellaneous") };
    let told = notices.iter().map(|destination| NewRow {
        message_id: Some(message_id),
        cause: format!("message:{message_id}"),
        destination,
        payload: Payload::Notice(notice.clone()),
    });
    let rows: Vec<NewRow> =
        [NewRow::kept(&format!("message:{message_id}"), kept)].into_iter().chain(told).collect();
    save(pool, &rows).await;
    message_id
}

pub fn file(name: &'static str, path: &Path) -> Destination {
    Destination::new(name, path, Channel::File(JsonLines::at(path)), ALL.to_vec())
}

pub fn discord(name: &'static str, url: &str) -> Destination {
    let limits = TimeLimits { connect: Duration::from_millis(500), whole: Duration::from_millis(500) };
    let channel = Channel::Discord(Discord::at(url, limits).unwrap());
    Destination::new(name, Path::new(url), channel, vec![Kind::Order])
}

/// A console that can be read.
#[derive(Clone, Default)]
pub struct Screen(Arc<Mutex<Vec<u8>>>);

impl Screen {
    pub fn destination(&self) -> Destination {
        let console = Console::new(Box::new(self.clone()), false);
        Destination::new("console", Path::new(""), Channel::Console(console), ALL.to_vec())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub fn pace() -> Pace {
    Pace {
        lease: Duration::from_millis(600),
        poll: Duration::from_millis(50),
        max_tries: 4,
        retry: Duration::from_millis(20),
        ..Pace::new(&NotifySettings::default(), 1)
    }
}

/// A sender at work.
pub struct Running {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    pub fn start(pool: &PgPool, destinations: Vec<Destination>) -> Self {
        Self::at_pace(pool, destinations, pace())
    }

    pub fn at_pace(pool: &PgPool, destinations: Vec<Destination>, pace: Pace) -> Self {
        let shutdown = CancellationToken::new();
        let sender = Sender {
            pool: pool.clone(),
            destinations: Destinations::new(destinations),
            pace,
            tidy_miscellaneous: true,
            clock: Clock::system(chrono_tz::UTC),
        };
        let token = shutdown.clone();
        Self { shutdown, task: tokio::spawn(async move { sender.run(token).await }) }
    }

    pub async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.unwrap();
    }

    /// As a kill does: nothing is finished, nothing released.
    pub async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

pub async fn states(pool: &PgPool, destination: &str) -> Vec<String> {
    let states = sqlx::query_scalar("select state from outbox where destination = $1 order by id");
    states.bind(destination).fetch_all(pool).await.unwrap()
}

pub async fn wait_for_states(pool: &PgPool, destination: &str, expected: &[&str]) {
    eventually(&format!("{expected:?} at {destination}"), || async {
        states(pool, destination).await == expected
    })
    .await;
}

pub async fn wait_until_all_sent(pool: &PgPool) {
    eventually("all sent", || async {
        number(pool, "select count(*) from outbox where state <> 'sent'").await == 0
    })
    .await;
}

pub async fn number(pool: &PgPool, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(pool).await.unwrap()
}

pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    for _ in 0..2000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}
