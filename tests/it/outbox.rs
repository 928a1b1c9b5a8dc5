//! What is saved is sent: once, in order, whatever ends or fails meanwhile.

use std::path::Path;
use std::time::{Duration, Instant};

use chit::channels::{Channel, Console, Destination, Destinations, JsonLines, Kind, MISCELLANEOUS_FILE};
use chit::outbox::{self, NewRow, Pace, Which};
use serde_json::Value;

use crate::fake_discord::{Answer, FakeDiscord};
use crate::harness::database;
use crate::shop::Shop;

pub mod bench;

use bench::*;

#[tokio::test]
async fn one_cause_makes_one_notice_a_destination() {
    let db = database().await;
    assert_eq!(save(&db.pool, &[row("file", "a"), row("file", "b"), row("console", "a")]).await, 3);
    assert_eq!(save(&db.pool, &[row("file", "a"), row("file", "c")]).await, 1);
    assert_eq!(save(&db.pool, &[]).await, 0);
}

#[tokio::test]
async fn what_a_rolled_back_transaction_saved_is_not_sent() {
    let db = database().await;
    let screen = Screen::default();
    let running = Running::start(&db.pool, vec![screen.destination()]);
    let mut transaction = db.pool.begin().await.unwrap();
    outbox::insert(&mut transaction, &[row("console", "never")]).await.unwrap();
    transaction.rollback().await.unwrap();
    save_titles(&db.pool, "console", &["kept"]).await;
    wait_until_all_sent(&db.pool).await;
    running.stop().await;
    assert!(screen.text().contains("kept") && !screen.text().contains("never"), "{}", screen.text());
}

#[tokio::test]
async fn two_senders_deliver_each_notice_once_and_in_order() {
    let db = database().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notices.jsonl");
    let screen = Screen::default();
    let destinations = || vec![file("file", &path), screen.destination()];
    let senders = [Running::start(&db.pool, destinations()), Running::start(&db.pool, destinations())];
    let titles: Vec<String> = (0..600).map(|n| format!("notice {n}.")).collect();
    for some in titles.chunks(37) {
        let some: Vec<&str> = some.iter().map(String::as_str).collect();
        save_titles(&db.pool, "file", &some).await;
        save_titles(&db.pool, "console", &some).await;
    }
    wait_until_all_sent(&db.pool).await;
    for sender in senders {
        sender.stop().await;
    }
    assert_eq!(titles_in(&path), titles);
    let shown: Vec<String> =
        screen.text().lines().filter(|line| line.starts_with("notice")).map(str::to_owned).collect();
    assert_eq!(shown, titles);
}

#[tokio::test]
async fn a_file_has_each_notice_once_however_often_the_sender_is_killed() {
    let db = database().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notices.jsonl");
    let pace = Pace { lease: Duration::from_millis(30), poll: Duration::from_millis(5), ..pace() };
    let titles: Vec<String> = (0..2000).map(|n| format!("notice {n}")).collect();
    let mut kills_that_hit = 0;
    for (round, some) in titles.chunks(100).enumerate() {
        let some: Vec<&str> = some.iter().map(String::as_str).collect();
        save_titles(&db.pool, "file", &some).await;
        let running = Running::at_pace(&db.pool, vec![file("file", &path)], pace);
        let length = || std::fs::metadata(&path).map_or(0, |file| file.len());
        let before = length();
        if round % 2 == 0 {
            tokio::time::sleep(Duration::from_millis(round as u64 * 3)).await;
        } else {
            eventually("more is written", || async { length() > before }).await;
        }
        running.kill().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        let written = titles_in(&path).len() as i64;
        let marked = number(&db.pool, "select count(*) from outbox where state = 'sent'").await;
        kills_that_hit += i32::from(written != marked);
    }
    let last = Running::at_pace(&db.pool, vec![file("file", &path)], pace);
    wait_until_all_sent(&db.pool).await;
    last.stop().await;
    assert_eq!(titles_in(&path), titles);
    assert!(kills_that_hit > 0, "no kill fell between writing and marking: this proved nothing");
}

