//! Is everybody told?

use anyhow::{Context, Result};
use sqlx::PgPool;

use super::{Check, Finding, spoken};
use crate::outbox::{self, Overview, Stopped};

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
    let all = outbox::overview(pool).await?;
    let is_named = |it: &&Overview| configured.contains(&it.destination);
    let stopped = all.iter().filter(is_named).filter_map(|it| Some((&it.destination, it.stopped.as_ref()?)));
    let stopped: Vec<(&String, &Stopped)> = stopped.collect();
    if let Some((first, why)) = stopped.first() {
        let names: Vec<&str> = stopped.iter().map(|(name, _)| name.as_str()).collect();
        let finding = format!("{} stopped: {}", names.join(", "), why.reason);
        return Ok(Finding::fail(
            finding,
            format!(
                "give {first} a new address, or mend what refused it and chit destinations start {first}"
            ),
        ));
    }
    let left = all.iter().find(|it| !is_named(it) && it.waiting > 0);
    let Some(left) = left else { return Ok(Finding::ok(configured.join(", "))) };
    Ok(Finding::warn(
        format!("{} notices wait for {}, which the settings no longer name", left.waiting, left.destination),
        format!("give {} an address again in the settings (chit config show lists them)", left.destination),
    ))
}
