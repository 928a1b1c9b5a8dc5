//! The models that turn words into vectors, run for real.

use std::path::PathBuf;

use chit::config::{EmbeddingKind, EmbeddingSettings};
use chit::embedding::{Embedding, Vector};

fn built_in() -> Embedding {
    Embedding::open(&EmbeddingSettings::default()).expect("the built-in model loads")
}

fn vectors(model: &Embedding, phrases: &[&str]) -> Vec<Vector> {
    model.embed(phrases).expect("the model answers")
}

fn likeness(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn assert_closer(model: &Embedding, phrase: &str, like: &str, unlike: &str) {
    let v = vectors(model, &[phrase, like, unlike]);
    let (near, far) = (likeness(&v[0], &v[1]), likeness(&v[0], &v[2]));
    assert!(near > far + 0.1, "{}: {phrase}: {like} {near:.2}, {unlike} {far:.2}", model.id());
}

fn assert_understands(model: &Embedding, dimension: usize) {
    for (phrase, like, unlike) in [
        ("poultry burger", "grilled chicken burger", "chocolate brownie"),
        ("fizzy water", "sparkling mineral water", "sweet potato fries"),
        ("something sweet", "chocolate dessert", "turkey wrap"),
    ] {
        assert_closer(model, phrase, like, unlike);
    }
    for vector in vectors(model, &["a kombucha", "one two three", "falafel"]) {
        assert_eq!(vector.len(), dimension);
        assert!((likeness(&vector, &vector) - 1.0).abs() < 1e-3, "not a unit vector");
    }
}

#[test]
fn the_built_in_model_tells_like_from_unlike() {
    let model = built_in();
    assert_eq!(model.id(), "static:minilm-l6-static-256");
    assert_understands(&model, 256);
}

#[test]
fn the_built_in_model_gives_the_same_vectors_on_every_thread() {
    let model = built_in();
    let phrases = ["turkey burger", "no onions", "", "🍔", "x"];
    let expected = vectors(&model, &phrases);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(vectors(&model.clone(), &phrases), expected));
        }
    });
    assert_eq!(vectors(&built_in(), &phrases), expected);
}

#[test]
fn a_phrase_without_known_words_breaks_nothing() {
    let long = "burger ".repeat(50_000);
    for phrase in ["", " ", "\u{0}", "🍔", "ß", &long] {
        assert!(vectors(&built_in(), &[phrase])[0].iter().all(|x| x.is_finite()), "{phrase:.10}");
    }
}

#[test]
fn a_folder_of_the_owners_is_used_and_named() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models/minilm-l6-static-256");
    let settings = EmbeddingSettings { model: Some(folder), ..EmbeddingSettings::default() };
    let model = Embedding::open(&settings).unwrap();
    assert_eq!(vectors(&model, &["latte"]), vectors(&built_in(), &["latte"]));
}

#[test]
fn a_model_that_is_not_there_leaves_the_built_in_one_and_a_warning() {
    let nowhere = Some(PathBuf::from("/nowhere"));
    for kind in [EmbeddingKind::Static, EmbeddingKind::Fastembed] {
        let settings = EmbeddingSettings { kind, model: nowhere.clone(), onnxruntime: nowhere.clone() };
        assert!(Embedding::open(&settings).is_err());
        let (model, warning) = Embedding::open_or_static(&settings);
        assert_eq!(model.id(), "static:minilm-l6-static-256");
        let warning = warning.unwrap();
        assert!(
            warning.contains("embedding.") && warning.ends_with("going on with the built-in model"),
            "{warning}"
        );
    }
}

/// One test, because a process loads ONNX Runtime once.
#[cfg(feature = "fastembed")]
#[test]
fn an_onnx_model_of_the_owners_is_run() {
    let at = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let (Some(onnxruntime), Some(model)) = (at("CHIT_TEST_ONNXRUNTIME"), at("CHIT_TEST_MINILM")) else {
        eprintln!("SKIPPED: no ONNX model was run; `make test` fetches one with scripts/fetch-minilm.sh");
        return;
    };
    let settings = EmbeddingSettings {
        kind: EmbeddingKind::Fastembed,
        model: Some(model),
        onnxruntime: Some(onnxruntime),
    };
    let model = Embedding::open(&settings).unwrap();
    assert_eq!(model.id(), "fastembed:all-MiniLM-L6-v2");
    assert_understands(&model, 384);

    let phrases = ["turkey burger", "no onions", "", "🍔"];
    let expected = vectors(&model, &phrases);
    assert_eq!(vectors(&model, &["no onions"])[0], expected[1], "neighbours change a vector");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(vectors(&model.clone(), &phrases), expected));
        }
    });
    let second = Embedding::open(&settings).unwrap();
    assert_eq!(vectors(&second, &phrases), expected, "a second model in one process");
}
