//! The built-in reader of orders: language facts, pieces, and a walk over them that makes lines.

pub mod facts;
pub mod phrasebook;
pub mod pieces;

pub mod lines;

mod changes;
mod corrections;
mod counts;
mod cues;
mod headings;
mod leftovers;
mod names;
mod places;
mod references;
mod runs;
mod scopes;
mod steps;
