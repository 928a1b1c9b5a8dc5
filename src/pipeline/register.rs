//! All effects of a batch in one transaction: order, lines, enquiry, outbox rows, trace, message state.

use anyhow::{Context, Result, ensure};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::notify::{self, MessageView, TicketView};
use super::{Category, FulfilmentKind, Outcome, Read, Reading};
use crate::channels::{Destinations, Notice};
use crate::clock::Clock;
use crate::enquiries::{self, NewEnquiry};
use crate::events;
use crate::menu::Menu;
use crate::messages::{self, Claimed, Finished, State};
use crate::orders::{self, NewLine, NewOrder};
use crate::outbox::{self, NewRow};

/// A claimed message and what was understood of it.
#[derive(Clone, Debug)]
pub struct Worked {
    /// The message, under lease.
    pub message: Claimed,
    /// What was understood.
    pub read: Read,
    /// The message whose drafted order this one says yes to.
    pub confirms: Option<i64>,
}

/// What a registration needs to know of the house.
#[derive(Clone, Copy, Debug)]
pub struct House<'a> {
    /// Where notices go.
    pub destinations: &'a Destinations,
    /// The menu that the messages were read with.
    pub menu: &'a Menu,
    /// The model that the messages were read with.
    pub embedding: &'a str,
    /// ISO 4217 code of every price.
    pub currency: &'a str,
    /// Decides the business day.
    pub clock: Clock,
}

/// Registers a batch. Messages whose lease was lost meanwhile are left to their new holder. Returns how many were
/// registered.
pub async fn register(pool: &PgPool, batch: &[Worked], house: House<'_>) -> Result<usize> {
    if batch.is_empty() {
        return Ok(0);
    }
    let claims: Vec<(i64, i64)> = batch.iter().map(|w| w.message.held_by()).collect();
    let mut tx = pool.begin().await.context("begin a registration")?;
    let held = messages::lock_held(&mut tx, &claims).await?;
    let held: Vec<&Worked> = batch.iter().filter(|w| held.binary_search(&w.message.id).is_ok()).collect();
    messages::finish(&mut tx, &held.iter().map(|w| finished(w)).collect::<Vec<_>>()).await?;
    messages::record_traces(&mut tx, &traces(&held, house)?).await?;
    let enquiries = held.iter().filter_map(|w| enquiry(w).transpose()).collect::<Result<Vec<_>>>()?;
    enquiries::insert(&mut tx, &enquiries).await?;
    answer(&mut tx, &held).await?;
    outbox::insert(&mut tx, &held.iter().flat_map(|w| notices_without_number(w, house)).collect::<Vec<_>>())
        .await?;
    register_orders(&mut tx, &held, house).await?;
    tx.commit().await.context("commit a registration")?;
    held.iter().for_each(|worked| count(worked));
    Ok(held.len())
}

fn count(worked: &Worked) {
    let outcome = match worked.read.reading.outcome {
        Outcome::Order => "order",
        Outcome::Review => "review",
        Outcome::Enquiry => "enquiry",
        Outcome::Miscellaneous => "miscellaneous",
    };
    let asked = if worked.read.calls.is_empty() { "no" } else { "yes" };
    metrics::counter!("chit_messages_total", "outcome" => outcome, "llm_asked" => asked).increment(1);
}

/// A request that somebody answered meanwhile must not become an order as well.
async fn answer(tx: &mut PgConnection, held: &[&Worked]) -> Result<()> {
    let confirmed: Vec<i64> = held.iter().filter_map(|w| w.confirms).collect();
    let answered = enquiries::answer(tx, &confirmed).await?;
    ensure!(answered == confirmed.len(), "the request that this says yes to was answered meanwhile");
    Ok(())
}

fn finished(worked: &Worked) -> Finished {
    let Reading { outcome, reason, .. } = &worked.read.reading;
    Finished { id: worked.message.id, state: (*outcome).into(), reason: reason.clone() }
}

impl From<Outcome> for State {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Order => Self::Ordered,
            Outcome::Review => Self::Review,
            Outcome::Enquiry => Self::Enquiry,
            Outcome::Miscellaneous => Self::Miscellaneous,
        }
    }
}

fn traces(held: &[&Worked], house: House<'_>) -> Result<Vec<(i64, serde_json::Value)>> {
    let trace = |worked: &&Worked| -> Result<(i64, serde_json::Value)> {
        let trace = json!({
            "reading": serde_json::to_value(&worked.read.reading).context("a reading as JSON")?,
            "stages": serde_json::to_value(&worked.read.stages).context("stages as JSON")?,
            "menu_version": house.menu.version,
            "embedding": house.embedding,
            "llm": serde_json::to_value(&worked.read.calls).context("calls as JSON")?,
        });
        Ok((worked.message.id, trace))
    };
    held.iter().map(trace).collect()
}

fn enquiry(worked: &Worked) -> Result<Option<NewEnquiry>> {
    let reading = &worked.read.reading;
    if reading.outcome != Outcome::Enquiry {
        return Ok(None);
    }
    let drafted = !reading.lines.is_empty();
    let draft = drafted.then(|| serde_json::to_value(reading)).transpose().context("a draft as JSON")?;
    Ok(Some(NewEnquiry {
        message_id: worked.message.id,
        contact_id: worked.message.contact_id,
        kind: kind_of(reading),
        reason: reading.reason.clone(),
        draft,
    }))
}

/// What an enquiry asks for.
pub fn kind_of(reading: &Reading) -> enquiries::Kind {
    match (reading.category, reading.affirmed) {
        (Category::Order, true) => enquiries::Kind::NotOnMenu,
        (Category::Order, false) if !reading.lines.is_empty() => enquiries::Kind::PoliteRequest,
        (Category::Order | Category::Enquiry | Category::Miscellaneous, _) => enquiries::Kind::Question,
    }
}

