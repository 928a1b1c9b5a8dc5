//! Menu rows through the cache: whatever happens to memcached, the same rows in bounded time.

use std::path::Path;
use std::time::{Duration, Instant};

use chit::cache::Cache;
use chit::menu::{self, Menu, MenuCache, MenuRow};

use crate::harness::{self, TestDatabase as Database};
use crate::memcached::Memcached;

/// Longer than the deadline of one call and the read from Postgres, on a busy machine.
const SOON: Duration = Duration::from_secs(2);

struct Shop {
    db: Database,
    menu: Menu,
    rows: MenuCache,
}

impl Shop {
    async fn open(memcached_url: Option<&str>) -> Self {
        let db = harness::database().await;
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let menu = menu::ensure(&db.pool, &root.join("menu.csv"), &root.join("modifiers.csv")).await.unwrap();
        let rows = MenuCache::new(Cache::open(memcached_url).unwrap(), db.pool.clone(), &menu);
        Self { db, menu, rows }
    }

    fn expected(&self) -> Vec<MenuRow> {
        let row = |item: &menu::MenuItem| MenuRow {
            key: item.key.clone(),
            name: item.name.clone(),
            description: item.description.clone(),
            price: item.price,
        };
        self.menu.items.iter().map(row).collect()
    }

    fn keys(&self) -> Vec<String> {
        self.menu.items.iter().map(|item| item.key.clone()).collect()
    }

    /// Reads everything, checks that it is right, and returns how long the rows took.
    async fn reads_right(&self) -> Duration {
        let begun = Instant::now();
        assert_eq!(self.rows.rows(&self.keys()).await.unwrap(), self.expected());
        let took = begun.elapsed();
        assert!(took < SOON, "{took:?}");
        assert_eq!(self.rows.keys().await.unwrap(), self.keys());
        took
    }

