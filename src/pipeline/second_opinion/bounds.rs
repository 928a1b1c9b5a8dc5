//! What a model may say of a message at all: which words it may take for talk, which dishes it may choose, and what its
//! options are.

use crate::pipeline::grammar::facts::Fact;
use crate::pipeline::lexicon::{OptionRef, is_small};
use crate::pipeline::match_menu::{Decision, Match};
use crate::pipeline::parse::ParsedOrder;
use crate::pipeline::words::{Token, TokenKind};
use crate::pipeline::{Amount, Reader};

/// Words so much as these turn an order round: no model talks them away.
const TURNING: &[&str] = &[
    "no",
    "not",
    "without",
    "allergic",
    "allergy",
    "allergies",
    "intolerant",
    "except",
    "hold",
    "minus",
    "dont",
    "cancel",
    "instead",
    "free",
];

/// Whether words may mean an item: our matcher's own choice, or one of two that stand out among all others.
pub(super) fn is_possible(possible: &Match, item: usize) -> bool {
    match possible.decision {
        Decision::Item(own) => own == item,
        Decision::Unsure => {
            stand_out(possible) && possible.candidates.iter().any(|(candidate, _)| *candidate == item)
        }
        Decision::Nothing => false,
    }
}

/// Two of three dishes that come equally near are no more than two thirds.
const STANDS_OUT: f32 = 0.68;

/// Whether the two best candidates are much likelier than all others together.
pub(super) fn stand_out(possible: &Match) -> bool {
    possible.candidates.iter().map(|(_, chance)| chance).sum::<f32>() > STANDS_OUT
}

/// Whether a word turns round what is said of a dish.
pub(super) fn is_turning(folded: &str) -> bool {
    TURNING.contains(&folded)
}

impl Reader {
    /// Whether a word orders nothing and turns nothing round, whatever a model says of it: no number, no word of the
    /// menu, no food, no negation.
    pub(in crate::pipeline) fn is_idle(&self, tokens: &[Token], order: &ParsedOrder, at: usize) -> bool {
        let token = &tokens[at];
        let folded = token.folded.as_str();
        let number = !matches!(token.kind, TokenKind::Word | TokenKind::Mark(_))
            || matches!(self.facts.longest(&tokens[at..]), Some((_, Fact::Number(_))));
        let food =
            order.words[at].is_some() || self.lexicon.is_food(folded) || self.lexicon.is_ingredient(folded);
        is_small(folded) || !number && !food && !TURNING.contains(&folded)
    }

    /// An option in the model's words, as our own grammar reads it beside its dish: how much, how many, and which.
    pub(super) fn option_of(&self, item: usize, option: &str) -> (Amount, u32, Vec<OptionRef>) {
        let (_, order) = self.parse(&format!("1 {}, {option}", self.menu.items[item].name));
        let mut modifiers = order.parts.iter().flat_map(|part| &part.modifiers);
        let found = modifiers.rfind(|modifier| !modifier.options.is_empty());
        found.map_or((Amount::Regular, 1, Vec::new()), |m| (m.amount, m.count, m.options.clone()))
    }
}
