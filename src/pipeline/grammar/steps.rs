//! What each language fact does to the walk.

use super::facts::Fact;
use super::lines::{Ahead, Walk};
use super::pieces::Atom;
use crate::pipeline::lexicon::OptionRef;
use crate::pipeline::parse::{Modifier, Part, Role};
use crate::pipeline::{Amount, FulfilmentKind, PhraseKind};

impl Walk<'_> {
    pub(super) fn fact(&mut self, fact: Fact) {
        match fact {
            Fact::Says(kind) => self.says(kind),
            Fact::Wants => self.wants(),
            Fact::Article => self.article(),
            Fact::Times => self.times(),
            Fact::Takes(amount) => self.takes(amount),
            Fact::Left(amount) => self.left(amount),
            Fact::Swap => self.swap(),
            Fact::Describes => self.describes(),
            Fact::Aside => self.aside(),
            Fact::Being => self.being(),
            Fact::InsteadOf => self.instead_of(),
            Fact::Instead | Fact::Only => self.belongs(),
            Fact::And => self.and(),
            Fact::Prepared => self.prepared(Vec::new()),
            Fact::Means(name) => self.prepared(self.lexicon.options_named(name)),
            Fact::Condiment => self.condiment(),
            Fact::OnSome(count) => self.on_some(count),
            Fact::Each => self.each(),
            Fact::Other => self.other(),
            Fact::OnOther => self.on_other(),
            Fact::Ordinal => self.ordinal(),
            Fact::Same => self.same(),
            Fact::Another => self.another(),
            Fact::NoneOfIt => self.none_of_it(),
            Fact::Shots => self.shots(),
            Fact::Correction => self.correction(),
            Fact::Pickup => self.way(FulfilmentKind::Pickup),
            Fact::Delivery => self.way(FulfilmentKind::Delivery),
            Fact::DineIn => self.way(FulfilmentKind::DineIn),
            Fact::DeliverTo => self.deliver_to(),
            Fact::Table => self.table(),
            Fact::Moment => self.moment(),
            Fact::At | Fact::In => self.moment_after(),
            Fact::For => self.for_or_swap(),
            Fact::NameIs => self.name_is(),
            Fact::Title => self.titled(),
            Fact::Spot => self.spot(),
            Fact::Often(count) => self.often(count),
            Fact::Allergy => self.allergy(),
            Fact::MakeIt => self.make_it(),
            Fact::HalfAndHalf => {
                self.out.odd_quantity = true;
                self.pass(PhraseKind::Filler);
            }
            Fact::Talk => self.talk(),
            Fact::Instructs => self.instructs(),
            Fact::Plain => self.plain(),
            Fact::Measure => self.measure(),
            Fact::Somebody if self.is_for_one() => self.on_some(1),
            Fact::OfThem | Fact::Somebody | Fact::TimeUnit | Fact::SizeUnit => {
                self.pass(PhraseKind::Filler);
            }
            Fact::Number(number) => self.number(number),
            Fact::Street => self.run(),
        }
    }

    fn says(&mut self, kind: PhraseKind) {
        if self.brought_to() {
            return;
        }
        let thanks = kind == PhraseKind::Thanks;
        self.pass(kind);
        if thanks {
            self.end_clause();
            let at = self.at + usize::from(matches!(self.atom(self.at), Some(Atom::Mark(','))));
            if self.capital_word(at) && self.begins_nothing(at + 1) {
                self.at = at;
                self.name(at);
            }
        }
    }

    /// "instead of regular" leaves nothing out.
    fn plain(&mut self) {
        if let Some(cue) = self.cue.take_if(|cue| !cue.used) {
            for token in cue.tokens {
                self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
            }
        }
        self.usual_besides();
        self.pass(PhraseKind::Filler);
    }

    fn capital_word(&self, at: usize) -> bool {
        matches!(self.atom(at), Some(Atom::Word)) && self.tokens[self.pieces[at].tokens.start].capital
    }

    fn wants(&mut self) {
        self.cue = None;
        self.wanted = true;
        self.chatting = false;
        self.pass(PhraseKind::Filler);
    }

    fn article(&mut self) {
        if self.cue.as_ref().is_some_and(|cue| cue.used) {
            self.cue = None;
        }
        if let Some(end) = self.persons_at(self.at + 1) {
            self.say(self.at..end, PhraseKind::Filler);
            self.at = end;
            return;
        }
        self.ahead.article = true;
        let tokens = self.piece_tokens(self.at);
        self.pass(PhraseKind::Filler);
        if self.cue.is_none() {
            self.ahead.tokens.extend(tokens);
        }
    }

    /// An amount; "extra" and "light" behind their option ("easy ice") are rare and read before it only.
    fn takes(&mut self, amount: Amount) {
        if self.says_no_behind() {
            return self.trailing_amount(Amount::No);
        }
        if self.takes_back(self.at) {
            return self.correction();
        }
        let empty = matches!(self.atom(self.at + 1), None | Some(Atom::Mark(_)));
        if empty && amount != Amount::No {
            self.trailing_amount(amount);
            return;
        }
        if self.on_so_many() || self.excepts_dish() {
            return;
        }
        if self.excepts_some() {
            return self.pass(PhraseKind::Filler);
        }
        if amount == Amount::Regular
            && self.says_on(self.at)
            && !matches!(self.atom(self.at + 1), Some(Atom::Choice(_)))
        {
            return self.pass(PhraseKind::Filler);
        }
        let contrast = self.tokens[self.pieces[self.at].tokens.start].folded == "not" || self.splits();
        if empty && contrast {
            self.none_of_it();
            return;
        }
        self.ahead.article = false;
        if self.swapping && amount == Amount::Regular {
            let into = matches!(self.tokens[self.pieces[self.at].tokens.start].folded.as_str(), "in" | "on");
            if into { self.swapping = false } else { self.leave_out_fresh() }
        }
        self.open_cue(amount);
    }

    /// The words belong to the dish last named, and say nothing more.
    pub(super) fn belongs(&mut self) {
        let tokens = self.piece_tokens(self.at);
        for index in self.target.clone() {
            self.out.parts[index].tokens.extend(&tokens);
        }
        self.pass(PhraseKind::Filler);
    }

    /// "no onion or tomato" goes on; "no onion and two fries", "and a coke" do not.
    fn and(&mut self) {
        let goes_on = match self.atom(self.at + 1) {
            Some(Atom::Choice(_)) => !self.dish_in_run(self.at + 1),
            Some(Atom::Word) => {
                self.cue.as_ref().is_some_and(|c| c.amount == Amount::No && c.used)
                    && self.is_ingredient(self.at + 1)
            }
            Some(_) | None => false,
        };
        let adds = self.tokens[self.pieces[self.at].tokens.start].folded == "plus";
        if !goes_on || adds {
            self.cue = None;
        }
        self.wait_for_name(self.at + 1);
        self.orphan_options();
        self.fresh_start();
        self.pass(PhraseKind::Filler);
    }

    /// "mayo no, onions yes"
    fn says_no_behind(&self) -> bool {
        let word = self.tokens[self.pieces[self.at].tokens.start].folded.as_str();
        let behind = self.at.checked_sub(1).and_then(|at| self.atom(at));
        word == "no"
            && self.pieces[self.at].tokens.len() == 1
            && matches!(behind, Some(Atom::Choice(_)))
            && matches!(self.atom(self.at + 1), None | Some(Atom::Mark(_)))
    }

    /// "on" and "on the", before an option the same as "with".
    pub(super) fn says_on(&self, at: usize) -> bool {
        self.tokens[self.pieces[at].tokens.start].folded == "on"
    }

    fn is_ingredient(&self, at: usize) -> bool {
        self.piece_tokens(at).iter().all(|t| self.lexicon.is_ingredient(&self.tokens[*t].folded))
    }

    /// "two soups, one with bread, one without"
    fn splits(&self) -> bool {
        self.last_modifier.is_some() && self.out.parts.len() > 1 && {
            let same = |at: usize| self.out.parts.get(at).map(|part| &part.mention);
            self.base.is_some_and(|base| same(base.part) == same(self.target.end.saturating_sub(1)))
                && self.out.parts.last().map(|part| &part.mention)
                    == self.out.parts.iter().rev().nth(1).map(|part| &part.mention)
        }
    }

    /// "hot latte", "latte, hot".
    fn describes(&mut self) {
        let tokens = self.piece_tokens(self.at);
        if self.cue.is_some() || self.chatting {
            self.run();
            return;
        }
        let modifier = Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 };
        let last = matches!(self.fact_at(self.at + 1), Some(Fact::Describes));
        if self.dish_in_run(self.at + 1) || last || self.ahead.article {
            self.ahead.modifiers.push(modifier);
        } else if !self.target.is_empty() && self.is_said_of_dish() {
            self.modify(modifier);
        } else {
            self.say(self.at..self.at + 1, PhraseKind::Filler);
        }
        self.at += 1;
    }

    /// Whether an adjective says how the dish before it shall be: "latte, hot", but neither "it is so hot"
    /// nor "latte. Quick …".
    fn is_said_of_dish(&self) -> bool {
        let word = self.tokens[self.pieces[self.at].tokens.start].folded.as_str();
        let praise = matches!(
            word,
            "quick"
                | "good"
                | "nice"
                | "great"
                | "lovely"
                | "delicious"
                | "tasty"
                | "yummy"
                | "proper"
                | "simple"
                | "cheeky"
                | "really"
                | "very"
                | "homemade"
                | "traditional"
        );
        let before = self.at.checked_sub(1).and_then(|before| self.atom(before));
        let here = self.pieces[self.at].tokens.start;
        let words = here.saturating_sub(2)..here;
        let told = words
            .clone()
            .any(|t| matches!(self.tokens[t].folded.as_str(), "is" | "its" | "im" | "was" | "day"));
        let serving = matches!(
            word,
            "hot"
                | "cold"
                | "warm"
                | "lukewarm"
                | "luke"
                | "cool"
                | "tepid"
                | "strong"
                | "weak"
                | "sweet"
                | "foamy"
                | "spicy"
                | "mild"
        ) || self.pieces[self.at].tokens.len() > 1;
        if serving && !told && matches!(before, Some(Atom::Fact(_))) {
            return true;
        }
        !praise
            && match before {
                Some(Atom::Item(_) | Atom::Choice(_) | Atom::Word | Atom::Number(_)) => true,
                Some(Atom::Mark(mark)) => matches!(mark, ',' | '(' | '-'),
                Some(Atom::Fact(fact)) => !matches!(fact, Fact::Says(PhraseKind::Filler) | Fact::Talk),
                Some(Atom::Clock) | None => false,
            }
    }

    /// "one should be decaf": only joins.
    fn being(&mut self) {
        let close = self.at > 0 && matches!(self.atom(self.at - 1), Some(Atom::Item(_)));
        let said = matches!(self.tokens[self.pieces[self.at].tokens.start].folded.as_str(), "is" | "thats");
        if let Some(part) = self.out.parts.last_mut().filter(|part| close && said && !part.counted) {
            part.told = true;
        }
        self.pass(PhraseKind::Filler);
    }

    /// "well done" is a note by itself, "on ice" the option that means it.
    fn prepared(&mut self, options: Vec<OptionRef>) {
        if self.on_half() {
            return;
        }
        let waiting = self.cue.take().filter(|cue| !cue.used).map(|cue| cue.tokens).unwrap_or_default();
        let here = self.piece_tokens(self.at);
        let before = if self.is_apart(&here) { self.unplaced_before(here[0]) } else { Vec::new() };
        let tokens = [waiting, before, here].concat();
        let modifier = Modifier { tokens, options, amount: Amount::Regular, count: 1 };
        if self.target.is_empty() || self.dish_in_run(self.at + 1) {
            self.ahead.modifiers.push(modifier);
        } else {
            self.modify(modifier);
        }
        self.cue = None;
        self.at += 1;
    }

    /// "dressing separate"
    fn is_apart(&self, words: &[usize]) -> bool {
        words.iter().any(|t| matches!(self.tokens[*t].folded.as_str(), "separate" | "separately"))
    }

    /// "and a little nutmeg": a note of the dish before, however it was introduced.
    fn condiment(&mut self) {
        if self.target.is_empty() || self.ahead.quantity.is_some() || self.chatting {
            return self.run();
        }
        let here = self.piece_tokens(self.at);
        if self.goes_on_note(&here) {
            self.at += 1;
            return;
        }
        let waiting = self.cue.take().filter(|cue| !cue.used).map(|cue| cue.tokens).unwrap_or_default();
        let tokens = [waiting, std::mem::take(&mut self.ahead.tokens), here].concat();
        self.ahead.article = false;
        self.modify(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
        self.at += 1;
    }

    /// "with sweet cream foam": words that a note is written together with.
    fn goes_on_note(&mut self, words: &[usize]) -> bool {
        let before = words.first().and_then(|first| first.checked_sub(1));
        let noted = |part: &Part| {
            let note = part.modifiers.last().filter(|note| note.options.is_empty());
            note.is_some_and(|note| note.tokens.last().copied() == before && before.is_some())
        };
        let goes_on = self.target.clone().all(|index| noted(&self.out.parts[index]));
        for index in self.target.clone().filter(|_| goes_on) {
            let part = &mut self.out.parts[index];
            part.tokens.extend(words);
            part.modifiers.last_mut().into_iter().for_each(|note| note.tokens.extend(words));
        }
        goes_on
    }

    fn allergy(&mut self) {
        self.out.allergy = true;
        self.end_clause();
        self.ahead = Ahead::default();
        self.chatting = true;
        self.at += 1;
    }

    /// "with a lot of ice": part of the note that it begins; "heavy on the sauce": the note.
    fn measure(&mut self) {
        let tokens = self.piece_tokens(self.at);
        let noted = self.cue.as_ref().is_some_and(|cue| !cue.used && cue.amount != Amount::Regular);
        if noted && !self.target.is_empty() && self.begins_nothing(self.at + 1) {
            self.cue_modifies(tokens, Vec::new());
            self.at += 1;
            return;
        }
        if let Some(cue) = self.cue.as_mut().filter(|cue| !cue.used) {
            cue.tokens.extend(tokens);
        }
        self.pass(PhraseKind::Filler);
    }

    /// The customer tells something.
    fn talk(&mut self) {
        let begins = self.pieces[self.at].tokens.start;
        let was = !self.wanted && matches!(self.tokens[begins].folded.as_str(), "was" | "were");
        let close = |part: &&mut Part| part.mention.last().is_some_and(|last| last + 1 == begins);
        if let Some(part) = self.out.parts.last_mut().filter(close).filter(|part| !part.counted || was) {
            part.told = true;
        }
        self.end_clause();
        self.countable = false;
        self.chatting = true;
        self.at += 1;
    }
}
