//! Pieces to the parts of an order: one walk from left to right, a step a piece.

use std::ops::Range;

use super::facts::Fact;
use super::pieces::{Atom, Piece};
use crate::pipeline::lexicon::{Lexicon, WordId};
use crate::pipeline::parse::{Modifier, ParsedOrder, Part, Role};
use crate::pipeline::words::Token;
use crate::pipeline::{Amount, PhraseKind};

/// Reads the parts of an order out of its pieces.
pub fn read(
    tokens: &[Token],
    words: Vec<Option<WordId>>,
    pieces: &[Piece],
    lexicon: &Lexicon,
) -> ParsedOrder {
    let mut walk = Walk::new(tokens, words, pieces, lexicon);
    while walk.at < pieces.len() {
        let before = walk.at;
        walk.step();
        debug_assert!(walk.at > before, "every step goes on");
    }
    walk.finish()
}

/// The walk: where it is, and what is waiting for what comes next.
pub(super) struct Walk<'a> {
    pub(super) tokens: &'a [Token],
    pub(super) pieces: &'a [Piece],
    pub(super) lexicon: &'a Lexicon,
    pub(super) at: usize,
    pub(super) out: ParsedOrder,
    pub(super) ahead: Ahead,
    /// Counts and options whose dish is named with the next: "one decaf and one regular mocha".
    pub(super) pending: Vec<Ahead>,
    pub(super) cue: Option<Cue>,
    /// Parts that options and notes go to.
    pub(super) target: Range<usize>,
    /// The dish that "one of them" speaks of, and how many of it are not yet spoken of.
    pub(super) base: Option<Base>,
    /// How many modifiers the target had when this stretch between separators began.
    pub(super) fresh: usize,
    /// No separator came since some pieces of a dish were spoken of.
    pub(super) apportioned: bool,
    /// The first part of this sentence.
    pub(super) sentence: usize,
    /// A number may still count the dish last named.
    pub(super) countable: bool,
    pub(super) swapping: bool,
    pub(super) swap_words: Vec<usize>,
    pub(super) correcting: bool,
    /// A change of mind was said in this sentence.
    pub(super) corrected: bool,
    pub(super) wanted: bool,
    /// The number of the last line of a numbered list.
    pub(super) listed: u32,
    /// The dish last named was named by its number on the menu.
    pub(super) by_number: bool,
    /// The option last said, for "none".
    pub(super) last_modifier: Option<Modifier>,
    /// The piece that names the last dish of the message.
    pub(super) last_dish: usize,
    /// This clause tells something, so that its unknown words are no dish.
    pub(super) chatting: bool,
}

/// What was said before its dish.
#[derive(Clone, Default)]
pub(super) struct Ahead {
    pub(super) quantity: Option<u32>,
    pub(super) article: bool,
    pub(super) another: bool,
    pub(super) tokens: Vec<usize>,
    /// Unknown words that make the name of the dish longer.
    pub(super) unknown: Vec<usize>,
    pub(super) modifiers: Vec<Modifier>,
}

/// "no", "with", "extra": what comes next is an option or note of this amount.
pub(super) struct Cue {
    pub(super) amount: Amount,
    pub(super) tokens: Vec<usize>,
    pub(super) count: u32,
    pub(super) used: bool,
}

/// The dish last named.
#[derive(Clone, Copy)]
pub(super) struct Base {
    pub(super) part: usize,
    pub(super) left: u32,
    /// How many of it were named at first.
    pub(super) of: u32,
}

impl<'a> Walk<'a> {
    fn new(
        tokens: &'a [Token],
        words: Vec<Option<WordId>>,
        pieces: &'a [Piece],
        lexicon: &'a Lexicon,
    ) -> Self {
        let roles =
            tokens.iter().map(|t| if t.is_word() { Role::Unplaced } else { Role::Mark }).collect::<Vec<_>>();
        Self {
            tokens,
            pieces,
            lexicon,
            at: 0,
            out: ParsedOrder { roles, words, ..ParsedOrder::default() },
            ahead: Ahead::default(),
            pending: Vec::new(),
            cue: None,
            target: 0..0,
            base: None,
            fresh: 0,
            apportioned: false,
            sentence: 0,
            countable: false,
            swapping: false,
            swap_words: Vec::new(),
            correcting: false,
            corrected: false,
            wanted: false,
            listed: 0,
            by_number: false,
            last_modifier: None,
            last_dish: pieces.iter().rposition(|piece| matches!(piece.atom, Atom::Item(_))).unwrap_or(0),
            chatting: false,
        }
    }

