//! A CSV file as rows under named columns, with the line of each, and everything odd about it reported.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// Something about a file that a person should mend.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct RowProblem {
    /// File name as given.
    pub file: String,
    /// Line number in the file, from 1.
    pub line: u64,
    /// What is wrong and what to do.
    pub problem: String,
    /// Whether the row was left out; otherwise it was used nevertheless.
    pub left_out: bool,
}

/// A row: the line it starts on, and its fields by column.
pub(super) struct Row {
    pub line: u64,
    fields: HashMap<String, String>,
}

impl Row {
    /// The field without blanks around it; empty where the column or the field is missing.
    pub fn field(&self, column: &str) -> &str {
        self.fields.get(column).map_or("", String::as_str)
    }

    /// The field on one line: a name may be broken over two in a quoted field.
    pub fn name(&self, column: &str) -> String {
        self.field(column).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The parts between `|`.
    pub fn list(&self, column: &str) -> Vec<String> {
        self.field(column).split('|').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
    }
}

/// Where problems of one file are collected.
pub(super) struct Report<'a> {
    file: String,
    problems: &'a mut Vec<RowProblem>,
}

impl<'a> Report<'a> {
    pub fn new(path: &Path, problems: &'a mut Vec<RowProblem>) -> Self {
        Self { file: path.display().to_string(), problems }
    }

    pub fn leave_out(&mut self, line: u64, problem: impl Into<String>) {
        self.add(line, problem.into(), true);
    }

    pub fn warn(&mut self, line: u64, problem: impl Into<String>) {
        self.add(line, problem.into(), false);
    }

    fn add(&mut self, line: u64, problem: String, left_out: bool) {
        self.problems.push(RowProblem { file: self.file.clone(), line, problem, left_out });
    }
}

/// Reads the rows. `columns` are the names that mean something; the first `required` of them must be
/// there. An unreadable file or header is an error that names the line.
pub(super) fn read_rows(
    path: &Path,
    columns: &[&str],
    required: usize,
    report: &mut Report,
) -> Result<Vec<Row>> {
    let bytes = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    let text = utf8(&bytes).with_context(|| format!("read {}", path.display()))?;
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = if header.matches(';').count() > header.matches(',').count() { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = reader
        .headers()
        .with_context(|| format!("read the header of {}", path.display()))?
        .iter()
        .map(|name| name.trim().to_lowercase().replace(' ', "_"))
        .collect();
    check_header(path, &header, columns, required, report)?;
    let mut records = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| format!("read {}", path.display()))?;
        records.push((start(text, &record), record));
    }
    let ends = records.iter().skip(1).map(|(start, _)| *start).chain([text.len()]).collect::<Vec<_>>();
    let mut rows = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for ((start, record), end) in records.iter().zip(ends) {
        line += line_breaks(&text[counted..*start]);
        counted = *start;
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        match odd(&text[*start..end], record, header.len()) {
            Some(problem) => report.leave_out(line, problem),
            None => {
                let fields = header.iter().cloned().zip(record.iter().map(|f| f.trim().to_owned())).collect();
                rows.push(Row { line, fields });
            }
        }
    }
    Ok(rows)
}

fn utf8(bytes: &[u8]) -> Result<&str> {
    ensure!(
        !bytes.starts_with(&[0xff, 0xfe]) && !bytes.starts_with(&[0xfe, 0xff]),
        "the file is UTF-16: save it as \"CSV UTF-8\""
    );
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            bail!("line {} is not UTF-8: save the file as \"CSV UTF-8\"", 1 + line_breaks(&before))
        }
    }
}

fn check_header(
    path: &Path,
    header: &[String],
    columns: &[&str],
    required: usize,
    report: &mut Report,
) -> Result<()> {
    for column in &columns[..required] {
        ensure!(
            header.iter().any(|name| name == column),
            "{} has no column \"{column}\": its first line must name the columns, such as \"{}\"",
            path.display(),
            columns.join(",")
        );
    }
    for (at, name) in header.iter().enumerate() {
        ensure!(
            name.is_empty() || !header[..at].contains(name),
            "{} has two columns \"{name}\": keep one",
            path.display()
        );
        if !name.is_empty() && !columns.contains(&name.as_str()) {
            report.warn(1, format!("the column \"{name}\" is not used; known are {}", columns.join(", ")));
        }
    }
    Ok(())
}

/// Where the record begins. The reader's own position is that of the blank lines before it.
fn start(text: &str, record: &csv::StringRecord) -> usize {
    let read_from = record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX));
    let rest = text.get(read_from..).unwrap_or_default();
    text.len() - rest.trim_start_matches(['\r', '\n']).len()
}

fn line_breaks(text: &str) -> u64 {
    let breaks = text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count();
    u64::try_from(breaks).unwrap_or(u64::MAX)
}

/// Why a record can't be trusted as it stands.
fn odd(raw: &str, record: &csv::StringRecord, columns: usize) -> Option<String> {
    let raw = raw.trim_end_matches(['\r', '\n']);
    if raw.contains(['\r', '\n']) && raw.matches('"').count() % 2 == 1 {
        return Some(
            "a quote is opened and never closed: the rest of the file was taken for one field".to_owned(),
        );
    }
    if record.iter().skip(columns).any(|field| !field.trim().is_empty()) {
        return Some(format!(
            "the row has {} fields for {columns} columns: put a field that holds the separator in quotes",
            record.len()
        ));
    }
    let control = |c: char| c.is_control() && !matches!(c, '\t' | '\r' | '\n');
    if record.iter().any(|field| field.contains(control)) {
        return Some("the row holds a control character: remove it".to_owned());
    }
    None
}
