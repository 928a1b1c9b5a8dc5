//! The path of a message: classify, affirm, parse, match, register, notify.

mod reading;

pub mod notify;

pub use reading::*;
