//! The doctor sees what is wrong, says what mends it, and changes nothing.

use chit::config::Settings;
use chit::doctor::{Check, Part, Surroundings, Trouble, Verdict, examine, worst};

use Verdict::{Fail, Warn};

use crate::harness::{self, TestDatabase};
use crate::processes;

const MENU: &str = "
    insert into menu_versions (source, digest) values ('menu.csv', 'x');
    insert into menu_items (version, key, position, name, description, price, category, aliases, tags, available)
        values (1, 'latte', 1, 'Latte', '', 4.50, '', '{}', '{}', true)";
const MESSAGES: &str = "
    insert into messages (channel, external_id, text_hash, sent_at, state)
        select 'test', row_number() over (), '', now(), state
        from unnest('{ordered,ordered,enquiry,miscellaneous,review,received}'::text[]) state";

fn surroundings() -> Surroundings {
    Surroundings {
        settings_from: "defaults".to_owned(),
        cache: Part { description: "in process".to_owned(), trouble: None },
        embedding: Part { description: "static".to_owned(), trouble: None },
        llm: None,
        destinations: vec!["console".to_owned()],
    }
}

fn settings(database: &TestDatabase) -> Settings {
    Settings { data_dir: std::env::temp_dir(), ..database.settings() }
}

async fn examined(database: &TestDatabase) -> Vec<Check> {
    examine(&settings(database), &surroundings()).await
}

fn named<'a>(checks: &'a [Check], name: &str) -> &'a Check {
    checks.iter().find(|check| check.name == name).unwrap_or_else(|| panic!("{name} in {checks:#?}"))
}

#[tokio::test]
async fn a_shop_in_order_has_no_problems() {
    let database = harness::database().await;
    sqlx::raw_sql(MENU).execute(&database.pool).await.unwrap();
    sqlx::raw_sql(MESSAGES).execute(&database.pool).await.unwrap();
    let checks = examined(&database).await;
    let not_ok: Vec<&Check> = checks.iter().filter(|check| check.verdict != Verdict::Ok).collect();
    // The tests' own Postgres is not made to keep anything.
    assert!(not_ok.iter().all(|check| check.name == "durability"), "{not_ok:#?}");
    assert_eq!(
        named(&checks, "balance").finding,
        "received 6 = ordered 2 + enquiry 1 + miscellaneous 1 + review 1 + dead 0 + in flight 1, lost 0"
    );
    assert!(named(&checks, "menu").finding.starts_with("version 1: 1 items from menu.csv"));
}

/// What is done to a shop in order, the check that sees it, and its verdict, finding and remedy.
const PROBLEMS: [(&str, &str, Verdict, &str, &str); 17] = [
    ("delete from menu_items", "menu", Fail, "no menu", "chit menu import menu.csv"),
    ("update menu_items set price = null", "menu", Warn, "1 without a price", "chit menu check"),
    (
        "update messages set state = 'dead', reason = 'no vectors' where id = 3",
        "dead messages",
        Fail,
        "the last one is 3: no vectors",
        "chit dead retry",
    ),
    (
        "update messages set received_at = now() - interval '3 hours' where state = 'received'",
        "in flight",
        Warn,
        "the oldest for 3 h",
        "chit serve",
    ),
    (
        "update messages set state = 'claimed', lease_until = now() - interval '10 minutes' where id = 6",
        "in flight",
        Warn,
        "a worker stopped 10 min ago",
        "chit serve",
    ),
    (
        "insert into enquiries (message_id, kind, reason) values (6, 'question', '')",
        "balance",
        Fail,
        "belong to messages that are not finished",
        "chit backup",
    ),
    (
        "alter table messages drop constraint message_state_is_known;
             update messages set state = 'mislaid' where id < 3",
        "balance",
        Fail,
        "lost 2",
        "install the newest chit",
    ),
    (
        "insert into progress (name, watermark) values ('messages', 6)",
        "watermark",
        Warn,
        "message 6 below it",
        "chit messages why 6",
    ),
    (
        "update messages set state = 'ordered';
             insert into progress (name, watermark, updated_at)
                 values ('messages', 2, now() - interval '1 hour')",
        "watermark",
        Warn,
        "4 above it; it has not moved for 60 min",
        "chit serve",
    ),
    (
        "insert into outbox (cause, destination, error, created_at)
                 values ('order 1', 'console', 'refused', now() - interval '2 days')",
        "outbox",
        Warn,
        "1 to be sent, the oldest for 2 days to console: refused",
        "chit serve",
    ),
    (
        "insert into outbox (cause, destination, state, error) values ('a', 'console', 'dead', 'gone')",
        "dead notices",
        Fail,
        "1 to console (gone)",
        "chit dead retry",
    ),
    (
        "insert into destinations (name, stopped_at, stopped_reason) values ('console', now(), '404')",
        "destinations",
        Fail,
        "console stopped: 404",
        "new address",
    ),
    (
        "insert into outbox (cause, destination) values ('a', 'discord:orders')",
        "destinations",
        Warn,
        "1 notices wait for discord:orders",
        "chit config show",
    ),
    ("delete from _sqlx_migrations", "migrations", Warn, "not applied yet", "chit serve"),
    ("update _sqlx_migrations set checksum = ''", "migrations", Fail, "was another", "install"),
    (
        "update _sqlx_migrations set version = 99 + version",
        "migrations",
        Fail,
        "of a newer chit",
        "chit restore",
    ),
    ("drop table outbox", "dead notices", Fail, "can't be checked: count the dead notices", ""),
];

