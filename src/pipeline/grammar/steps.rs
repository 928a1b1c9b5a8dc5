//! What each language fact does to the walk.

use super::facts::Fact;
use super::lines::Walk;
use super::pieces::Atom;
use crate::pipeline::parse::{Modifier, Role};
use crate::pipeline::{Amount, FulfilmentKind, PhraseKind};

/// "All" speaks of at most so many dishes.
const MOST_DISHES: usize = 30;

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
            Fact::Prepared => self.prepared(),
            Fact::OnSome(count) => self.on_some(count),
            Fact::Each => self.each(),
            Fact::Other => self.other(),
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
            Fact::Allergy => self.allergy(),
            Fact::Talk => self.talk(),
            Fact::Plain => self.plain(),
            Fact::Measure | Fact::OfThem | Fact::Somebody | Fact::TimeUnit | Fact::SizeUnit => {
                self.pass(PhraseKind::Filler);
            }
            Fact::Number(number) => self.number(number),
            Fact::Street => self.run(),
        }
    }

    fn says(&mut self, kind: PhraseKind) {
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
        self.ahead.article = true;
        let tokens = self.piece_tokens(self.at);
        self.pass(PhraseKind::Filler);
        if self.cue.is_none() {
            self.ahead.tokens.extend(tokens);
        }
    }

    /// An amount; "extra" and "light" behind their option ("easy ice") are rare and read before it only.
    fn takes(&mut self, amount: Amount) {
        let empty = matches!(self.atom(self.at + 1), None | Some(Atom::Mark(_)));
        if empty && amount != Amount::No {
            self.trailing_amount(amount);
            return;
        }
        if empty && self.tokens[self.pieces[self.at].tokens.start].folded == "not" {
            self.none_of_it();
            return;
        }
        self.ahead.article = false;
        if self.swapping && amount == Amount::Regular {
            self.leave_out_fresh();
        }
        self.open_cue(amount);
    }

    /// "make my burger a double", "kombucha light": a note.
    fn trailing_amount(&mut self, amount: Amount) {
        if self.target.is_empty() || amount == Amount::Regular {
            self.pass(PhraseKind::Filler);
        } else {
            let tokens = self.piece_tokens(self.at);
            self.modify(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
            self.at += 1;
        }
    }

    /// "a side of bacon and a kombucha": an option that is asked for by itself is no option of what follows.
    fn orphan_options(&mut self) {
        let alone = self.target.is_empty()
            && !self.ahead.modifiers.is_empty()
            && self.ahead.modifiers.iter().all(|m| m.amount == Amount::Regular && !m.options.is_empty())
            && !matches!(self.atom(self.at + 1), Some(Atom::Choice(_)))
            && !self.named_in_run(self.at + 1);
        if alone {
            let modifiers = std::mem::take(&mut self.ahead.modifiers);
            self.begin(modifiers.into_iter().flat_map(|m| m.tokens).collect(), Vec::new());
            self.target = 0..0;
        }
    }

    /// "cucumber left off"
    fn left(&mut self, amount: Amount) {
        let tokens = self.piece_tokens(self.at);
        let fresh = self.fresh;
        let mut found = false;
        for index in self.target.clone() {
            let part = &mut self.out.parts[index];
            for modifier in part.modifiers.iter_mut().skip(fresh) {
                modifier.amount = amount;
                found = true;
            }
            if found {
                part.tokens.extend(&tokens);
            }
        }
        self.at += 1;
    }

    fn swap(&mut self) {
        self.fresh_start();
        self.swapping = !self.target.is_empty();
        self.swap_words = self.piece_tokens(self.at);
        self.belongs();
    }

    /// The words belong to the dish last named, and say nothing more.
    fn belongs(&mut self) {
        let tokens = self.piece_tokens(self.at);
        for index in self.target.clone() {
            self.out.parts[index].tokens.extend(&tokens);
        }
        self.pass(PhraseKind::Filler);
    }

    /// "oat instead of whole": what follows is left out.
    fn instead_of(&mut self) {
        self.open_cue(Amount::No);
    }

    fn for_or_swap(&mut self) {
        if self.swapping {
            self.leave_out_fresh();
            self.open_cue(Amount::Regular);
        } else {
            self.for_whom();
        }
    }

    /// "swap the mayo for mustard": what was just said is left out.
    fn leave_out_fresh(&mut self) {
        let fresh = self.fresh;
        for index in self.target.clone() {
            for modifier in self.out.parts[index].modifiers.iter_mut().skip(fresh) {
                modifier.amount = Amount::No;
            }
        }
        self.swapping = false;
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
        if !goes_on {
            self.cue = None;
        }
        self.orphan_options();
        self.fresh_start();
        self.pass(PhraseKind::Filler);
    }

    fn is_ingredient(&self, at: usize) -> bool {
        self.piece_tokens(at).iter().all(|t| self.lexicon.is_ingredient(&self.tokens[*t].folded))
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
        } else if !self.target.is_empty() {
            self.modify(modifier);
        } else {
            self.say(self.at..self.at + 1, PhraseKind::Filler);
        }
        self.at += 1;
    }

    /// "dressing on the side": the option just said becomes a note.
    fn aside(&mut self) {
        let tokens = self.piece_tokens(self.at);
        self.at += 1;
        self.cue = None;
        let mut noted = false;
        for index in self.target.clone() {
            let part = &mut self.out.parts[index];
            part.tokens.extend(&tokens);
            if let Some(last) = part.modifiers.iter_mut().skip(self.fresh).last() {
                last.options.clear();
                last.tokens.extend(&tokens);
                noted = true;
            }
        }
        if !noted && !self.target.is_empty() {
            self.modify(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
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

    /// "well done" is a note by itself.
    fn prepared(&mut self) {
        let tokens = self.piece_tokens(self.at);
        let modifier = Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 };
        if self.target.is_empty() || self.dish_in_run(self.at + 1) {
            self.ahead.modifiers.push(modifier);
        } else {
            self.modify(modifier);
        }
        self.cue = None;
        self.at += 1;
    }

    /// "no onions on one of them": the options just said are for some pieces only.
    fn on_some(&mut self, count: u32) {
        let tokens = self.piece_tokens(self.at);
        self.at += 1;
        let Some(base) = self.base else { return };
        let Some(part) = self.out.parts.get_mut(base.part) else { return };
        let fresh: Vec<Modifier> = part.modifiers.split_off(self.fresh.min(part.modifiers.len()));
        self.cue = None;
        self.portion(count, tokens, false);
        for modifier in fresh {
            self.modify(modifier);
        }
        self.target = base.part..base.part + 1;
    }

    /// "both", "all": the options around it are for every dish of the sentence.
    fn each(&mut self) {
        let tokens = self.piece_tokens(self.at);
        self.at += 1;
        let count = self.out.parts.len();
        let parts = self.sentence.min(count).max(count.saturating_sub(MOST_DISHES))..count;
        if parts.is_empty() {
            for token in tokens {
                self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
            }
            return;
        }
        let said = tokens.first().map_or("", |t| self.tokens[*t].folded.as_str());
        let two = said == "both" || tokens.iter().any(|t| self.tokens[*t].folded == "both");
        let all = if two {
            let last = self.out.parts[parts.end - 1].quantity;
            let from = if last >= 2 { parts.end - 1 } else { parts.start.max(parts.end.saturating_sub(2)) };
            from..parts.end
        } else {
            parts
        };
        let fresh: Vec<Modifier> =
            self.out.parts[all.end - 1].modifiers.iter().skip(self.fresh).cloned().collect();
        for index in all.clone() {
            self.out.parts[index].tokens.extend(&tokens);
        }
        let earlier = all.start..all.end - 1;
        self.target = earlier;
        for modifier in fresh {
            self.modify(modifier);
        }
        self.target = all;
        self.cue = None;
    }

    /// "the other with oat"
    fn other(&mut self) {
        let tokens = self.piece_tokens(self.at);
        match self.base {
            Some(base) if base.left > 0 && base.left < u32::MAX => {
                self.end_clause();
                self.portion(base.left, tokens, false);
                self.at += 1;
            }
            Some(_) | None => self.pass(PhraseKind::Filler),
        }
    }

    fn another(&mut self) {
        self.ahead.another = true;
        self.number(1);
    }

    /// "one with croutons, one with none"
    fn none_of_it(&mut self) {
        let tokens = self.piece_tokens(self.at);
        self.at += 1;
        if let Some(modifier) = self.last_modifier.clone().filter(|_| !self.target.is_empty()) {
            let waiting = self.cue.take().map(|cue| cue.tokens).unwrap_or_default();
            self.modify(Modifier { tokens: [waiting, tokens].concat(), amount: Amount::No, ..modifier });
        } else {
            for token in tokens {
                self.out.roles[token] = Role::Phrase(PhraseKind::Filler);
            }
        }
    }

    /// "two shots" are a double where the menu has one.
    fn shots(&mut self) {
        let count = self.cue.as_ref().map(|cue| cue.count).or(self.ahead.quantity);
        let name = match count {
            Some(2) => "double",
            Some(3) => "triple",
            Some(4) => "quadruple",
            Some(_) | None => "",
        };
        let options = self.lexicon.options_named(name);
        if options.is_empty() {
            self.pass(PhraseKind::Filler);
            return;
        }
        let waiting = self.cue.take().map(|cue| cue.tokens).unwrap_or_default();
        let tokens = [waiting, std::mem::take(&mut self.ahead.tokens), self.piece_tokens(self.at)].concat();
        self.ahead.quantity = None;
        let modifier = Modifier { tokens, options, amount: Amount::Regular, count: 1 };
        if self.target.is_empty() {
            self.ahead.modifiers.push(modifier)
        } else {
            self.modify(modifier)
        }
        self.at += 1;
    }

    fn correction(&mut self) {
        let had_parts = !self.out.parts.is_empty();
        self.end_clause();
        self.correcting = had_parts;
        self.pass(PhraseKind::Filler);
        while matches!(self.atom(self.at), Some(Atom::Mark(',' | '.'))) {
            self.at += 1;
        }
    }

    fn allergy(&mut self) {
        self.out.allergy = true;
        self.end_clause();
        self.chatting = true;
        self.at += 1;
    }

    /// The customer tells something.
    fn talk(&mut self) {
        let close = self.at > 0 && matches!(self.atom(self.at - 1), Some(Atom::Item(_)));
        if let Some(part) = self.out.parts.last_mut().filter(|part| close && !part.counted) {
            part.told = true;
        }
        self.end_clause();
        self.countable = false;
        self.chatting = true;
        self.at += 1;
    }
}
