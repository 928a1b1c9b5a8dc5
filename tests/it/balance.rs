//! What senders were told was received, held against what the database and the receivers have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use chit::app::App;
use chit::messages;
use serde_json::Value;
use sqlx::PgPool;

use crate::processes::SOON;

/// Fails with everything that [`findings`] has to say.
pub async fn check(app: &App, told: &[i64]) {
    let findings = findings(app, told).await;
    assert!(findings.is_empty(), "the balance does not hold:\n{}", findings.join("\n"));
}

/// What is wrong: messages that a sender was told of and that are gone, unfinished, or made more or less
/// than they should; messages that nobody sent; notices that a receiver has twice or not at all. The
/// receivers' files are read, not the outbox.
pub async fn findings(app: &App, told: &[i64]) -> Vec<String> {
    let pool = &app.db.pool;
    let messages = ended(pool).await;
    let mut findings = sums(pool).await;
    let told = BTreeSet::from_iter(told.iter().copied());
    let stored = BTreeSet::from_iter(messages.keys().copied());
    findings.extend(told.difference(&stored).map(|id| format!("message {id} was stored and is gone")));
    findings.extend(stored.difference(&told).map(|id| format!("message {id} is there and nobody sent it")));
    findings.extend(messages.iter().filter_map(|(id, message)| message.wrong(*id)));
    findings.extend(numbers(pool).await);
    if let Some(file) = &app.settings.notify.file {
        findings.extend(notices(pool, file, &messages).await);
    }
    let kept = messages.iter().filter(|(_, message)| message.state == "miscellaneous").map(|(id, _)| *id);
    let file = app.settings.data_dir.join("miscellaneous.jsonl");
    findings.extend(differ("the miscellaneous file", &times(kept), &times(ids_in(&file))));
    findings
}

/// How a message ended, and what it made.
#[derive(sqlx::FromRow)]
struct Ended {
    id: i64,
    state: String,
    finished: bool,
    orders: i64,
    enquiries: i64,
    traces: i64,
    numbers: Vec<i32>,
}

impl Ended {
    fn wrong(&self, id: i64) -> Option<String> {
        let (orders, enquiries, traces) = match self.state.as_str() {
            "ordered" | "review" => (1, 0, 1),
            "enquiry" => (0, 1, 1),
            "miscellaneous" => (0, 0, 1),
            "dead" => (0, 0, 0),
            other => return Some(format!("message {id} is still {other}")),
        };
        let made = (self.orders, self.enquiries, self.traces) == (orders, enquiries, traces);
        (!made || !self.finished).then(|| {
            let Self { state, finished, orders, enquiries, traces, .. } = self;
            format!(
                "message {id} is {state} (finished: {finished}) with {orders} orders, {enquiries} enquiries, {traces} traces"
            )
        })
    }
}

