//! Orders with their lines, as they are shown and exported.

use std::collections::HashMap;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

use crate::orders::State;
use crate::pipeline::{OptionChoice, Unmatched};

/// Which orders.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// These alone.
    pub ids: Option<&'a [Uuid]>,
    /// In this state alone.
    pub state: Option<State>,
    /// Of this business day alone.
    pub day: Option<NaiveDate>,
    /// At most this many, the newest; `None`: all.
    pub limit: Option<i64>,
}

/// An order.
#[derive(Clone, Debug, Serialize)]
pub struct Order {
    /// UUIDv7.
    pub id: Uuid,
    /// The number to shout, per day.
    pub number: i32,
    /// The day in the restaurant's zone.
    pub business_day: NaiveDate,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// Where it stands.
    pub state: State,
    /// Why, in words a cook understands.
    pub reason: String,
    /// `None` when a price is missing.
    pub total: Option<Decimal>,
    /// ISO 4217 code.
    pub currency: String,
    /// As the customer wrote it.
    pub customer_name: Option<String>,
    /// `pickup`, `delivery` or `dine_in`.
    pub fulfilment: Option<String>,
    /// The customer's words.
    pub time_text: Option<String>,
    /// The customer's words.
    pub address_text: Option<String>,
    /// Words that found no place.
    pub unplaced: Vec<String>,
    /// Parts that are not on the menu, or not clearly.
    pub unmatched: Vec<Unmatched>,
    /// The message that made it.
    pub message_id: i64,
    /// How that message came.
    pub channel: String,
    /// That message.
    pub text: Option<String>,
    /// In the order they were said.
    pub lines: Vec<Line>,
}

/// A line of an order.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The menu's name at that time; `None` when the dish was not said.
    pub item: Option<String>,
    /// At least 1.
    pub quantity: i64,
    /// In the order they were said.
    pub options: Vec<OptionChoice>,
    /// For the kitchen.
    pub notes: Vec<String>,
    /// Of one piece with its options.
    pub unit_price: Option<Decimal>,
    /// The customer's words.
    pub text: String,
    /// How sure the match is, 0 to 1.
    pub score: f32,
}

/// The orders that pass the filter, oldest first.
///
/// # Errors
/// When the database can't be asked.
pub async fn find(pool: &PgPool, filter: Filter<'_>) -> anyhow::Result<Vec<Order>> {
    let rows = sqlx::query!(
        r#"
        select o.id, o.number, o.business_day, o.created_at, o.state as "state: State", o.reason, o.total,
               o.currency, o.customer_name, o.fulfilment, o.time_text, o.address_text, o.unplaced,
               o.unmatched as "unmatched: Json<Vec<Unmatched>>", o.message_id, m.channel, m.text
        from orders o join messages m on m.id = o.message_id
        where ($1::text is null or o.state = $1) and ($2::date is null or o.business_day = $2)
          and ($4::uuid[] is null or o.id = any($4))
        order by o.business_day desc, o.number desc
        limit $3
        "#,
        filter.state as Option<State>,
        filter.day,
        filter.limit,
        filter.ids,
    )
    .fetch_all(pool)
    .await
    .context("read orders")?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut lines = lines_of(pool, &ids).await?;
    let orders = rows.into_iter().rev().map(|row| Order {
        lines: lines.remove(&row.id).unwrap_or_default(),
        id: row.id,
        number: row.number,
        business_day: row.business_day,
        created_at: row.created_at,
        state: row.state,
        reason: row.reason,
        total: row.total,
        currency: row.currency,
        customer_name: row.customer_name,
        fulfilment: row.fulfilment,
        time_text: row.time_text,
        address_text: row.address_text,
        unplaced: row.unplaced,
        unmatched: row.unmatched.0,
        message_id: row.message_id,
        channel: row.channel,
        text: row.text,
    });
    Ok(orders.collect())
}

async fn lines_of(pool: &PgPool, orders: &[Uuid]) -> anyhow::Result<HashMap<Uuid, Vec<Line>>> {
    let rows = sqlx::query!(
        r#"
        select order_id, item_name, quantity, options as "options: Json<Vec<OptionChoice>>", notes, unit_price,
               text, score
        from order_lines where order_id = any($1) order by order_id, position
        "#,
        orders,
    )
    .fetch_all(pool)
    .await
    .context("read order lines")?;
    let mut lines: HashMap<Uuid, Vec<Line>> = HashMap::new();
    for row in rows {
        lines.entry(row.order_id).or_default().push(Line {
            item: row.item_name,
            quantity: row.quantity,
            options: row.options.0,
            notes: row.notes,
            unit_price: row.unit_price,
            text: row.text,
            score: row.score,
        });
    }
    Ok(lines)
}
