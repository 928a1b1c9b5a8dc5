//! Answers that were given before, so that a message that is read again asks and pays once.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::PgPool;

use super::Answer;

/// Where answers are kept.
#[derive(Debug)]
pub enum Kept {
    /// Nowhere: every question is asked.
    Nowhere,
    /// In a file of JSON lines, for measuring again without a model.
    File(InFile),
    /// In the database, for as long as `forget_old_answers` leaves them there.
    Database(PgPool),
}

/// A file of answers, all of them in memory.
#[derive(Debug)]
pub struct InFile {
    known: Mutex<HashMap<String, Answer>>,
    file: Mutex<File>,
}

#[derive(Serialize, Deserialize)]
struct Row {
    key: String,
    #[serde(flatten)]
    answer: Answer,
}

impl Kept {
    /// Those in a file, which is made where there is none; new ones are written behind them.
    ///
    /// # Errors
    /// When it can't be read or written, or holds something else.
    pub fn in_file(path: &Path) -> Result<Self> {
        let about = || format!("use {} for the language model's answers", path.display());
        let file = OpenOptions::new().create(true).append(true).open(path).with_context(about)?;
        let written = std::fs::read_to_string(path).with_context(about)?;
        let row = |line: &str| serde_json::from_str::<Row>(line).map(|row| (row.key, row.answer));
        let known = written.lines().map(row).collect::<Result<_, _>>().with_context(about)?;
        Ok(Self::File(InFile { known: Mutex::new(known), file: Mutex::new(file) }))
    }

    /// The answer that was given before. What can't be looked up counts as not given.
    pub(super) async fn get(&self, key: &[u8; 32]) -> Option<Answer> {
        match self {
            Self::Nowhere => None,
            Self::File(file) => locked(&file.known).get(&hex(key)).cloned(),
            Self::Database(pool) => match in_database(pool, key).await {
                Ok(answer) => answer,
                Err(error) => {
                    tracing::debug!(%error, "can't look up an answer of the language model");
                    None
                }
            },
        }
    }

    /// Keeps an answer to a question about a message. What can't be kept is asked again the next time.
    pub(super) async fn put(&self, key: &[u8; 32], about: &str, answer: &Answer) {
        let put = match self {
            Self::Nowhere => Ok(()),
            Self::File(file) => file.put(hex(key), answer),
            Self::Database(pool) => into_database(pool, key, about, answer).await,
        };
        if let Err(error) = put {
            tracing::warn!(error = format!("{error:#}"), "can't keep an answer of the language model");
        }
    }
}

impl InFile {
    fn put(&self, key: String, answer: &Answer) -> Result<()> {
        let row = Row { key, answer: answer.clone() };
        let line = serde_json::to_string(&row).context("write JSON")? + "\n";
        locked(&self.file).write_all(line.as_bytes()).context("write it")?;
        locked(&self.known).insert(row.key, row.answer);
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hex(key: &[u8; 32]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn in_database(pool: &PgPool, key: &[u8; 32]) -> sqlx::Result<Option<Answer>> {
    let row = sqlx::query!(
        "select answer, input_tokens, cached_tokens, output_tokens from llm_answers where key = $1",
        &key[..],
    )
    .fetch_optional(pool)
    .await?;
    let count = |tokens: i32| u32::try_from(tokens).unwrap_or_default();
    Ok(row.map(|row| Answer {
        text: row.answer,
        input_tokens: count(row.input_tokens),
        cached_tokens: count(row.cached_tokens),
        output_tokens: count(row.output_tokens),
    }))
}

async fn into_database(pool: &PgPool, key: &[u8; 32], about: &str, answer: &Answer) -> Result<()> {
    let count = |tokens: u32| i32::try_from(tokens).unwrap_or(i32::MAX);
    sqlx::query!(
        "insert into llm_answers (key, text_hash, answer, input_tokens, cached_tokens, output_tokens)
         values ($1, $2, $3, $4, $5, $6) on conflict (key) do nothing",
        &key[..],
        &Sha256::digest(about.as_bytes())[..],
        answer.text.replace('\0', "\u{fffd}"),
        count(answer.input_tokens),
        count(answer.cached_tokens),
        count(answer.output_tokens),
    )
    .execute(pool)
    .await
    .context("insert it")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_gives_back_what_was_put_into_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.jsonl");
        let answer = Answer { text: "{}".to_owned(), input_tokens: 7, cached_tokens: 5, output_tokens: 2 };
        let kept = Kept::in_file(&path).unwrap();
        assert_eq!(kept.get(&[1; 32]).await, None);
        kept.put(&[1; 32], "one tea", &answer).await;
        assert_eq!(kept.get(&[1; 32]).await, Some(answer.clone()));
        let again = Kept::in_file(&path).unwrap();
        assert_eq!((again.get(&[1; 32]).await, again.get(&[2; 32]).await), (Some(answer), None));
        std::fs::write(&path, "no answers\n").unwrap();
        assert!(format!("{:#}", Kept::in_file(&path).unwrap_err()).contains("answers.jsonl"));
    }
}
