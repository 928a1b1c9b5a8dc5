//! Notices as posts to a Discord webhook.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Response, Url};
use serenity::all::{ExecuteWebhook, WebhookId};
use serenity::http::{LightMethod, Request, Route};

use super::{Failure, Parcel, Payload};

mod answer;
mod embed;
mod text;

/// A webhook. Its address is a secret, which neither `Debug` nor an error nor a log line shows. Cheap to
/// clone.
#[derive(Clone)]
pub struct Discord {
    client: Client,
    base: String,
    id: WebhookId,
    token: Arc<str>,
    thread: Option<String>,
    rest_until: Arc<Mutex<Option<Instant>>>,
}

/// How long a try may take.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimits {
    /// To reach the server.
    pub connect: Duration,
    /// For the whole of a try.
    pub whole: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), whole: Duration::from_secs(15) }
    }
}

impl Discord {
    /// The webhook at `url`, such as `https://discord.com/api/webhooks/<id>/<token>`, with `?thread_id=`
    /// or without.
    ///
    /// # Errors
    /// An address that can't be a webhook's; the message doesn't repeat it.
    pub fn at(url: &str, limits: TimeLimits) -> anyhow::Result<Self> {
        let url = Url::parse(url.trim()).ok().context(NOT_A_WEBHOOK)?;
        let (id, token) = id_and_token(&url).context(NOT_A_WEBHOOK)?;
        let is_local = is_loopback(&url);
        if url.scheme() != "https" && !(url.scheme() == "http" && is_local) {
            bail!("a webhook address begins with https://, so that nobody on the way can read it");
        }
        let mut client = Client::builder()
            .connect_timeout(limits.connect)
            .timeout(limits.whole)
            .redirect(reqwest::redirect::Policy::none());
        if is_local {
            client = client.no_proxy();
        }
        Ok(Self {
            client: client.build().context("prepare to call Discord")?,
            base: url.origin().ascii_serialization(),
            id: WebhookId::new(id),
            token: token.into(),
            thread: url
                .query_pairs()
                .find(|(key, _)| key == "thread_id")
                .map(|(_, thread)| thread.into_owned()),
            rest_until: Arc::default(),
        })
    }

    /// How long Discord asks to wait before the next post.
    pub fn rest(&self) -> Duration {
        let until = *self.rest_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    /// Posts `parcels` one by one and returns when Discord has saved them.
    ///
    /// # Errors
    /// As Discord says. Webhooks know no idempotence: those before the failed one are posted.
    pub async fn post(&self, parcels: &[Parcel]) -> Result<(), Failure> {
        for parcel in parcels {
            let Payload::Notice(notice) = &parcel.payload else {
                return Err(Failure::Refused { reason: "only notices go to Discord".to_owned() });
            };
            let response = self.send(&embed::message(notice)).await?;
            let rest = answer::rest(response.headers());
            *self.rest_until.lock().unwrap_or_else(PoisonError::into_inner) =
                rest.map(|rest| Instant::now() + rest);
            answer::judge(response).await?;
        }
        Ok(())
    }

    async fn send(&self, message: &ExecuteWebhook) -> Result<Response, Failure> {
        let request =
            self.request(message).map_err(|error| Failure::Refused { reason: format!("{error:#}") })?;
        self.client.execute(request).await.map_err(|error| answer::of_no_answer(&error.without_url()))
    }

    /// Serenity writes its request, route, body and all, into a tracing span: token and text are put in
    /// afterwards.
    fn request(&self, message: &ExecuteWebhook) -> anyhow::Result<reqwest::Request> {
        let body = serde_json::to_vec(message).context("write the notice as JSON")?;
        let mut params = vec![("wait", "true".to_owned())];
        params.extend(self.thread.clone().map(|thread| ("thread_id", thread)));
        let route = Route::WebhookWithToken { webhook_id: self.id, token: "token" };
        let mut request = Request::new(route, LightMethod::Post)
            .params(Some(params))
            .build(&self.client, "", Some(&self.base))
            .context("prepare the post")?
            .build()
            .map_err(reqwest::Error::without_url)
            .context("prepare the post")?;
        let headers = request.headers_mut();
        headers.remove(AUTHORIZATION);
        headers.remove(CONTENT_LENGTH);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(body.into());
        if let Ok(mut path) = request.url_mut().path_segments_mut() {
            path.pop().push(&self.token);
        }
        Ok(request)
    }
}

impl fmt::Debug for Discord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discord").finish_non_exhaustive()
    }
}

const NOT_A_WEBHOOK: &str = "that is no Discord webhook address; \
    copy it from the channel's settings, Integrations, Webhooks: \
    https://discord.com/api/webhooks/<number>/<token>";

fn id_and_token(url: &Url) -> Option<(u64, String)> {
    let mut segments = url.path_segments()?.skip_while(|segment| *segment != "webhooks").skip(1);
    let id = segments.next()?.parse().ok().filter(|id| *id > 0)?;
    let token = segments.next().filter(|token| !token.is_empty())?;
    Some((id, token.to_owned()))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_people_copy_it() {
        let good = [
            "https://discord.com/api/webhooks/123/tok-en_1",
            " https://discord.com/api/v10/webhooks/123/tok-en_1?thread_id=77\n",
            "https://ptb.discord.com/api/webhooks/123/tok-en_1/",
            "http://127.0.0.1:8080/api/webhooks/123/tok-en_1",
            "http://[::1]:8080/api/webhooks/123/tok-en_1",
        ];
        for url in good {
            let webhook = Discord::at(url, TimeLimits::default()).unwrap();
            let request = webhook.request(&ExecuteWebhook::new()).unwrap();
            assert_eq!(request.url().path(), "/api/v10/webhooks/123/tok-en_1", "{url}");
            assert!(request.url().query().unwrap().contains("wait=true"), "{url}");
            assert_eq!(request.url().query().unwrap().contains("thread_id=77"), url.contains("77"));
            assert_eq!(request.headers().get(AUTHORIZATION), None);
        }
    }

    #[test]
    fn a_wrong_address_is_refused_without_being_repeated() {
        let bad = [
            "",
            "discord.com/api/webhooks/123/secret",
            "https://discord.com/channels/123/secret",
            "https://discord.com/api/webhooks/abc/secret",
            "https://discord.com/api/webhooks/0/secret",
            "https://discord.com/api/webhooks/123",
            "http://discord.com/api/webhooks/123/secret",
            "http://127.0.0.1.evil.example/api/webhooks/123/secret",
        ];
        for url in bad {
            let error = format!("{:#}", Discord::at(url, TimeLimits::default()).unwrap_err());
            assert!(error.contains("webhook address") && !error.contains("secret"), "{error}");
        }
    }
}
