//! Chit against the real thing: real databases, real processes, a real memcached.

mod fake_discord;
mod harness;
mod memcached;
mod shop;

mod cache;
mod command_line;
mod config;
mod discord;
mod embedding;
mod listener;
mod local_postgres;
mod menu;
mod outbox;
