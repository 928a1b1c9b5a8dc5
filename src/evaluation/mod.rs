//! How well messages are understood, measured on labelled ones.

pub mod labels;
mod restrict;
mod score;
pub mod share;

pub mod report;

pub mod check;
pub mod fit;

use std::time::Instant;

use crate::config::{PoliteRequests, ReaderSettings};
use crate::embedding::Embedding;
use crate::menu::Menu;
use crate::pipeline::Reading;

pub use labels::{Expected, Labelled};
pub use report::Report;
pub use restrict::Readers;
pub use score::LineScore;

/// A labelled message with what was read.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What should have been read.
    pub labelled: Labelled,
    /// What was read.
    pub reading: Reading,
    /// The outcome that the settings in force call for; `None`: the row does not say.
    pub expected: Option<Expected>,
    /// Lines against labelled lines; `None`: the row has none.
    pub lines: Option<LineScore>,
    /// How long it took, in microseconds.
    pub micros: u64,
}

impl Judged {
    /// Whether the outcome is the expected one; `None`: the row does not say.
    pub fn outcome_right(&self) -> Option<bool> {
        self.expected.map(|expected| expected.allows(self.reading.outcome))
    }

    /// Whether the category is the labelled one; `None`: the row does not say.
    pub fn category_right(&self) -> Option<bool> {
        self.labelled.category().map(|category| category == self.reading.category)
    }

    /// Whether anything that the row says was read otherwise.
    pub fn failed(&self) -> bool {
        self.outcome_right() == Some(false)
            || self.category_right() == Some(false)
            || self.lines.as_ref().is_some_and(|lines| !lines.exact)
    }
}

/// Reads every row, one after the other, and holds it against its labels.
pub fn run(menu: &Menu, settings: &ReaderSettings, embedding: &Embedding, rows: &[Labelled]) -> Vec<Judged> {
    let mut readers = Readers::new(menu.clone(), settings.clone(), embedding.clone());
    rows.iter().map(|row| judge(&mut readers, settings.polite_requests, row)).collect()
}

fn judge(readers: &mut Readers, polite_requests: PoliteRequests, row: &Labelled) -> Judged {
    let reader = readers.for_menu(row.menu.as_deref());
    let start = Instant::now();
    let reading = reader.read(&row.text).reading;
    let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    Judged {
        expected: row.expected(polite_requests),
        lines: row.lines.as_ref().map(|lines| LineScore::of(lines, &reading.lines)),
        labelled: row.clone(),
        reading,
        micros,
    }
}
