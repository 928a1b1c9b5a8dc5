//! One doubt about an order, and what the model's answer makes of it.

use super::asking::Asking;
use super::bounds::{is_turning, stand_out};
use super::narrow::{What, is_missed, judge, what_are};
use super::sure_items;
use super::whole::{WholeReading, whole};
use crate::pipeline::lexicon::is_small;
use crate::pipeline::match_menu::{Decision, Match};
use crate::pipeline::parse::{Modifier, ParsedOrder, Part, Role};
use crate::pipeline::settle::{Doubt, lost_number, said};
use crate::pipeline::words::{Token, TokenKind};
use crate::pipeline::{Amount, PhraseKind, Reader};

/// What came of a question.
pub(super) enum Step {
    /// The doubt is gone from the order.
    Resolved {
        /// With everything else as it was.
        order: Box<ParsedOrder>,
        /// What the model said.
        remark: String,
    },
    /// It stays.
    Open {
        /// What the model said.
        remark: Option<String>,
        /// Its own reading of the whole order, where there is one that holds by itself.
        whole: Option<Box<ParsedOrder>>,
    },
}

impl Step {
    fn open(remark: impl Into<String>) -> Self {
        Self::Open { remark: Some(remark.into()), whole: None }
    }
}

/// What is to be found out of words that stand in the way of an order.
enum Open {
    /// Of these words, what they are; the part that they are, or that they stand beside.
    Words { tokens: Vec<usize>, part: Option<usize> },
    /// Of this part, which of two items.
    Between { part: usize, items: [usize; 2] },
}

/// Whether an answer might resolve the doubt: not where the words name food that is not on the menu, or several dishes
/// come as near as the best.
pub(super) fn may_resolve(
    reader: &Reader,
    text: &str,
    tokens: &[Token],
    order: &ParsedOrder,
    doubt: Doubt,
) -> bool {
    match doubt {
        Doubt::Item | Doubt::Beside => open_words(reader, text, tokens, order, doubt).is_some(),
        Doubt::Number | Doubt::Structure | Doubt::Unplaced | Doubt::Category => true,
    }
}

/// All that is open of one kind; `None` when some of it no answer can resolve: where several dishes come as near as
/// the best, or something is to be left out.
fn open_words(
    reader: &Reader,
    text: &str,
    tokens: &[Token],
    order: &ParsedOrder,
    doubt: Doubt,
) -> Option<Vec<Open>> {
    let idle = |at: &usize| reader.is_idle(tokens, order, *at);
    if doubt == Doubt::Beside {
        let runs = order.beside.chunk_by(|a, b| a + 1 == *b).map(<[usize]>::to_vec);
        let idle_all = order.beside.iter().all(idle);
        return idle_all.then(|| runs.map(|tokens| Open::Words { tokens, part: None }).collect());
    }
    let matched = reader.match_parts(text, tokens, order);
    let open = |(at, (part, found)): (usize, &(&Part, Match))| match found.decision {
        Decision::Item(_) => None,
        Decision::Unsure => Some(match found.candidates[..] {
            [(first, _), (second, _)] if stand_out(found) => {
                Some(Open::Between { part: at, items: [first, second] })
            }
            _ => None,
        }),
        Decision::Nothing => {
            let speaks = |at: &usize| tokens[*at].kind == TokenKind::Word && !is_small(&tokens[*at].folded);
            let turned = part.tokens.iter().any(|at| is_turning(&tokens[*at].folded));
            let plain = part.modifiers.iter().all(|modifier| modifier.options.is_empty());
            let words = part.tokens.iter().any(speaks) && plain && !turned;
            Some(words.then(|| Open::Words { tokens: part.tokens.clone(), part: Some(at) }))
        }
    };
    matched.iter().enumerate().filter_map(open).collect()
}

/// Says of each run of words in the way what it is, and of each dish that may be two, which.
pub(super) async fn words(
    reader: &Reader,
    asking: &mut Asking<'_>,
    tokens: &[Token],
    order: &ParsedOrder,
    doubt: Doubt,
) -> Step {
    let text = asking.text;
    let Some(open) = open_words(reader, text, tokens, order, doubt) else {
        return Step::open("it is not for a model to say");
    };
    let mut resolved = order.clone();
    let mut dropped = Vec::new();
    let mut remarks = Vec::new();
    for open in open {
        match open {
            Open::Between { part, items } => {
                let of = |item: usize| &reader.menu.items[item];
                let words = said(text, tokens, &order.parts[part].tokens);
                let Some((chosen, why)) = judge(asking, &words, items.map(of)).await else {
                    let [first, second] = items.map(|item| &of(item).name);
                    return Step::open(format!("\"{words}\" may be {first} or {second}"));
                };
                resolved.parts[part].named = vec![items[chosen]];
                remarks.push(format!("\"{words}\" is {}: {why}", of(items[chosen]).name));
            }
            Open::Words { tokens: places, part } => {
                let words = said(text, tokens, &places);
                // Food, numbers and words of the menu are taken for nothing only where a second answer agrees.
                let weighty = !places.iter().all(|at| reader.is_idle(tokens, order, *at));
                let (wish, remark) = match (dismissed(asking, &words, weighty).await, part) {
                    (Ok(Dismissed::Talk), _) => (false, format!("\"{words}\" orders nothing")),
                    (Ok(Dismissed::Wish), Some(_)) => (true, format!("\"{words}\" is a wish")),
                    (Ok(Dismissed::Wish), None) => {
                        return Step::open(format!("\"{words}\" is a wish, not clear which"));
                    }
                    (Err(why), _) => return Step::open(why),
                };
                put_aside(&mut resolved, &places, part, wish);
                dropped.extend(part);
                remarks.push(remark);
            }
        }
    }
    dropped.sort_unstable();
    for part in dropped.into_iter().rev() {
        resolved.parts.remove(part);
    }
    Step::Resolved { order: Box::new(resolved), remark: remarks.join("; ") }
}

