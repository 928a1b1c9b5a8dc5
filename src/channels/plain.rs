//! Text from customers without what would mislead a reader's eye.

/// `text` without control, bidirectional, zero-width and tag characters; line breaks stay.
pub(super) fn plain(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' => kept.push('\n'),
            '\r' if characters.peek() == Some(&'\n') => {}
            '\u{200d}' if joins_emoji(kept.chars().last(), characters.peek().copied()) => {
                kept.push(character)
            }
            _ if is_invisible(character) => {}
            _ if character.is_control() => kept.push(' '),
            _ => kept.push(character),
        }
    }
    kept
}

/// The same on one line.
pub(super) fn plain_line(text: &str) -> String {
    plain(text).replace('\n', " ")
}

fn joins_emoji(before: Option<char>, after: Option<char>) -> bool {
    let is_picture = |character: char| matches!(character, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{fe0f}');
    before.is_some_and(is_picture) && after.is_some_and(is_picture)
}

fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn nothing_invisible_reaches_a_reader() {
        let cases = [
            ("two\u{202e}setal\u{202c} lattes", "twosetal lattes"),
            ("pa\u{200b}ss\u{feff}word", "password"),
            ("red\u{1b}[31m", "red [31m"),
            ("one\r\ntwo\tthree\rfour", "one\ntwo three four"),
            ("👩\u{200d}🍳 cooks", "👩\u{200d}🍳 cooks"),
            ("❤\u{fe0f}\u{200d}🔥", "❤\u{fe0f}\u{200d}🔥"),
            ("a\u{200d}b", "ab"),
            ("tag\u{e0041}ged", "tagged"),
            ("日本語 é", "日本語 é"),
        ];
        for (given, expected) in cases {
            assert_eq!(plain(given), expected, "{given:?}");
        }
    }
}
