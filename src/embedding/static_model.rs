//! Static models: a vector per token, averaged. One is inside the program.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use model2vec_rs::model::StaticModel;

use super::Vector;

const BUILT_IN: &str = "minilm-l6-static-256";
const TOKENIZER: &[u8] = include_bytes!("../../models/minilm-l6-static-256/tokenizer.json");
const VECTORS: &[u8] = include_bytes!("../../models/minilm-l6-static-256/model.safetensors");
const CONFIG: &[u8] = include_bytes!("../../models/minilm-l6-static-256/config.json");

/// A static model in memory; clones share it.
#[derive(Clone, Debug)]
pub struct StaticEmbedding {
    id: Arc<str>,
    model: StaticModel,
}

/// Loads the model of a folder (`tokenizer.json`, `model.safetensors`, `config.json`), or the built-in one.
pub fn open(folder: Option<&Path>) -> Result<StaticEmbedding> {
    let Some(folder) = folder else {
        let model = StaticModel::from_bytes(TOKENIZER, VECTORS, CONFIG, Some(true));
        return Ok(StaticEmbedding {
            id: format!("static:{BUILT_IN}").into(),
            model: model.context("load the built-in model")?,
        });
    };
    let file = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).with_context(|| {
            format!("read {}: embedding.model must name the folder of a Model2Vec model", path.display())
        })
    };
    let (tokenizer, vectors, config) =
        (file("tokenizer.json")?, file("model.safetensors")?, file("config.json")?);
    let model = StaticModel::from_bytes(tokenizer, vectors, config, Some(true))
        .with_context(|| format!("load the static model in {}", folder.display()))?;
    Ok(StaticEmbedding { id: format!("static:{}", folder_name(folder)).into(), model })
}

/// The last part of the path, by which a model is told from others.
pub fn folder_name(folder: &Path) -> String {
    let absolute = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    absolute.file_name().map_or_else(|| "model".to_owned(), |name| name.to_string_lossy().into_owned())
}

impl StaticEmbedding {
    /// Kind and name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// One unit vector a phrase.
    pub fn embed(&self, phrases: &[&str]) -> Vec<Vector> {
        phrases.iter().map(|phrase| self.model.encode_single(phrase)).collect()
    }
}
