//! What the bytes of a fuzz target stand for: the message that is read.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chit::menu::Menu;

use super::invariants::{MENU, repository};

/// How bytes become a message.
pub type Decode = fn(&[u8]) -> String;

/// The targets; `corpus/` has a folder for each.
pub const TARGETS: [(&str, Decode); 3] =
    [("any_text", any_text), ("long_message", long_message), ("menu_soup", menu_soup)];

/// What `long_message` repeats its text to, in bytes.
const LONG: usize = 20_000;

/// The bytes as text.
pub fn any_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The bytes as text whose last line is said again and again.
pub fn long_message(bytes: &[u8]) -> String {
    lengthened(&any_text(bytes), LONG)
}

/// A text whose last line is said again and again, until it is so many bytes long; a line end alone is said so too.
pub fn lengthened(text: &str, length: usize) -> String {
    let start = text.rfind('\n').map_or(0, |end| end + 1);
    let (head, unit) = if start < text.len() { text.split_at(start) } else { ("", text) };
    let times = length.saturating_sub(head.len()).checked_div(unit.len()).unwrap_or(0);
    format!("{head}{}", unit.repeat(times))
}

/// Two bytes a word: words of the menu, phrases that the reader knows, numbers, marks, and what nobody sees. The
/// highest bit of a pair leaves out the space before its word.
pub fn menu_soup(bytes: &[u8]) -> String {
    let pairs = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    pairs.fold(String::new(), |mut text, pair| {
        if pair < 1 << 15 && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&SOUP[usize::from(pair & 0x7fff) % SOUP.len()]);
        text
    })
}

/// What `menu_soup` is made of, in no order that means anything.
pub static SOUP: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut words = menu_words(&MENU);
    words.extend(phrases());
    words.extend(ODD.split('|').map(str::to_owned));
    words.into_iter().collect()
});

fn menu_words(menu: &Menu) -> BTreeSet<String> {
    let items = menu.items.iter().flat_map(|item| item.aliases.iter().chain([&item.name, &item.category]));
    let options = menu.groups.iter().flat_map(|group| &group.options);
    let options = options.flat_map(|option| option.aliases.iter().chain([&option.name]));
    items.chain(options).chain(menu.groups.iter().map(|group| &group.name)).cloned().collect()
}

/// Every phrase that the source of the reader names: the facts of its phrasebooks among them, wherever they stand.
pub fn phrases() -> BTreeSet<String> {
    let mut phrases = BTreeSet::new();
    let mut folders = vec![repository().join("src/pipeline")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the source of the reader") {
            let path = entry.expect("an entry of the source").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).expect("source");
                phrases.extend(literals(source.split("#[cfg(test)]").next().unwrap_or_default()));
            }
        }
    }
    phrases
}

/// The phrases inside the quotes of a source.
fn literals(source: &str) -> impl Iterator<Item = String> {
    let code =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let code = code.replace("'\"'", "").replace("\\\"", "");
    let quoted: Vec<String> = code.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    quoted.into_iter().flat_map(|text| {
        let phrases = text.split('|').map(|phrase| {
            phrase.split_whitespace().filter(|word| *word != "\\").collect::<Vec<_>>().join(" ")
        });
        phrases.filter(|phrase| !phrase.is_empty() && !phrase.contains(['{', '\\'])).collect::<Vec<_>>()
    })
}

/// Numbers, marks, what nobody sees, and what is written otherwise.
const ODD: &str = "0|1|2|3|7|12|24|60|100|999|1845|4294967295|4294967296|1,200|1,5|2.5|1/2|½|12:15|12.15|25:99|7pm|2x|\
    x3|8oz|2%|5€|1️⃣|２|٣|#4|-1|,|.|;|:|!|?|(|)|[|]|+|-|–|&|/|=|*|%|…|、|。|\n|\r\n|\t|\0|\u{7}|\u{1b}[2J|\u{7f}|'|’|\"|\
    `|_|@|$|w/|w/o|a.m.|\u{200b}|\u{200d}|\u{200e}|\u{202e}|\u{2066}|\u{2069}|\u{feff}|\u{ad}|\u{fe0f}|\u{301}|\
    e\u{301}\u{301}\u{301}|ﷺ|ß|İ|ı|ﬁ|Å|🍕|👩‍🍳|🇩🇪|寿司|مرحبا|שלום|สวัสดี|का|한국어|ὀδύσσεια|𝒷𝓊𝓇𝑔ℯ𝓇|Tom|Mrs Ashby|Mill Lane|\
    pizza|xyzzy|Kerkstraat 3|donaudampfschifffahrtsgesellschaftskapitän";
