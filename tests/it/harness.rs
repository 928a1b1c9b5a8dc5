//! A database of its own for each test.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection, PgConnection, PgPool};

pub struct Database {
    pub pool: PgPool,
    pub url: String,
    server: String,
    name: String,
}

pub async fn database() -> Database {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("DATABASE_URL").expect("DATABASE_URL names the development server");
    let name = format!("it_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    execute(&server, format!("create database {name}")).await;
    let (before, query) = server.split_once('?').unwrap_or((&server, ""));
    let (host, _) = before.rsplit_once('/').unwrap();
    let url = format!("{host}/{name}?{query}");
    let pool = PgPool::connect(&url).await.unwrap();
    sqlx::migrate!("./migrations").run(&pool).await.unwrap();
    Database { pool, url, server, name }
}

async fn execute(server: &str, sql: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), format!("drop database {} with (force)", self.name));
        let dropped = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap()
                .block_on(execute(&server, sql));
        });
        dropped.join().unwrap();
    }
}
