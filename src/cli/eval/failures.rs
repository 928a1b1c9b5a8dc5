//! Messages that were read otherwise than labelled, and where the two part.

use std::collections::BTreeMap;

use super::print::name;
use super::words::{Piece, compare, likeness, pieces};
use crate::cli::output::clean;
use crate::evaluation::Judged;
use crate::pipeline::OptionChoice;
use crate::reports::wording::{asides, line_text};

/// Lines this close are two wordings of one; otherwise one is missing and the other too many.
const CLOSE: f64 = 0.4;

/// One message: what was expected (`-`), what was read (`+`), and the words in which they differ; in colour, or
/// between brackets. `excepted` is why its label is wrong.
pub fn failure(row: &Judged, excepted: Option<&str>, colour: bool) -> String {
    let Judged { labelled, reading, .. } = row;
    let paint = Paint { colour };
    let mut text = format!("{}  {}\n", clean(labelled.id.as_deref().unwrap_or("–")), clean(&labelled.text));
    if let Some(reason) = excepted {
        text += &format!("    the label was shown to be wrong: {}\n", clean(reason));
    }
    if row.outcome_right() == Some(false) {
        let read = format!("{}: {}", name(&reading.outcome), clean(&reading.reason));
        text += &paint.sides(&row.expected.map(|expected| name(&expected)).unwrap_or_default(), &read);
    } else if row.category_right() == Some(false) {
        let read = format!("category {}: {}", name(&reading.category), clean(&reading.reason));
        let expected = labelled.category().map(|category| name(&category)).unwrap_or_default();
        text += &paint.sides(&format!("category {expected}"), &read);
    }
    text + &lines(row, &paint) + &left_over(row)
}

/// The lines that differ, and words that are in no line.
fn lines(row: &Judged, paint: &Paint) -> String {
    let by_notes = row.lines.as_ref().is_some_and(|score| score.by_notes);
    let read = &row.reading.lines;
    let read = read.iter().map(|l| (l.item.as_deref(), l.quantity, &l.options[..], &l.notes[..]));
    match (&row.lines, &row.labelled.lines) {
        (Some(score), Some(labelled)) if !score.exact => {
            let labelled =
                labelled.iter().map(|l| (l.item.as_deref(), l.quantity, &l.options[..], &l.notes[..]));
            differences(wording(labelled, by_notes), wording(read, by_notes), paint)
        }
        (None, _) if row.is_false_order() => {
            wording(read, false).iter().map(|line| paint.line(Side::Read, &plain(&line.text))).collect()
        }
        _ => String::new(),
    }
}

fn left_over(row: &Judged) -> String {
    let unmatched = row.reading.unmatched.iter().map(|part| format!("not on the menu: {}", part.text));
    let unplaced = row.reading.unplaced.iter().map(|words| format!("unplaced: {words}"));
    let parts: Vec<String> = unmatched.chain(unplaced).map(|part| clean(&part)).collect();
    if parts.is_empty() { String::new() } else { format!("    {}\n", parts.join("; ")) }
}

/// A line as a kitchen reads it.
#[derive(PartialEq, Eq)]
struct Worded {
    item: Option<String>,
    text: String,
}

/// Identical lines summed, options in one order.
fn wording<'a>(
    lines: impl Iterator<Item = (Option<&'a str>, u32, &'a [OptionChoice], &'a [String])>,
    with_notes: bool,
) -> Vec<Worded> {
    let mut sums: BTreeMap<(Option<&str>, String), u64> = BTreeMap::new();
    for (item, quantity, options, notes) in lines {
        let mut options = options.to_vec();
        options.sort_by(|a, b| (&a.group, &a.option).cmp(&(&b.group, &b.option)));
        let asides = asides(&options, if with_notes { notes } else { &[] });
        *sums.entry((item, asides)).or_default() += u64::from(quantity);
    }
    sums.into_iter()
        .map(|((item, asides), sum)| Worded {
            item: item.map(str::to_owned),
            text: clean(&line_text(sum, item, &asides)),
        })
        .collect()
}

