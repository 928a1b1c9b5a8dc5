//! Chit against the real thing: real databases, real processes, a real memcached.

mod harness;
mod memcached;

mod cache;
mod local_postgres;
mod menu;
