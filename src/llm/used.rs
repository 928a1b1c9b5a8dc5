//! What a language model was used for over many messages: share asked, tokens, cost and time.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Call;

/// Sums over messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Used {
    /// Messages in all.
    pub messages: u64,
    /// Messages about which it was asked.
    pub asked: u64,
    /// Questions.
    pub calls: u64,
    /// Questions whose answer was kept from before.
    pub kept: u64,
    /// Questions that got no answer.
    pub faults: u64,
    /// Tokens of the questions.
    pub input_tokens: u64,
    /// Those of them that the endpoint had in its cache.
    pub cached_tokens: u64,
    /// Tokens of the answers.
    pub output_tokens: u64,
    /// By the price table.
    pub cost: Decimal,
    /// Of each message that was asked about: how long it waited for the model, in milliseconds.
    #[serde(skip)]
    waits: Vec<u64>,
}

impl Used {
    /// Adds one message.
    pub fn add(&mut self, calls: &[Call]) {
        self.messages += 1;
        self.asked += u64::from(!calls.is_empty());
        for call in calls {
            self.calls += 1;
            self.kept += u64::from(call.kept);
            self.faults += u64::from(call.fault.is_some());
            self.input_tokens += u64::from(call.input_tokens);
            self.cached_tokens += u64::from(call.cached_tokens);
            self.output_tokens += u64::from(call.output_tokens);
            self.cost += call.cost;
        }
        if !calls.is_empty() {
            self.waits.push(calls.iter().map(|call| u64::from(call.milliseconds)).sum());
        }
    }

    /// Half of the messages that were asked about waited no longer, in milliseconds.
    pub fn median_wait(&self) -> u64 {
        self.wait(0.5)
    }

    /// All of them waited no longer, in milliseconds.
    pub fn longest_wait(&self) -> u64 {
        self.wait(1.0)
    }

    fn wait(&self, share: f64) -> u64 {
        let mut waits = self.waits.clone();
        waits.sort_unstable();
        let at = ((waits.len() as f64 * share).ceil() as usize).saturating_sub(1);
        waits.get(at).copied().unwrap_or_default()
    }

    /// As a sentence.
    pub fn told(&self, currency: &str) -> String {
        format!(
            "the language model was asked about {} of {} messages: {} questions ({} answered from before, {} without an \
             answer), {} tokens in ({} of them cached), {} out, {} {currency}; half waited {} ms, none more than {} ms",
            self.asked,
            self.messages,
            self.calls,
            self.kept,
            self.faults,
            self.input_tokens,
            self.cached_tokens,
            self.output_tokens,
            self.cost.normalize(),
            self.median_wait(),
            self.longest_wait()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_their_questions_are_summed() {
        let call = |milliseconds: u32, kept: bool| Call {
            purpose: "words".to_owned(),
            model: "m".to_owned(),
            prompt: "1".to_owned(),
            input_tokens: 100,
            cached_tokens: 90,
            output_tokens: 5,
            cost: Decimal::new(2, 3),
            milliseconds,
            kept,
            fault: None,
        };
        let mut used = Used::default();
        used.add(&[]);
        used.add(&[call(10, false), call(20, true)]);
        used.add(&[call(7, false)]);
        assert_eq!((used.messages, used.asked, used.calls, used.kept, used.input_tokens), (3, 2, 3, 1, 300));
        assert_eq!(
            (used.cost.to_string().as_str(), used.median_wait(), used.longest_wait()),
            ("0.006", 7, 30)
        );
    }
}
