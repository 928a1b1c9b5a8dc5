//! Files of messages: CSV `timestamp,message` and JSON lines, read as a stream.

pub mod clean;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// One message of a dataset.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// From 1, the header and blank lines not counted; a row that can't be used has a number too.
    pub number: u64,
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// The `id` of the file, where it has one.
    pub id: Option<String>,
    /// When the customer sent it, as the file says.
    pub sent_at: Option<DateTime<FixedOffset>>,
    /// What the customer wrote; never blank.
    pub text: String,
}

/// Why a row was not read.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// This row can't be used; the next ones can.
    #[error("line {line}: {problem}")]
    Bad {
        /// As in [`Row`].
        number: u64,
        /// As in [`Row`].
        line: u64,
        /// What is wrong and what to do.
        problem: String,
    },
    /// The file broke off; nothing more comes.
    #[error("the file can't be read further")]
    Unreadable(#[source] std::io::Error),
}

/// The rows of a file, read one at a time.
pub type Rows = Box<dyn Iterator<Item = Result<Row, RowError>> + Send>;

/// Opens a dataset: JSON lines with `text` (or `message`) when it ends in `.jsonl` or begins with `{`, CSV
/// otherwise. Times without a zone are taken in `zone`. Fails when the file can't be opened or has no column
/// `message`.
pub fn rows(path: &Path, zone: Tz) -> Result<Rows> {
    let mut file = open(path)?;
    if is_json_lines(path, &mut file).with_context(|| format!("read {}", path.display()))? {
        return Ok(Box::new(json_lines(file).map(move |read| {
            let Numbered { number, line, value } = read?;
            json_row(value, number, line, zone)
        })));
    }
    csv_rows(file, zone).with_context(|| format!("read {}", path.display()))
}

/// Whether the file holds JSON lines rather than CSV.
pub fn is_json_lines(path: &Path, file: &mut impl BufRead) -> std::io::Result<bool> {
    let named = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("jsonl"));
    Ok(named || file.fill_buf()?.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{'))
}

/// Opens a file for reading; a byte order mark is skipped.
pub fn open(path: &Path) -> Result<BufReader<File>> {
    let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
    let mut file = BufReader::new(file);
    skip_mark(&mut file).with_context(|| format!("read {}", path.display()))?;
    Ok(file)
}

fn skip_mark(file: &mut impl BufRead) -> std::io::Result<()> {
    if file.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        file.consume(3);
    }
    Ok(())
}

/// A value with its place in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbered<T> {
    /// As in [`Row`].
    pub number: u64,
    /// As in [`Row`].
    pub line: u64,
    /// What the line holds.
    pub value: T,
}

/// JSON lines as values, one at a time; blank lines are passed over.
pub fn json_lines<T: DeserializeOwned>(
    file: impl BufRead,
) -> impl Iterator<Item = Result<Numbered<T>, RowError>> {
    let mut number = 0;
    lines(file).filter(|read| !matches!(read, Ok((_, bytes)) if bytes.trim_ascii().is_empty())).map(
        move |read| {
            let (line, bytes) = read.map_err(RowError::Unreadable)?;
            number += 1;
            match serde_json::from_slice(&bytes) {
                Ok(value) => Ok(Numbered { number, line, value }),
                Err(error) => {
                    let problem = format!("not the JSON object that a row should be: {error}");
                    Err(RowError::Bad { number, line, problem })
                }
            }
        },
    )
}

/// Raw lines with their numbers, the last one with or without its newline; ends after an error.
pub fn lines(mut file: impl BufRead) -> impl Iterator<Item = std::io::Result<(u64, Vec<u8>)>> {
    let mut line = 0;
    let mut broken = false;
    std::iter::from_fn(move || {
        if broken {
            return None;
        }
        let mut bytes = Vec::new();
        line += 1;
        match file.read_until(b'\n', &mut bytes) {
            Ok(0) => None,
            Ok(_) => Some(Ok((line, bytes))),
            Err(error) => {
                broken = true;
                Some(Err(error))
            }
        }
    })
}

#[derive(Deserialize)]
struct JsonRow {
    #[serde(default, deserialize_with = "id")]
    id: Option<String>,
    #[serde(alias = "message")]
    text: String,
    #[serde(alias = "sent_at")]
    timestamp: Option<String>,
}

/// An id that is text or a number, as text.
pub fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Id {
        Text(String),
        Number(serde_json::Number),
    }
    Ok(Option::<Id>::deserialize(deserializer)?.map(|id| match id {
        Id::Text(text) => text,
        Id::Number(number) => number.to_string(),
    }))
}

fn json_row(row: JsonRow, number: u64, line: u64, zone: Tz) -> Result<Row, RowError> {
    let bad = |problem| RowError::Bad { number, line, problem };
    let sent_at = time(row.timestamp.as_deref().unwrap_or_default(), zone).map_err(bad)?;
    let text = message(row.text).map_err(bad)?;
    Ok(Row { number, line, id: row.id, sent_at, text })
}

