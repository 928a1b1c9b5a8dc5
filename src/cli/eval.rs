//! `chit eval`: how well labelled messages are understood.

mod failures;
mod parsers;
mod print;
mod rows;
mod words;
mod written;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, ensure};
use clap::Args;
use indicatif::ProgressBar;

use super::context::Context;
use super::exit::Exit;
use super::output::{count, name, note};
use super::reader_args::{MenuFiles, ReaderArgs};
use super::simulate::empty_bar;
use crate::config::{ReaderSettings, Settings};
use crate::embedding::Embedding;
use crate::evaluation::labels::Split;
use crate::evaluation::{Comparison, Judge, Judged, Labelled, Mislabelled, Report, Rules, Verdict};
use crate::menu::Menu;
use crate::pipeline::second_opinion::SecondOpinion;
use rows::LabelledFile;
use written::{Baseline, Written, WrittenFile};

pub(super) use rows::read as read_rows;

/// Measure how well labelled messages are understood
///
/// Takes JSON lines with `text` and any of `outcome`, `category`, `lines`, `fulfilment`; nothing is stored. Each file
/// is read against --menu, else menu.csv (and modifiers.csv) beside it, else the configured menu. A file labels.toml
/// beside it may say how its labels are meant (`polite_requests`, `compare_beside_notes`); flags win.
#[derive(Debug, Args)]
#[command(after_help = "\
An order is exact when it became an order with all items, quantities and options right, once identical lines are
summed; an order sent to review is not. Each share comes with its 95 % Wilson interval. A match is right when its item
is among those that the row names.

Exit code 3: a row could not be read; or, with --baseline, a row that was right is wrong or a false order is new.

Examples:
  chit eval datasets/greenbite-seen.jsonl --failures 20
  chit eval datasets/coffee/orders.jsonl datasets/coffee/off-menu.jsonl --split unseen
  chit eval orders.jsonl --menu menu.csv --modifiers modifiers.csv --polite-requests order
  chit eval datasets/greenbite-unseen.jsonl --report before.json
  chit eval datasets/greenbite-unseen.jsonl --baseline before.json
  chit eval datasets/coffee/orders.jsonl --except datasets/mislabelled.jsonl
  chit eval datasets/greenbite-seen.jsonl --parser cascade --answers answers.jsonl
  chit eval datasets/curry/messages.jsonl --compare-parsers --answers answers.jsonl")]
pub struct EvalArgs {
    /// Labelled messages
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    reader: ReaderArgs,
    /// Notes may stand for options: of rows whose labelled lines have notes, compare item, quantity and these groups,
    /// and ask that half of the words of a note reach notes or options [default: as labels.toml says, else notes are
    /// not judged]
    #[arg(long, value_name = "GROUP,…", value_delimiter = ',')]
    compare_beside_notes: Option<Vec<String>>,
    /// Only this half, by a hash of the id
    #[arg(long, value_enum)]
    split: Option<Split>,
    /// Only the rows with these ids: a file with one id a line
    #[arg(long, value_name = "FILE")]
    only: Option<PathBuf>,
    /// Read each file three times, by the grammar, by a language model and by both, and show them side by side
    #[arg(long, conflicts_with_all = ["parser", "baseline", "report", "except"])]
    compare_parsers: bool,
    /// Rows shown to be mislabelled, as JSON lines with `id` and `reason`: gives the figures with and without them
    #[arg(long, value_name = "FILE")]
    except: Option<PathBuf>,
    /// Write figures, and a verdict on each row, to this file as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Say what has changed since this report
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Of each file, show so many of the messages that were read otherwise than labelled: `-` expected, `+` read
    #[arg(long, value_name = "N", default_value_t = 0)]
    failures: usize,
}

/// Figures of all rows, and of those whose label was not shown to be wrong, where that was asked for.
pub(super) struct Figures {
    all: Report,
    without_excepted: Option<Report>,
}

/// A file, what it was read against, and what came of it.
struct Measured {
    path: PathBuf,
    menu: MenuFiles,
    rules: Rules,
    rows: Vec<Judged>,
    figures: Figures,
}

/// Everything that is printed and written.
struct Evaluation {
    files: Vec<Measured>,
    total: Figures,
    verdicts: Vec<Verdict>,
    excepted: Option<Mislabelled>,
    since: Option<(Baseline, Comparison)>,
}

