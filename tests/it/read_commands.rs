//! The commands that show what the database holds, on a small evening's work.

use sqlx::PgPool;

use crate::command_line::{Said, Shell};
use crate::harness::{TestDatabase, database};

/// Three messages: an order placed at 23:30 UTC, which is the next day in Vienna, an enquiry, and a
/// dead letter.
async fn evening() -> (TestDatabase, Shell) {
    let db = database().await;
    for sql in EVENING.split(";\n").filter(|sql| !sql.trim().is_empty()) {
        sqlx::query(sql).execute(&db.pool).await.unwrap();
    }
    let shell = Shell::new().with("DATABASE_URL", &db.url).with("CHIT_TIMEZONE", "Europe/Vienna");
    (db, shell)
}

const EVENING: &str = r#"
insert into messages (channel, external_id, text, text_hash, sent_at, received_at, state, reason, tries) values
    ('simulator', 'a', E'=2 lattes, one oat \x1b[31m', '', '2026-07-01T23:30Z', '2026-07-01T23:30Z', 'ordered', 'clear', 0),
    ('simulator', 'b', 'are you open?', '', '2026-07-01T20:00Z', '2026-07-01T20:00Z', 'enquiry', 'a question', 0),
    ('simulator', 'c', 'boom', '', '2026-07-01T20:01Z', '2026-07-01T20:01Z', 'dead', 'the stage panicked', 5);
insert into orders (id, message_id, business_day, number, state, reason, total, currency, menu_version,
                    customer_name, unplaced, unmatched, created_at) values
    ('0190a000-0000-7000-8000-000000000001', 1, '2026-07-02', 7, 'review', 'a word is left', 9.50, 'EUR', 1,
     'Gail', '{allergic}', '[{"text": "pork burger", "quantity": 1, "candidates": []}]', '2026-07-01T23:30:01Z');
insert into order_lines (order_id, position, item_key, item_name, quantity, options, notes, unit_price, text, score)
values ('0190a000-0000-7000-8000-000000000001', 0, 'latte', 'Latte (large)', 1,
        '[{"group": "milk", "option": "oat milk", "amount": "extra", "count": 1}]', '{very hot}', 5.00, 'one oat', 0.97),
       ('0190a000-0000-7000-8000-000000000001', 1, 'latte', 'Latte (large)', 1, '[]', '{}', 4.50, '=2 lattes', 0.98);
insert into enquiries (message_id, kind, reason) values (2, 'question', 'a question');
insert into traces (message_id, trace) values (1, '{"reading": null, "menu_version": 1, "stages": [
    {"stage": "match", "decision": "Latte", "score": 0.97, "runner_up": {"item": "Chai Latte", "score": 0.71},
     "reason": "exact name", "micros": 1250}]}');
insert into outbox (message_id, cause, destination, state, tries, error) values
    (1, 'order:1', 'console', 'sent', 1, null), (1, 'order:1', 'discord:orders', 'failed', 3, 'HTTP 503');
insert into controls (name, state) values ('listener', 'running');
insert into progress (name, watermark, horizon) values ('listener', 3, 3);
"#;

fn json(said: &Said) -> serde_json::Value {
    assert_eq!(said.code, 0, "{}", said.err);
    serde_json::from_str(&said.out).unwrap()
}

