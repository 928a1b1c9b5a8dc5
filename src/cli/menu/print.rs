//! The answers of `chit menu` as tables and sentences.

use comfy_table::{CellAlignment, Table};

use super::super::output::{clean, table};
use crate::menu::{Finding, Imported, Menu, MenuItem, ModifierGroup, ModifierOption, RowProblem};

/// What an import did, in sentences.
pub(super) fn import(imported: &Imported, menu: &Menu, source: &str) -> String {
    let Imported { version, is_new, added, changed, removed } = imported;
    if !is_new {
        return format!("Nothing has changed: menu version {version} stays.\n");
    }
    let options: usize = menu.groups.iter().map(|group| group.options.len()).sum();
    let mut text =
        format!("Menu version {version} from {source}: {} items, {options} options.\n", menu.items.len());
    for (what, names) in [("added", added), ("changed", changed), ("removed", removed)] {
        if !names.is_empty() {
            text += &format!("  {what} {}: {}\n", names.len(), shortened(names));
        }
    }
    text
}

fn shortened(names: &[String]) -> String {
    const MOST: usize = 12;
    let shown = names[..names.len().min(MOST)].join(", ");
    let shown = clean(&shown);
    if names.len() > MOST { format!("{shown} … {} more", names.len() - MOST) } else { shown }
}

/// What a check found, as tables and a closing line.
pub(super) fn check(menu: &Menu, problems: &[RowProblem], findings: &[Finding]) -> String {
    let mut text = self::problems(problems);
    if !findings.is_empty() {
        let mut table = table(&["worth a look"]);
        table.add_rows(findings.iter().map(|finding| [clean(&finding.to_string())]));
        text += &format!("{table}\n");
    }
    let left_out = problems.iter().filter(|problem| problem.left_out).count();
    text + &format!(
        "{} items can be sold; {left_out} rows left out; {} worth a look.\n",
        menu.items.len(),
        findings.len()
    )
}

/// The rows that have something wrong; empty where none has.
pub(super) fn problems(problems: &[RowProblem]) -> String {
    if problems.is_empty() {
        return String::new();
    }
    let mut table = table(&["file", "line", "", "problem"]);
    table.add_rows(problems.iter().map(|problem| {
        let used = if problem.left_out { "left out" } else { "used" };
        [&problem.file, &problem.line.to_string(), used, &problem.problem].map(clean)
    }));
    align_right(&mut table, 1);
    format!("{table}\n")
}

/// Items and options as two tables.
pub(super) fn show(menu: &Menu, currency: &str) -> String {
    let price = format!("price ({currency})");
    let mut items = table(&["item", &price, "category", "also called", "tags"]);
    items.add_rows(menu.items.iter().map(cells_of_item));
    align_right(&mut items, 1);
    let mut options = table(&["group", "option", &price, "applies to", "also called"]);
    let rows = menu.groups.iter().flat_map(|group| group.options.iter().map(move |option| (group, option)));
    options.add_rows(rows.map(|(group, option)| cells_of_option(group, option)));
    align_right(&mut options, 2);
    let options = if menu.groups.is_empty() { String::new() } else { format!("{options}\n") };
    format!("{items}\n{options}Menu version {}, {} items.\n", menu.version, menu.items.len())
}

fn cells_of_item(item: &MenuItem) -> [String; 5] {
    let name = if item.available { item.name.clone() } else { format!("{} (run out)", item.name) };
    let price = item.price.map_or("—".to_owned(), |price| price.to_string());
    [name, price, item.category.clone(), item.aliases.join(", "), item.tags.join(", ")]
        .map(|cell| clean(&cell))
}

fn cells_of_option(group: &ModifierGroup, option: &ModifierOption) -> [String; 5] {
    let name = format!("{} ({})", group.name, group.choose.as_str());
    let price = option.price.map_or(String::new(), |price| format!("+{price}"));
    let all = option.applies_to.is_empty();
    let applies_to = if all { "everything".to_owned() } else { option.applies_to.join(", ") };
    [name, option.name.clone(), price, applies_to, option.aliases.join(", ")].map(|cell| clean(&cell))
}

/// Text of a file without what would steer a terminal.
fn align_right(table: &mut Table, column: usize) {
    if let Some(column) = table.column_mut(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}
