//! The report that `chit eval` writes, and reads again as a baseline.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::Figures;
use crate::cli::reader_args::MenuFiles;
use crate::evaluation::labels::Split;
use crate::evaluation::{Comparison, Report, Rules, Verdict};

/// Everything that was measured, as JSON.
#[derive(Serialize)]
pub struct Written<'a> {
    /// Each file by itself.
    pub files: Vec<WrittenFile<'a>>,
    /// The half that was read; `None`: all rows.
    pub split: Option<Split>,
    /// How words became vectors.
    pub embedding: &'a str,
    /// All files together.
    #[serde(flatten)]
    pub figures: WrittenFigures<'a>,
    /// What has changed, where a baseline was given.
    pub since_baseline: Option<&'a Comparison>,
    /// Row by row, without a word of the messages.
    pub verdicts: &'a [Verdict],
}

/// One file, what it was read against, and its figures.
#[derive(Serialize)]
pub struct WrittenFile<'a> {
    /// As it was named.
    pub file: &'a Path,
    /// The menu.
    #[serde(flatten)]
    pub menu: &'a MenuFiles,
    /// How its labels were taken.
    #[serde(flatten)]
    pub rules: &'a Rules,
    /// Its figures.
    #[serde(flatten)]
    pub figures: WrittenFigures<'a>,
}

/// Figures of all rows, and of those whose label was not shown to be wrong.
#[derive(Serialize)]
pub struct WrittenFigures<'a> {
    #[serde(flatten)]
    all: &'a Report,
    without_excepted: Option<&'a Report>,
}

impl<'a> From<&'a Figures> for WrittenFigures<'a> {
    fn from(figures: &'a Figures) -> Self {
        Self { all: &figures.all, without_excepted: figures.without_excepted.as_ref() }
    }
}

/// Writes the report.
pub fn write(report: &Written<'_>, path: &Path) -> Result<()> {
    let json = serde_json::to_string_pretty(report).context("write JSON")?;
    std::fs::write(path, json + "\n").with_context(|| format!("write {}", path.display()))
}

/// What is needed of an earlier report.
#[derive(Debug, Deserialize)]
pub struct Baseline {
    /// Where it lies.
    #[serde(skip)]
    pub path: PathBuf,
    /// How words became vectors.
    pub embedding: String,
    /// Row by row.
    pub verdicts: Vec<Verdict>,
}

/// Reads an earlier report.
///
/// # Errors
/// When there is none, or it keeps no verdicts.
pub fn baseline(path: &Path) -> Result<Baseline> {
    let about = || format!("read the baseline {}: `chit eval … --report FILE` writes one", path.display());
    let json = std::fs::read(path).with_context(about)?;
    let baseline: Baseline = serde_json::from_slice(&json).with_context(about)?;
    Ok(Baseline { path: path.to_owned(), ..baseline })
}
