//! What the service answers over HTTP: whether it is alive, and whether it can do its work.

use std::time::Duration;

use anyhow::{Context, Result};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::messages;

/// Answers until `shutdown`.
pub async fn serve(socket: TcpListener, app: App, shutdown: CancellationToken) -> Result<()> {
    axum::serve(socket, router(app))
        .with_graceful_shutdown(shutdown.cancelled_owned())
        .await
        .context("serve the health endpoints")
}

fn router(app: App) -> Router {
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready)).with_state(app)
}

/// 200 with the balance, or 503 when the database does not answer within two seconds.
async fn ready(State(app): State<App>) -> (StatusCode, Json<Value>) {
    let asked = tokio::time::timeout(Duration::from_secs(2), messages::balance(&app.db.pool)).await;
    match asked {
        Ok(Ok(balance)) => (StatusCode::OK, Json(json!({ "ready": true, "balance": balance }))),
        Ok(Err(_)) | Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({ "ready": false, "why": "the database does not answer" })),
        ),
    }
}