/// What words are that name nothing to eat or drink.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dismissed {
    /// Nothing is ordered with them.
    Talk,
    /// How something that is ordered shall be.
    Wish,
}

/// What these words are, where they are none of the order; else why they may be some of it. Of weighty ones two answers
/// have to say so.
async fn dismissed(asking: &mut Asking<'_>, words: &str, weighty: bool) -> Result<Dismissed, String> {
    let dismissed = match what_are(asking, words).await {
        Some(What::Other) => Dismissed::Talk,
        Some(What::Wish) => Dismissed::Wish,
        Some(What::Item) => return Err(format!("\"{words}\" is something to eat or drink")),
        None => return Err(format!("no answer on \"{words}\"")),
    };
    if weighty && is_missed(asking, words).await {
        return Err(format!("\"{words}\" may be something to eat or drink"));
    }
    Ok(dismissed)
}

/// A number of a door, a code or a story counts nothing. Of others the model reads the whole order.
pub(super) async fn number(
    reader: &Reader,
    asking: &mut Asking<'_>,
    tokens: &[Token],
    order: &ParsedOrder,
) -> Step {
    let text = asking.text;
    let Some(number) = lost_number(order, tokens) else {
        return structure(reader, asking, tokens, order).await;
    };
    let from = number.checked_sub(1).filter(|before| tokens[*before].is_word()).unwrap_or(number);
    let words = said(text, tokens, &(from..=number).collect::<Vec<_>>());
    if what_are(asking, &words).await != Some(What::Other) || is_missed(asking, &words).await {
        return structure(reader, asking, tokens, order).await;
    }
    let mut resolved = order.clone();
    resolved.roles[number] = Role::Phrase(PhraseKind::Place);
    Step::Resolved { order: Box::new(resolved), remark: format!("\"{words}\" counts nothing") }
}

/// Runs of words without a place about which is asked.
const MOST_RUNS: usize = 3;

/// An order in which words found no place, with those placed of which the model can say what they are: a wish is a note,
/// talk is talk. What it takes for food stays to be seen as it is.
pub(super) async fn unplaced(
    asking: &mut Asking<'_>,
    tokens: &[Token],
    order: &ParsedOrder,
) -> (ParsedOrder, Vec<String>) {
    let unplaced: Vec<usize> = (0..tokens.len()).filter(|at| order.roles[*at] == Role::Unplaced).collect();
    let mut placed = order.clone();
    let mut remarks = Vec::new();
    for run in unplaced.chunk_by(|a, b| a + 1 == *b).take(MOST_RUNS) {
        let words = said(asking.text, tokens, run);
        let turned = run.iter().any(|at| is_turning(&tokens[*at].folded));
        let what = if turned { None } else { dismissed(asking, &words, true).await.ok() };
        let Some(what) = what else {
            remarks.push(format!("\"{words}\" stays without a place"));
            continue;
        };
        put_aside(&mut placed, run, None, what == Dismissed::Wish);
        match what {
            Dismissed::Wish => remarks.push(format!("\"{words}\" is a wish")),
            Dismissed::Talk => {
                run.iter().for_each(|at| placed.roles[*at] = Role::Phrase(PhraseKind::Filler));
                remarks.push(format!("\"{words}\" is talk"));
            }
        }
    }
    (placed, remarks)
}

/// Words that order nothing stay to be seen, as words without a place; a wish becomes a note of the dish before it.
fn put_aside(order: &mut ParsedOrder, places: &[usize], part: Option<usize>, wish: bool) {
    order.beside.retain(|at| !places.contains(at));
    let first = places.iter().min().copied().unwrap_or(0);
    let named = |of: &Part| of.mention.iter().min().copied().unwrap_or(usize::MAX);
    let others = (0..order.parts.len()).filter(|at| Some(*at) != part);
    let before =
        others.filter(|at| named(&order.parts[*at]) < first).max_by_key(|at| named(&order.parts[*at]));
    match before.filter(|_| wish) {
        Some(before) => {
            let tokens = places.to_vec();
            let of = &mut order.parts[before];
            of.tokens.extend(&tokens);
            tokens.iter().for_each(|at| order.roles[*at] = Role::Part);
            of.modifiers.push(Modifier { tokens, options: Vec::new(), amount: Amount::Regular, count: 1 });
        }
        None => places.iter().for_each(|at| order.roles[*at] = Role::Unplaced),
    }
}

/// The model reads the whole order. Its reading is taken only where it names the very dishes that the grammar is sure
/// of: it may say how many of each there are and with what, which is what is in doubt.
pub(super) async fn structure(
    reader: &Reader,
    asking: &mut Asking<'_>,
    tokens: &[Token],
    order: &ParsedOrder,
) -> Step {
    let text = asking.text;
    match whole(asking, reader, tokens, order).await {
        WholeReading::Order(read) => {
            let same = sure_items(reader, text, tokens, order) == sure_items(reader, text, tokens, &read);
            if same {
                Step::Resolved { order: read, remark: "it read the whole order".to_owned() }
            } else {
                Step::Open { remark: Some("it reads other dishes".to_owned()), whole: Some(read) }
            }
        }
        WholeReading::Not(_) => Step::open("it sees no order in it"),
        WholeReading::Wrong(why) => Step::open(why),
    }
}
