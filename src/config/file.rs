//! Reads `chit.toml` and `.env` into entries, each with its line.

use std::collections::BTreeMap;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::Problem;
use super::load::{Entry, Origin, is_below, key_named, unknown_key};
use super::{ConfigError, KEYS};

/// The entries of a configuration file; its relative paths are taken from its folder.
pub(super) fn toml_entries(path: &Path, problems: &mut Vec<Problem>) -> Result<Vec<Entry>, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::one(path.display(), format!("can't be read: {error}")))?;
    let table = DeTable::parse(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        ConfigError::one(place(path, &text, start), error.message())
    })?;
    let mut reader = TomlReader { path, text: &text, entries: Vec::new(), problems };
    reader.table("", table.get_ref());
    Ok(reader.entries)
}

struct TomlReader<'a> {
    path: &'a Path,
    text: &'a str,
    entries: Vec<Entry>,
    problems: &'a mut Vec<Problem>,
}

impl TomlReader<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let full = format!("{prefix}{}", name.get_ref());
            let start = name.span().start;
            match (key_named(&full), value.get_ref()) {
                (None, DeValue::Table(inner)) if is_section(&full) => self.table(&format!("{full}."), inner),
                (None, _) => self.problem(start, unknown_key(&full)),
                (Some(key), _) => match scalar(value) {
                    Some(text) if key.toml.contains(&value.get_ref().type_str()) => {
                        let base = self.path.parent().map(Path::to_owned);
                        let origin = Origin::File { path: self.path.to_owned(), line: self.line(start) };
                        self.entries.push(Entry { key, text, origin, base });
                    }
                    _ => {
                        let kind = value.get_ref().type_str();
                        self.problem(start, format!("`{full}` must be {}, not a TOML {kind}", key.allowed()));
                    }
                },
            }
        }
    }

    fn problem(&mut self, start: usize, what: String) {
        self.problems.push(Problem { place: place(self.path, self.text, start), what });
    }

    fn line(&self, start: usize) -> usize {
        line_of(self.text, start)
    }
}

fn is_section(name: &str) -> bool {
    KEYS.iter().any(|key| is_below(key.name, name))
}

fn scalar(value: &Spanned<DeValue<'_>>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number.to_string())
        }
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(yes) => Some(yes.to_string()),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

fn place(path: &Path, text: &str, start: usize) -> String {
    format!("{}:{}", path.display(), line_of(text, start))
}

fn line_of(text: &str, start: usize) -> usize {
    text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1
}

/// The variables of a `.env` file, or none when there is no file. The text of a faulty line is not
/// repeated, because it may be a secret.
pub(super) fn dotenv_variables(path: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(ConfigError::one(path.display(), format!("can't be read: {error}"))),
    };
    let mut variables = BTreeMap::new();
    for pair in dotenvy::from_read_iter(text.as_bytes()) {
        let (name, value) = pair.map_err(|error| faulty_line(path, &text, &error))?;
        variables.insert(name, value);
    }
    Ok(variables)
}

fn faulty_line(path: &Path, text: &str, error: &dotenvy::Error) -> ConfigError {
    let line = if let dotenvy::Error::LineParse(faulty, _) = error {
        let first = faulty.lines().next().unwrap_or_default();
        text.lines().position(|line| line.trim() == first.trim()).map(|index| index + 1)
    } else {
        None
    };
    let line = line.map(|line| format!(":{line}")).unwrap_or_default();
    ConfigError::one(
        format!("{}{line}", path.display()),
        "is no line of the form NAME=value (quote a value that has blanks or #)",
    )
}
