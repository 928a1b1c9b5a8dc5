//! `chit replay`: work a dataset from its first row to its last, and show what became of each.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use serde_json::Value;

use super::context::Context;
use super::exit::Exit;
use super::output::{self, clean};
use super::reader_args::ReaderArgs;
use super::simulate::{bar, behind};
use crate::app::App;
use crate::dataset::{self, RowError};
use crate::evaluation::asked;
use crate::listener::{self, Until};
use crate::llm::Used;
use crate::messages::State;
use crate::pipeline::{Line, Outcome, Reader, Reading};
use crate::reports::runs::{self, Outcomes};
use crate::reports::wording::{asides, line_text};
use crate::simulator::{self, Pace, Place, Played, Simulation};

/// The channel of replayed messages.
const CHANNEL: &str = "replay";

/// Work a dataset from its first row to its last, and show what became of each
#[derive(Args)]
#[command(
    after_help = "The rows are stored and worked as messages of the channel `replay`; notices wait in the outbox
for `chit worker` or `chit serve`. Interrupted, the command without --again goes on from there.

Examples:
  chit replay datasets/friday.csv
  chit replay datasets/friday.csv --dry-run      only read it: nothing is written, no database is needed
  chit replay datasets/friday.csv --format jsonl > readings.jsonl
  chit replay datasets/friday.csv --again        once more, as new messages"
)]
pub struct ReplayArgs {
    /// CSV with timestamp,message, or JSON lines with text
    file: PathBuf,
    /// Read the messages without writing anything
    #[arg(long)]
    dry_run: bool,
    /// How to print the readings
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Start at the first row again; its messages are new ones
    #[arg(long, conflicts_with = "dry_run")]
    again: bool,
    #[command(flatten)]
    reader: ReaderArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Table,
    /// One object a message, as `chit parse` prints it
    Jsonl,
}

/// Replays the file.
///
/// # Errors
/// When the file, the menu or the database can't be used.
pub async fn run(args: &ReplayArgs, context: &Context) -> Result<Exit> {
    if args.dry_run {
        tokio::task::block_in_place(|| dry_run(args, context))
    } else {
        replay(args, context).await
    }
}

fn dry_run(args: &ReplayArgs, context: &Context) -> Result<Exit> {
    let opened = args.reader.open(&context.settings)?;
    let polite_requests = opened.settings.polite_requests;
    let second_opinion = args.reader.second_opinion(&context.settings, None)?;
    let reader = Reader::new(opened.menu, opened.settings, opened.embedding);
    let shutdown = context.ending.token();
    let mut printer = Printer::new(args.format);
    let mut rejected = 0;
    let mut used = Used::default();
    for row in dataset::rows(&args.file, context.clock.zone())? {
        if shutdown.is_cancelled() {
            break;
        }
        match row {
            Ok(row) => {
                let read = reader.read(&row.text);
                let read = asked(second_opinion.as_deref(), &reader, read, polite_requests);
                used.add(&read.calls);
                let mut reading = read.reading;
                let sent_at = row.sent_at.map_or_else(|| context.clock.now(), |sent_at| sent_at.to_utc());
                reading.fulfilment.said_at(sent_at.with_timezone(&context.clock.zone()));
                printer.print(
                    &row.number.to_string(),
                    reading.outcome.into(),
                    serde_json::to_value(reading)?,
                )?;
            }
            Err(bad @ RowError::Bad { .. }) => {
                rejected += 1;
                eprintln!("left out: {bad}");
            }
            Err(broken @ RowError::Unreadable(_)) => return Err(broken.into()),
        }
    }
    let outcomes = printer.finish()?;
    eprintln!("read {} messages: {outcomes}; {rejected} rows left out; nothing was written", outcomes.sum());
    if second_opinion.is_some() {
        eprintln!("{}", used.told(&context.settings.currency));
    }
    Ok(ending(context, Done::when(rejected == 0 && !context.ending.is_asked())))
}

async fn replay(args: &ReplayArgs, context: &Context) -> Result<Exit> {
    let shutdown = context.ending.token();
    let app = context.app_of(args.reader.over(context.settings.clone())?, context.console()).await?;
    super::listen::say_if_held(&app).await?;
    let mut place = simulator::place(&app.db.pool, CHANNEL, &args.file, args.again).await?;
    if place.position == place.total && place.total > 0 {
        eprintln!("all {} rows were replayed before; --again replays them as new messages", place.total);
    }
    anyhow::ensure!(
        place.total > 0,
        "{} has no rows: timestamp,message and below it the messages",
        args.file.display()
    );
    let played = put_in(&app, args, context, &mut place).await?;
    let bar = bar(context.terminal, &Place { position: 0, ..place.clone() }, "worked");
    tokio::select! {
        worked = listener::run(&app, Until::Drained, shutdown) => worked?,
        () = show(&app, &place, &bar), if context.terminal.progress => {}
    }
    bar.finish_and_clear();
    let mut printer = Printer::new(args.format);
    let mut used = Used::default();
    let print = |row: runs::Row| {
        used.add(&row.calls);
        printer.print(&row.number, row.state, row.reading)
    };
    runs::rows(&app.db.pool, CHANNEL, &place.prefix(), print).await?;
    let outcomes = printer.finish()?;
    conclude(&app, &played, outcomes).await?;
    if app.second_opinion.is_some() {
        eprintln!("{}", used.told(&app.settings.currency));
    }
    app.close().await;
    let done = Done::when(played.finished && played.rejected.is_empty() && outcomes.others == 0);
    if done == Done::Partly && context.ending.is_asked() {
        eprintln!("stopped early; goes on from there: chit replay {}", args.file.display());
    }
    Ok(ending(context, done))
}

