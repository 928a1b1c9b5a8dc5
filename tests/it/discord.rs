//! Notices at a Discord that is slow, strict, broken or gone.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chit::channels::{Channel, Failure, Kind, Notice, Parcel, Payload};
use chit::outbox;
use sqlx::PgPool;

use crate::fake_discord::{Answer, FakeDiscord, TOKEN, closing_after_receiving};
use crate::harness::database;
use crate::outbox::bench::*;

const NAME: &str = "discord:orders";

#[tokio::test]
async fn notices_keep_their_order_whatever_fails() {
    use Answer::{Limited, Ok, Slow, Status};
    let db = database().await;
    let ms = Duration::from_millis;
    let answers =
        [Status(500), Ok, Status(503), Limited(ms(30)), Status(502), Ok, Slow(ms(50)), Status(500), Ok];
    let server = FakeDiscord::answering(answers).await;
    let running = Running::start(&db.pool, vec![discord(NAME, &server.url())]);
    let titles = ["1", "2", "3", "4", "5", "6"];
    for title in titles {
        save_titles(&db.pool, NAME, &[title]).await;
    }
    wait_until_all_sent(&db.pool).await;
    running.stop().await;
    let repeat = |title: &str| format!("{title} (may be a repeat)");
    assert_eq!(server.titles(), [repeat("1"), repeat("2"), "3".into(), repeat("4"), "5".into(), "6".into()]);
}

#[tokio::test]
async fn a_rate_limit_is_obeyed_and_costs_no_try() {
    let db = database().await;
    let wait = Duration::from_millis(650);
    let server = FakeDiscord::answering([Answer::Limited(wait), Answer::Limited(wait)]).await;
    save_titles(&db.pool, NAME, &["one"]).await;
    let running = Running::start(&db.pool, vec![discord(NAME, &server.url())]);
    wait_until_all_sent(&db.pool).await;
    running.stop().await;
    let times: Vec<Instant> = server.posts().iter().map(|post| post.at).collect();
    for pair in times.windows(2) {
        let waited = pair[1] - pair[0];
        assert!(
            (wait..wait + Duration::from_millis(700)).contains(&waited),
            "waited {waited:?} for {wait:?}"
        );
    }
    assert_eq!(times.len(), 3);
    assert_eq!(number(&db.pool, "select sum(tries) from outbox").await, 0);
}

#[tokio::test]
async fn a_limit_that_is_told_ahead_is_not_run_into() {
    let db = database().await;
    let rest = Duration::from_millis(500);
    let server = FakeDiscord::answering([Answer::OkThenRest(rest)]).await;
    save_titles(&db.pool, NAME, &["one", "two"]).await;
    let running = Running::start(&db.pool, vec![discord(NAME, &server.url())]);
    wait_until_all_sent(&db.pool).await;
    running.stop().await;
    let posts = server.posts();
    assert!(posts[1].at - posts[0].at >= rest - Duration::from_millis(20), "{:?}", posts[1].at - posts[0].at);
}

#[tokio::test]
async fn a_webhook_that_is_gone_stops_with_an_alarm_and_loses_nothing() {
    for (answer, said) in [
        (Answer::Status(404), "404"),
        (Answer::Status(401), "401"),
        (Answer::Status(403), "403"),
        (Answer::Banned, "blocks this machine"),
    ] {
        let db = database().await;
        let gone = FakeDiscord::answering([Answer::Ok, answer]).await;
        let screen = Screen::default();
        save_titles(&db.pool, NAME, &["one", "two", "three"]).await;
        let running = Running::start(&db.pool, vec![discord(NAME, &gone.url()), screen.destination()]);
        wait_for_states(&db.pool, "console", &["sent"]).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        running.stop().await;
        assert_eq!(gone.posts().len(), 2, "it is left alone after {answer:?}");
        assert!(screen.text().contains("No notices reach discord:orders any more"), "{}", screen.text());
        assert_eq!(states(&db.pool, NAME).await, ["sent", "pending", "pending"]);
        let overview = outbox::overview(&db.pool).await.unwrap();
        let stopped = overview.iter().find(|line| line.destination == NAME).unwrap().stopped.clone().unwrap();
        assert!(stopped.reason.contains(said), "{}", stopped.reason);
        a_restart_with_the_same_address_leaves_it_alone(&db.pool, &gone).await;
        another_address_starts_afresh(&db.pool).await;
    }
}

