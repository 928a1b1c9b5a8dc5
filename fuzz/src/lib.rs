//! What the fuzz targets share with the tests of the package above: messages, and what holds for their readings.

pub mod inputs;
pub mod invariants;

/// Panics with what is wrong with how a message is read, if anything is.
pub fn holds(text: &str) {
    let broken = invariants::broken(text);
    assert!(broken.is_empty(), "{}\nof {text:?}", broken.join("\n"));
}
