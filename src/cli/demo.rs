//! `chit demo`: a lunch hour at a made-up restaurant, from message to ticket, on nothing but this machine.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use comfy_table::Table;
use indicatif::ProgressBar;
use tokio_util::sync::CancellationToken;

use super::context::Context;
use super::exit::Exit;
use super::output::{self, clean};
use super::replay::summary;
use super::serve;
use super::simulate::{behind, empty_bar, rate};
use crate::app::App;
use crate::channels::Console;
use crate::clock::Clock;
use crate::config::{NotifySettings, Settings};
use crate::listener::{self, Until};
use crate::messages::{self, State};
use crate::pipeline::Reading;
use crate::reports::runs::{self, Outcomes, Row};
use crate::simulator::{self, Pace, Place, Played, Simulation};
use crate::{db, menu, worker};

const CHANNEL: &str = "demo";
const ZONE: &str = "Europe/Amsterdam";
const MESSAGES: &str = include_str!("../../datasets/demo.csv");
const MENU: &str = include_str!("../../menu.csv");
const MODIFIERS: &str = include_str!("../../modifiers.csv");

/// Watch a lunch hour's messages become tickets, on this machine alone
#[derive(Args)]
#[command(
    after_help = "It keeps to itself: a private Postgres in a folder of its own, a made-up restaurant, notices on the
screen. No setting, database or channel of yours is touched. It ends by itself, but for --serve.

Examples:
  chit demo
  chit demo --rate 60                    faster
  chit demo --serve                      and then the staff page, to try it
  chit demo --file my-messages.csv       your own messages, by the demo's menu"
)]
pub struct DemoArgs {
    /// CSV with timestamp,message, or JSON lines with text [default: 120 messages of a Saturday]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Messages a second on average
    #[arg(long, value_name = "N", default_value_t = 8.0, value_parser = rate)]
    rate: f64,
    /// Go on with the staff page, until Ctrl-C
    #[arg(long)]
    serve: bool,
}

/// Plays the demo.
///
/// # Errors
/// When no Postgres can be started, or a file can't be used.
pub async fn run(args: &DemoArgs, context: &Context) -> Result<Exit> {
    let shutdown = context.ending.token();
    let socket = if args.serve {
        Some(serve::bind(&context.settings.bind, |at| format!("CHIT_BIND={at} chit demo --serve")).await?)
    } else {
        None
    };
    let settings = prepare(context)?;
    let context = &Context { clock: Clock::system(settings.zone()), ..context.clone() };
    let file = args.file.clone().unwrap_or_else(|| settings.data_dir.join("demo.csv"));
    output::note("Chit demo: a private Postgres is started, a menu imported, and messages come in.");
    let bar = empty_bar(context.terminal, "messages in");
    let app = open(context, settings, &bar).await?;
    let mut place = simulator::place(&app.db.pool, CHANNEL, &file, true).await?;
    bar.set_length(place.total.unsigned_abs());
    let played = play(args, &app, &file, &mut place, &bar, &shutdown).await;
    bar.finish_and_clear();
    let played = played?;
    let lost = report(&app, &place, &played).await?;
    let cut_short = context.ending.is_asked();
    if let Some(socket) = socket.filter(|_| !cut_short) {
        serve::both(socket, &app, shutdown).await?;
    }
    app.close().await;
    Ok(match () {
        () if cut_short => Exit::Interrupted,
        () if lost > 0 => Exit::Failed,
        () if played.rejected.is_empty() => Exit::Ok,
        () => Exit::Rejected,
    })
}

/// Nothing of the owner's: a folder of its own, no server, no channel but the screen.
fn prepare(context: &Context) -> Result<Settings> {
    let data_dir = context.settings.data_dir.join("demo");
    std::fs::create_dir_all(&data_dir).with_context(|| format!("make {}", data_dir.display()))?;
    for (name, content) in [("demo.csv", MESSAGES), ("menu.csv", MENU), ("modifiers.csv", MODIFIERS)] {
        let path = data_dir.join(name);
        std::fs::write(&path, content).with_context(|| format!("write {}", path.display()))?;
    }
    Ok(Settings {
        menu: data_dir.join("menu.csv"),
        modifiers: data_dir.join("modifiers.csv"),
        data_dir,
        database_url: None,
        memcached_url: None,
        timezone: Some(ZONE.to_owned()),
        notify: NotifySettings { console: Some(true), ..NotifySettings::default() },
        ..context.settings.clone()
    })
}

