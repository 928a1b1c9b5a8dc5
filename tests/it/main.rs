//! Chit as its users meet it.

mod embedding;
