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
use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;

use super::Web;
use super::board::{self, Windows};
use crate::db::WakeUp;
use crate::events::{self, Cursor, Since};

const FRAME: Duration = Duration::from_millis(100);
const POLL: Duration = Duration::from_secs(1);

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
        let mut wake_up = WakeUp::listen(pool, &[events::WAKE_UP]).await;
        let mut seen = None;
        let mut windows = Windows::default();
        while !shutdown.is_cancelled() {
            let wait = match self.look(pool, &mut seen, &mut windows).await {
                Ok(true) => FRAME,
                Ok(false) => Duration::ZERO,
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "can't read what changed; trying again");
                    POLL
                }
            };
            let rest = async {
                if wait.is_zero() { wake_up.wait(POLL).await } else { tokio::time::sleep(wait).await }
            };
            shutdown.run_until_cancelled(rest).await;
        }
    }

    /// True when something had changed.
    async fn look(&self, pool: &PgPool, seen: &mut Option<Seen>, windows: &mut Windows) -> Result<bool> {
        let before = match seen {
            Some(seen) => *seen,
            None => *seen.insert(Seen { cursor: events::newest(pool).await?, early: 0 }),
        };
        let (now, orders) = match events::since(pool, before.cursor).await? {
            Since::Changed { cursor, orders, early } => {
                let now = Seen { cursor, early: early.len() };
                if now == before {
                    return Ok(false);
                }
                (now, Some([orders, early].concat()))
            }
            Since::TooOld => (Seen { cursor: events::newest(pool).await?, early: 0 }, None),
        };
        if self.sender.receiver_count() > 0 {
            let html = windows.frame(pool, orders.as_deref()).await?;
            drop(self.sender.send(Arc::new(Frame { cursor: now.cursor, html })));
        } else {
            *windows = Windows::default();
        }
        *seen = Some(now);
        Ok(true)
    }
}

/// What was handed out: everything up to a place, and of what lies behind it this much, early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    cursor: Cursor,
    early: usize,
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
        && let Since::Changed { cursor, orders, early } = events::since(pool, place).await?
    {
        let html = board::frame_of(pool, &[orders, early].concat()).await?;
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
                Ok(frame) if frame.cursor < cursor => {}
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
