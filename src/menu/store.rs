//! The menu in Postgres, which is the only truth. A version is never changed: a new menu is a new one.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};

use super::{Choose, Menu, MenuItem, ModifierGroup, ModifierOption, read_csv};

/// What an import did. Options are named with their group, as in "milk: oat milk".
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Imported {
    /// The version that holds the menu now.
    pub version: i64,
    /// False: the newest version was the same already, and stays.
    pub is_new: bool,
    /// Names that the version before did not have.
    pub added: Vec<String>,
    /// Names whose row differs from the version before; their order does not count.
    pub changed: Vec<String>,
    /// Names that only the version before had.
    pub removed: Vec<String>,
}

/// Stores the menu as a new version, unless the newest has the same content. Of two processes that
/// import at once, the second waits and compares with what the first has stored.
pub async fn import(pool: &PgPool, menu: &Menu, source: &str) -> Result<Imported> {
    check(menu)?;
    let mut transaction = pool.begin().await.context("begin the import of the menu")?;
    lock(&mut transaction).await?;
    let imported = store(&mut transaction, menu, source).await?;
    transaction.commit().await.context("store the menu")?;
    Ok(imported)
}

/// The menu of the newest version; none before the first import.
pub async fn current(pool: &PgPool) -> Result<Option<Menu>> {
    let mut connection = pool.acquire().await.context("load the menu")?;
    newest(&mut connection).await
}

/// The number of the newest version; none before the first import.
pub async fn current_version(pool: &PgPool) -> Result<Option<i64>> {
    sqlx::query_scalar!(r#"select max(id) from menu_versions"#)
        .fetch_one(pool)
        .await
        .context("look up the version of the menu")
}

/// The current menu. A database without one gets the files: `modifiers` is used when it exists. Rows
/// that can't be used are logged.
pub async fn ensure(pool: &PgPool, menu: &Path, modifiers: &Path) -> Result<Menu> {
    if let Some(found) = current(pool).await? {
        return Ok(found);
    }
    ensure!(
        menu.exists(),
        "there is no menu yet and no file {}: write one with the columns item_name,description,price \
         and run: chit menu import FILE",
        menu.display()
    );
    let (read, problems) = read_csv(menu, modifiers.exists().then_some(modifiers))?;
    for problem in &problems {
        tracing::warn!(
            file = problem.file,
            line = problem.line,
            left_out = problem.left_out,
            "{}",
            problem.problem
        );
    }
    check(&read)?;
    let mut transaction = pool.begin().await.context("begin the import of the menu")?;
    lock(&mut transaction).await?;
    if let Some(found) = newest(&mut transaction).await? {
        return Ok(found);
    }
    let imported = store(&mut transaction, &read, &menu.display().to_string()).await?;
    let stored = newest(&mut transaction).await?.context("the menu that was just stored is gone")?;
    transaction.commit().await.context("store the menu")?;
    tracing::info!(version = imported.version, items = stored.items.len(), "imported the menu");
    Ok(stored)
}

/// What the database would refuse or silently change.
fn check(menu: &Menu) -> Result<()> {
    ensure!(!menu.items.is_empty(), "the menu has no row that can be used: run chit menu check FILE");
    let items = menu.items.iter().map(|item| (&item.name, item.price));
    let options =
        menu.groups.iter().flat_map(|group| &group.options).map(|option| (&option.name, option.price));
    for (name, price) in items.chain(options) {
        if let Some(price) = price.filter(|price| price.is_sign_negative() || price.normalize().scale() > 2) {
            bail!("the price {price} of \"{name}\" must have at most two decimals and not be negative");
        }
    }
    Ok(())
}

/// Keeps other imports out until the transaction ends; readers go on.
async fn lock(connection: &mut PgConnection) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('chit menu import'))")
        .execute(connection)
        .await
        .context("wait for another import of the menu")?;
    Ok(())
}

async fn store(connection: &mut PgConnection, menu: &Menu, source: &str) -> Result<Imported> {
    let digest = digest(menu);
    let before = sqlx::query!("select id, digest from menu_versions order by id desc limit 1")
        .fetch_optional(&mut *connection)
        .await
        .context("look up the version of the menu")?;
    if let Some(same) = before.filter(|before| before.digest == digest) {
        return Ok(Imported { version: same.id, ..Imported::default() });
    }
    let old = newest(&mut *connection).await?.unwrap_or_default();
    let version = sqlx::query_scalar!(
        "insert into menu_versions (source, digest) values ($1, $2) returning id",
        source,
        digest
    )
    .fetch_one(&mut *connection)
    .await
    .context("store the version of the menu")?;
    insert_items(&mut *connection, version, &menu.items).await?;
    insert_options(connection, version, &menu.groups).await?;
    Ok(difference(&old, menu, version))
}

