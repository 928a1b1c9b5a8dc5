//! The program against a real Postgres, with fakes only across a network.
#![allow(clippy::unwrap_used)]

mod fake_discord;
mod harness;

mod discord;
mod outbox;
