//! Runs of options without a dish: for the dish before, for the next, or a dish by themselves.

use std::ops::Range;

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use super::runs::SURELY_NAMED;
use crate::pipeline::Amount;
use crate::pipeline::lexicon::OptionRef;
use crate::pipeline::parse::Modifier;

impl Walk<'_> {
    /// "kid temperature 2% milk", "some pickled jalapeños": options of the dish before, and words that change nothing.
    pub(super) fn options_among_words(&mut self, run: Range<usize>) -> bool {
        let choice = |at: &usize| matches!(self.atom(*at), Some(Atom::Choice(_)));
        let plain = |at: &usize| {
            let tokens = self.piece_tokens(*at);
            tokens.iter().all(|t| {
                self.is_harmless(*t)
                    || self.lexicon.is_ingredient(&self.tokens[*t].folded) && self.out.words[*t].is_none()
            }) || self.is_participle(&tokens)
        };
        let fits = !self.target.is_empty()
            && self.ahead.quantity.is_none()
            && !self.ahead.article
            && run.clone().any(|at| choice(&at))
            && run.clone().all(|at| choice(&at) || plain(&at));
        if fits {
            let compound = |at: usize| {
                at > run.start
                    && !choice(&(at - 1))
                    && choice(&at)
                    && !self.piece_tokens(at - 1).iter().all(|t| self.is_harmless(*t))
            };
            let compounds: Vec<usize> = run.clone().filter(|at| compound(*at)).collect();
            for at in run.clone() {
                if compounds.contains(&(at + 1)) {
                    continue;
                }
                if compounds.contains(&at) {
                    let tokens = [self.piece_tokens(at - 1), self.piece_tokens(at)].concat();
                    let options = if self.is_participle(&self.piece_tokens(at - 1)) {
                        self.choices_at(at)
                    } else {
                        Vec::new()
                    };
                    self.modify(Modifier { tokens, options, amount: Amount::Regular, count: 1 });
                } else {
                    self.after_dish(at);
                }
            }
        }
        fits
    }

    pub(super) fn choices_at(&self, at: usize) -> Vec<OptionRef> {
        match self.atom(at) {
            Some(Atom::Choice(options)) => options.clone(),
            Some(_) | None => Vec::new(),
        }
    }

    /// Options without a dish in their run go to the dish before, or wait for the next.
    pub(super) fn options_alone(&mut self, run: Range<usize>) -> bool {
        let counted = self.ahead.quantity.is_some() || self.ahead.article;
        if self.correcting && !counted && !self.dish_follows(run.end) {
            let new = self.choices_at(run.start);
            self.take_back_option(&new);
        }
        if self.side_dish(run.clone()) || self.implied_dish(run.clone()) {
            return true;
        }
        if self.is_of(run.end) && self.dish_in_run(run.end + 1) {
            self.before_dish(run);
            return true;
        }
        if counted && !self.target.is_empty() && self.measured_option(run.clone()) {
            return true;
        }
        if self.target.is_empty() || counted && !self.swapping {
            if self.ahead.quantity.is_some() && !self.dish_follows(run.end) {
                return false;
            }
            self.before_dish(run);
            return true;
        }
        if run.len() == 1 {
            self.doubts_choice(run.start);
        }
        for at in run {
            self.after_dish(at);
        }
        true
    }

    /// "two colas", where a soft drink is sold with a choice of which: the dish that only this option is of.
    pub(super) fn implied_dish(&mut self, run: Range<usize>) -> bool {
        let Some((at, item)) = run.clone().find_map(|at| match self.atom(at) {
            Some(Atom::Choice(options)) => Some((at, self.lexicon.implied_by(options)?)),
            Some(_) | None => None,
        }) else {
            return false;
        };
        let spoken = self.out.parts.get(self.target.start).filter(|_| !self.target.is_empty());
        let same = spoken.is_some_and(|part| part.named.contains(&item)) && self.ahead.quantity.is_none();
        if same {
            return false;
        }
        let tokens = self.piece_tokens(at);
        let Some(Atom::Choice(options)) = self.atom(at) else { return false };
        let options = options.clone();
        self.before_dish(run.start..at);
        self.begin(tokens.clone(), vec![item]);
        self.modify(Modifier { tokens, options, amount: Amount::Regular, count: 1 });
        for at in at + 1..run.end {
            self.after_dish(at);
        }
        true
    }

    /// "a side of refried beans", where beans are sold as a side: "side" is a word of the name.
    pub(super) fn side_dish(&mut self, run: Range<usize>) -> bool {
        let Some(measure) = run.start.checked_sub(1).filter(|at| self.fact_at(*at) == Some(Fact::Measure))
        else {
            return false;
        };
        let head: Vec<usize> = self.piece_tokens(run.end - 1).into_iter().rev().take(1).collect();
        let side: Vec<usize> =
            self.piece_tokens(measure).into_iter().filter(|t| self.out.words[*t].is_some()).collect();
        let mention = [side.clone(), head].concat();
        let only = side.first().and_then(|t| self.out.words[*t]).map(|word| self.lexicon.items_with(word));
        let fits = |item: usize| {
            run.clone().all(|at| match self.atom(at) {
                Some(Atom::Choice(options)) => !self.lexicon.options_for(item, options).is_empty(),
                Some(_) | None => false,
            })
        };
        let tub = only
            .and_then(|items| if let [item] = items { Some(*item) } else { None })
            .filter(|item| fits(*item));
        let sold = !side.is_empty() && self.best(&mention) > SURELY_NAMED;
        if let Some(item) = tub {
            self.before_dish(run);
            self.begin(side, vec![item]);
        } else if sold {
            self.before_dish(run);
            self.begin(mention, Vec::new());
        }
        sold || tub.is_some()
    }

    /// "and three pumps of hazelnut"
    pub(super) fn measured_option(&mut self, run: Range<usize>) -> bool {
        let at = run.start.checked_sub(1);
        let vessel = at.is_some_and(|at| {
            let word = self.tokens[self.pieces[at].tokens.start].folded.as_str();
            matches!(
                word,
                "glass" | "glasses" | "bottle" | "bottles" | "pint" | "pints" | "carafe" | "jug" | "pitcher"
            )
        });
        let before = at.and_then(|at| self.fact_at(at)).filter(|_| !vessel);
        let measured = matches!(before, Some(Fact::Measure | Fact::Shots));
        if measured {
            let ahead = std::mem::take(&mut self.ahead);
            for at in run {
                if let Some(Atom::Choice(options)) = self.atom(at) {
                    let tokens = [ahead.tokens.clone(), self.piece_tokens(at)].concat();
                    let count = ahead.quantity.unwrap_or(1).max(1);
                    let options = options.clone();
                    self.modify(Modifier { tokens, options, amount: Amount::Regular, count });
                }
            }
        }
        measured
    }

    pub(super) fn dish_follows(&self, from: usize) -> bool {
        (from..self.pieces.len().min(from + 4)).any(|at| matches!(self.atom(at), Some(Atom::Item(_))))
    }

    /// "swap the pesto for …": an option, or a note in the customer's words.
    pub(super) fn swapped(&mut self, run: Range<usize>) {
        for at in run {
            let mut tokens = self.piece_tokens(at);
            let options = match self.atom(at) {
                Some(Atom::Choice(options)) => options.clone(),
                Some(_) | None => Vec::new(),
            };
            if options.is_empty() {
                tokens.splice(0..0, self.swap_words.clone());
            }
            self.modify(Modifier { tokens, options, amount: Amount::Regular, count: 1 });
        }
    }
}
