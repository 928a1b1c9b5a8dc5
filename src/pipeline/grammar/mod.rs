//! The built-in reader of orders: language facts, pieces, and a walk over them that makes lines.

pub mod facts;
pub mod phrasebook;
pub mod pieces;

pub mod lines;

mod addresses;
mod asked;
mod changes;
mod corrections;
mod counts;
mod cues;
mod dishes;
mod doubts;
mod headings;
mod instructions;
mod leftovers;
mod lists;
mod lookahead;
mod menu_numbers;
mod names;
mod option_counts;
mod options;
mod ordinals;
mod people;
mod places;
mod portions;
mod postcodes;
mod references;
mod runs;
mod same;
mod scopes;
mod shares;
mod steps;
mod times;
mod uncounting;
mod withdrawals;
