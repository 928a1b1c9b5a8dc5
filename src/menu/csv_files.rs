//! Reading `menu.csv` and `modifiers.csv`: UTF-8 with or without BOM, `,` or `;`, decimal point or comma.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;

use super::price::read_price;
use super::table::{Report, Row, RowProblem, read_rows};
use super::{Choose, Menu, MenuItem, ModifierGroup, ModifierOption, slug};

const ITEM_COLUMNS: [&str; 7] =
    ["item_name", "price", "description", "category", "aliases", "tags", "available"];
const OPTION_COLUMNS: [&str; 6] = ["group", "option", "choose", "price", "applies_to", "aliases"];

/// Reads both files. Rows that can't be used are left out and reported; an unreadable file is an error.
pub fn read_csv(menu: &Path, modifiers: Option<&Path>) -> Result<(Menu, Vec<RowProblem>)> {
    let mut problems = Vec::new();
    let items = read_items(menu, &mut problems)?;
    problems.sort_by_key(|problem| problem.line);
    let of_menu = problems.len();
    let groups = match modifiers {
        Some(path) => read_groups(path, &mut problems)?,
        None => Vec::new(),
    };
    problems[of_menu..].sort_by_key(|problem| problem.line);
    Ok((Menu { version: 0, items, groups }, problems))
}

fn read_items(path: &Path, problems: &mut Vec<RowProblem>) -> Result<Vec<MenuItem>> {
    let mut report = Report::new(path, problems);
    let mut items: Vec<MenuItem> = Vec::new();
    let mut lines: HashMap<String, u64> = HashMap::new();
    for row in read_rows(path, &ITEM_COLUMNS, 2, &mut report)? {
        let item = match read_item(&row) {
            Ok(item) => item,
            Err(problem) => {
                report.leave_out(row.line, problem);
                continue;
            }
        };
        match lines.get(&item.key) {
            Some(first) => report.leave_out(row.line, doubled(&item, &items, *first)),
            None => {
                lines.insert(item.key.clone(), row.line);
                items.push(item);
            }
        }
    }
    Ok(items)
}

fn read_item(row: &Row) -> Result<MenuItem, String> {
    let name = row.name("item_name");
    if name.is_empty() {
        return Err("the row has no item_name".to_owned());
    }
    let key = slug(&name);
    if key.is_empty() {
        return Err(format!("the name \"{name}\" has no letter or digit"));
    }
    Ok(MenuItem {
        key,
        name,
        description: row.field("description").to_owned(),
        price: read_price(row.field("price"))?,
        category: row.name("category"),
        aliases: row.list("aliases"),
        tags: row.list("tags"),
        available: read_available(row.field("available"))?,
    })
}

fn read_available(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "" | "yes" | "y" | "true" | "1" => Ok(true),
        "no" | "n" | "false" | "0" => Ok(false),
        _ => Err(format!("available is \"{text}\": write yes or no")),
    }
}

fn doubled(item: &MenuItem, items: &[MenuItem], line: u64) -> String {
    let first = items.iter().find(|other| other.key == item.key).map_or("", |other| &other.name);
    if first == item.name {
        format!("\"{first}\" is on line {line} already")
    } else {
        format!("\"{}\" and \"{first}\" on line {line} have the same key {}: rename one", item.name, item.key)
    }
}

fn read_groups(path: &Path, problems: &mut Vec<RowProblem>) -> Result<Vec<ModifierGroup>> {
    let mut report = Report::new(path, problems);
    let mut groups: Vec<ModifierGroup> = Vec::new();
    for row in read_rows(path, &OPTION_COLUMNS, 2, &mut report)? {
        let added =
            read_option(&row).and_then(|(group, choose, option)| add(&mut groups, group, choose, option));
        if let Err(problem) = added {
            report.leave_out(row.line, problem);
        }
    }
    Ok(groups)
}

fn read_option(row: &Row) -> Result<(String, Option<Choose>, ModifierOption), String> {
    let (group, name) = (row.name("group"), row.name("option"));
    if slug(&group).is_empty() || slug(&name).is_empty() {
        return Err("the row needs both group and option".to_owned());
    }
    let choose = match row.field("choose").to_lowercase().as_str() {
        "" => None,
        "one" => Some(Choose::One),
        "many" => Some(Choose::Many),
        other => return Err(format!("choose is \"{other}\": write one or many")),
    };
    let price = read_price(row.field("price"))?;
    let option =
        ModifierOption { name, price, applies_to: row.list("applies_to"), aliases: row.list("aliases") };
    Ok((group, choose, option))
}

fn add(
    groups: &mut Vec<ModifierGroup>,
    name: String,
    choose: Option<Choose>,
    option: ModifierOption,
) -> Result<(), String> {
    let Some(group) = groups.iter_mut().find(|group| slug(&group.name) == slug(&name)) else {
        groups.push(ModifierGroup { name, choose: choose.unwrap_or_default(), options: vec![option] });
        return Ok(());
    };
    if group.options.iter().any(|other| slug(&other.name) == slug(&option.name)) {
        return Err(format!("the group \"{}\" has an option \"{}\" already", group.name, option.name));
    }
    if let Some(choose) = choose.filter(|choose| *choose != group.choose) {
        return Err(format!(
            "choose is {} here and {} in the rows of the group \"{}\" above: one group has one answer",
            choose.as_str(),
            group.choose.as_str(),
            group.name
        ));
    }
    group.options.push(option);
    Ok(())
}
