//! What staff read about a message: all of its wording, a function a notice.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::reading::{Amount, FulfilmentKind, Line, Opinion, OptionChoice, Reading, Unmatched};
use crate::channels::{Field, KeptMessage, Kind, Notice};

/// A message and what was understood of it.
#[derive(Clone, Copy, Debug)]
pub struct MessageView<'a> {
    /// Of the message.
    pub message_id: i64,
    /// What was understood.
    pub reading: &'a Reading,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// The restaurant's.
    pub zone: Tz,
    /// The contact's name, where the message says none.
    pub contact: Option<&'a str>,
    /// Of every price.
    pub currency: &'a str,
}

/// A ticket and its message.
#[derive(Clone, Copy, Debug)]
pub struct TicketView<'a> {
    /// The short number that people shout.
    pub number: i32,
    /// Of the order; `None` when a price is missing.
    pub total: Option<Decimal>,
    /// Whose order it is.
    pub message: MessageView<'a>,
}

/// A ticket for the kitchen. What wasn't understood comes first.
pub fn order_notice(ticket: &TicketView<'_>) -> Notice {
    let title = format!("Ticket {} · {}", ticket.number, items(&ticket.message.reading.lines));
    ticket_notice(Kind::Order, title, ticket, Vec::new())
}

/// A ticket that a person must look at before the kitchen does.
pub fn review_notice(ticket: &TicketView<'_>) -> Notice {
    let reading = ticket.message.reading;
    let title = format!("Check ticket {} · {}", ticket.number, items(&reading.lines));
    let why = loud("Look at this before the kitchen does", sentence(&reading.reason));
    ticket_notice(Kind::Review, title, ticket, vec![why])
}

/// A message to be answered, with the order it would be, if it is a question about one.
pub fn enquiry_notice(message: &MessageView<'_>) -> Notice {
    let reading = message.reading;
    let mut fields = vec![quiet("Why it is a question", sentence(&reading.reason))];
    fields.extend(reading.unmatched.iter().map(|part| quiet("Not on the menu", unmatched(part))));
    if !reading.lines.is_empty() {
        let lines: Vec<String> = reading.lines.iter().map(in_a_line).collect();
        fields.push(quiet("The order it would be", lines.join("\n")));
    }
    fields.push(quiet("See", format!("chit messages why {}", message.message_id)));
    let from = customer(message).map_or_else(String::new, |name| format!(" from {name}"));
    let title = format!("To answer · {} · message {}{from}", time(message), message.message_id);
    notice(Kind::Enquiry, title, reading.text.clone(), fields, message.sent_at)
}

/// A message that is neither an order nor a question; its text is shown on request only.
pub fn miscellaneous_notice(message: &MessageView<'_>) -> Notice {
    let title = format!("Miscellaneous · {} · message {}", time(message), message.message_id);
    let body = message.reading.text.clone();
    Notice { spoiler: true, ..notice(Kind::Miscellaneous, title, body, Vec::new(), message.sent_at) }
}

/// The line of the file of miscellaneous messages.
pub fn kept_message(message: &MessageView<'_>, channel: &str, received_at: DateTime<Utc>) -> KeptMessage {
    KeptMessage {
        id: message.message_id,
        channel: channel.to_owned(),
        received_at,
        text: message.reading.text.clone(),
    }
}

/// A message that could not be worked: a person must read it.
pub fn dead_letter_notice(message_id: i64, text: Option<&str>, reason: &str, at: DateTime<Utc>) -> Notice {
    let fields = vec![
        loud("Read it yourself: it may be an order", text.unwrap_or("(its text is gone)")),
        quiet("Why", sentence(reason)),
        quiet("To try again", format!("chit dead retry {message_id}")),
    ];
    notice(Kind::Alarm, format!("Message {message_id} was given up"), String::new(), fields, at)
}

fn ticket_notice(kind: Kind, title: String, ticket: &TicketView<'_>, first: Vec<Field>) -> Notice {
    let message = &ticket.message;
    let reading = message.reading;
    let mut fields = first;
    if !reading.unplaced.is_empty() {
        fields.push(loud("NOT UNDERSTOOD: ask the customer", quoted(&reading.unplaced)));
    }
    fields.extend(reading.unmatched.iter().map(|part| loud("NOT ON THE TICKET", unmatched(part))));
    fields.extend(reading.lines.iter().map(|line| line_field(line, message.currency, kind)));
    fields.extend(reading.second_opinion.as_ref().map(opinion));
    fields.push(quiet("The customer wrote", reading.text.as_str()));
    notice(kind, title, summary(ticket), fields, message.sent_at)
}

