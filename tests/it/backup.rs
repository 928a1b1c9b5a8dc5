//! Backups: whole or not there at all, and put back the same way.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use chit::backup::{Manifest, Restored, back_up, restore};
use chit::config::Settings;
use chit::db::{self, Db};
use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tempfile::TempDir;

use crate::balance;
use crate::harness::{self, TestDatabase};
use crate::outbox::bench::{Running, file, save_titles, wait_until_all_sent};
use crate::processes;

const FILLING: &str = "
    insert into contacts (channel, address, name) values ('test', 'ann', 'Ann'), ('test', 'bob', null);
    insert into messages (channel, external_id, contact_id, text, text_hash, sent_at, state)
        select 'test', n::text, 1, 'Zwei Lattes, bitte \u{1F600} #' || n, '\\x00', now(), 'enquiry'
        from generate_series(1, 2000) n;
    insert into enquiries (message_id, kind, reason) select id, 'question', 'asked' from messages;
    insert into destinations (name) values ('console')";

/// A restaurant: a database and a data directory.
struct Shop {
    database: TestDatabase,
    data: TempDir,
}

impl Shop {
    async fn empty() -> Self {
        Self { database: harness::database().await, data: tempfile::tempdir().unwrap() }
    }

    async fn filled() -> Self {
        let shop = Self::empty().await;
        sqlx::raw_sql(FILLING).execute(&shop.database.pool).await.unwrap();
        fs::write(shop.miscellaneous(), "{\"id\":1}\n{\"id\":2}\n{\"id\":3").unwrap();
        shop
    }

    fn settings(&self) -> Settings {
        Settings { data_dir: self.data.path().to_path_buf(), ..self.database.settings() }
    }

    fn miscellaneous(&self) -> PathBuf {
        self.data.path().join("miscellaneous.jsonl")
    }

    async fn backs_up(&self, file: &Path, force: bool) -> Result<Manifest> {
        let db = db::open(&self.settings()).await.unwrap();
        let done = back_up(&db, &self.settings(), file, force, noon(), &|_| {}).await;
        db.close().await;
        done
    }

    async fn restores(&self, file: &Path, force: bool) -> Result<Restored> {
        let db: Db = db::connect(&self.settings()).await.unwrap();
        let done = restore(&db, &self.settings(), file, force, noon(), &|_| {}).await;
        db.close().await;
        done
    }

    /// Everything in the database, in the order of the columns.
    async fn content(&self) -> Vec<String> {
        content(&self.database.pool).await
    }
}

async fn content(pool: &PgPool) -> Vec<String> {
    let all = "select m::text from messages m union all select c::text from contacts c
               union all select e::text from enquiries e union all select d::text from destinations d";
    sqlx::query_scalar(all).fetch_all(pool).await.unwrap()
}

fn noon() -> DateTime<Utc> {
    "2026-05-04T12:00:00Z".parse().unwrap()
}

