//! kill -9 in the midst of work: nothing is lost and nothing happens twice.

use std::collections::{BTreeMap, HashMap};
use std::fs::OpenOptions;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chit::config::{NotifySettings, Settings};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::PgPool;

use crate::balance;
use crate::fake_discord::{Answer, FakeDiscord};
use crate::friday;
use crate::processes::{SOON, data_dir, stops};
use crate::shop::Shop;

const MESSAGES: usize = 600;
const KILLS: usize = 10;

/// The real program, with what it says kept in the shop's folder.
struct Program {
    child: Child,
}

impl Program {
    fn start(arguments: &str, folder: &Path, variables: &HashMap<&str, String>) -> Self {
        let root = env!("CARGO_MANIFEST_DIR");
        let log = OpenOptions::new().create(true).append(true).open(folder.join("log.txt")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_chit"));
        command.args(arguments.split_whitespace()).current_dir(folder).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", folder);
        command.env("CHIT_MENU", format!("{root}/menu.csv"));
        command.env("CHIT_MODIFIERS", format!("{root}/modifiers.csv"));
        command.env("CHIT_NOTIFY_FILE", folder.join("notices.jsonl"));
        command.env("CHIT_TIMEZONE", "Europe/Berlin").env("CHIT_LISTENER_POLL_MILLISECONDS", "50");
        command.env("CHIT_LISTENER_LEASE_SECONDS", "1").env("CHIT_LISTENER_MAX_BATCH", "10");
        command.envs(variables).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        Self { child: command.spawn().unwrap() }
    }

    /// SIGKILL: it gets no chance to clean up.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = (self.child.kill(), self.child.wait());
    }
}

/// What a process may hold when it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// Messages under a lease that has not lapsed.
    Lease,
    /// A transaction that registers a batch.
    Registration,
    /// A notice on its way to Discord.
    Notice,
}

impl Held {
    async fn count(self, pool: &PgPool) -> i64 {
        let sql = match self {
            Self::Lease => {
                "select count(*) from messages where state = 'claimed' and lease_until > clock_timestamp()"
            }
            Self::Registration => {
                "select count(*) from pg_stat_activity where datname = current_database() \
                 and application_name = 'chit' and state in ('active', 'idle in transaction') \
                 and query ~ 'insert into (traces|enquiries|outbox|ticket_numbers|orders|order_lines)'"
            }
            Self::Notice => "select count(*) from outbox where state = 'sending'",
        };
        // A private Postgres may be starting: then nobody holds anything.
        sqlx::query_scalar(sql).fetch_one(pool).await.unwrap_or(0)
    }

    /// What the killed process left behind, not what it had a moment before. A transaction of its leaves
    /// nothing but the leases.
    async fn left(self, pool: &PgPool) -> i64 {
        match self {
            Self::Lease | Self::Registration => Self::Lease.count(pool).await,
            Self::Notice => Self::Notice.count(pool).await,
        }
    }

