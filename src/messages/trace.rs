//! Each decision, kept with its reason, its score and its runner-up.

use anyhow::{Context, Result};
use sqlx::PgConnection;

/// Stores the trace of each message; a later one takes the place of an earlier one.
pub async fn record_traces(tx: &mut PgConnection, traces: &[(i64, serde_json::Value)]) -> Result<()> {
    let (ids, traces): (Vec<i64>, Vec<serde_json::Value>) = traces.iter().cloned().unzip();
    sqlx::query!(
        r#"
        insert into traces (message_id, trace)
        select * from unnest($1::bigint[], $2::jsonb[])
        on conflict (message_id) do update set trace = excluded.trace, created_at = clock_timestamp()
        "#,
        &ids,
        &traces,
    )
    .execute(tx)
    .await
    .context("store traces")?;
    Ok(())
}
