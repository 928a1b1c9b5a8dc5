//! A migrated, empty database for each test, in one throw-away Postgres for all of them.

use std::sync::atomic::{AtomicU32, Ordering};

use chit::config::{Settings, search_path};
use chit::db::local::LocalPg;
use chit::db::{self, programs};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use tokio::sync::OnceCell;

/// An empty database of its own, dropped with this value.
pub struct TestDatabase {
    /// A few connections to it.
    pub pool: PgPool,
    /// For settings and other processes.
    pub url: String,
    /// Its name.
    pub name: String,
    admin: PgConnectOptions,
}

/// A migrated, empty database.
pub async fn database() -> TestDatabase {
    let server = SERVER.get_or_init(Server::start).await;
    server.database().await
}

impl TestDatabase {
    /// Settings that name this database.
    pub fn settings(&self) -> Settings {
        Settings { database_url: Some(self.url.clone().into()), ..Settings::default() }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let drop = drop_database(self.admin.clone(), self.name.clone());
        // A thread, as the test's own runtime can't be waited for in here.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(drop);
        })
        .join();
        if !std::thread::panicking() {
            dropped.expect("the database can be dropped");
        }
    }
}

/// The one cluster of this process; its guard removes it when the process ends.
static SERVER: OnceCell<Server> = OnceCell::const_new();

/// A Postgres of which each test gets a database, or that a test has for itself to be rough with.
pub struct Server {
    postgres: LocalPg,
    made: AtomicU32,
}

impl Server {
    /// Starts an empty one; it ends with this value.
    pub async fn start() -> Self {
        let start = || LocalPg::throwaway(&programs::installed(None, &search_path()));
        let postgres = tokio::task::spawn_blocking(start).await.unwrap().expect("Postgres starts");
        // The cluster's own database is the template: nobody may stay connected to it.
        let template = PgPool::connect_with(postgres.options()).await.unwrap();
        db::migrate(&template).await.expect("the tables can be made");
        template.close().await;
        Self { postgres, made: AtomicU32::new(0) }
    }

    /// A migrated, empty database.
    pub async fn database(&self) -> TestDatabase {
        let name = format!("test_{}", self.made.fetch_add(1, Ordering::Relaxed));
        let admin = self.postgres.options().database("postgres");
        let mut connection = admin.connect().await.unwrap();
        connection
            .execute(AssertSqlSafe(format!("create database {name} template chit")))
            .await
            .expect("the template has no users");
        connection.close().await.unwrap();
        let options = self.postgres.options().database(&name);
        let pool = PgPoolOptions::new().max_connections(8).connect_lazy_with(options);
        let url = self.postgres.url().replace(":///chit?", &format!(":///{name}?"));
        TestDatabase { pool, url, name, admin }
    }
}

async fn drop_database(admin: PgConnectOptions, name: String) {
    let mut connection = admin.connect().await.unwrap();
    connection.execute(AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await.unwrap();
    connection.close().await.unwrap();
}