fn leftovers(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[tokio::test]
async fn everything_comes_back_into_an_empty_shop() {
    let (old, new, usb) = (Shop::filled().await, Shop::empty().await, tempfile::tempdir().unwrap());
    let file = usb.path().join("chit.tar");
    let manifest = old.backs_up(&file, false).await.unwrap();
    assert_eq!(manifest.rows["messages"], 2000);
    assert_eq!(leftovers(usb.path()), ["chit.tar"]);
    let restored = new.restores(&file, false).await.unwrap();
    assert_eq!(restored.manifest, manifest);
    assert_eq!(new.content().await, old.content().await);
    // The line that was being written when the backup was taken is not a whole one.
    assert_eq!(fs::read_to_string(new.miscellaneous()).unwrap(), "{\"id\":1}\n{\"id\":2}\n");
    // Numbers go on where they were.
    let id = "insert into contacts (channel, address) values ('test', 'cleo') returning id";
    assert_eq!(sqlx::query_scalar::<_, i64>(id).fetch_one(&new.database.pool).await.unwrap(), 3);
    assert_eq!(leftovers(new.data.path()), ["miscellaneous.jsonl"]);
}

#[tokio::test]
async fn a_backup_shows_one_moment_while_messages_arrive() {
    let (old, new, usb) = (Shop::filled().await, Shop::empty().await, tempfile::tempdir().unwrap());
    let file = usb.path().join("chit.tar");
    let pool = old.database.pool.clone();
    let arriving = tokio::spawn(async move {
        for n in 0.. {
            let insert = "with m as (insert into messages (channel, external_id, text_hash, sent_at)
                values ('late', $1, '', now()) returning id)
                insert into enquiries (message_id, kind, reason) select id, 'question', '' from m";
            if sqlx::query(insert).bind(n.to_string()).execute(&pool).await.is_err() {
                return;
            }
        }
    });
    let manifest = old.backs_up(&file, false).await.unwrap();
    arriving.abort();
    assert_eq!(manifest.rows["messages"], manifest.rows["enquiries"]);
    new.restores(&file, false).await.unwrap();
    let count = "select count(*) from messages";
    let messages: i64 = sqlx::query_scalar(count).fetch_one(&new.database.pool).await.unwrap();
    assert_eq!(messages, manifest.rows["messages"]);
}

#[tokio::test]
async fn nothing_is_replaced_without_force() {
    let (shop, other, usb) = (Shop::filled().await, Shop::filled().await, tempfile::tempdir().unwrap());
    let file = usb.path().join("chit.tar");
    shop.backs_up(&file, false).await.unwrap();
    let refused = shop.backs_up(&file, false).await.unwrap_err().to_string();
    assert!(refused.contains("--force"), "{refused}");
    sqlx::raw_sql("delete from enquiries").execute(&other.database.pool).await.unwrap();
    let before = other.content().await;
    let refused = other.restores(&file, false).await.unwrap_err().to_string();
    assert!(refused.contains("contacts (2 rows)") && refused.contains("--force"), "{refused}");
    assert_eq!(other.content().await, before);

    shop.backs_up(&file, true).await.unwrap();
    let restored = other.restores(&file, true).await.unwrap();
    assert_eq!(other.content().await, shop.content().await);
    let aside = restored.set_aside.expect("there was a file");
    assert_eq!(fs::read_to_string(aside).unwrap(), "{\"id\":1}\n{\"id\":2}\n{\"id\":3");
}

#[tokio::test]
async fn after_a_restore_nothing_is_missing_from_a_file_that_stayed_and_nothing_stands_in_it_twice() {
    let (shop, usb) = (Shop::empty().await, tempfile::tempdir().unwrap());
    let (pool, notices) = (&shop.database.pool, shop.data.path().join("notices.jsonl"));
    let send = || async {
        let running = Running::start(pool, vec![file("file", &notices)]);
        wait_until_all_sent(pool).await;
        running.stop().await;
    };
    save_titles(pool, "file", &["one"]).await;
    send().await;
    save_titles(pool, "file", &["waits"]).await;
    let backup = usb.path().join("chit.tar");
    shop.backs_up(&backup, false).await.unwrap();
    save_titles(pool, "file", &["after the backup"]).await;
    send().await;

    shop.restores(&backup, true).await.unwrap();
    save_titles(pool, "file", &["with an id that was used before"]).await;
    send().await;
    let lines = balance::lines_of(&notices);
    let told: Vec<_> = lines.iter().map(|line| (line["id"].as_i64().unwrap(), &line["title"])).collect();
    let expected =
        [(1, "one"), (2, "waits"), (3, "after the backup"), (3, "with an id that was used before")];
    assert!(told.iter().map(|(id, title)| (*id, title.as_str().unwrap())).eq(expected), "{told:?}");
}