fn notices_without_number(worked: &Worked, house: House<'_>) -> Vec<NewRow> {
    let view = view(worked, house);
    match worked.read.reading.outcome {
        Outcome::Order | Outcome::Review => Vec::new(),
        Outcome::Enquiry => rows(worked, &notify::enquiry_notice(&view), house),
        Outcome::Miscellaneous => {
            let message = &worked.message;
            let kept = notify::kept_message(&view, &message.channel, message.received_at);
            let mut rows = rows(worked, &notify::miscellaneous_notice(&view), house);
            rows.push(NewRow::kept(&cause(message.id), kept));
            rows
        }
    }
}

fn view<'a>(worked: &'a Worked, house: House<'a>) -> MessageView<'a> {
    MessageView {
        message_id: worked.message.id,
        reading: &worked.read.reading,
        sent_at: worked.message.sent_at,
        zone: house.clock.zone(),
        contact: None,
        currency: house.currency,
    }
}

fn rows(worked: &Worked, notice: &Notice, house: House<'_>) -> Vec<NewRow> {
    let id = worked.message.id;
    NewRow::notices(house.destinations, Some(id), &cause(id), notice).collect()
}

/// What a notice about a message is saved under, so that each destination gets it once.
fn cause(message_id: i64) -> String {
    format!("message:{message_id}")
}

/// The numbers are taken last, so that the day's row is locked for a moment only.
async fn register_orders(tx: &mut PgConnection, held: &[&Worked], house: House<'_>) -> Result<()> {
    let orders: Vec<(&Worked, NewOrder)> =
        held.iter().filter_map(|w| order(w, house).map(|order| (*w, order))).collect();
    let day = house.clock.business_day();
    let first = number_from(tx, day, orders.len()).await?;
    let Some(first) = first else { return Ok(()) };
    let (sources, orders): (Vec<&Worked>, Vec<NewOrder>) = orders.into_iter().unzip();
    orders::insert(tx, day, first, &orders).await?;
    let notices: Vec<NewRow> = sources
        .iter()
        .zip(&orders)
        .zip(first..)
        .flat_map(|((worked, order), number)| order_notices(worked, order, number, house))
        .collect();
    outbox::insert(tx, &notices).await?;
    events::tell(tx, &orders.iter().map(|order| order.id).collect::<Vec<_>>()).await
}

async fn number_from(tx: &mut PgConnection, day: NaiveDate, count: usize) -> Result<Option<i32>> {
    if count == 0 {
        return Ok(None);
    }
    let count = i32::try_from(count).context("a batch is small")?;
    orders::take_numbers(tx, day, count).await.map(Some)
}

fn order_notices(worked: &Worked, order: &NewOrder, number: i32, house: House<'_>) -> Vec<NewRow> {
    let ticket = TicketView { number, total: order.total, message: view(worked, house) };
    if order.state == orders::State::Review {
        rows(worked, &notify::review_notice(&ticket), house)
    } else {
        rows(worked, &notify::order_notice(&ticket), house)
    }
}

fn order(worked: &Worked, house: House<'_>) -> Option<NewOrder> {
    let reading = &worked.read.reading;
    let state = match reading.outcome {
        Outcome::Order => orders::State::Placed,
        Outcome::Review => orders::State::Review,
        Outcome::Enquiry | Outcome::Miscellaneous => return None,
    };
    let id = Uuid::now_v7();
    Some(NewOrder {
        id,
        message_id: worked.message.id,
        contact_id: worked.message.contact_id,
        state,
        reason: reading.reason.clone(),
        total: total(reading),
        currency: house.currency.to_owned(),
        menu_version: house.menu.version,
        customer_name: reading.customer_name.clone(),
        fulfilment: reading.fulfilment.kind.map(fulfilment),
        time_text: reading.fulfilment.time_text.clone(),
        address_text: reading.fulfilment.address_text.clone(),
        unplaced: reading.unplaced.clone(),
        unmatched: json!(reading.unmatched),
        lines: lines(id, reading, house.menu),
    })
}

fn lines(order_id: Uuid, reading: &Reading, menu: &Menu) -> Vec<NewLine> {
    let line = |(line, position): (&super::Line, i16)| NewLine {
        order_id,
        position,
        item_key: line.item.as_deref().and_then(|name| menu.item_by_name(name)).map(|item| item.key.clone()),
        item_name: line.item.clone(),
        quantity: line.quantity.into(),
        options: json!(line.options),
        notes: line.notes.clone(),
        unit_price: line.unit_price,
        text: line.text.clone(),
        score: line.score,
    };
    reading.lines.iter().zip(0..).map(line).collect()
}

/// The sum over the lines; `None` when a price is missing or the sum is beyond what a ticket can hold.
pub fn total(reading: &Reading) -> Option<Decimal> {
    if reading.lines.is_empty() {
        return None;
    }
    let add = |sum: Decimal, line: &super::Line| {
        line.unit_price?.checked_mul(Decimal::from(line.quantity))?.checked_add(sum)
    };
    reading
        .lines
        .iter()
        .try_fold(Decimal::ZERO, add)
        .filter(|total| *total < Decimal::from(10_000_000_000_u64))
}

fn fulfilment(kind: FulfilmentKind) -> String {
    match kind {
        FulfilmentKind::Pickup => "pickup",
        FulfilmentKind::Delivery => "delivery",
        FulfilmentKind::DineIn => "dine_in",
    }
    .to_owned()
}
