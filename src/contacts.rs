//! Who writes to the restaurant.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Context, Result};
use sqlx::PgConnection;

/// A contact's address in a channel.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// The channel's name.
    pub channel: String,
    /// The channel's own id of the person.
    pub address: String,
}

/// Finds or makes the contacts and locks their rows until the transaction ends, in one order for all. The
/// update names no key column: orders and enquiries may refer to the contact meanwhile.
pub async fn ensure(
    tx: &mut PgConnection,
    addresses: impl Iterator<Item = &Address>,
) -> Result<HashMap<Address, i64>> {
    let sorted: BTreeSet<&Address> = addresses.collect();
    if sorted.is_empty() {
        return Ok(HashMap::new());
    }
    let channels: Vec<String> = sorted.iter().map(|a| a.channel.clone()).collect();
    let names: Vec<String> = sorted.iter().map(|a| a.address.clone()).collect();
    let rows = sqlx::query!(
        r#"
        insert into contacts (channel, address)
        select channel, address from unnest($1::text[], $2::text[]) as g (channel, address)
        order by channel, address
        on conflict on constraint contact_is_unique_in_channel do update set name = contacts.name
        returning id, channel, address
        "#,
        &channels,
        &names,
    )
    .fetch_all(tx)
    .await
    .context("find or make contacts")?;
    Ok(rows.into_iter().map(|r| (Address { channel: r.channel, address: r.address }, r.id)).collect())
}
