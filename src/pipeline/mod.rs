//! The path of a message: classify, affirm, parse, match, register, notify.

mod reading;

pub use reading::*;

use crate::config::ReaderSettings;
use crate::embedding::Embedding;
use crate::menu::Menu;

/// Stands in for the reader until it is merged: every message is miscellaneous.
pub struct Reader {
    menu: Menu,
}

/// What was understood, and how.
pub struct Read {
    /// The result.
    pub reading: Reading,
}

impl Reader {
    /// Compiles a menu.
    pub fn new(menu: Menu, _settings: ReaderSettings, _embedding: Embedding) -> Self {
        Self { menu }
    }

    /// The menu that is read against.
    pub fn menu(&self) -> &Menu {
        &self.menu
    }

    /// Understands one message.
    pub fn read(&self, text: &str) -> Read {
        Read {
            reading: Reading {
                text: text.to_owned(),
                category: Category::Miscellaneous,
                affirmed: false,
                outcome: Outcome::Miscellaneous,
                reason: "nothing reads yet".to_owned(),
                confidence: 0.0,
                parsed_by: ParsedBy::Grammar,
                lines: Vec::new(),
                unmatched: Vec::new(),
                phrases: Vec::new(),
                unplaced: vec![text.to_owned()],
                fulfilment: Fulfilment::default(),
                customer_name: None,
            },
        }
    }
}
