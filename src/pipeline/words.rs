//! A message as words and marks: folded for matching, with byte spans into the original kept.

use std::ops::Range;

use compact_str::{CompactString, ToCompactString, format_compact};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

/// One word or mark of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Lower case without accents, apostrophes and invisible characters; of a mark, the mark.
    pub folded: CompactString,
    /// Bytes of the original.
    pub span: Range<usize>,
    /// What it is.
    pub kind: TokenKind,
    /// Whether it began with a capital.
    pub capital: bool,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Letters, or letters and digits that belong together ("2%").
    Word,
    /// A whole number in digits.
    Number(u32),
    /// A time or decimal: "12:15", "5.30".
    Clock,
    /// Punctuation that separates; a line break is `\n`.
    Mark(char),
}

impl Token {
    /// Whether it is a word, a number or a time, as against a mark.
    pub fn is_word(&self) -> bool {
        !matches!(self.kind, TokenKind::Mark(_))
    }
}

/// The words and marks of a message, in order. Runs in linear time.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (start, piece) in text.split_word_bound_indices() {
        if is_torn(&tokens, text, start) && !piece.contains(|c: char| c.is_ascii_digit()) {
            mend(&mut tokens, piece, start);
        } else if piece.contains(['\n', '\r']) {
            push_mark(&mut tokens, '\n', start, piece.len());
        } else if piece.chars().any(char::is_alphanumeric) {
            push_word(&mut tokens, piece, start);
        } else if is_inch_mark(&tokens, piece, start) {
            tokens.push(Token {
                folded: "inch".into(),
                span: start..start + piece.len(),
                kind: TokenKind::Word,
                capital: false,
            });
        } else if let Some(mark) = mark_of(text, start, piece) {
            push_mark(&mut tokens, mark, start, piece.len());
        }
    }
    join_slashed(&mut tokens);
    tokens
}

/// The mark of `16"`, unless it closes a quotation.
fn is_inch_mark(tokens: &[Token], piece: &str, start: usize) -> bool {
    let number = tokens.last().is_some_and(|t| matches!(t.kind, TokenKind::Number(_)) && t.span.end == start);
    number && matches!(piece, "\"" | "”" | "″" | "''")
}

