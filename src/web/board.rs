//! The board: new, preparing, ready; what people do to a ticket, and what an open page is told of it.

use std::collections::HashSet;

use anyhow::Result;
use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::Utc;
use serde::Deserialize;
use sqlx::PgPool;
use uuid::Uuid;

use super::{Failed, Web, texts as t};
use crate::events;
use crate::orders;
use crate::orders::moves::{self, Move, Moved};
use crate::reports::board::{self, Board, Column, Standing};
use crate::reports::orders::{Line, Order};
use crate::reports::wording::{line_text, option_text};

/// Seconds after which a ticket is looked at twice.
const WARM: u32 = 300;
/// Seconds after which it is late.
const LATE: u32 = 600;

/// Who did it, as long as nobody logs in.
const SOMEBODY: &str = "somebody at the board";

#[derive(Template)]
#[template(path = "board.html")]
struct Page {
    cursor: String,
    now: i64,
    warm: u32,
    late: u32,
    in_review: usize,
    columns: Vec<ColumnView>,
}

#[derive(Template)]
#[template(path = "frame.html")]
struct FrameView {
    now: i64,
    in_review: usize,
    columns: Vec<ColumnView>,
}

struct ColumnView {
    key: &'static str,
    name: &'static str,
    count: usize,
    more: String,
    order: String,
    cards: Vec<String>,
}

#[derive(Template)]
#[template(path = "card.html")]
struct Card<'a> {
    order: &'a Order,
    since: i64,
    allergy: bool,
    getting: String,
    lines: Vec<LineView>,
    unmatched: String,
    total: String,
    buttons: Vec<Button>,
}

struct LineView {
    quantity: i64,
    item: String,
    options: String,
    notes: String,
}

struct Button {
    key: &'static str,
    name: &'static str,
}

#[derive(Template)]
#[template(path = "recall.html")]
struct Recall {
    orders: Vec<(Order, String)>,
}

#[derive(Template)]
#[template(path = "toast.html")]
struct Toast {
    text: String,
    wrong: bool,
    undo: Option<Undo>,
}

struct Undo {
    order: Uuid,
    move_id: i64,
}

/// `GET /`: the whole board. The place in the stream is taken first, so that nothing between the two is missed.
pub async fn page(State(web): State<Web>) -> Result<Html<String>, Failed> {
    let pool = &web.app.db.pool;
    let cursor = events::newest(pool).await?.to_string();
    let board = board::stand(pool).await?;
    let columns = columns(pool, &board, None).await?;
    let page = Page {
        cursor,
        now: Utc::now().timestamp_millis(),
        warm: WARM,
        late: LATE,
        in_review: board.in_review,
        columns,
    };
    Ok(Html(page.render()?))
}

/// `GET /board/frame`: every card, for a page that missed something.
pub async fn frame(State(web): State<Web>) -> Result<Html<String>, Failed> {
    Ok(Html(Windows::default().frame(&web.app.db.pool, None).await?))
}

/// `GET /board/recall`: what was handed over last.
pub async fn recall(State(web): State<Web>) -> Result<Html<String>, Failed> {
    let orders = board::handed_over(&web.app.db.pool).await?;
    let orders = orders.into_iter().map(|order| (order.clone(), summary(&order))).collect();
    Ok(Html(Recall { orders }.render()?))
}

/// Why an order is rejected.
#[derive(Deserialize)]
pub struct Reason {
    #[serde(default)]
    reason: String,
}

/// `POST /orders/{id}/{move}`
pub async fn make(
    State(web): State<Web>,
    Path((id, what)): Path<(Uuid, Move)>,
    Form(Reason { reason }): Form<Reason>,
) -> Result<Response, Failed> {
    let reason = reason.trim();
    let reason = (!reason.is_empty()).then(|| reason.chars().take(200).collect::<String>());
    let moved = moves::make(&web.app.db.pool, id, what, SOMEBODY, reason.as_deref()).await?;
    let (_, to) = what.states();
    toast(&web, id, moved, |number, move_id| (t::moved(number, to), Some(Undo { order: id, move_id })))
}

/// `POST /orders/{id}/undo/{move_id}`
pub async fn undo(
    State(web): State<Web>,
    Path((id, move_id)): Path<(Uuid, i64)>,
) -> Result<Response, Failed> {
    let moved = moves::undo(&web.app.db.pool, id, move_id, SOMEBODY).await?;
    toast(&web, id, moved, |number, _| (t::taken_back(number), None))
}

