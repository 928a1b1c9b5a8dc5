//! The built-in reader of orders: language facts, pieces, and a walk over them that makes lines.

pub mod facts;
pub mod phrasebook;
pub mod pieces;

pub mod lines;

mod counts;
mod places;
mod runs;
mod steps;
