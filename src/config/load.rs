//! Layers the sources over each other and says where each value came from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::error::Problem;
use super::{CONFIG_FILE_VARIABLE, ConfigError, KEYS, Key, Parser, Settings, file};

/// Where settings are looked for. Nothing else is read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// From the command line; of two for one key the later counts.
    pub flags: Vec<Flag>,
    /// The process's variables. An empty one counts as not set.
    pub environment: BTreeMap<String, String>,
    /// Read if it exists.
    pub dotenv: Option<PathBuf>,
    /// What `--config` names: it must exist. Unset: what `CHIT_CONFIG` names, or else
    /// `default_file`.
    pub file: Option<PathBuf>,
    /// Read if it exists.
    pub default_file: Option<PathBuf>,
}

/// A value from the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// As it was typed: `--data-dir`, `--set`.
    pub name: String,
    /// The dotted key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Settings, and where each came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What is in force; `data_dir` is absolute.
    pub settings: Settings,
    /// The configuration file that was read.
    pub file: Option<PathBuf>,
    origins: BTreeMap<&'static str, Origin>,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A line of the configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
    /// A variable in `.env`.
    Dotenv(String),
    /// A variable of the process.
    Environment(String),
    /// The command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Dotenv(name) => write!(f, ".env {name}"),
            Self::Environment(name) | Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A key with its value, as `chit config show` prints it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Shown {
    /// The dotted name.
    pub key: &'static str,
    /// Secrets hidden; `None` when nothing is set.
    pub value: Option<String>,
    /// `default`, `chit.toml:4`, `CHIT_LOG`, `--set`.
    pub origin: String,
}

impl Loaded {
    /// Every key with its value and origin, in the order of the table.
    pub fn shown(&self) -> Vec<Shown> {
        let row = |key: &'static Key| Shown {
            key: key.name,
            value: key.show(&self.settings),
            origin: self.origin(key.name).to_string(),
        };
        KEYS.iter().map(row).collect()
    }

    /// Where the value of this key came from.
    pub fn origin(&self, key: &str) -> &Origin {
        self.origins.get(key).unwrap_or(&Origin::Default)
    }
}

pub(super) struct Entry {
    pub key: &'static Key,
    pub text: String,
    pub origin: Origin,
    /// The folder from which a relative path is taken; unset: the working directory.
    pub base: Option<PathBuf>,
}

/// Flags over environment over `.env` over the file over defaults.
///
/// # Errors
/// Everything that is wrong at once, with place and remedy. A wrong value is an error even where
/// another source overrides it.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    let mut problems = Vec::new();
    let dotenv = sources.dotenv.as_deref().map(file::dotenv_variables).transpose()?.unwrap_or_default();
    let named = |variables: &BTreeMap<String, String>| {
        variables.get(CONFIG_FILE_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
    };
    let found = || sources.default_file.clone().filter(|path| path.exists());
    let config_file = sources
        .file
        .clone()
        .or_else(|| named(&sources.environment))
        .or_else(|| named(&dotenv))
        .or_else(found);

    let mut entries = match &config_file {
        Some(path) => file::toml_entries(path, &mut problems)?,
        None => Vec::new(),
    };
    entries.extend(variable_entries(&dotenv, Origin::Dotenv, &mut problems));
    entries.extend(variable_entries(&sources.environment, Origin::Environment, &mut problems));
    entries.extend(flag_entries(&sources.flags, &mut problems));

    let mut loaded = Loaded { settings: Settings::default(), file: config_file, origins: BTreeMap::new() };
    for entry in entries {
        apply(entry, &mut loaded, &mut problems);
    }
    if let Err(problem) = complete(&mut loaded) {
        problems.push(problem);
    }
    if problems.is_empty() { Ok(loaded) } else { Err(ConfigError { problems }) }
}

fn variable_entries(
    variables: &BTreeMap<String, String>,
    origin: fn(String) -> Origin,
    problems: &mut Vec<Problem>,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (name, value) in variables.iter().filter(|(_, value)| !value.is_empty()) {
        let key = KEYS.iter().find(|key| key.environment == name);
        let file_key = || KEYS.iter().find(|key| key.file_variable().as_deref() == Some(name.as_str()));
        let (key, text) = match (key, key.is_none().then(file_key).flatten()) {
            (Some(key), _) => (key, value.clone()),
            (None, Some(key)) => match std::fs::read_to_string(value) {
                Ok(text) => (key, text.trim_end_matches(['\r', '\n']).to_owned()),
                Err(error) => {
                    problems.push(problem(name, format!("the file {value} can't be read: {error}")));
                    continue;
                }
            },
            (None, None) => {
                problems.extend(unknown_variable(name));
                continue;
            }
        };
        if entries.iter().any(|entry| entry.key.name == key.name) {
            problems.push(problem(name, format!("{} is set as well: unset one of them", key.environment)));
        }
        entries.push(Entry { key, text, origin: origin(name.clone()), base: None });
    }
    entries
}

