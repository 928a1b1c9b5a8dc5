//! The built-in reader of orders: language facts, pieces, and a walk over them that makes lines.

pub mod facts;
pub mod phrasebook;
pub mod pieces;

pub mod lines;

mod changes;
mod counts;
mod cues;
mod headings;
mod names;
mod places;
mod runs;
mod scopes;
mod steps;
