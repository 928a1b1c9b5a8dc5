//! Postgres: the owner's, or a private one in the data directory.
