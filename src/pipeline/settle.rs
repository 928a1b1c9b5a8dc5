//! Matched parts to lines with options, notes and prices, and what becomes of the message.

use rust_decimal::Decimal;

use super::lexicon::OptionRef;
use super::match_menu::{Decision, Match, shown};
use super::parse::{Modifier, ParsedOrder, Part, Role};
use super::words::{Token, TokenKind, stems};
use super::{Amount, Line, OptionChoice, Outcome, Unmatched, prices, turns};
use crate::config::{OnUnmatchedItem, ReaderSettings};
use crate::menu::{Choose, Menu, ModifierGroup, ModifierOption};

/// The lines of an order and the parts that are none.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// Dishes of the menu.
    pub lines: Vec<Line>,
    /// Other parts.
    pub unmatched: Vec<Unmatched>,
    /// Which of those may mean something of the menu.
    pub unsure: Vec<usize>,
    /// Items that have run out.
    pub run_out: Vec<String>,
}

/// Makes lines of matched parts.
pub fn settle(text: &str, tokens: &[Token], menu: &Menu, matched: &[(&Part, Match)]) -> Settled {
    let mut settled = Settled::default();
    for (part, found) in matched {
        let words = said(text, tokens, &part.tokens);
        let candidates = shown(menu, &found.candidates);
        if let Decision::Item(item) = found.decision {
            let item = &menu.items[item];
            if !item.available {
                settled.run_out.push(item.name.clone());
            }
            let (options, notes) = choices(text, tokens, menu, item, &part.modifiers);
            settled.lines.push(Line {
                text: words,
                item: Some(item.name.clone()),
                quantity: part.quantity,
                unit_price: item.price.and_then(|price| prices::unit_price(price, &options, menu)),
                options,
                notes,
                score: candidates.first().map_or(1.0, |c| c.score),
                runner_up: candidates.into_iter().nth(1),
            });
        } else {
            if found.decision == Decision::Unsure {
                settled.unsure.push(settled.unmatched.len());
            }
            settled.unmatched.push(Unmatched { text: words, quantity: part.quantity, candidates });
        }
    }
    settled
}

/// The customer's words at these tokens; neighbours keep what stands between them.
pub fn said(text: &str, tokens: &[Token], places: &[usize]) -> String {
    let mut places: Vec<usize> = places.to_vec();
    places.sort_unstable();
    places.dedup();
    let mut said = String::new();
    let mut last: Option<usize> = None;
    for place in places {
        let span = &tokens[place].span;
        match last {
            Some(before) if before + 1 == place => said.push_str(&text[tokens[before].span.end..span.end]),
            Some(_) => {
                said.push(' ');
                said.push_str(&text[span.clone()]);
            }
            None => said.push_str(&text[span.clone()]),
        }
        last = Some(place);
    }
    said
}

fn choices(
    text: &str,
    tokens: &[Token],
    menu: &Menu,
    item: &crate::menu::MenuItem,
    modifiers: &[Modifier],
) -> (Vec<OptionChoice>, Vec<String>) {
    let mut options: Vec<OptionChoice> = Vec::new();
    let (mut notes, mut without) = (Vec::new(), Vec::new());
    for modifier in modifiers {
        let fitting = modifier.options.iter().find(|of| applies(menu, **of, item));
        match fitting {
            Some(of) if is_aside(modifier, tokens) => {
                notes.push(said(text, tokens, &modifier.tokens));
                if costs(menu, *of) {
                    choose(menu, &mut options, *of, modifier);
                }
            }
            Some(of) if of.option.is_none() && names_kind(menu, *of, modifier, tokens) => {
                name_group(menu, &mut options, *of, modifier);
            }
            Some(of) if of.option.is_none() && menu.groups[of.group].choose == Choose::One => {
                match modifier.amount {
                    Amount::No => without.push((of.group, said(text, tokens, &modifier.tokens))),
                    Amount::Light | Amount::Extra | Amount::NoExtra => {
                        notes.push(said(text, tokens, &modifier.tokens));
                    }
                    Amount::Regular => {}
                }
            }
            Some(of) if of.option.is_none() && modifier.tokens.iter().any(|t| is_all(&tokens[*t].folded)) => {
                choose(menu, &mut options, *of, modifier);
            }
            Some(of) if of.option.is_some() || modifier.amount == Amount::No => {
                choose(menu, &mut options, *of, modifier);
            }
            Some(_) if modifier.tokens.len() < 2 => {}
            None if modifier.tokens.iter().all(|t| is_plain(&tokens[*t].folded)) => {}
            Some(_) | None => notes.push(said(text, tokens, &modifier.tokens)),
        }
    }
    for (group, note) in without {
        if options.iter().all(|choice| choice.group != menu.groups[group].name) {
            notes.push(note);
        }
    }
    (options, notes)
}