#[tokio::test]
async fn a_damaged_backup_changes_nothing() {
    let (shop, usb) = (Shop::filled().await, tempfile::tempdir().unwrap());
    let file = usb.path().join("chit.tar");
    shop.backs_up(&file, false).await.unwrap();
    let whole = fs::read(&file).unwrap();
    let before = shop.content().await;
    let dump = whole.windows(5).position(|bytes| bytes == b"PGDMP").unwrap();
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let replaced = |from: &str, to: &str| {
        let at = whole.windows(from.len()).position(|bytes| bytes == from.as_bytes()).unwrap();
        [&whole[..at], to.as_bytes(), &whole[at + from.len()..]].concat()
    };
    let migrations = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")).unwrap().count();
    let schema = |version: usize| format!("\"schema_version\": {version}");
    for (damage, bytes, expected) in [
        ("a flipped bit", flipped(dump + 4000), "digest"),
        ("the end is missing", whole[..whole.len() / 2].to_vec(), "cut short"),
        ("the dump alone", whole[dump..].to_vec(), "not a whole backup"),
        ("nothing", Vec::new(), "not a whole backup"),
        ("a later format", replaced("\"format\": 1", "\"format\": 9"), "format"),
        (
            "a name that leads elsewhere",
            replaced("\"database.dump\"", "\"../../../x.yz\""),
            "not part of a backup",
        ),
        ("a later schema", replaced(&schema(migrations), &schema(9)), "does not know"),
        ("another count", replaced("\"messages\": 2000", "\"messages\": 2001"), "2000 rows instead of 2001"),
    ] {
        fs::write(&file, bytes).unwrap();
        let error = format!("{:#}", shop.restores(&file, true).await.unwrap_err());
        assert!(error.contains(expected), "{damage}: {error}");
        assert_eq!(shop.content().await, before, "{damage}");
        assert_eq!(leftovers(shop.data.path()), ["miscellaneous.jsonl"], "{damage}");
    }
}

#[tokio::test]
async fn a_restore_waits_for_no_chit_that_is_at_work() {
    let (shop, usb) = (Shop::filled().await, tempfile::tempdir().unwrap());
    let file = usb.path().join("chit.tar");
    shop.backs_up(&file, false).await.unwrap();
    let at_work = db::open(&shop.settings()).await.unwrap();
    sqlx::query("select 1").execute(&at_work.pool).await.unwrap();
    let refused = shop.restores(&file, true).await.unwrap_err().to_string();
    assert!(refused.contains("another chit uses this database"), "{refused}");
    at_work.close().await;
    shop.restores(&file, true).await.unwrap();
}

#[tokio::test]
async fn the_private_postgres_is_backed_up_and_restored_too() {
    let (old, usb, data) = (Shop::filled().await, tempfile::tempdir().unwrap(), processes::data_dir());
    let file = usb.path().join("chit.tar");
    old.backs_up(&file, false).await.unwrap();
    let settings = Settings { data_dir: data.path().to_path_buf(), ..Settings::default() };
    let db = db::connect(&settings).await.unwrap();
    restore(&db, &settings, &file, false, noon(), &|_| {}).await.unwrap();
    assert_eq!(content(&db.pool).await, old.content().await);
    back_up(&db, &settings, &file, true, noon(), &|_| {}).await.unwrap();
    db.close().await;
    processes::stops(&data.path().join("postgres"));
}

#[tokio::test]
async fn a_backup_that_fails_leaves_no_file_behind() {
    let (shop, usb) = (Shop::filled().await, tempfile::tempdir().unwrap());
    let file = usb.path().join("chit.tar");
    fs::write(&file, "an older one").unwrap();
    let mut settings = shop.settings();
    // A folder where the file of miscellaneous messages should be can't be read.
    fs::remove_file(shop.miscellaneous()).unwrap();
    fs::create_dir(shop.miscellaneous()).unwrap();
    settings.data_dir = shop.data.path().to_path_buf();
    let db = db::open(&settings).await.unwrap();
    back_up(&db, &settings, &file, true, noon(), &|_| {}).await.unwrap_err();
    assert_eq!(leftovers(usb.path()), ["chit.tar"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "an older one");
}
