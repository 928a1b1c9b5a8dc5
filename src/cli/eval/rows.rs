//! The labelled rows of files, or what to do where there are none.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::cli::output::clean;
use crate::dataset::{self, RowError};
use crate::evaluation::Labelled;
use crate::evaluation::labels::{self, Split};

/// A file of labelled messages.
pub struct LabelledFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its rows, of the half asked for.
    pub rows: Vec<Labelled>,
    /// How many rows could not be read.
    pub rejected: usize,
}

/// Rows that can't be read are told on standard error one by one up to so many.
const TOLD: usize = 5;

/// Reads the files; rows that can't be read or say nothing are told on standard error.
///
/// # Errors
/// When a file has no row that can be read, or none with a label.
pub fn read(files: &[PathBuf], split: Option<Split>) -> Result<Vec<LabelledFile>> {
    files.iter().map(|path| read_file(path, split)).collect()
}

/// Keeps of each file the rows whose ids another file names.
///
/// # Errors
/// When that can't be read, or a file has none of them.
pub fn keep_only(files: &mut [LabelledFile], path: &Path) -> Result<()> {
    let only = ids(path)?;
    for file in files {
        file.rows.retain(|row| row.id.as_ref().is_some_and(|id| only.contains(id)));
        ensure!(!file.rows.is_empty(), "{} has no row that {} names", file.path.display(), path.display());
    }
    Ok(())
}

/// One id a line; blank lines and those that begin with `#` say nothing.
fn ids(path: &Path) -> Result<HashSet<String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

fn read_file(path: &Path, split: Option<Split>) -> Result<LabelledFile> {
    let name = path.display();
    ensure!(path.exists(), "there is no file {name}{}", seen_from());
    ensure!(path.is_file(), "{name} is no file: name the file of labelled messages in it");
    let mut rows: Vec<Labelled> = Vec::new();
    let mut problems = Vec::new();
    for row in labels::rows(path)? {
        match row {
            Ok(row) => rows.push(row.value),
            Err(bad @ RowError::Bad { .. }) => problems.push(bad.to_string()),
            Err(broken @ RowError::Unreadable(_)) => {
                return Err(broken).with_context(|| format!("read {name}"));
            }
        }
    }
    if rows.is_empty() {
        bail!("{name} {}", why_no_rows(path)?);
    }
    for problem in problems.iter().take(TOLD) {
        eprintln!("warning: {name}: {}", clean(problem));
    }
    if problems.len() > TOLD {
        eprintln!("warning: {name}: {} more rows can't be read", problems.len() - TOLD);
    }
    say_unlabelled(path, &rows)?;
    rows.retain(|row| split.is_none_or(|split| row.split() == split));
    ensure!(!rows.is_empty(), "{name} has no row in the half that --split names");
    Ok(LabelledFile { path: path.to_owned(), rows, rejected: problems.len() })
}

fn seen_from() -> String {
    let here = std::env::current_dir().map(|here| format!(", seen from {}", here.display()));
    here.unwrap_or_default() + ": name a file of labelled messages"
}

fn say_unlabelled(path: &Path, rows: &[Labelled]) -> Result<()> {
    let unlabelled = rows.iter().filter(|row| !row.is_labelled()).count();
    let of = rows.len();
    ensure!(
        unlabelled < of,
        "{} has no label in any of its rows: add `outcome` (order, review, enquiry, miscellaneous or \
         not_on_menu) or `category`, and to orders `lines`",
        path.display()
    );
    if unlabelled > 0 {
        eprintln!(
            "warning: {}: {unlabelled} of {of} rows have no label (`outcome`, `category` or `lines`): they are \
             read and timed, not judged",
            path.display()
        );
    }
    Ok(())
}

/// What the file holds in place of rows, and what to do; goes on from the file's name.
fn why_no_rows(path: &Path) -> Result<String> {
    let about = || format!("read {}", path.display());
    let first = dataset::lines(dataset::open(path)?)
        .find(|read| !matches!(read, Ok((_, bytes)) if bytes.trim_ascii().is_empty()));
    let Some(first) = first else {
        return Ok("is empty: give a file of labelled messages, one JSON object a line".to_owned());
    };
    let (_, bytes) = first.with_context(about)?;
    Ok(match serde_json::from_slice::<Value>(&bytes) {
        Ok(Value::Object(row)) if row.contains_key("messages") => {
            "holds whole conversations (`messages`): `chit eval` measures single messages, rows with `text`"
                .to_owned()
        }
        Ok(Value::Object(row)) if row.contains_key("text") => {
            let problem = serde_json::from_value::<Labelled>(Value::Object(row)).err();
            let problem = problem.map(|error| clean(&error.to_string())).unwrap_or_default();
            format!("has no row that can be used: {problem}; `chit eval --help` names the labels")
        }
        Ok(Value::Object(_)) => "has rows without `text`: give each its message under that name".to_owned(),
        _ if bytes.trim_ascii().starts_with(b"[") || bytes.trim_ascii() == b"{" => {
            "is JSON, but not one object a line: `jq -c '.[]'` (or `jq -c .`) writes it so".to_owned()
        }
        _ => format!(
            "is no file of JSON lines (it begins: {}): write each message with its labels as one JSON object a \
             line, as in {{\"text\": \"two lattes\", \"outcome\": \"order\", \"lines\": [{{\"item\": \"Latte\", \
             \"quantity\": 2}}]}}; messages without labels are read by `chit replay FILE --dry-run`",
            beginning(&bytes)
        ),
    })
}

fn beginning(bytes: &[u8]) -> String {
    let text = clean(&String::from_utf8_lossy(bytes));
    let shown: String = text.trim().chars().take(40).collect();
    if shown.len() < text.trim().len() { format!("{shown}…") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(content: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, content).unwrap();
        format!("{:#}", read_file(&path, None).err().expect("it can't be used"))
    }

    #[test]
    fn a_file_that_can_not_be_measured_says_what_to_do() {
        let cases = [
            ("timestamp,message\n,hi\n", "it begins: timestamp,message): write each message with its labels"),
            ("\n \n", "is empty"),
            ("[{\"text\":\"hi\"}]", "not one object a line"),
            ("{\n \"text\": \"hi\"\n}\n", "not one object a line"),
            ("{\"id\":1,\"messages\":[],\"final\":{}}\n", "holds whole conversations"),
            ("{\"message\":\"hi\"}\n", "rows without `text`"),
            ("{\"text\":\"hi\"}\n{\"text\":\"hey\"}\n", "no label in any of its rows"),
            ("{\"text\":\"hi\",\"outcome\":\"sold\"}\n", "unknown variant `sold`"),
        ];
        for (content, expected) in cases {
            let refused = refused(content);
            assert!(refused.contains(expected), "{content}\n{refused}");
        }
        let missing = read_file(Path::new("/nowhere/labelled.jsonl"), None).err().unwrap().to_string();
        assert!(missing.starts_with("there is no file /nowhere/labelled.jsonl, seen from /"), "{missing}");
    }

    #[test]
    fn rows_that_can_be_read_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labelled.jsonl");
        std::fs::write(
            &path,
            "{\"id\":\"a\",\"text\":\"hi\",\"outcome\":\"enquiry\"}\nnonsense\n{\"id\":\"e\",\"text\":\"hi\"}\n",
        )
        .unwrap();
        let file = read_file(&path, None).unwrap();
        assert_eq!((file.rows.len(), file.rejected), (2, 1));
        assert_eq!(read_file(&path, Some(Split::Seen)).unwrap().rows.len(), 1);
    }
}
