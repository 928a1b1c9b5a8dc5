//! The stream of changes to every open page: one reader of the events for all tabs, at most ten frames a second.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream, StreamExt};
use serde::Deserialize;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;

use super::Web;
use super::board::{self, Windows};
use crate::events::{self, Cursor, Since};

const FRAME: Duration = Duration::from_millis(100);
const POLL: Duration = Duration::from_secs(1);

/// Looks that follow a wake-up: a transaction that is still running may hold back what it was about.
const LOOKS: u32 = 20;

/// What changed on the board, ready to be shown.
#[derive(Clone, Debug)]
pub struct Frame {
    cursor: Cursor,
    html: String,
}

/// Hands frames to the open pages.
#[derive(Clone, Debug)]
pub struct Frames {
    sender: broadcast::Sender<Arc<Frame>>,
}

impl Frames {
    /// Nobody watches yet.
    pub fn new() -> Self {
        Self { sender: broadcast::channel(64).0 }
    }

    /// Reads what changed and hands it out, until `shutdown`.
    pub async fn run(&self, pool: &PgPool, shutdown: &CancellationToken) {
        let mut wake_up = WakeUp { pool: pool.clone(), listener: None };
        let mut seen = None;
        let mut windows = Windows::default();
        let mut looks = 0;
        while !shutdown.is_cancelled() {
            match self.look(pool, &mut seen, &mut windows).await {
                Ok(true) => looks = 0,
                Ok(false) => looks += 1,
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "can't read what changed; trying again");
                    tokio::time::sleep(POLL).await;
                }
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(FRAME) => {}
            }
            if looks > LOOKS {
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    () = wake_up.wait() => {}
                }
                looks = LOOKS.saturating_sub(10);
            }
        }
    }

    /// True when something had changed.
    async fn look(&self, pool: &PgPool, seen: &mut Option<Cursor>, windows: &mut Windows) -> Result<bool> {
        let after = match seen {
            Some(cursor) => *cursor,
            None => *seen.insert(events::newest(pool).await?),
        };
        let (cursor, orders) = match events::since(pool, after).await? {
            Since::Changed { cursor, .. } if cursor == after => return Ok(false),
            Since::Changed { cursor, orders } => (cursor, Some(orders)),
            Since::TooOld => (events::newest(pool).await?, None),
        };
        if self.sender.receiver_count() > 0 {
            let html = windows.frame(pool, orders.as_deref()).await?;
            drop(self.sender.send(Arc::new(Frame { cursor, html })));
        } else {
            *windows = Windows::default();
        }
        *seen = Some(cursor);
        Ok(true)
    }
}

/// The notification, with a poll beside it: the connection may drop without a word.
struct WakeUp {
    pool: PgPool,
    listener: Option<PgListener>,
}

impl WakeUp {
    async fn wait(&mut self) {
        if let Ok(Err(error)) = tokio::time::timeout(POLL, self.hear()).await {
            tracing::warn!(%error, "not told of changes, only polling");
            self.listener = None;
            tokio::time::sleep(POLL).await;
        }
    }

    async fn hear(&mut self) -> sqlx::Result<()> {
        if let Some(listener) = &mut self.listener {
            listener.recv().await.map(drop)
        } else {
            let mut listener = PgListener::connect_with(&self.pool).await?;
            listener.listen(events::WAKE_UP).await?;
            self.listener = Some(listener);
            Ok(())
        }
    }
}

/// From where a page wants to go on.
#[derive(Deserialize)]
pub struct From {
    since: Option<String>,
}

/// `GET /events`: first what changed since the page's place, then every frame. `reset` says that the place is too old, or
/// the tab too slow: the page asks for the whole board.
pub async fn events(State(web): State<Web>, Query(from): Query<From>, headers: HeaderMap) -> Response {
    let receiver = web.frames.sender.subscribe();
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let place = last.or(from.since.as_deref()).and_then(|text| text.parse::<Cursor>().ok());
    let (cursor, first) = match catch_up(&web.app.db.pool, place).await {
        Ok(caught_up) => caught_up,
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "can't catch a page up");
            return axum::http::StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let rest = frames(receiver, cursor).take_until(web.shutdown.clone().cancelled_owned());
    let all = stream::iter([Ok::<_, Infallible>(first)]).chain(rest);
    let kept = Sse::new(all).keep_alive(KeepAlive::new().interval(Duration::from_secs(10)).text("here"));
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    ([unbuffered], kept).into_response()
}

async fn catch_up(pool: &PgPool, place: Option<Cursor>) -> Result<(Cursor, Event)> {
    if let Some(place) = place
        && let Since::Changed { cursor, orders } = events::since(pool, place).await?
    {
        let html = board::frame_of(pool, &orders).await?;
        return Ok((cursor, shown(cursor, &html)));
    }
    let cursor = events::newest(pool).await?;
    Ok((cursor, reset(cursor)))
}

fn frames(
    receiver: broadcast::Receiver<Arc<Frame>>,
    cursor: Cursor,
) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold((receiver, cursor), |(mut receiver, cursor)| async move {
        loop {
            match receiver.recv().await {
                Ok(frame) if frame.cursor <= cursor => {}
                Ok(frame) => return Some((Ok(shown(frame.cursor, &frame.html)), (receiver, frame.cursor))),
                Err(RecvError::Lagged(_)) => return Some((Ok(reset(cursor)), (receiver, cursor))),
                Err(RecvError::Closed) => return None,
            }
        }
    })
}

fn shown(cursor: Cursor, html: &str) -> Event {
    // A carriage return would end a line of the stream; as a reference it is the same to the page.
    Event::default().id(cursor.to_string()).event("board").data(html.replace('\r', "&#13;"))
}

fn reset(cursor: Cursor) -> Event {
    Event::default().id(cursor.to_string()).event("reset").data("the whole board")
}
