//! `chit export`: a day's work as a table for other programs.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use clap::{Args, ValueEnum};
use futures::stream::{self, BoxStream, StreamExt};

use super::context::Context;
use super::day::Day;
use super::exit::Exit;
use super::output;
use crate::reports::wording::asides;
use crate::reports::{Span, enquiries, messages, orders};

/// Export a day's orders, enquiries or messages by the time of day
#[derive(Args)]
#[command(after_help = "Examples:
  chit export orders --day today
  chit export orders --day 2026-11-21 --output saturday.csv
  chit export messages > everything.csv")]
pub struct ExportArgs {
    /// What to export
    #[arg(value_enum)]
    what: What,
    /// As comma-separated values: the only format, and so the default
    #[arg(long)]
    csv: bool,
    /// Only this day in the restaurant's zone: today, yesterday or YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    day: Option<Day>,
    /// Into this file, which must not exist, in place of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// One row a line of an order
    Orders,
    /// One row an enquiry
    Enquiries,
    /// One row a message
    Messages,
}

/// Writes the table.
///
/// # Errors
/// When the database can't be asked or the output can't be written.
pub async fn run(args: &ExportArgs, context: &Context) -> anyhow::Result<Exit> {
    let db = context.database().await?;
    let pool = &db.pool;
    let zone = context.clock.zone();
    let day = args.day.map(|day| day.on(context.clock));
    let span = day.map(|day| Span::of_day(day, zone));
    let (header, rows): (&[&str], Rows<'_>) = match args.what {
        What::Orders => {
            let found = orders::find(pool, orders::Filter { day, ..Default::default() }).await?;
            let rows: Vec<_> = found.iter().flat_map(|order| order_rows(order, zone)).map(Ok).collect();
            (ORDER_HEADER, stream::iter(rows).boxed())
        }
        What::Enquiries => {
            let found = enquiries::find(pool, enquiries::Filter { span, ..Default::default() }).await?;
            let rows = found.into_iter().map(move |enquiry| Ok(enquiry_row(&enquiry, zone)));
            (ENQUIRY_HEADER, stream::iter(rows).boxed())
        }
        What::Messages => {
            let found = messages::find(pool, span);
            (MESSAGE_HEADER, found.map(move |message| Ok(message_row(&message?, zone))).boxed())
        }
    };
    let written = write(args, header, rows).await?;
    output::note(&format!("{} exported", output::count(written, "row")));
    Ok(Exit::Ok)
}

type Rows<'a> = BoxStream<'a, anyhow::Result<Vec<String>>>;

/// A file is made aside and takes its name when it is whole.
async fn write(args: &ExportArgs, header: &[&str], rows: Rows<'_>) -> anyhow::Result<usize> {
    let Some(path) = &args.output else { return write_csv(io::stdout(), header, rows).await };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)
        .with_context(|| format!("make a file in {}", folder.display()))?;
    let written = write_csv(file.as_file_mut(), header, rows).await?;
    file.as_file().sync_all().context("write the export to disk")?;
    file.persist_noclobber(path)
        .map_err(|error| error.error)
        .with_context(|| format!("write {}: remove it or name another file", path.display()))?;
    Ok(written)
}

async fn write_csv(out: impl Write, header: &[&str], mut rows: Rows<'_>) -> anyhow::Result<usize> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(header)?;
    let mut written = 0;
    while let Some(row) = rows.next().await {
        csv.write_record(row?.iter().map(|cell| guarded(cell)))?;
        written += 1;
    }
    csv.flush()?;
    Ok(written)
}

/// A spreadsheet runs a cell that begins like a formula, and what a customer wrote must never run. A
/// blank before it does not keep it from that.
fn guarded(cell: &str) -> String {
    let risky = cell.trim_start().starts_with(['=', '+', '-', '@']) || cell.starts_with(['\t', '\r']);
    if risky { format!("'{cell}") } else { cell.to_owned() }
}