fn unknown_variable(name: &str) -> Option<Problem> {
    let ours = name.starts_with("CHIT_") && !name.starts_with("CHIT_TEST_") && name != CONFIG_FILE_VARIABLE;
    let nearest = || {
        let names = KEYS.iter().map(|key| key.environment);
        // Well-known variables have no prefix.
        let bare = name.strip_prefix("CHIT_").unwrap_or(name);
        let far = |known: &&str| {
            strsim::damerau_levenshtein(known, name).min(strsim::damerau_levenshtein(known, bare))
        };
        names.min_by_key(far).unwrap_or_default()
    };
    ours.then(|| problem(name, format!("unknown variable; did you mean {}?", nearest())))
}

fn flag_entries(flags: &[Flag], problems: &mut Vec<Problem>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for flag in flags {
        let text = flag.value.clone();
        match key_named(&flag.key) {
            Some(key) => {
                entries.push(Entry { key, text, origin: Origin::Flag(flag.name.clone()), base: None });
            }
            None => problems.push(problem(&flag.name, unknown_key(&flag.key))),
        }
    }
    entries
}

fn apply(entry: Entry, loaded: &mut Loaded, problems: &mut Vec<Problem>) {
    let Entry { key, text, origin, base } = entry;
    let based = |base: &Path| base.join(&text).to_string_lossy().into_owned();
    let resolved = base.as_deref().filter(|_| key.is_path && !text.starts_with('~')).map(based);
    if (key.set)(&mut loaded.settings, resolved.as_deref().unwrap_or(&text)) {
        loaded.origins.insert(key.name, origin);
        return;
    }
    let value = if key.secret { String::new() } else { format!(" = {text}") };
    problems.push(problem(&origin.to_string(), format!("`{}`{value} must be {}", key.name, key.allowed())));
}

/// What depends on more than one value, or on the machine.
fn complete(loaded: &mut Loaded) -> Result<(), Problem> {
    let settings = &mut loaded.settings;
    if settings.data_dir.as_os_str().is_empty() {
        settings.data_dir = directories::ProjectDirs::from("", "", "chit")
            .map(|folders| folders.data_dir().to_owned())
            .ok_or_else(|| {
                problem("data_dir", "there is no home directory: set --data-dir or CHIT_DATA_DIR")
            })?;
    }
    settings.data_dir = std::path::absolute(&settings.data_dir)
        .map_err(|error| problem("data_dir", format!("has no absolute path: {error}")))?;
    complete_llm(settings)?;
    match (settings.reader.refuse, settings.reader.accept) {
        (Some(refuse), Some(accept)) if refuse > accept => Err(problem(
            "reader.refuse",
            format!("`reader.refuse` = {refuse} must not be over `reader.accept` = {accept}"),
        )),
        _ => Ok(()),
    }
}

/// A claim has to outlast the wait for the model by this, in seconds: or another worker takes the message over.
const BEYOND_THE_DEADLINE: u32 = 5;

fn complete_llm(settings: &mut Settings) -> Result<(), Problem> {
    let parser = settings.parser();
    let llm = &mut settings.llm;
    llm.base_url = llm.base_url.take().map(|url| url.trim_end_matches('/').to_owned());
    if parser == Parser::Grammar {
        return Ok(());
    }
    if llm.base_url.is_none() {
        let what =
            format!("{parser:?} needs a language model: set llm.base_url and llm.model, or use grammar");
        return Err(problem("reader.parser", what.to_lowercase()));
    }
    if llm.model.is_none() {
        return Err(problem("llm.model", "llm.base_url is set: name the model to ask there"));
    }
    let (deadline, lease) = (llm.deadline_seconds, settings.listener.lease_seconds);
    if lease < deadline.saturating_add(BEYOND_THE_DEADLINE) {
        let least = deadline.saturating_add(BEYOND_THE_DEADLINE);
        let what =
            format!("with llm.deadline_seconds = {deadline} it must be at least {least}, and is {lease}");
        return Err(problem("listener.lease_seconds", what));
    }
    Ok(())
}

fn problem(place: &str, what: impl Into<String>) -> Problem {
    Problem { place: place.to_owned(), what: what.into() }
}

pub(super) fn key_named(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

pub(super) fn is_below(key: &str, section: &str) -> bool {
    key.strip_prefix(section).is_some_and(|rest| rest.starts_with('.'))
}

/// The nearest is sought among whole names, their last parts and the sections, so that a key that lost
/// its section is recognised.
pub(super) fn unknown_key(name: &str) -> String {
    let first_below = KEYS.iter().find(|key| is_below(key.name, name));
    if let Some(key) = first_below {
        return format!("`{name}` is a section: name one of its keys, such as `{}`", key.name);
    }
    let sections =
        KEYS.iter().filter_map(|key| key.name.split_once('.')).map(|(section, _)| (section, section));
    let last = |key: &'static Key| (key.name.rsplit('.').next().unwrap_or_default(), key.name);
    let known = KEYS.iter().map(|key| (key.name, key.name)).chain(sections).chain(KEYS.iter().map(last));
    let nearest = known.min_by_key(|(known, _)| strsim::damerau_levenshtein(known, name));
    format!("unknown key `{name}`; did you mean `{}`?", nearest.map_or("", |(_, whole)| whole))
}
