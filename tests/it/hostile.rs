//! Messages that nobody should write: whatever they say, every word of them is accounted for, soon.

#[path = "../../fuzz/src/inputs.rs"]
mod inputs;
#[path = "../../fuzz/src/invariants.rs"]
mod invariants;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use inputs::{TARGETS, any_text, lengthened, menu_soup, phrases};
use invariants::{READERS, broken, repository};

/// A message of 100 kB takes a tenth of it in a debug build, and most take a hundredth.
const LONGEST: Duration = Duration::from_secs(15);

/// Four times the text takes four times as long; six leave room for noise, sixteen would be quadratic.
const RATIO: f64 = 6.0;

/// Less than this says nothing about how it grows.
const MEASURABLE: Duration = Duration::from_millis(50);

#[test]
fn the_corpus_of_the_fuzzer_is_accounted_for() {
    for (target, decode) in TARGETS {
        for (name, bytes) in corpus(target) {
            let started = Instant::now();
            assert_eq!(broken(&decode(&bytes)), Vec::<String>::new(), "{target}/{name}");
            assert!(started.elapsed() < LONGEST, "{target}/{name} took {:?}", started.elapsed());
        }
    }
}

/// The files of a target's folder, by name.
fn corpus(target: &str) -> BTreeMap<String, Vec<u8>> {
    let Ok(folder) = std::fs::read_dir(repository().join("fuzz/corpus").join(target)) else {
        return BTreeMap::new();
    };
    let files = folder.map(|file| file.unwrap().path());
    files
        .map(|path| (path.file_name().unwrap().display().to_string(), std::fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn the_time_grows_with_the_length_and_no_faster() {
    let units = corpus("long_message");
    assert!(units.len() > 50, "{} texts to say again and again", units.len());
    for (name, unit) in units {
        let unit = any_text(&unit);
        let (short, long) = (lengthened(&unit, 25_000), lengthened(&unit, 100_000));
        let mut tries = (0..5).map(|_| (time(&short), time(&long)));
        let linear = |(short, long): (Duration, Duration)| {
            long < LONGEST && (long < MEASURABLE || long.as_secs_f64() < RATIO * short.as_secs_f64())
        };
        assert!(tries.any(linear), "{name}: 25 kB took {:?}, 100 kB {:?}", time(&short), time(&long));
    }
}

fn time(text: &str) -> Duration {
    let started = Instant::now();
    READERS[1].read(text);
    started.elapsed()
}

#[test]
fn a_message_of_all_that_the_language_says_is_accounted_for() {
    let phrases: Vec<String> = phrases().into_iter().collect();
    assert!(phrases.len() > 1000, "{} phrases", phrases.len());
    for between in [" ", ", ", " kombucha ", ". 2 ", "\n"] {
        assert_eq!(broken(&phrases.join(between)), Vec::<String>::new(), "with {between:?} between");
    }
    for phrase in &phrases {
        for text in
            [phrase.clone(), format!("2 falafel wraps {phrase} onion"), format!("{phrase} 2 kombucha")]
        {
            assert_eq!(broken(&text), Vec::<String>::new(), "{text:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn any_text_is_accounted_for(text in any::<String>()) {
        prop_assert_eq!(broken(&text), Vec::<String>::new());
    }

    #[test]
    fn words_of_the_menu_in_any_order_are_accounted_for(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let text = menu_soup(&bytes);
        prop_assert_eq!(broken(&text), Vec::<String>::new(), "{:?}", text);
    }

    #[test]
    fn an_order_in_any_order_is_accounted_for(words in prop::collection::vec(prop::sample::select(ORDERED), 0..25)) {
        let text = words.join(" ");
        prop_assert_eq!(broken(&text), Vec::<String>::new(), "{:?}", text);
    }
}

/// What orders are made of.
const ORDERED: &[&str] = &[
    "two",
    "2",
    "x",
    "a",
    "one",
    "falafel wrap",
    "caesar",
    "kombucha",
    "lemonade",
    "pizza",
    "no",
    "with",
    "extra",
    "onion",
    "oat milk",
    "and",
    ",",
    ".",
    "(",
    ")",
    "on one of them",
    "both",
    "the other",
    "large",
    "on the side",
    "instead of",
    "swap",
    "for",
    "Tom",
    "at",
    "7",
    "pm",
    "delivery to",
    "Mill Lane",
    "thanks",
    "make that",
    "scrap the",
    "just the",
    "same",
    "the first",
    "the last two",
    "of each",
    "in half",
    "neither with",
    "the large one",
    "none",
    "please",
    "i'd like",
    "another",
    "well done",
    "hot",
    "w/o",
    "12:15",
    "table",
    "not",
];
