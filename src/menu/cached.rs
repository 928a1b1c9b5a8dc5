//! Rows of the current menu through the cache: `chit:<version>:<key>` holds `name|description|price`,
//! `chit:<version>` the list of keys. Postgres is the truth: what the cache says counts only if its
//! digest is that of the row in the version this process holds.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};
use rust_decimal::Decimal;
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::PgPool;

use super::Menu;
use crate::cache::Cache;

/// What the kitchen and the customer need to know of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuRow {
    /// The key of the item.
    pub key: String,
    /// As the owner writes it.
    pub name: String,
    /// What is in it; may be empty.
    pub description: String,
    /// In the configured currency, two decimals.
    pub price: Option<Decimal>,
}

/// How the cache has done since the process began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CacheCounts {
    /// Entries found and right.
    pub hits: u64,
    /// Entries that were not there, or could not be asked for.
    pub misses: u64,
    /// Entries that were there and wrong; they were dropped and written anew.
    pub poisoned: u64,
    /// Calls that got no answer in time.
    pub unreachable: u64,
}

/// The rows of one version of the menu. Cheap to clone.
#[derive(Clone, Debug)]
pub struct MenuCache {
    cache: Arc<Cache>,
    pool: PgPool,
    counters: Arc<Counters>,
    expected: Arc<Expected>,
}

#[derive(Debug, Default)]
struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
    poisoned: AtomicU64,
}

#[derive(Debug)]
struct Expected {
    version: i64,
    keys: Sha,
    rows: HashMap<String, Sha>,
}

type Sha = [u8; 32];

impl MenuCache {
    /// `menu` was loaded from Postgres.
    pub fn new(cache: Cache, pool: PgPool, menu: &Menu) -> Self {
        let (cache, counters) = (Arc::new(cache), Arc::default());
        Self { cache, pool, counters, expected: Arc::new(Expected::new(menu)) }
    }

    /// The same cache and counters for another version of the menu.
    pub fn with_menu(&self, menu: &Menu) -> Self {
        Self { expected: Arc::new(Expected::new(menu)), ..self.clone() }
    }

    /// The version whose rows these are.
    pub fn version(&self) -> i64 {
        self.expected.version
    }

    /// The row of each key, in the order asked; keys that this version does not have are left out.
    /// Only Postgres can make it fail.
    pub async fn rows(&self, keys: &[String]) -> Result<Vec<MenuRow>> {
        let mut asked = HashSet::new();
        let known: Vec<&String> =
            keys.iter().filter(|key| self.expected.rows.contains_key(*key) && asked.insert(*key)).collect();
        let addresses: Vec<String> = known.iter().map(|key| self.address(key)).collect();
        let mut found = self.cache.get_many(&addresses).await;
        let mut rows = HashMap::new();
        let mut missing = Vec::new();
        for (key, address) in known.iter().zip(addresses) {
            let right = self.expected.rows.get(*key).and_then(|sha| self.right(found.remove(&address), sha));
            match right.and_then(|value| decode(key, &value)) {
                Some(row) => _ = rows.insert((*key).clone(), row),
                None => missing.push((*key).clone()),
            }
        }
        for row in self.read_through(&missing).await? {
            rows.insert(row.key.clone(), row);
        }
        Ok(keys.iter().filter_map(|key| rows.get(key).cloned()).collect())
    }

    /// The keys of the version, in the order of the menu. Only Postgres can make it fail.
    pub async fn keys(&self) -> Result<Vec<String>> {
        let address = self.list_address();
        let found = self.cache.get_many(std::slice::from_ref(&address)).await.remove(&address);
        if let Some(list) = self.right(found, &self.expected.keys) {
            return Ok(list.lines().map(str::to_owned).collect());
        }
        let keys = sqlx::query_scalar!(
            "select key from menu_items where version = $1 order by position",
            self.expected.version
        )
        .fetch_all(&self.pool)
        .await
        .context("load the keys of the menu")?;
        self.cache.set_many(&[(address, keys.join("\n"))]).await;
        Ok(keys)
    }

    /// Sees to it that the cache holds every row and the list of keys.
    pub async fn warm(&self) -> Result<()> {
        self.rows(&self.keys().await?).await.map(drop)
    }

