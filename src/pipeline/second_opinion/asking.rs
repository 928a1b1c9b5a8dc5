//! One message's questions to the model: under one deadline, each kept with what it took.

use std::time::Instant;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::prompt::Prompt;
use crate::llm::{Answer, Call, Fault, Llm, Question};

/// More questions than this are never asked about one message.
const MOST_QUESTIONS: usize = 8;

/// The questions about one message.
pub(super) struct Asking<'a> {
    /// The message.
    pub text: &'a str,
    /// What was asked, and what it took.
    pub calls: Vec<Call>,
    /// Why an answer could not be had.
    pub fault: Option<Fault>,
    llm: &'a Llm,
    until: Instant,
}

impl<'a> Asking<'a> {
    pub fn new(llm: &'a Llm, text: &'a str, until: Instant) -> Self {
        Self { text, calls: Vec::new(), fault: None, llm, until }
    }

    /// Whose answers these are.
    pub fn model(&self) -> &str {
        self.llm.model()
    }

    /// A question whose answer is of a few words; one that is not of the asked form counts as none.
    pub async fn short<A: DeserializeOwned>(
        &mut self,
        purpose: &'static str,
        prompt: &Prompt,
        user: String,
        schema: &Value,
        most_tokens: u32,
    ) -> Option<A> {
        let turns = [user];
        let answer = self.ask(purpose, prompt, prompt.text, &turns, schema, most_tokens).await?;
        serde_json::from_str(&answer.text).ok()
    }

    /// Asks, and returns at the deadline of the message at the latest.
    pub async fn ask(
        &mut self,
        purpose: &'static str,
        prompt: &Prompt,
        system: &str,
        turns: &[String],
        schema: &Value,
        most_tokens: u32,
    ) -> Option<Answer> {
        if self.fault.is_some() || self.calls.len() >= MOST_QUESTIONS {
            return None;
        }
        let version = prompt.version.as_str();
        let question =
            Question { purpose, prompt: version, system, turns, schema, most_tokens, about: self.text };
        let (answer, call) = self.llm.ask(&question, self.until).await;
        self.calls.push(call);
        answer.map_err(|fault| self.fault = Some(fault)).ok()
    }
}
