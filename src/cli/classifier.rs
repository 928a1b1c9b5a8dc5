//! `chit classifier fit`: the weights of the classifier, from labelled messages.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};

use super::eval::read_rows;
use super::exit::Exit;
use super::output;
use super::reader_args::ReaderArgs;
use crate::config::Settings;
use crate::evaluation::categories::{self, Sample};
use crate::evaluation::labels::Split;
use crate::evaluation::report::macro_f1_of;
use crate::pipeline::classify::linear::Linear;

/// Fit what tells orders, enquiries and miscellaneous messages apart
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chit classifier fit datasets/coffee/intent.jsonl --whole datasets/practice/kinds.jsonl")]
pub struct ClassifierArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Fit(FitArgs),
}

/// Fit the weights that tell orders, enquiries and miscellaneous messages apart
///
/// Reads labelled messages of any number of menus (the menu.csv beside a file, else --menu, else the configured one).
/// Prints how well weights fitted to one half of the messages tell the other half, and writes weights fitted to the
/// half that --split names. They are compiled into the program: build it again afterwards.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chit classifier fit datasets/coffee/intent.jsonl datasets/*/messages.jsonl
  chit classifier fit datasets/coffee/intent.jsonl datasets/*/messages.jsonl --output src/pipeline/classify")]
struct FitArgs {
    /// Labelled messages
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Labelled messages that are fitted to whole, whatever half is
    #[arg(long, value_name = "FILE", num_args = 1..)]
    whole: Vec<PathBuf>,
    /// How much a message of those files counts against one of the others
    #[arg(long, value_name = "SHARE", default_value_t = 0.2)]
    whole_weight: f32,
    #[command(flatten)]
    reader: ReaderArgs,
    /// The half to fit to
    #[arg(long, value_enum, default_value = "seen")]
    split: Split,
    /// Write words.tsv and meaning.tsv into this folder
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// Fits and prints.
///
/// # Errors
/// When a file, a menu or the model can't be had, or the weights can't be written.
pub fn run(args: &ClassifierArgs, settings: &Settings) -> Result<Exit> {
    let Action::Fit(args) = &args.action;
    let seen = samples(args, settings, &args.files, Some(Split::Seen))?;
    let unseen = samples(args, settings, &args.files, Some(Split::Unseen))?;
    let mut whole = samples(args, settings, &args.whole, None)?;
    whole.iter_mut().for_each(|sample| sample.weight = args.whole_weight);
    let mut table = output::table(&["fitted to", "told", "words", "words and meaning"]);
    for (name, fitted, told) in [("seen", &seen, &unseen), ("unseen", &unseen, &seen)] {
        let fitted: Vec<Sample> = fitted.iter().chain(&whole).cloned().collect();
        let [words, meaning] = [false, true].map(|meaning| {
            let right = share(&categories::fit(&fitted, meaning), told);
            format!("{:.1} %", right * 100.0)
        });
        table.add_row([name.to_owned(), format!("{} of the other half", told.len()), words, meaning]);
    }
    writeln!(std::io::stdout(), "macro-F1\n{table}")?;
    if let Some(folder) = &args.output {
        let half = if args.split == Split::Seen { seen } else { unseen };
        let fitted: Vec<Sample> = half.into_iter().chain(whole).collect();
        write(&folder.join("words.tsv"), &categories::fit(&fitted, false))?;
        write(&folder.join("meaning.tsv"), &categories::fit(&fitted, true))?;
    }
    Ok(Exit::Ok)
}

fn write(path: &Path, linear: &Linear) -> Result<()> {
    std::fs::write(path, linear.to_tsv()).with_context(|| format!("write {}", path.display()))
}

fn samples(
    args: &FitArgs,
    settings: &Settings,
    files: &[PathBuf],
    split: Option<Split>,
) -> Result<Vec<Sample>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let embedding = args.reader.embedding(&settings.embedding)?;
    let mut samples = Vec::new();
    for file in read_rows(files, split)? {
        let menu = args.reader.files_for(&file.path, settings).read()?;
        samples.extend(categories::samples(&menu, &settings.reader, &embedding, &file.rows));
    }
    Ok(samples)
}

/// Macro-F1 of what weights say of messages.
fn share(linear: &Linear, told: &[Sample]) -> f64 {
    let pairs = told.iter().map(|sample| {
        let vector = (!linear.meaning.is_empty()).then_some(sample.vector.as_slice());
        (
            sample.category,
            crate::pipeline::classify::likeliest(&linear.probabilities(&sample.features, vector)).0,
        )
    });
    macro_f1_of(&pairs.collect::<Vec<_>>()).unwrap_or_default()
}
