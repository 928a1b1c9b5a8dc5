//! What staff are told when notices don't arrive, at the other destinations.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::insert::{NewRow, insert};
use super::lease::Lease;
use crate::channels::{Destinations, Field, Kind, Notice, Payload};

/// A destination was refused for good.
pub(super) async fn stopped(
    transaction: &mut PgConnection,
    destinations: &Destinations,
    lease: &Lease,
    reason: &str,
    at: DateTime<Utc>,
) -> anyhow::Result<()> {
    let name = lease.destination;
    let notice = alarm(
        format!("No notices reach {name} any more"),
        format!("They wait in the outbox; none is lost. {reason}."),
        at,
    );
    raise(transaction, destinations, name, format!("stopped:{name}:{}", lease.fence), notice).await
}

/// A notice was tried often and can't be delivered yet. One alarm a notice: the others wait behind it.
pub(super) async fn late(
    transaction: &mut PgConnection,
    destinations: &Destinations,
    name: &str,
    id: i64,
    reason: &str,
    at: DateTime<Utc>,
) -> anyhow::Result<()> {
    let notice = alarm(
        format!("Notices to {name} are late"),
        format!(
            "They wait in the outbox and are tried again at least every two minutes; none is lost. {reason}."
        ),
        at,
    );
    raise(transaction, destinations, name, format!("late:{name}:{id}"), notice).await
}

/// A notice was given up. One alarm a destination and hour: whoever looks finds the others too.
pub(super) async fn dead(
    transaction: &mut PgConnection,
    destinations: &Destinations,
    name: &str,
    reason: &str,
    at: DateTime<Utc>,
) -> anyhow::Result<()> {
    let notice = alarm(
        format!("A notice could not be delivered to {name}"),
        format!("It was given up: {reason}.\nThere may be more of them this hour."),
        at,
    );
    let cause = format!("dead:{name}:{}", at.format("%Y-%m-%dT%H"));
    raise(transaction, destinations, name, cause, notice).await
}

async fn raise(
    transaction: &mut PgConnection,
    destinations: &Destinations,
    about: &str,
    cause: String,
    notice: Notice,
) -> anyhow::Result<()> {
    let others = others(destinations, about);
    let row = |destination| NewRow {
        message_id: None,
        cause: cause.clone(),
        destination,
        payload: Payload::Notice(notice.clone()),
    };
    let rows: Vec<NewRow> = others.into_iter().map(row).collect();
    insert(transaction, &rows).await.map(|_| ())
}

/// Those that take alarms; or, where that was the only one, one that staff read.
fn others(destinations: &Destinations, about: &str) -> Vec<&'static str> {
    let alarms: Vec<_> = destinations.names(Kind::Alarm).filter(|name| *name != about).collect();
    if !alarms.is_empty() {
        return alarms;
    }
    let kinds = [Kind::Order, Kind::Enquiry, Kind::Miscellaneous];
    let read = kinds.into_iter().flat_map(|kind| destinations.names(kind));
    read.filter(|name| *name != about).take(1).collect()
}

fn alarm(title: String, body: String, at: DateTime<Utc>) -> Notice {
    let field =
        Field { name: "See".to_owned(), value: "chit doctor, chit dead list".to_owned(), loud: false };
    Notice { kind: Kind::Alarm, title, body, fields: vec![field], spoiler: false, repeat: false, at }
}
