//! Whether what a labelled note says has reached the kitchen, as a note or as an option.

use std::collections::BTreeSet;

use crate::pipeline::lexicon::is_small;
use crate::pipeline::words::{stem, stems};
use crate::pipeline::{Amount, Line, OptionChoice};

/// Words that say nothing of their own in a note, beside those too small to name anything.
const EMPTY: &str = "i me my we us our you your it its this that there be is are was to for at by from as so do \
                     can could would will like want need get make have add please just";

/// Whether at least half of the words of some notes are among the notes and options of the lines.
pub fn reach<'a>(notes: &[String], lines: impl Iterator<Item = &'a Line>) -> bool {
    let wanted: BTreeSet<String> = notes.iter().flat_map(|note| content(note)).collect();
    let told: BTreeSet<String> = lines.flat_map(words_of).collect();
    2 * wanted.intersection(&told).count() >= wanted.len()
}

fn content(note: &str) -> Vec<String> {
    let is_empty = |word: &String| EMPTY.split_whitespace().any(|empty| stem(empty) == *word);
    stems(note).into_iter().filter(|word| !is_small(word) && !is_empty(word)).collect()
}

fn words_of(line: &Line) -> Vec<String> {
    let options = line.options.iter().flat_map(words_of_option);
    options.chain(line.notes.iter().flat_map(|note| stems(note))).collect()
}

fn words_of_option(choice: &OptionChoice) -> Vec<String> {
    let amount = match choice.amount {
        Amount::No | Amount::NoExtra => "no",
        Amount::Light => "light",
        Amount::Regular => "",
        Amount::Extra => "extra",
    };
    let name = choice.option.as_deref().unwrap_or(&choice.group);
    [amount, name].into_iter().flat_map(stems).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_words_of_a_note_are_enough() {
        let line = |options: &str, notes: &str| -> Line {
            let json = format!(
                r#"{{"text":"","item":"Latte","quantity":1,"options":[{options}],"notes":[{notes}],
                    "score":1,"runner_up":null,"unit_price":null}}"#
            );
            serde_json::from_str(&json).unwrap()
        };
        let honey = r#"{"group":"addon","option":"honey","amount":"extra"}"#;
        let whole_group = r#"{"group":"toppings","option":null,"amount":"no"}"#;
        let cases = [
            ("make it really hot", "", r#""really hot""#, true),
            ("make it really hot", "", r#""hot""#, true),
            ("make it really, really hot", "", r#""cold""#, false),
            ("extra honey", honey, "", true),
            ("with no topping", whole_group, "", true),
            ("two straws", "", "", false),
            ("two straws on the side", "", r#""straw""#, false),
            ("to it", "", "", true),
        ];
        for (note, options, notes, reached) in cases {
            let line = line(options, notes);
            assert_eq!(reach(&[note.to_owned()], std::iter::once(&line)), reached, "{note}: {line:?}");
        }
    }
}
