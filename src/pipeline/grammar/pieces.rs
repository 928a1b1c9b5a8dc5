//! A message cut into pieces: names of the menu, language facts, numbers, marks and other words.

use std::ops::Range;

use super::facts::Fact;
use super::phrasebook::Phrasebook;
use crate::pipeline::lexicon::{Lexicon, OptionRef, WordId, is_small};
use crate::pipeline::words::{Token, TokenKind, stem};
use crate::pipeline::{Amount, PhraseKind};

/// What a piece is.
#[derive(Clone, Debug, PartialEq)]
pub enum Atom {
    /// A name or alias of these items.
    Item(Vec<usize>),
    /// A name or alias of these options.
    Choice(Vec<OptionRef>),
    /// A language fact.
    Fact(Fact),
    /// A number in digits.
    Number(u32),
    /// A time or decimal.
    Clock,
    /// A mark.
    Mark(char),
    /// Any other word.
    Word,
}

/// Tokens that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What they are.
    pub atom: Atom,
    /// Which tokens.
    pub tokens: Range<usize>,
}

/// The menu's word of each token, spelling repaired where the token is no word of the language.
pub fn menu_words(tokens: &[Token], lexicon: &Lexicon, facts: &Phrasebook<Fact>) -> Vec<Option<WordId>> {
    let mut words: Vec<Option<WordId>> = tokens
        .iter()
        .enumerate()
        .map(|(at, token)| match token.kind {
            TokenKind::Word => {
                lexicon.word(&token.folded).or_else(|| lexicon.short_plural(&token.folded)).or_else(|| {
                    let fact = facts.longest(&tokens[at..=at]).is_some();
                    let name = token.capital && token.folded.len() < 5;
                    if fact || name { None } else { lexicon.repair(&token.folded) }
                })
            }
            TokenKind::Number(_) | TokenKind::Clock => lexicon.word(&token.folded),
            TokenKind::Mark(_) => None,
        })
        .collect();
    for at in 0..words.len() {
        if words[at].is_none()
            && tokens[at].kind == TokenKind::Word
            && facts.longest(&tokens[at..=at]).is_none()
        {
            let next = words.get(at + 1).copied().flatten();
            let before = at.checked_sub(1).and_then(|at| words[at]);
            words[at] = next
                .and_then(|next| lexicon.shortened(&tokens[at].folded, next))
                .or_else(|| before.and_then(|before| lexicon.continued(before, &tokens[at].folded)));
        }
    }
    words
}

/// Cuts a message into pieces. Every token is in exactly one.
pub fn pieces(
    tokens: &[Token],
    words: &[Option<WordId>],
    lexicon: &Lexicon,
    facts: &Phrasebook<Fact>,
) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if let Some((length, item)) = numbered_at(tokens, lexicon, at) {
            pieces.push(Piece { atom: Atom::Item(vec![item]), tokens: at..at + length });
            at += length;
            continue;
        }
        if let Some(length) = ice_cream(&pieces, tokens, words, lexicon, at) {
            pieces.push(Piece { atom: Atom::Fact(Fact::Says(PhraseKind::Filler)), tokens: at..at + length });
            at += length;
            continue;
        }
        let named = named_at(tokens, words, lexicon, at)
            .filter(|(length, _)| *length > 1 || !is_modal(tokens, at) && !counts_or_times(tokens, at));
        let fact = fact_at(tokens, words, lexicon, facts, at);
        let (length, atom) = match (named, fact) {
            (Some((length, Atom::Choice(options))), Some((said, fact)))
                if length <= said
                    && options.iter().all(|o| o.option.is_none())
                    && (fact == Fact::Takes(Amount::Extra) || !is_whole(&pieces, tokens)) =>
            {
                (said, Atom::Fact(fact))
            }
            (Some((length, atom @ Atom::Choice(_))), Some((_, Fact::Measure))) => (length, atom),
            (Some((length, atom)), Some((said, _))) if length >= said => (length, atom),
            (Some((length, atom)), None) => (length, atom),
            (_, Some((said, fact))) => (said, Atom::Fact(fact)),
            (None, None) => (1, atom_of(&tokens[at])),
        };
        pieces.push(Piece { atom, tokens: at..at + length });
        at += length;
    }
    pieces
}

