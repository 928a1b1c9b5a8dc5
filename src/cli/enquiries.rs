//! `chit enquiries`: the messages that wait for an answer.

use anyhow::Context as _;
use clap::Args;

use super::context::Context;
use super::exit::Exit;
use super::output::{self, Format};
use crate::clock::local;
use crate::enquiries::State;
use crate::reports::enquiries::{self, Filter};

/// Show the enquiries, the newest last
#[derive(Args)]
#[command(after_help = "Examples:
  chit enquiries --state open            who waits for an answer
  chit enquiries --format json")]
pub struct EnquiriesArgs {
    /// Only those in this state
    #[arg(long, value_enum)]
    state: Option<State>,
    /// At most this many, the newest
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Prints the enquiries.
///
/// # Errors
/// When the database can't be asked or standard output is gone.
pub async fn run(args: &EnquiriesArgs, context: &Context) -> anyhow::Result<Exit> {
    let filter = Filter { state: args.state, span: None, limit: Some(args.limit.saturating_add(1)) };
    let db = context.database().await?;
    let enquiries = enquiries::find(&db.pool, filter).await.context("show the enquiries")?;
    let enquiries = output::newest(enquiries, args.limit);
    let zone = context.clock.zone();
    let headers = ["message", "time", "state", "kind", "what was asked", "why it is no order"];
    output::rows(args.format, &enquiries, &headers, |enquiry| {
        vec![
            enquiry.message_id.to_string(),
            local(enquiry.received_at, zone),
            output::name(&enquiry.state),
            enquiry.kind.replace('_', " "),
            enquiry.text.clone().unwrap_or_default(),
            enquiry.reason.clone(),
        ]
    })?;
    Ok(Exit::Ok)
}
