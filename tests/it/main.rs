//! Chit against the real thing: real databases, real processes, a real memcached.
#![allow(clippy::unwrap_used, reason = "a test may panic anywhere")]

mod balance;
mod fake_discord;
mod fake_llm;
mod friday;
mod harness;
mod memcached;
mod processes;
mod shop;

mod backup;
mod board;
mod cache;
mod command_line;
mod config;
mod discord;
mod doctor;
mod embedding;
mod hostile;
mod listener;
mod llm;
mod local_postgres;
mod menu;
mod outbox;
mod read_commands;

mod conversations;
mod kill;
mod measuring;
mod programs;
mod promises;
mod simulator;
mod times;
mod trouble;
mod understanding;
