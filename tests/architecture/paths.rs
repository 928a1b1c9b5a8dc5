//! Which modules of the crate a file names.

use std::collections::BTreeSet;

/// The top-level modules that `source`, standing at `inside` (such as `["channels", "discord"]`), names
/// by `crate::…`, by `super::…` up to the root, or (the program) by `chit::…`.
pub fn used_modules(source: &str, inside: &[String]) -> BTreeSet<String> {
    let tokens = tokens(source);
    let root = if inside == ["main"] { "chit" } else { "crate" };
    let mut used = BTreeSet::new();
    let mut inline = InlineModules::default();
    for at in 0..tokens.len() {
        inline.step(&tokens[at..]);
        let starts = at == 0 || tokens[at - 1] != "::";
        let ups = supers(&tokens[at..]);
        if tokens[at] == root && starts {
            used.extend(heads(&tokens[at + 1..]));
        } else if starts && ups > 0 && ups == inside.len() + inline.open() {
            used.extend(heads(&tokens[at + 2 * ups - 1..]));
        }
    }
    used
}

/// How many `super` are joined by `::` from here.
fn supers(tokens: &[String]) -> usize {
    tokens
        .chunks(2)
        .take_while(|pair| pair[0] == "super" && pair.get(1).is_some_and(|next| next == "::"))
        .count()
}

/// The first names after a `::`: one, or those of a group.
fn heads(tokens: &[String]) -> Vec<String> {
    match tokens {
        [colons, open, group @ ..] if colons == "::" && open == "{" => group_heads(group),
        [colons, name, ..] if colons == "::" && is_name(name) => vec![name.clone()],
        _ => Vec::new(),
    }
}

fn group_heads(group: &[String]) -> Vec<String> {
    let mut heads = Vec::new();
    let mut depth = 0;
    let mut first = true;
    for token in group {
        match token.as_str() {
            "{" => depth += 1,
            "}" if depth == 0 => break,
            "}" => depth -= 1,
            "," if depth == 0 => first = true,
            name => {
                if first && is_name(name) && name != "self" {
                    heads.push(name.to_owned());
                }
                first = false;
            }
        }
    }
    heads
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Modules written out in the file: a `super` inside one leads to the file's own module first.
#[derive(Default)]
struct InlineModules {
    depth: usize,
    opened_at: Vec<usize>,
    announced: bool,
}

impl InlineModules {
    fn step(&mut self, tokens: &[String]) {
        match tokens {
            [word, _, open, ..] if word == "mod" && open == "{" => self.announced = true,
            [open, ..] if open == "{" => {
                if std::mem::take(&mut self.announced) {
                    self.opened_at.push(self.depth);
                }
                self.depth += 1;
            }
            [close, ..] if close == "}" => {
                self.depth = self.depth.saturating_sub(1);
                self.opened_at.pop_if(|depth| *depth == self.depth);
            }
            _ => {}
        }
    }

    fn open(&self) -> usize {
        self.opened_at.len()
    }
}

/// Names, `::` and single signs; comments and literals are left out.
fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => block_comment(rest),
            '"' => string(rest),
            '\'' => character(rest),
            'r' | 'b' if raw_string(rest).is_some() => raw_string(rest).unwrap_or(1),
            _ if is_name(rest) => rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()),
            _ if rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        let token = &rest[..length];
        if is_name(token) && !token.contains('"') || token == "::" || "{},;".contains(token) {
            tokens.push(token.to_owned());
        }
        rest = &rest[length..];
    }
    tokens
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let here = &text.as_bytes()[at..];
        match here {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    text.len()
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// A character literal, or just the quote of a lifetime.
fn character(text: &str) -> usize {
    let mut inside = text.char_indices().skip(1);
    match (inside.next(), inside.next()) {
        (Some((_, '\\')), Some((escaped, _))) => {
            text[escaped + 1..].find('\'').map_or(text.len(), |close| escaped + close + 2)
        }
        (Some(_), Some((close, '\''))) => close + 1,
        _ => 1,
    }
}

fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let marks = after.len() - after.trim_start_matches('#').len();
    let body = after[marks..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(marks));
    let start = text.len() - body.len();
    Some(body.find(&close).map_or(text.len(), |end| start + end + close.len()))
}

#[test]
fn every_way_of_naming_a_module_is_seen() {
    let cases = [
        ("use crate::menu::Menu;", "menu"),
        ("use crate::{app::App, config, pipeline::{self, Reading}};", "app config pipeline"),
        ("fn f() -> crate::orders::State { crate::orders::State::Placed }", "orders"),
        ("macro_rules! m { () => { $crate::telemetry::count() } }", "telemetry"),
        ("use super::super::outbox::Row;", "outbox"),
        ("use super::super::{outbox, menu as sold};", "menu outbox"),
        ("use super::embed;", ""),
        ("mod tests { use super::*; use super::super::super::messages; }", "messages"),
        ("mod tests { use super::super::embed; } use super::super::menu;", "menu"),
        ("pub(crate) fn f() {} pub(in crate::channels) fn g() {}", "channels"),
        ("use std::fmt; use self::limits::cut; use other::crate_like::x;", ""),
    ];
    for (source, expected) in cases {
        assert_eq!(used(source), expected, "{source}");
    }
}

#[test]
fn comments_and_literals_name_nothing() {
    let cases = [
        "// use crate::menu;\n/// [`crate::menu`]\n/* crate::menu /* crate::menu */ crate::menu */",
        r#"let s = "crate::menu \" crate::menu";"#,
        r##"let s = r#"crate::menu " crate::menu"#;"##,
        "let quote = '\"'; let s = \"crate::menu\"; let escape = '\\''; let t = \"crate::menu\";",
    ];
    for source in cases {
        assert_eq!(used(source), "", "{source}");
        let after = format!("{source}\nfn f<'a>(x: &'a str) {{ crate::orders::g(x) }}");
        assert_eq!(used(&after), "orders", "{after}");
    }
}

#[test]
fn the_program_names_the_library() {
    assert_eq!(Vec::from_iter(used_modules("fn main() { chit::cli::run() }", &["main".to_owned()])), ["cli"]);
    assert_eq!(used("fn f() { chit::cli::run() }"), "");
}

fn used(source: &str) -> String {
    let inside = ["channels".to_owned(), "discord".to_owned()];
    Vec::from_iter(used_modules(source, &inside)).join(" ")
}
