//! A part of `datasets/friday.csv`.

use std::fs::File;
use std::path::{Path, PathBuf};

/// A file in `folder` with the first rows of a Friday.
pub fn rows(folder: &Path, count: usize) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/friday.csv");
    let mut reader = csv::Reader::from_path(source).unwrap();
    let file = folder.join("friday.csv");
    let mut writer = csv::Writer::from_writer(File::create(&file).unwrap());
    writer.write_record(reader.headers().unwrap()).unwrap();
    let written = reader.records().take(count).map(|row| writer.write_record(&row.unwrap()).unwrap()).count();
    assert_eq!(written, count);
    writer.flush().unwrap();
    file
}
