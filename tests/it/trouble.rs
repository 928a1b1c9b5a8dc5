//! Memcached, Postgres and webhooks in trouble while messages are worked: the outcomes are the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chit::app::App;
use chit::config::Settings;
use chit::menu::CacheCounts;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::{ConnectOptions, Connection, Executor, PgPool};
use tokio_util::sync::CancellationToken;

use crate::fake_discord::{Answer, FakeDiscord};
use crate::friday;
use crate::harness::Server;
use crate::memcached::Memcached;
use crate::processes::SOON;
use crate::shop::Shop;

const MESSAGES: usize = 200;

/// Longer than all of it takes on a busy machine, and far shorter than a wait for each batch would be.
const IN_TIME: Duration = Duration::from_secs(20);

/// What became of each row of the file: state, order lines with prices, total, enquiry.
async fn outcomes(pool: &PgPool) -> BTreeMap<String, String> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select m.external_id, concat_ws(' · ', m.state, e.kind, o.state, o.total, o.unplaced, o.unmatched, \
             (select string_agg(concat_ws(' ', quantity, item_key, options, notes, unit_price), ', ' order by position) \
              from order_lines l where l.order_id = o.id)) \
         from messages m left join orders o on o.message_id = m.id left join enquiries e on e.message_id = m.id",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    rows.into_iter().collect()
}

/// 0 while Postgres is away.
async fn finished(pool: &PgPool) -> i64 {
    let finished = sqlx::query_scalar("select count(*) from messages where finished_at is not null");
    finished.fetch_one(pool).await.unwrap_or(0)
}

/// A shop that works in small batches, with a Friday's messages waiting.
async fn shop(memcached_url: Option<String>) -> (Shop, PathBuf) {
    let small = |settings: &mut Settings| {
        settings.memcached_url = memcached_url;
        settings.listener.max_batch = 10;
        settings.listener.max_workers = Some(2);
    };
    filled(Shop::open_with(small).await).await
}

async fn filled(mut shop: Shop) -> (Shop, PathBuf) {
    let file = friday::rows(shop.folder.path(), MESSAGES);
    shop.plays(&file).await;
    assert_eq!(shop.told.len(), MESSAGES);
    (shop, file)
}

async fn undisturbed() -> BTreeMap<String, String> {
    let (shop, _) = shop(None).await;
    shop.works().await;
    let outcomes = outcomes(&shop.database.pool).await;
    assert!(outcomes.values().filter(|outcome| outcome.contains("placed")).count() > MESSAGES / 4);
    shop.close().await;
    outcomes
}

/// Works the messages, calls `trouble` when a third is finished and `relief` when two thirds are, and holds
/// the outcomes against those of a shop whose cache nobody touched.
async fn works_through(
    memcached: Memcached,
    trouble: impl FnOnce(&mut Memcached, &App),
    relief: impl FnOnce(&mut Memcached, &App),
) -> CacheCounts {
    let (shop, _) = shop(Some(memcached.url())).await;
    let mut memcached = memcached;
    let pool = shop.database.pool.clone();
    let begun = Instant::now();
    let meddle = async {
        let third = i64::try_from(MESSAGES / 3).unwrap();
        wait_for(&pool, third).await;
        trouble(&mut memcached, &shop.app);
        wait_for(&pool, 2 * third).await;
        relief(&mut memcached, &shop.app);
    };
    tokio::join!(shop.works(), meddle);
    assert!(begun.elapsed() < IN_TIME, "{:?}", begun.elapsed());
    assert_eq!(outcomes(&pool).await, undisturbed().await);
    let counts = shop.app.shop().rows.counts();
    shop.close().await;
    counts
}

