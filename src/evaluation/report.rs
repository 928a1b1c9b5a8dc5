//! The figures of an evaluation, and how people read them.

use std::collections::BTreeMap;
use std::fmt;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use serde::Serialize;

use super::share::Share;
use super::{Expected, Judged};
use crate::pipeline::{Category, Outcome};

/// What a set of labelled messages shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Messages read.
    pub rows: u64,
    /// Messages that became what they should.
    pub outcome: Share,
    /// How often each expected outcome became each outcome.
    pub confusion: BTreeMap<Expected, BTreeMap<Outcome, u64>>,
    /// Messages of which the category is right.
    pub category: Share,
    /// Mean of the F1 of the categories that are labelled; `None` when none is.
    pub category_macro_f1: Option<f64>,
    /// Messages with labelled lines of which every line is right (items, quantities, options).
    pub exact: Share,
    /// Orders that went to the kitchen with every line right.
    pub placed_exactly: Share,
    /// Lines that are right, of the labelled ones and of those nobody asked for.
    pub lines: Share,
    /// Items in the right quantity, whatever their options, counted likewise.
    pub items: Share,
    /// Messages that must not become an order, and did.
    pub false_orders: Share,
    /// Messages that name nothing on the menu, and did not become an order.
    pub off_menu_caught: Share,
    /// Words for unknown items beside known ones that a person gets to see.
    pub unknown_items_kept: Share,
    /// Messages of which pickup, delivery or eating in is right.
    pub fulfilment: Share,
    /// Messages that a person must look at.
    pub sent_to_review: Share,
    /// Time a message, in microseconds.
    pub micros: Micros,
}

/// Time a message, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Micros {
    /// Half of the messages take no longer.
    pub median: u64,
    /// 99 of 100 take no longer.
    pub p99: u64,
}

impl Report {
    /// Counts.
    pub fn of(rows: &[Judged]) -> Self {
        let lines = || rows.iter().filter_map(|row| row.lines.as_ref());
        let expected = |wanted: Expected| rows.iter().filter(move |row| row.expected == Some(wanted));
        let must_not = || rows.iter().filter(|row| row.labelled.must_not_be_ordered(row.expected));
        let is_order = |row: &Judged| row.reading.outcome == Outcome::Order;
        Self {
            rows: rows.len() as u64,
            outcome: Share::count(rows.iter().filter_map(Judged::outcome_right)),
            confusion: confusion(rows),
            category: Share::count(rows.iter().filter_map(Judged::category_right)),
            category_macro_f1: macro_f1(rows),
            exact: Share::count(lines().map(|score| score.exact)),
            placed_exactly: Share::count(
                expected(Expected::Order)
                    .filter_map(|row| row.lines.as_ref().map(|score| score.exact && is_order(row))),
            ),
            lines: Share::new(lines().map(|s| s.lines_right).sum(), lines().map(|s| s.lines).sum()),
            items: Share::new(lines().map(|s| s.items_right).sum(), lines().map(|s| s.items).sum()),
            false_orders: Share::count(must_not().map(is_order)),
            off_menu_caught: Share::count(expected(Expected::NotOnMenu).map(|row| !is_order(row))),
            unknown_items_kept: Share::count(rows.iter().flat_map(unknown_items_kept)),
            fulfilment: Share::count(rows.iter().filter_map(|row| {
                row.labelled.fulfilment.map(|labelled| labelled.kind == row.reading.fulfilment.kind)
            })),
            sent_to_review: Share::count(rows.iter().map(|row| row.reading.outcome == Outcome::Review)),
            micros: Micros::of(rows.iter().map(|row| row.micros).collect()),
        }
    }
}

impl Micros {
    fn of(mut times: Vec<u64>) -> Self {
        times.sort_unstable();
        let at = |share: f64| {
            let index = ((times.len() as f64 * share).ceil() as usize).saturating_sub(1);
            times.get(index).copied().unwrap_or_default()
        };
        Self { median: at(0.5), p99: at(0.99) }
    }
}

fn confusion(rows: &[Judged]) -> BTreeMap<Expected, BTreeMap<Outcome, u64>> {
    let mut table: BTreeMap<Expected, BTreeMap<Outcome, u64>> = BTreeMap::new();
    for row in rows {
        if let Some(expected) = row.expected {
            *table.entry(expected).or_default().entry(row.reading.outcome).or_default() += 1;
        }
    }
    table
}

fn macro_f1(rows: &[Judged]) -> Option<f64> {
    let pairs: Vec<_> =
        rows.iter().filter_map(|row| Some((row.labelled.category()?, row.reading.category))).collect();
    let f1s: Vec<f64> = [Category::Order, Category::Enquiry, Category::Miscellaneous]
        .into_iter()
        .filter(|category| pairs.iter().any(|(expected, _)| expected == category))
        .map(|category| {
            let both = pairs.iter().filter(|(e, g)| *e == category && *g == category).count();
            let either: usize =
                pairs.iter().map(|(e, g)| usize::from(*e == category) + usize::from(*g == category)).sum();
            2.0 * both as f64 / either as f64
        })
        .collect();
    (!f1s.is_empty()).then(|| f1s.iter().sum::<f64>() / f1s.len() as f64)
}

