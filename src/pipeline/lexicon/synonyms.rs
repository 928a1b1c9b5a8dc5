//! Words that English has two of: "prawn" and "shrimp", "skim" and "non-fat". A menu is written with one of them,
//! and customers write the other.

use crate::pipeline::words::stems;

/// A name in so many wordings at most.
const MOST: usize = 8;

/// Sets of phrases that mean the same, each as stems.
#[derive(Debug)]
pub(super) struct Synonyms(Vec<Vec<Vec<String>>>);

impl Synonyms {
    /// Those of `synonyms.txt`: a set a line, phrases separated by `|`.
    pub(super) fn read() -> Self {
        let set = |line: &str| line.split('|').map(stems).collect();
        Self(include_str!("synonyms.txt").lines().map(set).collect())
    }

    /// A name in other wordings, without itself. What one set has put in, another leaves alone ("semi-skimmed" is
    /// not half non-fat).
    pub(super) fn of(&self, name: &[String]) -> Vec<Vec<String>> {
        let mut wordings = vec![name.iter().map(Word::Said).collect::<Vec<_>>()];
        for set in &self.0 {
            for at in 0..wordings.len() {
                let more = reworded(&wordings[at], set);
                wordings.extend(more);
            }
            wordings.truncate(MOST);
        }
        wordings.into_iter().skip(1).map(|words| words.iter().map(Word::text).collect()).collect()
    }
}

/// A word of a name: its own, or put in for one.
#[derive(Clone, Copy, PartialEq)]
enum Word<'a> {
    Said(&'a String),
    Put(&'a String),
}

impl Word<'_> {
    fn text(&self) -> String {
        let (Self::Said(word) | Self::Put(word)) = self;
        (*word).clone()
    }
}

/// A name with the longest phrase of the set that stands in it replaced by each of the others.
fn reworded<'a>(name: &[Word<'a>], set: &'a [Vec<String>]) -> Vec<Vec<Word<'a>>> {
    let stands = |words: &[Word], phrase: &[String]| {
        words.iter().zip(phrase).all(|(word, said)| *word == Word::Said(said))
    };
    let place = |phrase: &[String]| name.windows(phrase.len()).position(|words| stands(words, phrase));
    let standing = set.iter().filter_map(|phrase| Some((place(phrase)?, phrase)));
    let Some((at, said)) = standing.max_by_key(|(_, phrase)| phrase.len()) else { return Vec::new() };
    let put = |phrase: &'a [String]| phrase.iter().map(Word::Put).collect::<Vec<_>>();
    set.iter()
        .filter(|phrase| *phrase != said)
        .map(|phrase| [&name[..at], &put(phrase), &name[at + said.len()..]].concat())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_in_the_other_english() {
        let synonyms = Synonyms::read();
        let wordings = |name: &str| synonyms.of(&stems(name)).iter().map(|w| w.join(" ")).collect::<Vec<_>>();
        assert_eq!(wordings("Prawn Summer Rolls"), ["shrimp summer roll"]);
        assert!(wordings("non-fat milk").contains(&"skim milk".to_owned()));
        assert!(wordings("large prawn").contains(&"big shrimp".to_owned()));
        assert!(wordings("Kombucha").is_empty());
    }

    #[test]
    fn every_phrase_stands_in_one_set_only() {
        let mut phrases: Vec<Vec<String>> = Synonyms::read().0.into_iter().flatten().collect();
        let count = phrases.len();
        phrases.sort();
        phrases.dedup();
        assert_eq!(phrases.len(), count);
    }
}
