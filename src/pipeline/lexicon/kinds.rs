//! What kind of dish an item is, by its category, tags and description.

use foldhash::HashSet;

use crate::menu::MenuItem;
use crate::pipeline::words::stems;

/// Whether a group of options is called after flavours.
pub(super) fn is_of_flavours(group: &str) -> bool {
    let flavour =
        |word: &String| matches!(word.as_str(), "flavour" | "flavor" | "scoop" | "gelato" | "sorbet");
    stems(group).first().is_some_and(flavour)
}

/// "oolong tea", the description of a tea: it is called so by those who do not know its name.
pub(super) fn kind_name(item: &MenuItem) -> Option<&str> {
    let description = item.description.trim();
    let plain = description.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-'));
    let words = stems(description);
    let kind = words.len() > 1 && words.len() < 4 && words.last() == stems(&item.category).last();
    (plain && kind).then_some(description)
}

/// Words of an item's category and tags.
pub(super) fn kind_words(item: &MenuItem) -> HashSet<String> {
    std::iter::once(&item.category).chain(&item.tags).flat_map(|text| stems(text)).collect()
}

/// Words that may stand beside an item's name without changing it.
pub(super) fn own_words(item: &MenuItem) -> HashSet<String> {
    let texts =
        [&item.name, &item.description, &item.category].into_iter().chain(&item.aliases).chain(&item.tags);
    texts.flat_map(|text| stems(text)).collect()
}
