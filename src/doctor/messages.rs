//! Is every message accounted for, and does the work go on?

use anyhow::{Context, Result};
use sqlx::PgPool;

use super::{Check, Finding, spoken};
use crate::messages;

/// Seconds after which somebody should ask why a message is not finished.
const PATIENCE: i64 = 300;
/// Seconds after which a lease that ran out should have been taken by another.
const LEASE_PATIENCE: i64 = 120;

pub async fn check_balance(pool: &PgPool) -> Check {
    Check::new("balance", balance_finding(pool).await)
}

async fn balance_finding(pool: &PgPool) -> Result<Finding> {
    let balance = messages::balance(pool).await?;
    let finding = balance.to_string();
    if balance.lost() != 0 {
        return Ok(Finding::fail(format!("{finding}: some are unaccounted for"), "install the newest chit"));
    }
    Ok(match half_done(pool).await? {
        0 => Finding::ok(finding),
        count => Finding::fail(
            format!("{finding}; {count} orders or enquiries belong to messages that are not finished"),
            "chit backup the state as it is, and report it as a bug",
        ),
    })
}

/// A message and what it became change in one transaction: more than none is a bug.
async fn half_done(pool: &PgPool) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from messages
           where state in ('received', 'claimed', 'failed')
             and (exists (select from orders where message_id = messages.id)
                  or exists (select from enquiries where message_id = messages.id))"#
    )
    .fetch_one(pool)
    .await
    .context("look for messages that are half done")
}

pub async fn check_in_flight(pool: &PgPool) -> Check {
    Check::new("in flight", in_flight_finding(pool).await)
}

async fn in_flight_finding(pool: &PgPool) -> Result<Finding> {
    let it = sqlx::query!(
        r#"select count(*) as "count!",
            coalesce(extract(epoch from clock_timestamp() - min(received_at)), 0)::bigint as "oldest!",
            coalesce(extract(epoch from clock_timestamp() - min(lease_until) filter (where state = 'claimed')), 0)::bigint
                as "lapsed!",
            count(*) filter (where state = 'failed') as "failed!"
           from messages where state in ('received', 'claimed', 'failed')"#
    )
    .fetch_one(pool)
    .await
    .context("look at the unfinished messages")?;
    let finding = match it.count {
        0 => "every message is finished".to_owned(),
        count => format!(
            "{count} unfinished ({} to be tried again), the oldest for {}",
            it.failed,
            spoken(it.oldest)
        ),
    };
    Ok(match it {
        it if it.lapsed > LEASE_PATIENCE => Finding::warn(
            format!("{finding}; a worker stopped {} ago and no other took over", spoken(it.lapsed)),
            "chit serve",
        ),
        it if it.oldest > PATIENCE => {
            Finding::warn(format!("{finding}: is the service running?"), "chit serve")
        }
        _ => Finding::ok(finding),
    })
}

pub async fn check_dead(pool: &PgPool) -> Check {
    Check::new("dead messages", dead_finding(pool).await)
}

async fn dead_finding(pool: &PgPool) -> Result<Finding> {
    let it = sqlx::query!(
        r#"select (select count(*) from messages where state = 'dead') as "count!",
            (select id from messages where state = 'dead' order by id desc limit 1) as "last?",
            (select reason from messages where state = 'dead' order by id desc limit 1) as "reason?""#
    )
    .fetch_one(pool)
    .await
    .context("count the dead messages")?;
    let Some(last) = it.last else { return Ok(Finding::ok("none")) };
    let reason = it.reason.unwrap_or_else(|| "no reason kept".to_owned());
    let finding = format!("{} given up, the last one is {last}: {reason}", it.count);
    Ok(Finding::fail(finding, "chit dead list, mend the cause, then chit dead retry"))
}

pub async fn check_watermark(pool: &PgPool) -> Check {
    Check::new("watermark", watermark_finding(pool).await)
}

async fn watermark_finding(pool: &PgPool) -> Result<Finding> {
    let rows = sqlx::query!(
        r#"select name, watermark,
            extract(epoch from clock_timestamp() - updated_at)::bigint as "age!",
            (select coalesce(max(id), 0) from messages) as "newest!",
            (select min(id) from messages where state in ('received', 'claimed', 'failed')) as "unfinished?"
           from progress order by name"#
    )
    .fetch_all(pool)
    .await
    .context("read the watermark")?;
    let Some(slowest) = rows.into_iter().min_by_key(|row| row.watermark) else {
        return Ok(Finding::ok("nothing was worked yet"));
    };
    let behind = slowest.newest - slowest.watermark;
    let finding = format!("everything up to message {} is finished, {behind} above it", slowest.watermark);
    let below = slowest.unfinished.filter(|unfinished| *unfinished <= slowest.watermark);
    if let Some(message) = below {
        // Retried dead letters lie below it: they are claimed by their state all the same.
        let finding = format!("{finding}; message {message} below it is worked again");
        return Ok(Finding::warn(finding, format!("chit messages why {message}")));
    }
    Ok(match slowest.unfinished {
        None if behind > 0 && slowest.age > PATIENCE => {
            let finding = format!("{finding}; it has not moved for {}", spoken(slowest.age));
            Finding::warn(finding, "chit serve")
        }
        None | Some(_) => Finding::ok(finding),
    })
}