async fn put_in(app: &App, args: &ReplayArgs, context: &Context, place: &mut Place) -> Result<Played> {
    let bar = bar(context.terminal, place, "put in");
    let simulation = Simulation {
        pool: &app.db.pool,
        clock: context.clock,
        file: &args.file,
        control: None,
        pace: Pace::full_speed(),
    };
    let played =
        simulation.play(place, &context.ending.token(), |place| bar.set_position(behind(place))).await;
    bar.finish_and_clear();
    let played = played.with_context(|| format!("replay {}", args.file.display()))?;
    played.rejected.iter().for_each(|rejected| eprintln!("left out: {rejected}"));
    Ok(played)
}

/// Never ends by itself.
async fn show(app: &App, place: &Place, bar: &ProgressBar) {
    loop {
        if let Ok(done) = runs::finished(&app.db.pool, CHANNEL, &place.prefix()).await {
            bar.set_position(done.unsigned_abs());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn conclude(app: &App, played: &Played, outcomes: Outcomes) -> Result<()> {
    let waiting = runs::waiting_notices(&app.db.pool).await?;
    eprintln!("{} of this run: {outcomes}", output::count(outcomes.sum(), "message"));
    eprintln!(
        "{} new, {} known before, {} rows left out",
        played.stored.len(),
        played.known,
        played.rejected.len()
    );
    if waiting > 0 {
        eprintln!("{waiting} notices wait in the outbox: chit worker sends them");
    }
    eprintln!("{}", crate::messages::balance(&app.db.pool).await?);
    Ok(())
}

fn ending(context: &Context, done: Done) -> Exit {
    match done {
        Done::Whole => Exit::Ok,
        Done::Partly if context.ending.is_asked() => Exit::Interrupted,
        Done::Partly => Exit::Rejected,
    }
}

/// Whether every row was read and every message has ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Whole,
    Partly,
}

impl Done {
    fn when(whole: bool) -> Self {
        if whole { Self::Whole } else { Self::Partly }
    }
}

/// Prints readings as they come, or gathers them for a table.
struct Printer {
    format: Format,
    outcomes: Outcomes,
    rows: Vec<[String; 4]>,
}

impl Printer {
    fn new(format: Format) -> Self {
        Self { format, outcomes: Outcomes::default(), rows: Vec::new() }
    }

    fn print(&mut self, number: &str, state: State, reading: Value) -> Result<()> {
        self.outcomes.add(state);
        match self.format {
            Format::Jsonl => match serde_json::from_value::<Reading>(reading) {
                Ok(reading) => output::say(&serde_json::to_string(&reading)?),
                Err(_) => output::say(&serde_json::json!({ "row": number, "state": state }).to_string()),
            },
            Format::Table => {
                let reading = serde_json::from_value::<Reading>(reading).ok();
                let text =
                    reading.as_ref().map_or_else(|| "(in the file only)".to_owned(), |r| clean(&r.text));
                let summary = reading.as_ref().map(summary).unwrap_or_default();
                self.rows.push([number.to_owned(), output::name(&state), text, summary]);
                Ok(())
            }
        }
    }

    fn finish(self) -> Result<Outcomes> {
        if self.format == Format::Table && !self.rows.is_empty() {
            let mut table = output::table(&["row", "came to", "message", "understood as"]);
            table.add_rows(self.rows);
            output::say(&table.to_string())?;
        }
        Ok(self.outcomes)
    }
}

/// The lines of an order in short, else the reason.
pub fn summary(reading: &Reading) -> String {
    if matches!(reading.outcome, Outcome::Enquiry | Outcome::Miscellaneous) {
        return clean(&reading.reason);
    }
    let line =
        |line: &Line| line_text(line.quantity, line.item.as_deref(), &asides(&line.options, &line.notes));
    let mut parts: Vec<String> = reading.lines.iter().map(|l| clean(&line(l))).collect();
    parts.extend(reading.unmatched.iter().map(|part| format!("{} × ? {}", part.quantity, clean(&part.text))));
    parts.join("; ")
}