fn differences(expected: Vec<Worded>, read: Vec<Worded>, paint: &Paint) -> String {
    let (mut missing, mut extra) = (expected, read);
    missing.retain(|line| match extra.iter().position(|other| other == line) {
        Some(at) => {
            extra.remove(at);
            false
        }
        None => true,
    });
    if missing.is_empty() && extra.is_empty() {
        return "    the lines read alike: an option stands in another group\n".to_owned();
    }
    let mut text = String::new();
    for line in missing {
        let closest = (0..extra.len())
            .map(|at| (closeness(&line, &extra[at]), at))
            .filter(|(close, _)| *close >= CLOSE)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        text += &match closest {
            Some((_, at)) => paint.pair(&line.text, &extra.remove(at).text),
            None => paint.line(Side::Expected, &plain(&line.text)),
        };
    }
    text + &extra.iter().map(|line| paint.line(Side::Read, &plain(&line.text))).collect::<String>()
}

/// Of one item above all, then of the same words.
fn closeness(one: &Worded, other: &Worded) -> f64 {
    likeness(&one.text, &other.text) + if one.item == other.item { 1.0 } else { 0.0 }
}

/// A line that the other side has not: all of it differs, and no word needs a mark.
fn plain(line: &str) -> Vec<Piece> {
    pieces(line).into_iter().map(|piece| Piece { differs: false, ..piece }).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Expected,
    Read,
}

struct Paint {
    colour: bool,
}

impl Paint {
    /// Two wordings, one under the other.
    fn pair(&self, expected: &str, read: &str) -> String {
        let (one, other) = compare(expected, read);
        self.line(Side::Expected, &one) + &self.line(Side::Read, &other)
    }

    /// Two things of which no word has to be the same.
    fn sides(&self, expected: &str, read: &str) -> String {
        self.line(Side::Expected, &plain(expected)) + &self.line(Side::Read, &plain(read))
    }

    fn line(&self, side: Side, pieces: &[Piece]) -> String {
        let (sign, shade) = match side {
            Side::Expected => ('-', "31"),
            Side::Read => ('+', "32"),
        };
        let mut words = String::new();
        for (at, piece) in pieces.iter().enumerate() {
            let differed = at > 0 && pieces[at - 1].differs;
            if differed && !piece.differs {
                words += self.mark_end(shade);
            }
            if piece.apart {
                words.push(' ');
            }
            if piece.differs && !differed {
                words += self.mark_start();
            }
            words += &piece.text;
        }
        if pieces.last().is_some_and(|piece| piece.differs) {
            words += self.mark_end(shade);
        }
        if self.colour {
            format!("    \x1b[{shade}m{sign} {words}\x1b[0m\n")
        } else {
            format!("    {sign} {words}\n")
        }
    }