const ORDER_HEADER: &[&str] = &[
    "time",
    "business_day",
    "number",
    "state",
    "item",
    "quantity",
    "options_and_notes",
    "unit_price",
    "currency",
    "order_total",
    "customer_words",
    "customer",
    "fulfilment",
    "wanted_at",
    "address",
    "unplaced",
    "not_on_menu",
    "order_id",
    "message_id",
];

/// One row a line; an order of which nothing was understood has one row all the same.
fn order_rows(order: &orders::Order, zone: Tz) -> Vec<Vec<String>> {
    let decimal =
        |amount: Option<rust_decimal::Decimal>| amount.map(|amount| amount.to_string()).unwrap_or_default();
    let not_on_menu: Vec<&str> = order.unmatched.iter().map(|part| part.text.as_str()).collect();
    let row = |line: Option<&orders::Line>| {
        vec![
            moment(order.created_at, zone),
            order.business_day.to_string(),
            order.number.to_string(),
            output::name(&order.state),
            line.and_then(|line| line.item.clone()).unwrap_or_default(),
            line.map(|line| line.quantity.to_string()).unwrap_or_default(),
            line.map(|line| asides(&line.options, &line.notes)).unwrap_or_default(),
            decimal(line.and_then(|line| line.unit_price)),
            order.currency.clone(),
            decimal(order.total),
            line.map(|line| line.text.clone()).unwrap_or_default(),
            order.customer_name.clone().unwrap_or_default(),
            order.fulfilment.clone().unwrap_or_default(),
            order.time_text.clone().unwrap_or_default(),
            order.address_text.clone().unwrap_or_default(),
            order.unplaced.join("; "),
            not_on_menu.join("; "),
            order.id.to_string(),
            order.message_id.to_string(),
        ]
    };
    if order.lines.is_empty() {
        vec![row(None)]
    } else {
        order.lines.iter().map(|line| row(Some(line))).collect()
    }
}

const ENQUIRY_HEADER: &[&str] =
    &["time", "enquiry", "state", "kind", "text", "reason", "channel", "message_id"];

fn enquiry_row(enquiry: &enquiries::Enquiry, zone: Tz) -> Vec<String> {
    vec![
        moment(enquiry.received_at, zone),
        enquiry.id.to_string(),
        output::name(&enquiry.state),
        enquiry.kind.clone(),
        enquiry.text.clone().unwrap_or_default(),
        enquiry.reason.clone(),
        enquiry.channel.clone(),
        enquiry.message_id.to_string(),
    ]
}

const MESSAGE_HEADER: &[&str] = &[
    "time",
    "message_id",
    "channel",
    "external_id",
    "sent_at",
    "state",
    "reason",
    "tries",
    "finished_at",
    "text",
];

fn message_row(message: &messages::Message, zone: Tz) -> Vec<String> {
    vec![
        moment(message.received_at, zone),
        message.id.to_string(),
        message.channel.clone(),
        message.external_id.clone(),
        moment(message.sent_at, zone),
        message.state.clone(),
        message.reason.clone().unwrap_or_default(),
        message.tries.to_string(),
        message.finished_at.map(|time| moment(time, zone)).unwrap_or_default(),
        message.text.clone().unwrap_or_default(),
    ]
}

/// RFC 3339 in the restaurant's zone, so that rows sort by the time of its day.
fn moment(time: DateTime<Utc>, zone: Tz) -> String {
    time.with_timezone(&zone).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_customer_wrote_never_runs_in_a_spreadsheet() {
        let cells = ["=1+1", "+1", "-2 lattes", "@sum", " =1", "\t=1", "a=1", "2 × Latte", ""];
        let guarded: Vec<String> = cells.iter().map(|cell| guarded(cell)).collect();
        assert_eq!(guarded, ["'=1+1", "'+1", "'-2 lattes", "'@sum", "' =1", "'\t=1", "a=1", "2 × Latte", ""]);
    }
}