/// "ice cream" behind its flavour, where the menu lists the flavours: no cream on top.
fn ice_cream(
    pieces: &[Piece],
    tokens: &[Token],
    words: &[Option<WordId>],
    lexicon: &Lexicon,
    at: usize,
) -> Option<usize> {
    let flavour =
        matches!(pieces.last(), Some(Piece { atom: Atom::Choice(of), .. }) if lexicon.is_flavour(of));
    let said = tokens[at].folded == "ice"
        && tokens.get(at + 1).is_some_and(|t| matches!(t.folded.as_str(), "cream" | "creams"));
    let sold = named_at(tokens, words, lexicon, at).is_some_and(|(length, _)| length > 1);
    (flavour && said && !sold).then_some(2)
}

/// "6 x fries", "six o'clock", "half past six": a number, whatever portion the menu calls so.
fn counts_or_times(tokens: &[Token], at: usize) -> bool {
    let number = matches!(tokens[at].kind, TokenKind::Number(_))
        || matches!(
            tokens[at].folded.as_str(),
            "one"
                | "two"
                | "three"
                | "four"
                | "five"
                | "six"
                | "seven"
                | "eight"
                | "nine"
                | "ten"
                | "eleven"
                | "twelve"
        );
    let word = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |t| t.folded.as_str());
    let behind = matches!(word(Some(at + 1)), "x" | "times" | "oclock" | "o'clock" | "pm" | "am" | "ish");
    let before =
        matches!(word(at.checked_sub(1)), "past" | "at" | "by" | "around" | "till" | "until" | "half");
    number && (behind || before)
}

/// "can", unless it is counted like something to drink: "two cans", "a can of …".
fn is_modal(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| &tokens[at]);
    let counted = before.is_some_and(|t| {
        matches!(t.kind, TokenKind::Number(_))
            || matches!(
                t.folded.as_str(),
                "a" | "one" | "two" | "three" | "four" | "another" | "the" | "x" | "large" | "small"
            )
    });
    let of = tokens.get(at + 1).is_none_or(|t| t.folded == "of" || !t.is_word());
    tokens[at].folded == "can" && !counted && !of
}

/// "#3", "no. 12", "number 7", "15s": surely an item's number on the menu.
fn numbered_at(tokens: &[Token], lexicon: &Lexicon, at: usize) -> Option<(usize, usize)> {
    let word = tokens[at].folded.as_str();
    let said = matches!(word, "#" | "no" | "nr" | "num" | "number" | "numbers");
    let dot = usize::from(said && tokens.get(at + 1).is_some_and(|t| t.kind == TokenKind::Mark('.')));
    let digits = at + usize::from(said) + dot;
    let token = tokens.get(digits)?;
    let TokenKind::Number(number) = token.kind else { return None };
    let sure = said || token.folded.ends_with('s');
    let item = lexicon.item_of_number(number).filter(|_| sure)?;
    Some((digits + 1 - at, item))
}

/// Whether "no" or "all the" stands right before: "no sauces" is a whole group.
fn is_whole(pieces: &[Piece], tokens: &[Token]) -> bool {
    let the = pieces.last().is_some_and(|piece| tokens[piece.tokens.start].folded == "the");
    let before = pieces.len().checked_sub(1 + usize::from(the)).map(|at| &pieces[at].atom);
    matches!(before, Some(Atom::Fact(Fact::Each)))
        || !the && matches!(before, Some(Atom::Fact(Fact::Takes(Amount::No))))
}

