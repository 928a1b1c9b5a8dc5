//! A place for text that can be made again: memcached when an address is given, this process otherwise.
//! It may forget anything at any time, answer late or hold what somebody else wrote: whoever reads
//! checks what comes back, and nothing fails because of it.

mod expiry;
mod in_process;
mod memcached;

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Result;

pub use in_process::InProcess;
pub use memcached::Memcached;

/// How long an entry is kept.
const KEPT: Duration = Duration::from_secs(60 * 24 * 60 * 60);

/// Where entries are kept.
#[derive(Debug)]
pub enum Cache {
    /// A server that several processes share.
    Memcached(Memcached),
    /// The memory of this process.
    InProcess(InProcess),
}

impl Cache {
    /// The memcached at `memcached_url`, or this process where there is none. Nothing is dialled yet;
    /// the error is an address that can't be used.
    pub fn open(memcached_url: Option<&str>) -> Result<Self> {
        Ok(match memcached_url {
            Some(url) => Self::Memcached(Memcached::new(url)?),
            None => Self::InProcess(InProcess::new(KEPT)),
        })
    }

    /// The entries found. A key is missing when it is not there or the cache can't be asked.
    pub async fn get_many(&self, keys: &[String]) -> HashMap<String, Vec<u8>> {
        match self {
            Self::Memcached(memcached) => memcached.get_many(keys).await,
            Self::InProcess(in_process) => in_process.get_many(keys),
        }
    }

    /// Keeps the entries for 60 days if it can.
    pub async fn set_many(&self, entries: &[(String, String)]) {
        match self {
            Self::Memcached(memcached) => memcached.set_many(entries, KEPT).await,
            Self::InProcess(in_process) => in_process.set_many(entries),
        }
    }

    /// Which cache this is, with its address: two memcached servers hide each other's keys.
    pub fn describe(&self) -> String {
        match self {
            Self::Memcached(memcached) => format!("memcached at {}", memcached.address()),
            Self::InProcess(_) => "in this process".to_owned(),
        }
    }

    /// How often memcached could not be reached in time. Calls that were not even tried, because one
    /// failed a moment ago, are not counted.
    pub fn unreachable(&self) -> u64 {
        match self {
            Self::Memcached(memcached) => memcached.unreachable(),
            Self::InProcess(_) => 0,
        }
    }

    /// Writes an entry and reads it back, whatever happened before. Returns how long that took; the
    /// error says what is wrong and what to do.
    pub async fn probe(&self) -> Result<Duration> {
        match self {
            Self::Memcached(memcached) => memcached.probe().await,
            Self::InProcess(_) => Ok(Duration::ZERO),
        }
    }
}