fn toast(
    web: &Web,
    id: Uuid,
    moved: Moved,
    done: impl FnOnce(i32, i64) -> (String, Option<Undo>),
) -> Result<Response, Failed> {
    let (status, toast) = match moved {
        Moved::Done { move_id, number } => {
            tracing::info!(order = %id, number, "moved on the board");
            let (text, undo) = done(number, move_id);
            (StatusCode::OK, Toast { text, wrong: false, undo })
        }
        Moved::Elsewhere { number, state, by } => {
            let zone = web.app.clock.zone();
            let by = by.map(|(who, at)| (who, at.with_timezone(&zone).format("%H:%M:%S").to_string()));
            let text = t::was_first(number, state, by.as_ref());
            (StatusCode::CONFLICT, Toast { text, wrong: true, undo: None })
        }
        Moved::Unknown => {
            (StatusCode::NOT_FOUND, Toast { text: t::NO_SUCH_ORDER.to_owned(), wrong: true, undo: None })
        }
    };
    Ok((status, Html(toast.render()?)).into_response())
}

/// What pages show that were told every frame so far.
#[derive(Debug, Default)]
pub struct Windows(HashSet<Uuid>);

impl Windows {
    /// The board's new order, and the cards that changed or came into view; all cards when it is not known what changed.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn frame(&mut self, pool: &PgPool, changed: Option<&[Uuid]>) -> Result<String> {
        let board = board::stand(pool).await?;
        let shown: HashSet<Uuid> = board.columns.iter().flat_map(|c| c.shown.iter().copied()).collect();
        let fresh = changed.map(|changed| {
            shown.iter().copied().filter(|id| changed.contains(id) || !self.0.contains(id)).collect()
        });
        let html = render(pool, &board, fresh.as_ref()).await?;
        self.0 = shown;
        Ok(html)
    }
}

/// The board's order, and those of these cards that are in view.
///
/// # Errors
/// When the database can't be asked.
pub async fn frame_of(pool: &PgPool, changed: &[Uuid]) -> Result<String> {
    render(pool, &board::stand(pool).await?, Some(&changed.iter().copied().collect())).await
}

async fn render(pool: &PgPool, board: &Board, fresh: Option<&HashSet<Uuid>>) -> Result<String> {
    let columns = columns(pool, board, fresh).await?;
    Ok(FrameView { now: Utc::now().timestamp_millis(), in_review: board.in_review, columns }.render()?)
}

async fn columns(pool: &PgPool, board: &Board, fresh: Option<&HashSet<Uuid>>) -> Result<Vec<ColumnView>> {
    let wanted: Vec<Uuid> = board
        .columns
        .iter()
        .flat_map(|column| column.shown.iter().copied())
        .filter(|id| fresh.is_none_or(|fresh| fresh.contains(id)))
        .collect();
    let cards = board::cards(pool, &wanted).await?;
    board.columns.iter().map(|standing| column(standing, &cards)).collect()
}

fn column(standing: &Standing, cards: &[Order]) -> Result<ColumnView> {
    let Standing { column, shown, count } = standing;
    let hidden = count.saturating_sub(shown.len());
    let own = cards.iter().filter(|card| shown.contains(&card.id));
    Ok(ColumnView {
        key: key(*column),
        name: t::column(*column),
        count: *count,
        more: if hidden > 0 { t::more(hidden) } else { String::new() },
        order: shown.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        cards: own.map(card).collect::<Result<_>>()?,
    })
}

fn card(order: &Order) -> Result<String> {
    let text = order.text.as_deref().unwrap_or_default().to_lowercase();
    let view = Card {
        order,
        since: order.created_at.timestamp_millis(),
        allergy: text.contains("allerg"),
        getting: getting(order),
        lines: order.lines.iter().map(line).collect(),
        unmatched: order.unmatched.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" · "),
        total: order.total.map_or_else(|| "—".to_owned(), |total| format!("{total} {}", order.currency)),
        buttons: buttons(order.state),
    };
    Ok(view.render()?)
}

fn line(line: &Line) -> LineView {
    LineView {
        quantity: line.quantity,
        item: line.item.clone().unwrap_or_else(|| t::WHICH_DISH.to_owned()),
        options: line.options.iter().map(option_text).collect::<Vec<_>>().join(", "),
        notes: line.notes.join("; "),
    }
}

fn getting(order: &Order) -> String {
    let kind = order.fulfilment.as_deref().map(t::fulfilment);
    let said = [kind, order.time_text.as_deref(), order.address_text.as_deref()];
    said.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn summary(order: &Order) -> String {
    let line =
        |line: &Line| line_text(line.quantity, Some(line.item.as_deref().unwrap_or(t::WHICH_DISH)), "");
    order.lines.iter().map(line).collect::<Vec<_>>().join(", ")
}

fn key(column: Column) -> &'static str {
    match column {
        Column::New => "new",
        Column::Preparing => "preparing",
        Column::Ready => "ready",
    }
}

fn buttons(state: orders::State) -> Vec<Button> {
    let reject = Button { key: "reject", name: t::REJECT };
    match Column::of(state) {
        Some(Column::New) => vec![reject, Button { key: "accept", name: t::ACCEPT }],
        Some(Column::Preparing) => vec![reject, Button { key: "ready", name: t::READY }],
        Some(Column::Ready) => vec![Button { key: "done", name: t::DONE }],
        None => Vec::new(),
    }
}
