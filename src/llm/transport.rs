//! One exchange with the endpoint: our time-outs, no retries, answers cut at 64 kB, statuses kept.

use std::time::Duration;

use anyhow::{Context, Result};
use async_openai::Client;
use async_openai::config::Config;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use chrono::{DateTime, Utc};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest_0_13 as reqwest;
use secrecy::SecretString;
use serde_json::Value;

use super::fault::Fault;

/// More of an answer than this is not read, in bytes.
const MOST: usize = 64 * 1024;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(2);

/// Characters kept of what an endpoint says is wrong.
const SAID: usize = 200;

/// Where the endpoint is, and its key. Unlike the library's own configuration it looks at no variables.
#[derive(Clone)]
pub(super) struct Endpoint {
    base_url: String,
    headers: HeaderMap,
    key: SecretString,
}

impl Endpoint {
    /// # Errors
    /// A key that no header can hold.
    pub fn new(base_url: &str, key: Option<&str>) -> Result<Self> {
        let mut headers = HeaderMap::new();
        if let Some(key) = key {
            let bearer = HeaderValue::from_str(&format!("Bearer {key}"));
            let mut bearer = bearer.context("llm.api_key holds characters that no key has")?;
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
        }
        let key = SecretString::from(key.unwrap_or_default());
        Ok(Self { base_url: base_url.to_owned(), headers, key })
    }
}

impl Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base_url
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

/// A client that goes to the endpoint and nowhere else: no proxy of the environment, no redirect.
///
/// # Errors
/// The machine's certificates can't be read.
pub(super) fn client(endpoint: Endpoint) -> Result<Client<Endpoint>> {
    // A provider that something else installed will do as well.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .context("make a client for the language model")?;
    let exchange = tower::service_fn(move |request: HttpRequestFactory| {
        let http = http.clone();
        async move { exchange(&http, request).await.map_err(|fault| OpenAIError::Boxed(Box::new(fault))) }
    });
    Ok(Client::with_config(endpoint).with_http_service(exchange))
}

/// What became of a call, as our own word for it.
pub(super) fn fault_of(error: OpenAIError) -> Fault {
    match error {
        OpenAIError::Boxed(error) => {
            error.downcast::<Fault>().map_or_else(|error| failed(&error.to_string()), |fault| *fault)
        }
        other @ (OpenAIError::Reqwest(_)
        | OpenAIError::ApiError(_)
        | OpenAIError::JSONDeserialize(..)
        | OpenAIError::FileSaveError(_)
        | OpenAIError::FileReadError(_)
        | OpenAIError::StreamError(_)
        | OpenAIError::InvalidArgument(_)) => failed(&other.to_string()),
    }
}

fn failed(said: &str) -> Fault {
    Fault::Failed { status: 0, said: excerpt(said) }
}

/// The library would log what it can't parse and lose the status of what it can't read: so both are seen to here, and
/// it is given nothing but JSON of a success.
async fn exchange(http: &reqwest::Client, request: HttpRequestFactory) -> Result<reqwest::Response, Fault> {
    let request = request.build().await.map_err(fault_of)?;
    let response = http.execute(request).await.map_err(|error| fault_of_connection(&error))?;
    let status = response.status().as_u16();
    let wait = retry_after(response.headers());
    let body = body(response).await;
    if !(200..300).contains(&status) {
        return Err(fault_of_status(status, wait, body.as_deref().unwrap_or_default()));
    }
    let body = body?;
    let value: Value = serde_json::from_slice(&body).map_err(|_| Fault::NotACompletion)?;
    if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
        let status = error.get("code").and_then(number).unwrap_or(500);
        return Err(fault_of_status(status, wait, &body));
    }
    Ok(http::Response::new(body).into())
}

/// `error.code` is a number in some servers' bodies and text in others'.
fn number(code: &Value) -> Option<u16> {
    let number = code.as_u64().or_else(|| code.as_str()?.parse().ok())?;
    u16::try_from(number).ok().filter(|status| (400..600).contains(status))
}

async fn body(mut response: reqwest::Response) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Fault::Broken)? {
        if body.len() + chunk.len() > MOST {
            return Err(Fault::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn fault_of_connection(error: &reqwest::Error) -> Fault {
    if error.is_connect() {
        let mut cause: &dyn std::error::Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        Fault::Unreachable(excerpt(&cause.to_string()))
    } else if error.is_timeout() {
        Fault::Deadline
    } else {
        Fault::Broken
    }
}

/// A body about a refused key may repeat it, so nothing of that one is kept.
fn fault_of_status(status: u16, wait: Option<Duration>, body: &[u8]) -> Fault {
    let said = || excerpt(&said(body));
    match status {
        401 | 403 => Fault::Key(status),
        429 => Fault::TooMany { wait },
        408 | 425 | 500.. => Fault::Failed { status, said: said() },
        _ => Fault::Rejected { status, said: said() },
    }
}

/// The message of an error's body, whatever its form.
fn said(body: &[u8]) -> String {
    let parsed = serde_json::from_slice::<Value>(body).ok();
    let message = parsed.as_ref().and_then(|body| {
        let error = body.get("error").unwrap_or(body);
        error.get("message").or(Some(error)).and_then(Value::as_str).map(str::to_owned)
    });
    message.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned())
}

fn excerpt(said: &str) -> String {
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    said.trim().chars().take(SAID).map(visible).collect()
}

/// In seconds or as a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTime::parse_from_rfc2822(value).ok()?;
    (at.to_utc() - Utc::now()).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_apart_by_what_the_body_says_where_there_is_nothing_else() {
        let numeric = br#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#;
        let failed = Fault::Failed { status: 503, said: "Loading model".to_owned() };
        assert_eq!(fault_of_status(503, None, numeric), failed);
        let page = Fault::Failed { status: 502, said: "<h1>Bad Gateway</h1>".to_owned() };
        assert_eq!(fault_of_status(502, None, b"<h1>Bad Gateway</h1>\n"), page);
        let refused = br#"{"error":{"message":"Incorrect API key provided: sk-secret"}}"#;
        assert_eq!(fault_of_status(401, None, refused), Fault::Key(401));
        let rejected = Fault::Rejected { status: 404, said: "no such model".to_owned() };
        assert_eq!(fault_of_status(404, None, br#"{"error":"no such model"}"#), rejected);
        assert_eq!(number(&Value::from("429")), Some(429));
        assert_eq!(number(&Value::from("model_not_found")), None);
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let wait = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_str(value).unwrap());
            retry_after(&headers)
        };
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        let later = (Utc::now() + chrono::TimeDelta::seconds(90)).to_rfc2822();
        assert!(wait(&later).is_some_and(|wait| wait > Duration::from_secs(80)));
        assert_eq!((wait("soon"), wait("Wed, 21 Oct 2015 07:28:00 GMT")), (None, None));
    }
}
