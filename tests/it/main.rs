//! Chit against the real thing: real databases, real processes, a real memcached.

mod harness;
mod memcached;
mod shop;

mod cache;
mod embedding;
mod listener;
mod local_postgres;
mod menu;