    /// How the cache has done since the process began.
    pub fn counts(&self) -> CacheCounts {
        let Counters { hits, misses, poisoned } = &*self.counters;
        CacheCounts {
            hits: hits.load(Ordering::Relaxed),
            misses: misses.load(Ordering::Relaxed),
            poisoned: poisoned.load(Ordering::Relaxed),
            unreachable: self.cache.unreachable(),
        }
    }

    /// The cache behind, to describe or probe it.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// The value, if there is one and it is the one expected.
    fn right(&self, found: Option<Vec<u8>>, expected: &Sha) -> Option<String> {
        let Some(value) = found else {
            self.counters.misses.fetch_add(1, Ordering::Relaxed);
            return None;
        };
        if sha(&value) == *expected
            && let Ok(value) = String::from_utf8(value)
        {
            self.counters.hits.fetch_add(1, Ordering::Relaxed);
            return Some(value);
        }
        self.counters.poisoned.fetch_add(1, Ordering::Relaxed);
        None
    }

    async fn read_through(&self, keys: &[String]) -> Result<Vec<MenuRow>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query_as!(
            MenuRow,
            "select key, name, description, price from menu_items where version = $1 and key = any($2)",
            self.expected.version,
            keys
        )
        .fetch_all(&self.pool)
        .await
        .context("load rows of the menu")?;
        let entries: Vec<_> = rows
            .iter()
            .map(|row| (self.address(&row.key), encode(&row.name, &row.description, row.price)))
            .collect();
        self.cache.set_many(&entries).await;
        Ok(rows)
    }

    fn address(&self, key: &str) -> String {
        format!("{}:{key}", self.list_address())
    }

    fn list_address(&self) -> String {
        format!("chit:{}", self.expected.version)
    }
}

impl Expected {
    fn new(menu: &Menu) -> Self {
        let keys: Vec<&str> = menu.items.iter().map(|item| item.key.as_str()).collect();
        let row = |item: &super::MenuItem| sha(encode(&item.name, &item.description, item.price).as_bytes());
        Self {
            version: menu.version,
            keys: sha(keys.join("\n").as_bytes()),
            rows: menu.items.iter().map(|item| (item.key.clone(), row(item))).collect(),
        }
    }
}

fn sha(value: &[u8]) -> Sha {
    Sha256::digest(value).into()
}

/// `name|description|price`; a `|` or `\` inside is written with a `\` before it, a missing price is
/// empty.
fn encode(name: &str, description: &str, price: Option<Decimal>) -> String {
    let escape = |text: &str| text.replace('\\', r"\\").replace('|', r"\|");
    let price = price.map_or_else(String::new, |price| format!("{price:.2}"));
    format!("{}|{}|{price}", escape(name), escape(description))
}

fn decode(key: &str, value: &str) -> Option<MenuRow> {
    let mut fields = vec![String::new()];
    let mut characters = value.chars();
    while let Some(c) = characters.next() {
        match c {
            '|' => fields.push(String::new()),
            '\\' => fields.last_mut()?.push(characters.next()?),
            other => fields.last_mut()?.push(other),
        }
    }
    let [name, description, price] = <[String; 3]>::try_from(fields).ok()?;
    let price = if price.is_empty() { None } else { Some(price.parse().ok()?) };
    Some(MenuRow { key: key.to_owned(), name, description, price })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_written_as_name_description_price() {
        let price = |text: &str| Some(text.parse().unwrap());
        let table = [
            ("Kombucha", "Ginger", price("4.2"), "Kombucha|Ginger|4.20"),
            ("Tea", "", None, "Tea||"),
            ("Fish | Chips", "a\\b\nc", price("0"), "Fish \\| Chips|a\\\\b\nc|0.00"),
        ];
        for (name, description, price, value) in table {
            assert_eq!(encode(name, description, price), value);
        }
        for broken in ["", "Tea", "Tea|", "Tea||2.00|", "Tea||two", "Tea||\\"] {
            assert_eq!(decode("tea", broken), None, "{broken:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_row_comes_back_as_it_went(name in "\\PC*", description in ".*", cents in 0..10_000_000i64) {
            let price = (cents % 7 != 0).then(|| Decimal::new(cents, 2));
            let row = MenuRow { key: "k".to_owned(), name, description, price };
            let value = encode(&row.name, &row.description, row.price);
            proptest::prop_assert_eq!(decode("k", &value), Some(row));
        }
    }
}
