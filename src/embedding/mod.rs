//! Words to vectors. The vectors of one model are never compared with those of another.

#[cfg(feature = "fastembed")]
mod onnx;
#[cfg(feature = "fastembed")]
mod onnx_runtime;
mod static_model;

use anyhow::Result;

use crate::config::{EmbeddingKind, EmbeddingSettings};

/// A unit vector, or zeros for a phrase in which the model knows no word; its length is the model's dimension.
pub type Vector = Vec<f32>;

/// A model that turns phrases into unit vectors. Cheap to clone; safe to call from any thread.
#[derive(Clone, Debug, Default)]
pub enum Embedding {
    /// No model: names, aliases and spelling only.
    #[default]
    Off,
    /// A vector per token, averaged.
    Static(static_model::StaticEmbedding),
    /// An ONNX model, run by ONNX Runtime.
    #[cfg(feature = "fastembed")]
    Fastembed(onnx::OnnxEmbedding),
}

impl Embedding {
    /// Loads the model that is set; fails, naming the fix, when that one can't be had.
    pub fn open(settings: &EmbeddingSettings) -> Result<Self> {
        match settings.kind {
            EmbeddingKind::Off => Ok(Self::Off),
            EmbeddingKind::Static => Ok(Self::Static(static_model::open(settings.model.as_deref())?)),
            EmbeddingKind::Fastembed => open_onnx(settings),
        }
    }

    /// As [`Embedding::open`], but goes on with the model inside the program; then says why, for people to read.
    pub fn open_or_static(settings: &EmbeddingSettings) -> (Self, Option<String>) {
        let failure = match Self::open(settings) {
            Ok(embedding) => return (embedding, None),
            Err(failure) => format!("{failure:#}"),
        };
        match static_model::open(None) {
            Ok(model) => (Self::Static(model), Some(format!("{failure}; going on with the built-in model"))),
            Err(second) => (Self::Off, Some(format!("{failure}; the built-in model failed too: {second:#}"))),
        }
    }

    /// What the vectors and thresholds belong to, such as `static:minilm-l6-static-256`; `off` for none.
    pub fn id(&self) -> &str {
        match self {
            Self::Off => "off",
            Self::Static(model) => model.id(),
            #[cfg(feature = "fastembed")]
            Self::Fastembed(model) => model.id(),
        }
    }

    /// One vector a phrase, in order, whatever else is asked beside it; `None` when there is no model or it
    /// failed (which is logged once).
    pub fn embed(&self, phrases: &[&str]) -> Option<Vec<Vector>> {
        match self {
            Self::Off => None,
            Self::Static(model) => Some(model.embed(phrases)),
            #[cfg(feature = "fastembed")]
            Self::Fastembed(model) => model.embed(phrases),
        }
    }
}

#[cfg(feature = "fastembed")]
fn open_onnx(settings: &EmbeddingSettings) -> Result<Embedding> {
    let Some(folder) = settings.model.as_deref() else {
        anyhow::bail!("embedding.kind = fastembed needs embedding.model, the folder of an ONNX model")
    };
    onnx_runtime::load(settings.onnxruntime.as_deref())?;
    Ok(Embedding::Fastembed(onnx::open(folder)?))
}

#[cfg(not(feature = "fastembed"))]
fn open_onnx(_: &EmbeddingSettings) -> Result<Embedding> {
    anyhow::bail!(
        "this chit was built without fastembed: set embedding.kind = static, or build with --features fastembed"
    )
}
