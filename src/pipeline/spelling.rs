//! How near a typed word comes to a word of the menu.

/// Twice the letters to change, neighbours swapped counting as one; a wrong vowel costs less than a wrong
/// consonant, and a word typed without its vowels counts as one letter away. The first letter is right, or sounds
/// like the right one, or is missing. `None` when too far.
pub(super) fn spelling_cost(typed: &str, word: &str, allowed: usize) -> Option<usize> {
    if typed.as_bytes().first() != word.as_bytes().first() {
        return (begins_alike(typed, word) && strsim::osa_distance(typed, word) == 1).then_some(2);
    }
    let distance = strsim::osa_distance(typed, word);
    if distance <= allowed {
        let vowels_only = typed.chars().filter(|c| !is_vowel(*c)).eq(word.chars().filter(|c| !is_vowel(*c)));
        return Some(2 * distance - usize::from(vowels_only && distance > 0));
    }
    is_skeleton(typed, word).then_some(2)
}

/// "koleslaw" for "coleslaw", "orchata" for "horchata"; of short words another word begins so.
fn begins_alike(typed: &str, word: &str) -> bool {
    const SOUNDS: [&str; 4] = ["ckq", "scz", "jg", "vwf"];
    let (Some(first), Some(right)) = (typed.chars().next(), word.chars().next()) else { return false };
    let sounds = SOUNDS.iter().any(|sound| sound.contains(first) && sound.contains(right));
    typed.len().min(word.len()) >= SURE_WITHOUT_FIRST && (sounds || &word[right.len_utf8()..] == typed)
}

/// Words of so many letters are told by what follows their first.
const SURE_WITHOUT_FIRST: usize = 6;

/// Whether a word has the consonants of another in their order, and but one vowel is wrong: "cesar" for "caesar".
pub(super) fn is_misvowelled(typed: &str, word: &str) -> bool {
    typed.len() > 4 && spelling_cost(typed, word, 1) == Some(1)
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
