//! The programs that run for a while, as a shell starts them: demo, replay, simulate, listen, serve.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStderr, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::command_line::{Said, Shell};
use crate::harness::database;
use crate::processes::{data_dir, stops, within};

const PATIENCE: Duration = Duration::from_secs(20);

fn root(file: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file).display().to_string()
}

/// A shell whose chit uses this database and the house's menu.
fn shell(url: &str) -> Shell {
    let variables = [
        ("DATABASE_URL", url),
        ("CHIT_MENU", &root("menu.csv")),
        ("CHIT_MODIFIERS", &root("modifiers.csv")),
        ("PATH", "/usr/bin:/bin"),
    ];
    variables.into_iter().fold(Shell::new(), |shell, (name, value)| shell.with(name, value))
}

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or_default()
}

#[test]
fn the_demo_ends_by_itself_with_everything_accounted_for_and_leaves_what_is_the_owner_s_alone() {
    let folder = data_dir();
    let said = Shell::new()
        .with("CHIT_DATA_DIR", &folder.path().display().to_string())
        .with("DATABASE_URL", "postgres://nobody@127.0.0.1:1/must-not-be-used")
        .with("PATH", "/usr/bin:/bin")
        .chit("demo --rate 400");
    assert_eq!(said.code, 0, "{}\n{}", said.out, said.err);
    assert!(last_line(&said.out).contains("received 120 ="), "{}", said.out);
    assert!(last_line(&said.out).ends_with("in flight 0, lost 0"), "{}", said.out);
    assert!(said.out.contains("Ticket 1 "), "notices were shown");
    stops(&folder.path().join("demo/postgres"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_plays_the_first_and_the_last_row_and_does_not_play_them_again() {
    let database = database().await;
    let shell = shell(&database.url);
    let rows = "timestamp,message\n2026-06-12T10:00:00Z,one Kombucha please\n,what does error 7 mean?\n,a Falafel Wrap";
    std::fs::write(shell.folder().join("day.csv"), rows).unwrap();
    let Said { code, out, err } = shell.chit("replay day.csv --format jsonl");
    assert_eq!(code, 0, "{err}");
    let texts: Vec<String> =
        out.lines().map(|line| json(line)["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts, ["one Kombucha please", "what does error 7 mean?", "a Falafel Wrap"]);
    assert!(err.contains("received 3 ="), "{err}");
    let again = shell.chit("replay day.csv --format jsonl");
    assert!(again.err.contains("all 3 rows were replayed before"), "{}", again.err);
    assert!(last_line(&again.err).contains("received 3 ="), "{}", again.err);
    assert!(shell.chit("replay day.csv --again").err.contains("received 6 ="));
}

#[test]
fn a_dry_run_writes_nothing_and_needs_no_database() {
    let shell = shell("postgres://nobody@127.0.0.1:1/nowhere");
    let said = shell.chit(&format!("replay {} --dry-run --format jsonl", root("datasets/demo.csv")));
    assert_eq!((said.code, said.out.lines().count()), (0, 120), "{}", said.err);
    assert!(last_line(&said.err).ends_with("nothing was written"), "{}", said.err);
    let menu = shell.chit(&format!("replay {} --menu menu.csv", root("datasets/demo.csv")));
    assert!(menu.err.contains("go with --dry-run"), "{}", menu.err);
}

fn json(line: &str) -> serde_json::Value {
    serde_json::from_str(line).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_simulation_says_how_to_go_on_and_does() {
    let database = database().await;
    let shell = shell(&database.url);
    let file = root("datasets/demo.csv");
    let mut slow = start(&shell, &format!("simulate {file} --rate 40"));
    while stored(&database.pool).await < 5 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let said = interrupt(&mut slow);
    assert!(said.contains("goes on from there"), "{said}");
    let before = stored(&database.pool).await;
    assert!((5..120).contains(&before), "{before}");
    assert_eq!(shell.chit(&format!("simulate {file} --as-fast-as-possible")).code, 0);
    assert_eq!(stored(&database.pool).await, 120);
    let drained = shell.chit("listen --until-drained");
    assert_eq!(drained.code, 0);
    assert!(last_line(&drained.err).contains("lost 0; finished up to message"), "{}", drained.err);
}

async fn stored(pool: &sqlx::PgPool) -> i64 {
    count(pool, "select count(*) from messages").await
}

async fn count(pool: &sqlx::PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

/// A program that runs until it is interrupted.
fn start(shell: &Shell, arguments: &str) -> Child {
    shell.command(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Ctrl-C; then what it had to say.
fn interrupt(child: &mut Child) -> String {
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let mut ended = None;
    within(PATIENCE, "it ends after Ctrl-C", || {
        ended = child.try_wait().unwrap();
        ended.is_some()
    });
    assert_eq!(ended.unwrap().code(), Some(130));
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_served_shop_works_what_comes_and_answers_health_checks() {
    let database = database().await;
    let shell = shell(&database.url);
    let mut served = start(&shell, "serve --bind 127.0.0.1:0");
    let mut log = BufReader::new(served.stderr.take().unwrap());
    let address = address(&mut log);
    assert!(get(&address, "/healthz").starts_with("HTTP/1.1 200"));
    let file = root("datasets/demo.csv");
    assert_eq!(shell.chit(&format!("simulate {file} --as-fast-as-possible")).code, 0);
    assert!(get(&address, "/readyz").contains(r#""listener":"running""#));
    while count(&database.pool, "select count(*) from messages where finished_at is not null").await < 120 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let counted = get(&address, "/metrics");
    assert!(counted.contains(r#"chit_messages_total{outcome="order",llm_asked="no"}"#), "{counted}");
    served.stderr = Some(log.into_inner());
    let said = interrupt(&mut served);
    assert!(last_line(&said).contains("goes on from here"), "{said}");
}

fn address(log: &mut BufReader<ChildStderr>) -> String {
    let mut line = String::new();
    while !line.contains("address=") {
        line.clear();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "it serves");
    }
    line.split_once("address=").unwrap().1.split_whitespace().next().unwrap().to_owned()
}

fn get(address: &str, path: &str) -> String {
    let mut connection = TcpStream::connect(address).unwrap();
    write!(connection, "GET {path} HTTP/1.1\r\nHost: chit\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_taken_port_is_told_with_a_free_one() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let said = Shell::new().chit(&format!("serve --bind 127.0.0.1:{port}"));
    assert_eq!(said.code, 1);
    assert!(said.err.contains("is taken by another program"), "{}", said.err);
    assert!(said.err.contains("is free: chit serve --bind 127.0.0.1:"), "{}", said.err);
}

#[test]
fn a_folder_without_postgres_is_named() {
    let folder = data_dir();
    let shell = Shell::new()
        .with("CHIT_DATA_DIR", &folder.path().display().to_string())
        .with("PG_BIN_DIR", &folder.path().display().to_string());
    let said = shell.chit("orders");
    assert_eq!(said.code, 78, "{}", said.err);
    assert!(said.err.contains("let PG_BIN_DIR name the folder"), "{}", said.err);
}
