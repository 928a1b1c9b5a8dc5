//! Taking the text of miscellaneous messages out of the database once it is in its file.

use anyhow::Context;
use sqlx::PgPool;

use crate::channels::MISCELLANEOUS_FILE;

const BATCH: i64 = 500;

/// Tidies every miscellaneous message that is ready for it, as [`tidy`] does. Returns how many.
///
/// # Errors
/// The database's.
pub async fn tidy_miscellaneous(pool: &PgPool) -> anyhow::Result<u64> {
    let (mut after, mut tidied) = (0, 0);
    loop {
        let ids = sqlx::query_scalar!(
            "select id from messages
             where id > $1 and state = 'miscellaneous' and text is not null order by id limit $2",
            after,
            BATCH,
        )
        .fetch_all(pool)
        .await
        .context("look for messages to tidy")?;
        let Some(last) = ids.last() else { return Ok(tidied) };
        after = *last;
        tidied += tidy(pool, &ids).await?;
    }
}

/// Of those of `message_ids` that are miscellaneous, whose line is in the file and of whose other
/// notices none is still to be sent, the database keeps id, time, category and hash only. The trace
/// keeps its shape: `{"reading": {"category": …, "outcome": …, "confidence": …}, "llm": […]}`.
pub(super) async fn tidy(pool: &PgPool, message_ids: &[i64]) -> anyhow::Result<u64> {
    let tidied = sqlx::query_scalar!(
        r#"with done as (
               select id from messages
               where id = any($1) and state = 'miscellaneous' and text is not null
                 and exists (select from outbox
                             where message_id = messages.id and destination = $2 and state = 'sent')
                 and not exists (select from outbox
                                 where message_id = messages.id and state not in ('sent', 'dead', 'skipped'))
               order by id for update
           ), of_answers as (
               delete from llm_answers where text_hash in (select text_hash from messages join done using (id))
           ), of_messages as (
               update messages set text = null, reason = null from done where messages.id = done.id
           ), of_traces as (
               update traces
               set trace = jsonb_build_object('reading', jsonb_build_object(
                   'category', trace #> '{reading,category}',
                   'outcome', trace #> '{reading,outcome}',
                   'confidence', trace #> '{reading,confidence}'),
                   'llm', (select coalesce(jsonb_agg(call - 'fault'), '[]')
                           from jsonb_array_elements(trace -> 'llm') as call))
               from done where message_id = done.id
           ), of_outbox as (
               update outbox set payload = null from done where message_id = done.id
           )
           select count(*) as "count!" from done"#,
        message_ids,
        MISCELLANEOUS_FILE,
    )
    .fetch_one(pool)
    .await
    .context("take the text of miscellaneous messages out of the database")?;
    Ok(tidied.unsigned_abs())
}