fn message(text: String) -> Result<String, String> {
    if text.trim().is_empty() { Err("the message is empty".to_owned()) } else { Ok(text) }
}

fn csv_rows(mut file: impl BufRead + Send + 'static, zone: Tz) -> Result<Rows> {
    let delimiter = csv_delimiter(&mut file)?;
    let mut reader = csv_reader(file, delimiter);
    let mut first = csv::StringRecord::new();
    if !reader.read_record(&mut first).context("read the first line")? {
        return Ok(Box::new(std::iter::empty()));
    }
    let (columns, data) = Columns::of(&first, zone)?;
    let mut number = 0;
    let rows = data.then_some(Ok(first)).into_iter().chain(records(reader)).map(move |record| {
        number += 1;
        columns.row(record, number, zone)
    });
    Ok(Box::new(rows))
}

/// A CSV reader as every dataset is read: no row is taken for a header, and rows may differ in length.
pub fn csv_reader<R: Read>(file: R, delimiter: u8) -> csv::Reader<R> {
    csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(file)
}

/// `;` when the first line has more of them than of `,`.
pub fn csv_delimiter(file: &mut impl BufRead) -> std::io::Result<u8> {
    let start = file.fill_buf()?;
    let first = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| first.iter().filter(|b| **b == wanted).count();
    Ok(if count(b';') > count(b',') { b';' } else { b',' })
}

fn records<R: Read>(mut reader: csv::Reader<R>) -> impl Iterator<Item = csv::Result<csv::StringRecord>> {
    let mut broken = false;
    std::iter::from_fn(move || {
        if broken {
            return None;
        }
        let mut record = csv::StringRecord::new();
        match reader.read_record(&mut record) {
            Ok(true) => Some(Ok(record)),
            Ok(false) => None,
            Err(error) => {
                broken = error.is_io_error();
                Some(Err(error))
            }
        }
    })
}

/// Which column holds what.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    /// How many there are.
    pub count: usize,
    /// Index of `message`.
    pub message: usize,
    /// Index of `timestamp`.
    pub timestamp: Option<usize>,
    /// Index of `id`.
    pub id: Option<usize>,
}

impl Columns {
    /// Reads the first line of a file, and says whether it is a message itself: a file without a header whose
    /// first field is a time.
    pub fn of(first: &csv::StringRecord, zone: Tz) -> Result<(Self, bool)> {
        let find = |name: &str| first.iter().position(|field| field.trim().eq_ignore_ascii_case(name));
        if let Some(message) = find("message") {
            let (timestamp, id) = (find("timestamp"), find("id"));
            return Ok((Self { count: first.len(), message, timestamp, id }, false));
        }
        if first.len() == 2 && first.get(0).is_some_and(|f| matches!(time(f, zone), Ok(Some(_)))) {
            return Ok((Self { count: 2, message: 1, timestamp: Some(0), id: None }, true));
        }
        let found = first.iter().collect::<Vec<_>>().join(", ");
        bail!("no column `message`: let the first line be `timestamp,message` (it is: {found})")
    }

    fn row(&self, record: csv::Result<csv::StringRecord>, number: u64, zone: Tz) -> Result<Row, RowError> {
        let record = record.map_err(|error| unread(error, number))?;
        let line = record.position().map_or(0, csv::Position::line);
        let bad = |problem| RowError::Bad { number, line, problem };
        if record.len() != self.count {
            return Err(bad(format!(
                "{} fields where the first line has {}: put the message in double quotes",
                record.len(),
                self.count
            )));
        }
        let field = |at: Option<usize>| at.and_then(|at| record.get(at)).map_or("", str::trim);
        let sent_at = time(field(self.timestamp), zone).map_err(bad)?;
        let text = message(record.get(self.message).unwrap_or_default().to_owned()).map_err(bad)?;
        let id = Some(field(self.id)).filter(|id| !id.is_empty()).map(str::to_owned);
        Ok(Row { number, line, id, sent_at, text })
    }
}

fn unread(error: csv::Error, number: u64) -> RowError {
    let line = error.position().map_or(0, csv::Position::line);
    if error.is_io_error() {
        return RowError::Unreadable(error.into());
    }
    let problem = if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) {
        "not UTF-8: save the file as UTF-8".to_owned()
    } else {
        error.to_string()
    };
    RowError::Bad { number, line, problem }
}

/// A time as datasets write it: RFC 3339, or without a zone (then in `zone`); blank is none.
pub fn time(text: &str, zone: Tz) -> Result<Option<DateTime<FixedOffset>>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(Some(time));
    }
    let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    forms
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .and_then(|naive| in_zone(naive, zone))
        .map(Some)
        .ok_or_else(|| format!("\"{text}\" is not a time: write it like 2026-05-01T18:30:00+02:00"))
}

