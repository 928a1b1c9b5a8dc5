//! The rows of the house and what they allow.

use std::collections::{BTreeMap, BTreeSet};

/// The table of ARCHITECTURE.md: which module stands in which row, and who may look sideways.
#[derive(Debug)]
pub struct House {
    /// Row 1 is the top.
    row_of: BTreeMap<String, u32>,
    /// Named, in italics, before it exists.
    to_come: BTreeSet<String>,
    /// (from, to) of the same row.
    sideways: BTreeSet<(String, String)>,
}

impl House {
    /// Reads lines such as ``| 9 | `orders`, _`broadcasts`_ | … |`` and ``- `db` uses `config`: …``.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut house = Self { row_of: BTreeMap::new(), to_come: BTreeSet::new(), sideways: BTreeSet::new() };
        for line in text.lines() {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            if let ["", number, modules, ..] = cells.as_slice()
                && let Ok(row) = number.parse()
            {
                house.add_row(row, modules)?;
            } else if let Some((from, to)) = sideways(line) {
                house.sideways.insert((from.to_owned(), to.to_owned()));
            }
        }
        house.check()?;
        Ok(house)
    }

    fn add_row(&mut self, row: u32, modules: &str) -> Result<(), String> {
        for written in modules.split(',').map(str::trim) {
            let name = written.trim_matches(['_', '`']).to_owned();
            if written.starts_with('_') {
                self.to_come.insert(name.clone());
            }
            if self.row_of.insert(name.clone(), row).is_some() {
                return Err(format!("`{name}` stands in two rows"));
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        if self.row_of.is_empty() {
            return Err("there is no line such as \"| 1 | `main` | … |\"".to_owned());
        }
        for (from, to) in &self.sideways {
            if self.row_of.get(from) != self.row_of.get(to) {
                return Err(format!(
                    "`{from}` uses `{to}`: they do not stand in one row, so the rows decide"
                ));
            }
            if self.sideways.contains(&(to.clone(), from.clone())) {
                return Err(format!("`{from}` and `{to}` use each other: one of them has to be below"));
            }
        }
        Ok(())
    }

    /// What is wrong with `module` using these.
    pub fn problems(&self, module: &str, used: &BTreeSet<String>) -> Vec<String> {
        let Some(own) = self.row_of.get(module) else { return Vec::new() };
        used.iter()
            .filter(|other| *other != module)
            .filter_map(|other| match self.row_of.get(other) {
                None => Some(format!("uses `crate::{other}`, which is no module with a row")),
                Some(row) if row > own => None,
                Some(row) if row < own => Some(format!(
                    "`{module}` (row {own}) uses `{other}` (row {row}) above it; hand it what it needs as an argument, or move what both need below"
                )),
                Some(_) if self.sideways.contains(&(module.to_owned(), other.clone())) => None,
                Some(_) => Some(format!(
                    "`{module}` uses `{other}` beside it (row {own}); if that is meant, say why in ARCHITECTURE.md: \"- `{module}` uses `{other}`: …\""
                )),
            })
            .collect()
    }

    /// Where the table and the modules that exist disagree.
    pub fn drift(&self, modules: &BTreeSet<String>) -> Vec<String> {
        let homeless = modules.iter().filter(|module| !self.row_of.contains_key(*module)).map(|module| {
            format!(
                "`{module}` has no row: choose one in the table of ARCHITECTURE.md, above all that it uses"
            )
        });
        let empty = self
            .row_of
            .keys()
            .filter(|name| !modules.contains(*name) && !self.to_come.contains(*name))
            .map(|name| format!("ARCHITECTURE.md gives `{name}` a row, but there is no such module"));
        homeless.chain(empty).collect()
    }
}

/// The two names in ``- `db` uses `config`: …``.
fn sideways(line: &str) -> Option<(&str, &str)> {
    let (from, rest) = line.strip_prefix("- `")?.split_once("` uses `")?;
    Some((from, rest.split_once('`')?.0))
}

const SAMPLE: &str = "\
| row | modules | what |
|---|---|---|
| 1 | `cli` | edges |
| 2 | `orders`, `messages`, _`broadcasts`_ | nouns |
| 3 | `config` | ground |

- `orders` uses `messages`: an order names its message
";

fn names(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_use_of_a_higher_row_is_caught() {
    let house = House::read(SAMPLE).unwrap();
    assert!(house.problems("cli", &names(&["orders", "config"])).is_empty());
    let problems = house.problems("config", &names(&["orders"]));
    assert!(problems[0].contains("above it"), "{problems:?}");
    let problems = house.problems("orders", &names(&["tickets"]));
    assert!(problems[0].contains("no module with a row"), "{problems:?}");
}

#[test]
fn a_look_sideways_needs_a_reason_and_goes_one_way() {
    let house = House::read(SAMPLE).unwrap();
    assert!(house.problems("orders", &names(&["messages", "orders"])).is_empty());
    let problems = house.problems("messages", &names(&["orders"]));
    assert!(problems[0].contains("beside it"), "{problems:?}");
    let both = format!("{SAMPLE}- `messages` uses `orders`: why not\n");
    assert!(House::read(&both).unwrap_err().contains("each other"));
    let across = format!("{SAMPLE}- `cli` uses `orders`: it may anyway\n");
    assert!(House::read(&across).unwrap_err().contains("one row"));
}

#[test]
fn a_new_module_and_a_row_without_one_are_named() {
    let house = House::read(SAMPLE).unwrap();
    assert!(house.drift(&names(&["cli", "orders", "messages", "config"])).is_empty());
    let drift = house.drift(&names(&["cli", "orders", "messages", "tickets"]));
    assert_eq!(drift.len(), 2, "{drift:?}");
    assert!(drift[0].contains("`tickets` has no row") && drift[1].contains("`config`"), "{drift:?}");
}

#[test]
fn a_table_that_cannot_be_read_is_an_error() {
    assert!(House::read("# No table").is_err());
    assert!(House::read("| 1 | `a` |\n| 2 | `a` |\n").unwrap_err().contains("two rows"));
}
