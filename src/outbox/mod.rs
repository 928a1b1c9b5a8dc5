//! Everything to be sent, saved with its cause and delivered by one sender a destination.

mod insert;
mod sender;

mod dead;
mod overview;
mod tidy;

mod alarms;
mod lease;
mod rows;
mod turn;

pub use dead::{DeadRow, Which, dead, retry_dead};
pub use insert::{NewRow, insert};
pub use overview::{Overview, Stopped, overview, start_again};
pub use sender::{Pace, Sender};
pub use tidy::tidy_miscellaneous;

/// The name that [`insert`] notifies and senders listen to.
pub const WAKE_UP: &str = "chit_outbox";
