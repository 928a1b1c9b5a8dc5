//! Counts said of dishes already named, and lists that share a number out.

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::lexicon::OptionRef;
use crate::pipeline::parse::{Modifier, Part};
use crate::pipeline::{Amount, PhraseKind};

impl Walk<'_> {
    /// "three curries: chicken, beef and tofu": as many choices of one kind as pieces, one for each.
    pub(super) fn share_out(&mut self) {
        let parts = std::mem::take(&mut self.out.parts);
        for part in parts {
            match self.choices_for_each(&part) {
                Some(choices) => self.out.parts.extend(shared_out(&part, &choices)),
                None => self.out.parts.push(part),
            }
        }
    }

    /// The modifiers of a part that choose one of a group for each of its pieces.
    fn choices_for_each(&self, part: &Part) -> Option<Vec<usize>> {
        let item = *part.named.first().filter(|_| part.quantity > 1)?;
        let chosen = |at: &usize| self.chosen(item, &part.modifiers[*at]);
        let group = |at: &usize| chosen(at).map(|of| of.group);
        let all: Vec<usize> = (0..part.modifiers.len()).filter(|at| chosen(at).is_some()).collect();
        all.iter().find_map(|first| {
            let same: Vec<usize> = all.iter().copied().filter(|at| group(at) == group(first)).collect();
            (same.len() == part.quantity as usize).then_some(same)
        })
    }

    /// The option of a group with one choice that a modifier asks for.
    fn chosen(&self, item: usize, modifier: &Modifier) -> Option<OptionRef> {
        let options = self.lexicon.options_for(item, &modifier.options);
        let of = *options.first().filter(|_| modifier.amount == Amount::Regular)?;
        (of.option.is_some() && !self.lexicon.is_choose_many(&[of])).then_some(of)
    }

    /// "chicken pad thai, two portions", "two of each", "that's three": a number that names no dish.
    pub(super) fn counts_named(&mut self, number: u32) -> bool {
        if self.is_total(number) {
            self.pass(PhraseKind::Filler);
            return true;
        }
        let next = self.at + 1;
        let noted = matches!(self.fact_at(next + 1), Some(Fact::Condiment | Fact::Prepared | Fact::Means(_)));
        let measured = self.fact_at(next) == Some(Fact::Measure)
            && !noted
            && self.begins_nothing(next + 1)
            && self.uncounted()
            && self.cue.is_none();
        if measured {
            let tokens = (self.at..next + 1).flat_map(|at| self.piece_tokens(at)).collect();
            self.count_last(number, tokens);
            self.at = next + 1;
            return true;
        }
        self.of_each(number)
    }

    /// "two of each": of every dish of the sentence that was not counted.
    fn of_each(&mut self, number: u32) -> bool {
        let next = self.at + 1;
        let each =
            self.is_of(next) && self.fact_at(next + 1) == Some(Fact::Each) && self.begins_nothing(next + 2);
        let uncounted = |part: &Part| !part.counted && !part.told;
        if !each || !self.out.parts.iter().skip(self.sentence).any(uncounted) {
            return self.some_of_each(number);
        }
        let tokens: Vec<usize> = (self.at..next + 2).flat_map(|at| self.piece_tokens(at)).collect();
        for part in self.out.parts.iter_mut().skip(self.sentence).filter(|part| uncounted(part)) {
            part.quantity = number.max(1);
            part.counted = true;
            part.tokens.extend(&tokens);
        }
        self.at = next + 2;
        true
    }

    /// "two lemonades and two juices, one of each large": what follows is for so many pieces of every dish.
    fn some_of_each(&mut self, number: u32) -> bool {
        let (next, end) = (self.at + 1, self.out.parts.len());
        let dishes = self.sentence..end;
        let each = self.is_of(next) && self.fact_at(next + 1) == Some(Fact::Each);
        let more = |part: &Part| part.quantity > number && !part.told;
        if !each || dishes.len() < 2 || number == 0 || !self.is_portion(next + 2) {
            return false;
        }
        if !self.out.parts[dishes.clone()].iter().all(more) {
            return false;
        }
        let tokens: Vec<usize> = (self.at..next + 2).flat_map(|at| self.piece_tokens(at)).collect();
        self.end_clause();
        for index in dishes {
            let mut part = self.out.parts[index].clone();
            self.out.parts[index].quantity -= number;
            part.quantity = number;
            part.tokens.extend(&tokens);
            self.out.parts.push(part);
        }
        self.target = end..self.out.parts.len();
        self.base = None;
        self.fresh_start();
        self.at = next + 2;
        true
    }

    /// "that's three": what was ordered, added up.
    fn is_total(&self, number: u32) -> bool {
        let here = self.pieces[self.at].tokens.start;
        let said = here.checked_sub(1).map_or("", |t| self.tokens[t].folded.as_str());
        let ordered = || self.out.parts.iter().map(|part| u64::from(part.quantity)).sum::<u64>();
        matches!(said, "thats" | "makes" | "is" | "total" | "altogether")
            && self.out.parts.len() > 1
            && (self.begins_nothing(self.at + 1) || self.fact_at(self.at + 1) == Some(Fact::Measure))
            && ordered() == u64::from(number)
    }

    /// "bitter, 4 pints": a number with a choice, behind a dish that was not counted.
    pub(super) fn counts_choice_of_last(&self, next: usize) -> bool {
        matches!(self.atom(next), Some(Atom::Choice(options)) if !self.lexicon.is_choose_many(options) && !self.is_other_dish(options))
            && self.begins_nothing(next + 1)
            && !self.is_of(next + 1)
            && self.countable
            && self.uncounted()
            && self.cue.is_none()
            && self.base.is_some_and(|base| base.of == 1 && base.left == 1)
            && !self.contradicts_last(next)
            && self.last_takes(next)
    }

    /// Whether what was named last can have this choice.
    pub(super) fn last_takes(&self, at: usize) -> bool {
        let part = self.base.and_then(|base| self.out.parts.get(base.part));
        let options = self.choices_at(at);
        let takes = |item: &usize| !self.lexicon.options_for(*item, &options).is_empty();
        part.is_some_and(|part| part.named.is_empty() || part.named.iter().any(takes))
    }

    /// "… make that two jugs", "make that two puddings": a word of what was named, behind its number.
    pub(super) fn names_last_again(&self, at: usize) -> bool {
        let Some(part) = self.base.and_then(|base| self.out.parts.get(base.part)) else { return false };
        let known = |t: usize| {
            part.tokens
                .iter()
                .filter_map(|of| self.out.words[*of])
                .any(|word| self.out.words[t] == Some(word))
        };
        let words = match self.atom(at) {
            Some(Atom::Word | Atom::Choice(_) | Atom::Fact(Fact::Measure)) => self.piece_tokens(at),
            Some(_) | None => return false,
        };
        words.iter().all(|t| known(*t)) && self.begins_nothing(at + 1)
    }

    /// "3 ginger kombuchas and 1 lemongrass": a choice that what was named cannot be, as it is something else.
    pub(super) fn contradicts_last(&self, from: usize) -> bool {
        let Some(part) = self.base.and_then(|base| self.out.parts.get(base.part)) else { return false };
        let Some(item) = part.named.first() else { return false };
        let Some(Atom::Choice(options)) = self.atom(from) else { return false };
        let asked =
            Modifier { tokens: Vec::new(), options: options.clone(), amount: Amount::Regular, count: 1 };
        let Some(asked) = self.chosen(*item, &asked) else { return false };
        let other = |of: OptionRef| of.group == asked.group && of.option != asked.option;
        part.modifiers.iter().filter_map(|known| self.chosen(*item, known)).any(other)
    }
}

/// A part as one piece for each of these modifiers, which the others do not get; what is chosen alike is counted.
fn shared_out(part: &Part, choices: &[usize]) -> Vec<Part> {
    let mut pieces: Vec<Part> = Vec::with_capacity(choices.len());
    let mut chosen: Vec<&[OptionRef]> = Vec::with_capacity(choices.len());
    for choice in choices {
        let options = part.modifiers[*choice].options.as_slice();
        if let Some(same) = chosen.iter().position(|known| *known == options) {
            pieces[same].quantity += 1;
            continue;
        }
        let kept = |at: &usize| at == choice || !choices.contains(at);
        let modifiers = (0..part.modifiers.len()).filter(kept).map(|at| part.modifiers[at].clone()).collect();
        pieces.push(Part { quantity: 1, modifiers, ..part.clone() });
        chosen.push(options);
    }
    pieces
}
