//! Small questions with a few possible answers: what some words are, which of two dishes is meant, what kind of message
//! it is. A small model answers these in a second, and rarely wrong.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::asking::Asking;
use super::prompt::{self, choice, defused, fence, fenced, object};
use crate::menu::MenuItem;
use crate::pipeline::Category;

/// What words are in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    /// Something to eat or drink.
    Item,
    /// How something shall be.
    Wish,
    /// Nothing that is ordered.
    Other,
}

/// Tokens that the short answers need at most.
const SHORT: u32 = 24;

/// Tokens for a reason and a choice.
const REASONED: u32 = 80;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhatAnswer {
    what: What,
}

#[derive(Serialize)]
struct WordsAsked<'a> {
    message: &'a str,
    words: &'a str,
}

/// What these words are in the message; `None`: it can't be had.
pub(super) async fn what_are(asking: &mut Asking<'_>, words: &str) -> Option<What> {
    let user = fence(&WordsAsked { message: &defused(asking.text), words: &defused(words) });
    let schema = object(choice("what", &["item", "wish", "other"]));
    let answer: WhatAnswer = asking.short("words", &prompt::WORDS, user, &schema, SHORT).await?;
    Some(answer.what)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum YesNo {
    Yes,
    No,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BroughtAnswer {
    brought: YesNo,
}

/// Whether food or drink would be missing without these words; what can't be had counts as yes.
pub(super) async fn is_missed(asking: &mut Asking<'_>, words: &str) -> bool {
    let user = fence(&WordsAsked { message: &defused(asking.text), words: &defused(words) });
    let schema = object(choice("brought", &["yes", "no"]));
    let answer = asking.short("brought", &prompt::BROUGHT, user, &schema, SHORT).await;
    answer.is_none_or(|answer: BroughtAnswer| answer.brought == YesNo::Yes)
}

/// What a message is, as a model is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Order,
    Question,
    Other,
}

impl From<Kind> for Category {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Order => Self::Order,
            Kind::Question => Self::Enquiry,
            Kind::Other => Self::Miscellaneous,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindAnswer {
    category: Kind,
}

/// What kind of message it is; `None`: it can't be had.
pub(super) async fn category(asking: &mut Asking<'_>) -> Option<Category> {
    let schema = object(choice("category", &["order", "question", "other"]));
    let user = fenced(asking.text);
    let answer: KindAnswer = asking.short("category", &prompt::CATEGORY, user, &schema, SHORT).await?;
    Some(answer.category.into())
}

/// A dish as it is shown to the model. Its price tells two of one name apart; none comes back.
#[derive(Clone, Serialize)]
struct Dish<'a> {
    name: &'a str,
    description: &'a str,
    price: Option<String>,
}

impl<'a> From<&'a MenuItem> for Dish<'a> {
    fn from(item: &'a MenuItem) -> Self {
        let price = item.price.map(|price| price.to_string());
        Self { name: &item.name, description: &item.description, price }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Side {
    A,
    B,
    Neither,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SideAnswer {
    because: String,
    choice: Side,
}

/// Which of two dishes some words mean, 0 or 1, and why; `None`: neither, or no answer that holds. Asks twice, the
/// second time with the dishes changed round: a model that goes by the place of a dish rather than by its words
/// contradicts itself.
pub(super) async fn judge(
    asking: &mut Asking<'_>,
    words: &str,
    between: [&MenuItem; 2],
) -> Option<(usize, String)> {
    let [first, second] = between.map(Dish::from);
    let one = side(asking, words, first.clone(), second.clone()).await?;
    let (chosen, changed_round) = match one.choice {
        Side::A => (0, Side::B),
        Side::B => (1, Side::A),
        Side::Neither => return None,
    };
    let other = side(asking, words, second, first).await?;
    (other.choice == changed_round).then(|| (chosen, plain_reason(&one.because)))
}

/// Letters of a reason that are kept.
const REASON: usize = 100;

/// Words in a row that a reason may not share with what the model was told.
const REPEATED: usize = 5;

/// A reason as staff may read it: the only words of a model that anybody sees. Nobody is called by it, and what the
/// model was told is not told on.
fn plain_reason(because: &str) -> String {
    let plain: String = because.chars().take(REASON).map(|c| if is_plain(c) { c } else { ' ' }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let told: String = prompt::JUDGE.text.split("Examples:").next().unwrap_or_default().to_lowercase();
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let repeats = words.windows(REPEATED).any(|run| told.contains(&run.join(" ").to_lowercase()));
    if repeats { "for a reason that is not shown".to_owned() } else { words.join(" ") }
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, ' ' | ',' | '.' | '\'' | '-')
}

async fn side(asking: &mut Asking<'_>, words: &str, a: Dish<'_>, b: Dish<'_>) -> Option<SideAnswer> {
    #[derive(Serialize)]
    struct Asked<'a> {
        a: Dish<'a>,
        b: Dish<'a>,
        words: &'a str,
        message: &'a str,
    }
    let user = fence(&Asked { a, b, words: &defused(words), message: &defused(asking.text) });
    let schema = object(json!({
        "because": {"type": "string"},
        "choice": {"type": "string", "enum": ["a", "b", "neither"]},
    }));
    asking.short("judge", &prompt::JUDGE, user, &schema, REASONED).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_calls_nobody_and_repeats_no_instructions() {
        assert_eq!(plain_reason("avocado is in the salad"), "avocado is in the salad");
        assert_eq!(plain_reason("<@&42> @everyone *look*"), "42 everyone look");
        let leak = plain_reason("You help a restaurant read its orders. A customer used some words");
        assert_eq!(leak, "for a reason that is not shown");
        assert!(plain_reason(&"x".repeat(5000)).len() <= REASON);
    }
}
