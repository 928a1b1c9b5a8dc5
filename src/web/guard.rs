//! What stands before every page: who may ask at all, and what a browser may do with the answer.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Lets through what comes from this machine's own pages. The page is served on the machine alone, without a password, so
/// the name it is asked by has to be this machine (another name that points here is somebody's trick), and a change has to
/// come from a page of ours.
pub async fn local_only(request: Request, next: Next) -> Response {
    if !is_this_machine(request.headers()) {
        return (
            StatusCode::FORBIDDEN,
            "the page is for this machine: ask for it as localhost or 127.0.0.1\n",
        )
            .into_response();
    }
    if changes(request.method()) && !is_from_here(request.headers()) {
        return (StatusCode::FORBIDDEN, "a change has to come from Chit's own page\n").into_response();
    }
    next.run(request).await
}

/// Says on every answer what a browser may do with it.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

fn is_this_machine(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).and_then(host_name);
    host.is_some_and(|name| {
        name.eq_ignore_ascii_case("localhost")
            || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

fn host_name(host: &str) -> Option<String> {
    host.parse::<Uri>().ok()?.host().map(str::to_owned)
}

/// A browser names where a change comes from; a program that names nothing is no browser that could be tricked.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("?"));
    let same_site = text(header::HeaderName::from_static("sec-fetch-site"))
        .is_none_or(|site| matches!(site, "same-origin" | "none"));
    let same_origin = text(header::ORIGIN).is_none_or(|origin| {
        text(header::HOST).is_some_and(|host| origin.strip_prefix("http://") == Some(host))
    });
    same_site && same_origin
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_a_name_of_this_machine_is_answered() {
        let table = [
            ("localhost:8080", true),
            ("LOCALHOST", true),
            ("127.0.0.1:9000", true),
            ("[::1]:8080", true),
            ("evil.example:8080", false),
            ("127.0.0.1.evil.example", false),
            ("192.168.1.7:8080", false),
            ("", false),
        ];
        for (host, allowed) in table {
            assert_eq!(is_this_machine(&with(&[("host", host)])), allowed, "{host:?}");
        }
        assert!(!is_this_machine(&with(&[])));
    }

    #[test]
    fn a_change_from_another_site_is_refused() {
        let here = ("host", "127.0.0.1:8080");
        assert!(is_from_here(&with(&[
            here,
            ("origin", "http://127.0.0.1:8080"),
            ("sec-fetch-site", "same-origin")
        ])));
        assert!(is_from_here(&with(&[here])));
        for other in [
            ("origin", "http://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "http://127.0.0.1:9999"),
        ] {
            assert!(!is_from_here(&with(&[here, other])), "{other:?}");
        }
    }
}