    async fn wait_for(self, pool: &PgPool, log: &Path) {
        let begun = Instant::now();
        while self.count(pool).await == 0 {
            let patience = begun.elapsed() < SOON;
            assert!(patience, "nothing to hit; the program said:\n{}", said(log));
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

fn said(log: &Path) -> String {
    std::fs::read_to_string(log).unwrap_or_default()
}

/// Each row is there once under its own number; what the simulator was told, row by row.
async fn played(pool: &PgPool, rows: usize) -> Vec<i64> {
    let stored: Vec<(i64, String)> =
        sqlx::query_as("select id, external_id from messages order by id").fetch_all(pool).await.unwrap();
    let number = |external_id: &str| external_id.rsplit(':').next().unwrap().parse::<usize>().unwrap();
    let mut numbers: Vec<usize> = stored.iter().map(|(_, external_id)| number(external_id)).collect();
    numbers.sort_unstable();
    assert!(numbers.iter().copied().eq(1..=rows), "every row once: {numbers:?}");
    stored.into_iter().map(|(id, _)| id).collect()
}

/// What staff find in the channel for each ticket: at least one post, and every repeat says so.
async fn check_posts(pool: &PgPool, discord: &FakeDiscord) -> usize {
    let tickets: Vec<i32> = sqlx::query_scalar("select number from orders").fetch_all(pool).await.unwrap();
    let mut posts: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    for title in discord.titles().into_iter().filter(|title| title.contains("icket ")) {
        let number = title.split_once("icket ").and_then(|(_, rest)| rest.split(' ').next());
        posts.entry(number.unwrap().parse().unwrap()).or_default().push(title);
    }
    let mut repeats = 0;
    for number in &tickets {
        let titles = posts.remove(number).unwrap_or_else(|| panic!("ticket {number} never reached Discord"));
        let marked = titles[1..].iter().all(|title| title.ends_with("(may be a repeat)"));
        assert!(marked, "ticket {number}: {titles:?}");
        repeats += titles.len() - 1;
    }
    assert!(posts.is_empty(), "tickets that are no orders: {posts:?}");
    repeats
}

/// The dead process can't renew its hold on a destination: ten seconds later another takes it.
async fn ten_seconds_pass(pool: &PgPool) {
    sqlx::query("update destinations set lease_until = now() - interval '1 second'")
        .execute(pool)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_kills_in_the_midst_of_work_lose_and_double_nothing() {
    let discord = FakeDiscord::answering(vec![Answer::Slow(Duration::from_millis(10)); 10_000]).await;
    let mut shop = Shop::open_with(|settings| {
        settings.notify.discord_orders_webhook = Some(discord.url().as_str().into())
    })
    .await;
    let (pool, folder) = (shop.database.pool.clone(), shop.folder.path().to_path_buf());
    slow_registration(&pool).await;
    let log = folder.join("log.txt");
    let variables = HashMap::from([
        ("DATABASE_URL", shop.database.url.clone()),
        ("CHIT_DATA_DIR", folder.display().to_string()),
        ("CHIT_DISCORD_ORDERS_WEBHOOK", discord.url()),
    ]);
    let file = friday::rows(&folder, MESSAGES);
    let simulate = format!("simulate {} --rate 50 --max-batch 5", file.display());
    let start = |arguments: &str| Program::start(arguments, &folder, &variables);
    let (mut simulator, mut worker) = (start(&simulate), start("worker"));
    let mut random = StdRng::seed_from_u64(2);
    let (mut hits, mut misses) = (Vec::new(), 0);
    while hits.len() < KILLS {
        let held = [Held::Lease, Held::Registration, Held::Notice][hits.len() % 3];
        tokio::time::sleep(Duration::from_millis(random.random_range(0..400))).await;
        held.wait_for(&pool, &log).await;
        worker.kill();
        let left = held.left(&pool).await;
        if left > 0 {
            hits.push((held, left));
        } else {
            misses += 1;
        }
        if hits.len() == 3 || hits.len() == 6 {
            assert!(!simulator.has_ended(), "the replay is too short for its kills");
            simulator.kill();
            simulator = start(&simulate);
        }
        ten_seconds_pass(&pool).await;
        worker = start("worker");
    }
    wait_until_done(&pool, &mut simulator, &log).await;
    worker.kill();
    let repeats = check_posts(&pool, &discord).await;
    assert!(repeats <= KILLS + 1, "only a kill may repeat a post");
    println!("hit {hits:?}, {misses} hit nothing and were not counted; {repeats} posts were repeated");
    shop.told = played(&pool, MESSAGES).await;
    ten_seconds_pass(&pool).await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_with_a_private_postgres_lose_and_double_nothing_either() {
    let (folder, rows) = (data_dir(), 120);
    let (folder, home) = (folder.path(), folder.path().join("postgres"));
    let log = folder.join("log.txt");
    let variables = HashMap::from([("CHIT_DATA_DIR", folder.display().to_string())]);
    let simulate = format!("simulate {} --rate 30 --max-batch 5", friday::rows(folder, rows).display());
    let start = |arguments: &str| Program::start(arguments, folder, &variables);
    let (mut simulator, mut worker) = (start(&simulate), start("worker"));
    let url = format!("postgres:///chit?host={}&user=chit", home.display());
    let pool = PgPool::connect_lazy(&url).unwrap();
    let mut hits = 0;
    while hits < 2 {
        Held::Lease.wait_for(&pool, &log).await;
        worker.kill();
        hits += usize::from(Held::Lease.count(&pool).await > 0);
        if hits == 2 {
            assert!(!simulator.has_ended(), "the replay is too short for its kills");
            simulator.kill();
            stops(&home);
            simulator = start(&simulate);
        }
        worker = start("worker");
    }
    wait_until_done(&pool, &mut simulator, &log).await;
    worker.kill();
    let settings = Settings {
        data_dir: folder.to_path_buf(),
        notify: NotifySettings { file: Some(folder.join("notices.jsonl")), ..NotifySettings::default() },
        ..Settings::default()
    };
    let app = Shop::app(&settings).await;
    balance::check(&app, &played(&app.db.pool, rows).await).await;
}

/// Each step of a registration takes a while, as with a database that is far away or busy.
async fn slow_registration(pool: &PgPool) {
    let mut sql = "create function dawdle() returns trigger language plpgsql as \
                   $$ begin perform pg_sleep(0.01); return null; end $$;"
        .to_owned();
    for table in ["traces", "enquiries", "outbox", "orders", "order_lines"] {
        sql += &format!(
            "create trigger dawdle after insert on {table} for each statement execute function dawdle();"
        );
    }
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(pool).await.unwrap();
}

/// The replay has come to its end, and nothing waits.
async fn wait_until_done(pool: &PgPool, simulator: &mut Program, log: &Path) {
    let begun = Instant::now();
    loop {
        let waits: i64 = sqlx::query_scalar(
            "select (select count(*) from messages where state in ('received', 'claimed', 'failed')) \
                  + (select count(*) from outbox where state in ('pending', 'sending', 'failed'))",
        )
        .fetch_one(pool)
        .await
        .unwrap_or(i64::MAX);
        if waits == 0 && simulator.has_ended() {
            return;
        }
        let patience = begun.elapsed() < Duration::from_secs(50);
        assert!(patience, "{waits} still wait; the program said:\n{}", said(log));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
