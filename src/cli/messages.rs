//! `chit messages why`: how one message became what it is.

use std::io::{self, Write};

use anyhow::Context as _;
use chrono_tz::Tz;
use clap::{Args, Subcommand, ValueEnum};

use super::context::Context;
use super::exit::Exit;
use super::output;
use crate::clock::local;
use crate::llm::Call;
use crate::pipeline::Line;
use crate::reports::messages::{self, Message, Why};
use crate::reports::trace::{Stage, Trace};
use crate::reports::wording::{asides, line_text};

/// Show why a message became what it is
#[derive(Args)]
#[command(after_help = "Examples:
  chit messages why 42
  chit messages why 42 --format json")]
pub struct MessagesArgs {
    #[command(subcommand)]
    command: MessagesCommand,
}

#[derive(Subcommand)]
enum MessagesCommand {
    /// Show each stage with its decision, score, runner-up and reason
    #[command(after_help = "Examples:\n  chit messages why 42\n  chit messages why 42 --format json")]
    Why(WhyArgs),
}

#[derive(Args)]
struct WhyArgs {
    /// The message's number, as `chit orders --format json` and `chit enquiries` show it
    id: i64,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: WhyFormat,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum WhyFormat {
    /// For people.
    #[default]
    Table,
    /// Everything, as one object.
    Json,
}

/// Prints the trace of a message.
///
/// # Errors
/// When there is no such message, the database can't be asked, or standard output is gone.
pub async fn run(args: &MessagesArgs, context: &Context) -> anyhow::Result<Exit> {
    let MessagesCommand::Why(WhyArgs { id, format }) = &args.command;
    let db = context.database().await?;
    let why = messages::why(&db.pool, *id).await?;
    let why = why.with_context(|| format!("there is no message {id}: `chit export messages` lists them"))?;
    let mut out = io::stdout().lock();
    match format {
        WhyFormat::Table => write!(out, "{}", told(&why, context.clock.zone()))?,
        WhyFormat::Json => writeln!(out, "{}", serde_json::to_string_pretty(&why)?)?,
    }
    Ok(Exit::Ok)
}

fn told(why: &Why, zone: Tz) -> String {
    let trace = why.trace.as_ref().map(Trace::of).unwrap_or_default();
    let parts = [head(why, zone), lines(&trace), stages(&trace.stages), calls(&trace.llm), outbox(why, zone)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn no_reason(message: &Message) -> &'static str {
    if message.finished_at.is_some() { "the reason went with the words" } else { "not worked yet" }
}

fn head(why: &Why, zone: Tz) -> String {
    let message = &why.message;
    let text = message.text.as_deref().map_or_else(
        || "(its words are in the file of miscellaneous messages only)".to_owned(),
        output::clean,
    );
    let mut head = format!(
        "Message {} from {}, {}\n  {text}\n  {}: {}\n",
        message.id,
        output::clean(&message.channel),
        local(message.received_at, zone),
        message.state,
        output::clean(message.reason.as_deref().unwrap_or(no_reason(message))),
    );
    if message.tries > 0 {
        head.push_str(&format!("  failed tries: {}\n", message.tries));
    }
    if let Some(order) = &why.order {
        head.push_str(&format!("  order #{} ({}), {}\n", order.number, order.state, order.id));
    }
    if let Some(enquiry) = &why.enquiry {
        head.push_str(&format!("  enquiry {} ({}), {}\n", enquiry.id, enquiry.kind, enquiry.state));
    }
    head
}

fn lines(trace: &Trace) -> String {
    let Some(reading) = &trace.reading else { return String::new() };
    let line = |line: &Line| {
        let shown = line_text(line.quantity, line.item.as_deref(), &asides(&line.options, &line.notes));
        let second = line.runner_up.as_ref();
        let second = second.map(|second| format!(", then {} {:.2}", second.item, second.score));
        format!("  {shown}   [\"{}\" {:.2}{}]\n", line.text, line.score, second.unwrap_or_default())
    };
    let mut text: String = reading.lines.iter().map(line).collect();
    for part in &reading.unmatched {
        let candidates = part.candidates.iter().map(|best| format!("{} {:.2}", best.item, best.score));
        let candidates = candidates.collect::<Vec<_>>().join(", then ");
        text.push_str(&format!(
            "  not on the menu: {} × \"{}\"   [{candidates}]\n",
            part.quantity, part.text
        ));
    }
    if !reading.unplaced.is_empty() {
        text.push_str(&format!("  unplaced: {}\n", reading.unplaced.join(", ")));
    }
    if let Some(opinion) = &reading.second_opinion {
        let taken = if opinion.taken { "taken" } else { "not taken" };
        text.push_str(&format!("  the language model ({taken}): {}\n", opinion.remarks.join("; ")));
        opinion.lines.iter().for_each(|read| text.push_str(&format!("  it read:{}", line(read))));
    }
    let text: Vec<String> = text.lines().map(output::clean).collect();
    if text.is_empty() { String::new() } else { format!("What was understood\n{}\n", text.join("\n")) }
}

fn stages(stages: &[Stage]) -> String {
    if stages.is_empty() {
        return "How it was decided is kept only of messages that were worked, and not of miscellaneous ones.\n"
            .to_owned();
    }
    let mut table = output::table(&["stage", "decision", "score", "runner-up", "why", "ms"]);
    for stage in stages {
        table.add_row(stage.cells().map(|cell| output::clean(&cell)));
    }
    format!("How it was decided\n{table}\n")
}

fn calls(calls: &[Call]) -> String {
    if calls.is_empty() {
        return String::new();
    }
    let headers = ["asked for", "model", "prompt", "tokens in", "cached", "out", "cost", "ms", "answer"];
    let mut table = output::table(&headers);
    for call in calls {
        let answer = match &call.fault {
            Some(fault) => output::clean(fault),
            None if call.kept => "kept from before".to_owned(),
            None => "given".to_owned(),
        };
        table.add_row([
            call.purpose.clone(),
            output::clean(&call.model),
            call.prompt.clone(),
            call.input_tokens.to_string(),
            call.cached_tokens.to_string(),
            call.output_tokens.to_string(),
            call.cost.normalize().to_string(),
            call.milliseconds.to_string(),
            answer,
        ]);
    }
    format!("What the language model was asked\n{table}\n")
}

fn outbox(why: &Why, zone: Tz) -> String {
    if why.outbox.is_empty() {
        return String::new();
    }
    let mut table = output::table(&["notice", "to", "state", "tries", "delivered", "last error"]);
    for notice in &why.outbox {
        table.add_row([
            notice.id.to_string(),
            output::clean(&notice.destination),
            notice.state.clone(),
            notice.tries.to_string(),
            notice.sent_at.map(|time| local(time, zone)).unwrap_or_default(),
            output::clean(notice.error.as_deref().unwrap_or_default()),
        ]);
    }
    format!("What was sent\n{table}\n")
}
