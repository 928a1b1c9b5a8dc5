//! Chit against the real thing: real databases, real processes.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod harness;
mod processes;

mod backup;
mod doctor;
mod local_postgres;
