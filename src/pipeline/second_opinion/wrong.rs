//! Why an answer does not hold, for staff and for the model.

/// Why an answer does not hold.
pub(super) struct Wrong {
    /// As staff read it: in no words of the model's.
    pub shown: String,
    /// As the model is told.
    pub told: String,
}

impl Wrong {
    pub fn new(shown: impl Into<String>, told: impl Into<String>) -> Self {
        Self { shown: shown.into(), told: told.into() }
    }

    /// Of what holds no word of the model's.
    pub fn plain(what: impl Into<String>) -> Self {
        let what = what.into();
        Self { shown: what.clone(), told: what }
    }
}
