//! The rules of the house, read out of ARCHITECTURE.md and held against the source.

#[path = "architecture/house.rs"]
mod house;
#[path = "architecture/paths.rs"]
mod paths;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use house::House;
use paths::used_modules;

/// Names that say nothing about what is inside.
const VAGUE_NAMES: [&str; 14] = [
    "service",
    "services",
    "manager",
    "handler",
    "handlers",
    "processor",
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "types",
    "models",
    "misc",
];

const LONG_FILE: usize = 300;
const TOO_LONG_FILE: usize = 400;

#[test]
fn a_module_uses_only_rows_below_its_own() {
    let house = house();
    let problems: Vec<String> = sources()
        .iter()
        .filter(|path| !path.ends_with("lib.rs"))
        .flat_map(|path| {
            let inside = module_path(path);
            let used = used_modules(&read(path), &inside);
            house
                .problems(&inside[0], &used)
                .into_iter()
                .map(|problem| format!("{}: {problem}", path.display()))
        })
        .collect();
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn every_module_has_one_row_and_every_row_its_modules() {
    let house = house();
    let modules: BTreeSet<String> = sources()
        .iter()
        .filter(|path| !path.ends_with("lib.rs"))
        .map(|path| module_path(path)[0].clone())
        .collect();
    let problems = house.drift(&modules);
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn files_stay_short_enough_to_read() {
    let mut too_long = Vec::new();
    for path in sources() {
        let lines = read(&path).lines().count();
        if lines > LONG_FILE {
            println!("{lines:5} lines: {} (look twice)", path.display());
        }
        if lines > TOO_LONG_FILE {
            too_long.push(format!("{}: {lines} lines; split it by what it does", path.display()));
        }
    }
    assert!(too_long.is_empty(), "\n{}\n", too_long.join("\n"));
}

#[test]
fn module_names_say_what_is_inside() {
    let vague: Vec<String> = sources()
        .iter()
        .filter(|path| module_path(path).iter().any(|part| VAGUE_NAMES.contains(&part.as_str())))
        .map(|path| format!("{}: name it after what it does", path.display()))
        .collect();
    assert!(vague.is_empty(), "\n{}\n", vague.join("\n"));
}

#[test]
fn the_readme_names_every_command() {
    let readme = read(&root().join("README.md"));
    let missing: Vec<String> = commands(&read(&root().join("src/cli/mod.rs")))
        .into_iter()
        .filter(|command| !readme.contains(&format!("`chit {command}")))
        .map(|command| format!("README.md: `chit {command}` is missing from the table of commands"))
        .collect();
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
}

/// The commands of lines such as `Simulate(simulate::SimulateArgs),`.
fn commands(source: &str) -> Vec<String> {
    source
        .lines()
        .filter_map(|line| line.trim().strip_suffix("Args),")?.split_once('('))
        .map(|(variant, _)| variant.to_lowercase())
        .collect()
}

#[test]
fn commands_are_read_out_of_their_enum() {
    let source = "enum Command {\n    Simulate(simulate::SimulateArgs),\n    Worker(listen::WorkerArgs),\n}";
    assert_eq!(commands(source), ["simulate", "worker"]);
}

#[test]
fn the_readme_names_every_setting() {
    let readme = read(&root().join("README.md"));
    let missing: Vec<String> = settings(&read(&root().join("src/config/mod.rs")), "Settings")
        .into_iter()
        .filter(|setting| !readme.contains(&format!("`{setting}`")))
        .map(|setting| format!("README.md: `{setting}` is missing from the table of settings"))
        .collect();
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
}

/// The dotted names of a struct's public fields; a field whose type is a struct of the same source stands
/// for that one's fields.
fn settings(source: &str, name: &str) -> Vec<String> {
    let Some((_, body)) = source.split_once(&format!("pub struct {name} {{")) else { return Vec::new() };
    let fields = body.lines().take_while(|line| *line != "}");
    fields
        .filter_map(|line| line.trim().strip_prefix("pub ")?.strip_suffix(',')?.split_once(": "))
        .flat_map(|(field, kind)| match settings(source, kind) {
            inner if inner.is_empty() => vec![field.to_owned()],
            inner => inner.iter().map(|name| format!("{field}.{name}")).collect(),
        })
        .collect()
}

#[test]
fn settings_are_read_out_of_their_structs() {
    let source = "pub struct Settings {\n    pub menu: PathBuf,\n    pub reader: Reader,\n}\n\
                  pub struct Reader {\n    /// Doc.\n    pub margin: Option<f32>,\n}\n";
    assert_eq!(settings(source, "Settings"), ["menu", "reader.margin"]);
}

fn house() -> House {
    House::read(&read(&root().join("ARCHITECTURE.md"))).expect("ARCHITECTURE.md holds the table of rows")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every Rust file under `src`.
fn sources() -> Vec<PathBuf> {
    let mut folders = vec![root().join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the source") {
            let path = entry.expect("an entry of the source").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    assert!(!files.is_empty(), "no source under {}", root().display());
    files.sort();
    files
}

/// `src/channels/discord.rs` is `["channels", "discord"]`, `src/channels/mod.rs` is `["channels"]`.
fn module_path(file: &Path) -> Vec<String> {
    let inside = file.strip_prefix(root().join("src")).expect("a file under src").with_extension("");
    let mut parts: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.len() > 1 && parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}
