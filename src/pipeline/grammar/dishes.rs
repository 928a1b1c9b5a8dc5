//! A dish by its name, with what stands right before and behind it.

use std::ops::Range;

use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::Amount;
use crate::pipeline::parse::Modifier;

impl Walk<'_> {
    /// Where the options of a dish end that another follows: "haddock large chips" are large chips.
    pub(super) fn options_of_first(&self, dish: usize, next: usize) -> usize {
        let of_next = |at: usize| match (self.atom(at), self.atom(next)) {
            (Some(Atom::Choice(options)), Some(Atom::Item(items))) => {
                !self.lexicon.is_choose_many(options)
                    && items.iter().any(|item| !self.lexicon.options_for(*item, options).is_empty())
            }
            _ => false,
        };
        let mut end = next;
        while end > dish + 1 && of_next(end - 1) {
            end -= 1;
        }
        end
    }

    /// "espresso macchiato": what stands in the other dish anyway.
    pub(super) fn is_part_of_name(&self, at: usize, next: usize) -> bool {
        let Some(Atom::Item(named)) = self.atom(next) else { return false };
        let words = self.piece_tokens(at);
        let own = |item: &usize| words.iter().all(|t| self.lexicon.is_own(*item, &self.tokens[*t].folded));
        self.ahead.quantity.unwrap_or(1) == 1 && named.iter().all(own)
    }

    /// Options before a dish belong to it; other words before it make its name longer.
    pub(super) fn before_dish(&mut self, run: Range<usize>) {
        for at in run {
            let tokens = self.piece_tokens(at);
            match self.atom(at) {
                Some(Atom::Choice(options)) => self.ahead.modifiers.push(Modifier {
                    tokens,
                    options: options.clone(),
                    amount: Amount::Regular,
                    count: 1,
                }),
                Some(Atom::Word) if self.is_ice(at) => self.ahead.modifiers.push(Modifier {
                    tokens,
                    options: self.lexicon.options_named("iced"),
                    amount: Amount::Regular,
                    count: 1,
                }),
                Some(_) if self.is_person(at) => self.ahead.modifiers.push(Modifier {
                    tokens,
                    options: Vec::new(),
                    amount: Amount::Regular,
                    count: 1,
                }),
                Some(_) | None if self.says_nothing(&tokens) => {}
                Some(_) | None => self.ahead.unknown.extend(tokens),
            }
        }
    }

    /// "an ice latte": iced, where the menu has that.
    fn is_ice(&self, at: usize) -> bool {
        let ice = self.pieces.get(at).is_some_and(|piece| self.tokens[piece.tokens.start].folded == "ice");
        ice && !self.lexicon.options_named("iced").is_empty()
    }

    /// "menu no. 16": words of the language before a dish that was not counted.
    pub(super) fn says_nothing(&self, tokens: &[usize]) -> bool {
        self.ahead.quantity.is_none() && !self.ahead.article && tokens.iter().all(|t| self.is_harmless(*t))
    }

    /// Begins the dish; returns where its words end.
    pub(super) fn dish(&mut self, at: usize, until: usize, last: bool) -> usize {
        let Some(Atom::Item(named)) = self.atom(at) else { return until };
        let unknown = std::mem::take(&mut self.ahead.unknown);
        let exact = self.own_of(named, &unknown);
        let (named, exact) = match self.around_category(&unknown, at) {
            Some(whole) if !exact => (whole, true),
            Some(_) | None => (named.clone(), exact),
        };
        let named = &named;
        let mut mention = unknown;
        mention.extend(self.piece_tokens(at));
        if mention.len() == self.pieces[at].tokens.len()
            && (self.refers(self.pieces[at].tokens.start, &mention, named)
                || (self.is_one_behind(at) || self.is_to_be_made(at))
                    && self.refers(self.pieces[at].tokens.start, &mention, &[]))
        {
            return self.after_reference(at + 1, until);
        }
        self.begin(mention, if exact { named.clone() } else { Vec::new() });
        let mut next = at + 1;
        while next < until && (last || matches!(self.atom(next), Some(Atom::Choice(_)))) {
            self.after_dish(next);
            next += 1;
        }
        next
    }

    /// "make the kafta extra hot": something named before.
    fn is_to_be_made(&self, at: usize) -> bool {
        let first = self.pieces[at].tokens.start;
        let word = |back: usize| first.checked_sub(back).map_or("", |t| self.tokens[t].folded.as_str());
        word(1) == "the" && matches!(word(2), "make" | "do" | "have")
    }

    /// "the falafel one": a word of a dish named before, though something is called so by itself.
    fn is_one_behind(&self, at: usize) -> bool {
        let next = self.pieces.get(at + 1).map_or("", |p| self.tokens[p.tokens.start].folded.as_str());
        matches!(next, "one" | "ones")
    }

    /// "chai tea latte": the name of a dish with that of its category inside.
    pub(super) fn around_category(&self, unknown: &[usize], at: usize) -> Option<Vec<usize>> {
        let tokens = unknown.iter().copied().chain(self.piece_tokens(at));
        let words: Vec<_> = tokens
            .filter(|t| !self.lexicon.is_category(&self.tokens[*t].folded))
            .map(|t| self.out.words[t])
            .collect();
        let (length, named) = self.lexicon.longest_name(&words)?;
        (length == words.len() && !named.items.is_empty()).then(|| named.items.clone())
    }

    pub(super) fn after_reference(&mut self, from: usize, until: usize) -> usize {
        for at in from..until {
            self.after_dish(at);
        }
        until
    }

    pub(super) fn after_dish(&mut self, at: usize) {
        let tokens = self.piece_tokens(at);
        if let Some(Atom::Choice(options)) = self.atom(at) {
            let options = options.clone();
            self.modify(Modifier { tokens, options, amount: Amount::Regular, count: 1 });
        } else if self.extends_name(&tokens) {
            for index in self.target.clone() {
                self.out.parts[index].tokens.extend(&tokens);
            }
        } else if self.is_participle(&tokens) {
            self.modify(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
        } else {
            let strange: Vec<usize> = tokens.into_iter().filter(|t| !self.is_harmless(*t)).collect();
            self.out.beside.extend(strange);
        }
    }

    /// "drizzled", "shredded": how something shall be prepared.
    pub(super) fn is_participle(&self, tokens: &[usize]) -> bool {
        tokens.iter().all(|t| {
            let word = self.tokens[*t].folded.as_str();
            self.out.words[*t].is_none() && word.len() > 4 && word.ends_with("ed")
        })
    }

    pub(super) fn is_harmless(&self, token: usize) -> bool {
        self.out.words[token].is_none() && self.lexicon.is_harmless(&self.tokens[token].folded)
    }

    /// "portobello stack": a word of the dish's own name.
    pub(super) fn extends_name(&self, tokens: &[usize]) -> bool {
        let Some(part) = self.out.parts.get(self.target.start) else { return false };
        self.own_of(&part.named, tokens)
    }

    /// Whether words may stand beside the name of one of these items without changing it.
    pub(super) fn own_of(&self, items: &[usize], tokens: &[usize]) -> bool {
        tokens.is_empty()
            || items.iter().any(|item| {
                tokens.iter().all(|t| {
                    let folded = &self.tokens[*t].folded;
                    self.lexicon.is_own(*item, folded) || self.lexicon.is_category(folded)
                })
            })
    }
}
