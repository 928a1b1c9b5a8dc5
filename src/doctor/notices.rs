//! Is everybody told?

use anyhow::{Context, Result};
use sqlx::PgPool;

use super::{Check, Finding, spoken};

/// Seconds after which a notice should have been sent.
const PATIENCE: i64 = 300;

pub async fn check_outbox(pool: &PgPool) -> Check {
    Check::new("outbox", outbox_finding(pool).await)
}

async fn outbox_finding(pool: &PgPool) -> Result<Finding> {
    let slowest = sqlx::query!(
        r#"select destination, sum(count(*)) over ()::bigint as "all!",
            extract(epoch from clock_timestamp() - min(created_at))::bigint as "oldest!",
            (array_agg(error order by id) filter (where error is not null))[1] as "error?"
           from outbox where state in ('pending', 'sending', 'failed')
           group by destination order by min(created_at) limit 1"#
    )
    .fetch_optional(pool)
    .await
    .context("look at the outbox")?;
    let Some(it) = slowest else { return Ok(Finding::ok("every notice is delivered")) };
    let error = it.error.map(|error| format!(": {error}")).unwrap_or_default();
    let finding =
        format!("{} to be sent, the oldest for {} to {}{error}", it.all, spoken(it.oldest), it.destination);
    Ok(match it.oldest {
        ..=PATIENCE => Finding::ok(finding),
        _ => Finding::warn(finding, "chit serve"),
    })
}

pub async fn check_dead(pool: &PgPool) -> Check {
    Check::new("dead notices", dead_finding(pool).await)
}

async fn dead_finding(pool: &PgPool) -> Result<Finding> {
    let dead = sqlx::query!(
        r#"select destination, count(*) as "count!",
            (array_agg(error order by id desc) filter (where error is not null))[1] as "error?"
           from outbox where state = 'dead' group by destination order by destination"#
    )
    .fetch_all(pool)
    .await
    .context("count the dead notices")?;
    let each = dead.iter().map(|it| {
        let error = it.error.as_ref().map(|error| format!(" ({error})")).unwrap_or_default();
        format!("{} to {}{error}", it.count, it.destination)
    });
    let each: Vec<String> = each.collect();
    Ok(match each.is_empty() {
        true => Finding::ok("none"),
        false => Finding::fail(
            format!("given up: {}", each.join(", ")),
            "chit dead list, mend the cause, then chit dead retry",
        ),
    })
}

pub async fn check_destinations(pool: &PgPool, configured: &[String]) -> Check {
    Check::new("destinations", destinations_finding(pool, configured).await)
}

async fn destinations_finding(pool: &PgPool, configured: &[String]) -> Result<Finding> {
    let stopped = sqlx::query!(
        r#"select name, coalesce(stopped_reason, 'refused') as "reason!" from destinations
           where stopped_at is not null and name = any($1) order by name"#,
        configured
    )
    .fetch_all(pool)
    .await
    .context("look at the destinations")?;
    if let Some(first) = stopped.first() {
        let names: Vec<&str> = stopped.iter().map(|it| it.name.as_str()).collect();
        let finding = format!("{} stopped: {}", names.join(", "), first.reason);
        let remedy =
            format!("give {} a new address, start chit serve again, then chit dead retry", first.name);
        return Ok(Finding::fail(finding, remedy));
    }
    let left = sqlx::query!(
        r#"select destination, count(*) as "count!" from outbox
           where state in ('pending', 'sending', 'failed') and destination <> all($1)
           group by destination order by destination"#,
        configured
    )
    .fetch_all(pool)
    .await
    .context("look for notices without a destination")?;
    let Some(first) = left.first() else { return Ok(Finding::ok(configured.join(", "))) };
    Ok(Finding::warn(
        format!("{} notices wait for {}, which the settings no longer name", first.count, first.destination),
        format!("give {} an address again in the settings (chit config show lists them)", first.destination),
    ))
}