#[tokio::test]
async fn a_notice_that_was_on_its_way_when_the_service_was_killed_comes_marked_as_a_repeat() {
    let db = database().await;
    let discord_server = FakeDiscord::answering([Answer::Slow(Duration::from_millis(400))]).await;
    save_titles(&db.pool, "discord:orders", &["one", "two"]).await;
    let first = Running::start(&db.pool, vec![discord("discord:orders", &discord_server.url())]);
    discord_server.wait_for(1).await;
    first.kill().await;
    assert_eq!(states(&db.pool, "discord:orders").await, ["sending", "pending"]);
    let second = Running::start(&db.pool, vec![discord("discord:orders", &discord_server.url())]);
    wait_until_all_sent(&db.pool).await;
    second.stop().await;
    assert_eq!(discord_server.titles(), ["one", "one (may be a repeat)", "two"]);
}

#[tokio::test]
async fn a_sender_that_lost_its_destination_marks_nothing() {
    // It notices when it marks, or already while it delivers.
    for answer_after in [Duration::from_millis(120), Duration::from_millis(400)] {
        let db = database().await;
        let server = FakeDiscord::answering([Answer::Slow(answer_after)]).await;
        save_titles(&db.pool, "discord:orders", &["one"]).await;
        let running = Running::start(&db.pool, vec![discord("discord:orders", &server.url())]);
        server.wait_for(1).await;
        let other =
            "update destinations set fence = nextval('claims'), lease_until = now() + interval '1 hour'";
        sqlx::query(other).execute(&db.pool).await.unwrap();
        tokio::time::sleep(Duration::from_millis(600)).await;
        running.stop().await;
        assert_eq!(states(&db.pool, "discord:orders").await, ["sending"], "{answer_after:?}");
        assert_eq!(number(&db.pool, "select count(*) from destinations where lease_until is null").await, 0);
    }
}

#[tokio::test]
async fn a_notice_during_which_the_service_always_ends_is_given_up() {
    let db = database().await;
    let server = FakeDiscord::answering([]).await;
    save_titles(&db.pool, "discord:orders", &["one", "two"]).await;
    let before = "update outbox set state = 'sending', lapses = 4 where cause = 'test:one'";
    sqlx::query(before).execute(&db.pool).await.unwrap();
    let running = Running::start(&db.pool, vec![discord("discord:orders", &server.url())]);
    wait_for_states(&db.pool, "discord:orders", &["dead", "sent"]).await;
    running.stop().await;
    assert_eq!(server.titles(), ["two"]);
}

#[tokio::test]
async fn a_kill_after_a_long_outage_gives_nothing_up() {
    let db = database().await;
    let server = FakeDiscord::answering([]).await;
    save_titles(&db.pool, "discord:orders", &["one"]).await;
    sqlx::query("update outbox set state = 'sending', tries = 32767").execute(&db.pool).await.unwrap();
    let running = Running::start(&db.pool, vec![discord("discord:orders", &server.url())]);
    wait_until_all_sent(&db.pool).await;
    running.stop().await;
    assert_eq!(server.titles(), ["one (may be a repeat)"]);
}

#[tokio::test]
async fn a_notice_that_meets_a_defect_is_given_up_and_takes_no_other_with_it() {
    let db = database().await;
    let console = Console::new(Box::new(PanicsAt("bad")), false);
    let console = Destination::new("console", Path::new(""), Channel::Console(console), ALL.to_vec());
    save_titles(&db.pool, "console", &["one", "two", "bad", "four"]).await;
    let running = Running::start(&db.pool, vec![console]);
    wait_for_states(&db.pool, "console", &["sent", "sent", "dead", "sent"]).await;
    running.stop().await;
    let dead = outbox::dead(&db.pool).await.unwrap();
    assert!(dead[0].reason.contains("defect"), "{}", dead[0].reason);
}

