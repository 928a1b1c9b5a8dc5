//! A file of JSON lines, each on disk before it counts, and never twice.
//!
//! The file itself is the memory of what was written: before each append it is locked, what others
//! wrote since is read, and lines that are there are left out. So neither a crash between writing and
//! marking, nor a second process with the same file, writes a line twice. A line is there when all of
//! it is there: an id that is used again, by another database or after a restore, hides no other text.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use serde::Serialize;
use uuid::Uuid;

use super::{KeptMessage, Notice, Parcel, Payload, unless_it_panics};

mod keys;

use keys::{Key, Keys};

/// An append-only file of JSON lines. Cheap to clone.
#[derive(Clone, Debug)]
pub struct JsonLines {
    path: PathBuf,
    keys: Arc<Mutex<Keys>>,
}

impl JsonLines {
    /// The file at `path`; made at the first line.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), keys: Arc::default() }
    }

    /// Appends those of `parcels` that aren't there yet and returns when they are on disk. A notice has
    /// its outbox row's id as `id`, a kept message its own; `installation` says whose ids these are.
    ///
    /// # Errors
    /// The file system's. Then none of `parcels` is there, or those that are will be found next time.
    pub async fn append(&self, parcels: &[Parcel]) -> anyhow::Result<()> {
        let lines = parcels.iter().map(Line::of).collect::<anyhow::Result<Vec<_>>>()?;
        let this = self.clone();
        unless_it_panics(tokio::task::spawn_blocking(move || this.append_lines(&lines)).await)?
            .with_context(|| format!("append to {}", self.path.display()))
    }

    fn append_lines(&self, lines: &[Line]) -> anyhow::Result<()> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = open_locked(&self.path)?;
        keys.catch_up(&mut file)?;
        let wanted: Vec<Key> = lines.iter().map(|line| line.key).collect();
        let present = keys.present(&file, &wanted)?;
        let new = lines.iter().filter(|line| !present.contains(&line.key));
        let text: String = new.map(|line| line.text.as_str()).collect();
        let before = file.metadata()?.len();
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_data());
        if written.is_err() {
            // What a failed sync left in memory may look written and never reach the disk.
            file.set_len(before).context("cut off what could not be written")?;
            *keys = Keys::default();
        }
        written.context("write and sync; is the disk full?")
    }
}

struct Line {
    key: Key,
    text: String,
}

impl Line {
    fn of(parcel: &Parcel) -> anyhow::Result<Self> {
        let text = match &parcel.payload {
            Payload::Notice(notice) => notice_line(parcel, notice),
            Payload::KeptMessage(kept) => kept_line(parcel.installation, kept),
        };
        let text = text.context("write a line as JSON")?;
        let key = Key::of(text.as_bytes()).context("write a line that can be told from others")?;
        Ok(Self { key, text: text + "\n" })
    }
}

/// The body behind a spoiler has one place where it is kept, and this isn't it.
fn notice_line(parcel: &Parcel, notice: &Notice) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct NoticeLine {
        id: i64,
        installation: Uuid,
        #[serde(flatten)]
        notice: Notice,
    }
    let mut notice = notice.clone();
    if notice.spoiler {
        notice.body.clear();
    }
    serde_json::to_string(&NoticeLine { id: parcel.id, installation: parcel.installation, notice })
}

fn kept_line(installation: Uuid, message: &KeptMessage) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct KeptLine<'a> {
        #[serde(flatten)]
        message: &'a KeptMessage,
        installation: Uuid,
    }
    serde_json::to_string(&KeptLine { message, installation })
}

