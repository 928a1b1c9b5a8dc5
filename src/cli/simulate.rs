//! `chit simulate`: put the rows of a dataset into the database as if customers were writing.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres};

use super::context::{Context, Terminal};
use super::exit::Exit;
use crate::controls::{self, Control, State};
use crate::simulator::{self, Pace, Place, Played, Simulation};

/// The channel of simulated messages.
pub const CHANNEL: &str = "simulator";

/// Put the rows of a dataset into the database as if customers were writing
#[derive(Args)]
#[command(
    after_help = "It remembers its place in each file after each batch and goes on from there, also after a crash.
From elsewhere: chit control simulation pause | resume | stop

Examples:
  chit simulate datasets/friday.csv
  chit simulate datasets/friday.csv --rate 20 --seed 7
  chit simulate datasets/friday.csv --as-fast-as-possible
  chit simulate datasets/friday.csv --again      the whole file once more, as new messages"
)]
pub struct SimulateArgs {
    /// CSV with timestamp,message, or JSON lines with text
    file: PathBuf,
    /// The shortest pause between batches
    #[arg(long, value_name = "TIME", default_value = "200ms", value_parser = humantime::parse_duration)]
    min_pause: Duration,
    /// The longest pause between batches
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = humantime::parse_duration)]
    max_pause: Duration,
    /// Messages a second on average, in place of pauses
    #[arg(long, value_name = "N", value_parser = rate, conflicts_with_all = ["min_pause", "max_pause"])]
    rate: Option<f64>,
    /// The most messages in a batch
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    max_batch: u32,
    /// No pauses, big batches
    #[arg(long, conflicts_with_all = ["min_pause", "max_pause", "rate"])]
    as_fast_as_possible: bool,
    /// The same seed gives the same batches and pauses
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Start at the first row again; its messages are new ones
    #[arg(long)]
    again: bool,
}

impl SimulateArgs {
    fn pace(&self) -> Pace {
        if self.as_fast_as_possible {
            return Pace { seed: self.seed, ..Pace::full_speed() };
        }
        Pace {
            max_batch: self.max_batch,
            min_pause: self.min_pause,
            max_pause: self.max_pause,
            rate: self.rate,
            seed: self.seed,
        }
    }
}

/// A number of messages a second: above 0.
pub fn rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| "it is not a number".to_owned())?;
    if rate > 0.0 && rate.is_finite() { Ok(rate) } else { Err("it must be above 0".to_owned()) }
}

/// Plays the file.
///
/// # Errors
/// When the file or the database can't be used.
pub async fn run(args: &SimulateArgs, context: &Context) -> Result<Exit> {
    if args.min_pause > args.max_pause {
        eprintln!("error: --min-pause is longer than --max-pause");
        return Ok(Exit::Usage);
    }
    let shutdown = context.ending.token();
    let db = context.database().await?;
    let mut place = simulator::place(&db.pool, CHANNEL, &args.file, args.again).await?;
    anyhow::ensure!(
        place.total > 0,
        "{} has no rows: timestamp,message and below it the messages",
        args.file.display()
    );
    if place.position == place.total {
        eprintln!("all {} rows were played before; --again plays them once more", place.total);
        return Ok(Exit::Ok);
    }
    let hold = Hold::take(&db.pool).await?;
    let bar = bar(context.terminal, &place, "put in");
    let simulation = Simulation {
        pool: &db.pool,
        clock: context.clock,
        file: &args.file,
        control: Some(Control::Simulation),
        pace: args.pace(),
    };
    let played = simulation.play(&mut place, &shutdown, |place| bar.set_position(behind(place))).await;
    bar.finish_and_clear();
    hold.leave(&db.pool).await?;
    let played = played?;
    report(&played, &place, args);
    db.close().await;
    Ok(ending(&played, context))
}

/// The stored control belongs to the one simulation that holds its lock. Another one beside it heeds the
/// control and leaves it alone.
struct Hold(Option<PoolConnection<Postgres>>);

impl Hold {
    async fn take(pool: &PgPool) -> Result<Self> {
        let Some(connection) = controls::lock(pool, Control::Simulation).await? else {
            eprintln!("another simulation is running; chit control simulation pause | stop holds for both");
            return Ok(Self(None));
        };
        controls::change(pool, Control::Simulation, &[State::Stopped], State::Running).await?;
        if controls::state(pool, Control::Simulation).await? == State::Paused {
            eprintln!("the simulation is paused: chit control simulation resume");
        }
        Ok(Self(Some(connection)))
    }

    async fn leave(self, pool: &PgPool) -> Result<()> {
        if let Some(connection) = self.0 {
            controls::change(pool, Control::Simulation, &[State::Running, State::Paused], State::Stopped)
                .await?;
            connection.close().await?;
        }
        Ok(())
    }
}

fn ending(played: &Played, context: &Context) -> Exit {
    if context.ending.is_asked() || !played.finished {
        Exit::Interrupted
    } else if played.rejected.is_empty() {
        Exit::Ok
    } else {
        Exit::Rejected
    }
}

fn report(played: &Played, place: &Place, args: &SimulateArgs) {
    for rejected in &played.rejected {
        eprintln!("left out: {rejected}");
    }
    eprintln!(
        "{} messages put in, {} known before, {} rows left out; at row {} of {}",
        played.stored.len(),
        played.known,
        played.rejected.len(),
        place.position,
        place.total
    );
    if !played.finished {
        eprintln!("stopped; goes on from there: chit simulate {}", args.file.display());
    }
}

/// Progress through the rows of a file on standard error, where that is a terminal.
pub fn bar(terminal: Terminal, place: &Place, what: &'static str) -> ProgressBar {
    let bar = empty_bar(terminal, what);
    bar.set_length(place.total.unsigned_abs());
    bar.set_position(behind(place));
    bar
}

/// As [`bar`], before the file is known.
pub fn empty_bar(terminal: Terminal, what: &'static str) -> ProgressBar {
    if !terminal.progress {
        return ProgressBar::hidden();
    }
    let template = "{bar:30} {pos}/{len} {msg}, {per_sec}, {eta} left";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_message(what).with_style(style)
}

/// Rows behind us, for a progress bar.
pub fn behind(place: &Place) -> u64 {
    place.position.unsigned_abs()
}
