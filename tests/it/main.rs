//! Chit against the real thing: real databases, real processes.

mod harness;

mod local_postgres;
