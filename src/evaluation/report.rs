//! The figures of an evaluation.

use std::collections::BTreeMap;

use serde::Serialize;

use super::calibration::Calibration;
use super::share::Share;
use super::{Expected, Judged};
use crate::llm::Used;
use crate::pipeline::words::tokens;
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
    /// How often each category, where a row names it, became each category.
    pub category_confusion: BTreeMap<Category, BTreeMap<Category, u64>>,
    /// Mean of the F1 of the categories that are labelled; `None` when none is.
    pub category_macro_f1: Option<f64>,
    /// Orders that became an order with every line right (items, quantities, options) once identical lines are
    /// summed. One that a person must look at is not.
    pub order_exact: Share,
    /// The same, of orders with more than one line once identical ones are summed.
    pub order_of_several_exact: Share,
    /// Orders that a person must look at.
    pub orders_to_review: Share,
    /// Messages of which every line is right, whatever became of them: drafts and orders to check too.
    pub lines_exact: Share,
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
    /// Words of orders that are in no line and no known phrase.
    pub unplaced_words: Share,
    /// Scores of matches, against how often they are right.
    pub calibration: Calibration,
    /// Time a message, in microseconds.
    pub micros: Micros,
    /// What a language model was asked.
    pub llm: Used,
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
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a Judged>) -> Self {
        Self::count(&rows.into_iter().collect::<Vec<_>>())
    }

    fn count(rows: &[&Judged]) -> Self {
        let all = || rows.iter().copied();
        let lines = || all().filter_map(|row| row.lines.as_ref());
        let expected = |wanted: Expected| all().filter(move |row| row.expected == Some(wanted));
        let must_not = || all().filter(|row| row.labelled.must_not_be_ordered(row.expected));
        let named = || all().filter_map(|row| Some((row.labelled.category?, row.reading.category)));
        Self {
            rows: rows.len() as u64,
            outcome: Share::count(all().filter_map(Judged::outcome_right)),
            confusion: confusion(all().filter_map(|row| Some((row.expected?, row.reading.outcome)))),
            category: Share::count(all().filter_map(Judged::category_right)),
            category_confusion: confusion(named()),
            category_macro_f1: macro_f1(all()),
            order_exact: order_exact(expected(Expected::Order), 0),
            order_of_several_exact: order_exact(expected(Expected::Order), 2),
            orders_to_review: Share::count(expected(Expected::Order).map(is_review)),
            lines_exact: Share::count(lines().map(|score| score.exact)),
            lines: Share::new(lines().map(|s| s.lines_right).sum(), lines().map(|s| s.lines).sum()),
            items: Share::new(lines().map(|s| s.items_right).sum(), lines().map(|s| s.items).sum()),
            false_orders: Share::count(must_not().map(is_order)),
            off_menu_caught: Share::count(expected(Expected::NotOnMenu).map(|row| !is_order(row))),
            unknown_items_kept: Share::count(all().flat_map(unknown_items_kept)),
            fulfilment: Share::count(all().filter_map(|row| {
                row.labelled.fulfilment.map(|labelled| labelled.kind == row.reading.fulfilment.kind)
            })),
            sent_to_review: Share::count(all().map(is_review)),
            unplaced_words: unplaced_words(all()),
            calibration: calibration(all()),
            micros: Micros::of(all().map(|row| row.micros).collect()),
            llm: all().fold(Used::default(), |mut used, row| {
                used.add(&row.calls);
                used
            }),
        }
    }
}

fn is_order(row: &Judged) -> bool {
    row.reading.outcome == Outcome::Order
}

fn is_review(row: &Judged) -> bool {
    row.reading.outcome == Outcome::Review
}

/// Of the orders with at least so many labelled lines: those that became an order, and the right one.
fn order_exact<'a>(orders: impl Iterator<Item = &'a Judged>, lines: u64) -> Share {
    let scored = orders.filter_map(|row| Some((row, row.lines.as_ref()?)));
    Share::count(
        scored.filter(|(_, score)| score.labelled >= lines).map(|(row, score)| score.exact && is_order(row)),
    )
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

fn confusion<E: Ord, G: Ord>(pairs: impl Iterator<Item = (E, G)>) -> BTreeMap<E, BTreeMap<G, u64>> {
    let mut table: BTreeMap<E, BTreeMap<G, u64>> = BTreeMap::new();
    for (expected, got) in pairs {
        *table.entry(expected).or_default().entry(got).or_default() += 1;
    }
    table
}

fn macro_f1<'a>(rows: impl Iterator<Item = &'a Judged>) -> Option<f64> {
    let pairs: Vec<_> =
        rows.filter_map(|row| Some((row.labelled.category()?, row.reading.category))).collect();
    macro_f1_of(&pairs)
}

