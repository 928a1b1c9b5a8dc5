//! One thing that can be set, by its dotted name.

use super::Settings;
use super::value::{Field, Value};

/// One thing that can be set.
pub struct Key {
    /// `reader.polite_requests`
    pub name: &'static str,
    /// The environment variable.
    pub environment: &'static str,
    /// What it decides.
    pub doc: &'static str,
    /// Whether it may also be read from the file that `<environment>_FILE` names, and is never shown.
    pub secret: bool,
    pub(super) is_path: bool,
    pub(super) toml: &'static [&'static str],
    pub(super) range: Option<&'static str>,
    pub(super) type_allowed: fn() -> String,
    pub(super) set: fn(&mut Settings, &str) -> bool,
    pub(super) show: fn(&Settings) -> Option<String>,
}

impl Key {
    pub(super) const fn hidden(self) -> Self {
        Self { secret: true, ..self }
    }

    /// What may stand there, to be read after "must be".
    pub fn allowed(&self) -> String {
        self.range.map_or_else(self.type_allowed, ToOwned::to_owned)
    }

    /// The variable that names a file with the value; secrets alone have one.
    pub fn file_variable(&self) -> Option<String> {
        self.secret.then(|| format!("{}_FILE", self.environment))
    }

    /// The value in force as it may be shown; `None` when nothing is set.
    pub fn show(&self, settings: &Settings) -> Option<String> {
        (self.show)(settings)
    }
}

/// Puts the value where it belongs; `false` when it is not one that is allowed there.
pub(super) fn put<F: Field>(field: &mut F, text: &str, fits: impl Fn(&F::Value) -> bool) -> bool {
    let value = F::Value::read(text).filter(fits);
    let fitting = value.is_some();
    if let Some(value) = value {
        field.put(value);
    }
    fitting
}

pub(super) fn shown<F: Field>(field: &F) -> Option<String> {
    field.get().map(Value::show)
}

pub(super) const fn toml_of<F: Field>(_field: fn(&Settings) -> &F) -> &'static [&'static str] {
    F::Value::TOML
}

pub(super) const fn is_path<F: Field>(_field: fn(&Settings) -> &F) -> bool {
    F::Value::IS_PATH
}

pub(super) fn allowed_of<F: Field>(_field: fn(&Settings) -> &F) -> String {
    F::Value::allowed()
}
