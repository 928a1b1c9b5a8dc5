//! Which keys a file of JSON lines holds: the recent ones in memory, older ones by reading it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;

use anyhow::Context;
use serde::Deserialize;

/// Read at opening: rows that were written and not marked are at the end.
const TAIL_BYTES: u64 = 8 * 1024 * 1024;
const KEYS_IN_MEMORY: usize = 100_000;

/// The recent keys of one file.
#[derive(Debug, Default)]
pub(super) struct Keys {
    inode: u64,
    read_to: u64,
    recent: BTreeSet<i64>,
    /// Keys below this may be in the file without being in `recent`.
    floor: Option<i64>,
}

impl Keys {
    /// Reads what was appended since, and mends a last line without its end. The file must be locked.
    pub(super) fn catch_up(&mut self, file: &mut File) -> anyhow::Result<()> {
        let metadata = file.metadata()?;
        let starts_in_the_middle = self.start_anew_if_replaced(metadata.ino(), metadata.len());
        if metadata.len() == self.read_to {
            return Ok(());
        }
        file.seek(SeekFrom::Start(self.read_to))?;
        let mut added = Vec::new();
        file.read_to_end(&mut added).context("read what was added")?;
        let mut rest = added.as_slice();
        if starts_in_the_middle {
            let first_whole = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
            rest = &rest[first_whole..];
        }
        let whole = rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let (lines, torn) = rest.split_at(whole);
        for key in lines.split(|byte| *byte == b'\n').filter_map(key_of) {
            self.remember(key);
            if starts_in_the_middle {
                self.floor.get_or_insert(key);
            }
        }
        self.read_to = metadata.len();
        self.mend(file, torn)
    }

    /// Those of `wanted` that the file holds.
    pub(super) fn present(&self, file: &File, wanted: &[i64]) -> anyhow::Result<BTreeSet<i64>> {
        let (present, absent): (BTreeSet<i64>, BTreeSet<i64>) =
            wanted.iter().partition(|key| self.recent.contains(key));
        let doubtful = |key: &i64| self.floor.is_some_and(|floor| *key < floor);
        if !absent.iter().any(doubtful) {
            return Ok(present);
        }
        let mut from_start = file.try_clone()?;
        from_start.seek(SeekFrom::Start(0))?;
        let lines = BufReader::new(from_start).split(b'\n');
        let found = lines.map_while(Result::ok).filter_map(|line| key_of(&line));
        Ok(found.filter(|key| absent.contains(key)).chain(present.iter().copied()).collect())
    }

    fn start_anew_if_replaced(&mut self, inode: u64, length: u64) -> bool {
        if inode == self.inode && length >= self.read_to {
            return false;
        }
        *self = Self { inode, read_to: length.saturating_sub(TAIL_BYTES), ..Self::default() };
        self.read_to > 0
    }

    fn remember(&mut self, key: i64) {
        self.recent.insert(key);
        if self.recent.len() > KEYS_IN_MEMORY {
            let forgotten = self.recent.pop_first().map(|key| key + 1);
            self.floor = self.floor.max(forgotten);
        }
    }

    /// A last line that says all it had to say gets its end; any other was never marked, and goes.
    fn mend(&mut self, file: &mut File, torn: &[u8]) -> anyhow::Result<()> {
        if torn.is_empty() {
            return Ok(());
        }
        match key_of(torn) {
            Some(key) => {
                file.write_all(b"\n").context("end the last line")?;
                self.read_to += 1;
                self.remember(key);
            }
            None => {
                self.read_to -= torn.len() as u64;
                file.set_len(self.read_to).context("cut off a torn line")?;
            }
        }
        Ok(())
    }
}

fn key_of(line: &[u8]) -> Option<i64> {
    #[derive(Deserialize)]
    struct Keyed {
        id: i64,
    }
    serde_json::from_slice::<Keyed>(line).ok().map(|keyed| keyed.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_far_back_in_a_long_file_is_found() {
        let mut file = tempfile::tempfile().unwrap();
        let padding = "x".repeat(1000);
        let lines = (0..12_000).map(|id| format!("{{\"id\":{id},\"text\":\"{padding}\"}}\n"));
        file.write_all(lines.collect::<String>().as_bytes()).unwrap();
        let mut keys = Keys::default();
        keys.catch_up(&mut file).unwrap();
        assert!(keys.recent.len() < 9_000, "{} keys in memory", keys.recent.len());
        let present = keys.present(&file, &[3, 11_999, 12_000]).unwrap();
        assert_eq!(present, BTreeSet::from([3, 11_999]));
    }

    #[test]
    fn a_long_torn_line_without_any_end_before_it_is_cut_off() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"{\"id\":7,\"text\":\"to").unwrap();
        let mut keys = Keys::default();
        keys.catch_up(&mut file).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 0);
    }
}