/// Reads, counts and prints.
///
/// # Errors
/// When a file, the menu or the model can't be had, or there is nothing to read or to compare.
pub fn run(args: &EvalArgs, context: &Context) -> Result<Exit> {
    let baseline = args.baseline.as_deref().map(written::baseline).transpose()?;
    let excepted = args.except.as_deref().map(Mislabelled::read).transpose()?;
    let mut files = rows::read(&args.files, args.split)?;
    if let Some(only) = &args.only {
        rows::keep_only(&mut files, only)?;
    }
    let rejected = files.iter().any(|file| file.rejected > 0);
    let embedding = args.reader.embedding(&context.settings.embedding)?;
    if args.compare_parsers {
        parsers::compare(args, &files, context, &embedding)?;
        return Ok(if rejected { Exit::Rejected } else { Exit::Ok });
    }
    let second_opinion = args.reader.second_opinion(&context.settings, None)?;
    let bar = bar(&files, context);
    let measured = measure(
        args,
        &files,
        excepted.as_ref(),
        &context.settings,
        &embedding,
        second_opinion.as_ref(),
        &bar,
    );
    bar.finish_and_clear();
    let evaluation = Evaluation::of(measured?, excepted, baseline, &embedding)?;
    evaluation.show(args, context)?;
    if let Some(path) = &args.report {
        written::write(&evaluation.written(args.split, &embedding), path)?;
    }
    let worse = evaluation.since.is_some_and(|(_, comparison)| comparison.is_worse());
    Ok(if rejected || worse { Exit::Rejected } else { Exit::Ok })
}

fn bar(files: &[LabelledFile], context: &Context) -> ProgressBar {
    let bar = empty_bar(context.terminal, "read");
    bar.set_length(files.iter().map(|file| file.rows.len() as u64).sum());
    bar
}

fn measure(
    args: &EvalArgs,
    files: &[LabelledFile],
    excepted: Option<&Mislabelled>,
    settings: &Settings,
    embedding: &Embedding,
    second_opinion: Option<&Arc<SecondOpinion>>,
    bar: &ProgressBar,
) -> Result<Vec<Measured>> {
    let mut menus: Vec<(MenuFiles, Menu)> = Vec::new();
    let mut measured = Vec::new();
    for LabelledFile { path, rows, .. } in files {
        let menu = args.reader.files_for(path, settings);
        if !menus.iter().any(|(files, _)| *files == menu) {
            menus.push((menu.clone(), menu.read()?));
        }
        let read = menus.iter().find(|(files, _)| *files == menu).map(|(_, menu)| menu.clone());
        let read = read.unwrap_or_default();
        let rules = args.rules(path, settings)?;
        known_groups(&rules, &read)?;
        let polite_requests = rules.polite_requests.unwrap_or_default();
        let settings = ReaderSettings { polite_requests, ..settings.reader.clone() };
        let mut judge = Judge::new(read, settings, embedding.clone())
            .comparing_beside_notes(rules.compare_beside_notes.clone())
            .asking(second_opinion.cloned());
        let judge = |row: &Labelled| {
            bar.inc(1);
            judge.judge(row)
        };
        let rows: Vec<Judged> = rows.iter().map(judge).collect();
        let figures = Figures::of(&rows, excepted);
        measured.push(Measured { path: path.clone(), menu, rules, rows, figures });
    }
    Ok(measured)
}

/// A group that the menu lacks would leave every option uncompared.
fn known_groups(rules: &Rules, menu: &Menu) -> Result<()> {
    let known: Vec<&str> = menu.groups.iter().map(|group| group.name.as_str()).collect();
    for group in rules.compare_beside_notes.iter().flatten() {
        ensure!(
            known.contains(&group.as_str()),
            "there is no modifier group {group} to compare beside notes; there are: {}",
            known.join(", ")
        );
    }
    Ok(())
}

impl EvalArgs {
    /// The flags, else what the folder of the labels says, else the settings.
    fn rules(&self, path: &Path, settings: &Settings) -> Result<Rules> {
        let asked = Rules {
            polite_requests: self.reader.polite_requests(),
            compare_beside_notes: self.compare_beside_notes.clone(),
        };
        let usual =
            Rules { polite_requests: Some(settings.reader.polite_requests), compare_beside_notes: None };
        Ok(asked.or(Rules::beside(path)?).or(usual))
    }
}

