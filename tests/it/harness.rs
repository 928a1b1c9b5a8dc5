//! A migrated, empty database for each test, on the server that `DATABASE_URL` names.

use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

/// An empty database of its own, dropped with this value.
pub struct TestDatabase {
    /// A few connections to it.
    pub pool: PgPool,
    /// For settings and other processes.
    pub url: String,
    admin: PgConnectOptions,
    name: String,
}

/// A migrated, empty database.
pub async fn database() -> TestDatabase {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("DATABASE_URL").expect("DATABASE_URL names a server for tests");
    let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let admin = PgConnectOptions::from_str(&server).unwrap();
    execute(&admin, format!("create database {name}")).await;
    let options = admin.clone().database(&name);
    let pool = PgPoolOptions::new().max_connections(4).connect_with(options.clone()).await.unwrap();
    sqlx::migrate!().run(&pool).await.unwrap();
    let mut url = reqwest::Url::parse(&server).unwrap();
    url.set_path(&name);
    TestDatabase { pool, url: url.to_string(), admin, name }
}

async fn execute(admin: &PgConnectOptions, sql: String) {
    let mut connection = admin.connect().await.unwrap();
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (admin, sql) = (self.admin.clone(), format!("drop database {} with (force)", self.name));
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(execute(&admin, sql));
        });
        drop(dropped.join());
    }
}