async fn insert_items(connection: &mut PgConnection, version: i64, items: &[MenuItem]) -> Result<()> {
    let rows = serde_json::to_value(items).context("write the menu items as JSON")?;
    sqlx::query!(
        r#"insert into menu_items
             (version, position, key, name, description, price, category, aliases, tags, available)
           select $1, item.position, item.key, name, description, price, category, aliases, tags, available
           from rows from (jsonb_to_recordset($2) as
             (key text, name text, description text, price numeric, category text, aliases text[],
              tags text[], available boolean)) with ordinality as item
             (key, name, description, price, category, aliases, tags, available, position)"#,
        version,
        rows
    )
    .execute(connection)
    .await
    .context("store the menu items")?;
    Ok(())
}

async fn insert_options(connection: &mut PgConnection, version: i64, groups: &[ModifierGroup]) -> Result<()> {
    let row = |group: &ModifierGroup, option: &ModifierOption| {
        json!({"group_name": group.name, "choose": group.choose, "name": option.name,
               "price": option.price, "applies_to": option.applies_to, "aliases": option.aliases})
    };
    let rows =
        groups.iter().flat_map(|group| group.options.iter().map(move |option| row(group, option))).collect();
    sqlx::query!(
        r#"insert into modifier_options
             (version, position, group_name, choose, name, price, applies_to, aliases)
           select $1, option.position, group_name, choose, name, price, applies_to, aliases
           from rows from (jsonb_to_recordset($2) as
             (group_name text, choose text, name text, price numeric, applies_to text[], aliases text[]))
             with ordinality as option (group_name, choose, name, price, applies_to, aliases, position)"#,
        version,
        serde_json::Value::Array(rows)
    )
    .execute(connection)
    .await
    .context("store the modifiers")?;
    Ok(())
}

async fn newest(connection: &mut PgConnection) -> Result<Option<Menu>> {
    let version = sqlx::query_scalar!("select max(id) from menu_versions")
        .fetch_one(&mut *connection)
        .await
        .context("look up the version of the menu")?;
    let Some(version) = version else { return Ok(None) };
    let items = sqlx::query_as!(
        MenuItem,
        "select key, name, description, price, category, aliases, tags, available
         from menu_items where version = $1 order by position",
        version
    )
    .fetch_all(&mut *connection)
    .await
    .context("load the menu items")?;
    let options = sqlx::query!(
        "select group_name, choose, name, price, applies_to, aliases
         from modifier_options where version = $1 order by position",
        version
    )
    .fetch_all(connection)
    .await
    .context("load the modifiers")?;
    let mut groups: Vec<ModifierGroup> = Vec::new();
    for row in options {
        let choose = if row.choose == Choose::One.as_str() { Choose::One } else { Choose::Many };
        let option = ModifierOption {
            name: row.name,
            price: row.price,
            applies_to: row.applies_to,
            aliases: row.aliases,
        };
        match groups.iter_mut().find(|group| group.name == row.group_name) {
            Some(group) => group.options.push(option),
            None => groups.push(ModifierGroup { name: row.group_name, choose, options: vec![option] }),
        }
    }
    Ok(Some(Menu { version, items, groups }))
}

/// The content as hexadecimal SHA-256. 9.9 and 9.90 are one price.
fn digest(menu: &Menu) -> String {
    let mut menu = menu.clone();
    let items = menu.items.iter_mut().map(|item| &mut item.price);
    let options = menu.groups.iter_mut().flat_map(|group| &mut group.options).map(|option| &mut option.price);
    for price in items.chain(options).flatten() {
        price.rescale(2);
    }
    let content = json!([menu.items, menu.groups]).to_string();
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn difference(old: &Menu, new: &Menu, version: i64) -> Imported {
    let (old, new) = (rows(old), rows(new));
    let only = |these: &BTreeMap<_, Row>, those: &BTreeMap<_, Row>| {
        these.iter().filter(|(key, _)| !those.contains_key(*key)).map(|(_, row)| row.name()).collect()
    };
    Imported {
        version,
        is_new: true,
        added: only(&new, &old),
        changed: new
            .iter()
            .filter(|(key, row)| old.get(*key).is_some_and(|before| before != *row))
            .map(|(_, row)| row.name())
            .collect(),
        removed: only(&old, &new),
    }
}

#[derive(PartialEq)]
enum Row<'a> {
    Item(&'a MenuItem),
    Option(&'a str, Choose, &'a ModifierOption),
}

impl Row<'_> {
    fn name(&self) -> String {
        match self {
            Self::Item(item) => item.name.clone(),
            Self::Option(group, _, option) => format!("{group}: {}", option.name),
        }
    }
}

fn rows(menu: &Menu) -> BTreeMap<(&str, &str), Row<'_>> {
    let items = menu.items.iter().map(|item| (("", item.key.as_str()), Row::Item(item)));
    let options = menu.groups.iter().flat_map(|group| {
        group.options.iter().map(|option| {
            ((group.name.as_str(), option.name.as_str()), Row::Option(&group.name, group.choose, option))
        })
    });
    items.chain(options).collect()
}