    fn step(&mut self) {
        let pieces = self.pieces;
        if self.postcode() {
            return;
        }
        match &pieces[self.at].atom {
            Atom::Mark(mark) => self.mark(*mark),
            Atom::Number(number) => self.number(*number),
            Atom::Fact(Fact::Number(number)) => self.number(*number),
            Atom::Clock => self.clock(),
            Atom::Item(_) | Atom::Choice(_) | Atom::Word | Atom::Fact(Fact::Street) => self.run(),
            Atom::Fact(fact) => self.fact(*fact),
        }
    }

    fn finish(mut self) -> ParsedOrder {
        self.end_clause();
        self.out.dangling |= self.leaves_out_nothing();
        self.drop_headings();
        self.share_out();
        for part in &self.out.parts {
            for token in &part.tokens {
                self.out.roles[*token] = Role::Part;
            }
        }
        self.place_leftovers();
        self.out
    }

    /// A "no" or "without" that no part took.
    fn leaves_out_nothing(&self) -> bool {
        let taken: foldhash::HashSet<usize> =
            self.out.parts.iter().flat_map(|part| part.tokens.iter().copied()).collect();
        self.pieces.iter().any(|piece| {
            piece.atom == Atom::Fact(Fact::Takes(Amount::No))
                && !taken.contains(&piece.tokens.start)
                && self.out.roles[piece.tokens.start] == Role::Unplaced
        })
    }

    fn mark(&mut self, mark: char) {
        self.at += 1;
        match mark {
            '-' if self.is_minus() => {
                self.end_clause();
                self.cue = Some(Cue { amount: Amount::No, tokens: Vec::new(), count: 1, used: false });
            }
            ',' | '/' | '&' | '+' | '(' | ')' | '[' | ']' | '=' => self.comma(mark),
            '.' | '!' | '?' | '\n' | ';' | ':' => {
                self.end_clause();
                self.countable &= mark == ':';
                self.chatting = false;
                self.wanted = false;
                if mark != ':' {
                    self.corrected = false;
                    self.sentence = self.out.parts.len();
                }
            }
            _ => self.end_clause(),
        }
    }

    /// "+ bacon - onion"
    fn is_minus(&self) -> bool {
        let plus =
            (0..self.at.saturating_sub(1)).rev().take(8).any(|at| self.atom(at) == Some(&Atom::Mark('+')));
        plus && matches!(self.atom(self.at), Some(Atom::Choice(_))) && !self.named_in_run(self.at)
    }

    /// A comma ends an option, but a list of things left out goes on: "no lettuce, tomato or onion".
    fn comma(&mut self, mark: char) {
        let list = mark == ',' && self.list_goes_on();
        if mark == ',' && self.takes_back(self.at) {
            self.drop_count();
        }
        self.wait_for_name(self.at);
        if !list {
            self.end_clause();
        }
        self.fresh_start();
    }

    fn list_goes_on(&self) -> bool {
        let mut at = self.at;
        while at < self.at + 24 && matches!(self.atom(at), Some(Atom::Choice(_))) {
            at += 1;
            match self.atom(at) {
                Some(Atom::Mark(',')) => at += 1,
                Some(Atom::Fact(Fact::And)) => {
                    return matches!(self.atom(at + 1), Some(Atom::Choice(_)));
                }
                Some(_) | None => return false,
            }
        }
        false
    }

    pub(super) fn fresh_start(&mut self) {
        self.apportioned = false;
        self.fresh = self.out.parts.get(self.target.start).map_or(0, |part| part.modifiers.len());
    }

    /// Lets go of what waited for a word that did not come.
    pub(super) fn end_clause(&mut self) {
        let cue = self.cue.take();
        self.out.dangling |=
            cue.is_some_and(|cue| !cue.used && cue.amount == Amount::No && !self.target.is_empty());
        self.swapping = false;
        self.correcting = false;
        let ahead = std::mem::take(&mut self.ahead);
        if self.target.is_empty() {
            self.ahead.modifiers = ahead.modifiers;
        } else if !ahead.modifiers.is_empty() {
            for modifier in ahead.modifiers {
                self.modify(modifier);
            }
        }
        self.fresh_start();
    }

