//! Lines that were read against labelled ones.

use std::collections::{BTreeMap, BTreeSet};

use super::labels::LabelledLine;
use crate::pipeline::{Amount, Line, OptionChoice};

/// How well the lines of one message were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineScore {
    /// Same items, quantities and options, once identical lines are summed.
    pub exact: bool,
    /// Lines that were read with item, quantity and options right.
    pub lines_right: u64,
    /// Labelled lines, and lines read that nobody asked for.
    pub lines: u64,
    /// Items that were read in the quantity asked for, whatever their options.
    pub items_right: u64,
    /// Labelled items, and items read that nobody asked for.
    pub items: u64,
}

impl LineScore {
    /// Compares; the order of lines and of options does not matter.
    pub fn of(labelled: &[LabelledLine], read: &[Line]) -> Self {
        let expected = summed(labelled.iter().map(|l| (line_key(l.item.as_deref(), &l.options), l.quantity)));
        let got = summed(read.iter().map(|l| (line_key(l.item.as_deref(), &l.options), l.quantity)));
        let (lines_right, lines) = overlap(&expected, &got);
        let expected_items = summed(labelled.iter().map(|l| (l.item.as_deref(), l.quantity)));
        let got_items = summed(read.iter().map(|l| (l.item.as_deref(), l.quantity)));
        let (items_right, items) = overlap(&expected_items, &got_items);
        Self { exact: expected == got, lines_right, lines, items_right, items }
    }
}

type OptionKey<'a> = (&'a str, Option<&'a str>, Amount, u32);

fn line_key<'a>(item: Option<&'a str>, options: &'a [OptionChoice]) -> (Option<&'a str>, Vec<OptionKey<'a>>) {
    let key = |o: &'a OptionChoice| (o.group.as_str(), o.option.as_deref(), o.amount, o.count);
    let mut options: Vec<_> = options.iter().map(key).collect();
    options.sort_unstable();
    (item, options)
}

fn summed<K: Ord>(lines: impl Iterator<Item = (K, u32)>) -> BTreeMap<K, u64> {
    let mut sums = BTreeMap::new();
    for (key, quantity) in lines {
        *sums.entry(key).or_insert(0) += u64::from(quantity);
    }
    sums
}

/// Keys with the same quantity in both, and keys in either.
fn overlap<K: Ord>(expected: &BTreeMap<K, u64>, got: &BTreeMap<K, u64>) -> (u64, u64) {
    let right = expected.iter().filter(|(key, quantity)| got.get(key) == Some(quantity)).count();
    let either: BTreeSet<&K> = expected.keys().chain(got.keys()).collect();
    (right as u64, either.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(json: &str) -> Vec<LabelledLine> {
        serde_json::from_str(json).unwrap()
    }

    fn read(json: &str) -> Vec<Line> {
        labelled(json)
            .into_iter()
            .map(|l| Line {
                text: String::new(),
                item: l.item,
                quantity: l.quantity,
                options: l.options,
                notes: l.notes,
                score: 1.0,
                runner_up: None,
                unit_price: None,
            })
            .collect()
    }

    const OAT: &str = r#"{"item":"Latte","options":[{"group":"milk","option":"oat milk"}]}"#;

    #[test]
    fn lines_are_compared_as_a_kitchen_would() {
        let cases = [
            (r#"[{"item":"Latte","quantity":2}]"#, r#"[{"item":"Latte"},{"item":"Latte"}]"#, true, (1, 1)),
            (r#"[{"item":"Latte","notes":["hot"]}]"#, r#"[{"item":"Latte"}]"#, true, (1, 1)),
            (r#"[{"item":"Latte"}]"#, &format!("[{OAT}]"), false, (0, 2)),
            (r#"[{"item":"Latte","quantity":2}]"#, r#"[{"item":"Latte","quantity":3}]"#, false, (0, 1)),
            (r#"[{"item":"Latte"}]"#, r#"[{"item":"Latte"},{"item":"Mocha"}]"#, false, (1, 2)),
            (
                r#"[{"item":"Latte"},{"item":"Mocha"}]"#,
                r#"[{"item":"Mocha"},{"item":"Latte"}]"#,
                true,
                (2, 2),
            ),
            (r#"[{"item":"Latte"}]"#, "[]", false, (0, 1)),
        ];
        for (expected, got, exact, lines) in cases {
            let score = LineScore::of(&labelled(expected), &read(got));
            assert_eq!((score.exact, (score.lines_right, score.lines)), (exact, lines), "{expected} {got}");
        }
    }

    #[test]
    fn options_in_another_order_are_the_same_and_other_amounts_are_not() {
        let line = |a: &str, b: &str| format!(r#"[{{"item":"Latte","options":[{a},{b}]}}]"#);
        let (oat, extra) = (
            r#"{"group":"milk","option":"oat milk","amount":"regular","count":1}"#,
            r#"{"group":"addon","option":"honey","amount":"extra"}"#,
        );
        let plain = r#"{"group":"addon","option":"honey"}"#;
        let expected = labelled(&line(oat, extra));
        assert!(
            LineScore::of(&expected, &read(&line(extra, r#"{"group":"milk","option":"oat milk"}"#))).exact
        );
        let other = LineScore::of(&expected, &read(&line(oat, plain)));
        assert_eq!((other.exact, other.items_right, other.items), (false, 1, 1));
    }
}
