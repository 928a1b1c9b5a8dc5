//! What Discord's answers mean.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde_json::Value;

use crate::channels::Failure;

/// Whether the post was saved.
pub(super) async fn judge(response: Response) -> Result<(), Failure> {
    let status = response.status();
    let retry_after = seconds(response.headers(), RETRY_AFTER.as_str());
    let body: Option<Value> = match response.bytes().await {
        Ok(bytes) => serde_json::from_slice(&bytes).ok(),
        Err(error) if status.is_success() => return Err(of_no_answer(&error.without_url())),
        Err(_) => None,
    };
    match status {
        StatusCode::OK if body.as_ref().is_some_and(|body| body.get("id").is_some()) => Ok(()),
        StatusCode::TOO_MANY_REQUESTS => Err(limited(body.as_ref(), retry_after)),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => Err(closed(status)),
        // A server that failed, or a proxy that waited in vain for it, may have saved the post before.
        StatusCode::REQUEST_TIMEOUT => Err(later(status, true)),
        _ if status.is_client_error() => Err(refused(status, body.as_ref())),
        _ => Err(later(status, status.is_server_error() || status.is_success())),
    }
}

/// What a call that brought no answer means.
pub(super) fn of_no_answer(error: &reqwest::Error) -> Failure {
    let reason = if error.is_connect() {
        "Discord can't be reached".to_owned()
    } else if error.is_timeout() {
        "Discord didn't answer in time".to_owned()
    } else {
        "the connection to Discord broke".to_owned()
    };
    Failure::Later { reason, ambiguous: !error.is_connect() }
}

/// How long to wait before the next post, told ahead so that none is refused.
pub(super) fn rest(headers: &HeaderMap) -> Option<Duration> {
    let remaining = headers.get("x-ratelimit-remaining")?.to_str().ok()?;
    if remaining == "0" { seconds(headers, "x-ratelimit-reset-after") } else { None }
}

fn limited(body: Option<&Value>, retry_after: Option<Duration>) -> Failure {
    let said = body.map(|body| body.get("retry_after").and_then(Value::as_f64));
    match said.map(|said| said.and_then(|said| Duration::try_from_secs_f64(said).ok()).or(retry_after)) {
        Some(Some(wait)) => Failure::Wait { wait },
        Some(None) => later(StatusCode::TOO_MANY_REQUESTS, false),
        None => Failure::Closed {
            reason: "Discord blocks this machine's address (429 without its usual answer); \
                     wait an hour, find out what called it so often, then chit destinations start"
                .to_owned(),
        },
    }
}

fn closed(status: StatusCode) -> Failure {
    let reason = format!(
        "Discord says {status}: the webhook is gone or may not be used; make a new one and put its address into the settings"
    );
    Failure::Closed { reason }
}

fn refused(status: StatusCode, body: Option<&Value>) -> Failure {
    let said = body.and_then(|body| body.get("message")).and_then(Value::as_str).unwrap_or("no reason given");
    Failure::Refused {
        reason: format!("Discord says {status}: {}", said.chars().take(200).collect::<String>()),
    }
}

fn later(status: StatusCode, ambiguous: bool) -> Failure {
    Failure::Later { reason: format!("Discord says {status}"), ambiguous }
}

fn seconds(headers: &HeaderMap, name: &str) -> Option<Duration> {
    let seconds = headers.get(name)?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}