#[tokio::test]
async fn an_order_is_shown_with_what_a_cook_must_not_overlook() {
    let (_db, shell) = evening().await;
    let said = shell.chit("orders --state review");
    assert_eq!(said.code, 0, "{}", said.err);
    for part in [
        "7",
        "2026-07-02 01:30:01",
        "1 × Latte (large) (extra oat milk; very hot)",
        "Gail",
        "9.50 EUR",
        "a word is left; unplaced: allergic; not on the menu: pork burger",
    ] {
        assert!(said.out.contains(part), "{part}\n{}", said.out);
    }
    assert_eq!(shell.chit("orders --state placed").out, "");
    assert_eq!(json(&shell.chit("orders --day 2026-07-02 --format json")).as_array().unwrap().len(), 1);
    assert_eq!(json(&shell.chit("orders --day 2026-07-01 --format json")).as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn what_is_not_shown_is_said() {
    let (db, shell) = evening().await;
    let sql =
        "insert into enquiries (message_id, kind, reason) values (1, 'question', 'x'), (3, 'question', 'y')";
    sqlx::query(sql).execute(&db.pool).await.unwrap();
    let all = shell.chit("enquiries --limit 3 --format jsonl");
    assert_eq!((all.out.lines().count(), all.err.as_str()), (3, ""));
    let some = shell.chit("enquiries --limit 2 --format jsonl");
    assert_eq!(some.err, "only the newest 2 are shown: --limit shows more\n");
    assert_eq!(some.out.lines().collect::<Vec<_>>(), all.out.lines().skip(1).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_enquiry_is_shown_with_its_words() {
    let (_db, shell) = evening().await;
    let said = shell.chit("enquiries --state open");
    assert!(said.out.contains("are you open?"), "{}", said.out);
    assert_eq!(json(&shell.chit("enquiries --state answered --format json")).as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn the_trace_says_why_and_the_customer_can_not_steer_the_terminal() {
    let (_db, shell) = evening().await;
    let said = shell.chit("messages why 1");
    assert_eq!(said.code, 0, "{}", said.err);
    for part in [
        "=2 lattes, one oat",
        "order #7 (review)",
        "exact name",
        "0.97",
        "Chai Latte 0.71",
        "1.250",
        "discord:orders",
        "HTTP 503",
    ] {
        assert!(said.out.contains(part), "{part}\n{}", said.out);
    }
    assert!(!said.out.contains('\u{1b}'));
    let why = json(&shell.chit("messages why 1 --format json"));
    assert_eq!(why["trace"]["stages"][0]["micros"], 1250);
    assert_eq!(why["outbox"].as_array().unwrap().len(), 2);
    let missing = shell.chit("messages why 99");
    assert_eq!(missing.code, 1);
    assert!(missing.err.contains("there is no message 99"), "{}", missing.err);
}

#[tokio::test]
async fn a_dead_letter_can_be_tried_again() {
    let (db, shell) = evening().await;
    assert!(shell.chit("dead list").out.contains("the stage panicked"));
    let wrong = shell.chit("dead retry 1 3");
    assert_eq!(wrong.code, 3);
    assert_eq!(wrong.out, "1 message to be tried again\n");
    assert!(wrong.err.contains("no dead letters, left alone: 1\n"), "{}", wrong.err);
    assert!(wrong.err.contains("the stage panicked"), "the reason is kept in the log: {}", wrong.err);
    assert_eq!(state(&db.pool, 3).await, ("received".to_owned(), 0));
    assert_eq!(state(&db.pool, 1).await, ("ordered".to_owned(), 0));
    let watermark: i64 =
        sqlx::query_scalar("select watermark from progress").fetch_one(&db.pool).await.unwrap();
    assert_eq!(watermark, 2, "everything up to the watermark is finished");
    let none = shell.chit("dead retry --all");
    assert_eq!((none.code, none.out.as_str()), (0, "0 messages to be tried again\n"));
}

#[tokio::test]
async fn log_lines_can_be_read_by_a_program() {
    let (_db, shell) = evening().await;
    let said = shell.chit("--log-format json dead retry 3");
    let lines: Vec<serde_json::Value> =
        said.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let retry = lines.iter().find(|line| line["message"] == "retry a dead letter").unwrap();
    assert_eq!((&retry["message_id"], &retry["reason"]), (&3.into(), &"the stage panicked".into()));
}

#[tokio::test]
async fn a_dead_notice_can_be_tried_again() {
    let (db, shell) = evening().await;
    let sql = "update outbox set state = 'dead', payload = '{}' where destination = 'discord:orders'";
    sqlx::query(sql).execute(&db.pool).await.unwrap();
    assert!(shell.chit("dead list").err.contains("1 notice given up too: chit dead list --notices"));
    assert!(shell.chit("dead list --notices").out.contains("HTTP 503"));
    let some = shell.chit("dead retry --notices 1 2");
    assert_eq!((some.code, some.out.as_str()), (3, "1 notice to be tried again\n"), "{}", some.err);
    let states: Vec<String> =
        sqlx::query_scalar("select state from outbox order by id").fetch_all(&db.pool).await.unwrap();
    assert_eq!(states, ["sent", "pending"]);
}

async fn state(pool: &PgPool, id: i64) -> (String, i16) {
    sqlx::query_as("select state, tries from messages where id = $1").bind(id).fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn an_export_is_one_row_a_line_and_never_runs_in_a_spreadsheet() {
    let (_db, shell) = evening().await;
    let said = shell.chit("export orders --csv --day 2026-07-02");
    let mut csv = csv::Reader::from_reader(said.out.as_bytes());
    let headers = csv.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    let cell = |row: usize, name: &str| &rows[row][headers.iter().position(|header| header == name).unwrap()];
    assert_eq!(rows.len(), 2);
    assert_eq!(cell(0, "time"), "2026-07-02T01:30:01+02:00");
    assert_eq!(cell(0, "options_and_notes"), "extra oat milk; very hot");
    assert_eq!(cell(1, "customer_words"), "'=2 lattes");
    assert_eq!(cell(1, "not_on_menu"), "pork burger");
    let messages = shell.chit("export messages --csv --day 2026-07-01").out;
    assert_eq!(messages.lines().count(), 3, "the order's message arrived on the 2nd in Vienna:\n{messages}");
    assert!(messages.find("are you open?") < messages.find("boom"), "{messages}");
}

#[tokio::test]
async fn an_export_overwrites_nothing() {
    let (_db, shell) = evening().await;
    assert_eq!(shell.chit("export enquiries --csv --output out.csv").code, 0);
    let first = std::fs::read_to_string(shell.folder().join("out.csv")).unwrap();
    assert!(first.contains("are you open?"));
    let again = shell.chit("export messages --csv --output out.csv");
    assert_eq!(again.code, 1);
    assert!(again.err.contains("out.csv: remove it or name another file"), "{}", again.err);
    assert_eq!(std::fs::read_to_string(shell.folder().join("out.csv")).unwrap(), first);
    assert_eq!(std::fs::read_dir(shell.folder()).unwrap().count(), 1, "nothing half-made is left");
}

#[tokio::test]
async fn a_move_names_the_state_it_starts_from() {
    let (_db, shell) = evening().await;
    let table = [
        ("listener resume", 0, "", "listener is running: nothing changed\n"),
        ("listener pause", 0, "listener: paused\n", ""),
        ("listener pause", 0, "", "listener is paused: nothing changed\n"),
        ("listener status", 0, "listener: paused\n", ""),
        ("listener stop", 0, "listener: stopped\n", ""),
        ("listener resume", 1, "", "listener is stopped: nothing changed\n"),
        ("simulation status", 0, "simulation: stopped\n", ""),
        ("simulation pause", 1, "", "simulation is stopped: nothing changed\n"),
    ];
    for (arguments, code, out, err) in table {
        let said = shell.chit(&format!("control {arguments}"));
        assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (code, out, err), "{arguments}");
    }
}

#[tokio::test]
async fn every_state_that_the_database_knows_can_be_asked_for() {
    let (db, shell) = evening().await;
    for (command, check) in [("orders", "order_state_is_known"), ("enquiries", "enquiry_state_is_known")] {
        let sql = "select pg_get_constraintdef(oid) from pg_constraint where conname = $1";
        let check: String = sqlx::query_scalar(sql).bind(check).fetch_one(&db.pool).await.unwrap();
        let help = shell.chit(&format!("{command} --help")).out;
        let states: Vec<&str> = check.split('\'').skip(1).step_by(2).collect();
        assert!(states.len() > 2, "{check}");
        for state in states {
            assert!(help.contains(&format!("- {state}:")), "{command} --state {state}");
        }
    }
}

#[tokio::test]
async fn a_stopped_destination_is_shown_with_its_reason_and_can_be_started_again() {
    let (database, shell) = evening().await;
    let stop = "insert into destinations (name, stopped_at, stopped_for, stopped_reason) \
                values ('discord:orders', now(), 'abc', 'the webhook is gone')";
    sqlx::query(stop).execute(&database.pool).await.unwrap();
    let listed = json(&shell.chit("destinations list --format json"));
    let discord =
        listed.as_array().unwrap().iter().find(|row| row["destination"] == "discord:orders").unwrap();
    assert_eq!((&discord["waiting"], &discord["stopped"]), (&1.into(), &"the webhook is gone".into()));
    assert_eq!(shell.chit("destinations start discord:orders").code, 0);
    let again = shell.chit("destinations start discord:orders");
    assert_eq!(again.code, 1);
    assert!(again.err.contains("nothing changed"), "{}", again.err);
}
