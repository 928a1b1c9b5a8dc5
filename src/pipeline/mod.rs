//! The path of a message: classify, affirm, parse, match, register, notify.

pub mod notify;
pub mod prices;
mod reading;
pub mod register;

pub mod notify;

pub use reading::*;

/// stub
#[derive(Clone, Debug, serde::Serialize)]
pub struct StageTrace {}

/// stub
#[derive(Clone, Debug)]
pub struct Read {
    /// stub
    pub reading: Reading,
    /// stub
    pub stages: Vec<StageTrace>,
}
/// stub
#[derive(Debug)]
pub struct Reader(crate::menu::Menu);
impl Reader {
    /// stub
    pub fn new(menu: crate::menu::Menu, _: crate::config::ReaderSettings, _: crate::embedding::Embedding) -> Self { Self(menu) }
    /// stub
    pub fn menu(&self) -> &crate::menu::Menu { &self.0 }
    /// stub
    pub fn embedding_id(&self) -> &str { "off" }
    /// stub
    pub fn read(&self, text: &str) -> Read {
        if text == "panic" { panic!("stub") }
        let item = self.0.items.iter().find(|i| text.contains(&i.name));
        let outcome = if item.is_some() { Outcome::Order } else { Outcome::Miscellaneous };
        Read { stages: vec![], reading: Reading { text: text.to_owned(), category: if item.is_some() { Category::Order } else { Category::Miscellaneous }, affirmed: true, outcome, reason: "stub".into(), confidence: 1.0, parsed_by: ParsedBy::Grammar, lines: item.into_iter().map(|i| Line { text: text.into(), item: Some(i.name.clone()), quantity: 1, options: vec![], notes: vec![], score: 1.0, runner_up: None, unit_price: i.price }).collect(), unmatched: vec![], phrases: vec![], unplaced: vec![], fulfilment: Fulfilment::default(), customer_name: None } }
    }
}
