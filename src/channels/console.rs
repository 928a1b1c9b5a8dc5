//! Notices as readable blocks on the service's standard output.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;

use super::plain::{plain, plain_line};
use super::{Kind, Notice, Parcel, Payload, unless_it_panics};

/// A place to print to. Cheap to clone.
#[derive(Clone)]
pub struct Console {
    out: Arc<Mutex<Box<dyn Write + Send>>>,
    colour: bool,
}

impl Console {
    /// Prints to `out`, in colour where that is a terminal that wants it.
    pub fn new(out: Box<dyn Write + Send>, colour: bool) -> Self {
        Self { out: Arc::new(Mutex::new(out)), colour }
    }

    /// Prints all of `parcels` and flushes. A terminal that stands still holds up nothing but this.
    ///
    /// # Errors
    /// The writer's.
    pub async fn print(&self, parcels: &[Parcel]) -> anyhow::Result<()> {
        let blocks: String = parcels.iter().map(|parcel| block(&parcel.payload, self.colour)).collect();
        let out = Arc::clone(&self.out);
        let write = move || {
            let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
            out.write_all(blocks.as_bytes()).and_then(|()| out.flush())
        };
        unless_it_panics(tokio::task::spawn_blocking(write).await)?.context("write to standard output")
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("colour", &self.colour).finish_non_exhaustive()
    }
}

fn block(payload: &Payload, colour: bool) -> String {
    match payload {
        Payload::Notice(notice) => notice_block(notice, colour),
        Payload::KeptMessage(kept) => format!("Message {} is kept in a file.\n\n", kept.id),
    }
}

fn notice_block(notice: &Notice, colour: bool) -> String {
    let paint = |code: &str, text: &str| match colour {
        true => format!("\x1b[{code}m{text}\x1b[0m"),
        false => text.to_owned(),
    };
    let repeat = if notice.repeat { " (may be a repeat)" } else { "" };
    let mut lines = vec![paint(shade(notice.kind), &format!("{}{repeat}", plain_line(&notice.title)))];
    if notice.spoiler {
        lines.push("  (text not shown here)".to_owned());
    } else {
        lines.extend(indented(&notice.body, 2));
    }
    for field in &notice.fields {
        let name = plain_line(&field.name);
        lines.push(format!("  {}", if field.loud { paint("1;31", &format!("!! {name}")) } else { name }));
        lines.extend(indented(&field.value, 4));
    }
    lines.push("\n".to_owned());
    lines.join("\n")
}

fn shade(kind: Kind) -> &'static str {
    match kind {
        Kind::Order => "1;32",
        Kind::Review => "1;33",
        Kind::Enquiry => "1;36",
        Kind::Miscellaneous => "2",
        Kind::Alarm => "1;31",
    }
}

fn indented(text: &str, by: usize) -> Vec<String> {
    plain(text).lines().map(|line| format!("{:by$}{line}", "")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::Field;

    fn order() -> Notice {
        let field = |name: &str, loud| Field { name: name.to_owned(), value: "one\ntwo".to_owned(), loud };
        Notice {
            kind: Kind::Order,
            title: "Ticket 12".to_owned(),
            body: "for \u{1b}[31mGail".to_owned(),
            fields: vec![field("NOT UNDERSTOOD", true), field("2 × Latte", false)],
            spoiler: false,
            repeat: false,
            at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_notice_is_a_readable_block() {
        let expected = "Ticket 12\n  for  [31mGail\n  !! NOT UNDERSTOOD\n    one\n    two\n  2 × Latte\n    one\n    two\n\n";
        assert_eq!(notice_block(&order(), false), expected);
    }

    #[test]
    fn colour_is_only_where_it_is_wanted() {
        assert!(!notice_block(&order(), false).contains('\u{1b}'));
        assert!(notice_block(&order(), true).starts_with("\u{1b}[1;32mTicket 12\u{1b}[0m"));
    }

    #[test]
    fn a_hidden_text_is_not_printed_and_a_repeat_says_so() {
        let hidden = Notice { spoiler: true, repeat: true, ..order() };
        let block = notice_block(&hidden, false);
        assert!(block.starts_with("Ticket 12 (may be a repeat)\n  (text not shown here)"), "{block}");
        assert!(!block.contains("Gail"));
    }
}
