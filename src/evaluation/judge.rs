//! Reading labelled messages and holding what was read against the labels.

use std::sync::Arc;
use std::time::Instant;

use rust_decimal::Decimal;
use tokio::runtime::Handle;

use super::labels::Labelled;
use super::{Expected, LineScore, Readers};
use crate::config::{PoliteRequests, ReaderSettings};
use crate::embedding::Embedding;
use crate::llm::Call;
use crate::menu::Menu;
use crate::pipeline::second_opinion::SecondOpinion;
use crate::pipeline::{OptionChoice, Outcome, Read, Reader, Reading, prices};

/// A labelled message with what was read.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What should have been read.
    pub labelled: Labelled,
    /// What was read.
    pub reading: Reading,
    /// The outcome that the settings in force call for; `None`: the row does not say.
    pub expected: Option<Expected>,
    /// Lines against labelled lines; `None`: the row has none.
    pub lines: Option<LineScore>,
    /// The order that this is about, where there is one.
    pub order: Option<Order>,
    /// How long it took, in microseconds.
    pub micros: u64,
    /// What a language model was asked about it.
    pub calls: Vec<Call>,
}

/// The order that a labelled message is about: the one that was meant, or the one that nobody placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// By the menu, in the one configured currency; `None` when an item has no price.
    pub total: Option<Decimal>,
}

impl Judged {
    /// Whether the outcome is the expected one; `None`: the row does not say.
    pub fn outcome_right(&self) -> Option<bool> {
        self.expected.map(|expected| expected.allows(self.reading.outcome))
    }

    /// Whether the category is the labelled one; `None`: the row does not say.
    pub fn category_right(&self) -> Option<bool> {
        self.labelled.category().map(|category| category == self.reading.category)
    }

    /// Whether anything that the row says of outcome, category and lines was read otherwise.
    pub fn failed(&self) -> bool {
        self.outcome_right() == Some(false)
            || self.category_right() == Some(false)
            || self.lines.as_ref().is_some_and(|lines| !lines.exact)
    }

    /// Whether a ticket went to the kitchen that nobody ordered.
    pub fn is_false_order(&self) -> bool {
        self.reading.outcome == Outcome::Order && self.labelled.must_not_be_ordered(self.expected)
    }
}

/// Reads labelled messages against one menu, one after the other.
pub struct Judge {
    readers: Readers,
    polite_requests: PoliteRequests,
    beside_notes: Option<Vec<String>>,
    second_opinion: Option<Arc<SecondOpinion>>,
}

impl Judge {
    /// Compiles the menu. Notes are not judged.
    pub fn new(menu: Menu, settings: ReaderSettings, embedding: Embedding) -> Self {
        let polite_requests = settings.polite_requests;
        let readers = Readers::new(menu, settings, embedding);
        Self { readers, polite_requests, beside_notes: None, second_opinion: None }
    }

    /// Asks a language model as the settings say. Messages are then to be judged where a runtime can be waited for.
    pub fn asking(self, second_opinion: Option<Arc<SecondOpinion>>) -> Self {
        Self { second_opinion, ..self }
    }

    /// Takes notes for options, but in these groups: see
    /// [`Rules::compare_beside_notes`](super::Rules::compare_beside_notes).
    pub fn comparing_beside_notes(self, groups: Option<Vec<String>>) -> Self {
        Self { beside_notes: groups, ..self }
    }

    /// Reads one message and compares.
    pub fn judge(&mut self, row: &Labelled) -> Judged {
        let reader = self.readers.for_menu(row.menu.as_deref());
        let start = Instant::now();
        let read =
            asked(self.second_opinion.as_deref(), &reader, reader.read(&row.text), self.polite_requests);
        let (reading, calls) = (read.reading, read.calls);
        let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        let beside_notes = self.beside_notes.as_deref();
        let lines = row.lines.as_ref().map(|lines| LineScore::of(lines, &reading.lines, beside_notes));
        let judged = Judged {
            expected: row.expected(self.polite_requests),
            lines,
            order: None,
            labelled: row.clone(),
            reading,
            micros,
            calls,
        };
        Judged { order: order(&judged, reader.menu()), ..judged }
    }
}

