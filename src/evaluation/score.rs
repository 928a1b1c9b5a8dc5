//! Lines that were read against labelled ones.

use std::collections::{BTreeMap, BTreeSet};

use super::labels::LabelledLine;
use super::notes;
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
    /// Labelled lines, once identical ones are summed.
    pub labelled: u64,
    /// Notes were judged, and stood for options.
    pub by_notes: bool,
}

impl LineScore {
    /// Compares; the order of lines and of options does not matter. Where `beside_notes` names groups and a labelled
    /// line has notes, options of other groups may stand in notes: see
    /// [`Rules`](super::rules::Rules::compare_beside_notes).
    pub fn of(labelled: &[LabelledLine], read: &[Line], beside_notes: Option<&[String]>) -> Self {
        let beside_notes = beside_notes.filter(|_| labelled.iter().any(|line| !line.notes.is_empty()));
        let expected = summed(labelled.iter().map(|line| {
            let key = Key::of(line.item.as_deref(), &line.options, beside_notes);
            (Key { lost_note: beside_notes.is_some() && is_note_lost(line, read), ..key }, line.quantity)
        }));
        let got =
            summed(read.iter().map(|l| (Key::of(l.item.as_deref(), &l.options, beside_notes), l.quantity)));
        let (lines_right, lines) = overlap(&expected, &got);
        let expected_items = summed(labelled.iter().map(|l| (l.item.as_deref(), l.quantity)));
        let got_items = summed(read.iter().map(|l| (l.item.as_deref(), l.quantity)));
        let (items_right, items) = overlap(&expected_items, &got_items);
        let exact = expected == got;
        let labelled = expected.len() as u64;
        Self { exact, lines_right, lines, items_right, items, labelled, by_notes: beside_notes.is_some() }
    }
}

/// Whether too few words of a labelled line's notes reached a line of its item.
fn is_note_lost(labelled: &LabelledLine, read: &[Line]) -> bool {
    !notes::reach(&labelled.notes, read.iter().filter(|line| line.item == labelled.item))
}

/// What makes two lines the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    item: Option<&'a str>,
    options: Vec<(&'a str, Option<&'a str>, Amount, u32)>,
    lost_note: bool,
}

impl<'a> Key<'a> {
    fn of(item: Option<&'a str>, options: &'a [OptionChoice], beside_notes: Option<&[String]>) -> Self {
        let mut options: Vec<_> = match beside_notes {
            None => {
                options.iter().map(|o| (o.group.as_str(), o.option.as_deref(), o.amount, o.count)).collect()
            }
            Some(groups) => options
                .iter()
                .filter(|o| groups.contains(&o.group) && is_chosen(o))
                .map(|o| (o.group.as_str(), o.option.as_deref(), Amount::Regular, 1))
                .collect(),
        };
        options.sort_unstable();
        Self { item, options, lost_note: false }
    }
}

/// Whether one option is wanted, however much of it: a note may say how much.
fn is_chosen(choice: &OptionChoice) -> bool {
    choice.option.is_some() && !matches!(choice.amount, Amount::No | Amount::NoExtra)
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
            let score = LineScore::of(&labelled(expected), &read(got), None);
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
            LineScore::of(&expected, &read(&line(extra, r#"{"group":"milk","option":"oat milk"}"#)), None)
                .exact
        );
        let other = LineScore::of(&expected, &read(&line(oat, plain)), None);
        assert_eq!((other.exact, other.items_right, other.items), (false, 1, 1));
    }

    #[test]
    fn a_note_may_stand_for_an_option_where_the_labels_are_meant_so() {
        let milk = ["milk".to_owned()];
        let line = |options: &str, notes: &str| {
            format!(r#"[{{"item":"Latte","options":[{options}],"notes":[{notes}]}}]"#)
        };
        let (oat, little_oat) = (
            r#"{"group":"milk","option":"oat milk"}"#,
            r#"{"group":"milk","option":"oat milk","amount":"light"}"#,
        );
        let double = r#"{"group":"shots","option":"double"}"#;
        let any_milk = r#"{"group":"milk","option":null,"amount":"extra"}"#;
        let cases = [
            (line(oat, r#""double shot""#), line(&format!("{double},{oat}"), ""), true),
            (line(oat, r#""light on the milk""#), line(little_oat, ""), true),
            (line("", r#""extra milk""#), line(any_milk, ""), true),
            (line(oat, r#""very hot""#), line(oat, r#""hot""#), true),
            (line(oat, r#""very hot""#), line(oat, ""), false),
            (line(oat, r#""hot""#), line("", r#""hot""#), false),
            (line(oat, ""), line(&format!("{oat},{double}"), ""), false),
        ];
        for (expected, got, exact) in cases {
            let score = LineScore::of(&labelled(&expected), &read(&got), Some(&milk));
            assert_eq!((score.exact, score.lines_right), (exact, u64::from(exact)), "{expected} {got}");
        }
        let plain = LineScore::of(&labelled(&line(oat, r#""hot""#)), &read(&line(oat, "")), None);
        assert!(plain.exact && !plain.by_notes);
    }
}
