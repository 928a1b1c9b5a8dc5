//! A language model on this machine, at the wire: it answers as told, and misbehaves as told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chit::config::Settings;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What comes back for a question.
pub enum Reply {
    /// A whole answer with this content.
    Content(String),
    /// This status, these headers and this body.
    Http(u16, &'static str, String),
    /// Nothing, and the connection stays open.
    Hang,
    /// Nothing, and the connection is closed.
    Close,
    /// A promised body, of which a byte a tenth of a second comes.
    Drip(String),
}

/// A question as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// All header lines, in small letters.
    pub headers: String,
    /// The request.
    pub body: Value,
}

impl Asked {
    /// The name of the form that was asked for.
    pub fn purpose(&self) -> &str {
        self.body["response_format"]["json_schema"]["name"].as_str().unwrap_or_default()
    }

    /// What the user said last.
    pub fn user(&self) -> &str {
        self.body["messages"].as_array().and_then(|turns| turns.last()).unwrap()["content"].as_str().unwrap()
    }

    /// What it is told before the message.
    pub fn system(&self) -> &str {
        self.body["messages"][0]["content"].as_str().unwrap()
    }

    /// The customer's message, out of its fence.
    pub fn message(&self) -> String {
        let user = self.body["messages"][1]["content"].as_str().unwrap();
        let fenced: Value = serde_json::from_str(user).unwrap();
        fenced["message"].as_str().unwrap().to_owned()
    }
}

/// A server that answers every question by one rule.
pub struct FakeLlm {
    pub base_url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl FakeLlm {
    pub async fn start(rule: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", socket.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (rule, log) = (Arc::new(rule), Arc::clone(&asked));
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = socket.accept().await.unwrap();
                let (rule, log) = (Arc::clone(&rule), Arc::clone(&log));
                tokio::spawn(async move { serve(stream, &*rule, &log).await });
            }
        });
        Self { base_url, asked, task }
    }

    /// Every question so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Settings that ask this one.
    pub fn named(&self, settings: &mut Settings) {
        settings.llm.base_url = Some(self.base_url.clone());
        settings.llm.model = Some("fake".to_owned());
        settings.llm.deadline_seconds = 2;
    }
}

impl Drop for FakeLlm {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    rule: &(impl Fn(&Asked) -> Reply + Send + Sync),
    log: &Mutex<Vec<Asked>>,
) {
    while let Some(asked) = request(&mut stream).await {
        log.lock().unwrap().push(asked.clone());
        let (head, body) = match rule(&asked) {
            Reply::Content(content) => http(200, "", &completion(&content, "stop").to_string()),
            Reply::Http(status, headers, body) => http(status, headers, &body),
            Reply::Hang => return tokio::time::sleep(Duration::from_secs(600)).await,
            Reply::Close => return,
            Reply::Drip(body) => {
                let (head, body) = http(200, "", &body);
                if stream.write_all(head.as_bytes()).await.is_err() {
                    return;
                }
                for byte in body.bytes() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                }
                continue;
            }
        };
        if stream.write_all((head + &body).as_bytes()).await.is_err() {
            return;
        }
    }
}

fn http(status: u16, headers: &str, body: &str) -> (String, String) {
    let head = format!(
        "HTTP/1.1 {status} Whatever\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    (head, body.to_owned())
}

/// A chat completion.
pub fn completion(content: &str, finish_reason: &str) -> Value {
    json!({
        "id": "x", "object": "chat.completion", "created": 1, "model": "fake",
        "choices": [{"index": 0, "finish_reason": finish_reason,
                     "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": 200, "completion_tokens": 6, "total_tokens": 206,
                  "prompt_tokens_details": {"cached_tokens": 150}},
    })
}

async fn request(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut part = [0; 8192];
    loop {
        if let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let headers = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
            let length = headers.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            let length: usize = length.unwrap_or(0);
            if bytes.len() >= head + 4 + length {
                let body = serde_json::from_slice(&bytes[head + 4..head + 4 + length]).unwrap_or_default();
                return Some(Asked { headers, body });
            }
        }
        let read = stream.read(&mut part).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&part[..read]);
    }
}
