//! A Discord on this machine that records what is posted and fails as told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Json, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The secret part of the address.
pub const TOKEN: &str = "s3cret-t0ken-of-the-webhook";

/// How a post is answered.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// Saved.
    Ok,
    /// Saved, and the next post should wait.
    OkThenRest(Duration),
    /// Saved after a while.
    Slow(Duration),
    /// 429 with Discord's body.
    Limited(Duration),
    /// 429 with somebody else's body.
    Banned,
    /// This status with an empty object.
    Status(u16),
    /// Saved, but no answer in time.
    SavedThenHang,
}

/// A post as it came.
#[derive(Clone, Debug)]
pub struct Post {
    /// When.
    pub at: Instant,
    /// Path and query.
    pub uri: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its JSON.
    pub body: Value,
    /// Whether staff can read it in the channel.
    pub saved: bool,
}

impl Post {
    /// The embed's title.
    pub fn title(&self) -> String {
        self.body["embeds"][0]["title"].as_str().unwrap().to_owned()
    }
}

/// Answers on loopback until dropped.
pub struct FakeDiscord {
    base: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    posts: Mutex<Vec<Post>>,
    answers: Mutex<VecDeque<Answer>>,
}

impl FakeDiscord {
    /// Answers each post with the next of `answers`, and `Ok` from then on.
    pub async fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let shared =
            Arc::new(Shared { answers: Mutex::new(answers.into_iter().collect()), ..Shared::default() });
        let app =
            Router::new().route("/api/v10/webhooks/{id}/{token}", post(take)).with_state(shared.clone());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { base, shared, server }
    }

    /// The address of its webhook.
    pub fn url(&self) -> String {
        format!("{}/api/webhooks/123456789/{TOKEN}", self.base)
    }

    /// What came so far.
    pub fn posts(&self) -> Vec<Post> {
        self.shared.posts.lock().unwrap().clone()
    }

    /// Titles of what staff can read in the channel.
    pub fn titles(&self) -> Vec<String> {
        self.posts().iter().filter(|post| post.saved).map(Post::title).collect()
    }

    /// Waits until `count` posts came.
    pub async fn wait_for(&self, count: usize) {
        let enough = async {
            while self.posts().len() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let came = tokio::time::timeout(Duration::from_secs(20), enough).await;
        came.unwrap_or_else(|_| panic!("{} of {count} posts came", self.posts().len()));
    }
}

impl Drop for FakeDiscord {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Takes what is sent and closes without an answer, for ever.
pub async fn closing_after_receiving() -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api/webhooks/123456789/{TOKEN}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut taken = [0; 4096];
            let _ = stream.read(&mut taken).await;
        }
    });
    (url, server)
}

async fn take(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let answer = shared.answers.lock().unwrap().pop_front().unwrap_or(Answer::Ok);
    let saved = match answer {
        Answer::Ok | Answer::OkThenRest(_) | Answer::Slow(_) | Answer::SavedThenHang => true,
        Answer::Limited(_) | Answer::Banned | Answer::Status(_) => false,
    };
    let post = Post { at: Instant::now(), uri: uri.to_string(), headers, body, saved };
    shared.posts.lock().unwrap().push(post);
    reply(answer).await
}

async fn reply(answer: Answer) -> Response {
    let message = Json(json!({"id": "1", "channel_id": "42", "content": ""}));
    match answer {
        Answer::Ok => message.into_response(),
        Answer::OkThenRest(rest) => {
            let mut response = message.into_response();
            let rest = HeaderValue::from_str(&rest.as_secs_f64().to_string()).unwrap();
            response.headers_mut().insert("x-ratelimit-remaining", HeaderValue::from_static("0"));
            response.headers_mut().insert("x-ratelimit-reset-after", rest);
            response
        }
        Answer::Slow(wait) => {
            tokio::time::sleep(wait).await;
            message.into_response()
        }
        Answer::Limited(wait) => {
            let body = json!({"message": "You are being rate limited.", "retry_after": wait.as_secs_f64(), "global": false});
            (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "60")], Json(body)).into_response()
        }
        Answer::Banned => (StatusCode::TOO_MANY_REQUESTS, "<html>error 1015</html>").into_response(),
        Answer::Status(status) => (StatusCode::from_u16(status).unwrap(), Json(json!({}))).into_response(),
        Answer::SavedThenHang => std::future::pending().await,
    }
}