async fn wait_for(pool: &PgPool, messages: i64) {
    while finished(pool).await < messages {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memcached_that_starts_late_changes_nothing() {
    let Some(mut memcached) = Memcached::start() else { return };
    memcached.kill();
    let counts = works_through(memcached, |memcached, _| memcached.start_again(), |_, _| {}).await;
    assert!(counts.unreachable > 0, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memcached_that_dies_changes_nothing() {
    let Some(memcached) = Memcached::start() else { return };
    let counts =
        works_through(memcached, |memcached, _| memcached.kill(), |memcached, _| memcached.start_again())
            .await;
    assert!(counts.hits > 0 && counts.unreachable > 0, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memcached_that_hangs_changes_nothing() {
    let Some(memcached) = Memcached::start() else { return };
    let counts =
        works_through(memcached, |memcached, _| memcached.hang(), |memcached, _| memcached.go_on()).await;
    assert!(counts.hits > 0 && counts.unreachable > 0, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memcached_that_forgets_changes_nothing() {
    let Some(memcached) = Memcached::start() else { return };
    let counts =
        works_through(memcached, |memcached, _| memcached.empty(), |memcached, _| memcached.empty()).await;
    let items = u64::try_from(include_str!("../../menu.csv").lines().count()).unwrap();
    assert!(counts.hits > 0 && counts.unreachable == 0 && counts.misses > items, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memcached_that_lies_changes_no_price() {
    let Some(memcached) = Memcached::start() else { return };
    let lie = |memcached: &mut Memcached, app: &App| {
        let shop = app.shop();
        for item in &shop.reader.menu().items {
            let key = format!("chit:{}:{}", shop.rows.version(), item.key);
            memcached.put(&key, format!("{}||0.01", item.name).as_bytes());
        }
    };
    let counts = works_through(memcached, lie, lie).await;
    assert!(counts.hits > 0 && counts.poisoned > 0, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_drops_every_connection_loses_and_doubles_nothing() {
    let (mut shop, file) = shop(None).await;
    let pool = shop.database.pool.clone();
    let shutdown = CancellationToken::new();
    let service = tokio::spawn({
        let (app, shutdown) = (shop.app.clone(), shutdown.clone());
        async move { chit::worker::run(&app, shutdown).await }
    });
    let mut dropped = 0;
    while finished(&pool).await < i64::try_from(MESSAGES).unwrap() {
        dropped += drop_connections(&pool).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    assert!(dropped > 10, "{dropped} connections are no trouble");
    goes_on_by_itself(&mut shop).await;
    shutdown.cancel();
    service.await.unwrap().unwrap();
    closes_undisturbed(shop, &file).await;
}

/// A message that comes after the trouble reaches staff, with nobody's help.
async fn goes_on_by_itself(shop: &mut Shop) {
    let late = shop.customer_says("two Kombucha please").await;
    let begun = Instant::now();
    while shop.staff_reads(late).await.is_empty() {
        assert!(begun.elapsed() < SOON, "listener and senders go on by themselves");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn closes_undisturbed(mut shop: Shop, file: &Path) {
    let expected = undisturbed().await;
    let mut outcomes = outcomes(&shop.database.pool).await;
    outcomes.retain(|external_id, _| expected.contains_key(external_id));
    assert_eq!(outcomes, expected);
    let blamed = shop.count("select count(*) from messages where tries > 0").await;
    assert_eq!(blamed, 0, "no message is at fault when Postgres is away");
    assert_eq!(shop.plays(file).await.stored, [0; 0], "every row was played before");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_crashes_and_recovers_loses_and_doubles_nothing() {
    let server = Server::start().await;
    let small = |settings: &mut Settings| {
        settings.listener.max_batch = 5;
        // A claim whose answer was lost in the crash can't be handed back: it lapses.
        settings.listener.lease_seconds = 3;
    };
    let database = server.database().await;
    // As every cluster but a throw-away one has it: without it, a crash takes back what was promised.
    let keep = format!("alter database {} set synchronous_commit = on", database.name);
    let mut connection = database.pool.acquire().await.unwrap().detach();
    connection.execute(sqlx::AssertSqlSafe(keep)).await.unwrap();
    connection.close().await.unwrap();
    let (mut shop, file) = filled(Shop::open_on(database, small).await).await;
    let pool = shop.database.pool.clone();
    let shutdown = CancellationToken::new();
    let service = tokio::spawn({
        let (app, shutdown) = (shop.app.clone(), shutdown.clone());
        async move { chit::worker::run(&app, shutdown).await }
    });
    for share in [1, 2, 3] {
        wait_for(&pool, i64::try_from(MESSAGES / 4 * share).unwrap()).await;
        crash(&pool).await;
    }
    wait_for(&pool, i64::try_from(MESSAGES).unwrap()).await;
    goes_on_by_itself(&mut shop).await;
    shutdown.cancel();
    service.await.unwrap().unwrap();
    closes_undisturbed(shop, &file).await;
}

/// One of its processes dies, and Postgres drops everybody, recovers and starts again.
async fn crash(pool: &PgPool) {
    let mut connection = pool.acquire().await.unwrap();
    let pid: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut *connection).await.unwrap();
    kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
    while sqlx::query("select 1").execute(&mut *connection).await.is_ok() {}
}

/// As a restart does to whoever is connected. Says how many that were.
async fn drop_connections(pool: &PgPool) -> i64 {
    sqlx::query_scalar(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity \
         where datname = current_database() and application_name = 'chit'",
    )
    .fetch_one(pool)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_gone_holds_nobody_else_up() {
    let gone = FakeDiscord::answering(vec![Answer::Status(404); 1000]).await;
    let enquiries = FakeDiscord::answering([]).await;
    let mut shop = Shop::open_with(|settings| {
        settings.notify.discord_orders_webhook = Some(gone.url().as_str().into());
        settings.notify.discord_enquiries_webhook = Some(enquiries.url().as_str().into());
    })
    .await;
    let orders = [shop.customer_says("two Kombucha please").await, shop.customer_says("one Edamame").await];
    let question = shop.customer_says("are you open on sunday?").await;
    shop.works().await;
    shop.sends().await;
    for id in orders {
        assert_eq!(shop.staff_reads(id).await.len(), 1, "the file has it all the same");
    }
    assert_eq!(gone.posts().len(), 1, "a 404 means never again");
    assert_eq!(shop.state(question).await, "enquiry");
    assert_eq!(enquiries.titles().len(), 1);
    let alarms = "select count(*) from outbox where payload ->> 'kind' = 'alarm' and destination = 'file' \
                  and state = 'sent'";
    assert_eq!(shop.count(alarms).await, 1, "staff are told");
    let waiting = "select count(*) from outbox where destination = 'discord:orders' and state = 'pending'";
    assert_eq!(shop.count(waiting).await, 2, "what waits is kept");
    let mended = FakeDiscord::answering([]).await;
    let mut settings = (*shop.app.settings).clone();
    settings.notify.discord_orders_webhook = Some(mended.url().as_str().into());
    shop.app = Shop::app(&settings).await;
    let shutdown = CancellationToken::new();
    tokio::join!(chit::worker::send(&shop.app, shutdown.clone()), async {
        mended.wait_for(2).await;
        shutdown.cancel();
    });
    assert_eq!(mended.titles(), ["Ticket 1 · 2 items", "Ticket 2 · 1 item"]);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_is_cut_off_as_it_starts_works_all_the_same() {
    let (mut shop, file) = shop(None).await;
    let pool = shop.database.pool.clone();
    allow_connections(&pool, false).await;
    drop_connections(&pool).await;
    let shutdown = CancellationToken::new();
    let service = tokio::spawn({
        let (app, shutdown) = (shop.app.clone(), shutdown.clone());
        async move { chit::worker::run(&app, shutdown).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    allow_connections(&pool, true).await;
    goes_on_by_itself(&mut shop).await;
    shutdown.cancel();
    service.await.unwrap().unwrap();
    closes_undisturbed(shop, &file).await;
}

async fn allow_connections(pool: &PgPool, allow: bool) {
    let options = pool.connect_options().as_ref().clone();
    let name = options.get_database().unwrap().to_owned();
    let mut admin = options.database("postgres").connect().await.unwrap();
    let sql = format!("alter database {name} allow_connections {allow}");
    admin.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    admin.close().await.unwrap();
}
