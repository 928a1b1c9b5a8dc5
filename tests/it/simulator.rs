//! The simulator plays every row once, whoever interrupts it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chit::controls::{self, Control, State};
use chit::simulator::{self, Pace, Place, Played, Simulation};
use tokio_util::sync::CancellationToken;

use crate::friday;
use crate::shop::Shop;

/// Plays on from where the file is, in small batches, until `enough` rows are behind it.
async fn play_until(shop: &mut Shop, file: &Path, seed: u64, enough: i64) -> Played {
    let mut place = simulator::place(&shop.database.pool, "simulator", file, false).await.unwrap();
    let stop = CancellationToken::new();
    let simulation = simulation(shop, file, seed, None);
    let progress = |place: &Place| {
        if place.position >= enough {
            stop.cancel();
        }
    };
    let played = simulation.play(&mut place, &stop, progress).await.unwrap();
    shop.told.extend(&played.stored);
    played
}

fn simulation<'a>(shop: &'a Shop, file: &'a Path, seed: u64, control: Option<Control>) -> Simulation<'a> {
    let pause = Duration::from_millis(1);
    let pace = Pace { max_batch: 7, min_pause: pause, max_pause: pause, rate: None, seed };
    Simulation { pool: &shop.database.pool, clock: shop.app.clock, file, control, pace }
}

async fn texts(shop: &Shop) -> Vec<String> {
    sqlx::query_scalar("select text from messages order by id").fetch_all(&shop.database.pool).await.unwrap()
}

fn written(shop: &Shop, name: &str, content: &str) -> PathBuf {
    let file = shop.folder.path().join(name);
    std::fs::write(&file, content).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_and_the_last_row_are_played() {
    let files = [
        ("a.csv", "timestamp,message\n2026-05-01T18:00:00Z,one Kombucha\n,one Edamame\n"),
        ("a.csv", "timestamp,message\n2026-05-01T18:00:00Z,one Kombucha\n,one Edamame"),
        ("a.csv", "\u{feff}timestamp;message\r\n;one Kombucha\r\n;one Edamame"),
        ("a.csv", "2026-05-01 18:00:00,one Kombucha\n2026-05-01 18:01:00,one Edamame"),
        ("a.jsonl", "{\"text\":\"one Kombucha\"}\n{\"text\":\"one Edamame\"}\n"),
        ("a.jsonl", "{\"text\":\"one Kombucha\"}\n\n{\"text\":\"one Edamame\"}"),
    ];
    for (name, content) in files {
        let mut shop = Shop::open().await;
        let file = written(&shop, name, content);
        let played = shop.plays(&file).await;
        assert!(played.finished && played.rejected.is_empty());
        assert_eq!(texts(&shop).await, ["one Kombucha", "one Edamame"], "{content}");
        shop.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulation_goes_on_exactly_where_it_was_stopped() {
    let mut shop = Shop::open().await;
    let file = friday::rows(shop.folder.path(), 120);
    for (seed, enough) in [(1, 1), (2, 13), (3, 14), (4, 70), (5, 119)] {
        assert!(!play_until(&mut shop, &file, seed, enough).await.finished, "stopped at {enough}");
    }
    assert!(play_until(&mut shop, &file, 6, i64::MAX).await.finished);
    let expected: Vec<String> =
        csv::Reader::from_path(&file).unwrap().records().map(|row| row.unwrap()[1].to_owned()).collect();
    assert_eq!(texts(&shop).await, expected, "every row once and in order");
    assert_eq!(shop.plays(&file).await.stored, [0; 0], "nothing is left");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_counted_once_and_hold_nobody_up() {
    let mut shop = Shop::open().await;
    let bad = ["yesterday,not at that time", ",\"  \"", ",too,many"];
    let row = |number: usize| if number % 5 == 4 { bad[number % 3] } else { ",one Kombucha please" };
    let rows: Vec<&str> = (0..30).map(row).collect();
    let good = rows.iter().filter(|row| row.ends_with("please")).count();
    let content = format!("timestamp,message\n{}\n", rows.join("\n"));
    let file = written(&shop, "a.csv", &content);
    let mut rejected = Vec::new();
    for (seed, enough) in [(1, 4), (2, 9), (3, 21), (4, i64::MAX)] {
        rejected.extend(play_until(&mut shop, &file, seed, enough).await.rejected);
    }
    assert_eq!((texts(&shop).await.len(), rejected.len()), (good, 30 - good), "{rejected:?}");
    assert!(rejected.iter().all(|problem| problem.starts_with("line ")));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulation_that_is_paused_waits_and_one_that_is_stopped_ends() {
    let mut shop = Shop::open().await;
    let file = friday::rows(shop.folder.path(), 400);
    let pool = shop.database.pool.clone();
    let change = async |from, to| controls::change(&pool, Control::Simulation, &[from], to).await.unwrap();
    let mut place = simulator::place(&pool, "simulator", &file, false).await.unwrap();
    let simulation = simulation(&shop, &file, 1, Some(Control::Simulation));
    assert!(!simulation.play(&mut place, &CancellationToken::new(), |_| {}).await.unwrap().finished);
    assert_eq!(place.position, 0, "it was never started");
    assert!(change(State::Stopped, State::Running).await);
    let count = async || shop.count("select count(*) from messages").await;
    let direct = async {
        while count().await == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(change(State::Running, State::Paused).await);
        // What was under way when it was paused.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let paused = count().await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(count().await, paused, "nothing comes while it is paused");
        assert!(change(State::Paused, State::Running).await);
        while count().await == paused {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(change(State::Running, State::Stopped).await);
    };
    let stop = CancellationToken::new();
    let (played, ()) = tokio::join!(simulation.play(&mut place, &stop, |_| {}), direct);
    let played = played.unwrap();
    assert!(!played.finished && played.stored.len() < 400);
    shop.told.extend(played.stored);
    let rest = shop.plays(&file).await.stored.len();
    assert_eq!(shop.told.len(), 400, "{rest} were left");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_simulators_of_one_file_never_double_a_row() {
    let mut shop = Shop::open().await;
    let file = friday::rows(shop.folder.path(), 200);
    let pool = shop.database.pool.clone();
    let mut refused = 0;
    while texts(&shop).await.len() < 200 {
        let mut places = [
            simulator::place(&pool, "simulator", &file, false).await.unwrap(),
            simulator::place(&pool, "simulator", &file, false).await.unwrap(),
        ];
        let [one, two] = &mut places;
        let (first, second) = (simulation(&shop, &file, 1, None), simulation(&shop, &file, 2, None));
        let stop = CancellationToken::new();
        let ended = tokio::join!(first.play(one, &stop, |_| {}), second.play(two, &stop, |_| {}));
        for error in [ended.0.err(), ended.1.err()].into_iter().flatten() {
            assert!(format!("{error:#}").contains("another simulation is playing this file"), "{error:#}");
            refused += 1;
        }
    }
    assert!(refused > 0, "they met");
    let ids: Vec<i64> = sqlx::query_scalar("select id from messages").fetch_all(&pool).await.unwrap();
    assert_eq!(ids.len(), 200);
    shop.told.extend(ids);
    shop.close().await;
}
