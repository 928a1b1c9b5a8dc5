//! Words to vectors. The vectors of one model are never compared with those of another.

/// A unit vector; its length is the model's dimension.
pub type Vector = Vec<f32>;

/// A model that turns phrases into unit vectors. Cheap to clone; safe to call from any thread.
#[derive(Clone, Debug, Default)]
pub enum Embedding {
    /// No model: names, aliases and spelling only.
    #[default]
    Off,
}

impl Embedding {
    /// What the vectors and thresholds belong to, such as `static:minilm-l6-static-256`; `off` for none.
    pub fn id(&self) -> &str {
        match self {
            Self::Off => "off",
        }
    }

    /// One vector a phrase, in order; `None` when there is no model or it failed (which is logged once).
    pub fn embed(&self, phrases: &[&str]) -> Option<Vec<Vector>> {
        match self {
            Self::Off => {
                let _ = phrases;
                None
            }
        }
    }
}