    fn mark_start(&self) -> &'static str {
        if self.colour { "\x1b[1;7m" } else { "[" }
    }

    fn mark_end(&self, shade: &str) -> &'static str {
        match (self.colour, shade) {
            (false, _) => "]",
            (true, "31") => "\x1b[0;31m",
            (true, _) => "\x1b[0;32m",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PoliteRequests;
    use crate::evaluation::{Labelled, LineScore};
    use crate::pipeline::{Line, Reading};

    /// Lines are read as item, quantity and options; the rest of what was read is in `rest`.
    fn judged(labelled: &str, outcome: &str, lines: &[(&str, u32, &str)], rest: &str) -> Judged {
        let labelled: Labelled = serde_json::from_str(labelled).unwrap();
        let line = |(item, quantity, options): &(&str, u32, &str)| -> Line {
            let json = format!(
                r#"{{"text":"","item":"{item}","quantity":{quantity},"options":[{options}],"notes":[],
                    "score":1,"runner_up":null,"unit_price":null}}"#
            );
            serde_json::from_str(&json).unwrap()
        };
        let json = format!(
            r#"{{"text":"","category":"order","affirmed":true,"outcome":"{outcome}","confidence":1,
                "parsed_by":"grammar","lines":[],"phrases":[],"customer_name":null,
                "fulfilment":{{"type":null,"time_text":null,"address_text":null}},{rest}}}"#
        );
        let mut reading: Reading = serde_json::from_str(&json).unwrap();
        reading.lines = lines.iter().map(line).collect();
        Judged {
            expected: labelled.expected(PoliteRequests::Order),
            lines: labelled.lines.as_ref().map(|lines| LineScore::of(lines, &reading.lines, None)),
            labelled,
            reading,
            order: None,
            micros: 0,
            calls: Vec::new(),
        }
    }

    const OAT: &str = r#"{"group":"milk","option":"oat milk"}"#;
    const ICED: &str = r#"{"group":"heat","option":"iced"}"#;
    const CLEAR: &str = r#""reason":"clear","unmatched":[],"unplaced":[]"#;

    #[test]
    fn what_was_expected_and_what_was_read_part_at_the_words_that_differ() {
        let lines = format!(
            r#"[{{"item":"Latte","quantity":2,"options":[{OAT}]}},{{"item":"Green Tea","quantity":3}},
                {{"item":"Water"}},{{"item":"Water"}}]"#
        );
        let row = format!(r#"{{"id":"a","text":"hm","outcome":"order","lines":{lines}}}"#);
        let both = format!("{OAT},{ICED}");
        let row = judged(&row, "order", &[("Latte", 1, &both), ("Water", 2, "")], CLEAR);
        let expected = "a  hm\n\
            \x20   - 3 × Green Tea\n\
            \x20   - [2] × Latte (oat milk)\n\
            \x20   + [1] × Latte ([iced,] oat milk)\n";
        assert_eq!(failure(&row, None, false), expected);
        let colour = failure(&row, None, true);
        let line = "\x1b[31m- \x1b[1;7m2\x1b[0;31m × Latte (oat milk)\x1b[0m\n";
        assert!(colour.contains(line), "{colour:?}");
    }

    #[test]
    fn an_outcome_is_shown_with_its_reason_and_the_words_left_over() {
        let row = judged(
            r#"{"text":"a latte\u001b[31m and a mocha","outcome":"order","lines":[{"item":"Latte"}]}"#,
            "review",
            &[("Latte", 1, "")],
            r#""reason":"a word is left","unmatched":[{"text":"mocha","quantity":1,"candidates":[]}],
               "unplaced":["spicy"]"#,
        );
        let expected = "–  a latte and a mocha\n\
            \x20   the label was shown to be wrong: two were asked for\n\
            \x20   - order\n\
            \x20   + review: a word is left\n\
            \x20   not on the menu: mocha; unplaced: spicy\n";
        assert_eq!(failure(&row, Some("two\nwere asked for"), false), expected);
        let row = judged(r#"{"text":"hm","outcome":"not_on_menu"}"#, "order", &[("Latte", 2, "")], CLEAR);
        let expected = "–  hm\n    - not on menu\n    + order: clear\n    + 2 × Latte\n";
        assert_eq!(failure(&row, None, false), expected);
        let row = judged(r#"{"text":"hm","category":"enquiry"}"#, "review", &[], CLEAR);
        let expected = "–  hm\n    - category enquiry\n    + category order: clear\n";
        assert_eq!(failure(&row, None, false), expected);
    }

    #[test]
    fn a_difference_that_words_do_not_show_is_told() {
        let row =
            format!(r#"{{"text":"hm","outcome":"order","lines":[{{"item":"Latte","options":[{OAT}]}}]}}"#);
        let other = r#"{"group":"extras","option":"oat milk"}"#;
        let shown = failure(&judged(&row, "order", &[("Latte", 1, other)], CLEAR), None, false);
        assert_eq!(shown, "–  hm\n    the lines read alike: an option stands in another group\n");
    }
}