impl Figures {
    fn of<'a>(rows: impl IntoIterator<Item = &'a Judged>, excepted: Option<&Mislabelled>) -> Self {
        let rows: Vec<&Judged> = rows.into_iter().collect();
        let without = |excepted: &Mislabelled| {
            let kept = rows.iter().copied().filter(|row| excepted.reason(&row.labelled).is_none());
            Report::of(kept)
        };
        Self { all: Report::of(rows.iter().copied()), without_excepted: excepted.map(without) }
    }
}

impl Evaluation {
    fn of(
        files: Vec<Measured>,
        excepted: Option<Mislabelled>,
        baseline: Option<Baseline>,
        embedding: &Embedding,
    ) -> Result<Self> {
        let rows = || files.iter().flat_map(|file| &file.rows);
        let total = Figures::of(rows(), excepted.as_ref());
        let is_excepted =
            |row: &Judged| excepted.as_ref().is_some_and(|list| list.reason(&row.labelled).is_some());
        let labelled = rows().filter(|row| row.labelled.is_labelled());
        let verdicts: Vec<Verdict> = labelled.map(|row| Verdict::of(row, is_excepted(row))).collect();
        let since = baseline.map(|baseline| {
            let comparison = Comparison::of(&baseline.verdicts, &verdicts);
            ensure!(
                comparison.compared + comparison.excepted > 0,
                "no row of the baseline {} is among those that were read: give it the same files",
                baseline.path.display()
            );
            if baseline.embedding != embedding.id() {
                note(&format!(
                    "the baseline was measured with the model {}, this with {}",
                    baseline.embedding,
                    embedding.id()
                ));
            }
            Ok((baseline, comparison))
        });
        let since = since.transpose()?;
        Ok(Self { files, total, verdicts, excepted, since })
    }

    fn show(&self, args: &EvalArgs, context: &Context) -> Result<()> {
        let currency = &context.settings.currency;
        let mut out = std::io::stdout().lock();
        for (at, file) in self.files.iter().enumerate() {
            let apart = if at > 0 { "\n" } else { "" };
            writeln!(out, "{apart}{}", file.heading(args.split))?;
            for row in file.rows.iter().filter(|row| row.failed()).take(args.failures) {
                let reason = self.excepted.as_ref().and_then(|list| list.reason(&row.labelled));
                write!(out, "\n{}", failures::failure(row, reason, context.terminal.colour_out))?;
            }
            write!(out, "\n{}", print::figures(&file.figures, currency))?;
        }
        if self.files.len() > 1 {
            let messages = count(self.files.iter().map(|file| file.rows.len()).sum(), "message");
            writeln!(out, "\nin total: {messages} of {} files\n", self.files.len())?;
            write!(out, "{}", print::figures(&self.total, currency))?;
        }
        if let Some((baseline, comparison)) = &self.since {
            write!(out, "\n{}", print::comparison(comparison, &baseline.path, currency))?;
        }
        Ok(out.flush()?)
    }

    fn written<'a>(&'a self, split: Option<Split>, embedding: &'a Embedding) -> Written<'a> {
        let file = |file: &'a Measured| WrittenFile {
            file: &file.path,
            menu: &file.menu,
            rules: &file.rules,
            figures: (&file.figures).into(),
        };
        Written {
            files: self.files.iter().map(file).collect(),
            split,
            embedding: embedding.id(),
            figures: (&self.total).into(),
            since_baseline: self.since.as_ref().map(|(_, comparison)| comparison),
            verdicts: &self.verdicts,
        }
    }
}

impl Measured {
    /// What was read, against which menu, and how the labels were taken.
    fn heading(&self, split: Option<Split>) -> String {
        let half = split.map(|split| format!(" of the {} half", name(&split))).unwrap_or_default();
        let messages = count(self.rows.len(), "message");
        let menu = self.menu.menu.display();
        let modifiers = self.menu.modifiers.as_ref().map(|path| format!(" with {}", path.display()));
        let modifiers = modifiers.unwrap_or_else(|| ", without modifiers".to_owned());
        let polite_requests = self.rules.polite_requests.map(|polite| name(&polite)).unwrap_or_default();
        let notes = match &self.rules.compare_beside_notes {
            Some(groups) => format!("; beside notes, of options only {} compared", groups.join(", ")),
            None => String::new(),
        };
        format!(
            "{}: {messages}{half}\nmenu: {menu}{modifiers}\nrequests in question form: {polite_requests}{notes}",
            self.path.display(),
        )
    }
}
