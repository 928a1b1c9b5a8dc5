//! ONNX models of the owner's choice, on a thread of their own because a session is used by one at a time.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use anyhow::{Context, Result, bail, ensure};
use fastembed::{InitOptionsUserDefined, Pooling, TextEmbedding, TokenizerFiles, UserDefinedEmbeddingModel};

use super::Vector;
use super::static_model::folder_name;

/// Where exporters put the model inside its folder; the first that exists is taken.
const MODEL_FILES: [&str; 6] = [
    "model.onnx",
    "onnx/model.onnx",
    "model_int8.onnx",
    "onnx/model_int8.onnx",
    "model_quantized.onnx",
    "onnx/model_quantized.onnx",
];

/// Tokens read of a phrase; what customers call a dish is far shorter.
const MAX_TOKENS: usize = 64;

/// A handle on the thread that runs the model; the thread ends with the last handle.
#[derive(Clone, Debug)]
pub struct OnnxEmbedding {
    id: Arc<str>,
    requests: mpsc::Sender<Request>,
    failed: Arc<AtomicBool>,
}

#[derive(Debug)]
struct Request {
    phrases: Vec<String>,
    answer: mpsc::SyncSender<Result<Vec<Vector>>>,
}

/// Loads the ONNX model of a folder, with its tokenizer and its way of pooling. ONNX Runtime must be loaded.
pub fn open(folder: &Path) -> Result<OnnxEmbedding> {
    let about = || format!("load the ONNX model in {}", folder.display());
    let mut model = load(folder).with_context(about)?;
    encode(&mut model, &["a first phrase".to_owned()]).with_context(about)?;
    let (requests, inbox) = mpsc::channel::<Request>();
    std::thread::Builder::new()
        .name("embedding".to_owned())
        .spawn(move || {
            for Request { phrases, answer } in inbox {
                // Whoever asked may have gone.
                let _ = answer.send(encode(&mut model, &phrases));
            }
        })
        .context("start the thread of the embedding")?;
    let id = format!("fastembed:{}", folder_name(folder)).into();
    Ok(OnnxEmbedding { id, requests, failed: Arc::default() })
}

impl OnnxEmbedding {
    /// Kind and name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// One unit vector a phrase; `None` from the first failure on, which is logged.
    pub fn embed(&self, phrases: &[&str]) -> Option<Vec<Vector>> {
        if self.failed.load(Ordering::Relaxed) {
            return None;
        }
        match self.ask(phrases) {
            Ok(vectors) => Some(vectors),
            Err(error) => {
                if !self.failed.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        model = %self.id,
                        "the embedding failed, going on without it until the next start: {error:#}"
                    );
                }
                None
            }
        }
    }

    fn ask(&self, phrases: &[&str]) -> Result<Vec<Vector>> {
        let (answer, answered) = mpsc::sync_channel(1);
        let phrases = phrases.iter().map(|&phrase| phrase.to_owned()).collect();
        let ended = "the thread of the embedding has ended";
        self.requests.send(Request { phrases, answer }).ok().context(ended)?;
        answered.recv().context(ended)?
    }
}

/// One phrase at a time: a dynamically quantized model gives a phrase another vector beside other phrases.
fn encode(model: &mut TextEmbedding, phrases: &[String]) -> Result<Vec<Vector>> {
    let vectors = model.embed(phrases, Some(1)).context("run the model")?;
    ensure!(vectors.len() == phrases.len(), "{} vectors for {} phrases", vectors.len(), phrases.len());
    ensure!(vectors.iter().flatten().all(|x| x.is_finite()), "a vector that is not finite");
    Ok(vectors)
}

fn load(folder: &Path) -> Result<TextEmbedding> {
    let onnx = model_file(folder)?;
    let file = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path)
            .with_context(|| format!("read {}: it belongs to the model, copy it there", path.display()))
    };
    let tokenizer = TokenizerFiles {
        tokenizer_file: file("tokenizer.json")?,
        config_file: file("config.json")?,
        // Newer exports keep these in the tokenizer itself.
        special_tokens_map_file: file("special_tokens_map.json").unwrap_or_else(|_| b"{}".to_vec()),
        tokenizer_config_file: file("tokenizer_config.json")?,
    };
    let pooling = pooling(&file("1_Pooling/config.json")?).context("read 1_Pooling/config.json")?;
    let onnx = std::fs::read(&onnx).with_context(|| format!("read {}", onnx.display()))?;
    let model = UserDefinedEmbeddingModel::new(onnx, tokenizer).with_pooling(pooling);
    // One thread a model: the workers already use the cores.
    let options = InitOptionsUserDefined::new().with_max_length(MAX_TOKENS).with_intra_threads(1);
    Ok(TextEmbedding::try_new_from_user_defined(model, options)?)
}

fn model_file(folder: &Path) -> Result<PathBuf> {
    match MODEL_FILES.iter().map(|name| folder.join(name)).find(|path| path.is_file()) {
        Some(path) => Ok(path),
        None => bail!("none of {} is there", MODEL_FILES.join(", ")),
    }
}

/// How sentence-transformers says that token vectors become one.
fn pooling(config: &[u8]) -> Result<Pooling> {
    let config: serde_json::Value = serde_json::from_slice(config)?;
    let set = |name: &str| config[format!("pooling_mode_{name}")].as_bool().unwrap_or(false);
    let named = config["pooling_mode"].as_str().unwrap_or_default();
    match (set("cls_token") || named == "cls", set("mean_tokens") || named == "mean") {
        (true, false) => Ok(Pooling::Cls),
        (false, true) => Ok(Pooling::Mean),
        (true, true) | (false, false) => {
            bail!("it must ask for either mean or CLS pooling, and for nothing else")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pooling_is_the_models_own() {
        let read = |config: &str| pooling(config.as_bytes()).ok();
        assert_eq!(
            read(r#"{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":false}"#),
            Some(Pooling::Cls)
        );
        assert_eq!(read(r#"{"pooling_mode_mean_tokens":true}"#), Some(Pooling::Mean));
        assert_eq!(read(r#"{"pooling_mode":"cls"}"#), Some(Pooling::Cls));
        assert_eq!(read(r#"{"pooling_mode_max_tokens":true}"#), None);
    }

    #[test]
    fn a_folder_without_a_model_says_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let error = format!("{:#}", load(folder.path()).err().unwrap());
        assert!(error.contains("model.onnx"), "{error}");
    }
}
