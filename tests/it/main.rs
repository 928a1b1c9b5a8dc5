//! Tests against a real Postgres and a real memcached.
#![allow(clippy::unwrap_used)]

mod harness;
mod memcached;

mod cache;
mod menu;
