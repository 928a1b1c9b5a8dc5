//! Which lines a file of JSON lines holds: the recent ones in memory, older ones by reading it.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;

use anyhow::Context;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Read at opening: rows that were written and not marked are at the end.
const TAIL_BYTES: u64 = 8 * 1024 * 1024;
const KEYS_IN_MEMORY: usize = 100_000;

/// What tells a line from every other. An id alone doesn't: ids start again in a database that was made
/// anew, and go back in one that was restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    installation: Uuid,
    id: i64,
    digest: u128,
}

impl Key {
    /// Of a line without its end; none if that isn't a whole line.
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Named {
            #[serde(default)]
            installation: Uuid,
            id: i64,
        }
        let Named { installation, id } = serde_json::from_slice(line).ok()?;
        let digest = u128::from_be_bytes(*Sha256::digest(line).first_chunk()?);
        Some(Self { installation, id, digest })
    }
}

/// The recent keys of one file.
#[derive(Debug, Default)]
pub(super) struct Keys {
    inode: u64,
    read_to: u64,
    recent: HashSet<Key>,
    oldest_first: VecDeque<Key>,
    /// Once the file may hold keys that aren't in `recent`: the id of each installation from which on
    /// they are.
    known_from: Option<BTreeMap<Uuid, i64>>,
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
            self.known_from = Some(BTreeMap::new());
        }
        let whole = rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let (lines, torn) = rest.split_at(whole);
        lines.split(|byte| *byte == b'\n').filter_map(Key::of).for_each(|key| self.remember(key));
        self.read_to = metadata.len();
        self.mend(file, torn)
    }

    /// Those of `wanted` that the file holds.
    pub(super) fn present(&self, file: &File, wanted: &[Key]) -> anyhow::Result<HashSet<Key>> {
        let (present, absent): (HashSet<Key>, HashSet<Key>) =
            wanted.iter().partition(|key| self.recent.contains(key));
        if !absent.iter().any(|key| self.is_doubtful(key)) {
            return Ok(present);
        }
        let mut from_start = file.try_clone()?;
        from_start.seek(SeekFrom::Start(0))?;
        let lines = BufReader::new(from_start).split(b'\n');
        let found = lines.map_while(Result::ok).filter_map(|line| Key::of(&line));
        Ok(found.filter(|key| absent.contains(key)).chain(present.iter().copied()).collect())
    }

    fn is_doubtful(&self, key: &Key) -> bool {
        let from = |known_from: &BTreeMap<Uuid, i64>| known_from.get(&key.installation).copied();
        self.known_from.as_ref().is_some_and(|known| from(known).is_none_or(|from| key.id < from))
    }

    fn start_anew_if_replaced(&mut self, inode: u64, length: u64) -> bool {
        if inode == self.inode && length >= self.read_to {
            return false;
        }
        *self = Self { inode, read_to: length.saturating_sub(TAIL_BYTES), ..Self::default() };
        self.read_to > 0
    }

    fn remember(&mut self, key: Key) {
        if let Some(known_from) = &mut self.known_from {
            known_from.entry(key.installation).or_insert(key.id);
        }
        if self.recent.insert(key) {
            self.oldest_first.push_back(key);
        }
        if self.oldest_first.len() > KEYS_IN_MEMORY {
            self.forget_one();
        }
    }

    fn forget_one(&mut self) {
        let Some(oldest) = self.oldest_first.pop_front() else { return };
        self.recent.remove(&oldest);
        let from = self.known_from.get_or_insert_default().entry(oldest.installation).or_default();
        *from = (*from).max(oldest.id + 1);
    }

    /// A last line that says all it had to say gets its end; any other was never marked, and goes.
    fn mend(&mut self, file: &mut File, torn: &[u8]) -> anyhow::Result<()> {
        if torn.is_empty() {
            return Ok(());
        }
        match Key::of(torn) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn line(installation: u128, id: i64) -> String {
        let padding = "x".repeat(1000);
        format!(r#"{{"id":{id},"installation":"{}","text":"{padding}"}}"#, Uuid::from_u128(installation))
    }

    fn key(installation: u128, id: i64) -> Key {
        Key::of(line(installation, id).as_bytes()).unwrap()
    }

    fn file_of(lines: impl IntoIterator<Item = String>) -> File {
        let mut file = tempfile::tempfile().unwrap();
        let lines: String = lines.into_iter().map(|line| line + "\n").collect();
        file.write_all(lines.as_bytes()).unwrap();
        file
    }

    #[test]
    fn a_line_far_back_in_a_long_file_is_found() {
        let mut file = file_of((0..12_000).map(|id| line(1, id)));
        let mut keys = Keys::default();
        keys.catch_up(&mut file).unwrap();
        assert!(keys.recent.len() < 9_000, "{} keys in memory", keys.recent.len());
        let present = keys.present(&file, &[3, 11_999, 12_000].map(|id| key(1, id))).unwrap();
        assert_eq!(present, HashSet::from([key(1, 3), key(1, 11_999)]));
    }

    #[test]
    fn a_line_of_another_database_far_back_in_a_long_file_is_found() {
        let mut file = file_of((0..9).map(|id| line(1, id)).chain((0..12_000).map(|id| line(2, id))));
        let mut keys = Keys::default();
        keys.catch_up(&mut file).unwrap();
        let present = keys.present(&file, &[key(1, 8), key(1, 9), key(3, 8)]).unwrap();
        assert_eq!(present, HashSet::from([key(1, 8)]));
    }

    #[test]
    fn only_what_may_be_far_back_is_looked_for_in_the_whole_file() {
        let mut file = file_of((0..12_000).map(|id| line(1, id)));
        let mut keys = Keys::default();
        keys.catch_up(&mut file).unwrap();
        assert!(keys.is_doubtful(&key(1, 3)) && !keys.is_doubtful(&key(1, 12_000)));
        assert!(keys.is_doubtful(&key(2, 1)), "nothing is known of it yet");
        file.write_all((line(2, 1) + "\n").as_bytes()).unwrap();
        keys.catch_up(&mut file).unwrap();
        assert!(!keys.is_doubtful(&key(2, 2)), "its lines are at the end");
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
