//! What the service answers over HTTP: whether it is alive, whether it can do its work, and what it counted.

use std::time::Duration;

use anyhow::{Context, Result};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::controls::{self, Control};

/// Answers until `shutdown`.
pub async fn serve(
    socket: TcpListener,
    app: App,
    counted: PrometheusHandle,
    shutdown: CancellationToken,
) -> Result<()> {
    axum::serve(socket, router(app, counted))
        .with_graceful_shutdown(shutdown.cancelled_owned())
        .await
        .context("serve the health endpoints")
}

fn router(app: App, counted: PrometheusHandle) -> Router {
    let metrics = async move || {
        counted.run_upkeep();
        counted.render()
    };
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(app)
}

/// How the language model is, in a word; `None` where none is asked.
fn llm(app: &App) -> Option<&'static str> {
    let second_opinion = app.second_opinion.as_ref()?;
    Some(if second_opinion.llm().is_resting() { "degraded" } else { "ok" })
}

/// 200 with what the listener does and how the language model is, or 503 when the database does not answer within two seconds.
async fn ready(State(app): State<App>) -> (StatusCode, Json<Value>) {
    let asked = controls::state(&app.db.pool, Control::Listener);
    match tokio::time::timeout(Duration::from_secs(2), asked).await {
        Ok(Ok(listener)) => {
            let answer = json!({ "ready": true, "listener": listener, "language_model": llm(&app) });
            (StatusCode::OK, Json(answer))
        }
        Ok(Err(_)) | Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({ "ready": false, "why": "the database does not answer" })),
        ),
    }
}
