//! How near a typed word comes to a word of the menu.

/// Twice the letters to change, neighbours swapped counting as one; a wrong vowel costs less than a wrong
/// consonant, and a word typed without its vowels counts as one letter away. `None` when too far.
pub(super) fn spelling_cost(typed: &str, word: &str, allowed: usize) -> Option<usize> {
    if typed.as_bytes().first() != word.as_bytes().first() {
        return None;
    }
    let distance = strsim::osa_distance(typed, word);
    if distance <= allowed {
        let vowels_only = typed.chars().filter(|c| !is_vowel(*c)).eq(word.chars().filter(|c| !is_vowel(*c)));
        return Some(2 * distance - usize::from(vowels_only && distance > 0));
    }
    is_skeleton(typed, word).then_some(2)
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u')
}

pub(super) fn has_vowel(word: &str) -> bool {
    word.contains(is_vowel)
}

/// "chkn" for "chicken": consonants alone, in order, the first and the last in place.
fn is_skeleton(typed: &str, word: &str) -> bool {
    let mut letters = word.chars();
    !has_vowel(typed)
        && typed.chars().last() == word.chars().rfind(|c| !is_vowel(*c))
        && typed.chars().all(|c| letters.any(|l| l == c))
}
