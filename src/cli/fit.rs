//! `chit menu fit`: thresholds of the matcher for the model in use.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use comfy_table::Table;

use super::eval::read_rows;
use super::exit::Exit;
use super::output;
use super::reader_args::ReaderArgs;
use crate::config::Settings;
use crate::embedding::Embedding;
use crate::evaluation::Rules;
use crate::evaluation::fit::{self, Fit, Shop, Trial};
use crate::evaluation::labels::Split;

/// Fit the thresholds of the matcher to labelled messages, for the model in use
///
/// Prints what was tried and the lines for chit.toml. Fit on one set and measure on another with `chit eval`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chit menu fit datasets/greenbite-seen.jsonl
  chit menu fit orders.jsonl --menu menu.csv --embedding static --format toml >> chit.toml")]
pub struct FitArgs {
    /// Labelled messages
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    reader: ReaderArgs,
    /// Only this half, by a hash of the id
    #[arg(long, value_enum)]
    split: Option<Split>,
    /// Labelled messages that are taken whole, whatever --split says
    #[arg(long, value_name = "FILE")]
    unsplit: Vec<PathBuf>,
    /// What to fit
    #[arg(long, value_enum, default_value_t)]
    what: What,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum What {
    /// From where on a score is believed
    #[default]
    Thresholds,
    /// What the evidence for a match counts: the constants in the program
    Weights,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// What was tried, and the lines for chit.toml
    #[default]
    Table,
    /// The lines for chit.toml alone
    Toml,
    /// Everything, for another program
    Json,
}

/// Fits and prints.
///
/// # Errors
/// When a file, the menu or the model can't be had, or no order is labelled.
pub fn run(args: &FitArgs, settings: &Settings) -> Result<Exit> {
    let (shops, rejected) = args.shops(settings)?;
    let embedding = args.reader.embedding(&settings.embedding)?;
    let mut out = std::io::stdout().lock();
    match args.what {
        What::Thresholds => thresholds(args, &shops, settings, &embedding, &mut out)?,
        What::Weights => {
            let weights = fit::weigh(&shops, &settings.reader, &embedding);
            writeln!(out, "{}", serde_json::to_string_pretty(&weights)?)?;
        }
    }
    Ok(if rejected == 0 { Exit::Ok } else { Exit::Rejected })
}

impl FitArgs {
    /// The messages by the menu that they are read by, and how many rows could not be read.
    fn shops(&self, settings: &Settings) -> Result<(Vec<Shop>, usize)> {
        let (mut shops, mut rejected): (Vec<Shop>, usize) = (Vec::new(), 0);
        let files = read_rows(&self.files, self.split)?.into_iter().chain(read_rows(&self.unsplit, None)?);
        for file in files {
            let menu = self.reader.files_for(&file.path, settings).read()?;
            let asked = Rules { polite_requests: self.reader.polite_requests(), ..Rules::default() };
            let polite_requests = asked.or(Rules::beside(&file.path)?).polite_requests;
            let polite_requests = polite_requests.unwrap_or(settings.reader.polite_requests);
            rejected += file.rejected;
            let same = |shop: &&mut Shop| shop.menu == menu && shop.polite_requests == polite_requests;
            match shops.iter_mut().find(same) {
                Some(shop) => shop.rows.extend(file.rows),
                None => shops.push(Shop { menu, polite_requests, rows: file.rows }),
            }
        }
        Ok((shops, rejected))
    }
}

fn thresholds(
    args: &FitArgs,
    shops: &[Shop],
    settings: &Settings,
    embedding: &Embedding,
    out: &mut impl Write,
) -> Result<()> {
    let mut tries = 0;
    let fit = fit::run(shops, &settings.reader, embedding, |trial| {
        tries += 1;
        tracing::debug!(tries, cost = trial.cost, "tried");
    });
    let fit =
        fit.context("no row is labelled as an order: thresholds need `\"outcome\": \"order\"` with lines")?;
    match args.format {
        Format::Table => writeln!(out, "{}\n\n{}", table(&fit), fit.toml().trim_end())?,
        Format::Toml => write!(out, "{}", fit.toml())?,
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&fit)?)?,
    }
    Ok(())
}

fn table(fit: &Fit) -> Table {
    let mut table = output::table(&[
        "",
        "accept",
        "refuse",
        "margin",
        "placed",
        "placed wrong",
        "asked",
        "missed",
        "cost",
    ]);
    for trial in &fit.trials {
        let Trial { thresholds, placed_right, placed_wrong, asked, missed, cost } = trial;
        let chosen = if *trial == fit.best { "→" } else { "" };
        let shown = |threshold: Option<f32>| threshold.map_or("default".to_owned(), |t| format!("{t:.2}"));
        let numbers = [thresholds.accept, thresholds.refuse, thresholds.margin].map(shown);
        let counts = [placed_right, placed_wrong, asked, missed, cost].map(u64::to_string);
        table.add_row(std::iter::once(chosen.to_owned()).chain(numbers).chain(counts));
    }
    table
}
