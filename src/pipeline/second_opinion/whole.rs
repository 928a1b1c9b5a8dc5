//! The whole order, read by the model: asked, checked, and asked once more with what is wrong.

use serde::Deserialize;

use super::asking::Asking;
use super::narrow::Kind;
use super::place::place;
use super::prompt::{self, fenced};
use super::wrong::Wrong;
use crate::pipeline::parse::ParsedOrder;
use crate::pipeline::words::Token;
use crate::pipeline::{Category, Reader};

/// Tokens of an answer: so many, and for each word of the message some more.
const TOKENS: usize = 96;
const TOKENS_A_WORD: usize = 8;
const MOST_TOKENS: usize = 800;

/// What the model answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whole {
    pub kind: Kind,
    pub lines: Vec<WholeLine>,
    pub rest: Vec<Rest>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WholeLine {
    pub dish_words: String,
    pub item: String,
    pub notes: Vec<String>,
    pub options: Vec<String>,
    pub quantity: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rest {
    /// Has to be one of these, and decides nothing: the words do.
    #[serde(rename = "what")]
    _what: RestKind,
    pub words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RestKind {
    Greeting,
    Thanks,
    Name,
    Time,
    Place,
    Payment,
    Talk,
}

/// A reading of the whole message by the model.
pub(super) enum WholeReading {
    /// An order, all of whose words have a place.
    Order(Box<ParsedOrder>),
    /// No order.
    Not(Category),
    /// Nothing that holds, and what is wrong with it.
    Wrong(String),
}

/// Asks for the whole order. An answer that does not hold is asked for once more, with what is wrong with it.
pub(super) async fn whole(
    asking: &mut Asking<'_>,
    reader: &Reader,
    tokens: &[Token],
    order: &ParsedOrder,
) -> WholeReading {
    let menu = reader.menu_prompt();
    let words = tokens.iter().filter(|token| token.is_word()).count();
    let most_tokens = (TOKENS + TOKENS_A_WORD * words).min(MOST_TOKENS);
    let most_tokens = u32::try_from(most_tokens).unwrap_or_default();
    let mut turns = vec![fenced(asking.text)];
    let mut wrong = "no answer".to_owned();
    for _ in 0..2 {
        let answered =
            asking.ask("parse", &prompt::PARSE, &menu.system, &turns, &menu.schema, most_tokens).await;
        let Some(answer) = answered else {
            return WholeReading::Wrong(wrong);
        };
        match read(&answer.text, reader, asking.text, tokens, order) {
            Ok(reading) => return reading,
            Err(Wrong { shown, told }) => {
                wrong = shown;
                turns.extend([
                    answer.text,
                    format!("That does not hold: {told}. Answer again, the whole of it."),
                ]);
            }
        }
    }
    WholeReading::Wrong(wrong)
}

fn read(
    answer: &str,
    reader: &Reader,
    text: &str,
    tokens: &[Token],
    order: &ParsedOrder,
) -> Result<WholeReading, Wrong> {
    let whole: Whole =
        serde_json::from_str(answer).map_err(|_| Wrong::plain("it is not of the form that was asked for"))?;
    match whole.kind {
        Kind::Question | Kind::Other => Ok(WholeReading::Not(whole.kind.into())),
        Kind::Order if whole.lines.is_empty() => Err(Wrong::plain("an order has lines")),
        Kind::Order => Ok(WholeReading::Order(Box::new(place(&whole, reader, text, tokens, order)?))),
    }
}
