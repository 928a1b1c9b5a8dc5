//! How the labels of a folder are meant, where a file beside them says so.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::config::PoliteRequests;

/// The file beside labelled messages that says how they are meant.
const FILE: &str = "labels.toml";

/// How labels are meant. What is unset is for the settings to say, or compared in full.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// What a request in question form was labelled as.
    pub polite_requests: Option<PoliteRequests>,
    /// Notes may stand for options: of rows whose labelled lines have notes, only item, quantity and the options
    /// of these groups are compared, and half of the words of each note have to reach notes or options. Unset:
    /// notes are not judged, and options always are.
    pub compare_beside_notes: Option<Vec<String>>,
}

impl Rules {
    /// Those of the folder in which a file of labelled messages lies; none where nothing says so.
    ///
    /// # Errors
    /// When the file can't be read or names a rule that does not exist.
    pub fn beside(messages: &Path) -> Result<Self> {
        let path = messages.with_file_name(FILE);
        if !path.exists() {
            return Ok(Self::default());
        }
        let about = || format!("read {}: it says how the labels beside it are meant", path.display());
        let text = std::fs::read_to_string(&path).with_context(about)?;
        toml::from_str(&text).with_context(about)
    }

    /// These, and what they leave open as others have it.
    pub fn or(self, others: Self) -> Self {
        Self {
            polite_requests: self.polite_requests.or(others.polite_requests),
            compare_beside_notes: self.compare_beside_notes.or(others.compare_beside_notes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_says_how_its_labels_are_meant() {
        let folder = tempfile::tempdir().unwrap();
        let (messages, file) = (folder.path().join("orders.jsonl"), folder.path().join(FILE));
        assert_eq!(Rules::beside(&messages).unwrap(), Rules::default());
        std::fs::write(&file, "polite_requests = \"order\"\ncompare_beside_notes = [\"milk\"]\n").unwrap();
        let rules = Rules::beside(&messages).unwrap();
        assert_eq!(rules.polite_requests, Some(PoliteRequests::Order));
        let asked = Rules { polite_requests: Some(PoliteRequests::Enquiry), compare_beside_notes: None };
        let both = asked.or(rules);
        assert_eq!(both.polite_requests, Some(PoliteRequests::Enquiry));
        assert_eq!(both.compare_beside_notes, Some(vec!["milk".to_owned()]));
        std::fs::write(&file, "polite_request = \"order\"\n").unwrap();
        assert!(Rules::beside(&messages).is_err(), "a rule that does not exist is no rule");
    }
}
