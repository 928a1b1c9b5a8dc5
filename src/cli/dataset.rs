//! `chit dataset`: files of messages, cleaned and checked.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono_tz::Tz;
use clap::{Args, Subcommand};

use super::exit::Exit;
use super::output::clean;
use super::reader_args::ReaderArgs;
use crate::config::Settings;
use crate::dataset;
use crate::dataset::clean::{self, Cleaned};
use crate::evaluation::{check, labels};

/// Clean and check files of messages
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chit dataset clean messages.csv --output once-each.csv
  chit dataset check datasets/demo.csv
  chit dataset check datasets/greenbite-seen.jsonl --menu menu.csv")]
pub struct DatasetArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Clean(CleanArgs),
    Check(CheckArgs),
}

/// Drop messages that were said before
///
/// Two messages are the same when they differ in case, punctuation and apostrophes only. The first is kept. What
/// was dropped is told on standard error.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chit dataset clean messages.csv > once-each.csv
  chit dataset clean labelled.jsonl --output once-each.jsonl
  chit dataset clean messages.csv --in-place")]
struct CleanArgs {
    /// CSV with `message`, or JSON lines with `text`
    file: PathBuf,
    /// Write here [default: standard output]
    #[arg(long, value_name = "FILE", conflicts_with = "in_place")]
    output: Option<PathBuf>,
    /// Write over the file itself
    #[arg(long)]
    in_place: bool,
}

/// Look for mistakes: columns, times, ids and, in JSON lines, labels that the menu does not know
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chit dataset check messages.csv
  chit dataset check labelled.jsonl --menu menu.csv --modifiers modifiers.csv")]
struct CheckArgs {
    /// CSV with `timestamp,message`, or labelled messages as JSON lines
    file: PathBuf,
    #[command(flatten)]
    reader: ReaderArgs,
}

/// Runs the command; times without a zone are taken in `zone`.
///
/// # Errors
/// When a file can't be read or written.
pub fn run(args: &DatasetArgs, settings: &Settings, zone: Tz) -> Result<Exit> {
    match &args.action {
        Action::Clean(args) => clean_file(args),
        Action::Check(args) => check_file(args, settings, zone),
    }
}

fn clean_file(args: &CleanArgs) -> Result<Exit> {
    let target = if args.in_place { Some(args.file.as_path()) } else { args.output.as_deref() };
    let cleaned = match target {
        Some(target) => clean_to_file(&args.file, target)?,
        None => copy(&args.file, std::io::stdout().lock())?,
    };
    for dropped in &cleaned.dropped {
        eprintln!(
            "dropped row {}, the same as row {}: {}",
            dropped.number,
            dropped.same_as,
            clean(&dropped.text)
        );
    }
    for line in &cleaned.unread {
        eprintln!("warning: line {line} can't be read and was left as it is");
    }
    eprintln!("{} rows kept, {} dropped", cleaned.kept, cleaned.dropped.len());
    Ok(if cleaned.unread.is_empty() { Exit::Ok } else { Exit::Rejected })
}

fn copy(file: &Path, output: impl Write) -> Result<Cleaned> {
    let mut input = dataset::open(file)?;
    let about = || format!("clean {}", file.display());
    if dataset::is_json_lines(file, &mut input).with_context(about)? {
        clean::json_lines(input, output).with_context(about)
    } else {
        clean::csv(input, output).with_context(about)
    }
}

/// The target is replaced in one step, so that a failure half way leaves it as it was.
fn clean_to_file(file: &Path, target: &Path) -> Result<Cleaned> {
    let about = || format!("write {}", target.display());
    let target = &target.canonicalize().unwrap_or_else(|_| target.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut part = tempfile::NamedTempFile::new_in(folder).with_context(about)?;
    let cleaned = copy(file, std::io::BufWriter::new(part.as_file_mut()))?;
    let rights = std::fs::metadata(file).with_context(about)?.permissions();
    part.as_file().set_permissions(rights).with_context(about)?;
    part.persist(target).with_context(about)?;
    Ok(cleaned)
}

fn check_file(args: &CheckArgs, settings: &Settings, zone: Tz) -> Result<Exit> {
    let mut file = dataset::open(&args.file)?;
    let labelled = dataset::is_json_lines(&args.file, &mut file)
        .with_context(|| format!("read {}", args.file.display()))?;
    let (rows, findings) = if labelled {
        check::labels(labels::rows(&args.file)?, &args.reader.menu(settings)?)
    } else {
        check::messages(dataset::rows(&args.file, zone)?)
    };
    let mut out = std::io::stdout().lock();
    for finding in &findings {
        writeln!(out, "{}:{}: {}", args.file.display(), finding.line, clean(&finding.problem))?;
    }
    writeln!(out, "{rows} rows, {} to look at", findings.len())?;
    Ok(if findings.is_empty() { Exit::Ok } else { Exit::Rejected })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_only_once_it_is_clean() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("messages.csv");
        std::fs::write(&file, "timestamp,message\n,hi\n,Hi!\n").unwrap();
        assert_eq!(clean_to_file(&file, &file).unwrap().dropped.len(), 1);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "timestamp,message\n,hi\n");

        std::fs::write(&file, "no such column\nhi\nhi\n").unwrap();
        assert!(clean_to_file(&file, &file).is_err());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "no such column\nhi\nhi\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }
}
