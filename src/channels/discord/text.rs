//! Text as Discord needs it: nothing in it is markup, and it fits.

use unicode_segmentation::UnicodeSegmentation;

use crate::channels::plain::{plain, plain_line};

/// Length as the stricter of the two ways in use: UTF-16 units, never fewer than code points.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// `text` without markup, of at most `limit`, cut with "… N more characters".
pub(super) fn escaped(text: &str, limit: usize) -> String {
    cut(plain(text).trim(), limit)
}

/// The same on one line.
pub(super) fn escaped_line(text: &str, limit: usize) -> String {
    cut(plain_line(text).trim(), limit)
}

/// The same behind a press.
pub(super) fn spoiler(text: &str, limit: usize) -> String {
    let text = escaped(text, limit.saturating_sub(4));
    if text.is_empty() { text } else { format!("||{text}||") }
}

/// One pass: a message of any length costs no more than its length.
fn cut(text: &str, limit: usize) -> String {
    let total = text.graphemes(true).count();
    let room = limit.saturating_sub(length(&more(total)));
    let mut whole = String::new();
    let (mut used, mut at_line_start) = (0, true);
    let (mut fitting, mut shown) = (0, 0);
    for (start, grapheme) in text.grapheme_indices(true) {
        if needs_backslash(grapheme, &text[start + grapheme.len()..], at_line_start) {
            whole.push('\\');
            used += 1;
        }
        whole.push_str(grapheme);
        used += length(grapheme);
        if used > limit {
            whole.truncate(fitting);
            return whole + &more(total - shown);
        }
        if used <= room {
            fitting = whole.len();
            shown += 1;
        }
        at_line_start = grapheme == "\n" || (at_line_start && grapheme.trim().is_empty());
    }
    whole
}

fn more(characters: usize) -> String {
    format!("… {characters} more characters")
}

/// Whether it would be markup, a mention, an emoji's name or a link.
fn needs_backslash(grapheme: &str, after: &str, at_line_start: bool) -> bool {
    match grapheme.as_bytes()[0] {
        b'\\' | b'*' | b'_' | b'~' | b'|' | b'`' | b'[' | b']' | b'<' | b'>' | b'@' => true,
        b':' => !after.is_empty() && !after.starts_with([' ', '\n']),
        b'#' | b'-' | b'+' => at_line_start,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_customer_writes_is_never_markup() {
        let cases = [
            ("**bold** _it_ ~~no~~ ||s|| `c`", r"\*\*bold\*\* \_it\_ \~\~no\~\~ \|\|s\|\| \`c\`"),
            ("@everyone <@123> <#5> <t:1:R>", r"\@everyone \<\@123\> \<#5\> \<t\:1\:R\>"),
            ("[free](https://evil.example)", r"\[free\](https\://evil.example)"),
            ("# big\n> quoted\n- one\n-# small", "\\# big\n\\> quoted\n\\- one\n\\-# small"),
            ("a #1 - yes, note: none", "a #1 - yes, note: none"),
            (r"back\slash", r"back\\slash"),
        ];
        for (given, expected) in cases {
            assert_eq!(escaped(given, 2000), expected);
        }
    }

    #[test]
    fn long_text_is_cut_within_its_limit_and_says_so() {
        let texts = [
            "x".repeat(5000),
            "*".repeat(5000),
            "👩\u{200d}🍳".repeat(1000),
            "|| ".repeat(2000),
            "a\\".repeat(3000),
        ];
        for text in texts {
            for limit in [256, 1024, 4096] {
                let cut = escaped(&text, limit);
                assert!(length(&cut) <= limit, "{} of {limit}", length(&cut));
                assert!(length(&cut) > limit - 40, "{} of {limit}", length(&cut));
                assert!(cut.ends_with(" more characters"), "{cut}");
                let hidden = spoiler(&text, limit);
                assert!(length(&hidden) <= limit && hidden.ends_with("characters||"));
                assert_eq!(hidden.replace("\\|", "").matches("||").count(), 2, "the spoiler stays closed");
            }
        }
        assert_eq!(escaped("fits", 4), "fits");
    }
}
