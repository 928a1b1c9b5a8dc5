//! The request of a chat completion, and the answer out of one.

use async_openai::types::chat::{
    ChatCompletionRequestAssistantMessageArgs, ChatCompletionRequestMessage,
    ChatCompletionRequestSystemMessage, ChatCompletionRequestUserMessage, CreateChatCompletionRequest,
    ResponseFormat, ResponseFormatJsonSchema,
};
use serde::Deserialize;
use serde_json::Value;

use super::{Answer, Fault, Question};

/// A request that asks for JSON of the question's form, and for nothing else: no tools.
pub(super) fn request(
    model: &str,
    question: &Question<'_>,
    temperature: Option<f32>,
) -> CreateChatCompletionRequest {
    let system = ChatCompletionRequestSystemMessage::from(question.system);
    let turns = question.turns.iter().enumerate().map(|(at, turn)| said(at, turn));
    CreateChatCompletionRequest {
        model: model.to_owned(),
        messages: std::iter::once(system.into()).chain(turns).collect(),
        temperature,
        max_completion_tokens: Some(question.most_tokens),
        response_format: Some(ResponseFormat::JsonSchema {
            json_schema: ResponseFormatJsonSchema {
                description: None,
                name: question.purpose.to_owned(),
                schema: question.schema.clone(),
                strict: Some(true),
            },
        }),
        ..CreateChatCompletionRequest::default()
    }
}

/// The user begins, and they take turns.
fn said(at: usize, turn: &str) -> ChatCompletionRequestMessage {
    if at.is_multiple_of(2) {
        return ChatCompletionRequestUserMessage::from(turn).into();
    }
    let answered = ChatCompletionRequestAssistantMessageArgs::default().content(turn).build();
    answered.unwrap_or_default().into()
}

/// What is used of a completion. The library's own type refuses what some servers send.
#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Usage {
    prompt_tokens: u32,
    completion_tokens: u32,
    prompt_tokens_details: Option<Details>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    cached_tokens: Option<u32>,
}

/// # Errors
/// Whatever stands in place of a whole answer.
pub(super) fn answer(answered: Value) -> Result<Answer, Fault> {
    let completion = Completion::deserialize(answered).map_err(|_| Fault::NotACompletion)?;
    let Choice { message, finish_reason } = completion.choices.into_iter().next().ok_or(Fault::Empty)?;
    if message.refusal.is_some_and(|refusal| !refusal.is_empty()) {
        return Err(Fault::Declined);
    }
    match finish_reason.as_deref() {
        Some("stop") | None => {}
        Some(reason @ ("length" | "content_filter")) => return Err(Fault::Unfinished(reason.to_owned())),
        Some(_) => return Err(Fault::Unfinished("for a reason it does not name".to_owned())),
    }
    let text = message.content.filter(|content| !content.trim().is_empty()).ok_or(Fault::Empty)?;
    let usage = completion.usage.unwrap_or_default();
    let details = usage.prompt_tokens_details.unwrap_or_default();
    Ok(Answer {
        text,
        input_tokens: usage.prompt_tokens,
        cached_tokens: details.cached_tokens.unwrap_or_default(),
        output_tokens: usage.completion_tokens,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_whole_answer_is_one() {
        let with = |choice: Value| {
            answer(json!({"choices": [choice], "usage": {"prompt_tokens": 9,
            "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 7}}}))
        };
        let whole = with(json!({"message": {"content": "{}"}, "finish_reason": "stop"})).unwrap();
        assert_eq!((whole.input_tokens, whole.cached_tokens, whole.output_tokens), (9, 7, 2));
        let cut = with(json!({"message": {"content": "{"}, "finish_reason": "length"}));
        assert_eq!(cut, Err(Fault::Unfinished("length".to_owned())));
        let refusal = json!({"message": {"content": null, "refusal": "no"}, "finish_reason": "stop"});
        assert_eq!(with(refusal), Err(Fault::Declined));
        assert_eq!(with(json!({"message": {"content": null}})), Err(Fault::Empty));
        let odd = with(json!({"message": {"content": "{}"}, "finish_reason": "tool_calls"}));
        assert!(matches!(odd, Err(Fault::Unfinished(_))));
        assert_eq!(answer(json!({"choices": []})), Err(Fault::Empty));
        assert_eq!(answer(json!({"choices": "none"})), Err(Fault::NotACompletion));
        assert_eq!(answer(json!([1])), Err(Fault::NotACompletion));
    }
}
