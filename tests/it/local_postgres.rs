//! The private Postgres: made, shared, outlived, and never lost.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use chit::config::{Settings, search_path};
use chit::db::local::{LocalPg, Place, Worth};
use chit::db::{self, OpenError, programs};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::{Pid, User, geteuid, getpgid};
use sqlx::postgres::PgPool;
use tempfile::TempDir;

use crate::harness;
use crate::processes::{SOON, data_dir, postmaster, stops, within};

/// A process of its own that opens the database and holds it until its input ends.
struct Chit {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Chit {
    fn start(data_dir: &Path) -> Self {
        Self::start_as(data_dir, None)
    }

    fn start_as(data_dir: &Path, user: Option<u32>) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "--nocapture", "local_postgres::a_chit_of_its_own"]);
        command.env("CHIT_TEST_DATA_DIR", data_dir).current_dir("/").process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        if let Some(user) = user {
            command.uid(user).gid(user);
        }
        let mut process = command.spawn().unwrap();
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, input, output }
    }

    fn open(mut self) -> Self {
        let line = (&mut self.output).lines().map_while(Result::ok).find(|line| line.contains("database is"));
        assert_eq!(line.as_deref(), Some("database is open"));
        self
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.process.id().cast_signed()), signal).unwrap();
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn leave(mut self) {
        drop(self.input.take());
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Chit {
    fn drop(&mut self) {
        let _ = (self.process.kill(), self.process.wait());
    }
}

#[test]
#[ignore = "the process that the other tests start"]
fn a_chit_of_its_own() {
    let Some(data_dir) = std::env::var_os("CHIT_TEST_DATA_DIR") else { return };
    let settings = Settings { data_dir: data_dir.into(), ..Settings::default() };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match runtime.block_on(db::open(&settings)) {
        Ok(db) => {
            println!("\ndatabase is open");
            let mut line = String::new();
            std::io::stdin().read_line(&mut line).unwrap();
            runtime.block_on(db.close());
        }
        Err(error) => println!("\ndatabase is not open: {error}"),
    }
}

fn home(data_dir: &TempDir) -> PathBuf {
    data_dir.path().join("postgres")
}

fn guard_of(postmaster: Pid) -> Pid {
    let stat = fs::read_to_string(format!("/proc/{postmaster}/stat")).unwrap();
    let parent = stat.rsplit(") ").next().unwrap().split(' ').nth(1).unwrap();
    Pid::from_raw(parent.parse().unwrap())
}

async fn pool(home: &Path) -> PgPool {
    let url = format!("postgres:///chit?host={}&user=chit", home.display());
    PgPool::connect(&url).await.unwrap()
}

async fn contacts(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from contacts").fetch_one(pool).await.unwrap()
}

/// A server that has just been started again has its number before it has its socket.
async fn contacts_soon(pool: &PgPool) -> i64 {
    let begun = std::time::Instant::now();
    loop {
        match sqlx::query_scalar("select count(*) from contacts").fetch_one(pool).await {
            Ok(count) => return count,
            Err(error) => assert!(begun.elapsed() < SOON, "{error}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

async fn add_contact(pool: &PgPool, address: &str) {
    let insert = "insert into contacts (channel, address) values ('test', $1)";
    sqlx::query(insert).bind(address).execute(pool).await.unwrap();
}

#[tokio::test]
async fn every_test_has_an_empty_migrated_database_of_its_own() {
    let (one, other) = (harness::database().await, harness::database().await);
    add_contact(&one.pool, "ann").await;
    assert_eq!(contacts(&other.pool).await, 0);
    let opened = db::open(&one.settings()).await.unwrap();
    assert_eq!(contacts(&opened.pool).await, 1);
}

#[tokio::test]
async fn two_chits_share_one_cluster_and_it_outlives_the_first() {
    let data = data_dir();
    let first = Chit::start(data.path()).open();
    let second = Chit::start(data.path()).open();
    let server = postmaster(&home(&data));
    add_contact(&pool(&home(&data)).await, "ann").await;
    first.kill();
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(postmaster(&home(&data)), server);
    assert_eq!(contacts(&pool(&home(&data)).await).await, 1);
    second.leave();
    stops(&home(&data));
}

#[test]
fn a_kill_of_the_last_user_stops_postgres_and_its_guard() {
    let data = data_dir();
    let chit = Chit::start(data.path()).open();
    let server = postmaster(&home(&data)).unwrap();
    let guard = guard_of(server);
    chit.kill();
    let took = stops(&home(&data));
    assert!(took < Duration::from_secs(5), "{took:?}");
    within(SOON, "the guard ends", || !Path::new(&format!("/proc/{guard}/exe")).exists());
}

#[test]
fn a_kill_right_after_the_start_leaves_nothing_running() {
    let data = data_dir();
    Chit::start(data.path()).open().leave();
    stops(&home(&data));
    for milliseconds in [0, 10, 20, 30, 40, 60, 80, 120] {
        let chit = Chit::start(data.path());
        std::thread::sleep(Duration::from_millis(milliseconds));
        chit.kill();
        let guard = fs::File::open(home(&data).join("guard.lock")).unwrap();
        within(SOON, "the guard ends", || guard.try_lock().is_ok());
        assert_eq!(postmaster(&home(&data)), None, "after {milliseconds} ms");
    }
}

#[test]
fn a_start_cut_short_is_made_good_by_the_next() {
    let data = data_dir();
    let chit = Chit::start(data.path());
    within(SOON, "initdb begins", || {
        fs::read_dir(home(&data)).is_ok_and(|mut entries| {
            entries.any(|entry| entry.unwrap().file_name().to_string_lossy().starts_with("new-"))
        })
    });
    chit.kill();
    assert!(!home(&data).join("data").exists());
    fs::create_dir_all(home(&data).join("new-old/base")).unwrap();
    Chit::start(data.path()).open().leave();
    assert!(!home(&data).join("new-old").exists());
}

#[test]
fn three_starts_at_once_make_one_cluster() {
    let data = data_dir();
    let chits = [(); 3].map(|()| Chit::start(data.path())).map(Chit::open);
    let server = postmaster(&home(&data)).unwrap();
    let log = fs::read_to_string(home(&data).join("postgres.log")).unwrap();
    assert_eq!(log.matches("ready to accept connections").count(), 1, "{log}");
    chits.into_iter().for_each(Chit::leave);
    stops(&home(&data));
    within(SOON, "its process ends", || kill(server, None).is_err());
}

#[tokio::test]
async fn who_joins_while_the_last_one_leaves_has_a_running_cluster() {
    let data = data_dir();
    let mut last = Chit::start(data.path()).open();
    for milliseconds in [0, 3, 10, 20, 30, 40, 60, 100, 150, 250] {
        let next = Chit::start(data.path());
        std::thread::sleep(Duration::from_millis(milliseconds));
        last.kill();
        last = next.open();
        std::thread::sleep(Duration::from_millis(150));
        add_contact(&pool(&home(&data)).await, &milliseconds.to_string()).await;
    }
    for milliseconds in [0, 3, 10, 20, 30, 40, 60, 100, 150, 250] {
        last.kill();
        std::thread::sleep(Duration::from_millis(milliseconds));
        last = Chit::start(data.path()).open();
        std::thread::sleep(Duration::from_millis(150));
        assert_eq!(contacts(&pool(&home(&data)).await).await, 10, "after {milliseconds} ms");
    }
}

#[test]
fn a_long_path_still_gets_a_socket() {
    let data = data_dir();
    let deep = data.path().join("a".repeat(80)).join("b b#%".repeat(10));
    Chit::start(&deep).open().leave();
    stops(&deep.join("postgres"));
    fs::remove_dir(Place::of(&deep).unwrap().socket).unwrap();
}

#[test]
fn as_root_postgres_runs_under_another_account() {
    if !geteuid().is_root() {
        return;
    }
    let data = data_dir();
    let chit = Chit::start(data.path()).open();
    let server = postmaster(&home(&data)).unwrap();
    assert_ne!(fs::metadata(format!("/proc/{server}")).unwrap().uid(), 0);
    assert_eq!(fs::metadata(home(&data)).unwrap().mode() & 0o777, 0o700);
    chit.leave();
    stops(&home(&data));
}

#[test]
fn root_and_the_owner_of_the_data_directory_share_one_cluster() {
    if !geteuid().is_root() {
        return;
    }
    let user = User::from_name("daemon").unwrap().expect("every system has it").uid.as_raw();
    for first in [None, Some(user)] {
        let data = data_dir();
        chown(data.path(), Some(user), Some(user)).unwrap();
        Chit::start_as(data.path(), first).open().leave();
        stops(&home(&data));
        let roots = Chit::start(data.path()).open();
        let theirs = Chit::start_as(data.path(), Some(user)).open();
        let server = postmaster(&home(&data)).unwrap();
        assert_eq!(fs::metadata(format!("/proc/{server}")).unwrap().uid(), user);
        roots.leave();
        theirs.leave();
        stops(&home(&data));
    }
}

#[tokio::test]
async fn folders_closed_to_the_account_move_the_cluster_and_say_so() {
    if !geteuid().is_root() {
        return;
    }
    let data = data_dir();
    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let settings = Settings { data_dir: data.path().to_path_buf(), ..Settings::default() };
    let opened = db::open(&settings).await.unwrap();
    let place = opened.private().unwrap().home.clone();
    assert!(place.starts_with("/var/lib"), "{}", place.display());
    let described = opened.describe();
    assert!(described.contains(&place.display().to_string()), "{described}");
    assert!(described.contains("is closed to the account"), "{described}");
    add_contact(&opened.pool, "ann").await;
    opened.close().await;
    // Opened up later, the data directory does not hide the cluster that was made meanwhile.
    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let again = db::open(&settings).await.unwrap();
    assert_eq!(contacts(&again.pool).await, 1);
    again.close().await;
    stops(&place);
    within(SOON, "it can be removed", || fs::remove_dir_all(&place).is_ok());
}

#[tokio::test]
async fn a_killed_postgres_is_back_in_seconds_for_who_uses_it() {
    let data = data_dir();
    let settings = Settings { data_dir: data.path().to_path_buf(), ..Settings::default() };
    let db = db::open(&settings).await.unwrap();
    add_contact(&db.pool, "ann").await;
    for _ in 0..3 {
        let server = postmaster(&home(&data)).unwrap();
        kill(server, Signal::SIGKILL).unwrap();
        within(SOON, "another starts", || postmaster(&home(&data)).is_some_and(|now| now != server));
        assert_eq!(contacts_soon(&db.pool).await, 1);
    }
    let server = postmaster(&home(&data)).unwrap();
    kill(server, Signal::SIGKILL).unwrap();
    let next = Chit::start(data.path()).open();
    db.close().await;
    assert_ne!(postmaster(&home(&data)), Some(server));
    assert_eq!(contacts(&pool(&home(&data)).await).await, 1);
    next.leave();
    stops(&home(&data));
}

#[tokio::test]
async fn a_killed_guard_is_replaced_by_the_next_chit() {
    let data = data_dir();
    let first = Chit::start(data.path()).open();
    let server = postmaster(&home(&data)).unwrap();
    let group = getpgid(Some(server)).unwrap();
    kill(guard_of(server), Signal::SIGKILL).unwrap();
    let second = Chit::start(data.path()).open();
    add_contact(&pool(&home(&data)).await, "ann").await;
    first.kill();
    second.kill();
    stops(&home(&data));
    within(SOON, "nothing of the killed guard is left", || killpg(group, None).is_err());
}

#[test]
fn a_killed_guard_keeps_nothing_running() {
    let data = data_dir();
    let chit = Chit::start(data.path()).open();
    let server = postmaster(&home(&data)).unwrap();
    let group = getpgid(Some(server)).unwrap();
    kill(guard_of(server), Signal::SIGKILL).unwrap();
    chit.kill();
    stops(&home(&data));
    within(SOON, "nothing of the killed guard is left", || killpg(group, None).is_err());
}

#[test]
fn a_pid_file_that_names_another_process_does_not_keep_postgres_from_starting() {
    let data = data_dir();
    Chit::start(data.path()).open().leave();
    stops(&home(&data));
    let mut other = Command::new("sleep").arg("60").spawn().unwrap();
    let owner = fs::metadata(home(&data)).unwrap();
    let file = home(&data).join("data/postmaster.pid");
    fs::write(&file, format!("{}\n/data\n1\n5432\n\n\n\nready\n", other.id())).unwrap();
    chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
    Chit::start(data.path()).open().leave();
    stops(&home(&data));
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn a_signal_of_the_terminal_reaches_chit_alone() {
    let data = data_dir();
    let first = Chit::start(data.path()).open();
    let second = Chit::start(data.path()).open();
    let server = postmaster(&home(&data)).unwrap();
    let group = |pid| getpgid(Some(pid)).unwrap();
    assert_ne!(group(server), group(Pid::from_raw(first.process.id().cast_signed())));
    for signal in [Signal::SIGINT, Signal::SIGHUP, Signal::SIGQUIT, Signal::SIGTERM] {
        kill(guard_of(server), signal).unwrap();
    }
    first.signal(Signal::SIGINT);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(postmaster(&home(&data)), Some(server));
    second.leave();
    stops(&home(&data));
}

#[test]
fn no_child_of_a_chit_keeps_postgres_up() {
    let data = data_dir();
    let settings = Settings { data_dir: data.path().to_path_buf(), ..Settings::default() };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let opened = runtime.block_on(db::open(&settings)).unwrap();
    let mut child = Command::new("sleep").arg("60").spawn().unwrap();
    runtime.block_on(opened.close());
    stops(&home(&data));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn what_is_missing_is_named() {
    let data = data_dir();
    let place = || Place::of(data.path()).unwrap();
    let none = LocalPg::start(place(), &[], Worth::Kept).unwrap_err();
    assert!(matches!(none, OpenError::NoPrograms));
    for word in ["apt-get install postgresql", "DATABASE_URL", "PG_BIN_DIR"] {
        assert!(none.to_string().contains(word), "{none}");
    }
    fs::create_dir(home(&data).join("data")).unwrap();
    fs::write(home(&data).join("data/PG_VERSION"), "12\n").unwrap();
    let installed = programs::installed(None, &search_path());
    let other = LocalPg::start(place(), &installed, Worth::Kept).unwrap_err();
    assert!(matches!(other, OpenError::OtherVersion { cluster: 12, .. }), "{other}");
    assert!(other.to_string().contains("apt-get install postgresql-12"), "{other}");
}

#[tokio::test]
async fn a_cluster_that_does_not_start_shows_the_end_of_its_log() {
    let data = data_dir();
    Chit::start(data.path()).open().leave();
    stops(&home(&data));
    fs::remove_file(home(&data).join("data/global/pg_control")).unwrap();
    let settings = Settings { data_dir: data.path().to_path_buf(), ..Settings::default() };
    let error = db::open(&settings).await.unwrap_err();
    assert!(matches!(error, OpenError::NotStarted { .. }), "{error}");
    assert!(error.to_string().contains("pg_control"), "{error}");
}

#[tokio::test]
async fn an_unreachable_postgres_is_named_without_its_password() {
    for (url, expected) in [
        ("postgres://ann:hunter2@127.0.0.1:1/shop", "shop at 127.0.0.1:1"),
        ("postgres://ann:hunter2@no-such-host.invalid/shop", "shop at no-such-host.invalid:5432"),
        ("postgres://ann:hunter2@127.0.0.1:notaport/shop", "not an address"),
        ("mysql://ann:hunter2@127.0.0.1/shop", "not an address"),
    ] {
        let settings = Settings { database_url: Some(url.into()), ..Settings::default() };
        let start = Instant::now();
        let error = db::open(&settings).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        let whole = [format!("{error:?}"), format!("{:#}", anyhow::Error::from(error))].concat();
        assert!(!whole.contains("hunter2"), "{whole}");
        assert!(start.elapsed() < Duration::from_secs(12));
    }
}

#[tokio::test]
async fn tables_of_a_newer_chit_are_left_alone() {
    let database = harness::database().await;
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 values (9999, 'tomorrow', true, '', 0)";
    sqlx::query(newer).execute(&database.pool).await.unwrap();
    let error = db::open(&database.settings()).await.unwrap_err();
    assert!(matches!(error, OpenError::OtherChit { version: 9999 }), "{error}");
}

#[tokio::test]
async fn tables_are_made_once_by_several_at_once() {
    let database = harness::database().await;
    sqlx::raw_sql("drop schema public cascade; create schema public").execute(&database.pool).await.unwrap();
    let settings = database.settings();
    let opened = futures::future::join_all((0..4).map(|_| db::open(&settings))).await;
    for db in opened {
        assert_eq!(contacts(&db.unwrap().pool).await, 0);
    }
}
