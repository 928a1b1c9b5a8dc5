//! Chit
