//! The private Postgres: made, shared, outlived, and never lost.

use chit::db;

use crate::harness;

#[tokio::test]
async fn every_test_has_an_empty_migrated_database_of_its_own() {
    let (one, other) = (harness::database().await, harness::database().await);
    let insert = "insert into contacts (channel, address) values ('test', 'ann')";
    sqlx::query(insert).execute(&one.pool).await.unwrap();
    let count = "select count(*) from contacts";
    assert_eq!(sqlx::query_scalar::<_, i64>(count).fetch_one(&other.pool).await.unwrap(), 0);
    let opened = db::open(&one.settings()).await.unwrap();
    assert_eq!(sqlx::query_scalar::<_, i64>(count).fetch_one(&opened.pool).await.unwrap(), 1);
}
