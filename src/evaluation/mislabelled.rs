//! Rows that were shown to carry a wrong label: measured with and without.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::labels::Labelled;
use crate::dataset;

/// The ids of rows with a wrong label, each with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mislabelled(BTreeMap<String, String>);

#[derive(Deserialize)]
struct Entry {
    #[serde(deserialize_with = "dataset::id")]
    id: Option<String>,
    reason: String,
}

impl Mislabelled {
    /// Reads a file of JSON lines with `id` and `reason`.
    ///
    /// # Errors
    /// When it can't be read, or a row lacks its id or its reason.
    pub fn read(path: &Path) -> Result<Self> {
        let about = || format!("read {}: one object a line, with `id` and `reason`", path.display());
        let mut reasons = BTreeMap::new();
        for row in dataset::json_lines::<Entry>(dataset::open(path)?) {
            let row = row.with_context(about)?;
            let id = row.value.id.with_context(|| format!("line {}: the id is empty", row.line));
            let reason = row.value.reason.trim().to_owned();
            let stated = if reason.is_empty() { None } else { Some(reason) };
            let stated = stated.with_context(|| format!("line {}: the reason is empty", row.line));
            reasons.insert(id.with_context(about)?, stated.with_context(about)?);
        }
        Ok(Self(reasons))
    }

    /// Why the label of this row is wrong; `None` when nobody has shown that.
    pub fn reason(&self, row: &Labelled) -> Option<&str> {
        self.0.get(row.id.as_deref()?).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_label_needs_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mislabelled.jsonl");
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            Mislabelled::read(&path)
        };
        let list = read("{\"id\":\"a\",\"reason\":\"two were asked for\"}\n\n{\"id\":7,\"reason\":\"x\"}\n")
            .unwrap();
        let row = |id: &str| serde_json::from_str(&format!(r#"{{"id":"{id}","text":"hm"}}"#)).unwrap();
        assert_eq!(list.reason(&row("a")), Some("two were asked for"));
        assert_eq!(list.reason(&row("7")), Some("x"));
        assert_eq!(list.reason(&row("b")), None);
        assert_eq!(read("").unwrap(), Mislabelled::default());
        for bad in [r#"{"id":"a"}"#, r#"{"id":"a","reason":" "}"#, r#"{"id":null,"reason":"x"}"#, "a,b"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
