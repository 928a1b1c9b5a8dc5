//! A language model behind an endpoint that speaks OpenAI's chat completions. It knows nothing of orders: a question
//! goes in, and JSON of the asked form comes out, or the reason why not. It is never waited for beyond the moment that
//! the caller names.

mod completion;
mod fault;
mod kept;
mod transport;
mod used;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use async_openai::Client;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout_at};

use crate::breaker::Breaker;
use crate::config::LlmSettings;
pub use fault::Fault;
pub use kept::Kept;
use transport::{Endpoint, client, fault_of};
pub use used::Used;

/// So many faults of the endpoint in a row, and it is left alone.
const FAULTS: u32 = 3;

/// For so long; then one question tries whether it is back.
const REST: Duration = Duration::from_secs(15);

/// The longest rest that an endpoint is given by its own `Retry-After`.
const LONGEST_REST: Duration = Duration::from_secs(600);

/// A model to ask. Cheap to clone; every clone shares breaker, places and answers.
#[derive(Clone)]
pub struct Llm {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client<Endpoint>,
    model: String,
    places: Semaphore,
    breaker: Breaker,
    prices: Prices,
    kept: Kept,
    /// Some models take no temperature but their own.
    own_temperature: AtomicBool,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// A word for traces and counts, and the name of the form.
    pub purpose: &'static str,
    /// The version of the prompt.
    pub prompt: &'a str,
    /// Rules, facts and examples: the same bytes for every message, so that servers keep what they made of it.
    pub system: &'a str,
    /// What the user says first, then in turns what the model answered and what was wrong with it.
    pub turns: &'a [String],
    /// JSON Schema of the answer, taken strictly.
    pub schema: &'a Value,
    /// The answer is cut after so many tokens.
    pub most_tokens: u32,
    /// The message it is about; answers kept for it are found by its hash.
    pub about: &'a str,
}

/// What a model answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// JSON, as the form has it or not.
    pub text: String,
    /// Tokens of the question.
    pub input_tokens: u32,
    /// Those of them that the endpoint had in its cache.
    #[serde(default)]
    pub cached_tokens: u32,
    /// Tokens of the answer.
    pub output_tokens: u32,
}

/// One question with what it took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// What was asked: `parse`, `words`, `judge`, `category`.
    pub purpose: String,
    /// Who was asked.
    pub model: String,
    /// The version of the prompt.
    pub prompt: String,
    /// Tokens of the question.
    pub input_tokens: u32,
    /// Those of them that the endpoint had in its cache.
    pub cached_tokens: u32,
    /// Tokens of the answer.
    pub output_tokens: u32,
    /// By the price table; of an answer that was kept from before: nothing.
    pub cost: Decimal,
    /// The time it took, waiting for a place included.
    pub milliseconds: u32,
    /// Whether the answer was kept from before.
    pub kept: bool,
    /// Why there is no answer.
    pub fault: Option<String>,
}

/// Prices of a million tokens.
#[derive(Clone, Copy, Debug)]
struct Prices {
    input: Decimal,
    cached_input: Decimal,
    output: Decimal,
}

impl Llm {
    /// The model that the settings name; `None` when they name none. Nothing is dialled yet.
    ///
    /// # Errors
    /// A key that can't be sent, or no certificates to trust.
    pub fn open(settings: &LlmSettings, kept: Kept) -> Result<Option<Self>> {
        let (Some(base_url), Some(model)) = (&settings.base_url, &settings.model) else { return Ok(None) };
        let endpoint = Endpoint::new(base_url, settings.api_key.as_ref().map(|key| key.expose()))?;
        let inner = Inner {
            client: client(endpoint)?,
            model: model.clone(),
            places: Semaphore::new(usize::try_from(settings.max_in_flight).unwrap_or(1)),
            breaker: Breaker::new(FAULTS, REST),
            prices: Prices {
                input: settings.input_price,
                cached_input: settings.cached_input_price.unwrap_or(settings.input_price),
                output: settings.output_price,
            },
            kept,
            own_temperature: AtomicBool::new(false),
        };
        Ok(Some(Self { inner: Arc::new(inner) }))
    }