/// For each labelled unknown item: whether its words stand among what a person sees as not understood.
fn unknown_items_kept(row: &Judged) -> Vec<bool> {
    let shown: Vec<String> = row
        .reading
        .unmatched
        .iter()
        .map(|u| u.text.as_str())
        .chain(row.reading.unplaced.iter().map(String::as_str))
        .flat_map(words)
        .collect();
    row.labelled.unmatched.iter().map(|text| words(text).all(|word| shown.contains(&word))).collect()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.confusion.is_empty() {
            writeln!(f, "{}\n", self.confusion_table())?;
        }
        writeln!(f, "messages            {}", self.rows)?;
        let macro_f1 = self.category_macro_f1.map_or("–".to_owned(), |f1| format!("{:.1} %", f1 * 100.0));
        for (label, share) in [("outcome", self.outcome), ("category", self.category)] {
            writeln!(f, "{label:<20}{share}")?;
        }
        writeln!(f, "{:<20}{macro_f1}", "category, macro-F1")?;
        for (label, share) in [
            ("orders exact", self.exact),
            ("placed exactly", self.placed_exactly),
            ("lines right", self.lines),
            ("items right", self.items),
            ("false orders", self.false_orders),
            ("off-menu caught", self.off_menu_caught),
            ("unknown items kept", self.unknown_items_kept),
            ("fulfilment", self.fulfilment),
            ("sent to review", self.sent_to_review),
        ] {
            writeln!(f, "{label:<20}{share}")?;
        }
        let Micros { median, p99 } = self.micros;
        write!(f, "{:<20}median {median} µs, p99 {p99} µs", "time a message")
    }
}

impl Report {
    fn confusion_table(&self) -> Table {
        let outcomes = [Outcome::Order, Outcome::Review, Outcome::Enquiry, Outcome::Miscellaneous];
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED);
        table.set_header(std::iter::once("expected ╲ read".to_owned()).chain(outcomes.iter().map(name)));
        for (expected, row) in &self.confusion {
            let counts = outcomes.iter().map(|outcome| row.get(outcome).copied().unwrap_or(0).to_string());
            table.add_row(std::iter::once(name(expected)).chain(counts));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }
}

/// As the JSON writes it, with spaces.
fn name(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    json.trim_matches('"').replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PoliteRequests;
    use crate::evaluation::{Labelled, LineScore};
    use crate::pipeline::Reading;

    fn judged(labelled: &str, category: &str, outcome: &str, rest: &str) -> Judged {
        let labelled: Labelled = serde_json::from_str(labelled).unwrap();
        let reading: Reading = serde_json::from_str(&format!(
            r#"{{"text":"","category":"{category}","affirmed":true,"outcome":"{outcome}","reason":"",
                "confidence":1,"parsed_by":"grammar","lines":[],"phrases":[],"customer_name":null,
                "fulfilment":{{"type":null,"time_text":null,"address_text":null}},{rest}}}"#
        ))
        .unwrap();
        Judged {
            expected: labelled.expected(PoliteRequests::Confirm),
            lines: labelled.lines.as_ref().map(|lines| LineScore::of(lines, &reading.lines)),
            labelled,
            reading,
            micros: 7,
        }
    }

    const NOTHING: &str = r#""unmatched":[],"unplaced":[]"#;

    #[test]
    fn the_figures_count_what_they_say() {
        let rows = [
            judged(r#"{"text":"","outcome":"order","lines":[]}"#, "order", "order", NOTHING),
            judged(r#"{"text":"","outcome":"order","lines":[{"item":"A"}]}"#, "order", "review", NOTHING),
            judged(r#"{"text":"","outcome":"not_on_menu"}"#, "order", "enquiry", NOTHING),
            judged(r#"{"text":"","outcome":"enquiry"}"#, "order", "order", NOTHING),
            judged(r#"{"text":"","category":"miscellaneous"}"#, "miscellaneous", "miscellaneous", NOTHING),
            judged(
                r#"{"text":"","outcome":"review","unmatched":["pork burger","cola"]}"#,
                "order",
                "review",
                r#""unmatched":[{"text":"a Pork-burger","quantity":1,"candidates":[]}],"unplaced":["lemonade"]"#,
            ),
        ];
        let report = Report::of(&rows);
        let counts = |share: Share| (share.right, share.of);
        assert_eq!(counts(report.outcome), (3, 5));
        assert_eq!(counts(report.exact), (1, 2));
        assert_eq!(counts(report.placed_exactly), (1, 2));
        assert_eq!(counts(report.false_orders), (1, 4));
        assert_eq!(counts(report.off_menu_caught), (1, 1));
        assert_eq!(counts(report.unknown_items_kept), (1, 2));
        assert_eq!(counts(report.sent_to_review), (2, 6));
        assert_eq!(report.confusion[&Expected::Enquiry][&Outcome::Order], 1);
        // order: 3 of 3 found, one too many; enquiry: none found; miscellaneous: found.
        let f1 = (6.0 / 7.0 + 0.0 + 1.0) / 3.0;
        assert!((report.category_macro_f1.unwrap() - f1).abs() < 1e-9, "{:?}", report.category_macro_f1);
    }

    #[test]
    fn times_are_those_of_messages() {
        assert_eq!(Micros::of((1..=200).rev().collect()), Micros { median: 100, p99: 198 });
        assert_eq!(Micros::of(Vec::new()), Micros { median: 0, p99: 0 });
    }

    #[test]
    fn nothing_labelled_reads_as_nothing() {
        let text = Report::of(&[]).to_string();
        assert!(text.contains("outcome             –"), "{text}");
    }
}