struct PanicsAt(&'static str);

impl std::io::Write for PanicsAt {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        assert!(!String::from_utf8_lossy(bytes).contains(self.0), "a defect that this test is about");
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_delivery_that_cannot_be_marked_for_a_while_is_not_made_again() {
    let db = database().await;
    let server = FakeDiscord::answering([Answer::Ok, Answer::Status(429)]).await;
    save_titles(&db.pool, "discord:orders", &["one", "two"]).await;
    for sql in [
        "create function refuse() returns trigger language plpgsql as 'begin raise exception $$disk full$$; end'",
        "create trigger refuse before update on outbox for each row
         when (old.state = 'sending' and new.state <> 'sending') execute function refuse()",
    ] {
        sqlx::query(sql).execute(&db.pool).await.unwrap();
    }
    let senders = [1, 2].map(|_| Running::start(&db.pool, vec![discord("discord:orders", &server.url())]));
    tokio::time::sleep(pace().lease * 3).await;
    assert_eq!(server.titles(), ["one"]);
    sqlx::query("drop trigger refuse on outbox").execute(&db.pool).await.unwrap();
    wait_until_all_sent(&db.pool).await;
    for sender in senders {
        sender.stop().await;
    }
    assert_eq!(server.titles(), ["one", "two"], "none may be a repeat");
}

#[tokio::test]
async fn a_service_that_cannot_mark_can_be_stopped() {
    let db = database().await;
    let server = FakeDiscord::answering([]).await;
    save_titles(&db.pool, "discord:orders", &["one"]).await;
    let sent = "alter table outbox add constraint refuse check (state <> 'sent')";
    sqlx::query(sent).execute(&db.pool).await.unwrap();
    let running = Running::start(&db.pool, vec![discord("discord:orders", &server.url())]);
    server.wait_for(1).await;
    let stopped = tokio::time::timeout(Duration::from_secs(10), running.stop());
    stopped.await.expect("it ends after the length of a lease");
    assert_eq!(states(&db.pool, "discord:orders").await, ["sending"]);
}

#[tokio::test]
async fn stopping_finishes_what_is_on_its_way_and_hands_the_destination_over() {
    let db = database().await;
    let server = FakeDiscord::answering([Answer::Slow(Duration::from_millis(200))]).await;
    save_titles(&db.pool, "discord:orders", &["one", "two"]).await;
    let running = Running::start(&db.pool, vec![discord("discord:orders", &server.url())]);
    server.wait_for(1).await;
    running.stop().await;
    assert_eq!(states(&db.pool, "discord:orders").await, ["sent", "pending"]);
    assert_eq!(number(&db.pool, "select count(*) from destinations where lease_until is null").await, 1);
}

#[tokio::test]
async fn a_new_notice_is_sent_at_once_without_waiting_for_the_next_look() {
    let db = database().await;
    let screen = Screen::default();
    let rarely = Pace { poll: Duration::from_secs(60), lease: Duration::from_secs(180), ..pace() };
    let running = Running::at_pace(&db.pool, vec![screen.destination()], rarely);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let saved = Instant::now();
    save_titles(&db.pool, "console", &["now"]).await;
    wait_until_all_sent(&db.pool).await;
    assert!(saved.elapsed() < Duration::from_secs(2));
    running.stop().await;
}

#[tokio::test]
async fn an_outage_longer_than_all_tries_alarms_once_and_loses_nothing() {
    let db = database().await;
    let screen = Screen::default();
    let tries = pace().max_tries as usize + 4;
    let server = FakeDiscord::answering(vec![Answer::Status(429); tries]).await;
    save_titles(&db.pool, "discord:orders", &["one", "two"]).await;
    let both = vec![discord("discord:orders", &server.url()), screen.destination()];
    let quick = Pace { retry: Duration::from_millis(2), ..pace() };
    let running = Running::at_pace(&db.pool, both, quick);
    server.wait_for(tries).await;
    wait_until_all_sent(&db.pool).await;
    running.stop().await;
    assert_eq!(server.titles(), ["one", "two"]);
    assert_eq!(screen.text().matches("Notices to discord:orders are late").count(), 1, "{}", screen.text());
    assert!(screen.text().contains("429"), "{}", screen.text());
    assert_eq!(number(&db.pool, "select count(*) from outbox").await, 3);
}

#[tokio::test]
async fn a_notice_that_is_refused_is_given_up_with_its_reason_and_the_next_goes_on() {
    let db = database().await;
    let screen = Screen::default();
    let server = FakeDiscord::answering([Answer::Status(400)]).await;
    save_titles(&db.pool, "discord:orders", &["bad", "good"]).await;
    let both = vec![discord("discord:orders", &server.url()), screen.destination()];
    let running = Running::start(&db.pool, both);
    wait_for_states(&db.pool, "discord:orders", &["dead", "sent"]).await;
    wait_for_states(&db.pool, "console", &["sent"]).await;
    assert!(screen.text().contains("A notice could not be delivered to discord:orders"), "{}", screen.text());

    let dead = outbox::dead(&db.pool).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].tries, dead[0].can_be_retried), (1, true));
    assert!(dead[0].reason.contains("400"), "{}", dead[0].reason);
    assert_eq!(outbox::retry_dead(&db.pool, Which::Ids(&[dead[0].id + 1])).await.unwrap(), 0);
    assert_eq!(outbox::retry_dead(&db.pool, Which::All).await.unwrap(), 1);
    wait_until_all_sent(&db.pool).await;
    running.stop().await;
    assert_eq!(server.titles(), ["good", "bad"]);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_holds_nobody_back() {
    let db = database().await;
    save_titles(&db.pool, "console", &["bad", "good"]).await;
    sqlx::query("update outbox set payload = '{\"type\": \"fax\"}' where cause = 'test:bad'")
        .execute(&db.pool)
        .await
        .unwrap();
    let running = Running::start(&db.pool, vec![Screen::default().destination()]);
    wait_for_states(&db.pool, "console", &["dead", "sent"]).await;
    running.stop().await;
    assert!(outbox::dead(&db.pool).await.unwrap()[0].reason.starts_with("it can't be read"));
}

