//! `chit orders`: the tickets.

use anyhow::Context as _;
use chrono_tz::Tz;
use clap::Args;

use super::context::Context;
use super::day::Day;
use super::exit::Exit;
use super::output::{self, Format};
use crate::clock::local;
use crate::orders::State;
use crate::reports::orders::{self, Filter, Order};
use crate::reports::wording::{asides, line_text};

/// Show the orders, the newest last
#[derive(Args)]
#[command(after_help = "Examples:
  chit orders                            the newest
  chit orders --day today --limit 500
  chit orders --state review             what a person must look at
  chit orders --format jsonl | jq .lines")]
pub struct OrdersArgs {
    /// Only those in this state
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Only those of this day: today, yesterday or YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    day: Option<Day>,
    /// At most this many, the newest
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Prints the orders.
///
/// # Errors
/// When the database can't be asked or standard output is gone.
pub async fn run(args: &OrdersArgs, context: &Context) -> anyhow::Result<Exit> {
    let day = args.day.map(|day| day.on(context.clock));
    let filter = Filter { ids: None, state: args.state, day, limit: Some(args.limit.saturating_add(1)) };
    let db = context.database().await?;
    let orders = orders::find(&db.pool, filter).await.context("show the orders")?;
    let orders = output::newest(orders, args.limit);
    let headers = ["#", "time", "state", "order", "for", "total", "mind"];
    output::rows(args.format, &orders, &headers, |order| cells(order, context.clock.zone()))?;
    Ok(Exit::Ok)
}

fn cells(order: &Order, zone: Tz) -> Vec<String> {
    let lines: Vec<String> = order
        .lines
        .iter()
        .map(|line| line_text(line.quantity, line.item.as_deref(), &asides(&line.options, &line.notes)))
        .collect();
    let total = order.total.map_or_else(|| "—".to_owned(), |total| format!("{total} {}", order.currency));
    vec![
        order.number.to_string(),
        local(order.created_at, zone),
        output::name(&order.state),
        lines.join("; "),
        output::some([&order.customer_name, &order.fulfilment, &order.time_text, &order.address_text]),
        total,
        mind(order),
    ]
}

/// What a cook must not overlook: words without a place, parts that are not on the menu, and why a
/// person has to look.
fn mind(order: &Order) -> String {
    let unplaced = order.unplaced.iter().map(|words| format!("unplaced: {words}"));
    let unmatched = order.unmatched.iter().map(|part| format!("not on the menu: {}", part.text));
    let review = (order.state == State::Review).then(|| order.reason.clone());
    review.into_iter().chain(unplaced).chain(unmatched).collect::<Vec<_>>().join("; ")
}
