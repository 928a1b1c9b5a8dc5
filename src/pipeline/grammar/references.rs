//! Words that speak of a dish named before: "the lattes", "a large one", "the other".

use std::ops::Range;

use super::doubts::WHICH_OF_SEVERAL;
use super::facts::Fact;
use super::lines::{Base, Walk};
use super::pieces::Atom;
use crate::pipeline::lexicon::OptionRef;
use crate::pipeline::parse::{Modifier, Part, Role};
use crate::pipeline::{Amount, PhraseKind};

impl Walk<'_> {
    /// "a hot one", "and one without": another of the dish named last; "a latte, a big one": the same latte.
    pub(super) fn one_of_that(&mut self, next: usize) -> bool {
        let word = self.tokens[self.pieces[self.at].tokens.start].folded.as_str();
        let said = !self.ahead.modifiers.is_empty() || self.ahead.article;
        let fits = matches!(word, "one" | "ones") && said && self.ahead.quantity.is_none();
        let Some(base) = self.base.filter(|_| fits && !self.dish_in_run(next)) else { return false };
        let ahead = std::mem::take(&mut self.ahead);
        let tokens = [ahead.tokens.clone(), self.piece_tokens(self.at)].concat();
        let first = ahead.modifiers.iter().flat_map(|m| &m.tokens).chain(&tokens).min().copied().unwrap_or(0);
        let small = |t: &usize| matches!(self.tokens[*t].folded.as_str(), "a" | "an" | "the" | "just");
        let before = (0..first).rev().find(|t| !small(t)).map_or("", |t| self.tokens[t].folded.as_str());
        let further = base.left == base.of && matches!(before, "and" | "plus" | "&");
        if base.of > 1 && base.left > 0 && !further {
            self.portion(1, tokens, false);
        } else if self.is_apposition(first) {
            for token in tokens {
                self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
            }
        } else {
            let of = &self.out.parts[base.part];
            let part = Part {
                mention: of.mention.clone(),
                named: of.named.clone(),
                quantity: 1,
                counted: true,
                tokens: [of.mention.clone(), tokens].concat(),
                ..Part::default()
            };
            self.add(part);
        }
        for modifier in ahead.modifiers {
            self.modify(modifier);
        }
        self.at = next;
        true
    }

    /// The "one" of "another large one", "the habanero one": its options were said before it.
    pub(super) fn one_again(&mut self, next: usize) -> bool {
        let word = self.tokens[self.pieces[self.at].tokens.start].folded.as_str();
        let behind = self.at.checked_sub(1).and_then(|at| self.atom(at));
        let spoken_of = self.base.is_some_and(|base| base.of > 1 && base.left > 0);
        let again = matches!(word, "one" | "ones")
            && !spoken_of
            && (matches!(behind, Some(Atom::Choice(_)))
                || matches!(behind, Some(Atom::Item(_))) && self.names_again())
            && self.ahead.quantity.is_none()
            && !self.target.is_empty()
            && (self.begins_nothing(next) || matches!(self.fact_at(next), Some(Fact::Takes(_))))
            && !matches!(self.atom(next), Some(Atom::Choice(_)));
        if again {
            self.belongs();
        }
        again
    }

    /// Whether the words right before only spoke of a dish named earlier.
    fn names_again(&self) -> bool {
        let before = self.pieces[self.at].tokens.start.checked_sub(1);
        let part = self.out.parts.get(self.target.start);
        part.zip(before).is_some_and(|(part, t)| part.tokens.contains(&t) && !part.mention.contains(&t))
    }

    /// Whether it stands right behind the dish, or only a comma between.
    fn is_apposition(&self, first: usize) -> bool {
        let mut before = first;
        while before > 0 && matches!(self.tokens[before - 1].folded.as_str(), "a" | "an" | "the" | "just") {
            before -= 1;
        }
        let Some(before) = before.checked_sub(1) else { return false };
        let of_dish = self.out.parts.get(self.target.start).is_some_and(|part| part.tokens.contains(&before));
        self.tokens[before].folded == "," || of_dish
    }

    /// Adds a part that speaks of a dish named before, and goes on with it.
    pub(super) fn add(&mut self, part: Part) {
        let quantity = part.quantity;
        self.fresh = part.modifiers.len();
        self.out.parts.push(part);
        let part = self.out.parts.len() - 1;
        self.target = part..part + 1;
        self.base = Some(Base { part, left: quantity, of: quantity });
        self.countable = false;
    }

    /// "the lattes should be iced", "non-fat for the lattes": no further latte, but those named before.
    pub(super) fn refers(&mut self, first: usize, mention: &[usize], named: &[usize]) -> bool {
        if self.ahead.quantity.is_some() || self.ahead.article || mention.is_empty() {
            return false;
        }
        let Some(the) = first.checked_sub(1).filter(|t| self.is_definite(*t)) else { return false };
        let alike = |part: &Part| match (named, part.named.as_slice()) {
            ([], _) => self.tokens[the].folded != "of" && mention.iter().all(|t| self.names_word(part, *t)),
            (_, []) => false,
            (a, b) => a == b,
        };
        let Some(parts) = self.last_run(alike) else { return false };
        if self.ahead.modifiers.is_empty() {
            self.doubts_dish(the);
        }
        let prepositional = the.checked_sub(1).is_some_and(|t| is_preposition(&self.tokens[t].folded));
        let fresh = if prepositional { self.take_fresh() } else { Vec::new() };
        let ahead = std::mem::take(&mut self.ahead);
        self.speak_of(parts, mention);
        for modifier in fresh.into_iter().chain(ahead.modifiers) {
            self.modify(modifier);
        }
        self.cue = None;
        true
    }

    /// "no radishes on the sofritas": those dishes that were asked for with this option.
    pub(super) fn refers_by_option(&mut self, options: &[OptionRef]) -> bool {
        let here = self.pieces[self.at].tokens.clone();
        let one = self.is_one(self.at + 1);
        let definite = here.start > 1
            && self.tokens[here.start - 1].folded == "the"
            && is_preposition(&self.tokens[here.start - 2].folded);
        let waiting = self.cue.as_ref().filter(|cue| !cue.used);
        let moves = waiting.is_none_or(|cue| {
            let said = self.out.parts.get(self.target.start).map_or(0, |part| part.modifiers.len());
            let chosen = one || !self.lexicon.is_choose_many(options) && self.begins_nothing(self.at + 1);
            cue.amount == Amount::Regular && said > self.fresh && chosen
        });
        if !definite || !moves {
            return false;
        }
        let waits = waiting.is_some();
        let has = |part: &Part| {
            let asked =
                |m: &Modifier| m.amount != Amount::No && m.options.iter().any(|of| options.contains(of));
            part.modifiers.iter().any(asked)
        };
        let Some(parts) = self.last_run(has) else {
            if waits && one {
                self.out.unclear = Some(WHICH_OF_SEVERAL);
            }
            return false;
        };
        let fresh = self.take_fresh();
        self.speak_of(parts, &(here.start..here.end).collect::<Vec<_>>());
        for modifier in fresh {
            self.modify(modifier);
        }
        let said = self.cue.take().filter(|cue| !cue.used).map(|cue| cue.tokens).unwrap_or_default();
        for token in said {
            self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
        }
        if waits && one {
            self.say(self.at + 1..self.at + 2, PhraseKind::Filler);
            self.at += 1;
        }
        true
    }

    /// "one", "ones" of "the large one"
    pub(super) fn is_one(&self, at: usize) -> bool {
        let word = self.pieces.get(at).map_or("", |piece| self.tokens[piece.tokens.start].folded.as_str());
        matches!(word, "one" | "ones")
    }

    /// "one of the special rice without pork": some pieces of a dish named before.
    pub(super) fn some_of(&mut self, number: u32, tokens: &[usize], next: usize) -> bool {
        let word =
            |at: usize| self.pieces.get(at).map_or("", |p| self.tokens[p.tokens.start].folded.as_str());
        let mut dish = next;
        while dish < next + 3 && matches!(word(dish), "of" | "the" | "those" | "these") {
            dish += 1;
        }
        let words = self.pieces.get(dish).map(|_| self.piece_tokens(dish)).unwrap_or_default();
        let spoken_of = |part: &Part| match self.atom(dish) {
            Some(Atom::Item(named)) => part.named == *named,
            Some(Atom::Word) => words.iter().all(|t| self.names_word(part, *t)),
            Some(_) | None => false,
        };
        let of_it = |part: &Part| part.quantity > number && spoken_of(part);
        let Some(part) = self.recent().find(|part| of_it(&self.out.parts[*part])).filter(|_| dish > next)
        else {
            return false;
        };
        let before = tokens.iter().min().and_then(|t| t.checked_sub(1));
        let fresh = match before {
            Some(before) if is_preposition(&self.tokens[before].folded) => self.take_fresh(),
            Some(_) | None => Vec::new(),
        };
        let said: Vec<usize> = (next..=dish).flat_map(|at| self.piece_tokens(at)).collect();
        let quantity = self.out.parts[part].quantity;
        self.end_clause();
        self.base = Some(Base { part, left: quantity, of: quantity });
        self.portion(number, [tokens, &said].concat(), false);
        for modifier in fresh {
            self.modify(modifier);
        }
        self.at = dish + 1;
        true
    }

    /// "anchovies on the other": what was just said is for the pieces not yet spoken of.
    pub(super) fn on_other(&mut self) {
        let tokens = self.piece_tokens(self.at);
        self.at += 1;
        match self.base {
            Some(base) if base.left > 0 && base.left < base.of => {
                let fresh = self.take_fresh();
                self.cue = None;
                self.portion(base.left, tokens, false);
                for modifier in fresh {
                    self.modify(modifier);
                }
                if matches!(self.atom(self.at), Some(Atom::Number(count)) if *count == base.left) {
                    self.belongs();
                }
            }
            Some(_) | None => self.say(self.at - 1..self.at, PhraseKind::Filler),
        }
    }

    fn is_definite(&self, token: usize) -> bool {
        matches!(self.tokens[token].folded.as_str(), "the" | "those" | "these" | "both" | "of")
    }

    pub(super) fn names_word(&self, part: &Part, token: usize) -> bool {
        let word = self.out.words[token];
        word.is_some() && part.mention.iter().any(|t| self.out.words[*t] == word)
    }

    /// The last neighbouring parts of which something is true.
    fn last_run(&self, of: impl Fn(&Part) -> bool) -> Option<Range<usize>> {
        let mut dishes = self.recent();
        let first = dishes.start;
        let last = dishes.rfind(|part| of(&self.out.parts[*part]))?;
        let before = (first..last).rfind(|part| !of(&self.out.parts[*part]));
        let first = before.map_or(first, |before| before + 1);
        Some(first..last + 1)
    }

    pub(super) fn speak_of(&mut self, parts: Range<usize>, tokens: &[usize]) {
        self.target = parts;
        for index in self.target.clone() {
            self.out.parts[index].tokens.extend(tokens);
        }
        self.fresh_start();
        let part = self.target.start;
        let quantity = self.out.parts[part].quantity;
        self.base = Some(Base { part, left: quantity, of: quantity });
        self.out.parts[part].counted = self.target.len() > 1;
        self.countable = self.target.len() == 1;
    }

    /// Takes back the options said since the last separator.
    pub(super) fn take_fresh(&mut self) -> Vec<Modifier> {
        let fresh = self.fresh;
        let mut taken = Vec::new();
        for index in self.target.clone() {
            let part = &mut self.out.parts[index];
            taken = part.modifiers.split_off(fresh.min(part.modifiers.len()));
            part.tokens.retain(|t| taken.iter().all(|m| !m.tokens.contains(t)));
        }
        taken
    }

    /// "one without", of an option that the dish does not have anyway: nothing is left out.
    pub(super) fn is_usual_in_target(&self, modifier: &Modifier) -> bool {
        let Some(part) = self.out.parts.get(self.target.start) else { return true };
        part.named.is_empty()
            || modifier.tokens.iter().any(|t| {
                let known = self.out.words[*t].is_some();
                known && part.named.iter().any(|item| self.lexicon.is_own(*item, &self.tokens[*t].folded))
            })
    }
}

pub(super) fn is_preposition(word: &str) -> bool {
    matches!(word, "for" | "on" | "in" | "to" | "with" | "of" | "from")
}

/// Whether a fact joins what follows to what was said.
pub(super) fn joins(fact: Option<Fact>) -> bool {
    matches!(fact, Some(Fact::And | Fact::Says(PhraseKind::Filler)))
}
