//! Chit reads the messages that a restaurant receives, turns the real orders into kitchen tickets,
//! and tells the right staff at once. ARCHITECTURE.md shows the way through.

pub mod cli;

pub mod web;
pub mod worker;

pub mod listener;
pub mod simulator;

pub mod backup;
pub mod doctor;
pub mod evaluation;
pub mod reports;

pub mod app;

pub mod pipeline;

pub mod enquiries;

pub mod contacts;
pub mod controls;
pub mod menu;
pub mod messages;
pub mod orders;
pub mod outbox;

pub mod channels;
pub mod events;

pub mod cache;
pub mod embedding;
pub mod llm;

pub mod breaker;
pub mod clock;
pub mod config;
pub mod dataset;
pub mod db;
pub mod telemetry;
