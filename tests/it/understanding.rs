//! How well messages are understood, held a little under what was reached.

use std::path::Path;

use chit::config::{EmbeddingSettings, ReaderSettings};
use chit::embedding::Embedding;
use chit::evaluation::{self, Report, labels};
use chit::menu::read_csv;

#[test]
fn labelled_messages_are_understood_as_well_as_before() {
    for (file, outcome, lines, false_orders) in
        [("datasets/greenbite-seen.jsonl", 0.97, 0.97, 0), ("datasets/greenbite-unseen.jsonl", 0.80, 0.86, 3)]
    {
        let report = report(file);
        let shown = format!("{file}\n{report}");
        assert!(report.outcome.share.unwrap() >= outcome, "{shown}");
        assert!(report.lines.share.unwrap() >= lines, "{shown}");
        assert!(report.false_orders.right <= false_orders, "{shown}");
    }
}

fn report(file: &str) -> Report {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (menu, _) = read_csv(&root.join("menu.csv"), Some(&root.join("modifiers.csv"))).unwrap();
    let embedding = Embedding::open(&EmbeddingSettings::default()).unwrap();
    let rows: Vec<_> = labels::rows(&root.join(file)).unwrap().map(|row| row.unwrap().value).collect();
    Report::of(&evaluation::run(&menu, &ReaderSettings::default(), &embedding, &rows))
}