/// A reading with what a language model makes of it, where one is to be asked. Not to be called on a thread that other
/// tasks wait for.
pub fn asked(
    second_opinion: Option<&SecondOpinion>,
    reader: &Reader,
    read: Read,
    polite_requests: PoliteRequests,
) -> Read {
    match second_opinion.filter(|opinion| opinion.is_wanted(reader, &read)) {
        Some(opinion) => Handle::current().block_on(opinion.read(reader, read, polite_requests)),
        None => read,
    }
}

fn order(row: &Judged, menu: &Menu) -> Option<Order> {
    let total = match (row.expected, &row.labelled.lines) {
        (Some(Expected::Order | Expected::Review), Some(lines)) => {
            total(lines.iter().map(|line| (line.item.as_deref(), line.quantity, &line.options[..])), menu)
        }
        _ if row.is_false_order() => {
            let lines = row.reading.lines.iter();
            total(lines.map(|line| (line.item.as_deref(), line.quantity, &line.options[..])), menu)
        }
        _ => return None,
    };
    Some(Order { total })
}

fn total<'a>(
    mut lines: impl Iterator<Item = (Option<&'a str>, u32, &'a [OptionChoice])>,
    menu: &Menu,
) -> Option<Decimal> {
    lines.try_fold(Decimal::ZERO, |sum, (item, quantity, options)| {
        let price = menu.item_by_name(item?)?.price?;
        let line = prices::unit_price(price, options, menu)?.checked_mul(Decimal::from(quantity))?;
        sum.checked_add(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu() -> Menu {
        let folder = tempfile::tempdir().unwrap();
        let (menu, modifiers) = (folder.path().join("menu.csv"), folder.path().join("modifiers.csv"));
        std::fs::write(&menu, "item_name,description,price\nLatte,,4.50\nGreen Tea,,3\nWater,,\n").unwrap();
        std::fs::write(&modifiers, "group,option,price\nmilk,oat milk,0.50\n").unwrap();
        crate::menu::read_csv(&menu, Some(&modifiers)).unwrap().0
    }

    fn judged(row: &str) -> Judged {
        let row = serde_json::from_str(row).unwrap();
        Judge::new(menu(), ReaderSettings::default(), Embedding::Off).judge(&row)
    }

    #[test]
    fn an_order_is_worth_what_the_menu_says() {
        let lines = r#"[{"item":"Latte","quantity":2,"options":[{"group":"milk","option":"oat milk"}]},{"item":"Green Tea"}]"#;
        let cases = [
            (format!(r#"{{"text":"hm","outcome":"order","lines":{lines}}}"#), Some(Some("13.00"))),
            (r#"{"text":"hm","outcome":"order","lines":[{"item":"Water"}]}"#.to_owned(), Some(None)),
            (r#"{"text":"hm","outcome":"enquiry","lines":[{"item":"Latte"}]}"#.to_owned(), None),
            (r#"{"text":"3 lattes please","outcome":"miscellaneous"}"#.to_owned(), Some(Some("13.50"))),
            (r#"{"text":"3 lattes please","category":"order"}"#.to_owned(), None),
        ];
        for (row, expected) in cases {
            let order = judged(&row).order.map(|order| order.total.map(|total| total.to_string()));
            assert_eq!(order, expected.map(|total| total.map(str::to_owned)), "{row}");
        }
    }

    #[test]
    fn an_order_that_nobody_placed_is_false() {
        assert!(judged(r#"{"text":"a latte please","outcome":"review"}"#).is_false_order());
        assert!(!judged(r#"{"text":"a latte please","outcome":"order"}"#).is_false_order());
        assert!(!judged(r#"{"text":"are you open?","outcome":"enquiry"}"#).is_false_order());
    }
}
