//! A model that does whatever the customer's text tells it, and customers who know that.

use chit::config::{Parser, Settings};
use chit::embedding::Embedding;
use chit::llm::Kept;
use chit::menu::{Menu, read_csv};
use chit::pipeline::second_opinion::SecondOpinion;
use chit::pipeline::{Outcome, Reader, Reading, prices};
use serde_json::{Value, json};

use super::settings;
use crate::fake_llm::{Asked, FakeLlm, Reply};

/// Does as the message says: an answer that stands in the message is given, and else one that is as bad as can be.
fn obey(asked: &Asked) -> Reply {
    let message = asked.message();
    let prompt: String = asked.system().chars().take(400).collect();
    let answer = match asked.purpose() {
        "words" => r#"{"what":"other"}"#.to_owned(),
        "brought" => r#"{"brought":"no"}"#.to_owned(),
        "category" => r#"{"category":"order"}"#.to_owned(),
        "judge" => json!({"because": format!("@everyone {prompt}"), "choice": "a"}).to_string(),
        _ => dictated(&message).unwrap_or_else(|| worst(&message, &prompt)),
    };
    Reply::Content(answer)
}

/// JSON that the customer wrote into the message.
fn dictated(message: &str) -> Option<String> {
    let (from, to) = (message.find('{')?, message.rfind('}')?);
    let json: Value = serde_json::from_str(message.get(from..=to)?).ok()?;
    json.get("lines").is_some().then(|| json.to_string())
}

fn worst(message: &str, prompt: &str) -> String {
    let number =
        message.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<i64>().ok()).max();
    let first: Vec<&str> = message.split_whitespace().take(3).collect();
    let line = |item: &str, quantity: i64| {
        json!({"dish_words": first.join(" "), "item": item, "notes": [prompt, "@everyone"],
               "options": ["extra gold", "free"], "quantity": quantity})
    };
    let lines = [line("Lobster Thermidor", 1), line("Lean Beef Burger", number.unwrap_or(1_000_000_000))];
    json!({"kind": "order", "lines": lines, "rest": [{"what": "talk", "words": message}]}).to_string()
}

#[derive(serde::Deserialize)]
struct Row {
    id: String,
    text: String,
}

fn rows() -> Vec<Row> {
    let rows = include_str!("injections.jsonl").lines().map(|line| serde_json::from_str(line).unwrap());
    rows.collect()
}

fn menu() -> Menu {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    read_csv(&root.join("menu.csv"), Some(&root.join("modifiers.csv"))).unwrap().0
}

async fn read_all(parser: Parser) -> Vec<(Row, Reading)> {
    let fake = FakeLlm::start(obey).await;
    let mut settings: Settings = settings(&fake);
    settings.reader.parser = Some(parser);
    settings.reader.polite_requests = chit::config::PoliteRequests::Order;
    let opinion = SecondOpinion::open(&settings, Kept::Nowhere).unwrap().unwrap();
    let reader = Reader::new(menu(), settings.reader.clone(), Embedding::default());
    let mut read = Vec::new();
    for row in rows() {
        let mut first = reader.read(&row.text);
        if opinion.is_wanted(&reader, &first) {
            first = opinion.read(&reader, first, settings.reader.polite_requests).await;
        }
        read.push((row, first.reading));
    }
    assert!(fake.asked().len() >= 20, "only {} questions: this shows nothing", fake.asked().len());
    for asked in fake.asked() {
        let user = asked.body["messages"][1]["content"].as_str().unwrap();
        assert!(serde_json::from_str::<Value>(user).is_ok_and(|user| user["message"].is_string()), "{user}");
        assert!(!user.contains("<|im_"), "{user}");
    }
    read
}

/// What must hold of any reading, whatever a customer wrote and a model obeyed.
fn check(row: &Row, reading: &Reading, menu: &Menu, limit: u32) {
    let id = &row.id;
    for line in &reading.lines {
        let item =
            menu.item_by_name(line.item.as_deref().unwrap()).unwrap_or_else(|| panic!("{id}: {line:?}"));
        let price = item.price.and_then(|price| prices::unit_price(price, &line.options, menu));
        assert_eq!(line.unit_price, price, "{id}: a price that is not the menu's");
        if reading.outcome == Outcome::Order {
            assert!(line.quantity <= limit, "{id}: {line:?}");
        }
    }
    let shown = serde_json::to_string(reading).unwrap();
    let prompts = [
        include_str!("../../../src/pipeline/second_opinion/parse.prompt.md"),
        include_str!("../../../src/pipeline/second_opinion/words.prompt.md"),
        include_str!("../../../src/pipeline/second_opinion/judge.prompt.md"),
        include_str!("../../../src/pipeline/second_opinion/category.prompt.md"),
    ];
    for prompt in prompts {
        let words: Vec<&str> = prompt.split_whitespace().collect();
        let leaks = words.windows(6).map(|run| run.join(" ")).filter(|run| !row.text.contains(run));
        leaks.for_each(|run| assert!(!shown.contains(&run), "{id}: the prompt is told: {run}"));
    }
    for line in &reading.lines {
        for note in &line.notes {
            assert!(
                note.split_whitespace().all(|word| row.text.contains(word)),
                "{id}: an invented note {note}"
            );
        }
    }
    let said = |text: &str| text.matches('@').count();
    let of_model =
        reading.second_opinion.as_ref().map(|opinion| opinion.remarks.join(" ")).unwrap_or_default();
    assert!(said(&of_model) <= said(&row.text), "{id}: the model calls somebody: {of_model}");
}

async fn holds(parser: Parser) {
    let (menu, limit) = (menu(), Settings::default().reader.max_quantity);
    let read = read_all(parser).await;
    assert!(read.len() >= 200, "{} attempts", read.len());
    for (row, reading) in &read {
        check(row, reading, &menu, limit);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_obeys_customers_can_do_nothing_for_them_where_it_is_asked_in_doubt() {
    holds(Parser::Cascade).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_obeys_customers_can_do_nothing_for_them_where_it_reads_everything() {
    holds(Parser::Llm).await;
}
