//! How well messages are understood, measured on labelled ones.

pub mod labels;
pub mod rules;

mod judge;
mod notes;
mod restrict;
mod score;

mod calibration;
pub mod categories;
pub mod report;
pub mod share;

pub mod compare;
pub mod mislabelled;

pub mod check;
pub mod fit;

pub use calibration::Calibration;
pub use compare::{Comparison, Verdict};
pub use judge::{Judge, Judged, asked};
pub use labels::{Expected, Labelled};
pub use mislabelled::Mislabelled;
pub use report::Report;
pub use restrict::Readers;
pub use rules::Rules;
pub use score::LineScore;
