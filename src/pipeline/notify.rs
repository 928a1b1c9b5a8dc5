//! stub
use super::Reading;
use crate::channels::{Kind, Notice};
use chrono::{DateTime, Utc};
/// stub
#[derive(Debug)]
pub struct Ticket<'a> {
    /// stub
    pub number: i32,
    /// stub
    pub message_id: i64,
    /// stub
    pub received_at: DateTime<Utc>,
    /// stub
    pub reading: &'a Reading,
    /// stub
    pub total: Option<rust_decimal::Decimal>,
    /// stub
    pub currency: &'a str,
}
fn n(kind: Kind, at: DateTime<Utc>, body: &str) -> Notice { Notice { kind, title: "t".into(), body: body.into(), fields: vec![], spoiler: false, repeat: false, at } }
/// stub
pub fn order_notice(t: &Ticket<'_>) -> Notice { n(Kind::Order, t.received_at, &t.reading.text) }
/// stub
pub fn review_notice(t: &Ticket<'_>) -> Notice { n(Kind::Review, t.received_at, &t.reading.text) }
/// stub
pub fn enquiry_notice(_: i64, at: DateTime<Utc>, r: &Reading) -> Notice { n(Kind::Enquiry, at, &r.text) }
/// stub
pub fn miscellaneous_notice(_: i64, at: DateTime<Utc>, r: &Reading) -> Notice { n(Kind::Miscellaneous, at, &r.text) }
/// stub
pub fn dead_letter_notice(_: i64, at: DateTime<Utc>, text: &str, _: &str) -> Notice { n(Kind::Alarm, at, text) }
