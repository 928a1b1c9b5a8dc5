//! Dropping repeated messages. What is kept is copied byte for byte, so that quoting stays as valid as it was.

use std::collections::HashMap;
use std::io::{BufRead, Write};

use anyhow::{Context, Result};
use chrono_tz::Tz;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Columns, csv_delimiter, csv_reader, lines};

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// From 1, the header not counted.
    pub number: u64,
    /// The row that says the same and was kept.
    pub same_as: u64,
    /// What it said.
    pub text: String,
}

/// What cleaning did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Rows that were written.
    pub kept: u64,
    /// Rows that were not, in order.
    pub dropped: Vec<Dropped>,
    /// Lines of rows that could not be read; they were written as they are.
    pub unread: Vec<u64>,
}

/// Messages that were met, by what they say once case, punctuation and apostrophes are folded.
#[derive(Default)]
struct Met {
    first: HashMap<String, u64>,
    number: u64,
    cleaned: Cleaned,
}

impl Met {
    /// Counts the next row and says whether to write it.
    fn keeps(&mut self, text: &str) -> bool {
        self.number += 1;
        let number = self.number;
        match self.first.entry(folded(text)) {
            std::collections::hash_map::Entry::Occupied(first) => {
                self.cleaned.dropped.push(Dropped { number, same_as: *first.get(), text: text.to_owned() });
                return false;
            }
            std::collections::hash_map::Entry::Vacant(free) => _ = free.insert(number),
        }
        self.cleaned.kept += 1;
        true
    }

    fn keeps_unread(&mut self, line: u64) {
        self.number += 1;
        self.cleaned.kept += 1;
        self.cleaned.unread.push(line);
    }
}

/// What a message says: lower case without accents, apostrophes dropped ("don't" is "dont"), other punctuation a
/// space. A message of punctuation or emoji alone stays as it is.
pub fn folded(text: &str) -> String {
    let spaced: String = text
        .nfkd()
        .filter(|c| {
            !is_combining_mark(*c)
                && !matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '\u{200b}'..='\u{200f}')
        })
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() || !c.is_ascii() && !is_punctuation(c) { c } else { ' ' })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    if words.is_empty() { text.trim().to_owned() } else { words.join(" ") }
}

/// Beyond ASCII: dashes, quotation marks, bullets, the ellipsis, and those of Spanish and Chinese.
fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '¡' | '¿' | '«' | '»' | '·')
}

/// Copies JSON lines, without those that repeat a message.
pub fn json_lines(file: impl BufRead, mut output: impl Write) -> Result<Cleaned> {
    #[derive(Deserialize)]
    struct Text {
        #[serde(alias = "message")]
        text: String,
    }
    let mut met = Met::default();
    for read in lines(file) {
        let (line, bytes) = read.context("read the file")?;
        let blank = bytes.trim_ascii().is_empty();
        let keep = blank
            || match serde_json::from_slice::<Text>(&bytes) {
                Ok(row) => met.keeps(&row.text),
                Err(_) => {
                    met.keeps_unread(line);
                    true
                }
            };
        if keep {
            output.write_all(&bytes)?;
        }
    }
    output.flush()?;
    Ok(met.cleaned)
}

/// Copies a CSV file, without the rows that repeat a message.
pub fn csv(mut file: impl BufRead, mut output: impl Write) -> Result<Cleaned> {
    let delimiter = csv_delimiter(&mut file).context("read the file")?;
    let mut content = Vec::new();
    file.read_to_end(&mut content).context("read the file")?;
    let mut reader = csv_reader(content.as_slice(), delimiter);
    let mut met = Met::default();
    let mut columns = None;
    let mut record = csv::ByteRecord::new();
    let mut start = 0;
    while reader.read_byte_record(&mut record).context("read the file")? {
        let mut end =
            usize::try_from(reader.position().byte()).context("a file too large for this machine")?;
        // The parser ends a row between CR and LF.
        end += usize::from(content[..end].ends_with(b"\r") && content[end..].starts_with(b"\n"));
        let raw = &content[start..end];
        start = end;
        if row_is_kept(&record, &mut columns, &mut met)? {
            output.write_all(raw)?;
        }
    }
    output.write_all(&content[start..])?;
    output.flush()?;
    Ok(met.cleaned)
}

fn row_is_kept(record: &csv::ByteRecord, columns: &mut Option<Columns>, met: &mut Met) -> Result<bool> {
    let columns = match columns {
        Some(columns) => columns,
        None => {
            let first = csv::StringRecord::from_byte_record_lossy(record.clone());
            let (found, is_row) = Columns::of(&first, Tz::UTC)?;
            let found = columns.insert(found);
            if !is_row {
                return Ok(true);
            }
            found
        }
    };
    let text = record.get(columns.message).and_then(|field| std::str::from_utf8(field).ok());
    Ok(match text.filter(|_| record.len() == columns.count) {
        Some(text) => met.keeps(text),
        None => {
            met.keeps_unread(record.position().map_or(0, csv::Position::line));
            true
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(content: &str) -> (String, Cleaned) {
        let mut output = Vec::new();
        let json = content.starts_with('{');
        let done = if json {
            json_lines(content.as_bytes(), &mut output)
        } else {
            csv(content.as_bytes(), &mut output)
        };
        (String::from_utf8(output).unwrap(), done.unwrap())
    }

    #[test]
    fn the_first_of_messages_that_say_the_same_is_kept() {
        let (text, done) = cleaned(
            "timestamp,message\r\n1,\"I’d like \"\"one\"\" latte,\r\nplease!\"\r\n2,hello\r\n3,id like ONE latte please\r\n4,Hello...",
        );
        assert_eq!(text, "timestamp,message\r\n1,\"I’d like \"\"one\"\" latte,\r\nplease!\"\r\n2,hello\r\n");
        let dropped: Vec<_> = done.dropped.iter().map(|d| (d.number, d.same_as)).collect();
        assert_eq!((done.kept, dropped), (2, vec![(3, 1), (4, 2)]));
        assert_eq!(done.dropped[1].text, "Hello...");
    }

    #[test]
    fn a_file_without_repeats_is_copied_as_it_is() {
        for content in [
            "timestamp,message\n1,\"a\"\n\n2,b",
            "message;id\r\na;1\r\nb;2\r\n",
            "2026-05-01T18:00:00Z,first row and no header\n",
            "timestamp,message\n1,one, two\n2,one, two\n",
            "{\"text\":\"a\"}\n\n{\"id\":1,\"text\":\"b\"}\nnonsense\nnonsense\n",
        ] {
            let (text, done) = cleaned(content);
            assert_eq!((text.as_str(), done.dropped.len()), (content, 0));
        }
    }

    #[test]
    fn rows_that_cannot_be_read_are_kept_and_named() {
        assert_eq!(cleaned("timestamp,message\n1,one, two\n2,ok\n").1.unread, [2]);
        assert_eq!(cleaned("{\"text\":\"a\"}\nnonsense\n").1.unread, [2]);
    }

    #[test]
    fn messages_that_differ_are_told_apart() {
        let same =
            [("Don’t!", "dont"), ("Café", "cafe"), ("a,b", "a b"), ("¿Qué?", "que"), ("a – b…", "a b")];
        for (a, b) in same {
            assert_eq!(folded(a), folded(b));
        }
        for (a, b) in [("👍", "👎"), ("!", "?"), ("2 lattes", "3 lattes"), ("是", "不")] {
            assert_ne!(folded(a), folded(b));
        }
    }
}
