//! Thirty messages of the datasets read by a real, small model. It may be wrong; what may not be is asserted, and that
//! the easy ones are right. Started by `make test-llm`, which sees to a model.

use std::path::Path;
use std::time::{Duration, Instant};

use chit::config::{EmbeddingSettings, Parser, Settings};
use chit::embedding::Embedding;
use chit::evaluation::{Expected, Judge, Judged, Labelled, labels};
use chit::llm::Kept;
use chit::menu::{Menu, read_csv};
use chit::pipeline::ParsedBy;
use chit::pipeline::second_opinion::SecondOpinion;

const MESSAGES: usize = 30;
const DEADLINE: u32 = 90;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn menu() -> Menu {
    read_csv(&root().join("menu.csv"), Some(&root().join("modifiers.csv"))).unwrap().0
}

/// Every sixth row, so that all kinds are among them.
fn rows() -> Vec<Labelled> {
    let rows = labels::rows(&root().join("datasets/greenbite-seen.jsonl")).unwrap();
    rows.map(|row| row.unwrap().value).step_by(6).take(MESSAGES).collect()
}

/// One or two dishes without a wish, in a few words.
fn is_easy(row: &Labelled) -> bool {
    let lines = row.lines.as_deref().unwrap_or_default();
    row.outcome == Some(Expected::Order)
        && (1..=2).contains(&lines.len())
        && lines.iter().all(|line| line.options.is_empty() && line.notes.is_empty())
        && row.text.split_whitespace().count() <= 14
}

/// The one that comes with the program.
fn embedding() -> Embedding {
    Embedding::open(&EmbeddingSettings::default()).unwrap()
}

fn judged(parser: Parser) -> Vec<Judged> {
    let mut settings = Settings::default();
    settings.llm.base_url = Some(std::env::var("CHIT_TEST_LLM").expect("make test-llm names a model"));
    settings.llm.model = Some("local".to_owned());
    settings.llm.deadline_seconds = DEADLINE;
    settings.reader.parser = Some(parser);
    let opinion = SecondOpinion::open(&settings, Kept::Nowhere).unwrap();
    let mut judge = Judge::new(menu(), settings.reader, embedding()).asking(opinion);
    let judge = |row: &Labelled| {
        let begun = Instant::now();
        let judged = judge.judge(row);
        assert!(
            begun.elapsed() < Duration::from_secs(u64::from(DEADLINE) + 5),
            "it waits beyond the deadline"
        );
        judged
    };
    tokio::task::block_in_place(|| rows().iter().map(judge).collect())
}

/// Whatever the model says: dishes and prices are the menu's, quantities within the limit.
fn hold(rows: &[Judged]) {
    let (menu, limit) = (menu(), Settings::default().reader.max_quantity);
    for row in rows {
        let reading = &row.reading;
        assert!(row.calls.iter().all(|call| call.fault.is_none()), "{}: {:?}", reading.text, row.calls);
        for line in &reading.lines {
            assert!(menu.item_by_name(line.item.as_deref().unwrap()).is_some(), "{line:?}");
            assert!((1..=limit).contains(&line.quantity), "{line:?}");
        }
    }
}

#[ignore = "needs a language model: make test-llm"]
#[tokio::test(flavor = "multi_thread")]
async fn real_model_reads_the_easy_ones_right_and_breaks_no_rule() {
    let rows = judged(Parser::Llm);
    hold(&rows);
    let easy: Vec<&Judged> = rows.iter().filter(|row| is_easy(&row.labelled)).collect();
    let right = easy.iter().filter(|row| row.lines.as_ref().is_some_and(|lines| lines.exact)).count();
    let by_model = rows.iter().filter(|row| row.reading.parsed_by == ParsedBy::Llm).count();
    println!("read by the model {by_model} of {}; easy ones right {right} of {}", rows.len(), easy.len());
    assert!(easy.len() >= 3, "{} easy ones show nothing", easy.len());
    assert!(right * 10 >= easy.len() * 8, "{right} of {} easy ones", easy.len());
    assert!(by_model * 3 >= rows.len(), "only {by_model} readings of the model's hold");
}

#[ignore = "needs a language model: make test-llm"]
#[tokio::test(flavor = "multi_thread")]
async fn real_model_in_the_cascade_takes_no_order_away() {
    let (alone, with) = (judged(Parser::Grammar), judged(Parser::Cascade));
    hold(&with);
    let exact = |rows: &[Judged]| rows.iter().filter(|row| !row.failed()).count();
    println!("right by the grammar {}, with the model {}", exact(&alone), exact(&with));
    assert!(exact(&with) >= exact(&alone));
}
