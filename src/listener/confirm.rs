//! Folds a customer's yes into the request before it: together they are an order.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::Result;
use chrono::TimeDelta;
use chrono_tz::Tz;
use sqlx::PgPool;

use crate::config::PoliteRequests;
use crate::enquiries::{self, Draft, Kind};
use crate::pipeline::confirm::is_yes;
use crate::pipeline::register::{Worked, kind_of};
use crate::pipeline::{Outcome, Reader};

/// A yes that comes later than this after the request is not taken for an answer to it.
const TIMELY: TimeDelta = TimeDelta::minutes(30);

/// Makes an order of each message that says yes to the drafted order right before it in its conversation,
/// in this batch or in the database.
pub async fn confirm(pool: &PgPool, reader: &Reader, zone: Tz, worked: &mut [Worked]) -> Result<()> {
    for place in 0..worked.len() {
        let (before, rest) = worked.split_at_mut(place);
        let Some(worked) = rest.first_mut() else { continue };
        let Some(contact_id) = worked.message.contact_id.filter(|_| is_yes(&worked.message.text)) else {
            continue;
        };
        let earliest = worked.message.received_at - TIMELY;
        let draft = match before.iter().rfind(|earlier| earlier.message.contact_id == Some(contact_id)) {
            Some(earlier) => draft_of(earlier).filter(|_| earlier.message.received_at >= earliest),
            None => enquiries::draft_before(pool, contact_id, worked.message.id, earliest).await?,
        };
        if let Some(draft) = draft {
            place_order(reader, zone, worked, draft);
        }
    }
    Ok(())
}

fn draft_of(earlier: &Worked) -> Option<Draft> {
    let reading = &earlier.read.reading;
    let asked = reading.outcome == Outcome::Enquiry && kind_of(reading) == Kind::PoliteRequest;
    asked.then(|| Draft { message_id: earlier.message.id, text: earlier.message.text.clone() })
}

fn place_order(reader: &Reader, zone: Tz, worked: &mut Worked, draft: Draft) {
    let said_at = worked.message.sent_at.with_timezone(&zone);
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut read = reader.read_as(&draft.text, PoliteRequests::Order);
        read.reading.fulfilment.said_at(said_at);
        read
    }));
    let Ok(mut read) = read else { return };
    if !matches!(read.reading.outcome, Outcome::Order | Outcome::Review) {
        return;
    }
    let reason = read.reading.reason;
    read.reading.reason = format!("the customer said yes to message {}; {reason}", draft.message_id);
    read.reading.text = format!("{}\n{}", draft.text, worked.message.text);
    worked.read = read;
    worked.confirms = Some(draft.message_id);
}