    pub(super) fn atom(&self, at: usize) -> Option<&'a Atom> {
        self.pieces.get(at).map(|piece| &piece.atom)
    }

    pub(super) fn fact_at(&self, at: usize) -> Option<Fact> {
        match self.atom(at) {
            Some(Atom::Fact(fact)) => Some(*fact),
            Some(_) | None => None,
        }
    }

    pub(super) fn piece_tokens(&self, at: usize) -> Vec<usize> {
        self.pieces[at].tokens.clone().filter(|t| self.tokens[*t].is_word()).collect()
    }

    /// Gives the tokens of pieces a role.
    pub(super) fn say(&mut self, pieces: Range<usize>, kind: PhraseKind) {
        for at in pieces {
            for token in self.piece_tokens(at) {
                self.out.roles[token] = Role::Phrase(kind);
            }
        }
    }

    /// Says what a piece is and goes on.
    pub(super) fn pass(&mut self, kind: PhraseKind) {
        self.say(self.at..self.at + 1, kind);
        self.at += 1;
    }

    /// Adds an option or note to the dishes spoken of.
    pub(super) fn modify(&mut self, modifier: Modifier) {
        for index in self.target.clone() {
            let part = &mut self.out.parts[index];
            part.tokens.extend(&modifier.tokens);
            part.modifiers.push(modifier.clone());
        }
        self.last_modifier = Some(modifier);
    }

    /// Begins a dish.
    pub(super) fn begin(&mut self, mention: Vec<usize>, named: Vec<usize>) {
        if self.correcting || self.replaces_last(&named) {
            self.take_back(&named);
        }
        self.doubts_name(&mention, &named);
        let definite = self.behind_possessive(&mention);
        self.by_number = false;
        let ahead = std::mem::take(&mut self.ahead);
        let cue = self.cue.take();
        let mut tokens = ahead.tokens;
        tokens.extend(cue.filter(|cue| !cue.used).map(|cue| cue.tokens).unwrap_or_default());
        tokens.extend(&mention);
        for modifier in &ahead.modifiers {
            tokens.extend(&modifier.tokens);
        }
        let quantity = ahead.quantity.unwrap_or(1).max(1);
        self.countable = !ahead.article;
        self.begin_pending(&mention, &named);
        self.out.parts.push(Part {
            mention,
            named,
            quantity,
            told: self.chatting && ahead.quantity.is_none() || !self.wanted && self.behind_time_word(&tokens),
            definite: !self.wanted && ahead.quantity.is_none() && !ahead.article && definite,
            counted: ahead.quantity.is_some(),
            modifiers: ahead.modifiers,
            tokens,
        });
        let part = self.out.parts.len() - 1;
        self.target = part..part + 1;
        self.base = Some(Base { part, left: quantity, of: quantity });
        self.fresh = 0;
        self.swapping = false;
    }

    /// The dishes whose name was left for this one to say.
    fn begin_pending(&mut self, mention: &[usize], named: &[usize]) {
        for ahead in std::mem::take(&mut self.pending) {
            let said = ahead.modifiers.iter().flat_map(|m| &m.tokens);
            let tokens = ahead.tokens.iter().chain(said).chain(mention).copied().collect();
            self.out.parts.push(Part {
                mention: mention.to_vec(),
                named: named.to_vec(),
                quantity: ahead.quantity.unwrap_or(1).max(1),
                counted: ahead.quantity.is_some(),
                modifiers: ahead.modifiers,
                tokens,
                ..Part::default()
            });
        }
    }

    /// "after one kombucha", "since a burger": told, not asked for.
    fn behind_time_word(&self, tokens: &[usize]) -> bool {
        let before = tokens.iter().min().and_then(|t| t.checked_sub(1));
        before.is_some_and(|t| matches!(self.tokens[t].folded.as_str(), "after" | "since"))
    }

    /// "my lassi", "after the burger"; a message that begins with "the" may name its dish so.
    fn behind_possessive(&self, mention: &[usize]) -> bool {
        let Some(before) = mention.first().and_then(|t| t.checked_sub(1)) else { return false };
        match self.tokens[before].folded.as_str() {
            "my" | "your" | "his" | "her" | "their" | "ur" => true,
            "the" => {
                before > 0
                    && !matches!(
                        self.tokens[before - 1].folded.as_str(),
                        "order" | "get" | "have" | "take" | "want"
                    )
            }
            _ => false,
        }
    }

    /// Takes back the dish named last, or the last of the same name.
    fn take_back(&mut self, named: &[usize]) {
        self.correcting = false;
        let same = self.out.parts.iter().rposition(|part| !named.is_empty() && part.named == named);
        let kind = |part: &Part| {
            let folded = part.mention.last().map_or("", |t| self.tokens[*t].folded.as_str());
            self.lexicon.is_category(folded) && named.iter().any(|item| self.lexicon.is_own(*item, folded))
        };
        let alike = same.or_else(|| self.out.parts.iter().rposition(kind));
        let last = alike.or(self.out.parts.len().checked_sub(1));
        if let Some(last) = last {
            self.drop_part(last);
        }
    }

    /// Takes a dish out of the order.
    pub(super) fn drop_part(&mut self, part: usize) {
        for token in self.out.parts.remove(part).tokens {
            self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
        }
        self.base = None;
        self.target = 0..0;
        self.sentence = self.sentence.min(self.out.parts.len());
    }
}
