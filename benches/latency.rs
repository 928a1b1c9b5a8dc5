//! Median and 99th percentile of reading one message, and messages a second, on one core.
//!
//! `cargo bench --bench latency`; no embedding but where it says so.

mod shop;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use chit::config::{EmbeddingSettings, ReaderSettings};
use chit::dataset;
use chit::embedding::Embedding;
use chit::evaluation::labels;
use chit::pipeline::Reader;

/// Fifteen words: three dishes, counts, options left out and added, a way to get it.
const ORDER: &str =
    "2 falafel wraps, no onion, extra avocado, one greek salad and sweet potato fries, pickup";
const QUESTION: &str = "what time do you close on sundays";
const TIMES: usize = 20_000;

fn main() {
    let with_items = |items: usize| Reader::new(shop::menu_of(items), settings(), Embedding::default());
    let (small, large) = (with_items(25), with_items(2000));
    one("15-word order, 25 items", &small, ORDER, TIMES);
    one("15-word order, 2,000 items", &large, ORDER, TIMES);
    one("a question, 25 items", &small, QUESTION, TIMES);
    one("a question, 2,000 items", &large, QUESTION, TIMES);
    let long = ORDER.repeat(100_000 / ORDER.len() + 1);
    one("100 kB", &small, &long[..100_000], 100);
    let embedding = Embedding::open(&EmbeddingSettings::default()).expect("the built-in model");
    rate("messages/s, GreenBite, static model", &Reader::new(shop::menu(), settings(), embedding));
}

fn settings() -> ReaderSettings {
    ReaderSettings::default()
}

fn one(what: &str, reader: &Reader, text: &str, times: usize) {
    let mut took: Vec<Duration> = (0..times + times / 10)
        .map(|_| {
            let since = Instant::now();
            black_box(reader.read(black_box(text)));
            since.elapsed()
        })
        .skip(times / 10)
        .collect();
    took.sort_unstable();
    let (median, p99) = (took[times / 2], took[times * 99 / 100]);
    println!("{what:<38} median {median:>10.1?}   p99 {p99:>10.1?}");
}

fn rate(what: &str, reader: &Reader) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/greenbite-seen.jsonl");
    let rows = labels::rows(&file).expect("the labelled messages");
    let texts: Vec<String> =
        rows.map(|row: Result<dataset::Numbered<_>, _>| row.expect("a row").value.text).collect();
    let since = Instant::now();
    let rounds = 50;
    for text in std::iter::repeat_n(&texts, rounds).flatten() {
        black_box(reader.read(black_box(text)));
    }
    let second = (rounds * texts.len()) as f64 / since.elapsed().as_secs_f64();
    println!("{what:<38} {second:>10.0}");
}