async fn ended(pool: &PgPool) -> BTreeMap<i64, Ended> {
    let rows: Vec<Ended> = sqlx::query_as(
        "select m.id, m.state, m.finished_at is not null as finished, \
                (select count(*) from orders o where o.message_id = m.id) as orders, \
                (select count(*) from enquiries e where e.message_id = m.id) as enquiries, \
                (select count(*) from traces t where t.message_id = m.id) as traces, \
                array(select number from orders o where o.message_id = m.id) as numbers \
         from messages m",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    rows.into_iter().map(|row| (row.id, row)).collect()
}

async fn sums(pool: &PgPool) -> Vec<String> {
    let mut findings = Vec::new();
    let balance = messages::balance(pool).await.unwrap();
    if balance.lost() != 0 || balance.in_flight != 0 {
        findings.push(balance.to_string());
        return findings;
    }
    let newest: Option<i64> =
        sqlx::query_scalar("select max(id) from messages").fetch_one(pool).await.unwrap();
    let watermark = watermark(pool, newest.unwrap_or_default()).await;
    if newest.is_some_and(|newest| watermark < newest) {
        findings.push(format!("the watermark stands at {watermark}, the newest message is {newest:?}"));
    }
    findings
}

/// A transaction that runs anywhere in the cluster may hold it back for a moment, and each horizon is raised
/// only after the one before was reached.
async fn watermark(pool: &PgPool, newest: i64) -> i64 {
    let begun = Instant::now();
    loop {
        let watermark = messages::advance_watermark(pool).await.unwrap();
        if watermark >= newest || begun.elapsed() > SOON {
            return watermark;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Ticket numbers of a day are 1, 2, 3 and so on.
async fn numbers(pool: &PgPool) -> Vec<String> {
    let days: Vec<(chrono::NaiveDate, Vec<i32>)> = sqlx::query_as(
        "select business_day, array_agg(number order by number) from orders group by business_day",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let whole = |numbers: &[i32]| numbers.iter().copied().eq(1..=i32::try_from(numbers.len()).unwrap());
    days.into_iter()
        .filter(|(_, numbers)| !whole(numbers))
        .map(|(day, numbers)| format!("the ticket numbers of {day} have gaps or doubles: {numbers:?}"))
        .collect()
}

/// Each message is told to staff once, in a notice that fits how it ended.
async fn notices(pool: &PgPool, file: &Path, messages: &BTreeMap<i64, Ended>) -> Vec<String> {
    let of_message: BTreeMap<i64, i64> =
        sqlx::query_as("select id, message_id from outbox where message_id is not null")
            .fetch_all(pool)
            .await
            .unwrap()
            .into_iter()
            .collect();
    let mut findings = Vec::new();
    let mut reached = Vec::new();
    for line in lines_of(file) {
        let Some(id) = line["id"].as_i64().and_then(|id| of_message.get(&id)) else {
            if line["kind"] != "alarm" {
                findings.push(format!("a notice that belongs to no message: {line}"));
            }
            continue;
        };
        reached.push(*id);
        let title = line["title"].as_str().unwrap_or_default();
        if let Some(message) = messages.get(id)
            && !title.starts_with(&expected_title(message))
        {
            findings.push(format!("message {id} is {}, and staff read \"{title}\"", message.state));
        }
    }
    findings.extend(differ("the file of notices", &times(messages.keys().copied()), &times(reached)));
    findings
}

fn expected_title(message: &Ended) -> String {
    let number = message.numbers.first().copied().unwrap_or_default();
    match message.state.as_str() {
        "ordered" => format!("Ticket {number} ·"),
        "review" => format!("Check ticket {number} ·"),
        "enquiry" => "To answer ·".to_owned(),
        "miscellaneous" => "Miscellaneous ·".to_owned(),
        _ => format!("Message {} was given up", message.id),
    }
}

fn times(ids: impl IntoIterator<Item = i64>) -> BTreeMap<i64, usize> {
    let mut times = BTreeMap::new();
    for id in ids {
        *times.entry(id).or_default() += 1;
    }
    times
}

fn differ(place: &str, expected: &BTreeMap<i64, usize>, found: &BTreeMap<i64, usize>) -> Vec<String> {
    let count = |times: &BTreeMap<i64, usize>, id: &i64| times.get(id).copied().unwrap_or_default();
    let ids: BTreeSet<i64> = expected.keys().chain(found.keys()).copied().collect();
    ids.iter()
        .filter(|id| count(expected, id) != count(found, id))
        .map(|id| format!("message {id} stands {} times in {place}", count(found, id)))
        .collect()
}

/// The objects of a file of JSON lines; none where there is no file.
pub fn lines_of(file: &Path) -> Vec<Value> {
    objects(&std::fs::read_to_string(file).unwrap_or_default())
}

/// The same of a file that is being written: without the line that has no end yet.
pub fn lines_so_far(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    objects(text.rsplit_once('\n').map_or("", |(whole, _)| whole))
}

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a whole line")).collect()
}

fn ids_in(file: &Path) -> Vec<i64> {
    lines_of(file).iter().map(|line| line["id"].as_i64().unwrap()).collect()
}
