//! `chit dead`: messages and notices that were given up.

use clap::{Args, Subcommand};

use super::context::Context;
use super::exit::Exit;
use super::output::{self, Format};
use crate::clock::local;
use crate::outbox::{self, Which};
use crate::reports::dead;

/// Show or retry messages and notices that were given up after too many tries
#[derive(Args)]
#[command(after_help = "Examples:
  chit dead list
  chit dead retry 42 43
  chit dead retry --all
  chit dead list --notices               what could not be delivered
  chit dead retry --notices --all")]
pub struct DeadArgs {
    #[command(subcommand)]
    command: DeadCommand,
}

#[derive(Subcommand)]
enum DeadCommand {
    /// List them with the reason of each
    #[command(after_help = "Examples:\n  chit dead list\n  chit dead list --format json")]
    List {
        /// Notices in place of messages
        #[arg(long)]
        notices: bool,
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Try them again, with all their tries
    #[command(after_help = "Examples:\n  chit dead retry 42 43\n  chit dead retry --all")]
    Retry {
        /// Numbers of messages, or with --notices of notices
        #[arg(required_unless_present = "all", conflicts_with = "all", value_name = "ID")]
        ids: Vec<i64>,
        /// Every one of them
        #[arg(long)]
        all: bool,
        /// Notices in place of messages
        #[arg(long)]
        notices: bool,
    },
}

/// Lists or retries dead letters. A number that is no dead letter ends with [`Exit::Rejected`].
///
/// # Errors
/// When the database can't be asked or standard output is gone.
pub async fn run(args: &DeadArgs, context: &Context) -> anyhow::Result<Exit> {
    match &args.command {
        DeadCommand::List { notices: false, format } => list(*format, context).await,
        DeadCommand::List { notices: true, format } => list_notices(*format, context).await,
        DeadCommand::Retry { ids, all, notices: false } => {
            retry((!all).then_some(ids.as_slice()), context).await
        }
        DeadCommand::Retry { ids, all, notices: true } => {
            retry_notices((!all).then_some(ids.as_slice()), context).await
        }
    }
}

async fn list_notices(format: Format, context: &Context) -> anyhow::Result<Exit> {
    let db = context.database().await?;
    let rows = outbox::dead(&db.pool).await?;
    let zone = context.clock.zone();
    let headers = ["notice", "saved", "to", "message", "tries", "why it was given up"];
    output::rows(format, &rows, &headers, |row| {
        vec![
            row.id.to_string(),
            local(row.created_at, zone),
            row.destination.clone(),
            row.message_id.map(|id| id.to_string()).unwrap_or_default(),
            row.tries.to_string(),
            row.reason.clone(),
        ]
    })?;
    Ok(Exit::Ok)
}

async fn retry_notices(ids: Option<&[i64]>, context: &Context) -> anyhow::Result<Exit> {
    let db = context.database().await?;
    for row in outbox::dead(&db.pool).await?.iter().filter(|row| ids.is_none_or(|ids| ids.contains(&row.id)))
    {
        tracing::info!(notice_id = row.id, to = row.destination, reason = row.reason, "retry a dead notice");
    }
    let retried = outbox::retry_dead(&db.pool, ids.map_or(Which::All, Which::Ids)).await?;
    let retried = usize::try_from(retried)?;
    output::say(&format!("{} to be tried again", output::count(retried, "notice")))?;
    let alive = ids.map_or(0, |ids| ids.len().saturating_sub(retried));
    if alive == 0 {
        return Ok(Exit::Ok);
    }
    output::note(&format!(
        "{} left alone: `chit dead list --notices` shows which are dead",
        output::count(alive, "notice")
    ));
    Ok(Exit::Rejected)
}

async fn list(format: Format, context: &Context) -> anyhow::Result<Exit> {
    let db = context.database().await?;
    let letters = dead::list(&db.pool).await?;
    let zone = context.clock.zone();
    output::rows(
        format,
        &letters,
        &["message", "time", "from", "tries", "why it was given up", "text"],
        |letter| {
            vec![
                letter.id.to_string(),
                local(letter.received_at, zone),
                letter.channel.clone(),
                letter.tries.to_string(),
                letter.reason.clone().unwrap_or_default(),
                letter.text.clone().unwrap_or_default(),
            ]
        },
    )?;
    let notices = outbox::dead(&db.pool).await?.len();
    if notices > 0 {
        output::note(&format!("{} given up too: chit dead list --notices", output::count(notices, "notice")));
    }
    Ok(Exit::Ok)
}

async fn retry(ids: Option<&[i64]>, context: &Context) -> anyhow::Result<Exit> {
    let db = context.database().await?;
    let retried = dead::retry(&db.pool, ids).await?;
    for letter in &retried {
        tracing::info!(message_id = letter.id, reason = letter.reason.as_deref(), "retry a dead letter");
    }
    output::say(&format!("{} to be tried again", output::count(retried.len(), "message")))?;
    let alive: Vec<String> = ids
        .unwrap_or_default()
        .iter()
        .filter(|id| retried.iter().all(|letter| letter.id != **id))
        .map(ToString::to_string)
        .collect();
    if alive.is_empty() {
        return Ok(Exit::Ok);
    }
    output::note(&format!("no dead letters, left alone: {}", alive.join(", ")));
    Ok(Exit::Rejected)
}
