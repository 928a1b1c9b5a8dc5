//! Why a message became what it is: the trace, stage by stage, and what was sent because of it.

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono_tz::Tz;

use super::{Failed, Web, texts as t};
use crate::clock::local;
use crate::llm::Call;
use crate::pipeline::{Line, Reading};
use crate::reports::messages::{self, Notice, Why};
use crate::reports::trace::Trace;
use crate::reports::wording::{asides, line_text};

#[derive(Template)]
#[template(path = "why.html")]
struct Page {
    id: i64,
    from: String,
    text: Option<String>,
    state: String,
    reason: String,
    made: Option<String>,
    understood: Vec<LineView>,
    remarks: Vec<String>,
    stages: Vec<[String; 6]>,
    asked: Vec<[String; 6]>,
    sent: Vec<[String; 5]>,
}

struct LineView {
    shown: String,
    words: String,
    score: String,
    runner_up: String,
}

/// `GET /messages/{id}`
pub async fn page(State(web): State<Web>, Path(id): Path<i64>) -> Result<Response, Failed> {
    let Some(why) = messages::why(&web.app.db.pool, id).await? else {
        return Ok((StatusCode::NOT_FOUND, t::NO_SUCH_MESSAGE).into_response());
    };
    Ok(Html(view(why, web.app.clock.zone()).render()?).into_response())
}

/// `GET /messages/{id}/json`: what `chit messages why ID --format json` prints.
pub async fn json(State(web): State<Web>, Path(id): Path<i64>) -> Result<Response, Failed> {
    Ok(match messages::why(&web.app.db.pool, id).await? {
        Some(why) => Json(why).into_response(),
        None => (StatusCode::NOT_FOUND, t::NO_SUCH_MESSAGE).into_response(),
    })
}

fn view(why: Why, zone: Tz) -> Page {
    let trace = why.trace.as_ref().map(Trace::of).unwrap_or_default();
    let order = why.order.as_ref().map(|order| t::made_order(order.number, &order.state));
    let enquiry = why.enquiry.as_ref().map(|enquiry| t::is_enquiry(&enquiry.kind, &enquiry.state));
    Page {
        id: why.message.id,
        from: t::from_at(&why.message.channel, &local(why.message.received_at, zone)),
        text: why.message.text,
        state: why.message.state,
        reason: why.message.reason.unwrap_or_else(|| t::NO_REASON.to_owned()),
        made: order.or(enquiry),
        understood: trace.reading.iter().flat_map(|reading| &reading.lines).map(line).collect(),
        remarks: trace.reading.as_ref().map(remarks).unwrap_or_default(),
        stages: trace.stages.iter().map(|stage| stage.cells()).collect(),
        asked: trace.llm.iter().map(asked).collect(),
        sent: why.outbox.iter().map(|notice| sent(notice, zone)).collect(),
    }
}

fn line(line: &Line) -> LineView {
    let item = line.item.as_deref().unwrap_or(t::WHICH_DISH);
    let runner_up = line.runner_up.as_ref().map(|next| format!("{} {:.2}", next.item, next.score));
    LineView {
        shown: line_text(line.quantity, Some(item), &asides(&line.options, &line.notes)),
        words: line.text.clone(),
        score: format!("{:.2}", line.score),
        runner_up: runner_up.unwrap_or_default(),
    }
}

/// What is not in a line.
fn remarks(reading: &Reading) -> Vec<String> {
    let unmatched = reading.unmatched.iter().map(|part| {
        let candidates = part.candidates.iter().map(|best| format!("{} {:.2}", best.item, best.score));
        t::not_on_menu(part.quantity, &part.text, &candidates.collect::<Vec<_>>().join(", "))
    });
    let unplaced =
        (!reading.unplaced.is_empty()).then(|| format!("{} {}", t::UNPLACED, reading.unplaced.join(" · ")));
    let opinion =
        reading.second_opinion.as_ref().map(|said| t::opinion(said.taken, &said.remarks.join("; ")));
    unmatched.chain(unplaced).chain(opinion).collect()
}

fn asked(call: &Call) -> [String; 6] {
    let answer = match &call.fault {
        Some(fault) => fault.clone(),
        None if call.kept => t::KEPT.to_owned(),
        None => t::GIVEN.to_owned(),
    };
    [
        call.purpose.clone(),
        call.model.clone(),
        call.prompt.clone(),
        format!("{}, {}", call.input_tokens, call.output_tokens),
        call.milliseconds.to_string(),
        answer,
    ]
}

fn sent(notice: &Notice, zone: Tz) -> [String; 5] {
    [
        notice.destination.clone(),
        notice.state.clone(),
        notice.tries.to_string(),
        notice.sent_at.map(|at| local(at, zone)).unwrap_or_default(),
        notice.error.clone().unwrap_or_default(),
    ]
}
