//! Words to the parts of an order. Every word ends in a part, a phrase, or unplaced.

use std::ops::Range;

use super::grammar::facts::Fact;
use super::grammar::lines;
use super::grammar::phrasebook::Phrasebook;
use super::grammar::pieces::{menu_words, pieces};
use super::lexicon::{Lexicon, OptionRef, WordId};
use super::words::Token;
use super::{Amount, Fulfilment, PhraseKind};

/// The parts of an order, in tokens of the message; no item is decided on yet.
#[derive(Clone, Debug, Default)]
pub struct ParsedOrder {
    /// What is ordered.
    pub parts: Vec<Part>,
    /// What each token is; one a token.
    pub roles: Vec<Role>,
    /// The menu's word of each token, spelling repaired.
    pub words: Vec<Option<WordId>>,
    /// How the customer gets it.
    pub fulfilment: Fulfilment,
    /// Tokens of each time that was said.
    pub times: Vec<Range<usize>>,
    /// Bytes of the address.
    pub address: Option<Range<usize>>,
    /// Tokens of the customer's name.
    pub name: Option<Range<usize>>,
    /// Whether an allergy is spoken of.
    pub allergy: bool,
    /// Whether a "no" or "without" was said of nothing that follows.
    pub dangling: bool,
    /// Whether a quantity is no whole number, or none.
    pub odd_quantity: bool,
    /// Why it is not clear which dish something was said of, or whether one was taken back.
    pub unclear: Option<&'static str>,
    /// Words right beside a dish that are neither option nor note.
    pub beside: Vec<usize>,
}

/// One dish with what belongs to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// Tokens that name the dish.
    pub mention: Vec<usize>,
    /// Items of exactly this name; empty when the words are to be matched.
    pub named: Vec<usize>,
    /// At least 1.
    pub quantity: u32,
    /// Whether it was named where the customer tells something ("your burger is lovely").
    pub told: bool,
    /// Whether it was named like something known and not asked for: "my lassi", "the brownies".
    pub definite: bool,
    /// Whether a number was said.
    pub counted: bool,
    /// Options and notes, in the order they were said.
    pub modifiers: Vec<Modifier>,
    /// Every token that belongs to it.
    pub tokens: Vec<usize>,
}

/// An option or note, not yet looked up for the dish.
#[derive(Clone, Debug, PartialEq)]
pub struct Modifier {
    /// Tokens with the words around it, such as "no".
    pub tokens: Vec<usize>,
    /// Options of this name; empty for a note.
    pub options: Vec<OptionRef>,
    /// How much.
    pub amount: Amount,
    /// How many.
    pub count: u32,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Belongs to a part.
    Part,
    /// Known, and orders nothing.
    Phrase(PhraseKind),
    /// Not understood.
    Unplaced,
    /// A mark.
    Mark,
}

/// Reads the parts of an order.
pub fn parse(tokens: &[Token], lexicon: &Lexicon, facts: &Phrasebook<Fact>) -> ParsedOrder {
    let words = menu_words(tokens, lexicon, facts);
    let pieces = pieces(tokens, &words, lexicon, facts);
    lines::read(tokens, words, &pieces, lexicon)
}
