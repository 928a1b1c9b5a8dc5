//! What the model answered, put in its place in the message: every line's words have to stand there, every option and
//! number has to have been said, and no word may be left over.

use compact_str::CompactString;

use super::bounds::{is_possible, is_turning};
use super::prompt::NOT_ON_MENU;
use super::whole::{Rest, Whole, WholeLine};
use super::wrong::Wrong;
use crate::pipeline::grammar::facts::Fact;
use crate::pipeline::lexicon::{OptionRef, is_small};
use crate::pipeline::match_menu::Decision;
use crate::pipeline::parse::{Modifier, ParsedOrder, Part, Role};
use crate::pipeline::words::{Token, TokenKind, stem, tokens as words_of};
use crate::pipeline::{Amount, Reader, settle};

/// The order that the answer describes, in tokens of the message.
///
/// # Errors
/// The first thing that was made up, left out or does not exist.
pub(super) fn place(
    whole: &Whole,
    reader: &Reader,
    text: &str,
    tokens: &[Token],
    grammar: &ParsedOrder,
) -> Result<ParsedOrder, Wrong> {
    let mut placing = Placing { reader, text, tokens, grammar, used: vec![false; tokens.len()] };
    let parts = whole.lines.iter().map(|line| placing.part(line)).collect::<Result<Vec<Part>, _>>()?;
    for rest in &whole.rest {
        placing.rest(rest)?;
    }
    placing.nothing_left(&parts)?;
    let in_part = |at: usize| parts.iter().any(|part| part.tokens.contains(&at));
    let role = |(at, role): (usize, &Role)| match role {
        _ if in_part(at) || placing.counts(at, &parts) => Role::Part,
        Role::Mark | Role::Phrase(_) => *role,
        Role::Part | Role::Unplaced => Role::Unplaced,
    };
    let roles = grammar.roles.iter().enumerate().map(role).collect();
    Ok(ParsedOrder {
        parts,
        roles,
        dangling: false,
        odd_quantity: false,
        unclear: None,
        beside: Vec::new(),
        ..grammar.clone()
    })
}

struct Placing<'a> {
    reader: &'a Reader,
    text: &'a str,
    tokens: &'a [Token],
    grammar: &'a ParsedOrder,
    used: Vec<bool>,
}

