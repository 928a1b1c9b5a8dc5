//! The database itself: which, how safe, how new, and the menu in it.

use std::collections::HashMap;

use anyhow::{Context, Result};
use sqlx::PgPool;

use super::{Check, Finding};
use crate::db::{Db, MIGRATIONS};

pub async fn check_postgres(db: &Db) -> Check {
    Check::new("postgres", postgres_finding(db).await)
}

async fn postgres_finding(db: &Db) -> Result<Finding> {
    let found = sqlx::query!(
        r#"select current_setting('server_version') as "version!",
                  pg_database_size(current_database()) as "bytes!",
                  pg_is_in_recovery() as "is_standby!""#
    )
    .fetch_one(&db.pool)
    .await
    .context("ask Postgres")?;
    let finding = format!("{}, {}, {} MB", db.describe(), found.version, found.bytes >> 20);
    Ok(match found.is_standby {
        true => Finding::fail(format!("{finding}; it takes no writes"), "set DATABASE_URL to the primary"),
        false => Finding::ok(finding),
    })
}

pub async fn check_migrations(pool: &PgPool) -> Check {
    Check::new("migrations", migrations_finding(pool).await)
}

async fn migrations_finding(pool: &PgPool) -> Result<Finding> {
    let applied = applied_migrations(pool).await?;
    let known = MIGRATIONS.iter();
    let newer = applied.keys().filter(|version| !MIGRATIONS.version_exists(**version)).max();
    if let Some(version) = newer {
        let finding = format!("migration {version} is of a newer chit");
        return Ok(Finding::fail(finding, "install that chit, or `chit restore` a backup of this one"));
    }
    let differs =
        |version: i64, digest: &[u8]| applied.get(&version).is_some_and(|applied| applied != digest);
    if let Some(changed) = known.clone().find(|known| differs(known.version, &known.checksum)) {
        let finding = format!("migration {} was another when it was applied", changed.version);
        return Ok(Finding::fail(finding, "install the chit that made the tables"));
    }
    let missing = known.filter(|known| !applied.contains_key(&known.version)).count();
    Ok(match missing {
        0 => Finding::ok(format!("{} applied", applied.len())),
        _ => Finding::warn(format!("{missing} not applied yet: the next start does it"), "chit serve"),
    })
}

async fn applied_migrations(pool: &PgPool) -> Result<HashMap<i64, Vec<u8>>> {
    let is_there = sqlx::query_scalar!(r#"select to_regclass('_sqlx_migrations') is not null as "there!""#);
    if !is_there.fetch_one(pool).await.context("look for the migrations")? {
        return Ok(HashMap::new());
    }
    // Unchecked, as the table is sqlx's own and not among the migrations.
    let rows = sqlx::query_as("select version, checksum from _sqlx_migrations where success");
    let rows: Vec<(i64, Vec<u8>)> = rows.fetch_all(pool).await.context("read the migrations")?;
    Ok(rows.into_iter().collect())
}

pub async fn check_durability(pool: &PgPool) -> Check {
    Check::new("durability", durability_finding(pool).await)
}

async fn durability_finding(pool: &PgPool) -> Result<Finding> {
    let off = sqlx::query_scalar!(
        r#"select name as "name!" from pg_settings
           where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name"#
    )
    .fetch_all(pool)
    .await
    .context("ask for the settings of Postgres")?;
    let Some(first) = off.first() else { return Ok(Finding::ok("what is confirmed is on disk")) };
    Ok(Finding::fail(
        format!("{} is off: confirmed messages are lost when the power fails", off.join(", ")),
        format!("psql -c 'alter system set {first} = on' -c 'select pg_reload_conf()'"),
    ))
}

pub async fn check_menu(pool: &PgPool) -> Check {
    Check::new("menu", menu_finding(pool).await)
}

async fn menu_finding(pool: &PgPool) -> Result<Finding> {
    let newest = sqlx::query!(
        "select id, source, imported_at,
             count(name) as \"items!\",
             count(name) filter (where price is null) as \"without_price!\",
             count(name) filter (where not available) as \"run_out!\"
         from menu_versions left join menu_items on version = id
         where id = (select max(id) from menu_versions)
         group by id"
    )
    .fetch_optional(pool)
    .await
    .context("read the menu")?;
    let Some(menu) = newest.filter(|menu| menu.items > 0) else {
        let finding = "there is no menu: no message can become an order";
        return Ok(Finding::fail(finding, "chit menu import menu.csv"));
    };
    let (items, source, day) = (menu.items, menu.source, menu.imported_at.format("%Y-%m-%d"));
    let run_out = match menu.run_out {
        0 => String::new(),
        count => format!(", {count} run out"),
    };
    let finding = format!("version {}: {items} items from {source} of {day}{run_out}", menu.id);
    Ok(match menu.without_price {
        0 => Finding::ok(finding),
        count => Finding::warn(format!("{finding}, {count} without a price"), "chit menu check"),
    })
}