/// A word as it is compared: NFKD without accents, lower case, without apostrophes and invisible characters.
pub fn fold(word: &str) -> CompactString {
    if word.is_ascii() {
        return word.chars().filter(|c| *c != '\'' && *c != '`').map(|c| c.to_ascii_lowercase()).collect();
    }
    word.nfkd()
        .filter(|c| !is_combining_mark(*c) && !is_apostrophe(*c) && !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A folded word without its plural: "fries" and "fry" meet, as do "cookies" and "cookie".
pub fn stem(folded: &str) -> CompactString {
    let word = match folded {
        "loaves" => "loaf",
        "halves" => "half",
        "knives" => "knife",
        w if w.len() < 4 || !w.ends_with('s') || !w.is_ascii() => w,
        w if ["ss", "us", "is"].iter().any(|end| w.ends_with(end)) => w,
        w if ["ches", "shes", "sses", "xes", "oes"].iter().any(|end| w.ends_with(end)) => &w[..w.len() - 2],
        w => &w[..w.len() - 1],
    };
    match word.strip_suffix("ie") {
        Some(root) if root.len() > 1 => format_compact!("{root}y"),
        Some(_) | None => word.into(),
    }
}

/// The stems of a phrase's words.
pub fn stems(phrase: &str) -> Vec<String> {
    tokens(phrase).iter().filter(|t| t.is_word()).map(|t| stem(&t.folded).into()).collect()
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '´' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{ff07}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Whether only invisible characters stand between a place and the word before it.
fn is_torn(tokens: &[Token], text: &str, start: usize) -> bool {
    tokens.last().is_some_and(|last| {
        last.kind == TokenKind::Word
            && last.span.end < start
            && text[last.span.end..start].chars().all(is_invisible)
    })
}

fn mend(tokens: &mut [Token], piece: &str, start: usize) {
    if let Some(last) = tokens.last_mut() {
        last.folded.push_str(&fold(piece));
        last.span.end = start + piece.len();
    }
}

fn push_mark(tokens: &mut Vec<Token>, mark: char, start: usize, length: usize) {
    tokens.push(Token {
        folded: mark.to_compact_string(),
        span: start..start + length,
        kind: TokenKind::Mark(mark),
        capital: false,
    });
}

fn mark_of(text: &str, start: usize, piece: &str) -> Option<char> {
    match piece.chars().next()? {
        c @ (',' | ';' | ':' | '.' | '!' | '?' | '(' | ')' | '[' | ']' | '+' | '/' | '&' | '=') => Some(c),
        '#' => text[start + piece.len()..].starts_with(|c: char| c.is_ascii_digit()).then_some('#'),
        '-' | '–' | '—' | '\u{2011}' | '\u{2010}' => dash_of(text, start, piece.len()),
        '•' | '*' | '·' | '‣' | '●' => Some('\n'),
        '，' | '、' => Some(','),
        '。' | '…' => Some('.'),
        '？' | '¿' => Some('?'),
        '！' => Some('!'),
        '%' => Some('%'),
        _ => None,
    }
}

/// A dash between letters joins ("gluten-free"); alone it separates.
fn dash_of(text: &str, start: usize, length: usize) -> Option<char> {
    let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let inside = joins(text[..start].chars().next_back()) && joins(text[start + length..].chars().next());
    if inside { None } else { Some('-') }
}

/// Cuts "2x", "5pm" and "x4" where digits meet letters; keeps "12:15" and "5.30" as times.
fn push_word(tokens: &mut Vec<Token>, piece: &str, start: usize) {
    let mut from = 0;
    while from < piece.len() {
        let rest = &piece[from..];
        let digit = rest.starts_with(|c: char| c.is_ascii_digit());
        let length = if digit { number_length(rest) } else { letters_length(rest) };
        push_part(tokens, &rest[..length], start + from, digit);
        from += length;
    }
}

fn number_length(rest: &str) -> usize {
    rest.char_indices()
        .find(|(at, c)| {
            let next_is_digit = || rest[at + c.len_utf8()..].starts_with(|n: char| n.is_ascii_digit());
            !(c.is_ascii_digit() || matches!(c, '.' | ':' | ',') && next_is_digit())
        })
        .map_or(rest.len(), |(at, _)| at)
}

fn letters_length(rest: &str) -> usize {
    rest.char_indices().find(|(at, c)| *at > 0 && c.is_ascii_digit()).map_or(rest.len(), |(at, _)| at)
}

fn push_part(tokens: &mut Vec<Token>, part: &str, start: usize, digit: bool) {
    let bare = part.trim_start_matches(|c: char| !c.is_alphanumeric());
    let start = start + part.len() - bare.len();
    let part = bare.trim_end_matches(|c: char| !c.is_alphanumeric());
    let folded = written_out(fold(part.strip_suffix('s').filter(|short| is_capitals(short)).unwrap_or(part)));
    let kind = if !digit {
        TokenKind::Word
    } else if part.contains([':', '.']) {
        TokenKind::Clock
    } else {
        whole_number(part)
    };
    if !folded.contains(char::is_alphanumeric) {
        return;
    }
    let capital = part.chars().next().is_some_and(char::is_uppercase);
    tokens.push(Token { folded, span: start..start + part.len(), kind, capital });
}

/// Words as they are typed in a hurry.
fn written_out(folded: CompactString) -> CompactString {
    let whole = match folded.as_str() {
        "xtra" | "ekstra" => "extra",
        "wiv" | "wif" | "wth" => "with",
        "wout" => "without",
        "hav" => "have",
        "cld" => "could",
        "wld" => "would",
        "shld" => "should",
        "lge" | "lrg" => "large",
        "sml" => "small",
        "lil" => "little",
        "wanna" | "wana" => "wanna",
        "th" => "the",
        _ => return folded,
    };
    whole.into()
}

/// "OJ" of "OJs"
fn is_capitals(short: &str) -> bool {
    short.len() > 1 && short.chars().all(|c| c.is_ascii_uppercase())
}

/// "1,200" is a number of pieces; "1,5" is not.
fn whole_number(part: &str) -> TokenKind {
    if part.split(',').skip(1).any(|group| group.len() != 3) {
        return TokenKind::Clock;
    }
    let digits: String = part.chars().filter(char::is_ascii_digit).collect();
    TokenKind::Number(digits.parse().unwrap_or(u32::MAX))
}

/// Joins what marks tore apart: "w/o", "w/", "2 %", "12:15" and "(1)".
fn join_slashed(tokens: &mut Vec<Token>) {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens.drain(..) {
        let several = joined.len() > 1;
        let touches = joined.last().is_some_and(|last| last.span.end == token.span.start);
        match (joined.last_mut(), token.kind) {
            (Some(last), TokenKind::Mark('/')) if last.folded == "w" && touches => {
                last.folded = "with".into();
                last.span.end = token.span.end;
            }
            (Some(last), TokenKind::Word) if last.folded == "with" && token.folded == "o" && touches => {
                last.folded = "without".into();
                last.span.end = token.span.end;
            }
            (Some(last), TokenKind::Mark('%')) if matches!(last.kind, TokenKind::Number(_)) => {
                last.folded.push('%');
                last.kind = TokenKind::Word;
                last.span.end = token.span.end;
            }
            (_, TokenKind::Mark('%')) => {}
            (Some(last), TokenKind::Word) if is_percent(&token.folded) && percentage(last).is_some() => {
                last.folded = percentage(last).map(|digits| format_compact!("{digits}%")).unwrap_or_default();
                last.kind = TokenKind::Word;
                last.span.end = token.span.end;
            }
            (Some(last), TokenKind::Word)
                if touches && token.folded == "in" && matches!(last.kind, TokenKind::Number(_)) =>
            {
                joined.push(Token { folded: "inch".into(), ..token });
            }
            (Some(last), TokenKind::Word) if touches && token.folded == "s" && is_plural_of(last) => {
                last.folded.push('s');
                last.span.end = token.span.end;
            }
            (Some(last), TokenKind::Number(_)) if touches && last.kind == TokenKind::Mark(':') && several => {
                join_clock(&mut joined, token);
            }
            _ => joined.push(token),
        }
    }
    *tokens = joined;
}

fn is_percent(folded: &str) -> bool {
    matches!(folded, "percent" | "pct" | "prozent")
}

/// The digits of a number before "percent": "2", "two".
fn percentage(token: &Token) -> Option<&str> {
    match token.kind {
        TokenKind::Number(_) => Some(&token.folded),
        TokenKind::Word => match token.folded.as_str() {
            "zero" => Some("0"),
            "one" => Some("1"),
            "two" => Some("2"),
            "ten" => Some("10"),
            "twenty" => Some("20"),
            "thirty" => Some("30"),
            "fifty" => Some("50"),
            "seventy" => Some("70"),
            "hundred" => Some("100"),
            _ => None,
        },
        TokenKind::Clock | TokenKind::Mark(_) => None,
    }
}

/// "15s": more than one of number 15.
fn is_plural_of(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Number(_)) && !token.folded.ends_with('s')
}

fn join_clock(joined: &mut Vec<Token>, minutes: Token) {
    let at = joined.len() - 2;
    if matches!(joined[at].kind, TokenKind::Number(_)) && joined[at].span.end == joined[at + 1].span.start {
        joined.pop();
        joined[at].folded = format_compact!("{}:{}", joined[at].folded, minutes.folded);
        joined[at].kind = TokenKind::Clock;
        joined[at].span.end = minutes.span.end;
    } else {
        joined.push(minutes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        tokens(text).iter().map(|t| t.folded.as_str()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn words_meet_however_they_are_typed() {
        for (typed, expected) in [
            ("Jalapeños", "jalapenos"),
            ("Latte’s", "lattes"),
            ("2x oj", "2|x|oj"),
            ("x4", "x|4"),
            ("5pm", "5|pm"),
            ("12:15", "12:15"),
            ("pickup 5.30", "pickup|5.30"),
            ("w/o onion w/ egg", "without|onion|with|egg"),
            ("2% and 2 % milk", "2%|and|2%|milk"),
            ("gluten-free - yes", "gluten|free|-|yes"),
            ("kom\u{200b}bu\u{ad}cha", "kombucha"),
            ("🍪🍪", ""),
        ] {
            assert_eq!(shown(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn plurals_meet_their_singular() {
        for (one, many) in [
            ("cookie", "cookies"),
            ("fry", "fries"),
            ("tomato", "tomatoes"),
            ("salad", "salads"),
            ("hummus", "hummus"),
        ] {
            assert_eq!(stem(one), stem(many));
        }
    }
}
