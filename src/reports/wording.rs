//! How a line of an order reads, wherever people read it.

use std::fmt::Display;

use crate::pipeline::{Amount, OptionChoice};

/// "2 × Latte (oat milk, no sugar; very hot)"
pub fn line_text(quantity: impl Display, item: Option<&str>, asides: &str) -> String {
    let asides = if asides.is_empty() { String::new() } else { format!(" ({asides})") };
    format!("{quantity} × {}{asides}", item.unwrap_or("?"))
}

/// "oat milk, no sugar; very hot"
pub fn asides(options: &[OptionChoice], notes: &[String]) -> String {
    let options: Vec<String> = options.iter().map(option_text).collect();
    let parts = [options.join(", "), notes.join(", ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

/// "no sugar", "2 × extra cheese"
pub fn option_text(choice: &OptionChoice) -> String {
    let name = choice.option.as_deref().unwrap_or(&choice.group);
    let amount = match choice.amount {
        Amount::No => "no ",
        Amount::Light => "light ",
        Amount::Regular => "",
        Amount::Extra => "extra ",
        Amount::NoExtra => "no extra ",
    };
    let count = if choice.count == 1 { String::new() } else { format!("{} × ", choice.count) };
    format!("{count}{amount}{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_as_a_cook_would_say_it() {
        let choice = |option: Option<&str>, amount, count| OptionChoice {
            group: "toppings".into(),
            option: option.map(Into::into),
            amount,
            count,
        };
        let table = [
            (vec![], "", "2 × Burger"),
            (vec![choice(None, Amount::No, 1)], "", "2 × Burger (no toppings)"),
            (vec![choice(Some("cheese"), Amount::NoExtra, 1)], "", "2 × Burger (no extra cheese)"),
            (
                vec![choice(Some("bacon"), Amount::Regular, 3)],
                "well done",
                "2 × Burger (3 × bacon; well done)",
            ),
            (vec![], "well done", "2 × Burger (well done)"),
        ];
        for (options, note, text) in table {
            let notes: Vec<String> = (!note.is_empty()).then(|| note.to_owned()).into_iter().collect();
            assert_eq!(line_text(2, Some("Burger"), &asides(&options, &notes)), text);
        }
    }
}
