//! Numbers: how many of a dish, of some pieces of it, of an option; or a time, a house, a size.

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::lexicon::OptionRef;
use crate::pipeline::parse::Modifier;
use crate::pipeline::{Amount, PhraseKind};

impl Walk<'_> {
    pub(super) fn number(&mut self, first: u32) {
        if self.drops_some(first)
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
        {
            return;
        }
        let here = self.at;
        let (number, mut next) = self.compound(first);
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
        if self.counts_tableware(next) {
            let tokens =
                [self.cue.take().map(|cue| cue.tokens).unwrap_or_default(), tokens, self.piece_tokens(next)];
            let options = Vec::new();
            self.modify(Modifier { tokens: tokens.concat(), options, amount: Amount::Regular, count: 1 });
            self.at = next + 1;
            return;
        }
        if self.one_of_that(next) || self.one_again(next) {
            return;
        }
        let dish = self.named_in_run(next);
        if let Some(item) = self.menu_number(number, next).filter(|_| !times) {
            self.begin(tokens, vec![item]);
            self.by_number = true;
            self.countable = true;
            self.at = next;
            return;
        }
        if self.fact_at(next) == Some(Fact::OfThem) && self.uncounted() {
            let of_them = self.piece_tokens(next);
            self.count_last(number, [tokens, of_them].concat());
            next += 1;
        } else if self.counts_behind_colon() && !dish {
            self.count_last(number, tokens);
        } else if self.counts_apart(next) {
            self.count_last(number, tokens);
        } else if self.correcting && self.begins_nothing(next) {
            self.correct_quantity(number, tokens);
        } else if self.counts_option(number, next) {
            self.count_option(number, tokens, next);
            next += 1;
        } else if self.base.is_some() && self.is_portion(next) {
            let skip = usize::from(self.fact_at(next) == Some(Fact::OfThem));
            let of_them: Vec<usize> = (next..next + skip).flat_map(|at| self.piece_tokens(at)).collect();
            let another = self.ahead.another;
            self.end_clause();
            self.portion(number, [tokens, of_them].concat(), another);
            next += skip;
        } else if let Some(cue) =
            self.cue.as_mut().filter(|cue| !cue.used && cue.amount != Amount::No && !dish)
        {
            cue.count = number.max(1);
            cue.tokens.extend(tokens);
        } else if self.begins_nothing(next) && self.counts_last() && !self.number_follows(next) {
            self.count_last(number, tokens);
        } else {
            if !matches!(self.ahead.quantity, Some(quantity) if quantity > 1 && number == 1) {
                self.ahead.quantity = Some(number);
            }
            self.ahead.tokens.extend(tokens);
            self.drop_cue();
        }
        self.at = next;
    }

    /// The "x" of "13 x2", as against "2x 13": it belongs to the number behind it.
    fn times_next(&self, at: usize) -> bool {
        let (here, next) = (&self.pieces[at].tokens, self.pieces.get(at + 1).map(|piece| &piece.tokens));
        let touches = |a: usize, b: usize| self.tokens[a].span.end == self.tokens[b].span.start;
        let counts = matches!(self.atom(at + 1), Some(Atom::Number(_)));
        let apart = here.start > 0 && !touches(here.start - 1, here.start);
        counts && apart && next.is_some_and(|next| touches(here.end - 1, next.start))
    }

    /// "1. Napoli", "2) calzone": the lines of a list.
    fn list_marker(&mut self) -> bool {
        let digits = &self.tokens[self.pieces[self.at].tokens.start];
        let closed = matches!(self.atom(self.at + 1), Some(Atom::Mark('.' | ')')))
            && self.tokens[self.pieces[self.at + 1].tokens.start].span.start == digits.span.end;
        let nth = matches!(self.atom(self.at), Some(Atom::Number(number)) if *number == self.listed + 1);
        let begins = self.ahead.quantity.is_none() && !self.ahead.article;
        let dish = (self.at + 2..self.at + 5)
            .any(|at| matches!(self.atom(at), Some(Atom::Item(_) | Atom::Word | Atom::Choice(_))));
        let marks = closed && nth && begins && dish;
        if marks {
            self.end_clause();
            self.sentence = self.out.parts.len();
            self.countable = false;
            self.listed += 1;
            self.say(self.at..self.at + 1, PhraseKind::Filler);
            self.at += 2;
        }
        marks
    }

    /// "scrap one of the muffins": fewer of a dish named before.
    fn drops_some(&mut self, number: u32) -> bool {
        let word =
            |at: usize| self.pieces.get(at).map_or("", |p| self.tokens[p.tokens.start].folded.as_str());
        let mut dish = self.at + 1;
        while matches!(word(dish), "of" | "the" | "those") {
            dish += 1;
        }
        let (true, Some(Atom::Item(named))) = (self.correcting && dish > self.at + 2, self.atom(dish)) else {
            return false;
        };
        let Some(part) =
            self.out.parts.iter().rposition(|part| part.named == *named && part.quantity > number)
        else {
            return false;
        };
        let tokens: Vec<usize> = (self.at..=dish).flat_map(|at| self.piece_tokens(at)).collect();
        self.out.parts[part].quantity -= number;
        self.out.parts[part].tokens.extend(tokens);
        self.correcting = false;
        self.corrected = false;
        self.at = dish + 1;
        true
    }

    /// "two drinks: …": how many of something that is named behind it.
    fn drinks(&mut self, number: u32) -> bool {
        let noun = self.pieces.get(self.at + 1).map_or("", |p| self.tokens[p.tokens.start].folded.as_str());
        let generic =
            matches!(noun, "drinks" | "drink" | "things" | "items" | "dishes" | "meals" | "beverages");
        let counts =
            generic && number > 1 && matches!(self.atom(self.at + 1), Some(Atom::Fact(_) | Atom::Word));
        if counts {
            self.say(self.at..self.at + 2, PhraseKind::Filler);
            self.at += 2;
        }
        counts
    }

    /// "#41" of a menu that goes to 38.
    fn unknown_menu_number(&mut self) -> bool {
        let marked = self.at > 0 && self.atom(self.at - 1) == Some(&Atom::Mark('#'));
        if marked {
            self.begin(self.piece_tokens(self.at), Vec::new());
            self.at += 1;
        }
        marked
    }

    /// "We are four: …", "four of us": how many people, not how many dishes.
    fn people(&mut self) -> bool {
        let first = self.pieces[self.at].tokens.start;
        let before = |back: usize| first.checked_sub(back).map_or("", |t| self.tokens[t].folded.as_str());
        let we = matches!((before(2), before(1)), ("we", "are") | ("there", "are") | (_, "were" | "therere"))
            && matches!(self.atom(self.at + 1), None | Some(Atom::Mark(_)));
        let next = |ahead: usize| self.tokens.get(first + ahead).map_or("", |t| t.folded.as_str());
        let us = next(1) == "of" && matches!(next(2), "us" | "you");
        let other = next(1) == "of" && matches!(next(2), "the" | "my" | "our") && {
            let whom = self.tokens.get(first + 3);
            whom.is_some_and(|t| t.is_word() && self.is_harmless(first + 3))
        };
        let from = before(0) == "one" && next(1) == "from";
        let party = matches!((before(2), before(1)), ("party" | "group" | "table", "of"));
        if us {
            let mut end = self.at + 1;
            while end < self.pieces.len() && self.pieces[end].tokens.start <= first + 2 {
                end += 1;
            }
            self.say(self.at..end, PhraseKind::Filler);
            self.at = end;
        } else if other {
            let mut end = self.at + 1;
            while end < self.pieces.len() && self.pieces[end].tokens.start <= first + 3 {
                end += 1;
            }
            self.say(self.at..end, PhraseKind::Filler);
            self.at = end;
        } else if we || party || from {
            self.pass(PhraseKind::Filler);
        }
        we || us || party || other || from
    }

    /// "a 12", "2x 14", "23, no sprouts", on a menu with numbers: the item's number, where no dish follows it.
    fn menu_number(&self, number: u32, next: usize) -> Option<usize> {
        let item = self.lexicon.item_of_number(number)?;
        if !matches!(self.atom(self.at), Some(Atom::Number(_)))
            || self.cue.is_some()
            || self.dish_in_run(next)
        {
            return None;
        }
        let before = self.at.checked_sub(1).and_then(|at| self.atom(at));
        let begins = match before {
            None | Some(Atom::Mark(_)) => true,
            Some(Atom::Fact(fact)) => !matches!(fact, Fact::Measure | Fact::Shots | Fact::OfThem),
            Some(Atom::Item(_)) => self.by_number,
            Some(Atom::Choice(_) | Atom::Word | Atom::Number(_) | Atom::Clock) => false,
        };
        let asked = self.ahead.quantity.is_some() || self.ahead.article || self.by_number || self.wanted;
        let counts = self.base.is_some() && !asked && (self.counts_last() || self.is_portion(next));
        (begins && !counts).then_some(item)
    }

    /// "two eggs in it", "with 3 garlic dips": so many of an option, rather than of the dish.
    fn counts_option(&self, number: u32, next: usize) -> bool {
        let Some(Atom::Choice(options)) = self.atom(next) else { return false };
        let fresh = self.cue.as_ref().is_some_and(|cue| !cue.used && cue.amount == Amount::Regular);
        let left = self.base.map_or(0, |base| base.left);
        let single = !self.is_other_dish(options)
            && options.iter().all(|of| of.option.is_some())
            && !self.target.is_empty()
            && !self.ahead.another
            && self.lexicon.is_choose_many(options)
            && !self.named_in_run(next);
        let each = self.fact_at(next + 1) == Some(Fact::Each);
        single && number > 1 && (fresh || each || number > left)
    }

    fn count_option(&mut self, number: u32, tokens: Vec<usize>, next: usize) {
        let Some(Atom::Choice(options)) = self.atom(next) else { return };
        let options = options.clone();
        let waiting = self.cue.take().map(|cue| cue.tokens).unwrap_or_default();
        let tokens = [waiting, tokens, self.piece_tokens(next)].concat();
        self.modify(Modifier { tokens, options, amount: Amount::Regular, count: number });
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

    /// Whether what follows is said of some pieces of the dish last named: "one with oat", "2 small".
    fn is_portion(&self, from: usize) -> bool {
        if self.fact_at(from) == Some(Fact::OfThem) {
            return true;
        }
        let mut next = from;
        while self.fact_at(next) == Some(Fact::Being) {
            next += 1;
        }
        match self.atom(next) {
            Some(Atom::Fact(
                Fact::Takes(_) | Fact::NoneOfIt | Fact::Prepared | Fact::InsteadOf | Fact::Describes,
            )) => !self.named_in_run(next + 1),
            Some(Atom::Fact(Fact::Plain)) => self.begins_nothing(next + 1),
            Some(Atom::Choice(options)) => {
                !self.dish_in_run(next) && !self.leaves_dish_out(next) && !self.is_other_dish(options)
            }
            Some(Atom::Fact(Fact::In)) => matches!(self.atom(next + 1), Some(Atom::Choice(_))),
            Some(_) | None => false,
        }
    }

    /// "2 colas" behind another dish, where a cola is a choice of soft drink.
    fn is_other_dish(&self, options: &[OptionRef]) -> bool {
        self.lexicon
            .implied_by(options)
            .is_some_and(|item| self.base.is_none_or(|base| !self.out.parts[base.part].named.contains(&item)))
    }

    /// "decaf and one regular mocha": the dish of the first is named with the second.
    fn leaves_dish_out(&self, from: usize) -> bool {
        let spoken_of = self.base.is_some_and(|base| base.of > 1 && base.left > 0);
        let mut at = from;
        while matches!(self.atom(at), Some(Atom::Choice(_) | Atom::Fact(Fact::Describes | Fact::Plain))) {
            at += 1;
        }
        !spoken_of && self.fact_at(at) == Some(Fact::And) && self.counts_like(at + 1)
    }

    /// "one regular mocha": a count or article, perhaps options, and a dish.
    pub(super) fn counts_like(&self, from: usize) -> bool {
        let counted = matches!(
            self.atom(from),
            Some(Atom::Number(_) | Atom::Fact(Fact::Number(_) | Fact::Article | Fact::Another))
        );
        let said =
            matches!(self.atom(from + 1), Some(Atom::Choice(_) | Atom::Fact(Fact::Describes | Fact::Plain)));
        let mut at = from + 1;
        while matches!(self.atom(at), Some(Atom::Choice(_) | Atom::Fact(Fact::Describes | Fact::Plain))) {
            at += 1;
        }
        counted && said && matches!(self.atom(at), Some(Atom::Item(_)))
    }

    /// Whether a run of words without separators holds the name of a dish.
    pub(super) fn named_in_run(&self, from: usize) -> bool {
        (from..self.pieces.len().min(from + 6))
            .take_while(|at| {
                matches!(self.atom(*at), Some(Atom::Item(_) | Atom::Word | Atom::Choice(_)))
                    || *at > from && self.is_of(*at)
            })
            .any(|at| matches!(self.atom(at), Some(Atom::Item(_))))
    }

    /// Whether a run of words without separators holds a dish or an unknown word.
    pub(super) fn dish_in_run(&self, from: usize) -> bool {
        let passed = |at: usize| {
            matches!(
                self.atom(at),
                Some(Atom::Choice(_) | Atom::Fact(Fact::Plain | Fact::Measure | Fact::Describes))
            ) || self.is_of(at)
        };
        let first = (from..(from + 24).min(self.pieces.len())).find(|at| !passed(*at));
        let first = first.and_then(|at| self.atom(at));
        matches!(first, Some(Atom::Item(_) | Atom::Word | Atom::Fact(Fact::Street)))
    }

    /// "of" between a measure and what it is of.
    pub(super) fn is_of(&self, at: usize) -> bool {
        self.pieces.get(at).is_some_and(|piece| self.tokens[piece.tokens.start].folded == "of")
    }

    /// Whether a separator, the end or a phrase follows, but no dish.
    pub(super) fn begins_nothing(&self, at: usize) -> bool {
        match self.atom(at) {
            None | Some(Atom::Mark(_) | Atom::Number(_) | Atom::Clock) => true,
            Some(Atom::Fact(fact)) => !matches!(
                fact,
                Fact::Measure
                    | Fact::Plain
                    | Fact::Describes
                    | Fact::Takes(Amount::Extra | Amount::Light)
                    | Fact::Shots
                    | Fact::Article
                    | Fact::Street
                    | Fact::Times
            ),
            Some(Atom::Item(_) | Atom::Choice(_) | Atom::Word) => false,
        }
    }

    /// "just brownies. four.", "wings (2 portions)": a number by itself counts the dish before it.
    fn counts_apart(&self, next: usize) -> bool {
        let marked = |at: Option<&Atom>| matches!(at, None | Some(Atom::Mark(_)));
        let behind = self.at.checked_sub(1).and_then(|at| self.atom(at));
        let measured = self.fact_at(next) == Some(Fact::Measure)
            && (marked(self.atom(next + 1)) || matches!(self.fact_at(next + 1), Some(Fact::Takes(_))));
        let with = matches!(self.fact_at(next), Some(Fact::Takes(_)));
        let close = matches!(behind, Some(Atom::Item(_))) && (measured || with);
        self.uncounted()
            && (close || matches!(behind, Some(Atom::Mark('.' | '(' | '-' | '!' | '\n'))))
            && (marked(self.atom(next)) || measured || close)
            && matches!(self.atom(self.at), Some(Atom::Fact(_)) | Some(Atom::Number(_)))
            && self.lexicon.item_of_number(1).is_none()
    }

    /// "and two 15s"
    fn number_follows(&self, next: usize) -> bool {
        matches!(self.atom(next), Some(Atom::Number(number)) if self.lexicon.item_of_number(*number).is_some())
    }

    /// A number after its dish counts it when the dish was not counted before.
    fn counts_last(&self) -> bool {
        self.countable
            && self.ahead.quantity.is_none()
            && self.base.is_some_and(|base| !self.out.parts[base.part].counted)
    }

    /// "2 spoons": a note, whatever was counted before.
    fn counts_tableware(&self, at: usize) -> bool {
        self.fact_at(at) == Some(Fact::Prepared)
            && !self.target.is_empty()
            && matches!(
                self.tokens[self.pieces[at].tokens.start].folded.as_str(),
                "spoon"
                    | "spoons"
                    | "fork"
                    | "forks"
                    | "knife"
                    | "knives"
                    | "napkin"
                    | "napkins"
                    | "straw"
                    | "straws"
                    | "plates"
                    | "chopsticks"
            )
    }

    /// "Fries: 2 large"
    fn counts_behind_colon(&self) -> bool {
        let named =
            self.at.checked_sub(2).is_some_and(|before| matches!(self.atom(before), Some(Atom::Item(_))));
        let option = matches!(self.atom(self.at + 1), Some(Atom::Choice(options)) if self.lexicon.is_choose_many(options));
        named && !option && self.atom(self.at - 1) == Some(&Atom::Mark(':')) && self.uncounted()
    }

    /// Whether the dish last named was not counted.
    fn uncounted(&self) -> bool {
        self.ahead.quantity.is_none() && self.base.is_some_and(|base| !self.out.parts[base.part].counted)
    }

    fn count_last(&mut self, number: u32, tokens: Vec<usize>) {
        if let Some(base) = self.base.as_mut() {
            let part = &mut self.out.parts[base.part];
            part.quantity = number.max(1);
            part.counted = true;
            part.told = false;
            part.tokens.extend(tokens);
            base.left = number.max(1);
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

    /// "sugar x3": so many of the option said right before.
    fn option_times(&mut self, number: u32) -> bool {
        let Some(Atom::Choice(options)) = self.at.checked_sub(1).and_then(|at| self.atom(at)) else {
            return false;
        };
        let alone = self.at.checked_sub(2).is_none_or(|at| matches!(self.atom(at), Some(Atom::Mark(_))));
        let many = alone && self.lexicon.is_choose_many(options) && !self.target.is_empty();
        if many {
            let tokens: Vec<usize> = (self.at..self.at + 2).flat_map(|at| self.piece_tokens(at)).collect();
            for index in self.target.clone() {
                let part = &mut self.out.parts[index];
                part.tokens.extend(&tokens);
                if let Some(last) = part.modifiers.last_mut() {
                    last.count = number.max(1);
                }
            }
            self.at += 2;
        }
        many
    }

    /// "kombucha x4"
    pub(super) fn times(&mut self) {
        let number = match self.atom(self.at + 1) {
            Some(Atom::Number(number) | Atom::Fact(Fact::Number(number))) => Some(*number),
            Some(_) | None => None,
        };
        match number {
            Some(number) if self.option_times(number) => {}
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
