//! The numbers that a menu gives its items: "12. Gyoza", or an alias such as "#12".

use foldhash::{HashMap, HashMapExt};

use crate::menu::MenuItem;

/// Which item has which number. A number that two items claim is nobody's.
#[derive(Debug, Default)]
pub(super) struct Numbers(HashMap<u32, Option<usize>>);

impl Numbers {
    /// Those of a menu.
    pub(super) fn of(items: &[MenuItem]) -> Self {
        let mut numbers: HashMap<u32, Option<usize>> = HashMap::new();
        for (index, item) in items.iter().enumerate() {
            let said = item.aliases.iter().filter_map(|alias| alias_number(alias));
            for number in heading(&item.name).0.into_iter().chain(said) {
                numbers
                    .entry(number)
                    .and_modify(|holder| *holder = holder.filter(|known| *known == index))
                    .or_insert(Some(index));
            }
        }
        Self(numbers)
    }

    pub(super) fn get(&self, number: u32) -> Option<usize> {
        self.0.get(&number).copied().flatten()
    }
}

/// What an item is called without its number and its aliases that are nothing else: as a word of a name, a
/// number would be found in "12 lattes".
pub(super) fn names(item: &MenuItem) -> impl Iterator<Item = &str> {
    let aliases = item.aliases.iter().map(String::as_str).filter(|alias| alias_number(alias).is_none());
    std::iter::once(without_count(heading(&item.name).1)).chain(aliases)
}

/// "Gyoza" of "Gyoza (6 pcs)": how much of it there is, in brackets at the end, is no part of the name.
fn without_count(name: &str) -> &str {
    let counted = |bracket: &str| bracket.contains(|c: char| c.is_ascii_digit());
    match name.trim_end().strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((bare, bracket)) if counted(bracket) && !bare.trim().is_empty() => bare.trim_end(),
        Some(_) | None => name,
    }
}

/// "12. Gyoza", "12) Gyoza" and "#12 Gyoza" as number and name. "7 Up", "1.5 l Water" and "16 oz Cold Brew" are
/// names.
fn heading(name: &str) -> (Option<u32>, &str) {
    let marked = name.trim_start().strip_prefix('#');
    let text = marked.unwrap_or(name).trim_start();
    let (digits, rest) =
        text.split_at(text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len());
    let closed = rest.strip_prefix(['.', ')']);
    let bare = closed.unwrap_or(rest);
    let apart = bare.starts_with(|c: char| c.is_whitespace() || c.is_alphabetic() && closed.is_some());
    match digits.parse() {
        Ok(number)
            if apart && (closed.is_some() || marked.is_some()) && bare.contains(char::is_alphabetic) =>
        {
            (Some(number), bare.trim_start())
        }
        Ok(_) | Err(_) => (None, name),
    }
}

/// "12", "#12", "no. 12", "Nr 12", "number 12".
fn alias_number(alias: &str) -> Option<u32> {
    let folded = alias.trim().to_lowercase();
    let prefixes = ["number", "no.", "no", "nr.", "nr", "nº", "n°", "№", "#"];
    let bare = prefixes.iter().find_map(|prefix| folded.strip_prefix(prefix)).unwrap_or(&folded);
    let bare = bare.trim_start().trim_end_matches(['.', ')']);
    bare.chars().all(|c| c.is_ascii_digit()).then(|| bare.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_before_a_name_is_told_from_a_name_with_a_number() {
        for (name, expected) in [
            ("12. Gyoza", (Some(12), "Gyoza")),
            ("12.Gyoza", (Some(12), "Gyoza")),
            ("7) Miso Soup", (Some(7), "Miso Soup")),
            ("#3 Combo", (Some(3), "Combo")),
            ("07. Tom Kha", (Some(7), "Tom Kha")),
            ("7 Up", (None, "7 Up")),
            ("7Up", (None, "7Up")),
            ("16 oz Cold Brew", (None, "16 oz Cold Brew")),
            ("1.5 l Water", (None, "1.5 l Water")),
            ("Gyoza (6 pcs)", (None, "Gyoza (6 pcs)")),
            ("12", (None, "12")),
            ("99999999999. Soup", (None, "99999999999. Soup")),
        ] {
            assert_eq!(heading(name), expected, "{name}");
        }
    }

    #[test]
    fn an_item_is_found_by_its_number_and_its_name_is_without_it() {
        let item = |name: &str, aliases: &[&str]| MenuItem {
            key: crate::menu::slug(name),
            name: name.to_owned(),
            description: String::new(),
            price: None,
            category: String::new(),
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
            tags: Vec::new(),
            available: true,
        };
        let items = [
            item("12. Gyoza (6 pcs)", &["#12", "dumplings"]),
            item("Ramen", &["no. 15", "3"]),
            item("Udon", &["3"]),
            item("7 Up", &[]),
        ];
        let numbers = Numbers::of(&items);
        let found: Vec<Option<usize>> = [12, 15, 3, 7, 6].map(|number| numbers.get(number)).to_vec();
        assert_eq!(found, [Some(0), Some(1), None, None, None]);
        assert_eq!(names(&items[0]).collect::<Vec<_>>(), ["Gyoza", "dumplings"]);
        assert_eq!(names(&items[1]).collect::<Vec<_>>(), ["Ramen"]);
    }

    #[test]
    fn an_alias_may_be_a_number() {
        for (alias, expected) in [
            ("12", Some(12)),
            ("#12", Some(12)),
            ("no. 12", Some(12)),
            ("No 12", Some(12)),
            ("nr.12", Some(12)),
            ("number 12", Some(12)),
            ("7up", None),
            ("6 pcs", None),
            ("16oz", None),
            ("no onion", None),
            ("#", None),
            ("", None),
        ] {
            assert_eq!(alias_number(alias), expected, "{alias}");
        }
    }
}
