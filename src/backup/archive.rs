//! The file: a tar with a manifest in front.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub const FORMAT: u32 = 1;
pub const DATABASE: &str = "database.dump";
pub const MISCELLANEOUS: &str = "miscellaneous.jsonl";
const MANIFEST: &str = "manifest.json";
const LARGEST_MANIFEST: u64 = 1 << 20;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of the file itself.
    pub format: u32,
    /// The version of the program that wrote it.
    pub chit: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// The schema in which the tables are.
    pub schema: String,
    /// The newest migration of the tables.
    pub schema_version: i64,
    /// The other files in it, in their order.
    pub files: Vec<Entry>,
    /// How many rows each table had.
    pub rows: BTreeMap<String, i64>,
}

/// One file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its digest, in hexadecimal digits.
    pub sha256: String,
}

impl Entry {
    /// What a file looks like right now.
    ///
    /// # Errors
    /// It can't be read.
    pub fn of(name: &str, path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
        Self::copied(name, file, &mut io::sink()).with_context(|| format!("read {}", path.display()))
    }

    fn copied(name: &str, mut from: impl Read, to: &mut dyn Write) -> io::Result<Self> {
        let mut digest = Sha256::new();
        let mut bytes = 0;
        let mut buffer = vec![0; 1 << 16];
        loop {
            let length = from.read(&mut buffer)?;
            if length == 0 {
                let sha256 = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
                return Ok(Self { name: name.to_owned(), bytes, sha256 });
            }
            digest.update(&buffer[..length]);
            to.write_all(&buffer[..length])?;
            bytes += length as u64;
        }
    }
}

/// Writes the manifest and its files, which are given in its order.
///
/// # Errors
/// A file can't be read, or the archive can't be written.
pub fn write(manifest: &Manifest, files: &[&Path], to: &File) -> Result<()> {
    let mut tar = tar::Builder::new(BufWriter::new(to));
    let text = serde_json::to_vec_pretty(manifest).context("write the manifest")?;
    let mut header = header(manifest, text.len() as u64);
    tar.append_data(&mut header, MANIFEST, text.as_slice()).context("write the manifest")?;
    for (entry, path) in manifest.files.iter().zip(files) {
        let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
        let mut header = self::header(manifest, entry.bytes);
        tar.append_data(&mut header, &entry.name, file).with_context(|| format!("pack {}", entry.name))?;
    }
    tar.into_inner().and_then(|mut out| out.flush()).context("write the archive")?;
    to.sync_all().context("sync the archive")
}

/// Reads an archive to its end and compares every length and digest.
///
/// # Errors
/// It isn't a backup, or not a whole one.
pub fn verify(archive: &Path) -> Result<Manifest> {
    read(archive, |_| Ok(Box::new(io::sink())))
}

/// Does what [`verify`] does, and writes the files into a folder.
///
/// # Errors
/// As [`verify`]; the folder can't be written.
pub fn unpack(archive: &Path, folder: &Path) -> Result<Manifest> {
    read(archive, |name| {
        let path = folder.join(name);
        Ok(Box::new(File::create(&path).with_context(|| format!("write {}", path.display()))?))
    })
}

fn read(archive: &Path, mut place: impl FnMut(&str) -> Result<Box<dyn Write>>) -> Result<Manifest> {
    let file = File::open(archive).with_context(|| format!("open {}", archive.display()))?;
    let mut tar = tar::Archive::new(BufReader::new(file));
    let mut entries = tar.entries().context("open the archive")?;
    let first = entries.next().context("it is empty")?.context("it is not a tar file")?;
    let manifest = manifest(first)?;
    for expected in &manifest.files {
        ensure!(
            [DATABASE, MISCELLANEOUS].contains(&expected.name.as_str()),
            "{} is not part of a backup",
            expected.name
        );
        let entry =
            entries.next().with_context(|| format!("{} is missing: it was cut short", expected.name))??;
        let is_next = entry.path()?.to_str() == Some(expected.name.as_str());
        ensure!(is_next, "{} comes where {} should", entry.path()?.display(), expected.name);
        let mut to = place(&expected.name)?;
        let found = Entry::copied(&expected.name, entry, &mut *to)
            .with_context(|| format!("{} can't be read: was it cut short?", expected.name))?;
        to.flush().with_context(|| format!("write {}", expected.name))?;
        ensure!(found.bytes >= expected.bytes, "{} was cut short", expected.name);
        ensure!(found == *expected, "{} is damaged: its digest is not the manifest's", expected.name);
    }
    Ok(manifest)
}

fn manifest(entry: tar::Entry<'_, impl Read>) -> Result<Manifest> {
    ensure!(entry.path()?.to_str() == Some(MANIFEST), "it does not begin with {MANIFEST}");
    let mut text = String::new();
    entry.take(LARGEST_MANIFEST).read_to_string(&mut text).context("read its manifest")?;
    let value: serde_json::Value = serde_json::from_str(&text).context("read its manifest")?;
    let format = value.get("format").and_then(serde_json::Value::as_u64);
    if format != Some(u64::from(FORMAT)) {
        bail!("its format {format:?} is not known to this chit: use the one that wrote it, or a newer one");
    }
    serde_json::from_value(value).context("read its manifest")
}

fn header(manifest: &Manifest, bytes: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(manifest.created_at.timestamp()).unwrap_or(0));
    header
}