#[tokio::test]
async fn a_notice_goes_to_every_destination_of_its_kind_and_a_terminal_that_stands_still_holds_up_no_other() {
    let db = database().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notices.jsonl");
    let (go_on, stuck) = std::sync::mpsc::channel();
    let console = Console::new(Box::new(StuckUntil(stuck)), false);
    let console = Destination::new("console", Path::new(""), Channel::Console(console), ALL.to_vec());
    let destinations = vec![console, file("file", &path)];
    let told = Destinations::new(destinations.clone());
    let rows: Vec<_> = NewRow::notices(&told, None, "one", &notice(Kind::Enquiry, "one")).collect();
    assert_eq!(save(&db.pool, &rows).await, 2);
    let running = Running::start(&db.pool, destinations);
    wait_for_states(&db.pool, "file", &["sent"]).await;
    tokio::time::sleep(pace().lease * 2).await;
    let held = "select count(*) from destinations where lease_until > now()";
    assert_eq!(number(&db.pool, held).await, 2, "both leases are renewed meanwhile");
    assert_eq!(states(&db.pool, "console").await, ["sending"]);
    drop(go_on);
    wait_until_all_sent(&db.pool).await;
    running.stop().await;
}

struct StuckUntil(std::sync::mpsc::Receiver<()>);

