//! A migrated, empty database for each test.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// An empty database of its own, dropped with this value.
pub struct TestDatabase {
    /// A few connections to it.
    pub pool: PgPool,
    /// For other processes.
    pub url: String,
    name: String,
}

/// A migrated, empty database.
pub async fn database() -> TestDatabase {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let server = server();
    let name = format!("test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
    let (before, after) = server.split_once("/dev_outbox").unwrap();
    let url = format!("{before}/{name}{after}");
    let pool = PgPoolOptions::new().max_connections(12).connect(&url).await.unwrap();
    sqlx::migrate!("./migrations").run(&pool).await.unwrap();
    TestDatabase { pool, url, name }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let sql = format!("drop database {} with (force)", self.name);
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut connection = PgConnection::connect(&server()).await.unwrap();
                connection.execute(AssertSqlSafe(sql)).await.unwrap();
            });
        });
        dropping.join().unwrap();
    }
}

fn server() -> String {
    std::env::var("DATABASE_URL").expect("set DATABASE_URL to a Postgres for tests")
}
