//! What the cascade is worth, on the answers that a model of 1.5 billion parameters once gave. They were recorded with
//!
//! ```sh
//! scripts/test-llm.sh cargo run -- eval --parser cascade --polite-requests order \
//!     --answers tests/it/llm/answers.jsonl datasets/practice/{chicken,kebab,lebanese,poke,thai,trattoria}/messages.jsonl
//! ```
//!
//! and a question that is not among them, because the grammar or a prompt was changed since, gets no answer.

use std::path::Path;

use chit::config::{EmbeddingSettings, Parser, PoliteRequests, ReaderSettings, Settings};
use chit::embedding::Embedding;
use chit::evaluation::{Judge, Report, labels};
use chit::llm::Kept;
use chit::menu::read_csv;
use chit::pipeline::second_opinion::SecondOpinion;

use crate::fake_llm::{FakeLlm, Reply};

/// Shops whose messages leave the grammar in doubt now and then.
const SHOPS: [&str; 6] = ["chicken", "kebab", "lebanese", "poke", "thai", "trattoria"];

/// The one that comes with the program.
fn embedding() -> Embedding {
    Embedding::open(&EmbeddingSettings::default()).unwrap()
}

fn measured(shop: &str, settings: &Settings) -> Report {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/practice").join(shop);
    let menu = read_csv(&folder.join("menu.csv"), Some(&folder.join("modifiers.csv"))).unwrap().0;
    // The file is written behind: a copy of it, so that nothing here changes it.
    let copy = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(copy.path(), include_str!("answers.jsonl")).unwrap();
    let opinion = SecondOpinion::open(settings, Kept::in_file(copy.path()).unwrap()).unwrap();
    let reader = ReaderSettings { polite_requests: PoliteRequests::Order, ..settings.reader.clone() };
    let mut judge = Judge::new(menu, reader, embedding()).asking(opinion);
    let rows: Vec<_> = labels::rows(&folder.join("messages.jsonl"))
        .unwrap()
        .map(|row| judge.judge(&row.unwrap().value))
        .collect();
    Report::of(&rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cascade_reads_more_orders_and_makes_no_false_one() {
    let fake = FakeLlm::start(|_| Reply::Content("{}".to_owned())).await;
    let mut settings = super::settings(&fake);
    settings.llm.model = Some("local".to_owned());
    let alone = Settings {
        reader: ReaderSettings { parser: Some(Parser::Grammar), ..settings.reader.clone() },
        ..settings.clone()
    };
    let (mut before, mut after, mut false_before, mut false_after) = (0, 0, 0, 0);
    for shop in SHOPS {
        let (grammar, cascade) =
            tokio::task::block_in_place(|| (measured(shop, &alone), measured(shop, &settings)));
        let (exact, with) = (grammar.order_exact.right, cascade.order_exact.right);
        assert!(with >= exact, "{shop}: {exact} orders right by the grammar, {with} with the model");
        assert!(cascade.outcome.right >= grammar.outcome.right, "{shop}: outcomes got worse");
        before += exact;
        after += with;
        false_before += grammar.false_orders.right;
        false_after += cascade.false_orders.right;
    }
    println!(
        "orders right: {before} by the grammar, {after} with the model; {} new questions",
        fake.asked().len()
    );
    assert!(after >= before + AT_LEAST, "{before} orders right by the grammar, only {after} with the model");
    assert!(false_after <= false_before, "{false_after} false orders, {false_before} by the grammar");
}

/// A little under what is reached.
const AT_LEAST: u64 = 4;