fn summary(ticket: &TicketView<'_>) -> String {
    let message = &ticket.message;
    let fulfilment = &message.reading.fulfilment;
    let how = fulfilment.kind.map(|kind| match kind {
        FulfilmentKind::Pickup => "Pickup".to_owned(),
        FulfilmentKind::Delivery => "Delivery".to_owned(),
        FulfilmentKind::DineIn => "Eats here".to_owned(),
    });
    let quote = |text: &Option<String>| text.as_ref().map(|text| format!("“{text}”"));
    let whose = customer(message).map(|name| format!("for {name}"));
    let parts = [how, quote(&fulfilment.time_text), quote(&fulfilment.address_text), whose];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let total = ticket.total.map_or_else(|| "—".to_owned(), |total| money(total, message.currency));
    let facts = format!("Total {total} · {} · message {}", time(message), message.message_id);
    if parts.is_empty() { facts } else { format!("{}\n{facts}", parts.join(" · ")) }
}

fn line_field(line: &Line, currency: &str, kind: Kind) -> Field {
    let mut value: Vec<String> = line.options.iter().map(option).collect();
    value.extend(line.notes.iter().map(|note| format!("note: {note}")));
    if let (Kind::Review, Some(other)) = (kind, line.runner_up.as_ref().filter(|other| other.score >= MAY_BE))
    {
        value.push(format!("or is it {}?", other.item));
    }
    let price =
        line.unit_price.map(|price| format!(" · {}", money(price * Decimal::from(line.quantity), currency)));
    value.push(format!("“{}”{}", line.text, price.unwrap_or_default()));
    let name = format!("{} × {}", line.quantity, line.item.as_deref().unwrap_or(NO_DISH));
    Field { name, value: value.join("\n"), loud: line.item.is_none() }
}

/// What a language model said, so that whoever decides sees both readings.
fn opinion(opinion: &Opinion) -> Field {
    let mut said = opinion.remarks.clone();
    said.extend(opinion.lines.iter().map(in_a_line));
    let name = if opinion.taken { "Read with a language model" } else { "A language model, not followed" };
    quiet(name, said.join("\n"))
}

const NO_DISH: &str = "(which dish?)";

fn in_a_line(line: &Line) -> String {
    let extras: Vec<String> = line.options.iter().map(option).chain(line.notes.iter().cloned()).collect();
    let extras = if extras.is_empty() { String::new() } else { format!(" ({})", extras.join(", ")) };
    format!("{} × {}{extras}", line.quantity, line.item.as_deref().unwrap_or(NO_DISH))
}

fn option(choice: &OptionChoice) -> String {
    let what = choice.option.as_ref().unwrap_or(&choice.group);
    let whole_group = choice.option.is_none();
    let count = if choice.count > 1 { format!("{} × ", choice.count) } else { String::new() };
    match choice.amount {
        Amount::No => format!("NO {what}"),
        Amount::Light => format!("{count}light {what}"),
        Amount::Regular if whole_group => format!("{count}all {what}"),
        Amount::Regular => format!("{count}{what}"),
        Amount::Extra => format!("{count}extra {what}"),
        Amount::NoExtra => format!("no extra {what}, the usual stays"),
    }
}

/// Under this chance an item is the nearest there is, and hardly what was meant.
const MAY_BE: f32 = 0.1;

fn unmatched(part: &Unmatched) -> String {
    let candidates: Vec<&str> = part.candidates.iter().map(|candidate| candidate.item.as_str()).collect();
    let may_be = part.candidates.first().is_some_and(|best| best.score >= MAY_BE);
    let perhaps = match candidates.as_slice() {
        [] => String::new(),
        names if may_be => format!(" · perhaps {}?", names.join(" or ")),
        names => format!(" · nearest: {}", names.join(", ")),
    };
    format!("{} × “{}”{perhaps}", part.quantity, part.text)
}

fn items(lines: &[Line]) -> String {
    match lines.iter().map(|line| u64::from(line.quantity)).sum() {
        1 => "1 item".to_owned(),
        count => format!("{count} items"),
    }
}

fn customer<'a>(message: &MessageView<'a>) -> Option<&'a str> {
    message.reading.customer_name.as_deref().or(message.contact)
}

fn time(message: &MessageView<'_>) -> String {
    message.sent_at.with_timezone(&message.zone).format("%H:%M").to_string()
}

fn money(amount: Decimal, currency: &str) -> String {
    format!("{amount:.2} {currency}")
}

fn quoted(words: &[String]) -> String {
    words.iter().map(|words| format!("“{words}”")).collect::<Vec<_>>().join(" ")
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if text.ends_with(['.', '!', '?']) || text.is_empty() { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}

fn loud(name: &str, value: impl Into<String>) -> Field {
    Field { name: name.to_owned(), value: value.into(), loud: true }
}

fn quiet(name: &str, value: impl Into<String>) -> Field {
    Field { name: name.to_owned(), value: value.into(), loud: false }
}

fn notice(kind: Kind, title: String, body: String, fields: Vec<Field>, at: DateTime<Utc>) -> Notice {
    Notice { kind, title, body, fields, spoiler: false, repeat: false, at }
}

#[cfg(test)]
mod tests;
