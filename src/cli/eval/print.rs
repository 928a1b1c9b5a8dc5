//! The figures of an evaluation as tables.

use std::collections::BTreeMap;
use std::path::Path;

use comfy_table::{CellAlignment, Table};
use serde::Serialize;

use super::Figures;
use crate::cli::output::{clean, table};
use crate::evaluation::compare::{Comparison, WrongOrders};
use crate::evaluation::report::{Micros, Report};
use crate::evaluation::share::Share;
use crate::pipeline::{Category, Outcome};

/// What a table says of a share, and where it stands in a report.
type Row = (&'static str, fn(&Report) -> Share);

/// Shares, with what belongs together side by side: what was right, and what that asked of people.
const ROWS: [Row; 15] = [
    ("order exact", |report| report.order_exact),
    ("order of several items exact", |report| report.order_of_several_exact),
    ("orders sent to review", |report| report.orders_to_review),
    ("false orders", |report| report.false_orders),
    ("off-menu caught", |report| report.off_menu_caught),
    ("messages sent to review", |report| report.sent_to_review),
    ("outcome right", |report| report.outcome),
    ("category right", |report| report.category),
    ("all lines right", |report| report.lines_exact),
    ("lines right", |report| report.lines),
    ("items right", |report| report.items),
    ("unknown items kept", |report| report.unknown_items_kept),
    ("words of orders unplaced", |report| report.unplaced_words),
    ("fulfilment right", |report| report.fulfilment),
    ("matches right", |report| report.calibration.matches()),
];

/// Everything that was measured of some messages, as tables with a blank line between them.
pub fn figures(figures: &Figures, currency: &str) -> String {
    let Figures { all, without_excepted } = figures;
    let mut parts = Vec::new();
    if !all.confusion.is_empty() {
        let outcomes = [Outcome::Order, Outcome::Review, Outcome::Enquiry, Outcome::Miscellaneous];
        parts.push(confusion("outcome", &all.confusion, &outcomes).to_string());
    }
    if !all.category_confusion.is_empty() {
        let categories = [Category::Order, Category::Enquiry, Category::Miscellaneous];
        parts.push(confusion("category", &all.category_confusion, &categories).to_string());
    }
    let without = without_excepted.as_ref().filter(|without| without.rows < all.rows);
    parts.push(shares(all, if without.is_some() { "all rows" } else { "figure" }).to_string());
    parts.extend(without.map(|without| shares(without, "without those excepted").to_string()));
    if !all.calibration.bins.is_empty() {
        parts.push(calibration(all));
    }
    let mut text = parts.join("\n\n");
    if without_excepted.is_some() {
        text += &format!("\n{}", excepted(without.map_or(0, |without| all.rows - without.rows)));
    }
    let Micros { median, p99 } = all.micros;
    text += &format!("\ntime a message: median {median} µs, p99 {p99} µs\n");
    if all.llm.calls > 0 {
        text += &format!("{}\n", all.llm.told(currency));
    }
    text
}

fn excepted(rows: u64) -> String {
    match rows {
        0 => "no row is excepted".to_owned(),
        1 => "1 row is excepted: its label was shown to be wrong".to_owned(),
        rows => format!("{rows} rows are excepted: their labels were shown to be wrong"),
    }
}

fn confusion<E: Serialize, G: Serialize + Ord>(
    what: &str,
    counts: &BTreeMap<E, BTreeMap<G, u64>>,
    got: &[G],
) -> Table {
    let corner = format!("{what}: expected ╲ read");
    let names: Vec<String> = got.iter().map(name).collect();
    let headers: Vec<&str> =
        std::iter::once(corner.as_str()).chain(names.iter().map(String::as_str)).collect();
    let mut table = table(&headers);
    for (expected, row) in counts {
        let cells = got.iter().map(|got| row.get(got).copied().unwrap_or(0).to_string());
        table.add_row(std::iter::once(name(expected)).chain(cells));
    }
    numbers_from(table, 1)
}

/// The shares that something is labelled for.
fn shares(report: &Report, title: &str) -> Table {
    let mut table = table(&[title, "share", "count", "of", "95 % interval"]);
    for (label, share) in ROWS {
        if let Some(cells) = cells(share(report)) {
            table.add_row(std::iter::once(label.to_owned()).chain(cells));
        }
    }
    if let Some(f1) = report.category_macro_f1 {
        table.add_row(["category, macro-F1", &percent(f1)]);
    }
    numbers_from(table, 1)
}

/// Share, count, of how many, and interval; `None` of nothing.
fn cells(share: Share) -> Option<[String; 4]> {
    let interval = format!("{:.1} to {}", share.low * 100.0, percent(share.high));
    Some([percent(share.share?), share.right.to_string(), share.of.to_string(), interval])
}

fn calibration(report: &Report) -> String {
    let calibration = &report.calibration;
    let mut table = table(&["score of a match", "mean", "right", "count", "of", "95 % interval"]);
    for bin in &calibration.bins {
        let range = format!("{:.1} to {:.1}", bin.from, bin.to);
        let score = if bin.from < bin.to { range } else { format!("{:.1}", bin.from) };
        table.add_row(
            [score, format!("{:.3}", bin.score)].into_iter().chain(cells(bin.right).into_iter().flatten()),
        );
    }
    let error = calibration.expected_error.map_or("–".to_owned(), |error| format!("{error:.4}"));
    format!("{}\nexpected calibration error: {error}", numbers_from(table, 1))
}

/// What has changed since an earlier report.
pub fn comparison(comparison: &Comparison, baseline: &Path, currency: &str) -> String {
    let Comparison { compared, only_before, only_now, excepted, .. } = comparison;
    let mut text = format!("since {}: {compared} rows compared", baseline.display());
    for (count, which) in
        [(only_before, "only in it"), (only_now, "new or changed"), (excepted, "excepted and left out")]
    {
        if *count > 0 {
            text += &format!(", {count} {which}");
        }
    }
    text += "\n";
    for (what, ids) in [
        ("became right", &comparison.became_right),
        ("became wrong", &comparison.became_wrong),
        ("new false orders", &comparison.new_false_orders),
    ] {
        text += &format!("  {what} {}{}\n", ids.len(), shortened(ids));
    }
    let WrongOrders { priced, total, unpriced } = comparison.wrong_before;
    let now = comparison.wrong_now;
    let money = format!("what those come to ({currency})");
    let mut table = table(&["orders", "before", "now"]);
    for (what, before, now) in [
        ("read wrong", priced.to_string(), now.priced.to_string()),
        (&money, format!("{total:.2}"), format!("{:.2}", now.total)),
        ("read wrong, without a price", unpriced.to_string(), now.unpriced.to_string()),
    ] {
        table.add_row([what, &before, &now]);
    }
    text + &format!("{}\n", numbers_from(table, 1))
}

fn shortened(ids: &[String]) -> String {
    const MOST: usize = 20;
    let shown = clean(&ids[..ids.len().min(MOST)].join(", "));
    match ids.len() {
        0 => String::new(),
        1..=MOST => format!(": {shown}"),
        all => format!(": {shown} … {} more (--report writes all)", all - MOST),
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn numbers_from(mut table: Table, column: usize) -> Table {
    for column in table.column_iter_mut().skip(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// As the JSON writes it, with spaces.
pub fn name(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    json.trim_matches('"').replace('_', " ")
}