    /// Reads until a whole round came out of the cache: after a failure it is left alone for a while.
    async fn is_served_from_the_cache_again(&self) {
        let begun = Instant::now();
        loop {
            let before = self.rows.counts();
            self.reads_right().await;
            let after = self.rows.counts();
            if after.hits - before.hits == self.keys().len() as u64 + 1 {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "never served again: {after:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn address(&self, key: &str) -> String {
        format!("chit:{}:{key}", self.menu.version)
    }
}

#[tokio::test]
async fn rows_come_from_the_cache_once_they_were_read() {
    let shop = Shop::open(None).await;
    let all = shop.keys().len() as u64;
    shop.reads_right().await;
    assert_eq!((shop.rows.counts().hits, shop.rows.counts().misses), (0, all + 1));
    shop.reads_right().await;
    assert_eq!((shop.rows.counts().hits, shop.rows.counts().misses), (all + 1, all + 1));

    let asked = ["kombucha", "pork_burger", "edamame", "kombucha"].map(str::to_owned);
    let names: Vec<_> = shop.rows.rows(&asked).await.unwrap().into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["Kombucha", "Edamame", "Kombucha"]);
    assert!(shop.rows.rows(&[]).await.unwrap().is_empty());
    assert_eq!(shop.rows.cache().describe(), "in this process");
}

#[tokio::test]
async fn memcached_holds_readable_rows_for_sixty_days() {
    let Some(memcached) = Memcached::start() else { return };
    let shop = Shop::open(Some(&memcached.url())).await;
    shop.rows.warm().await.unwrap();
    shop.is_served_from_the_cache_again().await;
    let kombucha = shop.address("kombucha");
    assert_eq!(memcached.get(&kombucha).unwrap(), "Kombucha|Ginger and lemon, brewed in-house|4.20");
    assert_eq!(memcached.get(&format!("chit:{}", shop.menu.version)).unwrap(), shop.keys().join("\n"));
    let days = memcached.seconds_left(&kombucha).unwrap() as f64 / 86_400.0;
    assert!((59.9..=60.1).contains(&days), "{days}");
    assert!(shop.rows.cache().probe().await.unwrap() < SOON);
    assert!(memcached.url().ends_with(shop.rows.cache().describe().trim_start_matches("memcached at ")));
}

#[tokio::test]
async fn an_emptied_memcached_is_filled_again() {
    let Some(memcached) = Memcached::start() else { return };
    let shop = Shop::open(Some(&memcached.url())).await;
    shop.is_served_from_the_cache_again().await;
    memcached.empty();
    let before = shop.rows.counts();
    shop.reads_right().await;
    assert!(shop.rows.counts().misses > before.misses);
    shop.is_served_from_the_cache_again().await;
}

#[tokio::test]
async fn poison_is_dropped_counted_and_written_anew() {
    let Some(memcached) = Memcached::start() else { return };
    let shop = Shop::open(Some(&memcached.url())).await;
    shop.is_served_from_the_cache_again().await;
    let poison: [(&str, &[u8]); 7] = [
        ("kombucha", b"Kombucha|Ginger and lemon, brewed in-house|0.01"),
        ("edamame", b"Kombucha|Ginger and lemon, brewed in-house|4.20"),
        ("side_slaw", b"\xff\xfe\x00garbage"),
        ("fruit_bowl", b"Fruit Bowl|What the season gives|4.90|"),
        ("mango_lassi", b"|||"),
        ("falafel_wrap", b"Falafel Wrap|Falafel, hummus, pickled cabbage, tahini|"),
        ("greek_salad", b"ignore all rules\r\nEND\r\nVALUE x 0 1\r\n"),
    ];
    for (key, value) in poison {
        memcached.put(&shop.address(key), value);
    }
    memcached.put(&format!("chit:{}", shop.menu.version), b"kombucha\npork_burger");
    let before = shop.rows.counts().poisoned;
    shop.is_served_from_the_cache_again().await;
    assert!(shop.rows.counts().poisoned > before + poison.len() as u64);
    assert!(memcached.get(&shop.address("kombucha")).unwrap().ends_with("|4.20"));
}

#[tokio::test]
async fn a_hung_memcached_costs_one_deadline_and_then_nothing() {
    let Some(memcached) = Memcached::start() else { return };
    let shop = Shop::open(Some(&memcached.url())).await;
    shop.is_served_from_the_cache_again().await;
    let before = shop.rows.counts().unreachable;
    memcached.hang();
    let begun = Instant::now();
    for _ in 0..50 {
        shop.reads_right().await;
    }
    let (took, waits) = (begun.elapsed(), shop.rows.counts().unreachable - before);
    assert!(waits >= 1 && waits <= 1 + took.as_secs(), "{waits} waits in {took:?}");
    assert!(shop.rows.cache().probe().await.is_err());
    memcached.go_on();
    shop.is_served_from_the_cache_again().await;
}

#[tokio::test]
async fn a_killed_memcached_is_missed_and_found_again() {
    let Some(mut memcached) = Memcached::start() else { return };
    let shop = Shop::open(Some(&memcached.url())).await;
    shop.is_served_from_the_cache_again().await;
    memcached.kill();
    for _ in 0..20 {
        shop.reads_right().await;
    }
    assert!(shop.rows.counts().unreachable > 0);
    let said = format!("{:#}", shop.rows.cache().probe().await.unwrap_err());
    assert!(said.contains("127.0.0.1") && said.contains("MEMCACHED_URL"), "{said}");
    memcached.start_again();
    shop.is_served_from_the_cache_again().await;
}

#[tokio::test]
async fn a_service_starts_without_its_memcached() {
    for url in ["memcache://127.0.0.1:1", "memcache://no-such-host.invalid:11211"] {
        let shop = Shop::open(Some(url)).await;
        shop.rows.warm().await.unwrap();
        shop.reads_right().await;
        assert_eq!(shop.rows.counts().hits, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn trouble_of_every_kind_in_mid_run_changes_no_row() {
    let Some(mut memcached) = Memcached::start() else { return };
    let shop = Shop::open(Some(&memcached.url())).await;
    let done = tokio_util::sync::CancellationToken::new();
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (rows, keys, expected, done) =
                (shop.rows.clone(), shop.keys(), shop.expected(), done.clone());
            tokio::spawn(async move {
                let mut slowest = Duration::ZERO;
                while !done.is_cancelled() {
                    let begun = Instant::now();
                    assert_eq!(rows.rows(&keys).await.unwrap(), expected);
                    slowest = slowest.max(begun.elapsed());
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                slowest
            })
        })
        .collect();
    for round in 0..3 {
        let keys = shop.keys();
        for (key, other) in keys.iter().zip(keys.iter().skip(1)) {
            let value = memcached.get(&shop.address(other)).unwrap_or_else(|| "Lie|Lie|0.00".to_owned());
            memcached.put(&shop.address(key), value.as_bytes());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        memcached.empty();
        memcached.hang();
        tokio::time::sleep(Duration::from_millis(100)).await;
        memcached.go_on();
        if round == 1 {
            memcached.kill();
            tokio::time::sleep(Duration::from_millis(100)).await;
            memcached.start_again();
        }
        tokio::time::sleep(Duration::from_millis(2500)).await;
    }
    done.cancel();
    for reader in readers {
        let slowest = reader.await.unwrap();
        assert!(slowest < SOON, "{slowest:?}");
    }
    shop.is_served_from_the_cache_again().await;
    let counts = shop.rows.counts();
    assert!(counts.unreachable > 0 && counts.poisoned > 0, "{counts:?}");
}

#[tokio::test]
async fn an_older_version_in_the_cache_is_never_read_for_the_new_one() {
    let Some(memcached) = Memcached::start() else { return };
    let mut shop = Shop::open(Some(&memcached.url())).await;
    shop.is_served_from_the_cache_again().await;
    let mut next = shop.menu.clone();
    next.items.iter_mut().for_each(|item| item.price = Some("1.00".parse().unwrap()));
    menu::import(&shop.db.pool, &next, "dearer.csv").await.unwrap();
    let old = shop.rows.clone();
    shop.menu = menu::current(&shop.db.pool).await.unwrap().unwrap();
    shop.rows = old.with_menu(&shop.menu);
    shop.is_served_from_the_cache_again().await;
    let still = old.rows(&["kombucha".to_owned()]).await.unwrap();
    assert_eq!(still[0].price, Some("4.20".parse().unwrap()), "work begun with the old version ends with it");
    assert_eq!(old.counts(), shop.rows.counts(), "one set of counters");
}

#[tokio::test]
async fn names_of_any_length_and_script_are_cached_and_what_is_too_big_is_read() {
    let Some(memcached) = Memcached::start() else { return };
    let mut shop = Shop::open(Some(&memcached.url())).await;
    let mut menu = shop.menu.clone();
    let names = ["寿司".to_owned(), "ß".repeat(300), "x".repeat(300), "Crème | brûlée \\".to_owned()];
    for (item, name) in menu.items.iter_mut().zip(names) {
        item.key = menu::slug(&name);
        item.name = name;
    }
    menu::import(&shop.db.pool, &menu, "odd.csv").await.unwrap();
    shop.menu = menu::current(&shop.db.pool).await.unwrap().unwrap();
    shop.rows = shop.rows.with_menu(&shop.menu);
    shop.is_served_from_the_cache_again().await;

    menu.items[4].description = "very long ".repeat(200_000);
    menu::import(&shop.db.pool, &menu, "long.csv").await.unwrap();
    shop.menu = menu::current(&shop.db.pool).await.unwrap().unwrap();
    shop.rows = shop.rows.with_menu(&shop.menu);
    for _ in 0..5 {
        shop.reads_right().await;
    }
    assert!(shop.rows.counts().hits > 0);
}
