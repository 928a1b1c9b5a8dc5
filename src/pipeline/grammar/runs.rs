//! Runs of words without separators: which of them name a dish, an option, or neither.

use std::ops::Range;

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::match_menu::scores;
use crate::pipeline::parse::{Modifier, Role};
use crate::pipeline::{Amount, PhraseKind};

/// A stretch of words names a dish when some item covers it so well.
const NEAR_ENOUGH: f32 = 0.35;
/// Words name a dish whole when some item covers them so well.
pub(super) const SURELY_NAMED: f32 = 0.95;
/// Longer runs are cut, so that a message of any length is read in linear time.
const LONGEST_RUN: usize = 40;
/// Longer stretches of unknown words are talk.
pub(super) const LONGEST_MENTION: usize = 5;

impl Walk<'_> {
    /// The run that begins here.
    pub(super) fn run(&mut self) {
        let mut end = self.at + 1;
        while end < self.at + LONGEST_RUN
            && matches!(
                self.atom(end),
                Some(Atom::Item(_) | Atom::Choice(_) | Atom::Word | Atom::Fact(Fact::Street))
            )
            && self.postcode_at(end).is_none()
        {
            end += 1;
        }
        if self.numbered_street() || self.numbered_door() {
            return;
        }
        if self.fact_at(end) == Some(Fact::Allergy) && self.cue.is_none() {
            self.ahead = Default::default();
            self.at = end;
            return;
        }
        if self.signed(&(self.at..end)) {
            self.at = end;
        } else if self.cue.is_some() {
            self.cued(end);
        } else {
            self.uncued(self.at..end);
            self.at = end;
        }
    }

    pub(super) fn best(&self, tokens: &[usize]) -> f32 {
        let words: Vec<_> = tokens.iter().map(|t| self.out.words[*t]).collect();
        scores(self.lexicon, &words).first().map_or(0.0, |(_, score)| *score)
    }

    /// A run without a cue: dishes by name with what stands around them, else options, else words.
    pub(super) fn uncued(&mut self, run: Range<usize>) {
        let dishes: Vec<usize> =
            run.clone().filter(|at| matches!(self.atom(*at), Some(Atom::Item(_)))).collect();
        if dishes.is_empty() && self.swapping && !self.target.is_empty() {
            self.swapped(run);
            return;
        }
        if dishes.is_empty() {
            self.nameless(run);
            return;
        }
        let mut from = run.start;
        let options_first = matches!(self.atom(run.start), Some(Atom::Choice(_)));
        for (index, dish) in dishes.iter().enumerate() {
            let next = dishes.get(index + 1).copied();
            if next.is_some_and(|next| next == dish + 1 && self.is_part_of_name(*dish, next)) {
                self.ahead.tokens.extend(self.piece_tokens(*dish));
                from = dish + 1;
                continue;
            }
            if index > 0 && from == *dish && self.is_kind_of_target(*dish) {
                let tokens = self.piece_tokens(*dish);
                self.out.parts[self.target.start].tokens.extend(tokens);
                from = dish + 1;
                continue;
            }
            if index > 0 && self.target.len() == 1 && self.is_option_behind(*dish)
                || self.is_option_by_context(*dish)
            {
                from = self.option_behind(from, *dish);
                continue;
            }
            self.before_dish(from..*dish);
            let until = next.map_or(run.end, |next| {
                if options_first { dish + 1 } else { self.options_of_first(*dish, next) }
            });
            from = self.dish(*dish, until, next.is_none());
        }
    }

    /// "Jin Xuan oolong tea": right behind its name what the dish is called as well.
    fn is_kind_of_target(&self, at: usize) -> bool {
        let Some(Atom::Item(items)) = self.atom(at) else { return false };
        let part = self.out.parts.get(self.target.start).filter(|_| self.target.len() == 1);
        let words = |tokens: &[usize]| tokens.iter().filter_map(|t| self.out.words[*t]).collect::<Vec<_>>();
        let here = words(&self.piece_tokens(at));
        part.is_some_and(|part| {
            part.named.iter().any(|item| items.contains(item)) && words(&part.mention) != here
        })
    }

    /// "a burger meal cola": right behind a dish that takes it as an option, though it is sold by itself too.
    fn is_option_behind(&self, at: usize) -> bool {
        !self.target.is_empty()
            && self.ahead.quantity.is_none()
            && !self.ahead.article
            && self.option_of_target(at).is_some()
    }

    /// "chips instead of mash", "a cola for one": an option of the dish before, though it is sold by itself too.
    fn is_option_by_context(&self, at: usize) -> bool {
        let some = match self.fact_at(at + 1) {
            Some(Fact::InsteadOf) => true,
            Some(Fact::OnSome(_) | Fact::OnOther) => self.base.is_some_and(|base| base.of > 1),
            Some(Fact::Somebody) => {
                self.pieces[at + 1].tokens.clone().any(|t| self.tokens[t].folded == "one")
                    && self.base.is_some_and(|base| base.of > 1)
            }
            Some(_) | None => false,
        };
        some && self.is_option_behind(at)
    }

    fn option_behind(&mut self, from: usize, at: usize) -> usize {
        for before in from..at {
            self.after_dish(before);
        }
        let options = self.option_of_target(at).unwrap_or_default();
        let tokens = self.piece_tokens(at);
        self.modify(Modifier { tokens, options, amount: Amount::Regular, count: 1 });
        at + 1
    }

    /// No name of a dish: the longest stretch that some item covers, else options, else words.
    fn nameless(&mut self, run: Range<usize>) {
        if run.len() == 1 && self.cue.is_none() && self.is_one(run.end) {
            let options = self.choices_at(run.start);
            if !options.is_empty() && self.refers_by_option(&options) {
                return;
            }
        }
        let all_options = run.clone().all(|at| matches!(self.atom(at), Some(Atom::Choice(_))));
        if all_options && self.options_alone(run.clone()) {
            return;
        }
        if self.options_among_words(run.clone()) {
            return;
        }
        let stretch = self.without_edge_options(run.clone());
        let stretch = if self.covered(&run) >= self.covered(&stretch) { run.clone() } else { stretch };
        let named: Vec<usize> = stretch.clone().flat_map(|at| self.piece_tokens(at)).collect();
        let first = self.pieces[stretch.start].tokens.start;
        if self.refers(first, &named, &[]) || self.says_more_of_dish(&named) {
            for at in run.start..stretch.start {
                self.after_dish(at);
            }
            for at in stretch.end..run.end {
                self.after_dish(at);
            }
            return;
        }
        if self.is_of_talk(&run) {
            return self.let_go(run);
        }
        let asked =
            self.ahead.quantity.is_some() || self.ahead.article || !self.chatting && !self.is_adverb(&run);
        if asked && self.covered(&stretch) >= NEAR_ENOUGH || self.is_ordered(&stretch) {
            let mut mention = self.adjectives_before(run.start);
            self.before_dish(run.start..stretch.start);
            mention.extend(stretch.clone().flat_map(|at| self.piece_tokens(at)));
            self.begin(mention, Vec::new());
            for at in stretch.end..run.end {
                self.after_dish(at);
            }
            self.chatting = false;
        } else {
            self.let_go(run);
        }
    }

    /// "change it to English", "in the garden": a word of the language behind a preposition, though some dish has it
    /// in its name.
    fn is_of_talk(&self, run: &Range<usize>) -> bool {
        let first = self.pieces[run.start].tokens.start;
        let word = |back: usize| first.checked_sub(back).map_or("", |t| self.tokens[t].folded.as_str());
        let before = if word(1) == "the" { word(2) } else { word(1) };
        let plain = |t: usize| {
            let folded = self.tokens[t].folded.as_str();
            self.lexicon.is_spelled(folded) && !self.lexicon.is_food(folded)
        };
        run.len() == 1
            && self.ahead.quantity.is_none()
            && !self.ahead.article
            && matches!(before, "to" | "in" | "at" | "from" | "into" | "outside" | "near" | "by")
            && self.pieces[run.start].tokens.clone().all(plain)
    }

    /// "the ginger tea, the cold steeped one": more of the name of the dish before.
    fn says_more_of_dish(&mut self, tokens: &[usize]) -> bool {
        let plain = self.ahead.quantity.is_none() && !self.ahead.article && !self.target.is_empty();
        if plain && self.makes_name_whole(tokens) {
            return true;
        }
        let own = |item: &usize| tokens.iter().all(|t| self.lexicon.is_own(*item, &self.tokens[*t].folded));
        let more =
            plain && self.out.parts.get(self.target.start).is_some_and(|part| part.named.iter().any(own));
        if more {
            for index in self.target.clone() {
                self.out.parts[index].tokens.extend(tokens);
            }
        }
        more
    }

    /// "a large biryani, the hyderabadi one": the words say which of several dishes was meant.
    fn makes_name_whole(&mut self, tokens: &[usize]) -> bool {
        let Some(part) = self.out.parts.get(self.target.start).filter(|part| part.named.is_empty()) else {
            return false;
        };
        let whole = [part.mention.clone(), tokens.to_vec()].concat();
        let behind = tokens.iter().max().and_then(|t| self.tokens.get(t + 1));
        let one = behind.is_some_and(|t| matches!(t.folded.as_str(), "one" | "ones"));
        let fits = one
            && self.target.len() == 1
            && tokens.iter().all(|t| self.out.words[*t].is_some())
            && self.best(&whole) > self.best(&part.mention);
        if fits {
            let part = &mut self.out.parts[self.target.start];
            part.tokens.extend(tokens);
            part.mention.extend(tokens);
        }
        fits
    }

    /// "still hot": a word of the language in front of an adjective, though some dish shares it.
    fn is_adverb(&self, run: &Range<usize>) -> bool {
        run.len() == 1
            && self.fact_at(run.end) == Some(Fact::Describes)
            && self.lexicon.is_spelled(&self.tokens[self.pieces[run.start].tokens.start].folded)
            && !self.dish_in_run(run.end + 1)
    }

    /// "hot" of "hot chocolate": part of the name, as long as no dish is called so without it.
    fn adjectives_before(&mut self, at: usize) -> Vec<usize> {
        let Some(before) = at.checked_sub(1).filter(|before| self.fact_at(*before) == Some(Fact::Describes))
        else {
            return Vec::new();
        };
        let tokens = self.piece_tokens(before);
        let sized = tokens.iter().any(|t| {
            matches!(
                self.tokens[*t].folded.as_str(),
                "small" | "medium" | "large" | "big" | "short" | "tall" | "nice"
            )
        });
        let bare: Vec<usize> = self.piece_tokens(at);
        let whole = [tokens.clone(), bare.clone()].concat();
        let worse = self.best(&whole) <= self.best(&bare);
        if sized || worse || self.ahead.modifiers.last().is_none_or(|last| last.tokens != tokens) {
            return Vec::new();
        }
        self.ahead.modifiers.pop();
        tokens
    }

    fn covered(&self, run: &Range<usize>) -> f32 {
        let tokens: Vec<usize> = run.clone().flat_map(|at| self.piece_tokens(at)).collect();
        self.best(&tokens)
    }

    fn without_edge_options(&self, run: Range<usize>) -> Range<usize> {
        let option = |at: usize| matches!(self.atom(at), Some(Atom::Choice(_)));
        let mut inner = run;
        while inner.len() > 1 && option(inner.start) {
            inner.start += 1;
        }
        while inner.len() > 1 && option(inner.end - 1) {
            inner.end -= 1;
        }
        inner
    }

    /// Words that are no dish.
    fn let_go(&mut self, run: Range<usize>) {
        if run.len() <= LONGEST_MENTION && self.ahead.quantity.is_none() && self.adds_to_dish(&run) {
            let tokens: Vec<usize> = run.flat_map(|at| self.piece_tokens(at)).collect();
            self.ahead = Default::default();
            return self.modify(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
        }
        let single = run.len() == 1 && self.tokens[self.pieces[run.start].tokens.start].capital;
        let closing = run.start > 0
            && matches!(self.atom(run.end), None | Some(Atom::Mark('.' | '!' | '\n')))
            && !self.out.parts.is_empty();
        if single && closing && self.out.words[self.pieces[run.start].tokens.start].is_none() {
            self.say(run.clone(), PhraseKind::Name);
            self.out.name.get_or_insert(self.pieces[run.start].tokens.clone());
        }
        for at in run {
            if let Some(Atom::Choice(options)) = self.atom(at)
                && !self.target.is_empty()
                && !self.chatting
            {
                let (tokens, options) = (self.piece_tokens(at), options.clone());
                self.modify(Modifier { tokens, options, amount: Amount::Regular, count: 1 });
            }
        }
        let waiting = std::mem::take(&mut self.ahead);
        for token in waiting.tokens {
            self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
        }
    }
}
