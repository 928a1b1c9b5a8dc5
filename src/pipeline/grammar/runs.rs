//! Runs of words without separators: which of them name a dish, an option, or neither.

use std::ops::Range;

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::lexicon::OptionRef;
use crate::pipeline::match_menu::scores;
use crate::pipeline::parse::{Modifier, Role};
use crate::pipeline::{Amount, PhraseKind};

/// A stretch of words names a dish when some item covers it so well.
const NEAR_ENOUGH: f32 = 0.35;
/// Words name a dish whole when some item covers them so well.
const SURELY_NAMED: f32 = 0.95;
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
        {
            end += 1;
        }
        if self.numbered_street() {
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
            self.before_dish(from..*dish);
            let until = next.map_or(run.end, |next| {
                if options_first { dish + 1 } else { self.options_of_first(*dish, next) }
            });
            from = self.dish(*dish, until, next.is_none());
        }
    }

    /// Where the options of a dish end that another follows: "haddock large chips" are large chips.
    fn options_of_first(&self, dish: usize, next: usize) -> usize {
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
    fn is_part_of_name(&self, at: usize, next: usize) -> bool {
        let Some(Atom::Item(named)) = self.atom(next) else { return false };
        let words = self.piece_tokens(at);
        let own = |item: &usize| words.iter().all(|t| self.lexicon.is_own(*item, &self.tokens[*t].folded));
        self.ahead.quantity.unwrap_or(1) == 1 && named.iter().all(own)
    }

    /// "swap the pesto for …": an option, or a note in the customer's words.
    fn swapped(&mut self, run: Range<usize>) {
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

    /// Options before a dish belong to it; other words before it make its name longer.
    fn before_dish(&mut self, run: Range<usize>) {
        for at in run {
            let tokens = self.piece_tokens(at);
            match self.atom(at) {
                Some(Atom::Choice(options)) => self.ahead.modifiers.push(Modifier {
                    tokens,
                    options: options.clone(),
                    amount: Amount::Regular,
                    count: 1,
                }),
                Some(_) | None if self.says_nothing(&tokens) => {}
                Some(_) | None => self.ahead.unknown.extend(tokens),
            }
        }
    }

    /// "menu no. 16": words of the language before a dish that was not counted.
    fn says_nothing(&self, tokens: &[usize]) -> bool {
        self.ahead.quantity.is_none() && !self.ahead.article && tokens.iter().all(|t| self.is_harmless(*t))
    }

    /// Begins the dish; returns where its words end.
    fn dish(&mut self, at: usize, until: usize, last: bool) -> usize {
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
            && self.refers(self.pieces[at].tokens.start, &mention, named)
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

    /// "chai tea latte": the name of a dish with that of its category inside.
    fn around_category(&self, unknown: &[usize], at: usize) -> Option<Vec<usize>> {
        let tokens = unknown.iter().copied().chain(self.piece_tokens(at));
        let words: Vec<_> = tokens
            .filter(|t| !self.lexicon.is_category(&self.tokens[*t].folded))
            .map(|t| self.out.words[t])
            .collect();
        let (length, named) = self.lexicon.longest_name(&words)?;
        (length == words.len() && !named.items.is_empty()).then(|| named.items.clone())
    }

    fn after_reference(&mut self, from: usize, until: usize) -> usize {
        for at in from..until {
            self.after_dish(at);
        }
        until
    }

    fn after_dish(&mut self, at: usize) {
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
    fn is_participle(&self, tokens: &[usize]) -> bool {
        tokens.iter().all(|t| {
            let word = self.tokens[*t].folded.as_str();
            self.out.words[*t].is_none() && word.len() > 4 && word.ends_with("ed")
        })
    }

    pub(super) fn is_harmless(&self, token: usize) -> bool {
        self.out.words[token].is_none() && self.lexicon.is_harmless(&self.tokens[token].folded)
    }

    /// "portobello stack": a word of the dish's own name.
    fn extends_name(&self, tokens: &[usize]) -> bool {
        let Some(part) = self.out.parts.get(self.target.start) else { return false };
        self.own_of(&part.named, tokens)
    }

    /// Whether words may stand beside the name of one of these items without changing it.
    fn own_of(&self, items: &[usize], tokens: &[usize]) -> bool {
        tokens.is_empty()
            || items.iter().any(|item| {
                tokens.iter().all(|t| {
                    let folded = &self.tokens[*t].folded;
                    self.lexicon.is_own(*item, folded) || self.lexicon.is_category(folded)
                })
            })
    }

    /// No name of a dish: the longest stretch that some item covers, else options, else words.
    fn nameless(&mut self, run: Range<usize>) {
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
            for at in stretch.end..run.end {
                self.after_dish(at);
            }
            return;
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

    /// "kid temperature 2% milk", "some pickled jalapeños": options of the dish before, and words that change nothing.
    fn options_among_words(&mut self, run: Range<usize>) -> bool {
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

    fn choices_at(&self, at: usize) -> Vec<OptionRef> {
        match self.atom(at) {
            Some(Atom::Choice(options)) => options.clone(),
            Some(_) | None => Vec::new(),
        }
    }

    /// "the ginger tea, the cold steeped one": more of the name of the dish before.
    fn says_more_of_dish(&mut self, tokens: &[usize]) -> bool {
        let plain = self.ahead.quantity.is_none() && !self.ahead.article && !self.target.is_empty();
        let more = plain
            && self.out.parts.get(self.target.start).is_some_and(|part| !part.named.is_empty())
            && self.extends_name(tokens);
        if more {
            for index in self.target.clone() {
                self.out.parts[index].tokens.extend(tokens);
            }
        }
        more
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

    /// Options without a dish in their run go to the dish before, or wait for the next.
    fn options_alone(&mut self, run: Range<usize>) -> bool {
        let counted = self.ahead.quantity.is_some() || self.ahead.article;
        if self.correcting && !counted && !self.dish_follows(run.end) {
            self.take_back_option();
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
        for at in run {
            self.after_dish(at);
        }
        true
    }

    /// "two colas", where a soft drink is sold with a choice of which: the dish that only this option is of.
    fn implied_dish(&mut self, run: Range<usize>) -> bool {
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
    fn side_dish(&mut self, run: Range<usize>) -> bool {
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
    fn measured_option(&mut self, run: Range<usize>) -> bool {
        let before = run.start.checked_sub(1).and_then(|at| self.fact_at(at));
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

    fn dish_follows(&self, from: usize) -> bool {
        (from..self.pieces.len().min(from + 4)).any(|at| matches!(self.atom(at), Some(Atom::Item(_))))
    }

    /// Whether unknown words are asked for like a dish.
    fn is_ordered(&self, run: &Range<usize>) -> bool {
        if run.len() > LONGEST_MENTION || self.chatting || self.is_somebody(run) || self.is_list_heading(run)
        {
            return false;
        }
        let counted = self.ahead.quantity.is_some();
        let measured = run.start > 0 && self.fact_at(run.start - 1) == Some(Fact::Measure);
        let asked = (self.ahead.article || self.wanted || measured && !self.out.parts.is_empty())
            && !self.behind_preposition(run.start);
        let meant = self.ahead.article
            || !run.clone().flat_map(|at| self.piece_tokens(at)).all(|t| self.is_harmless(t));
        if !counted && self.adds_to_dish(run) {
            return false;
        }
        counted || meant && (asked || self.is_listed(run))
    }

    /// "a dash of nutmeg", "and some whipped cream": something put on the dish before.
    fn adds_to_dish(&self, run: &Range<usize>) -> bool {
        let first = self.pieces[run.start].tokens.start;
        let said = |back: usize| first.checked_sub(back).map_or("", |t| self.tokens[t].folded.as_str());
        let measured = said(1) == "of"
            && matches!(
                said(2),
                "dash"
                    | "hint"
                    | "splash"
                    | "touch"
                    | "pinch"
                    | "squeeze"
                    | "sprinkle"
                    | "sprinkling"
                    | "dollop"
                    | "drizzle"
                    | "drop"
            );
        let before = first.checked_sub(3);
        let listed = said(1) == "some"
            && said(2) == "and"
            && self.out.parts.get(self.target.start).is_some_and(|part| {
                part.modifiers.iter().any(|m| before.is_some_and(|t| m.tokens.contains(&t)))
            });
        !self.target.is_empty() && (measured || listed)
    }

    /// "Ben wants …"
    fn is_somebody(&self, run: &Range<usize>) -> bool {
        run.len() == 1
            && self.tokens[self.pieces[run.start].tokens.start].capital
            && self.fact_at(run.end) == Some(Fact::Wants)
    }

    /// "for the club", "to know": no dish, whatever was asked for before.
    fn behind_preposition(&self, at: usize) -> bool {
        let mut token = self.pieces[at].tokens.start;
        while token > 0 && matches!(self.tokens[token - 1].folded.as_str(), "the" | "a" | "an" | "my" | "our")
        {
            token -= 1;
        }
        let before = token.checked_sub(1).map_or("", |t| self.tokens[t].folded.as_str());
        let measured = at > 0 && self.fact_at(at - 1) == Some(Fact::Measure);
        !measured
            && matches!(
                before,
                "for"
                    | "of"
                    | "from"
                    | "at"
                    | "in"
                    | "on"
                    | "under"
                    | "by"
                    | "about"
                    | "to"
                    | "into"
                    | "near"
                    | "over"
                    | "im"
                    | "am"
                    | "is"
                    | "was"
            )
    }

    /// "fries, coke": between separators, in a list of dishes.
    fn is_listed(&self, run: &Range<usize>) -> bool {
        let before = if run.start == 0 { None } else { self.atom(run.start - 1) };
        let begins =
            matches!(before, None | Some(Atom::Mark(',' | '+' | '&' | '\n') | Atom::Fact(Fact::And)));
        let ends = match self.atom(run.end) {
            None | Some(Atom::Mark(',' | '\n' | '+' | '.' | '&') | Atom::Fact(Fact::And)) => {
                !self.out.parts.is_empty() || self.dish_follows(run.end + 1) || self.heads_list(run)
            }
            Some(Atom::Fact(Fact::Takes(_))) => true,
            Some(Atom::Fact(Fact::Times)) => {
                matches!(self.atom(run.end + 1), Some(Atom::Number(_) | Atom::Fact(Fact::Number(_))))
            }
            Some(_) => false,
        };
        begins && ends && run.len() <= 3 && !self.is_lone_name(run)
    }

    /// "gyros pita, extra tzatziki, and a greek salad": the first words, a comma, and a dish after them.
    fn heads_list(&self, run: &Range<usize>) -> bool {
        let begins = run.start == 0 || self.atom(run.start - 1) == Some(&Atom::Mark('\n'));
        let comma = self.atom(run.end) == Some(&Atom::Mark(','));
        let rest = (run.end..self.pieces.len().min(run.end + 12)).map_while(|at| self.atom(at));
        begins
            && comma
            && rest
                .take_while(|atom| !matches!(atom, Atom::Mark('.' | '!' | '?' | ':')))
                .any(|atom| matches!(atom, Atom::Item(_)))
    }

    fn is_lone_name(&self, run: &Range<usize>) -> bool {
        run.len() == 1
            && self.tokens[self.pieces[run.start].tokens.start].capital
            && !self.out.parts.is_empty()
            && matches!(self.atom(run.end), None | Some(Atom::Mark('.' | '!' | '\n')))
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
