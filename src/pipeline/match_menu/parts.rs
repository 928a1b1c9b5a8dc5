//! Parts of an order to what they mean: which words are matched, and which parts are no dish after all.

use std::ops::Range;

use super::{Match, Matcher, Mention, Weighing};
use crate::pipeline::parse::{ParsedOrder, Part, Role};
use crate::pipeline::words::Token;
use crate::pipeline::{PhraseKind, Reader, settle};

/// Under this likeness to anything sold, words beside dishes are no dish; fitted on the static model, below
/// all of fifty dishes that the menu does not have.
const NO_FOOD: f32 = 0.25;

impl Reader {
    pub(in crate::pipeline) fn match_parts<'a>(
        &self,
        text: &str,
        tokens: &[Token],
        order: &'a ParsedOrder,
    ) -> Vec<(&'a Part, Match)> {
        order.parts.iter().map(|part| (part, self.match_part(text, tokens, order, part))).collect()
    }

    fn match_part(&self, text: &str, tokens: &[Token], order: &ParsedOrder, part: &Part) -> Match {
        Matcher::find_kind(&self.menu, &self.of_kind(tokens, part)).unwrap_or_else(|| {
            let mention = self.mention(text, tokens, order, part);
            self.matcher.find(&self.lexicon, &self.menu, &mention)
        })
    }

    /// What the words of a part may mean, whatever somebody else says they do.
    pub(in crate::pipeline) fn possible(
        &self,
        text: &str,
        tokens: &[Token],
        order: &ParsedOrder,
        part: &Part,
    ) -> Match {
        let named = order.parts.iter().find(|own| own.mention == part.mention).map(|own| own.named.clone());
        let part = Part { named: named.unwrap_or_default(), ..part.clone() };
        self.match_part(text, tokens, order, &part)
    }

    /// Items of the kind that a part names, when it names nothing more.
    fn of_kind(&self, tokens: &[Token], part: &Part) -> Vec<usize> {
        let folded: Vec<&str> = part.mention.iter().map(|t| tokens[*t].folded.as_str()).collect();
        if part.named.is_empty() { self.lexicon.of_kind(&folded) } else { Vec::new() }
    }

    /// What speaks for each item that the parts of a message may mean, for fitting what it counts: with the bytes
    /// of the message that each part's words take.
    pub fn weigh(&self, text: &str) -> Vec<(Range<usize>, Weighing)> {
        let (tokens, order) = self.parse(text);
        let parts = order.parts.iter().filter(|part| self.of_kind(&tokens, part).len() < 2);
        let weighed = parts.filter_map(|part| {
            let (first, last) = (part.mention.iter().min()?, part.mention.iter().max()?);
            let mention = self.mention(text, &tokens, &order, part);
            let weighing = self.matcher.weigh(&self.lexicon, &self.menu, &mention);
            Some((tokens[*first].span.start..tokens[*last].span.end, weighing))
        });
        weighed.collect()
    }

    /// The words for the dish of a part: those that name it, options right before them that may be part of the
    /// name, and right behind them what may be more of it.
    fn mention(&self, text: &str, tokens: &[Token], order: &ParsedOrder, part: &Part) -> Mention {
        let mut mention = Mention::new(settle::said(text, tokens, &part.mention), &part.named);
        let first = part.mention.iter().min().copied().unwrap_or(0);
        let option =
            |t: usize| part.modifiers.iter().find(|m| m.tokens.contains(&t) && !m.options.is_empty());
        let start = (0..first).rev().take_while(|t| option(*t).is_some()).last().unwrap_or(first);
        if let Some(before) = start.checked_sub(1).filter(|t| self.is_of_other_dish(order, *t)) {
            mention.push(&self.lexicon, &tokens[before].folded, order.words[before], &[]);
        }
        for (token, modifier) in (start..first).filter_map(|t| Some((t, option(t)?))) {
            mention.push(&self.lexicon, &tokens[token].folded, order.words[token], &modifier.options);
        }
        for token in &part.mention {
            mention.push(&self.lexicon, &tokens[*token].folded, order.words[*token], &[]);
        }
        let last = part.mention.iter().max().map_or(0, |last| last + 1);
        for (token, said) in tokens.iter().enumerate().skip(last) {
            let folded = &said.folded;
            let own = || part.named.iter().any(|item| self.lexicon.is_own(*item, folded));
            let more = part.tokens.contains(&token) && (self.lexicon.is_category(folded) || own());
            let options = match option(token) {
                Some(modifier) => &modifier.options[..],
                None if more => &[],
                None => break,
            };
            mention.push(&self.lexicon, folded, order.words[token], options);
        }
        mention
    }

    /// Whether a word that found no place in the order stands in the name of some dish: "breakfast" before "taco".
    fn is_of_other_dish(&self, order: &ParsedOrder, token: usize) -> bool {
        let placeless = matches!(order.roles[token], Role::Unplaced | Role::Phrase(PhraseKind::Filler));
        placeless && order.words[token].is_some_and(|word| !self.lexicon.items_with(word).is_empty())
    }

    /// "office party", "top floor": beside dishes of the menu, what was not counted and speaks of no food stays
    /// unplaced.
    pub(in crate::pipeline) fn drop_asides(&self, text: &str, tokens: &[Token], order: &mut ParsedOrder) {
        if order.parts.iter().all(|part| part.named.is_empty()) {
            return;
        }
        let parts = std::mem::take(&mut order.parts);
        let roles = order.roles.clone();
        let (asides, kept) = parts.into_iter().partition(|part| {
            let known = |t: &usize| order.words[*t].is_some() || self.lexicon.is_food(&tokens[*t].folded);
            let strange = !part.mention.iter().any(known);
            let bare = !part.counted && part.modifiers.is_empty() && part.named.is_empty();
            strange && bare && !follows_dish(tokens, &roles, part) && {
                let said = settle::said(text, tokens, &part.mention);
                self.matcher.likeness(&[&said]).is_some_and(|likeness| likeness < NO_FOOD)
            }
        });
        order.parts = kept;
        let asides: Vec<Part> = asides;
        for token in asides.iter().flat_map(|part| &part.tokens) {
            order.roles[*token] = Role::Unplaced;
        }
    }

    /// Whether what no item fits is at least food or drink.
    pub(in crate::pipeline) fn likeness(
        &self,
        text: &str,
        tokens: &[Token],
        order: &ParsedOrder,
    ) -> Option<f32> {
        let said: Vec<String> =
            order.parts.iter().take(8).map(|part| settle::said(text, tokens, &part.tokens)).collect();
        self.matcher.likeness(&said.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// "…burger, inside out": said right behind a dish, and perhaps of it.
fn follows_dish(tokens: &[Token], roles: &[Role], part: &Part) -> bool {
    let first = part.tokens.iter().min().copied().unwrap_or(0);
    (0..first)
        .rev()
        .find(|at| match roles[*at] {
            _ if is_teller(&tokens[*at].folded) => true,
            Role::Mark => tokens[*at].folded != ",",
            Role::Phrase(kind) => kind != PhraseKind::Filler,
            Role::Unplaced => false,
            Role::Part => true,
        })
        .is_some_and(|at| roles[at] == Role::Part)
}

/// "I burned my …": whoever tells something.
fn is_teller(folded: &str) -> bool {
    matches!(
        folded,
        "i" | "im" | "ive" | "we" | "weve" | "my" | "our" | "he" | "she" | "they" | "his" | "her"
    )
}