/// Mean of the F1 of the categories that are expected, of pairs of expected and read; `None` of none.
pub fn macro_f1_of(pairs: &[(Category, Category)]) -> Option<f64> {
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

fn unplaced_words<'a>(rows: impl Iterator<Item = &'a Judged>) -> Share {
    let words = |text: &str| tokens(text).iter().filter(|token| token.is_word()).count() as u64;
    let orders: Vec<&Judged> = rows
        .filter(|row| match row.expected {
            Some(expected) => expected == Expected::Order,
            None => row.labelled.category == Some(Category::Order),
        })
        .collect();
    Share::new(
        orders.iter().flat_map(|row| &row.reading.unplaced).map(|text| words(text)).sum(),
        orders.iter().map(|row| words(&row.labelled.text)).sum(),
    )
}

/// Of rows that say which items they name: a match is right when its item is one of them.
fn calibration<'a>(rows: impl Iterator<Item = &'a Judged>) -> Calibration {
    let mut matches = Vec::new();
    for row in rows {
        let Some(items) = row.labelled.items() else { continue };
        let known = row.reading.lines.iter().filter_map(|line| Some((line.score, line.item.as_deref()?)));
        matches.extend(known.map(|(score, item)| (score, items.contains(&item))));
    }
    Calibration::of(&matches)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PoliteRequests;
    use crate::evaluation::{Labelled, LineScore};
    use crate::pipeline::{Line, Reading};

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
            lines: labelled.lines.as_ref().map(|lines| LineScore::of(lines, &reading.lines, None)),
            labelled,
            reading,
            order: None,
            micros: 7,
            calls: Vec::new(),
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
        assert_eq!(counts(report.lines_exact), (1, 2));
        assert_eq!(counts(report.order_exact), (1, 2));
        assert_eq!(counts(report.order_of_several_exact), (0, 0));
        assert_eq!(counts(report.orders_to_review), (1, 2));
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
    fn what_is_read_of_an_order_is_counted_by_line_and_by_word() {
        let line = |item: &str, score: f32| {
            format!(
                r#"{{"text":"","item":{item},"quantity":1,"options":[],"notes":[],"score":{score},
                    "runner_up":null,"unit_price":null}}"#
            )
        };
        let read = |labelled: &str, outcome: &str, lines: &[String], unplaced: &str| {
            let rest = format!(r#""unmatched":[],"unplaced":[{unplaced}]"#);
            let row = judged(labelled, "order", outcome, &rest);
            let lines: Vec<Line> = serde_json::from_str(&format!("[{}]", lines.join(","))).unwrap();
            let score = row.labelled.lines.as_ref().map(|labelled| LineScore::of(labelled, &lines, None));
            Judged { lines: score, reading: Reading { lines, ..row.reading }, ..row }
        };
        let two =
            r#"{"text":"a, b and 2 a","outcome":"order","lines":[{"item":"A"},{"item":"B"},{"item":"A"}]}"#;
        let same = r#"{"text":"a a","outcome":"order","lines":[{"item":"A"},{"item":"A"}]}"#;
        let rows = [
            read(two, "order", &[line(r#""A""#, 1.0), line(r#""B""#, 0.75), line(r#""A""#, 1.0)], ""),
            read(two, "order", &[line(r#""A""#, 1.0), line(r#""C""#, 0.75)], r#""and 2","b""#),
            read(same, "review", &[line(r#""A""#, 1.0), line("null", 0.5)], ""),
            read(r#"{"text":"x","outcome":"not_on_menu"}"#, "review", &[line(r#""A""#, 0.75)], r#""x""#),
            read(r#"{"text":"x","outcome":"enquiry"}"#, "enquiry", &[line(r#""A""#, 0.1)], r#""x""#),
        ];
        let report = Report::of(&rows);
        let counts = |share: Share| (share.right, share.of);
        assert_eq!(counts(report.order_exact), (1, 3));
        assert_eq!(counts(report.order_of_several_exact), (1, 2));
        assert_eq!(counts(report.unplaced_words), (3, 12));
        let bins: Vec<_> = report.calibration.bins.iter().map(|bin| (bin.from, counts(bin.right))).collect();
        assert_eq!(bins, [(0.7, (1, 3)), (1.0, (4, 4))]);
    }
}
