//! A customer's yes to an order that was drafted for them.

use super::words::tokens;

/// Ways to say yes, without the courtesies around them.
const YES: &[&str] = &[
    "yes",
    "yep",
    "yeah",
    "yup",
    "ja",
    "sure",
    "ok",
    "okay",
    "correct",
    "confirm",
    "confirmed",
    "go ahead",
    "yes go ahead",
    "do it",
    "place it",
    "yes place it",
    "yes do",
    "please do",
    "yes that is right",
    "that is right",
    "thats right",
    "yes thats right",
    "yes correct",
    "yes i do",
    "sounds good",
    "yes sounds good",
];

/// Courtesies, which say neither yes nor no.
const COURTESY: &[&str] =
    &["please", "pls", "thanks", "thx", "thank", "you", "great", "perfect", "lovely", "cheers"];

/// Whether a message says yes and nothing else.
pub fn is_yes(text: &str) -> bool {
    let tokens = tokens(text);
    let words: Vec<&str> = tokens.iter().filter(|t| t.is_word()).map(|t| t.folded.as_str()).collect();
    let bare: Vec<&str> = words.iter().copied().filter(|word| !COURTESY.contains(word)).collect();
    !text.contains('?') && (YES.contains(&bare.join(" ").as_str()) || YES.contains(&words.join(" ").as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_yes_confirms() {
        for yes in [
            "Yes",
            "yes please!",
            "OK, thanks 👍",
            "yes, go ahead",
            "please do",
            "Ja!",
            "Perfect, yes, thank you",
        ] {
            assert!(is_yes(yes), "{yes}");
        }
        for no in [
            "",
            "please",
            "yes but without onions",
            "yesterday",
            "yes and a Kombucha",
            "no",
            "ok?",
            "ok where is it",
        ] {
            assert!(!is_yes(no), "{no}");
        }
    }
}