impl Placing<'_> {
    fn part(&mut self, line: &WholeLine) -> Result<Part, Wrong> {
        let said = self.find(&line.dish_words)?;
        let mention: Vec<usize> = said.iter().copied().filter(|at| !self.is_count(*at)).collect();
        if mention.is_empty() {
            return Err(Wrong::new(
                "it takes words for a dish that name none",
                format!("\"{}\" names no dish", line.dish_words),
            ));
        }
        let quantity = self.quantity(line)?;
        let mut part = Part {
            mention,
            named: Vec::new(),
            quantity,
            counted: quantity > 1,
            modifiers: Vec::new(),
            tokens: said,
            ..Part::default()
        };
        part.named = self.item(line, &part)?.into_iter().collect();
        for option in &line.options {
            let modifier = self.option(option, part.named.first().copied())?;
            part.modifiers.push(modifier);
        }
        for note in line.notes.iter().filter(|note| !note.trim().is_empty()) {
            let tokens = self.find(note)?;
            part.modifiers.push(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
        }
        let own: Vec<usize> = part.modifiers.iter().flat_map(|modifier| modifier.tokens.clone()).collect();
        part.mention.retain(|at| !own.contains(at) || part.named.is_empty());
        part.tokens.extend(own);
        part.tokens.sort_unstable();
        part.tokens.dedup();
        Ok(part)
    }

    /// The tokens of these words: next to each other, or else in this order; those that nothing has yet come first.
    fn find(&mut self, words: &str) -> Result<Vec<usize>, Wrong> {
        let wanted: Vec<Token> = words_of(words).into_iter().filter(Token::is_word).collect();
        let here: Vec<usize> = (0..self.tokens.len()).filter(|at| self.tokens[*at].is_word()).collect();
        let same =
            |at: usize, want: usize| here.get(at).is_some_and(|at| alike(&self.tokens[*at], &wanted[want]));
        let run = |start: usize| (0..wanted.len()).all(|step| same(start + step, step));
        let unused = |start: usize| (start..start + wanted.len()).all(|at| !self.used[here[at]]);
        let runs: Vec<usize> = (0..here.len()).filter(|start| !wanted.is_empty() && run(*start)).collect();
        let start = runs.iter().find(|start| unused(**start)).or(runs.first());
        let found: Option<Vec<usize>> = match start {
            Some(start) => Some(here[*start..*start + wanted.len()].to_vec()),
            None => in_order(&here, |at, want| alike(&self.tokens[at], &wanted[want]), wanted.len()),
        };
        let found = found.filter(|found| !found.is_empty());
        let found = found.ok_or_else(|| {
            Wrong::new(
                "it uses words that do not stand in the message",
                format!("\"{words}\" does not stand in the message"),
            )
        })?;
        found.iter().for_each(|at| self.used[*at] = true);
        Ok(found)
    }

    /// # Errors
    /// A number that nobody said, or that no order has.
    fn quantity(&self, line: &WholeLine) -> Result<u32, Wrong> {
        let most = self.reader.settings.max_quantity;
        let quantity = u32::try_from(line.quantity).ok().filter(|quantity| (1..=most).contains(quantity));
        let quantity = quantity.ok_or_else(|| {
            Wrong::plain(format!("a quantity of {} is not from 1 to {most}", line.quantity))
        })?;
        if quantity > 1 && !self.numbers().any(|said| said == quantity) {
            return Err(Wrong::plain(format!("nobody said {quantity}")));
        }
        Ok(quantity)
    }

    /// The numbers of the message, in digits or words.
    fn numbers(&self) -> impl Iterator<Item = u32> {
        (0..self.tokens.len()).filter_map(|at| self.number(at))
    }

    fn number(&self, at: usize) -> Option<u32> {
        if let TokenKind::Number(number) = self.tokens[at].kind {
            return Some(number);
        }
        match self.reader.facts.longest(&self.tokens[at..]) {
            Some((_, Fact::Number(number))) => Some(number),
            _ => None,
        }
    }

    fn is_count(&self, at: usize) -> bool {
        self.number(at).is_some()
            || matches!(self.tokens[at].folded.as_str(), "a" | "an" | "the" | "some" | "x")
    }

    /// The item that is meant; `None` is none of the menu. It must be one that our own matcher holds possible for these
    /// words.
    fn item(&self, line: &WholeLine, part: &Part) -> Result<Option<usize>, Wrong> {
        let menu = &self.reader.menu;
        let possible = self.reader.possible(self.text, self.tokens, self.grammar, part);
        if line.item == NOT_ON_MENU {
            return match possible.decision {
                Decision::Item(item) => Err(Wrong::new(
                    format!("it does not find {} on the menu", menu.items[item].name),
                    format!("\"{}\" is on the menu: {}", line.dish_words, menu.items[item].name),
                )),
                Decision::Unsure | Decision::Nothing => Ok(None),
            };
        }
        let found = menu.items.iter().position(|item| item.name == line.item);
        if found.is_none() && self.reader.menu_prompt().listed {
            return Err(Wrong::new(
                "it names a dish that is not on the menu",
                format!("\"{}\" is not on the menu: it is {NOT_ON_MENU}", line.item),
            ));
        }
        match found {
            Some(item) if is_possible(&possible, item) => Ok(Some(item)),
            Some(item) => {
                let name = &menu.items[item].name;
                Err(Wrong::new(
                    format!("it reads {name} where nothing names it"),
                    format!(
                        "\"{}\" does not name {name}: if no dish fits, it is {NOT_ON_MENU}",
                        line.dish_words
                    ),
                ))
            }
            // Of a long menu the model repeats the customer's words, and the matcher alone decides.
            None => match possible.decision {
                Decision::Item(item) => Ok(Some(item)),
                Decision::Unsure | Decision::Nothing => Ok(None),
            },
        }
    }

    /// An option of the menu, and how much of it, in words that were said.
    fn option(&mut self, option: &str, item: Option<usize>) -> Result<Modifier, Wrong> {
        let Some(item) = item else {
            let tokens = self.find(option)?;
            return Ok(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
        };
        let (amount, count, options) = self.reader.option_of(item, option);
        let menu = &self.reader.menu;
        let fitting: Vec<OptionRef> =
            options.into_iter().filter(|of| settle::applies(menu, *of, &menu.items[item])).collect();
        if fitting.is_empty() {
            let known = self.find(option);
            let name = &menu.items[item].name;
            let what = || {
                Wrong::new(
                    format!("it names an option that {name} does not have"),
                    format!("\"{option}\" is no option of {name}: if it was said, it is a note"),
                )
            };
            let tokens = known.map_err(|_| what())?;
            return Ok(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
        }
        let tokens = self.said_option(&fitting, option)?;
        let reversed = tokens.iter().any(|at| is_turning(self.before(*at)));
        if reversed != matches!(amount, Amount::No | Amount::NoExtra) {
            return Err(Wrong::new(
                "it turns round what was said of an option",
                format!("\"{option}\" turns round what was said of it"),
            ));
        }
        tokens.iter().for_each(|at| self.used[*at] = true);
        Ok(Modifier { tokens, options: fitting, amount, count })
    }

    /// Where an option was said, as the grammar heard it or word by word.
    fn said_option(&mut self, options: &[OptionRef], words: &str) -> Result<Vec<usize>, Wrong> {
        let modifiers = self.grammar.parts.iter().flat_map(|part| &part.modifiers);
        let heard = modifiers.filter(|modifier| modifier.options.iter().any(|of| options.contains(of)));
        let heard: Vec<&Modifier> = heard.collect();
        let unused = heard.iter().find(|modifier| modifier.tokens.iter().all(|at| !self.used[*at]));
        if let Some(modifier) = unused.or(heard.first()) {
            return Ok(modifier.tokens.clone());
        }
        let telling: Vec<CompactString> = words_of(words)
            .iter()
            .filter(|t| t.is_word() && !is_small(&t.folded) && !AMOUNTS.contains(&t.folded.as_str()))
            .map(|t| stem(&t.folded))
            .collect();
        let here =
            |want: &CompactString| (0..self.tokens.len()).find(|at| stem(&self.tokens[*at].folded) == *want);
        let found: Option<Vec<usize>> = telling.iter().map(here).collect();
        let found = found.filter(|found| !found.is_empty());
        found.ok_or_else(|| {
            Wrong::new("it adds an option that nobody said", format!("nobody said \"{words}\""))
        })
    }

    fn before(&self, at: usize) -> &str {
        let own = self.tokens[at].folded.as_str();
        if is_turning(own) {
            return own;
        }
        at.checked_sub(1).map_or("", |before| self.tokens[before].folded.as_str())
    }

    /// A part that orders nothing, whatever it is called: only what can change nothing, or what the grammar too knows
    /// as such.
    fn rest(&mut self, rest: &Rest) -> Result<(), Wrong> {
        let found = self.find(&rest.words)?;
        let known = |at: usize| matches!(self.grammar.roles[at], Role::Phrase(_));
        let orders = |at: &&usize| !known(**at) && !self.reader.is_idle(self.tokens, self.grammar, **at);
        match found.iter().find(orders) {
            Some(at) => Err(Wrong::plain(format!("\"{}\" is more than talk", self.tokens[*at].folded))),
            None => Ok(()),
        }
    }

    /// Whether a word is a number that the parts account for: of one of them, of all of one dish, or of the whole order;
    /// or the "x" beside one.
    fn counts(&self, at: usize, parts: &[Part]) -> bool {
        if self.tokens[at].folded == "x" {
            return at > 0 && self.number(at - 1).is_some()
                || at + 1 < self.tokens.len() && self.number(at + 1).is_some();
        }
        let Some(number) = self.number(at) else { return false };
        let sum = |parts: &mut dyn Iterator<Item = &Part>| parts.map(|part| part.quantity).sum::<u32>();
        sum(&mut parts.iter()) == number
            || parts.iter().any(|part| {
                let same = &mut parts.iter().filter(|other| other.named == part.named);
                part.quantity == number || sum(same) == number
            })
    }

    /// Every word has a place, or is known to order nothing.
    fn nothing_left(&self, parts: &[Part]) -> Result<(), Wrong> {
        let left: Vec<usize> = (0..self.tokens.len())
            .filter(|at| self.tokens[*at].is_word() && !self.used[*at] && !is_small(&self.tokens[*at].folded))
            .filter(|at| !matches!(self.grammar.roles[*at], Role::Phrase(_)) && !self.counts(*at, parts))
            .collect();
        if left.is_empty() {
            return Ok(());
        }
        let words: Vec<&str> = left.iter().map(|at| self.tokens[*at].folded.as_str()).collect();
        Err(Wrong::plain(format!("these words have no place: {}", words.join(" "))))
    }
}

const AMOUNTS: &[&str] = &["no", "not", "without", "light", "less", "extra", "more", "double", "regular"];

/// Whether two words are forms of one: a model writes "latte" for "lattes".
fn alike(one: &Token, other: &Token) -> bool {
    one.folded == other.folded || stem(&one.folded) == stem(&other.folded)
}

/// Places in order, not before each other, of which each is the wanted one.
fn in_order(here: &[usize], same: impl Fn(usize, usize) -> bool, wanted: usize) -> Option<Vec<usize>> {
    let mut found = Vec::with_capacity(wanted);
    let mut rest = here.iter();
    for want in 0..wanted {
        found.push(*rest.find(|at| same(**at, want))?);
    }
    Some(found)
}