    /// Whose answers these are.
    pub fn model(&self) -> &str {
        &self.inner.model
    }

    /// Whether it is left alone now, after repeated failures.
    pub fn is_resting(&self) -> bool {
        self.inner.breaker.is_open(Instant::now())
    }

    /// Asks, and returns by `until` at the latest: what was answered, and what it took. The same question gets the
    /// same answer for as long as that is kept.
    pub async fn ask(&self, question: &Question<'_>, until: Instant) -> (Result<Answer, Fault>, Call) {
        let begun = Instant::now();
        let key = self.key(question);
        let (answer, kept) = match timeout_at(until.into(), self.inner.kept.get(&key)).await {
            Ok(Some(answer)) => (Ok(answer), true),
            Ok(None) | Err(_) => (self.call(question, until).await, false),
        };
        if let (Ok(answer), false) = (&answer, kept) {
            // Who has an answer in time is not held up by what could not be kept of it.
            let _late = timeout_at(until.into(), self.inner.kept.put(&key, question.about, answer)).await;
        }
        let call = self.told(question, &answer, kept, begun);
        count(&call, answer.as_ref().err());
        (answer, call)
    }

    /// Asks the endpoint for a word, whatever the breaker says. Returns how long that took.
    ///
    /// # Errors
    /// What is wrong, with the setting that mends it.
    pub async fn probe(&self, within: Duration) -> Result<Duration, Fault> {
        let begun = Instant::now();
        let schema = serde_json::json!({"type": "object", "properties": {"ok": {"type": "boolean"}},
            "required": ["ok"], "additionalProperties": false});
        let turns = ["Are you there? Answer {\"ok\": true}.".to_owned()];
        let question = Question {
            purpose: "probe",
            prompt: "1",
            system: "You answer in JSON.",
            turns: &turns,
            schema: &schema,
            most_tokens: 16,
            about: "",
        };
        let answer = timeout_at((begun + within).into(), self.exchange(&question)).await;
        answer.unwrap_or(Err(Fault::Deadline)).map(|_| begun.elapsed())
    }

    async fn call(&self, question: &Question<'_>, until: Instant) -> Result<Answer, Fault> {
        if self.is_resting() {
            return Err(Fault::Resting);
        }
        let place = timeout_at(until.into(), self.inner.places.acquire()).await;
        let _place = place.map_err(|_| Fault::Busy)?.map_err(|_| Fault::Busy)?;
        if Instant::now() >= until {
            return Err(Fault::Busy);
        }
        if !self.inner.breaker.admits(Instant::now()) {
            return Err(Fault::Resting);
        }
        let first = self.attempt(question, until).await;
        let Some(wait) = first.as_ref().err().and_then(Fault::retry_after) else { return first };
        if self.is_resting() || Instant::now() + wait >= until {
            return first;
        }
        sleep(wait).await;
        self.attempt(question, until).await
    }

    async fn attempt(&self, question: &Question<'_>, until: Instant) -> Result<Answer, Fault> {
        let answer = timeout_at(until.into(), self.exchange(question)).await.unwrap_or(Err(Fault::Deadline));
        match &answer {
            Err(fault) if fault.is_of_the_endpoint() => self.failed(fault),
            Ok(_) | Err(_) if self.inner.breaker.succeeded() => {
                tracing::info!(model = self.model(), "the language model answers again");
            }
            Ok(_) | Err(_) => {}
        }
        answer
    }

    fn failed(&self, fault: &Fault) {
        let wait = if let Fault::TooMany { wait } = fault { *wait } else { None };
        let rest = wait.map_or(REST, |wait| wait.clamp(REST, LONGEST_REST));
        if self.inner.breaker.failed_until(Instant::now() + rest) {
            let reason = fault.to_string();
            tracing::warn!(model = self.model(), reason, "doing without the language model for a while");
        }
    }

