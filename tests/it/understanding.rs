//! How well messages are understood, held a little under what was reached.

use std::path::Path;

use chit::config::{EmbeddingSettings, PoliteRequests, ReaderSettings};
use chit::embedding::Embedding;
use chit::evaluation::labels::{self, Split};
use chit::evaluation::{Judge, Labelled, Report, Rules};
use chit::menu::read_csv;
use serde_json::Value;

/// Labelled messages, and what has to be reached on them.
struct Set {
    file: &'static str,
    /// The folder of `menu.csv` and `modifiers.csv`.
    menu: &'static str,
    split: Option<Split>,
    polite_requests: PoliteRequests,
    /// A figure of the report, and its least share.
    at_least: &'static [(&'static str, f64)],
    /// A figure of the report, and how many there may be.
    at_most: &'static [(&'static str, u64)],
}

const SETS: [Set; 8] = [
    Set {
        file: "datasets/greenbite-seen.jsonl",
        menu: "",
        split: None,
        polite_requests: PoliteRequests::Confirm,
        at_least: &[("outcome", 0.97), ("order_exact", 0.97), ("lines", 0.97), ("off_menu_caught", 0.93)],
        at_most: &[("false_orders", 0), ("orders_to_review", 2)],
    },
    Set {
        file: "datasets/greenbite-unseen.jsonl",
        menu: "",
        split: None,
        polite_requests: PoliteRequests::Confirm,
        at_least: &[
            ("outcome", 0.82),
            ("category_macro_f1", 0.87),
            ("order_exact", 0.69),
            ("order_of_several_exact", 0.60),
            ("lines", 0.86),
            ("items", 0.96),
            ("off_menu_caught", 0.80),
        ],
        at_most: &[("false_orders", 3), ("unplaced_words", 150)],
    },
    Set {
        file: "datasets/coffee/orders.jsonl",
        menu: "datasets/coffee",
        split: Some(Split::Seen),
        polite_requests: PoliteRequests::Order,
        at_least: &[
            ("order_exact", 0.92),
            ("order_of_several_exact", 0.85),
            ("lines", 0.91),
            ("items", 0.96),
        ],
        at_most: &[("orders_to_review", 20), ("unplaced_words", 50)],
    },
    Set {
        file: "datasets/coffee/orders.jsonl",
        menu: "datasets/coffee",
        split: Some(Split::Unseen),
        polite_requests: PoliteRequests::Order,
        at_least: &[
            ("order_exact", 0.86),
            ("order_of_several_exact", 0.68),
            ("lines", 0.85),
            ("items", 0.96),
        ],
        at_most: &[("orders_to_review", 46), ("unplaced_words", 60)],
    },
    Set {
        file: "datasets/coffee/off-menu.jsonl",
        menu: "datasets/coffee",
        split: Some(Split::Seen),
        polite_requests: PoliteRequests::Order,
        at_least: &[("off_menu_caught", 0.95)],
        at_most: &[("false_orders", 1)],
    },
    Set {
        file: "datasets/coffee/off-menu.jsonl",
        menu: "datasets/coffee",
        split: Some(Split::Unseen),
        polite_requests: PoliteRequests::Order,
        at_least: &[("off_menu_caught", 0.90)],
        at_most: &[("false_orders", 1)],
    },
    Set {
        file: "datasets/coffee/intent.jsonl",
        menu: "datasets/coffee",
        split: Some(Split::Seen),
        polite_requests: PoliteRequests::Order,
        at_least: &[("category", 0.92), ("category_macro_f1", 0.88)],
        at_most: &[("false_orders", 5)],
    },
    Set {
        file: "datasets/coffee/intent.jsonl",
        menu: "datasets/coffee",
        split: Some(Split::Unseen),
        polite_requests: PoliteRequests::Order,
        at_least: &[("category", 0.90), ("category_macro_f1", 0.85)],
        at_most: &[("false_orders", 3)],
    },
];

#[test]
fn labelled_messages_are_understood_as_well_as_before() {
    let embedding = Embedding::open(&EmbeddingSettings::default()).unwrap();
    let problems: Vec<String> = SETS.iter().flat_map(|set| problems(set, &embedding)).collect();
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// The figures of a set that are below what was reached.
fn problems(set: &Set, embedding: &Embedding) -> Vec<String> {
    let report = serde_json::to_value(report(set, embedding)).unwrap();
    let problem = |what: &str, got: String| {
        let half = set.split.map(|split| format!("{split:?} half of ")).unwrap_or_default();
        format!("{half}{}: {what} is {got}", set.file)
    };
    let low = set.at_least.iter().filter_map(|(figure, floor)| {
        let got = share(&report[figure]).unwrap_or_else(|| panic!("{}: nothing has {figure}", set.file));
        (got < *floor).then(|| problem(figure, format!("{got:.4}, under {floor}")))
    });
    let high = set.at_most.iter().filter_map(|(figure, most)| {
        let (got, of) = (report[figure]["right"].as_u64().unwrap(), report[figure]["of"].as_u64().unwrap());
        assert!(of > 0, "{}: nothing has {figure}", set.file);
        (got > *most).then(|| problem(figure, format!("{got}, over {most}")))
    });
    low.chain(high).collect()
}

/// Of a share, or of a figure that is a plain number.
fn share(figure: &Value) -> Option<f64> {
    figure.as_f64().or_else(|| figure["share"].as_f64())
}

fn report(set: &Set, embedding: &Embedding) -> Report {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (file, menu) = (root.join(set.file), root.join(set.menu));
    let (menu, _) = read_csv(&menu.join("menu.csv"), Some(&menu.join("modifiers.csv"))).unwrap();
    let settings = ReaderSettings { polite_requests: set.polite_requests, ..ReaderSettings::default() };
    let mut judge = Judge::new(menu, settings, embedding.clone())
        .comparing_beside_notes(Rules::beside(&file).unwrap().compare_beside_notes);
    let rows = labels::rows(&file).unwrap().map(|row| row.unwrap().value);
    let in_half = |row: &Labelled| set.split.is_none_or(|split| row.split() == split);
    let judged: Vec<_> = rows.filter(in_half).map(|row| judge.judge(&row)).collect();
    Report::of(&judged)
}
