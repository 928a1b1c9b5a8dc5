//! What follows "no", "with", "extra": options and notes, until a dish comes.

use super::facts::Fact;
use super::lines::{Cue, Walk};
use super::pieces::Atom;
use super::runs::LONGEST_MENTION;
use crate::pipeline::lexicon::OptionRef;
use crate::pipeline::parse::{Modifier, Role};
use crate::pipeline::{Amount, PhraseKind};

/// Words behind "with" are a dish of their own when some item covers them so well.
const SURELY_A_DISH: f32 = 0.72;

impl Walk<'_> {
    /// After "no", "with", "extra": options and notes, until a dish comes.
    pub(super) fn cued(&mut self, end: usize) {
        if self.withdraws(end) {
            return;
        }
        if self.turns_round() {
            self.cue = None;
            self.uncued(self.at..end);
            self.at = end;
            return;
        }
        match self.atom(self.at) {
            Some(Atom::Choice(options)) if self.refers_by_option(options) => self.at += 1,
            Some(Atom::Choice(_)) if !self.target.is_empty() && self.dish_after_choices(end) => {
                self.drop_cue();
                self.uncued(self.at..end);
                self.at = end;
            }
            Some(Atom::Choice(options)) if !self.dish_after_choices(end) => {
                let options = options.clone();
                if self.leaves_out_enough(&options) {
                    self.cue = None;
                    self.uncued(self.at..end);
                    self.at = end;
                    return;
                }
                let tokens = self.piece_tokens(self.at);
                self.at += 1;
                self.cue_modifies(tokens, options);
            }
            Some(Atom::Item(_)) if self.option_of_target(self.at).is_some() => {
                let options = self.option_of_target(self.at).unwrap_or_default();
                let tokens = self.piece_tokens(self.at);
                self.at += 1;
                self.cue_modifies(tokens, options);
            }
            Some(Atom::Item(_)) if self.is_measured() => {
                let tokens = self.piece_tokens(self.at);
                for index in self.target.clone() {
                    self.out.parts[index].tokens.extend(&tokens);
                }
                self.at += 1;
            }
            Some(Atom::Item(items)) if self.leaves_out_dish(items) => {
                let waiting = self.cue.as_ref().map(|cue| cue.tokens.as_slice()).unwrap_or_default();
                self.out.dangling |= waiting.iter().any(|t| self.tokens[*t].folded == "want");
                self.cue_passes();
                self.pass(PhraseKind::Filler);
            }
            Some(Atom::Item(_)) if self.cue_ends() => {
                self.drop_cue();
                self.uncued(self.at..end);
                self.at = end;
            }
            Some(_) if self.speaks_behind_cue(end) => {}
            Some(_) => self.cued_words(end),
            None => self.at = end,
        }
    }

    /// "no onions on the burger": what was left out is of the dish spoken of here, not of the last.
    fn speaks_behind_cue(&mut self, end: usize) -> bool {
        if self.cue.as_ref().is_none_or(|cue| !cue.used) {
            return false;
        }
        let ends = |at: &usize| self.atom(*at) != Some(&Atom::Word) || self.is_one(*at);
        let stop = (self.at..end).find(ends).unwrap_or(end);
        let named: Vec<usize> = (self.at..stop).flat_map(|at| self.piece_tokens(at)).collect();
        let speaks = self.refers(self.pieces[self.at].tokens.start, &named, &[]);
        if speaks {
            self.at = stop;
        }
        speaks
    }

    /// "no onion but cheese", "no onions just cheese": what follows is not left out.
    fn turns_round(&self) -> bool {
        let leaves_out = self.cue.as_ref().is_some_and(|cue| cue.used && cue.amount == Amount::No);
        let before = self.pieces[self.at].tokens.start.checked_sub(1);
        leaves_out
            && before.is_some_and(|t| {
                matches!(self.tokens[t].folded.as_str(), "but" | "just" | "only" | "yes" | "though")
            })
    }

    /// "one with miso": an option of the dish spoken of, though it is sold by itself too.
    pub(super) fn option_of_target(&self, at: usize) -> Option<Vec<OptionRef>> {
        let part = self.out.parts.get(self.target.start)?;
        let item = part.named.first()?;
        let words: Vec<_> = self.piece_tokens(at).iter().map(|t| self.out.words[*t]).collect();
        let (_, named) = self.lexicon.longest_name(&words).filter(|(length, _)| *length == words.len())?;
        let options = self.lexicon.options_for(*item, &named.options);
        (!options.is_empty()).then_some(options)
    }

    /// "no mushrooms 12 inch": a choice between sizes is never left out.
    fn leaves_out_enough(&self, options: &[OptionRef]) -> bool {
        self.cue.as_ref().is_some_and(|cue| cue.used && cue.amount != Amount::Regular)
            && !self.lexicon.is_choose_many(options)
            && options.iter().all(|of| of.option.is_some())
    }

    /// "no fries today": a dish that is sold, and in no dish spoken of, is not ordered.
    fn leaves_out_dish(&self, items: &[usize]) -> bool {
        let tokens = self.piece_tokens(self.at);
        let inside = self.out.parts.get(self.target.start).is_some_and(|part| {
            part.named.is_empty()
                || part.named.iter().any(|item| {
                    !items.contains(item)
                        && tokens.iter().all(|t| self.lexicon.is_own(*item, &self.tokens[*t].folded))
                })
        });
        self.cue.as_ref().is_some_and(|cue| cue.amount == Amount::No && !cue.used) && !inside
    }

    /// Lets go of a cue that says nothing of any dish.
    fn cue_passes(&mut self) {
        let tokens = self.cue.take().filter(|cue| !cue.used).map(|cue| cue.tokens).unwrap_or_default();
        for token in tokens {
            self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
        }
    }

    /// "with a double shot of espresso": the dish only says what the measure is of.
    pub(super) fn is_measured(&self) -> bool {
        let used = self.cue.as_ref().is_some_and(|cue| cue.used);
        used && self.at > 0 && self.fact_at(self.at - 1) == Some(Fact::Measure)
    }

    /// "with oat milk latte", "a burger with large fries": the option belongs to the dish behind it.
    pub(super) fn dish_after_choices(&self, end: usize) -> bool {
        let item = |at: usize| match self.atom(at) {
            Some(Atom::Item(items)) => Some(items),
            Some(_) | None => None,
        };
        if self.target.is_empty() {
            return (self.at..end).any(|at| item(at).is_some());
        }
        let Some(dish) = (self.at..end).find(|at| !matches!(self.atom(*at), Some(Atom::Choice(_)))) else {
            return false;
        };
        let takes = |items: &[usize], at: usize| {
            let options = self.choices_at(at);
            items.iter().any(|item| !self.lexicon.options_for(*item, &options).is_empty())
        };
        let of_target = |at: usize| {
            self.out.parts.get(self.target.start).is_some_and(|part| takes(&part.named, at))
                && self.lexicon.is_choose_many(&self.choices_at(at))
        };
        self.cue_is(Amount::Regular)
            && item(dish).is_some_and(|items| (self.at..dish).all(|at| takes(items, at) && !of_target(at)))
    }

    /// A dish ends a cue, but for "no fries" and "light salad".
    pub(super) fn cue_ends(&self) -> bool {
        self.cue.as_ref().is_some_and(|cue| cue.used || !matches!(cue.amount, Amount::No | Amount::Light))
    }

    /// "with" before a dish only joins; "double" before one is a note.
    pub(super) fn drop_cue(&mut self) {
        let Some(cue) = self.cue.take().filter(|cue| !cue.used) else { return };
        if cue.amount == Amount::Extra {
            let modifier =
                Modifier { tokens: cue.tokens, options: Vec::new(), amount: Amount::Regular, count: 1 };
            self.ahead.modifiers.push(modifier);
        } else {
            for token in cue.tokens {
                self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
            }
        }
    }

    pub(super) fn cue_is(&self, amount: Amount) -> bool {
        self.cue.as_ref().is_some_and(|cue| cue.amount == amount)
    }

    /// Words after a cue that are no option: a note, unless they name a dish well.
    pub(super) fn cued_words(&mut self, end: usize) {
        let mut stop = self.at;
        while stop < end
            && (stop == self.at || self.is_note_word(stop) || self.is_ingredient_of_target(self.at..stop + 1))
            && stop < self.at + LONGEST_MENTION
        {
            stop += 1;
        }
        stop += usize::from(self.is_kind_of_option(stop));
        if self.name_goes_on(self.at..stop) {
            self.at = stop;
            return;
        }
        if stop == end && self.fact_at(stop) == Some(Fact::Measure) {
            stop += 1;
        }
        let words: Vec<usize> = (self.at..stop).flat_map(|at| self.piece_tokens(at)).collect();
        let dish =
            self.cue_is(Amount::Regular) && self.best(&words) >= SURELY_A_DISH && !self.beside_unknown();
        let alone = self.cue_is(Amount::Extra) && self.target.is_empty() && self.begins_nothing(stop);
        if alone {
            self.begin(words, Vec::new());
        } else if dish {
            self.cue = None;
            self.uncued(self.at..stop);
        } else {
            self.cue_modifies(words, Vec::new());
        }
        self.at = stop;
    }

    /// "with white chocolate", where chocolate is an option: another kind of it, that a person must know of.
    fn is_kind_of_option(&self, at: usize) -> bool {
        let words = at.checked_sub(1).filter(|_| at == self.at + 1).map(|before| self.piece_tokens(before));
        let many =
            matches!(self.atom(at), Some(Atom::Choice(options)) if self.lexicon.is_choose_many(options));
        many && !self.cue_is(Amount::No)
            && words.is_some_and(|words| {
                words.iter().all(|t| self.out.words[*t].is_none() && !self.is_harmless(*t))
                    && !self.is_participle(&words)
            })
    }

    /// "an Earl Grey with lavender": the words make the name of the dish before whole.
    fn name_goes_on(&mut self, run: std::ops::Range<usize>) -> bool {
        let words: Vec<usize> = run.flat_map(|at| self.piece_tokens(at)).collect();
        let Some(part) = self.out.parts.get(self.target.start) else { return false };
        let whole = [part.mention.clone(), words.clone()].concat();
        let more = self.cue_is(Amount::Regular)
            && self.target.len() == 1
            && words.iter().all(|t| self.out.words[*t].is_some())
            && self.best(&whole) > self.best(&part.mention)
            && part.named.is_empty();
        if more {
            let waiting = self.cue.take().filter(|cue| !cue.used).map(|cue| cue.tokens).unwrap_or_default();
            let part = &mut self.out.parts[self.target.start];
            part.tokens.extend(waiting.iter().chain(&words));
            part.mention.extend(words);
        }
        more
    }

    /// "a poke bowl with salmon": what stands behind an unknown dish is in it.
    fn beside_unknown(&self) -> bool {
        self.out
            .parts
            .get(self.target.start)
            .is_some_and(|part| part.named.is_empty() && self.best(&part.mention) < SURELY_A_DISH)
    }

    /// "goat cheese" is in the beet salad, whatever "cheese" is by itself.
    fn is_ingredient_of_target(&self, run: std::ops::Range<usize>) -> bool {
        let tokens: Vec<usize> = run.flat_map(|at| self.piece_tokens(at)).collect();
        self.out.parts.get(self.target.start).is_some_and(|part| {
            part.named
                .iter()
                .any(|item| tokens.iter().all(|t| self.lexicon.is_own(*item, &self.tokens[*t].folded)))
        })
    }

    /// A word of a note; the name of a whole group ("sauce" in "no peanut sauce") is one too.
    pub(super) fn is_note_word(&self, at: usize) -> bool {
        match self.atom(at) {
            Some(Atom::Choice(options)) => options.iter().all(|of| of.option.is_none()),
            Some(Atom::Item(_)) => false,
            Some(_) | None => true,
        }
    }

    pub(super) fn cue_modifies(&mut self, words: Vec<usize>, options: Vec<OptionRef>) {
        let around = |t: &usize| matches!(self.tokens[*t].folded.as_str(), "in" | "on");
        let Some(cue) = self.cue.as_mut() else { return };
        if self.target.is_empty() && options.is_empty() && cue.tokens.first().is_some_and(around) {
            cue.used = true;
            return;
        }
        if self.correcting && !self.target.is_empty() {
            self.take_back_option(&options);
        }
        let Some(cue) = self.cue.as_mut() else { return };
        let mut tokens = if cue.used { Vec::new() } else { cue.tokens.clone() };
        tokens.extend(words);
        cue.used = true;
        let modifier = Modifier { tokens, options, amount: cue.amount, count: cue.count };
        cue.count = 1;
        if self.target.is_empty() { self.ahead.modifiers.push(modifier) } else { self.modify(modifier) }
    }

    /// Opens a cue.
    pub(super) fn open_cue(&mut self, amount: Amount) {
        let tokens = self.piece_tokens(self.at);
        if tokens.first().is_some_and(|t| self.tokens[*t].folded == "but") {
            self.fresh_start();
        }
        let waiting = self.cue.take().filter(|cue| !cue.used);
        let amount = match waiting.as_ref().map(|cue| cue.amount) {
            Some(Amount::No) if amount == Amount::Extra => Amount::NoExtra,
            Some(_) | None => amount,
        };
        let waiting = waiting.map(|cue| cue.tokens).unwrap_or_default();
        self.cue = Some(Cue { amount, tokens: [waiting, tokens].concat(), count: 1, used: false });
        self.at += 1;
    }
}
