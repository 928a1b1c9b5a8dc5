//! The stored trace of a message, read leniently: an older one may lack what a newer one has.

use serde::Deserialize;
use serde_json::Value;

use crate::llm::Call;
use crate::pipeline::Reading;

/// What was understood, and how.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Trace {
    /// What was understood; gone with the words of a miscellaneous message.
    #[serde(deserialize_with = "reading")]
    pub reading: Option<Reading>,
    /// In the order they were decided.
    pub stages: Vec<Stage>,
    /// What a language model was asked.
    pub llm: Vec<Call>,
}

/// One decision.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Stage {
    stage: String,
    decision: Value,
    score: Option<f64>,
    runner_up: Value,
    reason: Option<String>,
    micros: Option<u64>,
}

impl Trace {
    /// Whatever of it can be read.
    pub fn of(trace: &Value) -> Self {
        Self::deserialize(trace).unwrap_or_default()
    }
}

impl Stage {
    /// Stage, decision, score, runner-up, reason, milliseconds.
    pub fn cells(&self) -> [String; 6] {
        [
            self.stage.clone(),
            plain(&self.decision),
            self.score.map(|score| format!("{score:.2}")).unwrap_or_default(),
            plain(&self.runner_up),
            self.reason.clone().unwrap_or_default(),
            self.micros.map(|micros| format!("{}.{:03}", micros / 1000, micros % 1000)).unwrap_or_default(),
        ]
    }
}

/// Of a miscellaneous message that was tidied away, the reading is gone or partial.
fn reading<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Reading>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(fields) => match (fields.get("item").and_then(Value::as_str), fields.get("score")) {
            (Some(item), Some(score)) => format!("{item} {:.2}", score.as_f64().unwrap_or_default()),
            _ => value.to_string(),
        },
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_trace_that_was_tidied_away_still_shows_what_is_left() {
        let trace = Trace::of(&json!({"id": 1, "category": "miscellaneous", "hash": "ab"}));
        assert!(trace.reading.is_none());
        assert!(trace.stages.is_empty());
    }

    #[test]
    fn a_runner_up_is_shown_with_its_score() {
        let stages = json!({"stages": [{"stage": "match", "decision": "Latte", "score": 0.981, "micros": 1250,
            "runner_up": {"item": "Chai Latte", "score": 0.71}, "reason": "exact name"}], "reading": {"text": 1}});
        let trace = Trace::of(&stages);
        let cells = trace.stages.first().unwrap().cells();
        assert_eq!(
            cells,
            ["match", "Latte", "0.98", "Chai Latte 0.71", "exact name", "1.250"].map(str::to_owned)
        );
    }
}