async fn a_restart_with_the_same_address_leaves_it_alone(pool: &PgPool, gone: &FakeDiscord) {
    let running = Running::start(pool, vec![discord(NAME, &gone.url())]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    running.stop().await;
    assert_eq!(gone.posts().len(), 2);
}

async fn another_address_starts_afresh(pool: &PgPool) {
    let new = FakeDiscord::answering([]).await;
    let running = Running::start(pool, vec![discord(NAME, &new.url())]);
    wait_until_all_sent(pool).await;
    running.stop().await;
    assert_eq!(new.titles(), ["two", "three"]);
    let overview = outbox::overview(pool).await.unwrap();
    assert!(overview.iter().all(|line| line.stopped.is_none()));
}

#[tokio::test]
async fn a_stopped_webhook_can_be_started_again_by_hand() {
    let db = database().await;
    let server = FakeDiscord::answering([Answer::Banned]).await;
    save_titles(&db.pool, NAME, &["one"]).await;
    let running = Running::start(&db.pool, vec![discord(NAME, &server.url())]);
    eventually("stopped", || async {
        outbox::overview(&db.pool).await.unwrap().iter().any(|line| line.stopped.is_some())
    })
    .await;
    assert!(outbox::start_again(&db.pool, NAME).await.unwrap());
    assert!(!outbox::start_again(&db.pool, NAME).await.unwrap());
    wait_until_all_sent(&db.pool).await;
    running.stop().await;
}

#[tokio::test]
async fn after_a_try_without_an_answer_the_next_says_it_may_be_a_repeat() {
    let db = database().await;
    let server = FakeDiscord::answering([Answer::SavedThenHang]).await;
    save_titles(&db.pool, NAME, &["one", "two"]).await;
    let running = Running::start(&db.pool, vec![discord(NAME, &server.url())]);
    wait_until_all_sent(&db.pool).await;
    running.stop().await;
    assert_eq!(server.titles(), ["one", "one (may be a repeat)", "two"]);
}

#[tokio::test]
async fn what_is_refused_is_given_up_at_once() {
    let db = database().await;
    let server = FakeDiscord::answering([Answer::Status(400)]).await;
    save_titles(&db.pool, NAME, &["bad", "good"]).await;
    let running = Running::start(&db.pool, vec![discord(NAME, &server.url())]);
    wait_for_states(&db.pool, NAME, &["dead", "sent"]).await;
    running.stop().await;
    assert_eq!(server.posts().len(), 2);
}

#[tokio::test]
async fn only_a_failure_that_may_have_arrived_is_ambiguous() {
    let (closing, _server) = closing_after_receiving().await;
    assert!(matches!(deliver(&closing).await, Err(Failure::Later { ambiguous: true, .. })));
    let nobody = {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/api/webhooks/1/{TOKEN}", taken.local_addr().unwrap())
    };
    assert!(matches!(deliver(&nobody).await, Err(Failure::Later { ambiguous: false, .. })));
    // A server that failed, a proxy before it, and an answer that nobody expects.
    for status in [408, 500, 502, 503, 504, 520, 522, 524, 200] {
        let server = FakeDiscord::answering([Answer::Status(status)]).await;
        let failed = deliver(&server.url()).await;
        assert!(matches!(failed, Err(Failure::Later { ambiguous: true, .. })), "{status}: {failed:?}");
    }
}

#[tokio::test]
async fn a_customer_rings_nobody_and_hides_nothing() {
    let server = FakeDiscord::answering([]).await;
    let body = "@everyone <@&1> **buy** [x](https://evil.example) ||now||\u{202e}";
    let nasty =
        Notice { body: body.to_owned(), spoiler: false, ..notice(Kind::Miscellaneous, "Miscellaneous") };
    let hidden = Notice { spoiler: true, ..nasty.clone() };
    for notice in [nasty, hidden] {
        post(&server.url(), notice).await.unwrap();
    }
    let posts = server.posts();
    for post in &posts {
        assert_eq!(post.body["allowed_mentions"]["parse"], serde_json::json!([]));
        assert!(post.uri.contains("wait=true"), "{}", post.uri);
        assert!(post.headers.get("authorization").is_none());
    }
    let shown = r"\@everyone \<\@&1\> \*\*buy\*\* \[x\](https\://evil.example) \|\|now\|\|";
    assert_eq!(posts[0].body["embeds"][0]["description"], shown);
    assert_eq!(posts[1].body["embeds"][0]["description"], format!("||{shown}||"));
}

#[tokio::test]
async fn the_address_of_a_webhook_is_in_no_log_no_error_and_no_table() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    // With one subscriber alone, tests on other threads would decide which events it gets to see.
    let _another = tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(io::sink).finish());
    let _logging = tracing::subscriber::set_default(subscriber);
    let db = database().await;
    let answers = [Answer::Status(500), Answer::SavedThenHang, Answer::Status(400), Answer::Status(404)];
    let server = FakeDiscord::answering(answers).await;
    let destination = discord(NAME, &server.url());
    let shown = format!("{destination:?}");
    save_titles(&db.pool, NAME, &["one", "two"]).await;
    let running = Running::start(&db.pool, vec![destination]);
    server.wait_for(4).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    running.stop().await;
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("not delivered") && log.contains("a destination is stopped"), "the log is on");
    assert!(
        log.contains("WebhookWithToken") && !log.contains("body: Some"),
        "the text isn't in the log either"
    );
    let tables: Vec<String> =
        sqlx::query_scalar("select o::text from outbox o union all select d::text from destinations d")
            .fetch_all(&db.pool)
            .await
            .unwrap();
    for place in [shown, log, tables.join("\n")] {
        let found = place.find(TOKEN).map(|at| &place[at.saturating_sub(200)..at]);
        assert_eq!(found, None);
    }
}

async fn deliver(url: &str) -> Result<(), Failure> {
    post(url, notice(Kind::Order, "one")).await
}

async fn post(url: &str, notice: Notice) -> Result<(), Failure> {
    let channel: Channel = discord(NAME, url).channel;
    channel
        .deliver(&[Parcel { id: 1, installation: uuid::Uuid::nil(), payload: Payload::Notice(notice) }])
        .await
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
