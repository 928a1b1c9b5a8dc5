//! The time that a customer asks for, told from when the message was written.

use chit::contacts::Address;
use chit::messages::NewMessage;
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::command_line::Shell;
use crate::shop::Shop;

fn message(text: &str, sent_at: &str) -> NewMessage {
    NewMessage {
        channel: "test".to_owned(),
        external_id: uuid::Uuid::now_v7().to_string(),
        contact: Some(Address { channel: "test".to_owned(), address: "ada".to_owned() }),
        text: text.to_owned(),
        sent_at: DateTime::parse_from_rfc3339(sent_at).unwrap().with_timezone(&Utc),
    }
}

async fn time(shop: &Shop, id: i64) -> Option<String> {
    sqlx::query_scalar("select trace->'reading'->'fulfilment'->>'time' from traces where message_id = $1")
        .bind(id)
        .fetch_one(&shop.database.pool)
        .await
        .unwrap()
}

/// The shop is in Berlin.
#[tokio::test(flavor = "multi_thread")]
async fn a_time_is_told_from_when_the_message_was_sent() {
    let mut shop = Shop::open().await;
    let mut told = Vec::new();
    for (text, sent_at) in [
        ("two kombuchas, pickup at half six", "2026-05-01T12:00:00+02:00"),
        ("two kombuchas in 20 min", "2026-03-29T01:50:00+01:00"),
        ("two kombuchas tomorrow", "2026-05-01T12:00:00+02:00"),
        ("Could I get two kombuchas at 7pm?", "2026-05-01T12:00:00+02:00"),
        ("yes please", "2026-05-01T10:05:00Z"),
    ] {
        told.push(shop.receive(message(text, sent_at)).await.id());
    }
    shop.works().await;
    let mut times = Vec::new();
    for id in &told {
        times.push(time(&shop, *id).await.unwrap_or_default());
    }
    let expected = [
        "2026-05-01T18:30:00+02:00",
        "2026-03-29T03:10:00+02:00",
        "",
        "2026-05-01T19:00:00+02:00",
        "2026-05-01T19:00:00+02:00",
    ];
    assert_eq!(times, expected);
    shop.close().await;
}

#[test]
fn a_replay_that_writes_nothing_tells_the_time_of_each_row() {
    let shell = Shell::new().with("CHIT_TIMEZONE", "Europe/Berlin");
    let rows = "timestamp,message\n2026-05-01 12:00,\"one kombucha, pickup at 7\"\n2026-05-01 20:00,one kombucha at 7\n";
    std::fs::write(shell.folder().join("rows.csv"), rows).unwrap();
    let menu = concat!(env!("CARGO_MANIFEST_DIR"), "/menu.csv");
    let said = shell.chit(&format!("replay rows.csv --dry-run --format jsonl --menu {menu}"));
    let times: Vec<Value> = said
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["fulfilment"]["time"].clone())
        .collect();
    assert_eq!(times, ["2026-05-01T19:00:00+02:00", "2026-05-02T07:00:00+02:00"], "{}", said.err);
}
