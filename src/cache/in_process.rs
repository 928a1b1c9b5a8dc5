//! The cache of one process, for one machine without memcached.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Entries beyond this many push out those that are used least.
const MOST_ENTRIES: u64 = 100_000;

/// Entries in the memory of this process.
#[derive(Debug)]
pub struct InProcess {
    entries: moka::sync::Cache<String, Arc<str>>,
}

impl InProcess {
    pub(super) fn new(kept: Duration) -> Self {
        Self { entries: moka::sync::Cache::builder().max_capacity(MOST_ENTRIES).time_to_live(kept).build() }
    }

    pub(super) fn get_many(&self, keys: &[String]) -> HashMap<String, Vec<u8>> {
        keys.iter()
            .filter_map(|key| Some((key.clone(), self.entries.get(key)?.as_bytes().to_vec())))
            .collect()
    }

    pub(super) fn set_many(&self, entries: &[(String, String)]) {
        for (key, value) in entries {
            self.entries.insert(key.clone(), value.as_str().into());
        }
    }
}