#[tokio::test]
async fn each_problem_is_seen_and_has_a_remedy() {
    for (trouble, check, verdict, finding, remedy) in PROBLEMS {
        let database = harness::database().await;
        for sql in [MENU, MESSAGES, trouble] {
            sqlx::raw_sql(sql).execute(&database.pool).await.unwrap();
        }
        let checks = examined(&database).await;
        let found = named(&checks, check);
        assert_eq!(found.verdict, verdict, "{trouble}: {found:?}");
        assert!(found.finding.contains(finding), "{trouble}: {found:?}");
        assert!(found.remedy.as_deref().unwrap_or_default().contains(remedy), "{trouble}: {found:?}");
    }
}

#[tokio::test]
async fn what_is_around_the_database_is_looked_at_too() {
    let database = harness::database().await;
    let good = settings(&database);
    let hung = Part {
        description: "memcached at localhost:11211".to_owned(),
        trouble: Some(Trouble { finding: "no answer".to_owned(), remedy: "restart memcached".to_owned() }),
    };
    let around = Surroundings { cache: hung, ..surroundings() };
    let checks = examine(&good, &around).await;
    assert_eq!(named(&checks, "cache").finding, "memcached at localhost:11211: no answer");

    let file = tempfile::NamedTempFile::new().unwrap();
    for (settings, check, finding) in [
        (Settings { timezone: Some("Mars/Base".to_owned()), ..good.clone() }, "settings", "Mars/Base"),
        (Settings { bind: "nowhere".to_owned(), ..good.clone() }, "settings", "nowhere"),
        (Settings { data_dir: file.path().join("x"), ..good.clone() }, "data directory", "is not a folder"),
        (
            Settings { database_url: Some("postgres://ann:hunter2@127.0.0.1:1/shop".into()), ..good.clone() },
            "postgres",
            "can't reach Postgres (shop at 127.0.0.1:1)",
        ),
    ] {
        let checks = examine(&settings, &surroundings()).await;
        let found = named(&checks, check);
        assert_eq!((found.verdict, worst(&checks)), (Verdict::Fail, Verdict::Fail), "{found:?}");
        assert!(found.finding.contains(finding), "{found:?}");
        assert!(!format!("{checks:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn a_look_at_nothing_makes_nothing() {
    let data = processes::data_dir();
    let data_dir = data.path().join("not-there");
    let settings = Settings { data_dir: data_dir.clone(), ..Settings::default() };
    let checks = examine(&settings, &surroundings()).await;
    assert_eq!(named(&checks, "postgres").verdict, Verdict::Warn);
    assert!(!data_dir.exists());
}

#[tokio::test]
async fn the_private_postgres_is_found_where_it_is() {
    let data = processes::data_dir();
    let settings = Settings { data_dir: data.path().to_path_buf(), ..Settings::default() };
    chit::db::open(&settings).await.unwrap().close().await;
    let checks = examine(&settings, &surroundings()).await;
    let place = data.path().join("postgres");
    assert!(named(&checks, "postgres").finding.contains(&place.display().to_string()), "{checks:#?}");
    assert_eq!(named(&checks, "durability").verdict, Verdict::Ok);
    processes::stops(&place);
}
