//! `chit eval`: how well labelled messages are understood.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Serialize;

use super::exit::Exit;
use super::orders::{asides, line_text};
use super::output::clean;
use super::reader_args::ReaderArgs;
use crate::config::{PoliteRequests, Settings};
use crate::evaluation::labels::{self, LabelledLine, Split};
use crate::evaluation::{self, Judged, Labelled, Report};
use crate::pipeline::Line;

/// Measure how well labelled messages are understood
///
/// Takes JSON lines with `text` and any of `outcome`, `category`, `lines`, `fulfilment`; nothing is stored.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chit eval datasets/greenbite-seen.jsonl --failures 20
  chit eval datasets/greenbite-unseen.jsonl --report report.json
  chit eval orders.jsonl --split unseen --menu menu.csv --polite-requests order")]
pub struct EvalArgs {
    /// Labelled messages
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    reader: ReaderArgs,
    /// Only this half, by a hash of the id
    #[arg(long, value_enum)]
    split: Option<Split>,
    /// Write the figures to this file as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Show so many of the messages that were read otherwise than labelled
    #[arg(long, value_name = "N", default_value_t = 0)]
    failures: usize,
}

#[derive(Serialize)]
struct Written<'a> {
    files: &'a [PathBuf],
    split: Option<Split>,
    embedding: &'a str,
    polite_requests: PoliteRequests,
    #[serde(flatten)]
    report: &'a Report,
}

/// Reads, counts and prints.
///
/// # Errors
/// When a file, the menu or the model can't be had, or there is nothing to read.
pub fn run(args: &EvalArgs, settings: &Settings) -> Result<Exit> {
    let opened = args.reader.open(settings)?;
    let (rows, rejected) = read_rows(&args.files, args.split)?;
    let judged = evaluation::run(&opened.menu, &opened.settings, &opened.embedding, &rows);
    let report = Report::of(&judged);
    let mut out = std::io::stdout().lock();
    for row in judged.iter().filter(|row| row.failed()).take(args.failures) {
        writeln!(out, "{}", failure(row))?;
    }
    writeln!(out, "{report}")?;
    if let Some(path) = &args.report {
        let written = Written {
            files: &args.files,
            split: args.split,
            embedding: opened.embedding.id(),
            polite_requests: opened.settings.polite_requests,
            report: &report,
        };
        let json = serde_json::to_string_pretty(&written).context("write JSON")?;
        std::fs::write(path, json + "\n").with_context(|| format!("write {}", path.display()))?;
    }
    Ok(if rejected == 0 { Exit::Ok } else { Exit::Rejected })
}

/// The rows of all files, and how many could not be read, which is told on standard error.
pub(super) fn read_rows(files: &[PathBuf], split: Option<Split>) -> Result<(Vec<Labelled>, u64)> {
    let mut rows = Vec::new();
    let mut rejected = 0;
    for path in files {
        for row in labels::rows(path)? {
            match row {
                Ok(row) if split.is_none_or(|split| row.value.split() == split) => rows.push(row.value),
                Ok(_) => {}
                Err(error) => {
                    eprintln!("warning: {}: {error}", path.display());
                    rejected += 1;
                }
            }
        }
    }
    ensure!(!rows.is_empty(), "there is no row to read: give files of JSON lines with `text` and labels");
    Ok((rows, rejected))
}

/// What was wanted and what was read, for a person.
fn failure(row: &Judged) -> String {
    let Judged { labelled, reading, .. } = row;
    let mut text = format!("{}  {}\n", labelled.id.as_deref().unwrap_or("–"), clean(&labelled.text));
    if row.outcome_right() == Some(false) {
        let expected = row.expected.map(|expected| format!("{expected:?}")).unwrap_or_default();
        text += &format!("    expected {expected}, read {:?}: {}\n", reading.outcome, clean(&reading.reason));
    }
    if row.category_right() == Some(false) {
        let expected = labelled.category().map(|category| format!("{category:?}")).unwrap_or_default();
        text += &format!("    expected the category {expected}, read {:?}\n", reading.category);
    }
    if row.lines.as_ref().is_some_and(|lines| !lines.exact) {
        let labelled = labelled.lines.iter().flatten().map(labelled_line);
        text += &format!("    expected {}\n", list(labelled));
        text += &format!("    read     {}\n", list(reading.lines.iter().map(read_line)));
        let shown = reading.unmatched.iter().map(|unmatched| &unmatched.text).chain(&reading.unplaced);
        text += &format!("    unknown  {}\n", list(shown.map(|words| clean(words))));
    }
    text
}

fn list(lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { "nothing".to_owned() } else { lines.join(" │ ") }
}

fn labelled_line(line: &LabelledLine) -> String {
    line_text(line.quantity, line.item.as_deref(), &asides(&line.options, &[]))
}

fn read_line(line: &Line) -> String {
    line_text(line.quantity, line.item.as_deref(), &asides(&line.options, &[]))
}