/// The earlier of two when clocks go back; an hour later in the hour that does not exist.
fn in_zone(naive: NaiveDateTime, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let local = |naive: &NaiveDateTime| zone.from_local_datetime(naive).earliest();
    local(&naive).or_else(|| local(&(naive + TimeDelta::hours(1)))).map(|time| time.fixed_offset())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, content: &[u8]) -> Vec<Result<Row, String>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let rows = rows(&path, Tz::Europe__Berlin).unwrap();
        rows.map(|row| row.map_err(|error| error.to_string())).collect()
    }

    fn texts(name: &str, content: &str) -> Vec<String> {
        read(name, content.as_bytes()).into_iter().map(|row| row.unwrap().text).collect()
    }

    #[test]
    fn the_first_and_the_last_row_are_read() {
        let cases = [
            ("a.csv", "timestamp,message\n2026-05-01T18:00:00Z,first\n2026-05-01T18:01:00Z,last"),
            ("a.csv", "\u{feff}timestamp;message\r\n;first\r\n;last\r\n"),
            ("a.csv", "2026-05-01 18:00:00,first\n2026-05-01 18:01:00,last\n"),
            ("a.csv", "Message,Timestamp\nfirst,\n\nlast,"),
            ("a.jsonl", "{\"text\":\"first\"}\n\n{\"message\":\"last\"}"),
            ("a.txt", "\u{feff}{\"text\":\"first\"}\r\n{\"text\":\"last\"}\r\n"),
        ];
        for (name, content) in cases {
            assert_eq!(texts(name, content), ["first", "last"], "{content}");
        }
    }

    #[test]
    fn a_row_keeps_its_time_id_number_and_line() {
        let rows =
            read("a.csv", b"id,timestamp,message\nx,,\"two\nlines\"\ny,2026-05-01T18:00:00+05:30,hi\n");
        let second = rows[1].as_ref().unwrap();
        assert_eq!((second.number, second.line, second.id.as_deref()), (2, 4, Some("y")));
        assert_eq!(second.sent_at.unwrap().to_rfc3339(), "2026-05-01T18:00:00+05:30");
        assert_eq!(rows[0].as_ref().unwrap().text, "two\nlines");
    }

    #[test]
    fn an_id_may_be_a_number() {
        let rows = read(
            "a.jsonl",
            b"{\"id\":7,\"text\":\"a\"}\n{\"id\":\"x\",\"text\":\"b\"}\n{\"id\":null,\"text\":\"c\"}",
        );
        let ids: Vec<_> = rows.iter().map(|row| row.as_ref().unwrap().id.as_deref()).collect();
        assert_eq!(ids, [Some("7"), Some("x"), None]);
    }

    #[test]
    fn a_time_without_a_zone_is_the_restaurants() {
        let at = |text| time(text, Tz::Europe__Berlin).unwrap().unwrap().to_rfc3339();
        assert_eq!(at("2026-07-01 18:00"), "2026-07-01T18:00:00+02:00");
        assert_eq!(at("2026-10-25 02:30:00"), "2026-10-25T02:30:00+02:00");
        assert_eq!(at("2026-03-29T02:30:00"), "2026-03-29T03:30:00+02:00");
    }

    #[test]
    fn a_bad_row_is_named_and_the_others_go_on() {
        let cases: [(&str, &[u8], &str); 6] = [
            (
                "a.csv",
                b"timestamp,message\n,one, two\n,good\n",
                "line 2: 3 fields where the first line has 2",
            ),
            ("a.csv", b"timestamp,message\nyesterday,hi\n,good\n", "line 2: \"yesterday\" is not a time"),
            ("a.csv", b"timestamp,message\n,  \n,good\n", "line 2: the message is empty"),
            ("a.csv", b"timestamp,message\n,caf\xe9\n,good\n", "line 2: not UTF-8"),
            ("a.jsonl", b"\nnonsense\n{\"text\":\"good\"}", "line 2: not the JSON object"),
            ("a.jsonl", b"{\"text\":\"\"}\n{\"text\":\"good\"}", "line 1: the message is empty"),
        ];
        for (name, content, expected) in cases {
            let rows = read(name, content);
            let problem = rows[0].as_ref().unwrap_err();
            assert!(problem.starts_with(expected), "{problem}");
            let good = rows[1].as_ref().unwrap();
            assert_eq!((good.number, good.text.as_str()), (2, "good"), "{expected}");
        }
    }

    #[test]
    fn a_file_without_messages_says_what_its_first_line_should_be() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "when,what\n1,2\n").unwrap();
        let error = format!("{:#}", rows(&path, Tz::UTC).err().unwrap());
        assert!(error.contains("let the first line be `timestamp,message`"), "{error}");
    }
}
