//! What the service answers over HTTP: the staff page with its stream of changes, whether it is alive, whether it can do
//! its work, and what it counted.

mod assets;
mod board;
mod guard;
mod stream;
mod texts;
mod why;

use std::time::Duration;

use anyhow::{Context, Result};
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::controls::{self, Control};
use stream::Frames;

/// What the pages are made of.
#[derive(Clone)]
struct Web {
    app: App,
    frames: Frames,
    shutdown: CancellationToken,
}

/// Answers until `shutdown`: the staff page on an address of this machine alone, the health endpoints on any.
pub async fn serve(
    socket: TcpListener,
    app: App,
    counted: PrometheusHandle,
    shutdown: CancellationToken,
) -> Result<()> {
    let local = socket.local_addr().context("the address")?.ip().is_loopback();
    let frames = Frames::new();
    let mut router = health(app.clone(), counted);
    if local {
        let web = Web { app: app.clone(), frames: frames.clone(), shutdown: shutdown.clone() };
        router = router.merge(pages(web));
    } else {
        tracing::warn!("no staff page here: it has no password yet and is shown on 127.0.0.1 alone");
    }
    let answered = axum::serve(socket, router.layer(middleware::from_fn(guard::headers)))
        .with_graceful_shutdown(shutdown.clone().cancelled_owned());
    let watched = async {
        if local {
            frames.run(&app.db.pool, &shutdown).await;
        }
    };
    let (answered, ()) = tokio::join!(answered, watched);
    answered.context("serve the page")
}

fn health(app: App, counted: PrometheusHandle) -> Router {
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

fn pages(web: Web) -> Router {
    Router::new()
        .route("/", get(board::page))
        .route("/board/frame", get(board::frame))
        .route("/board/recall", get(board::recall))
        .route("/orders/{id}/{move}", post(board::make))
        .route("/orders/{id}/undo/{move_id}", post(board::undo))
        .route("/messages/{id}", get(why::page))
        .route("/messages/{id}/json", get(why::json))
        .route("/events", get(stream::events))
        .route("/static/{*path}", get(assets::file))
        .layer(middleware::from_fn(guard::local_only))
        .with_state(web)
}

/// An answer that could not be given. What went wrong is for the log.
struct Failed(anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        tracing::error!(error = format!("{:#}", self.0), "can't answer");
        (StatusCode::INTERNAL_SERVER_ERROR, texts::FAILED).into_response()
    }
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