/// The longest language fact at a place; it ends where a longer name of the menu begins ("with" in "with
/// extra patty"), and an adjective that begins the name of a dish is none ("spicy tempeh").
fn fact_at(
    tokens: &[Token],
    words: &[Option<WordId>],
    lexicon: &Lexicon,
    facts: &Phrasebook<Fact>,
    at: usize,
) -> Option<(usize, Fact)> {
    let (length, fact) = facts.longest(&tokens[at..])?;
    if fact == Fact::Describes && length == 1 && begins_name(words, lexicon, at) {
        return None;
    }
    if fact == Fact::Instructs && words[at].is_some() {
        return None;
    }
    if fact == Fact::Condiment && !stands_alone(tokens, words, lexicon, facts, at..at + length) {
        return None;
    }
    let inside = (1..length).find(|skip| {
        named_at(tokens, words, lexicon, at + skip).is_some_and(|(name, atom)| {
            let option = matches!(&atom, Atom::Choice(options) if options.iter().any(|o| o.option.is_some()));
            skip + name > length || skip + name == length && option
        })
    });
    match inside {
        Some(skip) => facts.longest(&tokens[at..at + skip]),
        None => Some((length, fact)),
    }
}

/// Whether words are none of the menu's, and no part of a longer name: "cinnamon", but not "cinnamon roll".
fn stands_alone(
    tokens: &[Token],
    words: &[Option<WordId>],
    lexicon: &Lexicon,
    facts: &Phrasebook<Fact>,
    said: Range<usize>,
) -> bool {
    let after = said.end;
    let one_word = said.len() == 1;
    let named = |at: usize| {
        one_word && lexicon.is_of_item(&tokens[at].folded) || named_at(tokens, words, lexicon, at).is_some()
    };
    let ends = tokens.get(after).is_none_or(|next| {
        let done = words[after].is_none() && next.folded.len() > 4 && next.folded.ends_with("ed");
        !next.is_word() || done || facts.longest(&tokens[after..]).is_some()
    });
    let before = said.start.checked_sub(1);
    let begins = before.is_none_or(|at| {
        let counts = matches!(tokens[at].kind, TokenKind::Number(_));
        !tokens[at].is_word() || counts || !named(at) && facts.is_word(&tokens[at].folded)
    });
    ends && begins && !said.clone().any(named)
}

/// Whether a word and the next stand in the name of one item.
fn begins_name(words: &[Option<WordId>], lexicon: &Lexicon, at: usize) -> bool {
    let (Some(word), Some(Some(next))) = (words[at], words.get(at + 1)) else { return false };
    lexicon.items_with(word).iter().any(|item| lexicon.items_with(*next).contains(item))
}

fn atom_of(token: &Token) -> Atom {
    match token.kind {
        TokenKind::Word => Atom::Word,
        TokenKind::Number(number) => Atom::Number(number),
        TokenKind::Clock => Atom::Clock,
        TokenKind::Mark(mark) => Atom::Mark(mark),
    }
}

/// The longest name of the menu at a place; small words inside it are passed over ("soup of the day").
fn named_at(
    tokens: &[Token],
    words: &[Option<WordId>],
    lexicon: &Lexicon,
    at: usize,
) -> Option<(usize, Atom)> {
    words[at]?;
    let mut telling = Vec::new();
    let mut places = Vec::new();
    for place in at..tokens.len().min(at + 2 * lexicon.longest() + 2) {
        let joins = matches!(tokens[place].kind, TokenKind::Mark('&' | '+'))
            || is_small(&stem(&tokens[place].folded));
        if tokens[place].is_word() && !(joins && place > at) {
            telling.push(words[place]);
            places.push(place);
        } else if !joins {
            break;
        }
        if telling.len() == lexicon.longest() {
            break;
        }
    }
    let (length, named) = lexicon.longest_name(&telling)?;
    let atom = if named.items.is_empty() {
        Atom::Choice(named.options.clone())
    } else {
        Atom::Item(named.items.clone())
    };
    Some((places[length - 1] + 1 - at, atom))
}
