//! `chit destinations`: where notices go, what waits there, and starting one again that was refused.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::context::Context;
use super::exit::Exit;
use super::output::{self, Format};
use crate::outbox::{self, Overview};

/// Show where notices go and what waits there, or start a stopped destination again
#[derive(Args)]
#[command(after_help = "Examples:
  chit destinations list
  chit destinations start discord:orders   after its address was mended or its ban is over")]
pub struct DestinationsArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Each destination with what waits, what was given up, and why it is stopped
    #[command(after_help = "Examples:\n  chit destinations list\n  chit destinations list --format json")]
    List {
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Let a stopped destination try the same address again; what waited is sent
    #[command(after_help = "Examples:\n  chit destinations start discord:orders")]
    Start {
        /// As `list` names it
        name: String,
    },
}

#[derive(Serialize)]
struct Shown {
    destination: String,
    waiting: i64,
    dead: i64,
    stopped: Option<String>,
}

impl From<Overview> for Shown {
    fn from(Overview { destination, waiting, dead, stopped, .. }: Overview) -> Self {
        Self { destination, waiting, dead, stopped: stopped.map(|stopped| stopped.reason) }
    }
}

/// Shows or starts.
///
/// # Errors
/// When the database can't be asked or standard output is gone.
pub async fn run(args: &DestinationsArgs, context: &Context) -> anyhow::Result<Exit> {
    let db = context.database().await?;
    match &args.action {
        Action::List { format } => {
            let shown: Vec<Shown> = outbox::overview(&db.pool).await?.into_iter().map(Shown::from).collect();
            output::rows(*format, &shown, &["destination", "waiting", "given up", "stopped"], |row| {
                let stopped = row.stopped.clone().unwrap_or_default();
                vec![row.destination.clone(), row.waiting.to_string(), row.dead.to_string(), stopped]
            })?;
            Ok(Exit::Ok)
        }
        Action::Start { name } => {
            if outbox::start_again(&db.pool, name).await? {
                output::say(&format!("{name}: started again"))?;
                return Ok(Exit::Ok);
            }
            output::note(&format!("{name} is not stopped: nothing changed; chit destinations list"));
            Ok(Exit::Failed)
        }
    }
}
