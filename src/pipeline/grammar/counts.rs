//! Numbers: how many of a dish, of some pieces of it, of an option; or a time, a house, a size.

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::parse::Modifier;
use crate::pipeline::{Amount, PhraseKind};

/// What is counted as it is put on the table or into a cup.
const COUNTED_NOTES: &[&str] = &[
    "spoon",
    "spoons",
    "lid",
    "lids",
    "sleeve",
    "sleeves",
    "fork",
    "forks",
    "knife",
    "knives",
    "napkin",
    "napkins",
    "straw",
    "straws",
    "plates",
    "chopsticks",
    "sugar",
    "sugars",
    "sweetener",
    "sweeteners",
    "splenda",
    "splendas",
    "stevia",
    "stevias",
    "equals",
    "creams",
    "creamers",
    "honeys",
];

impl Walk<'_> {
    pub(super) fn number(&mut self, first: u32) {
        if self.counts_no_dish(first) {
            return;
        }
        self.wait_for_name(self.at);
        let here = self.at;
        let (number, mut next) = self.compound(first);
        if next == here + 1 && self.counts_named(number) {
            return;
        }
        next += usize::from(self.is_lots(next));
        if self.is_fraction(next) || number == 0 {
            self.out.odd_quantity = true;
        }
        if self.repeated_in_brackets(number) {
            next += 3;
        }
        let times = self.fact_at(next) == Some(Fact::Times) && !self.times_next(next);
        if times {
            next += 1;
        }
        let tokens: Vec<usize> = (here..next).flat_map(|at| self.piece_tokens(at)).collect();
        if let Some(end) = self.counts_tableware(next) {
            let said = (next..end).flat_map(|at| self.piece_tokens(at)).collect();
            let tokens = [self.cue.take().map(|cue| cue.tokens).unwrap_or_default(), tokens, said].concat();
            self.modify(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
            self.at = end;
            return;
        }
        if self.some_of(number, &tokens, next) {
            return;
        }
        if self.one_of_that(next) || self.one_again(next) {
            return;
        }
        if let Some(item) = self.menu_number(number, next).filter(|_| !times) {
            self.begin(tokens, vec![item]);
            self.by_number = true;
            self.countable = true;
            self.at = next;
            return;
        }
        self.at = self.give_number(number, tokens, next);
    }

    /// A number of a list, of people, of a house, of a time.
    fn counts_no_dish(&mut self, first: u32) -> bool {
        self.telephone()
            || self.glued()
            || self.level()
            || self.drops_some(first)
            || self.drinks(first)
            || self.list_marker()
            || self.unknown_menu_number()
            || self.people()
            || self.house_number()
            || self.timed_number()
            || self.sized_number()
            || self.past_the_hour()
            || self.hour_before_way(first)
            || self.for_in_digits(first)
    }

    /// Gives a number to what it counts; returns where to go on.
    fn give_number(&mut self, number: u32, tokens: Vec<usize>, next: usize) -> usize {
        let dish = self.named_in_run(next);
        let of_them = self.fact_at(next) == Some(Fact::OfThem);
        let skip = usize::from(of_them);
        if number == 1 && self.is_portion(next + skip) {
            self.one_of_two(next);
        }
        let said: Vec<usize> = (next..next + skip).flat_map(|at| self.piece_tokens(at)).collect();
        if of_them && self.uncounted() {
            self.count_last(number, [tokens, said].concat());
            return next + 1;
        }
        if self.counts_behind_colon() && !dish || self.counts_apart(next) {
            self.count_last(number, tokens);
        } else if (self.correcting || self.behind_actually())
            && (self.begins_nothing(next) || self.names_last_again(next))
            && self.base.is_some()
        {
            let again = usize::from(self.names_last_again(next));
            let said = (next..next + again).flat_map(|at| self.piece_tokens(at)).collect();
            self.correct_quantity(number, [tokens, said].concat());
            return next + again;
        } else if self.counts_option(number, next) {
            self.count_option(number, tokens, next);
            return next + 1;
        } else if number > 1 && self.counts_choice_of_last(next) {
            self.count_last(number, tokens);
        } else if self.base.is_some() && self.is_portion(next) {
            let another = self.ahead.another || !of_them && self.contradicts_last(next);
            self.end_clause();
            self.portion(number, [tokens, said].concat(), another);
            return next + skip;
        } else if let Some(cue) =
            self.cue.as_mut().filter(|cue| !cue.used && cue.amount != Amount::No && !dish)
        {
            cue.count = number.max(1);
            cue.tokens.extend(tokens);
        } else if self.begins_nothing(next) && self.counts_last() && !self.number_follows(next) {
            self.count_last(number, tokens);
        } else {
            self.count_next(number, tokens);
        }
        next
    }

    /// "6 lots of spring rolls"
    fn is_lots(&self, at: usize) -> bool {
        let word = self.pieces.get(at).map_or("", |p| self.tokens[p.tokens.start].folded.as_str());
        matches!(word, "lots" | "loads") && matches!(self.fact_at(at), Some(Fact::Takes(_)))
    }

    /// "one latte, actually two"
    fn behind_actually(&self) -> bool {
        let first = self.pieces[self.at].tokens.start;
        first.checked_sub(1).is_some_and(|t| self.tokens[t].folded == "actually")
    }

    fn count_next(&mut self, number: u32, tokens: Vec<usize>) {
        if !matches!(self.ahead.quantity, Some(quantity) if quantity > 1 && number == 1) {
            self.ahead.quantity = Some(number);
        }
        self.ahead.tokens.extend(tokens);
        self.drop_cue();
    }

    /// "twenty five", "one hundred and twenty", "three dozen".
    fn compound(&self, first: u32) -> (u32, usize) {
        let (mut total, mut next) = (first, self.at + 1);
        if !matches!(self.fact_at(self.at), Some(Fact::Number(_))) {
            return (total, next);
        }
        loop {
            let joined = usize::from(total >= 100 && self.fact_at(next) == Some(Fact::And));
            match self.fact_at(next + joined) {
                Some(Fact::Number(unit @ 1..=9)) if total >= 20 && total % 10 == 0 => total += unit,
                Some(Fact::Number(more @ 10..=99)) if total >= 100 && total % 100 == 0 => total += more,
                Some(Fact::Number(scale @ (100 | 1000))) if joined == 0 && total < scale => {
                    total = total.saturating_mul(scale);
                }
                Some(_) | None => return (total, next),
            }
            next += joined + 1;
        }
    }

    /// "2 1/2"
    fn is_fraction(&self, next: usize) -> bool {
        matches!(self.atom(next), Some(Atom::Number(_))) && self.atom(next + 1) == Some(&Atom::Mark('/'))
            || self.atom(next) == Some(&Atom::Mark('/'))
                && matches!(self.atom(next + 1), Some(Atom::Number(_)))
                && self.dish_in_run(next + 2)
    }

    /// "1 (one)"
    fn repeated_in_brackets(&self, number: u32) -> bool {
        let again = match self.atom(self.at + 2) {
            Some(Atom::Number(again) | Atom::Fact(Fact::Number(again))) => *again == number,
            Some(_) | None => false,
        };
        again
            && self.atom(self.at + 1) == Some(&Atom::Mark('('))
            && self.atom(self.at + 3) == Some(&Atom::Mark(')'))
    }

    /// "just brownies. four.", "wings (2 portions)": a number by itself counts the dish before it.
    fn counts_apart(&self, next: usize) -> bool {
        let marked = |at: Option<&Atom>| matches!(at, None | Some(Atom::Mark(_)));
        let behind = self.at.checked_sub(1).and_then(|at| self.atom(at));
        let measured = self.fact_at(next) == Some(Fact::Measure)
            && (marked(self.atom(next + 1)) || matches!(self.fact_at(next + 1), Some(Fact::Takes(_))));
        let with = matches!(self.fact_at(next), Some(Fact::Takes(_)));
        let close = matches!(behind, Some(Atom::Item(_))) && (measured || with);
        let before = self.at.checked_sub(2).and_then(|at| self.atom(at));
        let bracket =
            behind == Some(&Atom::Mark('(')) && !matches!(before, Some(Atom::Item(_) | Atom::Choice(_)));
        self.uncounted()
            && !bracket
            && (close || matches!(behind, Some(Atom::Mark('.' | '(' | '-' | '!' | '\n'))))
            && (marked(self.atom(next)) || measured || close)
            && matches!(self.atom(self.at), Some(Atom::Fact(_)) | Some(Atom::Number(_)))
            && self.lexicon.item_of_number(1).is_none()
    }

    /// A number after its dish counts it when the dish was not counted before.
    pub(super) fn counts_last(&self) -> bool {
        self.countable
            && self.ahead.quantity.is_none()
            && self.base.is_some_and(|base| !self.out.parts[base.part].counted)
    }

    /// "2 spoons", "3 sugars", "two packets of splenda": where a note ends, whatever was counted before it.
    fn counts_tableware(&self, at: usize) -> Option<usize> {
        let measured = usize::from(self.fact_at(at) == Some(Fact::Measure));
        let named = self.pieces.get(at + measured)?.tokens.end.checked_sub(1)?;
        let note = !self.target.is_empty()
            && matches!(self.fact_at(at + measured), Some(Fact::Prepared | Fact::Condiment))
            && (measured == 1 || COUNTED_NOTES.contains(&self.tokens[named].folded.as_str()));
        note.then_some(at + measured + 1)
    }

    /// "Fries: 2 large"
    fn counts_behind_colon(&self) -> bool {
        let named =
            self.at.checked_sub(2).is_some_and(|before| matches!(self.atom(before), Some(Atom::Item(_))));
        let option = matches!(self.atom(self.at + 1), Some(Atom::Choice(options)) if self.lexicon.is_choose_many(options));
        named && !option && self.atom(self.at - 1) == Some(&Atom::Mark(':')) && self.uncounted()
    }

    /// Whether the dish last named was not counted.
    pub(super) fn uncounted(&self) -> bool {
        self.ahead.quantity.is_none() && self.base.is_some_and(|base| !self.out.parts[base.part].counted)
    }

    pub(super) fn count_last(&mut self, number: u32, tokens: Vec<usize>) {
        if let Some(base) = self.base.as_mut() {
            let part = &mut self.out.parts[base.part];
            part.quantity = number.max(1);
            part.counted = true;
            part.told = false;
            part.tokens.extend(tokens);
            base.left = number.max(1);
            base.of = number.max(1);
        }
    }

    /// "fries twice", "once with bacon"
    pub(super) fn often(&mut self, count: u32) {
        let dish = self.at > 0
            && matches!(
                self.atom(self.at - 1),
                Some(Atom::Item(_) | Atom::Choice(_) | Atom::Word | Atom::Mark(','))
            );
        if dish && self.counts_last() {
            self.count_pair(count);
            self.count_last(count, self.piece_tokens(self.at));
            self.at += 1;
        } else if self.base.is_some_and(|base| base.left > 0) && self.is_portion(self.at + 1) {
            let tokens = self.piece_tokens(self.at);
            self.end_clause();
            self.portion(count, tokens, false);
            self.at += 1;
        } else {
            self.pass(PhraseKind::Filler);
        }
    }

    /// "cod and chips twice": both.
    fn count_pair(&mut self, count: u32) {
        let Some(last) = self.base.map(|base| base.part).filter(|last| *last > 0) else { return };
        let joined = self.out.parts[last].mention.iter().min().and_then(|t| t.checked_sub(1));
        let joined = joined.is_some_and(|t| matches!(self.tokens[t].folded.as_str(), "and" | "&" | "n"));
        let before = &mut self.out.parts[last - 1];
        if joined && !before.counted {
            before.quantity = count.max(1);
            before.counted = true;
        }
    }

    fn correct_quantity(&mut self, number: u32, tokens: Vec<usize>) {
        self.correcting = false;
        self.count_last(number, tokens);
    }

    /// "burger x2, no onion x1": behind an option, for so many of those that were counted.
    fn times_some(&mut self, number: u32) -> bool {
        let option = self.at.checked_sub(1).and_then(|at| self.atom(at));
        let some = matches!(option, Some(Atom::Choice(_)))
            && self.begins_nothing(self.at + 2)
            && self.base.is_some_and(|base| base.of > 1 && base.left > number && number > 0);
        if some {
            self.say(self.at..self.at + 1, PhraseKind::Filler);
            self.at += 1;
            self.on_some(number);
        }
        some
    }

    /// "kombucha x4"
    pub(super) fn times(&mut self) {
        let number = match self.atom(self.at + 1) {
            Some(Atom::Number(number) | Atom::Fact(Fact::Number(number))) => Some(*number),
            Some(_) | None => None,
        };
        match number {
            Some(number) if self.option_times(number) || self.times_some(number) => {}
            Some(number)
                if self.base.is_some() && (self.counts_last() || self.begins_nothing(self.at + 2)) =>
            {
                let tokens = (self.at..self.at + 2).flat_map(|at| self.piece_tokens(at)).collect();
                self.cue = None;
                self.count_last(number, tokens);
                self.at += 2;
            }
            Some(_) | None => self.pass(PhraseKind::Filler),
        }
    }
}
