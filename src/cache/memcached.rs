//! One memcached server, asked under a deadline.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail, ensure};
use memcache::exp::{AsyncMemcache, Error, Ttl};
use tokio::time::timeout;

use super::expiry::Expiry;
use crate::breaker::Breaker;

/// How long a batch of messages waits for the cache; Postgres would have answered by then.
const DEADLINE: Duration = Duration::from_millis(50);
/// How long a server that did not answer is left alone.
const PAUSE: Duration = Duration::from_secs(2);
/// How long a person who asks waits for it.
const PROBE_DEADLINE: Duration = Duration::from_secs(1);
const DEFAULT_PORT: &str = "11211";

/// A memcached server, 1.6 or newer, over TCP.
pub struct Memcached {
    address: String,
    breaker: Breaker,
    client: Mutex<Option<AsyncMemcache>>,
    unreachable: AtomicU64,
}

impl std::fmt::Debug for Memcached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memcached").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Memcached {
    /// The server at `memcache://host:port`; the error is an address that can't be used.
    pub(super) fn new(url: &str) -> Result<Self> {
        Ok(Self {
            address: address(url)?,
            breaker: Breaker::new(1, PAUSE),
            client: Mutex::new(None),
            unreachable: AtomicU64::new(0),
        })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn unreachable(&self) -> u64 {
        self.unreachable.load(Ordering::Relaxed)
    }

    pub(super) async fn get_many(&self, keys: &[String]) -> HashMap<String, Vec<u8>> {
        if keys.is_empty() {
            return HashMap::new();
        }
        let keys = keys.to_vec();
        self.ask(|client| async move { client.get_many(keys).await }).await.unwrap_or_default()
    }

    pub(super) async fn set_many(&self, entries: &[(String, String)], kept: Duration) {
        if entries.is_empty() {
            return;
        }
        let ttl = Ttl::from(Expiry::after(kept, SystemTime::now()));
        self.ask(|client| async move {
            client.set_many(entries.iter().map(|(key, value)| (key, value.as_str())), ttl).await
        })
        .await;
    }

    pub(super) async fn probe(&self) -> Result<Duration> {
        let begun = Instant::now();
        let key = format!("chit-probe:{}", std::process::id());
        let round = async {
            let client = AsyncMemcache::connect([self.address.as_str()]).await?;
            client.set(&key, "1", Ttl::secs(10)).await?;
            client.get::<Vec<u8>>(&key).await
        };
        let fix = || {
            format!(
                "memcached at {} can't be used: start it, or correct or remove MEMCACHED_URL",
                self.address
            )
        };
        let found =
            timeout(PROBE_DEADLINE, round).await.context("no answer within a second").with_context(fix)?;
        match found {
            Ok(Some(value)) if value == b"1" => Ok(begun.elapsed()),
            Ok(_) => {
                bail!("memcached at {} does not keep what it is given: give it more memory", self.address)
            }
            Err(Error::Rejected(_)) => {
                bail!("memcached at {} is too old: it must be 1.6 or newer", self.address)
            }
            Err(error) => Err(error).with_context(fix),
        }
    }

    /// Errors are handled here and not by the client's `degrade`, which would hide from the breaker
    /// that the server did not answer.
    async fn ask<T, F>(&self, call: impl FnOnce(AsyncMemcache) -> F) -> Option<T>
    where
        F: Future<Output = Result<T, Error>>,
    {
        if !self.breaker.admits(Instant::now()) {
            return None;
        }
        let answer = timeout(DEADLINE, async { call(self.client().await?).await }).await;
        let reason = match answer {
            Ok(Ok(found)) => {
                self.answered();
                return Some(found);
            }
            Ok(Err(Error::Server(refusal) | Error::Rejected(refusal))) => {
                self.answered();
                tracing::debug!(address = self.address, refusal, "memcached refused an entry");
                return None;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {} ms", DEADLINE.as_millis()),
        };
        self.unreachable.fetch_add(1, Ordering::Relaxed);
        *self.connected() = None;
        if self.breaker.failed(Instant::now()) {
            tracing::warn!(address = self.address, reason, "memcached is not reachable; doing without");
        }
        None
    }

    fn answered(&self) {
        if self.breaker.succeeded() {
            tracing::info!(address = self.address, "memcached answers again");
        }
    }

    /// The client is made anew after a failure, so that a host name is looked up again.
    async fn client(&self) -> Result<AsyncMemcache, Error> {
        let connected = self.connected().clone();
        match connected {
            Some(client) => Ok(client),
            None => {
                let client = AsyncMemcache::connect([self.address.as_str()]).await?;
                *self.connected() = Some(client.clone());
                Ok(client)
            }
        }
    }

    fn connected(&self) -> MutexGuard<'_, Option<AsyncMemcache>> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `host:port` of an address such as `memcache://host:port`, `host` or `[::1]:11211`.
fn address(url: &str) -> Result<String> {
    let hint = || format!("MEMCACHED_URL is \"{url}\": write it as memcache://HOST:PORT");
    let rest = match url.trim().split_once("://") {
        Some(("memcache" | "memcached" | "tcp", rest)) => rest,
        Some(_) => bail!("{}", hint()),
        None => url.trim(),
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let odd = |c: char| c.is_whitespace() || "@,/?#".contains(c);
    ensure!(!rest.is_empty() && !rest.contains(odd), "{}", hint());
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (rest, DEFAULT_PORT),
    };
    let bracketed = host.starts_with('[') && host.ends_with(']');
    ensure!(!host.is_empty() && (bracketed || !host.contains(':')), "{}", hint());
    ensure!(port.parse::<u16>().is_ok_and(|port| port > 0), "{}", hint());
    Ok(format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses_are_read_in_every_usual_form() {
        let table = [
            ("memcache://127.0.0.1:11211", "127.0.0.1:11211"),
            ("memcached://cache.internal:11300/", "cache.internal:11300"),
            ("tcp://localhost", "localhost:11211"),
            ("localhost:11211", "localhost:11211"),
            ("memcache://[::1]:11211", "[::1]:11211"),
            ("[::1]", "[::1]:11211"),
        ];
        for (url, expected) in table {
            assert_eq!(address(url).unwrap(), expected, "{url}");
        }
        let refused = [
            "",
            "memcache://",
            "redis://localhost:6379",
            "memcache://user:secret@localhost:11211",
            "memcache://a:11211,b:11211",
            "localhost:99999",
            "localhost:port",
            "::1:11211",
            ":11211",
        ];
        for url in refused {
            let said = address(url).unwrap_err().to_string();
            assert!(said.contains("memcache://HOST:PORT"), "{url}: {said}");
        }
    }
}