    /// One request and its answer, without a limit of time.
    async fn exchange(&self, question: &Question<'_>) -> Result<Answer, Fault> {
        let own = &self.inner.own_temperature;
        let temperature = (!own.load(Ordering::Relaxed)).then_some(0.0);
        match self.send(question, temperature).await {
            Err(Fault::Rejected { status: 400, said })
                if temperature.is_some() && said.contains("temperature") =>
            {
                own.store(true, Ordering::Relaxed);
                self.send(question, None).await
            }
            answer => answer,
        }
    }

    async fn send(&self, question: &Question<'_>, temperature: Option<f32>) -> Result<Answer, Fault> {
        let request = completion::request(&self.inner.model, question, temperature);
        let answered: Value = self.inner.client.chat().create_byot(request).await.map_err(fault_of)?;
        completion::answer(answered)
    }

    /// The same model, prompt, menu, form and message have the same key.
    fn key(&self, question: &Question<'_>) -> [u8; 32] {
        let mut digest = Sha256::new();
        let form = question.schema.to_string();
        let parts = [&self.inner.model, question.purpose, question.prompt, question.system, &form];
        for part in parts.into_iter().chain(question.turns.iter().map(String::as_str)) {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        digest.finalize().into()
    }

    fn told(
        &self,
        question: &Question<'_>,
        answer: &Result<Answer, Fault>,
        kept: bool,
        begun: Instant,
    ) -> Call {
        let used = answer.as_ref().ok();
        Call {
            purpose: question.purpose.to_owned(),
            model: self.inner.model.clone(),
            prompt: question.prompt.to_owned(),
            input_tokens: used.map_or(0, |answer| answer.input_tokens),
            cached_tokens: used.map_or(0, |answer| answer.cached_tokens),
            output_tokens: used.map_or(0, |answer| answer.output_tokens),
            cost: used.filter(|_| !kept).map_or(Decimal::ZERO, |answer| self.inner.prices.of(answer)),
            milliseconds: u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX),
            kept,
            fault: answer.as_ref().err().map(ToString::to_string),
        }
    }
}

impl Prices {
    fn of(&self, answer: &Answer) -> Decimal {
        let cached = answer.cached_tokens.min(answer.input_tokens);
        let sum = self.input * Decimal::from(answer.input_tokens - cached)
            + self.cached_input * Decimal::from(cached)
            + self.output * Decimal::from(answer.output_tokens);
        (sum / Decimal::from(1_000_000)).round_dp(8).normalize()
    }
}

/// Deletes answers that were kept in the database for a month.
///
/// # Errors
/// The database's.
pub async fn forget_old_answers(pool: &sqlx::PgPool) -> Result<u64> {
    let deleted = sqlx::query!("delete from llm_answers where created_at < now() - interval '30 days'");
    Ok(deleted.execute(pool).await.context("forget old answers of the language model")?.rows_affected())
}

fn count(call: &Call, fault: Option<&Fault>) {
    let result = match fault {
        Some(fault) => fault.name(),
        None if call.kept => "kept",
        None => "answered",
    };
    let purpose = call.purpose.clone();
    metrics::counter!("chit_llm_calls_total", "purpose" => purpose.clone(), "result" => result).increment(1);
    if call.kept {
        return;
    }
    let tokens = |kind: &'static str, count: u32| {
        metrics::counter!("chit_llm_tokens_total", "kind" => kind).increment(count.into());
    };
    tokens("input", call.input_tokens.saturating_sub(call.cached_tokens));
    tokens("cached_input", call.cached_tokens);
    tokens("output", call.output_tokens);
    let millionths = (call.cost * Decimal::from(1_000_000)).round();
    metrics::counter!("chit_llm_cost_millionths_total")
        .increment(u64::try_from(millionths).unwrap_or_default());
    let seconds = f64::from(call.milliseconds) / 1000.0;
    metrics::histogram!("chit_llm_seconds", "purpose" => purpose).record(seconds);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_of_a_million_tokens() {
        let prices = Prices { input: 2.into(), cached_input: 1.into(), output: 8.into() };
        let answer =
            Answer { text: String::new(), input_tokens: 1000, cached_tokens: 600, output_tokens: 50 };
        assert_eq!(prices.of(&answer).to_string(), "0.0018");
    }
}
