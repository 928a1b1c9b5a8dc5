//! How commands print: tables for people, JSON for programs, both on standard output.

use std::io::{self, IsTerminal, Write};

use comfy_table::{ContentArrangement, LineStyle, Table, presets};
use serde::Serialize;

/// How a command prints its data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// One array.
    Json,
    /// One object a line.
    Jsonl,
}

/// Prints the rows in the format asked for; `cells` gives those of one row under `headers`.
///
/// # Errors
/// When standard output is gone.
pub fn rows<T: Serialize>(
    format: Format,
    rows: &[T],
    headers: &[&str],
    cells: impl Fn(&T) -> Vec<String>,
) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        Format::Table if rows.is_empty() => note("nothing to show"),
        Format::Table => {
            let mut table = table(headers);
            table.add_rows(
                rows.iter().map(cells).map(|row| row.iter().map(|cell| clean(cell)).collect::<Vec<_>>()),
            );
            writeln!(out, "{table}")?;
        }
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(rows)?)?,
        Format::Jsonl => {
            for row in rows {
                serde_json::to_writer(&mut out, row)?;
                writeln!(out)?;
            }
        }
    }
    Ok(out.flush()?)
}

/// Prints one sentence as the command's answer.
///
/// # Errors
/// When standard output is gone.
pub fn say(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(io::stdout(), "{text}")?)
}

/// Says something beside the data. Nobody may be listening, and the command counts all the same.
pub fn note(text: &str) {
    drop(writeln!(io::stderr(), "{text}"));
}

/// Of rows of which one more than `limit` was asked for, the last `limit`; says when there are more.
pub fn newest<T>(mut rows: Vec<T>, limit: i64) -> Vec<T> {
    let more = rows.len().saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
    if more > 0 {
        rows.drain(..more);
        note(&format!("only the newest {limit} are shown: --limit shows more"));
    }
    rows
}

/// "1 message", "2 messages"
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The name of a state as it is stored and typed.
pub fn name(state: &impl clap::ValueEnum) -> String {
    state.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// What is there, in one cell.
pub fn some<const N: usize>(parts: [&Option<String>; N]) -> String {
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Columns of a table that goes into a file or another program.
const WIDTH_OF_A_FILE: u16 = 220;

/// An empty table with the house's look, as wide as the terminal at most.
pub fn table(headers: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING.header_separator(LineStyle::none().fill('─')));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(headers.iter().copied());
    if !io::stdout().is_terminal() {
        table.set_width(WIDTH_OF_A_FILE);
    }
    table
}

/// Text of a stranger as a terminal may show it: no control characters, no escape sequences, nothing
/// invisible and nothing that turns the direction of writing. Line breaks become blanks.
pub fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '\u{1b}' | '\u{9b}' => skip_escape(letter, &mut rest),
            '\n' | '\r' | '\t' => clean.push(' '),
            letter if letter.is_control() || is_invisible(letter) => {}
            letter => clean.push(letter),
        }
    }
    clean
}

/// A CSI ends at its final byte, an OSC at BEL or ST, any other sequence after one letter.
fn skip_escape(first: char, rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    let kind = if first == '\u{9b}' { Some('[') } else { rest.next() };
    match kind {
        Some('[') => drop(rest.find(|letter| ('\u{40}'..='\u{7e}').contains(letter))),
        Some(']' | 'P' | '_' | '^' | 'X') => {
            while let Some(letter) = rest.next() {
                if letter == '\u{7}' || (letter == '\u{1b}' && rest.next_if_eq(&'\\').is_some()) {
                    break;
                }
            }
        }
        _ => {}
    }
}

/// The joiner U+200D stays: without it one emoji falls into several.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_can_not_steer_the_terminal() {
        let table = [
            ("two lattes\nplease", "two lattes please"),
            ("\u{1b}[2J\u{1b}[31mred\u{1b}[0m", "red"),
            ("\u{1b}]0;title\u{7}after", "after"),
            ("\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
            ("\u{9b}31mred", "red"),
            ("bell\u{7} back\u{8}", "bell back"),
            ("\u{202e}txet", "txet"),
            ("👩‍🍳 crème brûlée", "👩‍🍳 crème brûlée"),
            ("cut off \u{1b}", "cut off "),
            ("cut off \u{1b}[31", "cut off "),
        ];
        for (text, shown) in table {
            assert_eq!(clean(text), shown, "{text:?}");
        }
    }
}
