//! Finding ONNX Runtime on the machine. It must be loaded before anything of `ort` is touched, or `ort` panics.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

const FOLDERS: [&str; 8] = [
    "/usr/local/lib",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/opt/onnxruntime/lib",
    "/opt/homebrew/lib",
    "/opt/lib",
];

const FIX: &str = "install ONNX Runtime 1.24 or later and let embedding.onnxruntime name its libonnxruntime.so, \
                   or set embedding.kind = static";

/// Loads ONNX Runtime from the file or folder that is set, else from the usual library folders. The first one
/// that a process loads stays.
pub fn load(set: Option<&Path>) -> Result<()> {
    let candidates = match set {
        Some(path) if path.is_dir() => in_folder(path),
        Some(path) => vec![path.to_owned()],
        None => beside_program().into_iter().chain(FOLDERS.map(PathBuf::from)).flat_map(in_folder).collect(),
    };
    let mut failure = None;
    for library in &candidates {
        match load_file(library) {
            Ok(()) => return Ok(()),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    if let Some(failure) = failure {
        return Err(failure.context(FIX));
    }
    match set {
        Some(path) => bail!("there is no libonnxruntime.so in {}: {FIX}", path.display()),
        None => bail!("ONNX Runtime was not found in the usual library folders: {FIX}"),
    }
}

fn load_file(library: &Path) -> Result<()> {
    let library = std::path::absolute(library).context("find the current folder")?;
    if !library.is_file() {
        bail!("there is no {}", library.display());
    }
    // Loading is all that is wanted: fastembed makes the one environment that a process may have.
    drop(ort::init_from(&library).context("load ONNX Runtime")?);
    Ok(())
}

fn beside_program() -> Option<PathBuf> {
    Some(std::env::current_exe().ok()?.parent()?.to_owned())
}

/// `libonnxruntime.so`, else the newest `libonnxruntime.so.*`.
fn in_folder(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is_runtime = |path: &PathBuf| {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        name == "libonnxruntime.dylib"
            || name == "libonnxruntime.so"
            || name.starts_with("libonnxruntime.so.")
    };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_runtime).collect();
    found.sort_by_key(|path| std::cmp::Reverse(version(path)));
    found
}

/// The numbers after `.so.`; a name without them comes first.
fn version(path: &Path) -> (bool, Vec<u32>) {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let numbers: Vec<u32> = name.split('.').filter_map(|part| part.parse().ok()).collect();
    (numbers.is_empty(), numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_library_of_a_folder_is_tried_first() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["libonnxruntime.so.1.9.0", "libonnxruntime.so.1.31.1", "libonnxruntime_providers_shared.so"]
        {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<_> =
            in_folder(folder.path()).iter().map(|p| p.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["libonnxruntime.so.1.31.1", "libonnxruntime.so.1.9.0"]);
    }

    #[test]
    fn a_missing_or_broken_library_is_an_error_that_names_the_fix() {
        let folder = tempfile::tempdir().unwrap();
        let broken = folder.path().join("libonnxruntime.so");
        std::fs::write(&broken, "not a library").unwrap();
        for set in [folder.path(), &broken, Path::new("/nowhere/libonnxruntime.so")] {
            let error = format!("{:#}", load(Some(set)).unwrap_err());
            assert!(error.contains("embedding.onnxruntime"), "{error}");
        }
    }
}