/// Whether a group is called what its options are: "beans", of black beans and pinto beans.
fn is_kind(group: &ModifierGroup) -> bool {
    let Some(kind) = stems(&group.name).pop() else { return false };
    group.choose == Choose::One && group.options.iter().filter(|option| is_of_kind(option, &kind)).count() > 1
}

fn is_of_kind(option: &ModifierOption, kind: &String) -> bool {
    std::iter::once(&option.name).chain(&option.aliases).any(|name| stems(name).last() == Some(kind))
}

/// "no rice", "rice and beans", but not "just the bun".
fn names_kind(menu: &Menu, of: OptionRef, modifier: &Modifier, tokens: &[Token]) -> bool {
    let before = modifier.tokens.first().and_then(|first| first.checked_sub(1));
    let definite = before.is_some_and(|at| tokens[at].folded == "the");
    is_kind(&menu.groups[of.group])
        && (modifier.amount == Amount::No || modifier.amount == Amount::Regular && !definite)
}

/// "beans", where there are several kinds: the group, unless a kind is said as well.
fn name_group(menu: &Menu, options: &mut Vec<OptionChoice>, of: OptionRef, modifier: &Modifier) {
    let group = &menu.groups[of.group].name;
    if options.iter().all(|choice| choice.group != *group) {
        let group = group.clone();
        options.push(OptionChoice { group, option: None, amount: modifier.amount, count: 1 });
    }
}

/// "on the side", "separately"
fn is_aside(modifier: &Modifier, tokens: &[Token]) -> bool {
    modifier.tokens.iter().any(|t| match tokens[*t].folded.as_str() {
        "side" => *t > 0 && matches!(tokens[*t - 1].folded.as_str(), "the" | "on"),
        word => matches!(word, "separately" | "separate"),
    })
}

fn costs(menu: &Menu, of: OptionRef) -> bool {
    let option = of.option.map(|option| &menu.groups[of.group].options[option]);
    option.and_then(|option| option.price).is_some_and(|price| price > Decimal::ZERO)
}

fn is_all(folded: &str) -> bool {
    matches!(folded, "all" | "every" | "everything")
}

/// "regular": nothing changed.
fn is_plain(folded: &str) -> bool {
    matches!(folded, "regular" | "plain" | "normal" | "standard" | "usual")
}

pub(super) fn applies(menu: &Menu, of: OptionRef, item: &crate::menu::MenuItem) -> bool {
    let group = &menu.groups[of.group];
    match of.option {
        Some(option) => group.options[option].applies_to(item),
        None => group.options.iter().any(|option| option.applies_to(item)),
    }
}

/// Of a group with one choice the last said stands, and leaving one out says nothing.
fn choose(menu: &Menu, options: &mut Vec<OptionChoice>, of: OptionRef, modifier: &Modifier) {
    let group = &menu.groups[of.group];
    let option = of.option.map(|option| group.options[option].name.clone());
    let one = group.choose == Choose::One;
    let left_out = matches!(modifier.amount, Amount::No | Amount::NoExtra);
    if one && (left_out || option.is_none()) {
        return;
    }
    options.retain(|known| known.group != group.name || !one && known.option != option);
    options.push(OptionChoice {
        group: group.name.clone(),
        option,
        amount: modifier.amount,
        count: modifier.count,
    });
}

/// What becomes of an order, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What becomes of it.
    pub outcome: Outcome,
    /// Why, in words a cook understands.
    pub reason: String,
    /// What about it was not understood; `None` where all was, or a rule of the house decided.
    pub doubt: Option<Doubt>,
}

/// What about an order was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Which item some words mean, or whether they mean any.
    Item,
    /// What words beside a dish say of it.
    Beside,
    /// What a number counts, or whether it counts anything.
    Number,
    /// Which of what was said belongs to which dish, and how many there are.
    Structure,
    /// What words say that found no place, and change nothing.
    Unplaced,
    /// What kind of message it is.
    Category,
}

impl Verdict {
    fn new(outcome: Outcome, reason: impl Into<String>, doubt: Option<Doubt>) -> Self {
        Self { outcome, reason: reason.into(), doubt }
    }
}

