//! `chit menu`: import, check, show.

mod print;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use sqlx::PgPool;

use super::exit::Exit;
use super::fit::{self, FitArgs};
use crate::config::{ReaderSettings, Settings};
use crate::embedding::Embedding;
use crate::menu::{self, Finding, Imported, Menu, RowProblem};
use crate::pipeline::Reader;
use crate::pipeline::match_menu::Confusion;

/// What the restaurant sells
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chit menu check menu.csv           look for mistakes before anybody orders
  chit menu import menu.csv          make it the menu from now on
  chit menu show --format json       what is sold now, for another program")]
pub struct MenuArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Import(ImportArgs),
    Check(CheckArgs),
    Show(ShowArgs),
    Fit(FitArgs),
}

/// Make a file the menu from now on
///
/// The columns are item_name, description, price and, if you like, category, aliases, tags, available.
/// Rows that can't be used are left out and named (exit code 3). The same content again changes nothing.
/// Where no file of modifiers is named or configured, those in force stay.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chit menu import menu.csv
  chit menu import menu.csv --modifiers modifiers.csv
  chit menu import menu.csv --no-modifiers")]
struct ImportArgs {
    /// The menu, as CSV
    file: PathBuf,
    #[command(flatten)]
    modifiers: ModifiersArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Look for mistakes in a file, or in the current menu
///
/// Names rows that can't be used (exit code 3), doubled names, names with the same key, missing prices,
/// aliases of several items, options for nothing, and items that are easily confused. A file is checked
/// without a database.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chit menu check
  chit menu check menu.csv --format json")]
struct CheckArgs {
    /// The menu, as CSV; without it the current menu is checked
    file: Option<PathBuf>,
    #[command(flatten)]
    modifiers: ModifiersArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Show the current menu
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chit menu show
  chit menu show --format json | jq '.items[].name'")]
struct ShowArgs {
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Args)]
struct ModifiersArgs {
    /// The modifiers, as CSV [default: the configured file when it exists]
    #[arg(long, value_name = "FILE", conflicts_with = "no_modifiers")]
    modifiers: Option<PathBuf>,
    /// Have no modifiers
    #[arg(long)]
    no_modifiers: bool,
}

impl ModifiersArgs {
    fn file<'a>(&'a self, settings: &'a Settings) -> Option<&'a Path> {
        let configured = Some(settings.modifiers.as_path()).filter(|path| path.exists());
        if self.no_modifiers { None } else { self.modifiers.as_deref().or(configured) }
    }
}

#[derive(Debug, Args)]
struct OutputArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Table,
    /// One object
    Json,
}

/// What a command says on standard output, and how it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whole lines.
    pub text: String,
    /// How the command ends.
    pub exit: Exit,
}

/// Runs the command and prints its answer. `open` is called only where the database is needed.
pub async fn run(
    args: &MenuArgs,
    settings: &Settings,
    open: impl AsyncFnOnce() -> Result<PgPool>,
) -> Result<Exit> {
    let answer = answer(args, settings, open).await?;
    std::io::stdout().write_all(answer.text.as_bytes()).context("print the answer")?;
    Ok(answer.exit)
}

/// Runs the command.
pub async fn answer(
    args: &MenuArgs,
    settings: &Settings,
    open: impl AsyncFnOnce() -> Result<PgPool>,
) -> Result<Answer> {
    match &args.action {
        Action::Import(args) => import(args, settings, &open().await?).await,
        Action::Check(CheckArgs { file: Some(file), modifiers, output }) => {
            let (menu, problems) = menu::read_csv(file, modifiers.file(settings))?;
            check(&menu, &problems, &settings.reader, output.format)
        }
        Action::Check(CheckArgs { file: None, modifiers, output }) => {
            ensure!(
                modifiers.modifiers.is_none() && !modifiers.no_modifiers,
                "name the menu file as well: chit menu check FILE --modifiers FILE"
            );
            check(&current(&open().await?).await?, &[], &settings.reader, output.format)
        }
        Action::Fit(args) => Ok(Answer { text: String::new(), exit: fit::run(args, settings)? }),
        Action::Show(args) => show(&current(&open().await?).await?, args.output.format, &settings.currency),
    }
}

async fn current(pool: &PgPool) -> Result<Menu> {
    menu::current(pool).await?.context("there is no menu yet: run chit menu import FILE")
}

async fn import(args: &ImportArgs, settings: &Settings, pool: &PgPool) -> Result<Answer> {
    let modifiers = args.modifiers.file(settings);
    let (mut menu, problems) = menu::read_csv(&args.file, modifiers)?;
    let mut source = args.file.display().to_string();
    if let Some(modifiers) = modifiers {
        source = format!("{source} with {}", modifiers.display());
    } else if !args.modifiers.no_modifiers {
        menu.groups = menu::current(pool).await?.unwrap_or_default().groups;
    }
    let imported = menu::import(pool, &menu, &source).await?;
    let text = match args.output.format {
        Format::Json => json(&ImportReport { imported: &imported, source: &source, problems: &problems })?,
        Format::Table => print::problems(&problems) + &print::import(&imported, &menu, &source),
    };
    Ok(Answer { text, exit: exit(&problems) })
}

#[derive(Serialize)]
struct ImportReport<'a> {
    #[serde(flatten)]
    imported: &'a Imported,
    source: &'a str,
    problems: &'a [RowProblem],
}

fn check(menu: &Menu, problems: &[RowProblem], reader: &ReaderSettings, format: Format) -> Result<Answer> {
    let mut findings = menu::findings(menu);
    findings.extend(confusable(menu, reader));
    let text = match format {
        Format::Json => json(&CheckReport { items: menu.items.len(), problems, findings: &findings })?,
        Format::Table => print::check(menu, problems, &findings),
    };
    Ok(Answer { text, exit: exit(problems) })
}

/// What the reader would confuse, by words alone.
fn confusable(menu: &Menu, reader: &ReaderSettings) -> Vec<Finding> {
    let confusions = Reader::new(menu.clone(), reader.clone(), Embedding::Off).confusions();
    let finding = |found: Confusion| Finding::Confusable {
        items: found.items.map(|item| menu.items[item].name.clone()),
        words: found.words,
        chance: found.chance,
    };
    confusions.into_iter().map(finding).collect()
}

#[derive(Serialize)]
struct CheckReport<'a> {
    items: usize,
    problems: &'a [RowProblem],
    findings: &'a [Finding],
}

fn show(menu: &Menu, format: Format, currency: &str) -> Result<Answer> {
    let text = match format {
        Format::Json => json(menu)?,
        Format::Table => print::show(menu, currency),
    };
    Ok(Answer { text, exit: Exit::Ok })
}

fn exit(problems: &[RowProblem]) -> Exit {
    if problems.iter().any(|problem| problem.left_out) { Exit::Rejected } else { Exit::Ok }
}

fn json(value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string_pretty(value).context("write the answer as JSON")? + "\n")
}
