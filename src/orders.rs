//! Orders as the kitchen sees them, with a short number that people can shout.

pub mod moves;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, clap::ValueEnum)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum State {
    /// A person must look at it before the kitchen does.
    Review,
    /// The kitchen may take it.
    Placed,
    /// The kitchen has taken it.
    Accepted,
    /// It is being made.
    Preparing,
    /// It can be fetched or sent out.
    Ready,
    /// The customer has it.
    Completed,
    /// The restaurant said no.
    Rejected,
    /// The customer said no.
    Cancelled,
    /// It was no order after all.
    Reclassified,
}

/// An order to be registered, without its number.
#[derive(Clone, Debug, Serialize)]
pub struct NewOrder {
    /// UUIDv7: sorts by time.
    pub id: Uuid,
    /// The one message that made it.
    pub message_id: i64,
    /// Who ordered, where the channel says so.
    pub contact_id: Option<i64>,
    /// `Review` or `Placed`.
    pub state: State,
    /// Why, in words a cook understands.
    pub reason: String,
    /// `None` when a price is missing.
    pub total: Option<Decimal>,
    /// ISO 4217 code.
    pub currency: String,
    /// The version of the menu that the prices are from.
    pub menu_version: i64,
    /// As the customer wrote it.
    pub customer_name: Option<String>,
    /// `pickup`, `delivery` or `dine_in`.
    pub fulfilment: Option<String>,
    /// The customer's words.
    pub time_text: Option<String>,
    /// The customer's words.
    pub address_text: Option<String>,
    /// Words that found no place: shown on the ticket.
    pub unplaced: Vec<String>,
    /// What is not on the menu, or not clearly: a JSON array.
    pub unmatched: serde_json::Value,
    /// In the order they were said.
    #[serde(skip)]
    pub lines: Vec<NewLine>,
}

/// A line of an order.
#[derive(Clone, Debug, Serialize)]
pub struct NewLine {
    /// The order it belongs to.
    pub order_id: Uuid,
    /// From 0.
    pub position: i16,
    /// The menu item's key; `None` when the dish was not said.
    pub item_key: Option<String>,
    /// The menu's name at that time.
    pub item_name: Option<String>,
    /// At least 1.
    pub quantity: i64,
    /// A JSON array of the options.
    pub options: serde_json::Value,
    /// For the kitchen.
    pub notes: Vec<String>,
    /// Of one piece with its options.
    pub unit_price: Option<Decimal>,
    /// The customer's words for this line.
    pub text: String,
    /// How sure the match is, 0 to 1.
    pub score: f32,
}

/// Takes `count` ticket numbers of the day and returns the first. The day's row stays locked until the
/// transaction ends, so it is the last thing but the orders themselves.
pub async fn take_numbers(tx: &mut PgConnection, day: NaiveDate, count: i32) -> Result<i32> {
    let last = sqlx::query_scalar!(
        r#"
        insert into ticket_numbers (business_day, last) values ($1, $2)
        on conflict (business_day) do update set last = ticket_numbers.last + excluded.last
        returning last
        "#,
        day,
        count,
    )
    .fetch_one(tx)
    .await
    .context("take ticket numbers")?;
    Ok(last - count + 1)
}

/// Inserts orders with their lines, numbered from `first_number` on in the order given.
pub async fn insert(
    tx: &mut PgConnection,
    day: NaiveDate,
    first_number: i32,
    orders: &[NewOrder],
) -> Result<()> {
    let rows = serde_json::to_value(orders).context("orders as JSON")?;
    sqlx::query!(
        r#"
        insert into orders (id, message_id, contact_id, business_day, number, state, reason, total, currency,
                            menu_version, customer_name, fulfilment, time_text, address_text, unplaced, unmatched)
        select (o->>'id')::uuid, (o->>'message_id')::bigint, (o->>'contact_id')::bigint, $2,
               $3 + place::integer - 1, o->>'state', o->>'reason', (o->>'total')::numeric, o->>'currency',
               (o->>'menu_version')::bigint, o->>'customer_name', o->>'fulfilment', o->>'time_text',
               o->>'address_text', array(select jsonb_array_elements_text(o->'unplaced')), o->'unmatched'
        from jsonb_array_elements($1) with ordinality as given (o, place)
        "#,
        rows,
        day,
        first_number,
    )
    .execute(&mut *tx)
    .await
    .context("insert orders")?;
    let lines: Vec<&NewLine> = orders.iter().flat_map(|order| &order.lines).collect();
    let lines = serde_json::to_value(lines).context("lines as JSON")?;
    sqlx::query!(
        r#"
        insert into order_lines (order_id, position, item_key, item_name, quantity, options, notes,
                                 unit_price, text, score)
        select (l->>'order_id')::uuid, (l->>'position')::smallint, l->>'item_key', l->>'item_name',
               (l->>'quantity')::bigint, l->'options', array(select jsonb_array_elements_text(l->'notes')),
               (l->>'unit_price')::numeric, l->>'text', (l->>'score')::real
        from jsonb_array_elements($1) as given (l)
        "#,
        lines,
    )
    .execute(tx)
    .await
    .context("insert order lines")?;
    Ok(())
}
