//! How the text of a value is read, shown and explained, by its type.

use std::path::PathBuf;

use clap::ValueEnum;
use rust_decimal::Decimal;

use super::{EmbeddingKind, LogFormat, OnUnmatchedItem, Parser, PoliteRequests, Secret};

/// A type that a value in the configuration can have.
pub(super) trait Value: Sized {
    /// The TOML types it may be written as.
    const TOML: &'static [&'static str] = &["string"];
    /// Whether it is relative to the file that names it.
    const IS_PATH: bool = false;

    /// `None` when the text is not one.
    fn read(text: &str) -> Option<Self>;
    /// As it would be written.
    fn show(&self) -> String;
    /// "a whole number", "one of …".
    fn allowed() -> String;
}

/// A field of the settings: a value, or one that may be missing.
pub(super) trait Field {
    type Value: Value;

    fn put(&mut self, value: Self::Value);
    fn get(&self) -> Option<&Self::Value>;
}

impl<V: Value> Field for V {
    type Value = V;

    fn put(&mut self, value: V) {
        *self = value;
    }

    fn get(&self) -> Option<&V> {
        Some(self)
    }
}

impl<V: Value> Field for Option<V> {
    type Value = V;

    fn put(&mut self, value: V) {
        *self = Some(value);
    }

    fn get(&self) -> Option<&V> {
        self.as_ref()
    }
}

impl Value for String {
    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn show(&self) -> String {
        self.clone()
    }

    fn allowed() -> String {
        "text".to_owned()
    }
}

impl Value for Secret {
    fn read(text: &str) -> Option<Self> {
        Some(Self::from(text))
    }

    fn show(&self) -> String {
        super::redact::address(self.expose())
    }

    fn allowed() -> String {
        "text".to_owned()
    }
}

impl Value for PathBuf {
    const IS_PATH: bool = true;

    /// The shell expands `~`; nothing else does, and a folder named `~` is never meant.
    fn read(text: &str) -> Option<Self> {
        (!text.starts_with('~')).then(|| Self::from(text))
    }

    fn show(&self) -> String {
        self.display().to_string()
    }

    fn allowed() -> String {
        "a path, written out (`~` is not expanded)".to_owned()
    }
}

impl Value for bool {
    const TOML: &'static [&'static str] = &["boolean"];

    fn read(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        }
    }

    fn show(&self) -> String {
        self.to_string()
    }

    fn allowed() -> String {
        "true or false".to_owned()
    }
}

macro_rules! numbers {
    ($($number:ty: $toml:expr, $allowed:literal;)*) => {$(
        impl Value for $number {
            const TOML: &'static [&'static str] = $toml;

            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn show(&self) -> String {
                self.to_string()
            }

            fn allowed() -> String {
                $allowed.to_owned()
            }
        }
    )*};
}

numbers! {
    u16: &["integer"], "a whole number";
    u32: &["integer"], "a whole number";
    u64: &["integer"], "a whole number";
    usize: &["integer"], "a whole number";
    f32: &["integer", "float"], "a number";
    Decimal: &["integer", "float", "string"], "an amount such as 250 or 99.50";
}

macro_rules! choices {
    ($($choice:ty),*) => {$(
        impl Value for $choice {
            fn read(text: &str) -> Option<Self> {
                <$choice as ValueEnum>::from_str(text, false).ok()
            }

            fn show(&self) -> String {
                self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
            }

            fn allowed() -> String {
                let names = <$choice>::value_variants().iter().map(Value::show);
                format!("one of {}", names.collect::<Vec<_>>().join(", "))
            }
        }
    )*};
}

choices!(EmbeddingKind, LogFormat, OnUnmatchedItem, Parser, PoliteRequests);
