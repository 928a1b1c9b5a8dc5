//! How fast a backlog is drained, with and without a language model that does not work. In one run, in turns: no model,
//! nobody at its port, an endpoint that hangs, one that sends garbage.
//!
//!     cargo bench --bench drain
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::path::Path;
use std::time::Duration;

use chit::app::{App, Tools};
use chit::cache::Cache;
use chit::channels::{self, Console};
use chit::clock::Clock;
use chit::config::Settings;
use chit::embedding::Embedding;
use chit::listener::{self, Until};
use chit::messages::{self, NewMessage};
use chrono::Utc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const MESSAGES: usize = 10_000;
/// Of every so many, one is left in doubt by the grammar.
const ONE_IN_DOUBT_OF: usize = 25;
const ROUNDS: usize = 9;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Endpoint {
    None,
    Dead,
    Hanging,
    Garbage,
}

const ENDPOINTS: [Endpoint; 4] = [Endpoint::None, Endpoint::Dead, Endpoint::Hanging, Endpoint::Garbage];

fn main() {
    // `cargo test --benches` starts it too, with no wish to wait.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure());
    runtime.shutdown_background();
}

async fn measure() {
    let folder = tempfile::tempdir().unwrap();
    let texts = texts();
    let mut rates: Vec<Vec<f64>> = vec![Vec::new(); ENDPOINTS.len()];
    for round in 0..=ROUNDS {
        // Each goes first in turn: what the one before left to the disk is nobody's in particular.
        for step in 0..ENDPOINTS.len() {
            let at = (round + step) % ENDPOINTS.len();
            let endpoint = ENDPOINTS[at];
            let (rate, longest) = drain(folder.path(), endpoint, &texts).await;
            // The first round warms up caches and files.
            if round > 0 {
                println!(
                    "round {round}, {endpoint:?}: {rate:.0} messages/s, the longest wait for the model {longest:.2} s"
                );
                rates[at].push(rate);
            }
        }
    }
    let median = |rates: &Vec<f64>| {
        let mut sorted = rates.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    };
    let alone = median(&rates[0]);
    for (endpoint, rates) in ENDPOINTS.iter().zip(&rates) {
        let rate = median(rates);
        println!(
            "{endpoint:?}: median {rate:.0} messages/s, {:.1} % of that without a model",
            rate / alone * 100.0
        );
    }
}

/// A Friday's messages over and over, and between them some that the grammar leaves to a person.
fn texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut friday = csv::Reader::from_path(root.join("datasets/friday.csv")).unwrap();
    let rows: Vec<String> = friday.records().map(|row| row.unwrap()[1].to_owned()).collect();
    let text = |at: usize| match at % ONE_IN_DOUBT_OF {
        0 => format!("1 beetroot salad (nuts off, extra dressing) + 1 still water to {at} Quayside, flat 6"),
        _ => rows[at % rows.len()].clone(),
    };
    (1..=MESSAGES).map(text).collect()
}

/// Messages a second of those that the grammar reads by itself, from when the listener starts to when the last of them is
/// finished; and the longest that any message waited for the model, in seconds.
async fn drain(folder: &Path, endpoint: Endpoint, texts: &[String]) -> (f64, f64) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut settings = Settings {
        data_dir: folder.to_owned(),
        menu: root.join("menu.csv"),
        modifiers: root.join("modifiers.csv"),
        ..Settings::default()
    };
    settings.notify.file = Some(folder.join("notices.jsonl"));
    settings.llm.model = Some("none".to_owned());
    settings.llm.deadline_seconds = 3;
    settings.llm.base_url = open(endpoint).await;
    let app = app(settings).await;
    let pool = &app.db.pool;
    for statement in ["truncate messages, contacts cascade", "truncate llm_answers", "vacuum analyze"] {
        sqlx::query(statement).execute(pool).await.unwrap();
    }
    store(&app, texts).await;
    let started = Utc::now();
    listener::run(&app, Until::Drained, CancellationToken::new()).await.unwrap();
    let (count, last): (i64, chrono::DateTime<Utc>) = sqlx::query_as(
        "select count(*), max(finished_at) from messages join traces on message_id = messages.id
         where trace -> 'llm' = '[]' and messages.text not like '1 beetroot salad%'",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    let longest: f64 = sqlx::query_scalar(
        "select coalesce(max((select sum((call ->> 'milliseconds')::int) from jsonb_array_elements(trace -> 'llm') call)), 0)
         ::float8 / 1000 from traces",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    app.close().await;
    let seconds = (last - started).to_std().unwrap_or(Duration::ZERO).as_secs_f64();
    (count as f64 / seconds, longest)
}

async fn app(settings: Settings) -> App {
    let db = chit::db::open(&settings).await.unwrap();
    let console = Console::new(Box::new(std::io::sink()), false);
    let destinations = channels::open(&settings.notify, &settings.data_dir, console).unwrap();
    let tools = Tools { embedding: Embedding::default(), cache: Cache::open(None).unwrap(), destinations };
    App::open(settings, db, Clock::system(chrono_tz::UTC), tools).await.unwrap()
}

async fn store(app: &App, texts: &[String]) {
    for (part, texts) in texts.chunks(500).enumerate() {
        let message = |(at, text): (usize, &String)| NewMessage {
            channel: "bench".to_owned(),
            external_id: format!("{part}:{at}"),
            contact: None,
            text: text.clone(),
            sent_at: Utc::now(),
        };
        let new: Vec<NewMessage> = texts.iter().enumerate().map(message).collect();
        let mut tx = app.db.pool.begin().await.unwrap();
        messages::store(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// The address of an endpoint that does not work in this way.
async fn open(endpoint: Endpoint) -> Option<String> {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1", socket.local_addr().unwrap());
    match endpoint {
        Endpoint::None => return None,
        Endpoint::Dead => drop(socket),
        Endpoint::Hanging | Endpoint::Garbage => {
            tokio::spawn(async move {
                let mut open = Vec::new();
                while let Ok((mut stream, _)) = socket.accept().await {
                    if endpoint == Endpoint::Hanging {
                        open.push(stream);
                        continue;
                    }
                    tokio::spawn(async move {
                        let mut request = [0; 65_536];
                        drop(stream.read(&mut request).await);
                        let answer =
                            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\nlorem\0...";
                        drop(stream.write_all(answer.as_bytes()).await);
                    });
                }
            });
        }
    }
    Some(address)
}