impl std::io::Write for StuckUntil {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let _ = self.0.recv();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn rows_of_a_destination_that_is_no_longer_set_are_shown_and_kept() {
    let db = database().await;
    save_titles(&db.pool, "discord:enquiries", &["one", "two"]).await;
    let running = Running::start(&db.pool, vec![Screen::default().destination()]);
    eventually("the console is known", || async {
        number(&db.pool, "select count(*) from destinations where fence is not null").await == 1
    })
    .await;
    running.stop().await;
    let overview = outbox::overview(&db.pool).await.unwrap();
    let lines: Vec<_> =
        overview.iter().map(|line| (line.destination.as_str(), line.waiting, line.dead)).collect();
    assert_eq!(lines, [("console", 0, 0), ("discord:enquiries", 2, 0)]);
    assert!(overview[1].oldest.is_some() && overview[1].stopped.is_none());
}

#[tokio::test]
async fn the_text_of_a_miscellaneous_message_leaves_the_database_once_it_is_in_its_file_and_told() {
    let db = database().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("miscellaneous.jsonl");
    let secret = "you absolute turnip";
    let id = save_miscellaneous(&db.pool, "1", secret, &["console"]).await;

    let only_file = Running::start(&db.pool, vec![kept(&path)]);
    wait_for_states(&db.pool, MISCELLANEOUS_FILE, &["sent"]).await;
    only_file.stop().await;
    assert_eq!(places_with(&db.pool, secret).await, 5, "the notice is still to be sent");

    let screen = Screen::default();
    let running = Running::start(&db.pool, vec![kept(&path), screen.destination()]);
    eventually("no text left", || async { places_with(&db.pool, secret).await == 0 }).await;
    running.stop().await;
    let line: Value = serde_json::from_str(std::fs::read_to_string(&path).unwrap().trim()).unwrap();
    assert_eq!((line["id"].as_i64(), line["text"].as_str()), (Some(id), Some(secret)));
    assert!(screen.text().contains("Miscellaneous") && !screen.text().contains(secret), "{}", screen.text());
}

#[tokio::test]
async fn the_text_stays_while_its_file_cannot_be_written() {
    let db = database().await;
    let dir = tempfile::tempdir().unwrap();
    let in_the_way = dir.path().join("a file");
    std::fs::write(&in_the_way, "").unwrap();
    let secret = "you absolute turnip";
    save_miscellaneous(&db.pool, "1", secret, &["console"]).await;
    let path = in_the_way.join("miscellaneous.jsonl");
    let running = Running::start(&db.pool, vec![kept(&path), Screen::default().destination()]);
    wait_for_states(&db.pool, "console", &["sent", "sent"]).await;
    running.stop().await;
    assert_eq!(states(&db.pool, MISCELLANEOUS_FILE).await, ["failed"]);
    assert_eq!(outbox::tidy_miscellaneous(&db.pool).await.unwrap(), 0);
    assert_eq!(places_with(&db.pool, secret).await, 5);
    let reason: String = sqlx::query_scalar("select error from outbox where error is not null")
        .fetch_one(&db.pool)
        .await
        .unwrap();
    assert!(reason.contains("miscellaneous.jsonl"), "{reason}");

    std::fs::remove_file(&in_the_way).unwrap();
    let running = Running::start(&db.pool, vec![kept(&path)]);
    eventually("no text left", || async { places_with(&db.pool, secret).await == 0 }).await;
    running.stop().await;
    assert!(std::fs::read_to_string(&path).unwrap().contains(secret));
}

#[tokio::test]
async fn what_a_crash_left_untidied_is_tidied_at_the_next_start() {
    let db = database().await;
    let dir = tempfile::tempdir().unwrap();
    save_miscellaneous(&db.pool, "1", "turnip", &["console"]).await;
    save_miscellaneous(&db.pool, "2", "turnip", &[]).await;
    sqlx::query("update outbox set state = 'sent'").execute(&db.pool).await.unwrap();
    let running = Running::start(&db.pool, vec![kept(&dir.path().join("m.jsonl"))]);
    eventually("no text left", || async { places_with(&db.pool, "turnip").await == 0 }).await;
    running.stop().await;
}

#[tokio::test]
async fn a_database_made_anew_beside_an_old_file_loses_no_text() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("miscellaneous.jsonl");
    let texts = ["you absolute turnip", "you utter potato"];
    for text in texts {
        let db = database().await;
        sqlx::query("update installation set id = gen_random_uuid()").execute(&db.pool).await.unwrap();
        assert_eq!(save_miscellaneous(&db.pool, "1", text, &[]).await, 1, "ids start again");
        let running = Running::start(&db.pool, vec![kept(&path)]);
        eventually("no text left", || async { places_with(&db.pool, text).await == 0 }).await;
        running.stop().await;
    }
    let file = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<Value> = file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| line["text"].as_str().unwrap()).collect::<Vec<_>>(), texts);
    assert_ne!(lines[0]["installation"], lines[1]["installation"]);
    assert_eq!(lines[0]["id"], lines[1]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_miscellaneous_message_the_trace_keeps_what_it_was_taken_for() {
    let mut shop = Shop::open().await;
    let secret = "haha good night everybody";
    let id = shop.customer_says(secret).await;
    shop.works().await;
    let reading = "select trace -> 'reading' from traces where message_id = $1";
    let read = || sqlx::query_scalar::<_, Value>(reading).bind(id).fetch_one(&shop.database.pool);
    let before = read().await.unwrap();
    assert_eq!(before["text"], secret);
    shop.sends().await;
    eventually("no text left", || async {
        outbox::tidy_miscellaneous(&shop.database.pool).await.unwrap();
        places_with(&shop.database.pool, secret).await == 0
    })
    .await;
    let kept = ["category", "outcome", "confidence"].map(|key| (key.to_owned(), before[key].clone()));
    assert!(kept.iter().all(|(_, value)| !value.is_null()), "{kept:?}");
    assert_eq!(read().await.unwrap(), Value::Object(kept.into_iter().collect()));
    shop.close().await;
}

fn kept(path: &Path) -> Destination {
    Destination::new(MISCELLANEOUS_FILE, path, Channel::File(JsonLines::at(path)), Vec::<Kind>::new())
}

/// Columns of rows that show `text`.
async fn places_with(pool: &sqlx::PgPool, text: &str) -> i64 {
    let places = "select (select count(*) from messages where text like $1)
        + (select count(*) from messages where reason like $1)
        + (select count(*) from traces where trace::text like $1)
        + (select count(*) from outbox where payload::text like $1)";
    sqlx::query_scalar(places).bind(format!("%{text}%")).fetch_one(pool).await.unwrap()
}

fn titles_in(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let title =
        |line: &str| serde_json::from_str::<Value>(line).unwrap()["title"].as_str().unwrap().to_owned();
    text.lines().map(title).collect()
}
