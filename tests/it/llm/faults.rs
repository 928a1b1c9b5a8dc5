//! Every way in which an endpoint goes wrong: the grammar's reading stands, a person decides, and nobody waits longer
//! than the deadline.

use std::time::{Duration, Instant};

use chit::config::Parser;
use chit::llm::{Kept, Llm, Question};
use serde_json::json;

use super::{IN_DOUBT, SHARED_OUT, right, settings, trace};
use crate::command_line::Shell;
use crate::fake_llm::{FakeLlm, Reply, completion};
use crate::shop::Shop;

const ERROR: &str = r#"{"error":{"code":500,"message":"no more memory","type":"server_error"}}"#;

/// A name, what the endpoint does, what is kept as the reason, and how many times it is asked.
type Row = (&'static str, fn() -> Reply, &'static str, usize);

const TABLE: &[Row] = &[
    ("hangs", || Reply::Hang, "did not answer in time", 1),
    ("slow drip", || Reply::Drip("{".repeat(600)), "did not answer in time", 1),
    ("closes without an answer", || Reply::Close, "broke the connection off", 2),
    ("500, numeric code", || Reply::Http(500, "", ERROR.to_owned()), "(status 500): no more memory", 2),
    (
        "502, a page",
        || Reply::Http(502, "", "<html>Bad Gateway</html>".to_owned()),
        "(status 502): <html>",
        2,
    ),
    ("503", || Reply::Http(503, "", String::new()), "(status 503)", 2),
    ("429", || Reply::Http(429, "", "{}".to_owned()), "too much to do", 2),
    (
        "429, come back later",
        || Reply::Http(429, "retry-after: 90\r\n", "{}".to_owned()),
        "too much to do",
        1,
    ),
    ("429, come back soon", || Reply::Http(429, "retry-after: 1\r\n", "{}".to_owned()), "too much to do", 2),
    (
        "401",
        || Reply::Http(401, "", r#"{"error":{"message":"bad key sk-secret"}}"#.to_owned()),
        "refuses the key",
        1,
    ),
    (
        "404",
        || Reply::Http(404, "", r#"{"error":"no such model"}"#.to_owned()),
        "does not take the question",
        1,
    ),
    ("200 with an error", || Reply::Http(200, "", ERROR.to_owned()), "(status 500): no more memory", 2),
    ("no JSON", || Reply::Http(200, "", "I'd love to!".to_owned()), "no chat completion", 1),
    ("JSON cut off", || Reply::Http(200, "", r#"{"choices":[{"mess"#.to_owned()), "no chat completion", 1),
    (
        "JSON of something else",
        || Reply::Http(200, "", r#"{"answer":42}"#.to_owned()),
        "no chat completion",
        1,
    ),
    ("no choices", || Reply::Http(200, "", r#"{"choices":[]}"#.to_owned()), "answered nothing", 1),
    ("refusal", || Reply::Http(200, "", refusal()), "declined to answer", 1),
    ("too long", || Reply::Http(200, "", completion("{}", "length").to_string()), "did not finish", 1),
    ("a megabyte", || Reply::Content("x".repeat(1 << 20)), "more than 64 kB", 1),
    ("an answer of another form", || Reply::Content(r#"{"what":"lobster"}"#.to_owned()), "no answer on", 1),
    ("extra fields", || Reply::Content(r#"{"what":"other","price":-5}"#.to_owned()), "no answer on", 1),
];

fn refusal() -> String {
    r#"{"choices":[{"message":{"content":null,"refusal":"I can't help with food"},"finish_reason":"stop"}]}"#
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_endpoint_does_the_grammar_reads_and_a_person_decides() {
    for (name, reply, reason, questions) in TABLE {
        let fake = FakeLlm::start(move |_| reply()).await;
        let mut shop = Shop::open_with(|settings| {
            fake.named(settings);
            settings.llm.api_key = Some("sk-secret".into());
        })
        .await;
        let id = shop.customer_says(IN_DOUBT).await;
        let begun = Instant::now();
        shop.works().await;
        assert!(begun.elapsed() < Duration::from_millis(3500), "{name}: {:?}", begun.elapsed());
        assert_eq!(shop.state(id).await, "review", "{name}");
        assert_eq!(shop.kitchen_sees(id).await, ["1 × Roasted Beet Salad", "1 × Still Water"], "{name}");
        let kept = trace(&shop, id).await;
        let remarks = kept["reading"]["second_opinion"]["remarks"].to_string();
        assert!(remarks.contains(reason), "{name}: {remarks}");
        assert!(!kept.to_string().contains("sk-secret"), "{name}: the key is in the trace");
        assert_eq!(fake.asked().len(), *questions, "{name}");
        shop.close().await;
    }
}

/// Fields of a line that make a well-formed answer wrong, and what staff read.
const WRONG: &[(&str, &str)] = &[
    (r#"{"item":"Lobster Thermidor"}"#, "it names a dish that is not on the menu"),
    (r#"{"item":"Kombucha"}"#, "it reads Kombucha where nothing names it"),
    (r#"{"item":"NOT_ON_MENU"}"#, "it does not find Lean Beef Burger on the menu"),
    (r#"{"quantity":1000000000}"#, "a quantity of 1000000000 is not from 1 to 50"),
    (r#"{"quantity":-3}"#, "a quantity of -3 is not from 1 to 50"),
    (r#"{"quantity":7}"#, "nobody said 7"),
    (r#"{"quantity":1.5}"#, "not of the form"),
    (r#"{"price":-5}"#, "not of the form"),
    (r#"{"dish_words":"two lobsters"}"#, "it uses words that do not stand in the message"),
    (r#"{"options":["no pickles"]}"#, "it adds an option that nobody said"),
    (r#"{"options":["gold leaf"]}"#, "it names an option that Lean Beef Burger does not have"),
    (r#"{"options":["extra onion"]}"#, "it turns round what was said of an option"),
    (r#"{"notes":["served by the queen"]}"#, "it uses words that do not stand in the message"),
    ("{}", "these words have no place"),
];

/// What is called a name, a place or a time may still be a dish, a number or a "no".
#[tokio::test(flavor = "multi_thread")]
async fn a_dish_is_not_talked_away_under_another_name() {
    for (what, words) in
        [("place", "kombucha"), ("name", "no onion"), ("time", "one"), ("greeting", "kombucha")]
    {
        let line = json!({"dish_words": "falafel wraps", "item": "Falafel Wrap", "notes": [], "options": [],
            "quantity": 2});
        let answer = json!({"kind": "order", "lines": [line], "rest": [{"what": what, "words": words}]});
        let fake = FakeLlm::start(move |_| Reply::Content(answer.to_string())).await;
        let mut shop = Shop::open_with(|settings| {
            fake.named(settings);
            settings.reader.parser = Some(Parser::Llm);
        })
        .await;
        let id = shop.customer_says("two falafel wraps, no onion, and one kombucha").await;
        shop.works().await;
        let remarks = trace(&shop, id).await["reading"]["second_opinion"]["remarks"].to_string();
        assert!(remarks.contains("is more than talk"), "{what}: {remarks}");
        assert_eq!(shop.kitchen_sees(id).await, ["2 × Falafel Wrap", "1 × Kombucha"], "{what}");
        shop.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_well_formed_answer_that_is_wrong_is_seen_through() {
    for (fields, shown) in WRONG {
        let mut line = json!({"dish_words": "lean beef burgers", "item": "Lean Beef Burger", "notes": [],
            "options": ["no onion"], "quantity": 3});
        let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(fields).unwrap();
        line.as_object_mut().unwrap().extend(fields.clone());
        let answer = json!({"kind": "order", "lines": [line], "rest": []}).to_string();
        let fake = FakeLlm::start(move |asked| {
            Reply::Content(match asked.purpose() {
                "parse" => answer.clone(),
                _ => json!({"what": "item"}).to_string(),
            })
        })
        .await;
        let mut shop = Shop::open_with(|settings| fake.named(settings)).await;
        let id = shop.customer_says(SHARED_OUT).await;
        shop.works().await;
        let kept = trace(&shop, id).await;
        let remarks = kept["reading"]["second_opinion"]["remarks"].to_string();
        assert!(remarks.contains(shown), "{fields:?}: {remarks}");
        assert_eq!(
            (shop.state(id).await.as_str(), kept["reading"]["parsed_by"].as_str()),
            ("review", Some("grammar"))
        );
        let parses = fake.asked().iter().filter(|asked| asked.purpose() == "parse").count();
        assert_eq!(parses, 2, "{fields:?}: it is asked once more, and no more");
        shop.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_where_nobody_listens_is_told() {
    let fake = FakeLlm::start(right).await;
    let named = settings(&fake);
    drop(fake);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut shop = Shop::open_with(|settings| {
        settings.llm = named.llm;
        settings.reader.parser = Some(Parser::Llm);
    })
    .await;
    let id = shop.customer_says(IN_DOUBT).await;
    shop.works().await;
    assert_eq!(shop.state(id).await, "review");
    let remarks = trace(&shop, id).await["reading"]["second_opinion"]["remarks"].to_string();
    assert_eq!(remarks.matches("can't be reached").count(), 1, "it is told once: {remarks}");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_repeated_failures_the_model_is_left_alone() {
    let fake = FakeLlm::start(|_| Reply::Http(500, "", ERROR.to_owned())).await;
    let mut shop = Shop::open_with(|settings| fake.named(settings)).await;
    for number in 3..9 {
        let id = shop.customer_says(&IN_DOUBT.replace("3 Quayside", &format!("{number} Quayside"))).await;
        shop.works().await;
        assert_eq!(shop.state(id).await, "review");
    }
    let resting = shop.app.second_opinion.as_ref().unwrap().llm().is_resting();
    assert!(resting, "{:?}", fake.asked().iter().map(|asked| asked.user().to_owned()).collect::<Vec<_>>());
    assert!(fake.asked().len() <= 4, "{} questions", fake.asked().len());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_questions_are_asked_at_once_than_the_owner_allows_and_none_waits_beyond_the_deadline() {
    let fake = FakeLlm::start(|_| Reply::Hang).await;
    let mut settings = settings(&fake);
    settings.llm.max_in_flight = 2;
    let llm = Llm::open(&settings.llm, Kept::Nowhere).unwrap().unwrap();
    let schema = json!({"type": "object"});
    let begun = Instant::now();
    let ask = |number: usize| {
        let (llm, schema) = (llm.clone(), schema.clone());
        async move {
            let turns = [format!("question {number}")];
            let question = Question {
                purpose: "words",
                prompt: "1",
                system: "You answer.",
                turns: &turns,
                schema: &schema,
                most_tokens: 8,
                about: "",
            };
            let (answer, call) = llm.ask(&question, begun + Duration::from_millis(600)).await;
            assert!(answer.is_err() && call.fault.is_some());
            begun.elapsed()
        }
    };
    let waits = futures::future::join_all((0..8).map(ask)).await;
    assert!(waits.iter().all(|wait| *wait < Duration::from_millis(900)), "{waits:?}");
    assert_eq!(fake.asked().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_takes_no_temperature_is_asked_without_one() {
    let fake = FakeLlm::start(|asked| {
        if asked.body.get("temperature").is_some() {
            let said = r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0"}}"#;
            return Reply::Http(400, "", said.to_owned());
        }
        right(asked)
    })
    .await;
    let mut shop = Shop::open_with(|settings| fake.named(settings)).await;
    let id = shop.customer_says(IN_DOUBT).await;
    shop.works().await;
    assert_eq!(shop.state(id).await, "ordered");
    let with = fake.asked().iter().filter(|asked| asked.body.get("temperature").is_some()).count();
    assert_eq!(with, 1, "it is asked with one only once");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_other_programs_are_not_used_and_the_key_is_never_shown() {
    let (ours, theirs) = (FakeLlm::start(right).await, FakeLlm::start(right).await);
    let with_theirs = || {
        Shell::new()
            .with("OPENAI_BASE_URL", &theirs.base_url)
            .with("OPENAI_API_KEY", "sk-of-another-program")
            .with("OPENAI_ORG_ID", "another-organisation")
            .with("HTTP_PROXY", "http://127.0.0.1:9")
            .with("http_proxy", "http://127.0.0.1:9")
    };
    let menu = concat!(env!("CARGO_MANIFEST_DIR"), "/menu.csv");
    let parse = format!("parse --menu {menu}");
    let alone = tokio::task::block_in_place(|| with_theirs().given(&parse, IN_DOUBT));
    assert!(alone.out.contains(r#""outcome":"review""#), "{}", alone.out);
    let named = with_theirs()
        .with("CHIT_LLM_BASE_URL", &format!("{}/", ours.base_url))
        .with("CHIT_LLM_MODEL", "fake")
        .with("CHIT_LLM_API_KEY", "sk-our-own-key");
    let asked = tokio::task::block_in_place(|| named.given(&parse, IN_DOUBT));
    assert!(asked.out.contains(r#""outcome":"order""#), "{} {}", asked.out, asked.err);
    assert!(theirs.asked().is_empty(), "settings of another program were used");
    assert!(ours.asked().iter().all(|asked| asked.headers.contains("bearer sk-our-own-key")));
    assert!(ours.asked().iter().all(|asked| !asked.headers.contains("another-organisation")));
    let shown = tokio::task::block_in_place(|| named.chit("config show"));
    assert!(shown.out.contains("llm.api_key") && !shown.out.contains("sk-our-own-key"), "{}", shown.out);
}
