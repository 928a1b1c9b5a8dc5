//! Reading `menu.csv` and `modifiers.csv`: UTF-8 with or without BOM, `,` or `;`, decimal point or comma.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};
use rust_decimal::Decimal;

use super::{Choose, Menu, MenuItem, ModifierGroup, ModifierOption, slug};

/// A row that could not be used as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct RowProblem {
    /// File name as given.
    pub file: String,
    /// Line number in the file, from 1.
    pub line: u64,
    /// What is wrong and what to do.
    pub problem: String,
}

/// Reads both files. Rows that can't be used are left out and reported; an unreadable file is an error.
pub fn read_csv(menu: &Path, modifiers: Option<&Path>) -> Result<(Menu, Vec<RowProblem>)> {
    let mut problems = Vec::new();
    let items = read_items(menu, &mut problems)?;
    let groups = match modifiers {
        Some(path) => read_groups(path, &mut problems)?,
        None => Vec::new(),
    };
    Ok((Menu { version: 0, items, groups }, problems))
}

type Row = HashMap<String, String>;

fn rows(path: &Path) -> Result<Vec<(u64, Row)>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.matches(';').count() > first.matches(',').count() { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let headers: Vec<String> =
        reader.headers().context("read the header")?.iter().map(|h| h.trim().to_lowercase()).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| format!("read {}", path.display()))?;
        let line = record.position().map_or(0, |p| p.line());
        let row = headers.iter().cloned().zip(record.iter().map(|f| f.trim().to_owned())).collect();
        rows.push((line, row));
    }
    Ok(rows)
}

fn field<'a>(row: &'a Row, name: &str) -> &'a str {
    row.get(name).map_or("", String::as_str)
}

fn list(row: &Row, name: &str) -> Vec<String> {
    field(row, name).split('|').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

fn price(text: &str) -> std::result::Result<Option<Decimal>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let text = text.replace(',', ".");
    let price: Decimal = text.parse().map_err(|_| format!("\"{text}\" is not a price"))?;
    if price.is_sign_negative() { Err(format!("the price {price} is negative")) } else { Ok(Some(price)) }
}

fn read_items(path: &Path, problems: &mut Vec<RowProblem>) -> Result<Vec<MenuItem>> {
    let mut items = Vec::new();
    for (line, row) in rows(path)? {
        let mut report = |problem: String| {
            problems.push(RowProblem { file: path.display().to_string(), line, problem });
        };
        let name = field(&row, "item_name");
        if name.is_empty() {
            report("the row has no item_name".to_owned());
            continue;
        }
        match price(field(&row, "price")) {
            Ok(price) => items.push(MenuItem {
                key: slug(name),
                name: name.to_owned(),
                description: field(&row, "description").to_owned(),
                price,
                category: field(&row, "category").to_owned(),
                aliases: list(&row, "aliases"),
                tags: list(&row, "tags"),
                available: !matches!(field(&row, "available").to_lowercase().as_str(), "no" | "false" | "0"),
            }),
            Err(problem) => report(problem),
        }
    }
    Ok(items)
}

fn read_groups(path: &Path, problems: &mut Vec<RowProblem>) -> Result<Vec<ModifierGroup>> {
    let mut groups: Vec<ModifierGroup> = Vec::new();
    for (line, row) in rows(path)? {
        let mut report = |problem: String| {
            problems.push(RowProblem { file: path.display().to_string(), line, problem });
        };
        let (group, option) = (field(&row, "group"), field(&row, "option"));
        if group.is_empty() || option.is_empty() {
            report("the row needs both group and option".to_owned());
            continue;
        }
        let choose = if field(&row, "choose") == "one" { Choose::One } else { Choose::Many };
        let price = price(field(&row, "price")).unwrap_or_else(|problem| {
            report(problem);
            None
        });
        let option = ModifierOption {
            name: option.to_owned(),
            price,
            applies_to: list(&row, "applies_to"),
            aliases: list(&row, "aliases"),
        };
        match groups.iter_mut().find(|g| g.name == group) {
            Some(found) => found.options.push(option),
            None => groups.push(ModifierGroup { name: group.to_owned(), choose, options: vec![option] }),
        }
    }
    Ok(groups)
}