/// What an order becomes; the message is an order that is meant.
pub fn outcome(
    settled: &Settled,
    order: &ParsedOrder,
    tokens: &[Token],
    settings: &ReaderSettings,
) -> Verdict {
    if settled.lines.is_empty() && settled.unsure.is_empty() {
        return Verdict::new(Outcome::Enquiry, not_on_menu(settled), None);
    }
    if let Some(reason) = against_a_rule(settled, order, settings) {
        return Verdict::new(Outcome::Review, reason, None);
    }
    if let Some((doubt, reason)) = doubt(order, tokens) {
        return Verdict::new(Outcome::Review, reason, Some(doubt));
    }
    if let Some(part) = settled.unmatched.first() {
        let reason = unclear(part, settled.unsure.contains(&0));
        let (outcome, reason) = match settings.on_unmatched_item {
            OnUnmatchedItem::Review => (Outcome::Review, reason),
            OnUnmatchedItem::Reject => (Outcome::Enquiry, reason),
            OnUnmatchedItem::Partial if settled.lines.is_empty() => (Outcome::Review, reason),
            OnUnmatchedItem::Partial => (Outcome::Order, format!("without {}: {reason}", part.text)),
        };
        return Verdict::new(outcome, reason, Some(Doubt::Item));
    }
    let unplaced = order.roles.contains(&Role::Unplaced).then_some(Doubt::Unplaced);
    Verdict::new(Outcome::Order, "everything ordered is on the menu", unplaced)
}

fn not_on_menu(settled: &Settled) -> String {
    match settled.unmatched.first() {
        Some(part) => format!("not on the menu: {}", part.text),
        None => "it orders nothing that is on the menu".to_owned(),
    }
}

fn unclear(part: &Unmatched, unsure: bool) -> String {
    match part.candidates.as_slice() {
        [first, second, ..] if unsure && first.score < 2.0 * second.score => {
            format!("\"{}\" could be {} or {}", part.text, first.item, second.item)
        }
        [first, ..] if unsure => format!("\"{}\" may be {}", part.text, first.item),
        _ => format!("\"{}\" is not on the menu", part.text),
    }
}

/// A number that counts nothing and is no time, place or price.
pub(super) fn lost_number(order: &ParsedOrder, tokens: &[Token]) -> Option<usize> {
    let numbered = |at: usize| {
        at > 0
            && matches!(
                tokens[at - 1].folded.as_str(),
                "is" | "are" | "nr" | "no" | "number" | "door" | "floor" | "flat" | "stop"
            )
    };
    let lost = |at: &usize| {
        order.roles[*at] == Role::Unplaced
            && matches!(tokens[*at].kind, TokenKind::Number(_))
            && !numbered(*at)
    };
    (0..tokens.len()).find(lost)
}

/// What a person has to see, however well it was understood.
fn against_a_rule(settled: &Settled, order: &ParsedOrder, settings: &ReaderSettings) -> Option<String> {
    if order.allergy {
        return Some("it speaks of an allergy".to_owned());
    }
    if let Some(item) = settled.run_out.first() {
        return Some(format!("{item} has run out"));
    }
    let quantity = |line: &&Line| line.quantity > settings.max_quantity;
    if let Some(line) = settled.lines.iter().find(quantity) {
        return Some(format!("{} of one dish is more than {}", line.quantity, settings.max_quantity));
    }
    let total = settled
        .lines
        .iter()
        .try_fold(Decimal::ZERO, |sum, line| {
            let line = line.unit_price.unwrap_or_default().checked_mul(Decimal::from(line.quantity))?;
            sum.checked_add(line)
        })
        .unwrap_or(Decimal::MAX);
    (total > settings.max_total).then(|| format!("the total {total} is over {}", settings.max_total))
}

fn doubt(order: &ParsedOrder, tokens: &[Token]) -> Option<(Doubt, String)> {
    if !order.beside.is_empty() {
        let words: Vec<&str> = order.beside.iter().map(|t| tokens[*t].folded.as_str()).collect();
        return Some((Doubt::Beside, format!("not understood beside a dish: {}", words.join(" "))));
    }
    if let Some(reason) = turns::turn(order, tokens) {
        return Some((Doubt::Structure, reason));
    }
    if let Some(at) = lost_number(order, tokens) {
        return Some((Doubt::Number, format!("a number was not understood: {}", tokens[at].folded)));
    }
    let odd = order.odd_quantity.then(|| "a quantity is not a whole number".to_owned());
    let reason = odd
        .or_else(|| order.unclear.map(str::to_owned))
        .or_else(|| order.dangling.then(|| "something is to be left out, but not clear what".to_owned()))?;
    Some((Doubt::Structure, reason))
}
