//! The database's part of a backup.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use anyhow::{Context, Result, bail};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStdin};

use super::archive::Manifest;
use crate::db::client::Client;

const CLEAR: &str = include_str!("clear.sql");

/// What the database held at one moment; as long as this lives a dump can be made of that moment.
pub struct Snapshot {
    transaction: Transaction<'static, Postgres>,
    id: String,
    schema: String,
}

impl Snapshot {
    /// Of now.
    pub async fn take(pool: &PgPool) -> Result<Self> {
        let mut transaction = pool
            .begin_with("begin isolation level repeatable read read only")
            .await
            .context("look at the database")?;
        let now =
            sqlx::query!(r#"select pg_export_snapshot() as "id!", current_schema()::text as "schema?""#)
                .fetch_one(&mut *transaction)
                .await
                .context("look at the database")?;
        let schema = now.schema.context("the search path of the database names no schema that exists")?;
        Ok(Self { transaction, id: now.id, schema })
    }

    /// Its schema, the newest migration, and the rows of each table.
    pub async fn end(mut self) -> Result<(String, i64, BTreeMap<String, i64>)> {
        let version = schema_version(&mut self.transaction).await?;
        let rows = count_rows(&mut self.transaction, &self.schema).await?;
        self.transaction.rollback().await.context("end the look at the database")?;
        Ok((self.schema, version, rows))
    }
}

/// The rows of each table of a schema.
pub async fn count_rows(connection: &mut PgConnection, schema: &str) -> Result<BTreeMap<String, i64>> {
    let tables = sqlx::query_scalar!(
        r#"select tablename::text as "name!" from pg_tables where schemaname = $1 order by tablename"#,
        schema
    )
    .fetch_all(&mut *connection)
    .await
    .context("list the tables")?;
    let mut rows = BTreeMap::new();
    for table in tables {
        let count = format!("select count(*) from {}.{}", quoted(schema), quoted(&table));
        let count = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut *connection).await;
        rows.insert(table.clone(), count.with_context(|| format!("count the rows of {table}"))?);
    }
    Ok(rows)
}

/// Writes a dump of the moment of the snapshot.
pub async fn dump(client: &Client, snapshot: &Snapshot, to: &Path) -> Result<()> {
    let mut dump = client.command("pg_dump");
    dump.args(["--format=custom", "--no-owner", "--no-privileges", "--no-password"]);
    dump.arg(format!("--snapshot={}", snapshot.id)).arg("--file").arg(to);
    let output = dump.output().await.context("start pg_dump")?;
    must_succeed("pg_dump", output.status, &output.stderr)
}

/// Asks `pg_restore` whether it knows what it is looking at.
pub async fn must_be_readable(client: &Client, dump: &Path) -> Result<()> {
    let output = client.command("pg_restore").arg("--list").arg(dump).output().await;
    let output = output.context("start pg_restore")?;
    must_succeed("pg_restore --list", output.status, &output.stderr)
}

/// Puts a dump in the place of everything in the schema: one transaction, which is only committed
/// when each table has the rows of the manifest.
pub async fn load(client: &Client, manifest: &Manifest, dump: &Path) -> Result<()> {
    let mut psql = client.command("psql");
    psql.args(["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--file=-"]);
    let mut psql = psql.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().context("start psql")?;
    let mut pg_restore = client.command("pg_restore");
    pg_restore.args(["--file=-", "--no-owner", "--no-privileges"]).arg(dump);
    let pg_restore = pg_restore.spawn().context("start pg_restore")?;
    let input = psql.stdin.take().context("psql has no input")?;
    let (fed, output) = tokio::join!(feed(input, pg_restore, manifest), psql.wait_with_output());
    let output = output.context("wait for psql")?;
    // What psql says comes first: a broken pipe is only its consequence.
    must_succeed("psql", output.status, &output.stderr)?;
    fed
}

async fn feed(mut psql: ChildStdin, mut pg_restore: Child, manifest: &Manifest) -> Result<()> {
    let schema = quoted(&manifest.schema);
    let before =
        format!("begin;\nset local lock_timeout = '10s';\nset local search_path to {schema};\n{CLEAR}");
    psql.write_all(before.as_bytes()).await.context("write to psql")?;
    let mut sql = pg_restore.stdout.take().context("pg_restore has no output")?;
    let copy = async {
        let copied = tokio::io::copy(&mut sql, &mut psql).await;
        drop(sql);
        copied
    };
    let (copied, output) = tokio::join!(copy, pg_restore.wait_with_output());
    copied.context("write to psql")?;
    let output = output.context("wait for pg_restore")?;
    must_succeed("pg_restore", output.status, &output.stderr)?;
    // Without this last word psql ends its transaction with nothing changed.
    let after = format!("{}commit;\n", expectations(manifest));
    psql.write_all(after.as_bytes()).await.context("write to psql")?;
    psql.shutdown().await.context("write to psql")
}

fn expectations(manifest: &Manifest) -> String {
    let mut sql = "do $chit$ declare found bigint; begin\n".to_owned();
    for (table, rows) in &manifest.rows {
        let name = format!("{}.{}", quoted(&manifest.schema), quoted(table));
        let said = table.replace('\'', "''").replace('%', "%%");
        let _ = writeln!(
            sql,
            "select count(*) into found from {name}; if found <> {rows} then \
             raise exception '{said} has % rows instead of {rows}', found; end if;"
        );
    }
    sql + "end $chit$;\n"
}

async fn schema_version(connection: &mut PgConnection) -> Result<i64> {
    // Unchecked, as the table is sqlx's own and not among the migrations.
    sqlx::query_scalar("select coalesce(max(version), 0) from _sqlx_migrations")
        .fetch_one(connection)
        .await
        .context("read the version of the tables")
}

fn must_succeed(program: &str, status: ExitStatus, stderr: &[u8]) -> Result<()> {
    if !status.success() {
        bail!("{program} failed ({status}): {}", String::from_utf8_lossy(stderr).trim());
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