fn open_locked(path: &Path) -> anyhow::Result<File> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    loop {
        let is_new = !path.exists();
        if is_new {
            fs::create_dir_all(parent).with_context(|| format!("make the directory {}", parent.display()))?;
        }
        let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
        file.lock().context("lock")?;
        // While this waited for the lock, another may have put a rewritten file in its place.
        if fs::metadata(path).is_ok_and(|there| file.metadata().is_ok_and(|here| here.ino() == there.ino())) {
            if is_new {
                File::open(parent)?.sync_all().context("sync its directory")?;
            }
            return Ok(file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(ids: impl IntoIterator<Item = i64>) -> Vec<Parcel> {
        saying("message", Uuid::nil(), ids)
    }

    fn saying(words: &str, installation: Uuid, ids: impl IntoIterator<Item = i64>) -> Vec<Parcel> {
        let parcel = |id| {
            let text = format!("{words} {id} 🥗\nsecond line");
            let kept = KeptMessage {
                id,
                channel: "test".to_owned(),
                received_at: chrono::DateTime::UNIX_EPOCH,
                text,
            };
            Parcel { id: id + 1000, installation, payload: Payload::KeptMessage(kept) }
        };
        ids.into_iter().map(parcel).collect()
    }

    fn ids_in(path: &Path) -> Vec<i64> {
        let text = fs::read_to_string(path).unwrap();
        text.lines().map(|line| serde_json::from_str::<KeptMessage>(line).unwrap().id).collect()
    }

    #[tokio::test]
    async fn a_line_that_is_there_is_not_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new/kept.jsonl");
        JsonLines::at(&path).append(&kept(1..=3)).await.unwrap();
        let after_a_crash = JsonLines::at(&path);
        after_a_crash.append(&kept(2..=5)).await.unwrap();
        after_a_crash.append(&kept(1..=5)).await.unwrap();
        assert_eq!(ids_in(&path), [1, 2, 3, 4, 5]);
    }

    #[tokio::test]
    async fn an_id_that_is_used_again_hides_no_other_text() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kept.jsonl");
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let batches = [
            ("a database", saying("hello", one, 1..=2), 2),
            ("the same, after a crash", saying("hello", one, 1..=2), 2),
            ("another database", saying("goodbye", other, 1..=2), 4),
            ("another one with the very same message", saying("hello", other, 1..=1), 5),
            ("the first, restored as it was long ago", saying("welcome back", one, 2..=2), 6),
            ("the first again", saying("hello", one, 1..=2), 6),
        ];
        for (whose, parcels, expected) in batches {
            JsonLines::at(&path).append(&parcels).await.unwrap();
            assert_eq!(ids_in(&path).len(), expected, "{whose}");
        }
        assert_eq!(ids_in(&path), [1, 2, 1, 2, 1, 2]);
    }

    #[tokio::test]
    async fn two_processes_that_both_think_they_may_write_repeat_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kept.jsonl");
        let (one, other) = (JsonLines::at(&path), JsonLines::at(&path));
        for start in 0..20 {
            let (ours, theirs) = (kept(start..start + 5), kept(start + 2..start + 7));
            let (a, b) = tokio::join!(one.append(&ours), other.append(&theirs));
            a.and(b).unwrap();
        }
        let mut ids = ids_in(&path);
        ids.sort_unstable();
        assert_eq!(ids, (0..26).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_torn_last_line_is_mended() {
        let whole = |id| Line::of(&kept([id])[0]).unwrap().text;
        let (first, second) = (whole(1), whole(2));
        for cut in 0..=second.len() {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("kept.jsonl");
            fs::write(&path, [first.as_bytes(), &second.as_bytes()[..cut]].concat()).unwrap();
            JsonLines::at(&path).append(&kept([2, 3])).await.unwrap();
            assert_eq!(ids_in(&path), [1, 2, 3], "cut after {cut} bytes");
        }
    }

    #[tokio::test]
    async fn a_file_that_was_rewritten_or_removed_is_read_anew() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kept.jsonl");
        let file = JsonLines::at(&path);
        file.append(&kept(1..=3)).await.unwrap();
        let rewritten = dir.path().join("rewritten");
        fs::write(&rewritten, Line::of(&kept([3])[0]).unwrap().text).unwrap();
        fs::rename(&rewritten, &path).unwrap();
        file.append(&kept(2..=4)).await.unwrap();
        assert_eq!(ids_in(&path), [3, 2, 4]);
        fs::remove_file(&path).unwrap();
        file.append(&kept([5])).await.unwrap();
        assert_eq!(ids_in(&path), [5]);
    }

    #[tokio::test]
    async fn only_the_owner_of_the_process_may_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kept.jsonl");
        JsonLines::at(&path).append(&kept([1])).await.unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }
}
