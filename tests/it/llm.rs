//! A language model, as it should be and as it should not be.

mod faults;
mod injections;
mod real_model;
mod recorded;

use std::time::{Duration, Instant};

use chit::config::{Parser, Settings};
use chit::listener::{self, Until};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::command_line::Shell;
use crate::fake_llm::{Asked, FakeLlm, Reply};
use crate::shop::Shop;

/// A message that the grammar alone leaves to a person: it takes the address for a dish.
pub const IN_DOUBT: &str =
    "Please bring 1 beetroot salad (nuts off, extra dressing) + 1 still water to 3 Quayside, flat 6";

/// One whose structure is in doubt.
const SHARED_OUT: &str = "3 lean beef burgers, 1 x no onion, 1 x no onion no mustard, 1 x all normal";

/// A model that is right about [`IN_DOUBT`].
pub fn right(asked: &Asked) -> Reply {
    let answer = match asked.purpose() {
        "words" => json!({"what": "other"}),
        "brought" => json!({"brought": "no"}),
        "category" => json!({"category": "order"}),
        other => panic!("nobody should ask for {other}"),
    };
    Reply::Content(answer.to_string())
}

async fn trace(shop: &Shop, id: i64) -> Value {
    sqlx::query_scalar("select trace from traces where message_id = $1")
        .bind(id)
        .fetch_one(&shop.database.pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_grammar_leaves_open_becomes_an_order_with_the_models_help() {
    let fake = FakeLlm::start(right).await;
    let mut shop = Shop::open_with(|settings| {
        fake.named(settings);
        settings.llm.api_key = Some("sk-secret-of-the-model".into());
        settings.llm.input_price = 1000.into();
        settings.llm.output_price = 10_000.into();
    })
    .await;
    let id = shop.customer_says(IN_DOUBT).await;
    let sure = shop.customer_says("two falafel wraps please").await;
    shop.works().await;
    assert_eq!((shop.state(id).await.as_str(), shop.state(sure).await.as_str()), ("ordered", "ordered"));
    assert_eq!(shop.kitchen_sees(id).await, ["1 × Roasted Beet Salad", "1 × Still Water"]);
    let kept = trace(&shop, id).await;
    assert_eq!(kept["reading"]["parsed_by"], "llm");
    assert_eq!(kept["reading"]["second_opinion"]["taken"], true);
    let calls = kept["llm"].as_array().unwrap();
    assert!(calls.len() >= 3, "{calls:?}");
    assert_eq!((&calls[0]["purpose"], &calls[0]["model"]), (&json!("words"), &json!("fake")));
    assert_eq!(calls[0]["prompt"].as_str().unwrap().len(), 8, "the version of the prompt is kept");
    assert_eq!((&calls[0]["input_tokens"], &calls[0]["cached_tokens"]), (&json!(200), &json!(150)));
    assert_eq!(calls[0]["cost"], "0.26", "200 tokens in at 1000 and 6 out at 10000 a million");
    assert_eq!(trace(&shop, sure).await["llm"], json!([]), "nobody asks about what is clear");
    assert!(!kept.to_string().contains("sk-secret"), "the key is in no trace");
    let asked = fake.asked();
    assert!(asked.iter().all(|asked| asked.headers.contains("authorization: bearer sk-secret-of-the-model")));
    assert!(asked.iter().all(|asked| asked.message() == IN_DOUBT));
    let words: Vec<&Asked> = asked.iter().filter(|asked| asked.purpose() == "words").collect();
    assert!(words.windows(2).all(|two| two[0].system() == two[1].system()), "the prompt never changes");
    assert!(asked.iter().all(|asked| asked.body["response_format"]["json_schema"]["strict"] == true));
    assert!(asked.iter().all(|asked| asked.body.get("tools").is_none()));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_words_are_asked_about_and_paid_for_once() {
    let fake = FakeLlm::start(right).await;
    let mut shop = Shop::open_with(|settings| fake.named(settings)).await;
    let first = shop.customer_says(IN_DOUBT).await;
    shop.works().await;
    let questions = fake.asked().len();
    let again = shop.customer_says(IN_DOUBT).await;
    shop.works().await;
    assert_eq!(fake.asked().len(), questions, "no question is asked again");
    assert_eq!(shop.kitchen_sees(first).await, shop.kitchen_sees(again).await);
    let calls = trace(&shop, again).await["llm"].as_array().unwrap().clone();
    assert!(!calls.is_empty() && calls.iter().all(|call| call["kept"] == true && call["cost"] == "0"));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_order_is_read_again_and_an_answer_that_does_not_hold_is_asked_for_once_more() {
    let line = |words: &str, options: &[&str]| json!({"dish_words": words, "item": "Lean Beef Burger", "notes": [], "options": options, "quantity": 1});
    let answer = move |lines: Vec<Value>, rest: &str| {
        json!({"kind": "order", "lines": lines, "rest": [{"what": "talk", "words": rest}]}).to_string()
    };
    let fake = FakeLlm::start(move |asked| {
        let turns = asked.body["messages"].as_array().unwrap().len();
        Reply::Content(match (asked.purpose(), turns) {
            ("words", _) => json!({"what": "item"}).to_string(),
            ("category", _) => json!({"category": "order"}).to_string(),
            ("parse", 2) => answer(vec![line("a lobster", &[])], "all normal"),
            ("parse", _) => answer(
                vec![
                    line("lean beef burgers", &["no onion"]),
                    line("lean beef burgers", &["no onion", "no mustard"]),
                    line("lean beef burgers", &[]),
                ],
                "all normal",
            ),
            (other, _) => panic!("nobody should ask for {other}"),
        })
    })
    .await;
    let mut shop = Shop::open_with(|settings| fake.named(settings)).await;
    let id = shop.customer_says(SHARED_OUT).await;
    shop.works().await;
    let kept = trace(&shop, id).await;
    assert_eq!(shop.state(id).await, "ordered", "{kept:#}");
    assert_eq!(shop.kitchen_sees(id).await, vec!["1 × Lean Beef Burger"; 3]);
    let options: Vec<usize> = kept["reading"]["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["options"].as_array().unwrap().len())
        .collect();
    assert_eq!(options, [1, 2, 0]);
    let repair = fake.asked().into_iter().rfind(|asked| asked.purpose() == "parse").unwrap();
    assert!(repair.user().contains("does not stand in the message"), "{}", repair.user());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_reads_everything_where_the_owner_says_so_and_the_grammar_where_it_can_not() {
    let fake = FakeLlm::start(|asked| {
        let message = asked.message();
        if message.contains("kombucha") {
            return Reply::Content("nonsense".to_owned());
        }
        let line = json!({"dish_words": "falafel wraps", "item": "Falafel Wrap", "notes": [], "options": [],
            "quantity": 2});
        Reply::Content(json!({"kind": "order", "lines": [line], "rest": []}).to_string())
    })
    .await;
    let mut shop = Shop::open_with(|settings| {
        fake.named(settings);
        settings.reader.parser = Some(Parser::Llm);
    })
    .await;
    let read = shop.customer_says("two falafel wraps please").await;
    let stands = shop.customer_says("one kombucha please").await;
    shop.works().await;
    assert_eq!(shop.kitchen_sees(read).await, ["2 × Falafel Wrap"]);
    assert_eq!(shop.kitchen_sees(stands).await, ["1 × Kombucha"]);
    assert_eq!(trace(&shop, read).await["reading"]["parsed_by"], "llm");
    assert_eq!(trace(&shop, stands).await["reading"]["parsed_by"], "grammar");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_one_message_waits_for_the_model_others_go_on_but_not_its_own_conversation() {
    let fake = FakeLlm::start(|_| Reply::Hang).await;
    let mut shop = Shop::open_with(|settings| fake.named(settings)).await;
    let waits = shop.says("ann", IN_DOUBT).await;
    let behind = shop.says("ann", "and a kombucha please").await;
    let mut others = Vec::new();
    for _ in 0..60 {
        others.push(shop.customer_says("two falafel wraps please").await);
    }
    let shutdown = CancellationToken::new();
    let (app, stop) = (shop.app.clone(), shutdown.clone());
    let listening = tokio::spawn(async move { listener::run(&app, Until::ToldToStop, stop).await });
    let begun = Instant::now();
    while shop.count("select count(*) from messages where state = 'ordered'").await < 60 {
        assert!(begun.elapsed() < Duration::from_millis(1900), "they wait for the model");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(
        (shop.state(waits).await.as_str(), shop.state(behind).await.as_str()),
        ("claimed", "received")
    );
    while shop.state(behind).await != "ordered" {
        assert!(begun.elapsed() < Duration::from_secs(6), "the deadline is two seconds");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(shop.state(waits).await, "review", "the grammar's reading stands");
    shutdown.cancel();
    listening.await.unwrap().unwrap();
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_to_stop_hands_a_waiting_message_back_at_once() {
    let fake = FakeLlm::start(|_| Reply::Hang).await;
    let mut shop = Shop::open_with(|settings| {
        fake.named(settings);
        settings.llm.deadline_seconds = 20;
    })
    .await;
    let id = shop.customer_says(IN_DOUBT).await;
    let shutdown = CancellationToken::new();
    let (app, stop) = (shop.app.clone(), shutdown.clone());
    let listening = tokio::spawn(async move { listener::run(&app, Until::ToldToStop, stop).await });
    while fake.asked().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let begun = Instant::now();
    shutdown.cancel();
    listening.await.unwrap().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(shop.state(id).await, "received");
    shop.abandon();
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_a_miscellaneous_message_go_with_its_words() {
    let fake = FakeLlm::start(|asked| {
        Reply::Content(match asked.purpose() {
            "category" => json!({"category": "other"}).to_string(),
            _ => json!({"kind": "other", "lines": [], "rest": []}).to_string(),
        })
    })
    .await;
    let mut shop = Shop::open_with(|settings| {
        fake.named(settings);
        settings.reader.parser = Some(Parser::Llm);
    })
    .await;
    let id = shop.customer_says("lol what a day, my cat fell off the sofa").await;
    shop.works().await;
    assert_eq!(shop.state(id).await, "miscellaneous");
    assert_eq!(shop.count("select count(*) from llm_answers").await, 1);
    shop.sends().await;
    assert_eq!(shop.count("select count(*) from llm_answers").await, 0);
    assert_eq!(trace(&shop, id).await["llm"].as_array().unwrap().len(), 1, "what it took stays");
    shop.close().await;
}

/// Settings that ask this model and nothing else.
pub fn settings(fake: &FakeLlm) -> Settings {
    let mut settings = Settings::default();
    fake.named(&mut settings);
    settings
}

#[tokio::test(flavor = "multi_thread")]
async fn grammar_model_and_both_are_measured_side_by_side() {
    let fake = FakeLlm::start(|asked| match asked.purpose() {
        "parse" => Reply::Content(json!({"kind": "other", "lines": [], "rest": []}).to_string()),
        _ => right(asked),
    })
    .await;
    let shell = Shell::new()
        .with("CHIT_LLM_BASE_URL", &fake.base_url)
        .with("CHIT_LLM_MODEL", "fake")
        .with("CHIT_LLM_INPUT_PRICE", "1000");
    let row = |id: &str, text: &str, items: &[&str]| {
        let lines: Vec<Value> = items.iter().map(|item| json!({"item": item})).collect();
        json!({"id": id, "text": text, "outcome": "order", "lines": lines}).to_string()
    };
    let rows = [
        row("sure", "one kombucha please", &["Kombucha"]),
        row("doubt", "1 still water + 1 kombucha to 3 Quayside, flat 6", &["Still Water", "Kombucha"]),
        row("left out", "two kombuchas", &["Kombucha"]),
    ];
    std::fs::write(shell.folder().join("labelled.jsonl"), rows.join("\n")).unwrap();
    std::fs::write(shell.folder().join("ids.txt"), "# two of three\nsure\ndoubt\n").unwrap();
    let menu = concat!(env!("CARGO_MANIFEST_DIR"), "/menu.csv");
    let eval = format!("eval labelled.jsonl --menu {menu} --only ids.txt --answers kept.jsonl");
    let compare = || tokio::task::block_in_place(|| shell.chit(&format!("{eval} --compare-parsers")));
    let said = compare();
    let line = |read_by: &str| {
        said.out.lines().find(|line| line.trim_start().starts_with(read_by)).unwrap().to_owned()
    };
    assert!(line("grammar").contains("1 of 2"), "{}{}", said.out, said.err);
    assert!(line("llm").contains("0 of 2"), "{}", said.out);
    assert!(line("cascade").contains("2 of 2") && line("cascade").contains("1 of 2"), "{}", said.out);
    let questions = fake.asked().len();
    assert_eq!(compare().code, 0);
    assert_eq!(fake.asked().len(), questions, "answers are kept in the file");
    let one = tokio::task::block_in_place(|| shell.chit(&format!("{eval} --parser cascade")));
    assert!(one.out.contains("asked about 1 of 2 messages"), "{}", one.out);
    let none = tokio::task::block_in_place(|| Shell::new().chit("eval x.jsonl --parser cascade"));
    assert!(none.err.contains("there is no file x.jsonl"), "{}", none.err);
}
