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

const SETS: [Set; 23] = [
    set(
        "datasets/greenbite-seen.jsonl",
        "",
        None,
        PoliteRequests::Confirm,
        &[
            ("outcome", 0.98),
            ("category_macro_f1", 0.98),
            ("order_exact", 0.98),
            ("order_of_several_exact", 0.96),
            ("lines", 0.98),
            ("off_menu_caught", 0.98),
        ],
        &[("false_orders", 0)],
    ),
    set(
        "datasets/greenbite-unseen.jsonl",
        "",
        None,
        PoliteRequests::Confirm,
        &[
            ("outcome", 0.88),
            ("category_macro_f1", 0.92),
            ("order_exact", 0.79),
            ("order_of_several_exact", 0.68),
            ("lines", 0.90),
            ("off_menu_caught", 0.91),
        ],
        &[("false_orders", 2)],
    ),
    set(
        "datasets/coffee/orders.jsonl",
        "datasets/coffee",
        Some(Split::Seen),
        PoliteRequests::Order,
        &[
            ("outcome", 0.98),
            ("category_macro_f1", 0.98),
            ("order_exact", 0.97),
            ("order_of_several_exact", 0.92),
            ("lines", 0.95),
        ],
        &[],
    ),
    set(
        "datasets/coffee/orders.jsonl",
        "datasets/coffee",
        Some(Split::Unseen),
        PoliteRequests::Order,
        &[
            ("outcome", 0.96),
            ("category_macro_f1", 0.98),
            ("order_exact", 0.945),
            ("order_of_several_exact", 0.90),
            ("lines", 0.92),
        ],
        &[],
    ),
    set(
        "datasets/coffee/intent.jsonl",
        "datasets/coffee",
        Some(Split::Seen),
        PoliteRequests::Order,
        &[("category_macro_f1", 0.97)],
        &[("false_orders", 2)],
    ),
    set(
        "datasets/coffee/intent.jsonl",
        "datasets/coffee",
        Some(Split::Unseen),
        PoliteRequests::Order,
        &[("category_macro_f1", 0.96)],
        &[("false_orders", 0)],
    ),
    set(
        "datasets/pizzeria/messages.jsonl",
        "datasets/pizzeria",
        Some(Split::Seen),
        PoliteRequests::Order,
        &[
            ("outcome", 0.98),
            ("category_macro_f1", 0.98),
            ("order_exact", 0.98),
            ("order_of_several_exact", 0.96),
            ("lines", 0.96),
        ],
        &[("false_orders", 0)],
    ),
    set(
        "datasets/pizzeria/messages.jsonl",
        "datasets/pizzeria",
        Some(Split::Unseen),
        PoliteRequests::Order,
        &[
            ("outcome", 0.90),
            ("category_macro_f1", 0.89),
            ("order_exact", 0.88),
            ("order_of_several_exact", 0.86),
            ("lines", 0.87),
        ],
        &[("false_orders", 2)],
    ),
    set(
        "datasets/taqueria/messages.jsonl",
        "datasets/taqueria",
        Some(Split::Seen),
        PoliteRequests::Order,
        &[
            ("outcome", 0.94),
            ("category_macro_f1", 0.96),
            ("order_exact", 0.94),
            ("order_of_several_exact", 0.93),
            ("lines", 0.93),
        ],
        &[("false_orders", 0)],
    ),
    set(
        "datasets/taqueria/messages.jsonl",
        "datasets/taqueria",
        Some(Split::Unseen),
        PoliteRequests::Order,
        &[
            ("outcome", 0.90),
            ("category_macro_f1", 0.88),
            ("order_exact", 0.87),
            ("order_of_several_exact", 0.85),
            ("lines", 0.89),
        ],
        &[("false_orders", 2)],
    ),
    set(
        "datasets/noodles/messages.jsonl",
        "datasets/noodles",
        Some(Split::Seen),
        PoliteRequests::Order,
        &[
            ("outcome", 0.96),
            ("category_macro_f1", 0.93),
            ("order_exact", 0.92),
            ("order_of_several_exact", 0.89),
            ("lines", 0.95),
        ],
        &[("false_orders", 0)],
    ),
    set(
        "datasets/noodles/messages.jsonl",
        "datasets/noodles",
        Some(Split::Unseen),
        PoliteRequests::Order,
        &[
            ("outcome", 0.80),
            ("category_macro_f1", 0.79),
            ("order_exact", 0.78),
            ("order_of_several_exact", 0.76),
            ("lines", 0.85),
        ],
        &[("false_orders", 3)],
    ),
    set(
        "datasets/curry/messages.jsonl",
        "datasets/curry",
        None,
        PoliteRequests::Order,
        &[
            ("outcome", 0.89),
            ("category_macro_f1", 0.91),
            ("order_exact", 0.82),
            ("order_of_several_exact", 0.79),
            ("lines", 0.87),
        ],
        &[("false_orders", 0)],
    ),
    set(
        "datasets/diner/messages.jsonl",
        "datasets/diner",
        None,
        PoliteRequests::Order,
        &[
            ("outcome", 0.90),
            ("category_macro_f1", 0.91),
            ("order_exact", 0.81),
            ("order_of_several_exact", 0.74),
            ("lines", 0.88),
        ],
        &[("false_orders", 2)],
    ),
    set(
        "datasets/coffee/off-menu.jsonl",
        "datasets/coffee",
        None,
        PoliteRequests::Order,
        &[("off_menu_caught", 0.98)],
        &[("false_orders", 0)],
    ),
    set(
        "datasets/coffee/off-menu-written.jsonl",
        "datasets/coffee",
        None,
        PoliteRequests::Order,
        &[("off_menu_caught", 0.98)],
        &[("false_orders", 0)],
    ),
    set(
        "datasets/greenbite-off-menu.jsonl",
        "",
        None,
        PoliteRequests::Confirm,
        &[("off_menu_caught", 0.98)],
        &[("false_orders", 0)],
    ),
    set(
        "datasets/pizzeria/off-menu.jsonl",
        "datasets/pizzeria",
        None,
        PoliteRequests::Order,
        &[("off_menu_caught", 0.94)],
        &[("false_orders", 3)],
    ),
    set(
        "datasets/taqueria/off-menu.jsonl",
        "datasets/taqueria",
        None,
        PoliteRequests::Order,
        &[("off_menu_caught", 0.98)],
        &[("false_orders", 0)],
    ),
    set(
        "datasets/noodles/off-menu.jsonl",
        "datasets/noodles",
        None,
        PoliteRequests::Order,
        &[("off_menu_caught", 0.98)],
        &[("false_orders", 0)],
    ),
    set(
        "datasets/curry/off-menu.jsonl",
        "datasets/curry",
        None,
        PoliteRequests::Order,
        &[("off_menu_caught", 0.98)],
        &[("false_orders", 0)],
    ),
    set(
        "datasets/diner/off-menu.jsonl",
        "datasets/diner",
        None,
        PoliteRequests::Order,
        &[("off_menu_caught", 0.98)],
        &[("false_orders", 0)],
    ),
    set(
        "datasets/coffee/messages.jsonl",
        "datasets/coffee",
        None,
        PoliteRequests::Order,
        &[
            ("outcome", 0.95),
            ("category_macro_f1", 0.95),
            ("order_exact", 0.92),
            ("order_of_several_exact", 0.88),
            ("lines", 0.94),
        ],
        &[("false_orders", 0)],
    ),
];

const fn set(
    file: &'static str,
    menu: &'static str,
    split: Option<Split>,
    polite_requests: PoliteRequests,
    at_least: &'static [(&'static str, f64)],
    at_most: &'static [(&'static str, u64)],
) -> Set {
    Set { file, menu, split, polite_requests, at_least, at_most }
}

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