async fn open(context: &Context, settings: Settings, bar: &ProgressBar) -> Result<App> {
    let console = Console::new(Box::new(AboveTheBar(bar.clone())), context.terminal.colour_out);
    let (menu, _) = menu::read_csv(&settings.menu, Some(&settings.modifiers))?;
    let db = db::open(&settings).await?;
    menu::import(&db.pool, &menu, "the demo's menu").await?;
    output::note(&format!("Postgres: {}", db.describe()));
    db.close().await;
    context.app_of(settings, console).await
}

/// Standard output, with the progress bar out of the way while it is written to.
struct AboveTheBar(ProgressBar);

impl Write for AboveTheBar {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.suspend(|| std::io::stdout().write_all(bytes)).map(|()| bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stdout().flush()
    }
}

/// Simulation, listener and senders side by side, until everything that came in is worked and sent.
async fn play(
    args: &DemoArgs,
    app: &App,
    file: &Path,
    place: &mut Place,
    bar: &ProgressBar,
    shutdown: &CancellationToken,
) -> Result<Played> {
    let pace = Pace { max_batch: 4, rate: Some(args.rate), ..Pace::full_speed() };
    let simulation = Simulation { pool: &app.db.pool, clock: app.clock, file, control: None, pace };
    let done = shutdown.child_token();
    let simulate = async {
        let played = simulation.play(place, shutdown, |place| bar.set_position(behind(place))).await;
        let drained = listener::run(app, Until::Drained, CancellationToken::new()).await;
        while runs::waiting_notices(&app.db.pool).await.unwrap_or(0) > 0 && !shutdown.is_cancelled() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        done.cancel();
        played.and_then(|played| drained.map(|()| played))
    };
    let (played, worked) = tokio::join!(simulate, worker::run(app, done.clone()));
    worked.and(played)
}

/// Prints the tables and the balance, and returns how many messages are lost.
async fn report(app: &App, place: &Place, played: &Played) -> Result<i64> {
    let mut outcomes = Outcomes::default();
    let mut tables = Tables::new();
    runs::rows(&app.db.pool, CHANNEL, &place.prefix(), |row| {
        outcomes.add(row.state);
        tables.add(row, &app.settings.currency);
        Ok(())
    })
    .await?;
    tables.print()?;
    played.rejected.iter().for_each(|rejected| output::note(&format!("left out: {rejected}")));
    let balance = messages::balance(&app.db.pool).await?;
    let lost =
        i64::try_from(played.stored.len()).unwrap_or(i64::MAX) - i64::try_from(outcomes.sum()).unwrap_or(0);
    output::say(&format!("This run: {} messages in, {outcomes}.", played.stored.len()))?;
    output::say(&format!("In all:   {balance}"))?;
    output::note(&format!("\nThe rest of it: chit --data-dir {} orders", app.settings.data_dir.display()));
    Ok(balance.lost() + lost)
}

struct Tables {
    tickets: Table,
    reviews: Table,
    enquiries: Table,
    miscellaneous: usize,
}

impl Tables {
    fn new() -> Self {
        Self {
            tickets: output::table(&["ticket", "for the kitchen", "total"]),
            reviews: output::table(&["ticket", "needs a look", "why"]),
            enquiries: output::table(&["to answer", "why"]),
            miscellaneous: 0,
        }
    }

    fn add(&mut self, row: Row, currency: &str) {
        let reading = serde_json::from_value::<Reading>(row.reading).ok();
        let (text, lines, reason) = reading.map_or_else(Default::default, |reading| {
            (clean(&reading.text), summary(&reading), clean(&reading.reason))
        });
        let number = row.ticket.map_or_else(String::new, |number| format!("#{number}"));
        match row.state {
            State::Ordered => {
                let total =
                    row.total.map_or_else(|| "—".to_owned(), |total| format!("{total:.2} {currency}"));
                _ = self.tickets.add_row([number, lines, total]);
            }
            State::Review => _ = self.reviews.add_row([number, text, reason]),
            State::Enquiry => _ = self.enquiries.add_row([text, reason]),
            State::Miscellaneous => self.miscellaneous += 1,
            State::Received | State::Claimed | State::Failed | State::Dead => {}
        }
    }

    fn print(&self) -> Result<()> {
        for table in [&self.tickets, &self.reviews, &self.enquiries].into_iter().filter(|t| !t.is_empty()) {
            output::say(&table.to_string())?;
        }
        output::say(&format!("Miscellaneous: {}, kept in a file, not shown here.", self.miscellaneous))
    }
}
