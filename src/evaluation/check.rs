//! What is wrong with a dataset: rows that can't be read, and labels that the menu does not know.

use std::collections::HashMap;

use super::labels::{Expected, Labelled, LabelledLine};
use crate::dataset::{Numbered, Row, RowError};
use crate::menu::{Menu, MenuItem};
use crate::pipeline::OptionChoice;

/// Something a person should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Line of the file, from 1; 0 when it is the file as a whole.
    pub line: u64,
    /// What is wrong.
    pub problem: String,
}

/// Checks messages without labels: rows that can't be used, ids that come twice, times that run backwards, and
/// messages that have swallowed the rows after them.
pub fn messages(rows: impl Iterator<Item = Result<Row, RowError>>) -> (u64, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut ids = HashMap::new();
    let mut count = 0;
    let mut latest = None;
    for row in rows {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                findings.push(unread(&error));
                continue;
            }
        };
        count += 1;
        let mut report = |problem: String| findings.push(Finding { line: row.line, problem });
        if let Some(id) = row.id {
            repeated(&mut ids, id, row.line, &mut report);
        }
        if swallows_rows(&row.text) {
            report("the message seems to hold further rows: a quotation mark is not closed".to_owned());
        }
        if row.sent_at.is_some() && row.sent_at < latest {
            report("earlier than the row before it".to_owned());
        }
        latest = row.sent_at.or(latest);
    }
    (count, findings)
}

/// Checks labelled messages: as [`messages`], and each label against the menu.
pub fn labels(
    rows: impl Iterator<Item = Result<Numbered<Labelled>, RowError>>,
    menu: &Menu,
) -> (u64, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut ids = HashMap::new();
    let mut count = 0;
    for row in rows {
        let Numbered { line, value: row, .. } = match row {
            Ok(row) => row,
            Err(error) => {
                findings.push(unread(&error));
                continue;
            }
        };
        count += 1;
        let mut report = |problem: String| findings.push(Finding { line, problem });
        row_labels(&row, menu, &mut report);
        if let Some(id) = row.id {
            repeated(&mut ids, id, line, &mut report);
        }
    }
    (count, findings)
}

fn unread(error: &RowError) -> Finding {
    match error {
        RowError::Bad { line, problem, .. } => Finding { line: *line, problem: problem.clone() },
        RowError::Unreadable(cause) => Finding { line: 0, problem: format!("{error}: {cause}") },
    }
}

fn repeated(ids: &mut HashMap<String, u64>, id: String, line: u64, report: &mut impl FnMut(String)) {
    match ids.get(&id) {
        Some(first) => report(format!("the id {id} was used on line {first}")),
        None => _ = ids.insert(id, line),
    }
}

/// A later line of the message begins as a row does: with a time and a comma.
fn swallows_rows(text: &str) -> bool {
    text.lines().skip(1).any(|line| {
        line.split_once([',', ';'])
            .is_some_and(|(start, _)| matches!(crate::dataset::time(start, chrono_tz::Tz::UTC), Ok(Some(_))))
    })
}

fn row_labels(row: &Labelled, menu: &Menu, report: &mut impl FnMut(String)) {
    if row.text.trim().is_empty() {
        report("the message is empty".to_owned());
    }
    if row.outcome.is_none() && row.category.is_none() {
        report("neither outcome nor category is labelled".to_owned());
    }
    let lines = row.lines.as_deref().unwrap_or_default();
    if row.outcome == Some(Expected::Order) && lines.is_empty() {
        report("an order without lines".to_owned());
    }
    if matches!(row.outcome, Some(Expected::NotOnMenu | Expected::Miscellaneous)) && !lines.is_empty() {
        report("lines, though nothing on the menu is ordered".to_owned());
    }
    for line in lines {
        line_labels(line, row.menu.as_deref(), menu, report);
    }
}

fn line_labels(line: &LabelledLine, shop: Option<&[String]>, menu: &Menu, report: &mut impl FnMut(String)) {
    if line.quantity == 0 {
        report("a quantity of 0".to_owned());
    }
    let Some(name) = &line.item else { return };
    if shop.is_some_and(|shop| !shop.contains(name)) {
        report(format!("{name} is not among the items of this row's menu"));
    }
    match menu.items.iter().find(|item| item.name == *name) {
        Some(item) => {
            for option in &line.options {
                option_label(option, item, menu, report);
            }
        }
        None => report(format!("{name} is not on the menu")),
    }
}

fn option_label(choice: &OptionChoice, item: &MenuItem, menu: &Menu, report: &mut impl FnMut(String)) {
    let Some(group) = menu.groups.iter().find(|group| group.name == choice.group) else {
        return report(format!("there is no modifier group {}", choice.group));
    };
    let Some(name) = &choice.option else { return };
    match group.options.iter().find(|option| option.name == *name) {
        None => report(format!("{name} is not an option of {}", group.name)),
        Some(option) if !option.applies_to(item) => report(format!("{name} is not for {}", item.name)),
        Some(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu() -> Menu {
        let folder = tempfile::tempdir().unwrap();
        let (menu, modifiers) = (folder.path().join("menu.csv"), folder.path().join("modifiers.csv"));
        std::fs::write(&menu, "item_name,description,price,category\nLatte,,4.50,coffee\nTea,,3,tea\n")
            .unwrap();
        std::fs::write(&modifiers, "group,option,applies_to\nmilk,oat milk,coffee\n").unwrap();
        crate::menu::read_csv(&menu, Some(&modifiers)).unwrap().0
    }

    fn problems(row: &str) -> Vec<String> {
        let rows = crate::dataset::json_lines(row.as_bytes());
        labels(rows, &menu()).1.into_iter().map(|finding| finding.problem).collect()
    }

    #[test]
    fn a_label_that_the_menu_does_not_know_is_named() {
        let cases = [
            (r#"{"text":"a","outcome":"order","lines":[{"item":"Mocha"}]}"#, "Mocha is not on the menu"),
            (
                r#"{"text":"a","outcome":"order","lines":[{"item":"Tea","options":[{"group":"milk","option":"oat milk"}]}]}"#,
                "oat milk is not for Tea",
            ),
            (
                r#"{"text":"a","outcome":"order","lines":[{"item":"Latte","options":[{"group":"milk","option":"goat"}]}]}"#,
                "goat is not an option of milk",
            ),
            (
                r#"{"text":"a","outcome":"order","menu":["Tea"],"lines":[{"item":"Latte"}]}"#,
                "Latte is not among the items of this row's menu",
            ),
            (r#"{"text":"a","outcome":"order"}"#, "an order without lines"),
            (r#"{"text":"a"}"#, "neither outcome nor category is labelled"),
        ];
        for (row, problem) in cases {
            assert_eq!(problems(row), [problem]);
        }
        assert!(problems(r#"{"text":"a","outcome":"order","lines":[{"item":"Latte"}]}"#).is_empty());
        let twice = "{\"id\":\"x\",\"text\":\"a\",\"category\":\"order\"}\n".repeat(2);
        assert_eq!(problems(&twice), ["the id x was used on line 1"]);
    }

    #[test]
    fn a_row_that_has_swallowed_others_is_found() {
        assert!(swallows_rows("two lattes\n2026-05-01T18:00:00Z,one tea"));
        assert!(!swallows_rows("two lattes\none tea, please\n2 waters"));
    }
}
