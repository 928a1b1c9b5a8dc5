//! What a command is given: settings, clock, the database on request, and the wish to end.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::{App, Tools};
use crate::cache::Cache;
use crate::channels::{self, Console, Destinations};
use crate::clock::Clock;
use crate::config::{ConfigError, Loaded, Parser, Problem, Settings};
use crate::db::{self, Db};
use crate::doctor::{Part, Surroundings, Trouble};
use crate::embedding::Embedding;
use crate::llm::{Kept, Llm};

/// Everything that a command may use.
#[derive(Clone)]
pub struct Context {
    /// What is in force.
    pub settings: Settings,
    /// The same, with where each value came from.
    pub loaded: Loaded,
    /// The time, in the restaurant's zone.
    pub clock: Clock,
    /// What standard output and error can show.
    pub terminal: Terminal,
    /// The wish to end.
    pub ending: Ending,
}

/// What can be shown on which stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Standard output is looked at by a person, and colour is welcome.
    pub colour_out: bool,
    /// Standard error is looked at by a person, and colour is welcome.
    pub colour_err: bool,
    /// Standard error can show a progress bar.
    pub progress: bool,
}

/// The first Ctrl-C asks a command to finish what is in flight, the second ends it at once. A command
/// that never took the token has nothing in flight, and the first ends it.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    token: CancellationToken,
    taken: Arc<AtomicBool>,
}

impl Ending {
    /// The token that is cancelled when the command should finish. Who takes it has to heed it.
    pub fn token(&self) -> CancellationToken {
        self.taken.store(true, Ordering::SeqCst);
        self.token.clone()
    }

    /// Whether the command ends by itself.
    pub(super) fn is_heeded(&self) -> bool {
        self.taken.load(Ordering::SeqCst)
    }

    pub(super) fn ask(&self) {
        self.token.cancel();
    }

    /// Whether somebody asked.
    pub fn is_asked(&self) -> bool {
        self.token.is_cancelled()
    }
}

impl Context {
    /// Opens the database in force, starts the private one where none is named.
    ///
    /// # Errors
    /// When it can't be reached or started.
    pub async fn database(&self) -> anyhow::Result<Db> {
        Ok(db::open(&self.settings).await?)
    }

    /// Opens everything that the loops need.
    ///
    /// # Errors
    /// When the database, the menu or a channel can't be opened.
    pub async fn app(&self) -> anyhow::Result<App> {
        self.app_of(self.settings.clone(), self.console()).await
    }

    /// Notices on standard output.
    pub fn console(&self) -> Console {
        Console::new(Box::new(std::io::stdout()), self.terminal.colour_out)
    }

    /// As [`Context::app`], with other settings or another console.
    ///
    /// # Errors
    /// As [`Context::app`].
    pub async fn app_of(&self, settings: Settings, console: Console) -> anyhow::Result<App> {
        let (embedding, problem) = Embedding::open_or_static(&settings.embedding);
        if let Some(problem) = problem {
            tracing::warn!(problem, "the embedding model that is set can't be used");
        }
        writable(settings.notify.file.as_deref())?;
        let destinations = channels::open(&settings.notify, &settings.data_dir, console)?;
        let cache = Cache::open(settings.memcached_url.as_deref())?;
        let db = db::open(&settings).await?;
        App::open(settings, db, self.clock, Tools { embedding, cache, destinations }).await
    }

    /// What the doctor can't see in settings and database. Whatever is wrong is found, not raised.
    pub async fn surroundings(&self) -> Surroundings {
        let settings = &self.settings;
        let console = Console::new(Box::new(std::io::sink()), false);
        let destinations = channels::open(&settings.notify, &settings.data_dir, console);
        Surroundings {
            settings_from: settings_from(&self.loaded),
            cache: cache_part(settings.memcached_url.as_deref()).await,
            embedding: embedding_part(settings),
            llm: llm_part(settings).await,
            destinations: destinations
                .iter()
                .flat_map(Destinations::iter)
                .map(|d| d.name.to_owned())
                .collect(),
        }
    }
}

/// Notices that can't be written would be tried again for ever: better told at the start.
fn writable(file: Option<&Path>) -> Result<(), ConfigError> {
    let Some(file) = file else { return Ok(()) };
    let opened = std::fs::OpenOptions::new().create(true).append(true).open(file);
    opened.map(drop).map_err(|error| {
        let what =
            format!("{} can't be written ({error}): name a file that can, or unset it", file.display());
        ConfigError { problems: vec![Problem { place: "notify.file".to_owned(), what }] }
    })
}

async fn cache_part(url: Option<&str>) -> Part {
    match Cache::open(url) {
        Ok(cache) => {
            let trouble =
                cache.probe().await.err().map(|error| trouble(&error, "the menu is read from Postgres"));
            Part { description: cache.describe(), trouble }
        }
        Err(error) => {
            Part { description: "none".to_owned(), trouble: Some(trouble(&error, "set MEMCACHED_URL")) }
        }
    }
}

fn embedding_part(settings: &Settings) -> Part {
    let (embedding, problem) = Embedding::open_or_static(&settings.embedding);
    let trouble = problem.map(|problem| trouble(&anyhow::anyhow!(problem), "chit config show"));
    Part { description: embedding.id().to_owned(), trouble }
}

/// How long a person who asks waits for a language model: one that was idle has to read its prompt first.
const LLM_PROBE: Duration = Duration::from_secs(15);

async fn llm_part(settings: &Settings) -> Option<Part> {
    const DEGRADED: &str = "degraded: the grammar reads alone, and what it is unsure of waits for a person";
    if settings.parser() == Parser::Grammar {
        return None;
    }
    let name = settings.llm.model.clone().unwrap_or_default();
    let address = settings.llm.base_url.clone().unwrap_or_default();
    let asked = match Llm::open(&settings.llm, Kept::Nowhere) {
        Ok(Some(llm)) => llm.probe(LLM_PROBE).await.map_err(anyhow::Error::from),
        Ok(None) => return None,
        Err(error) => Err(error),
    };
    let (answered, trouble) = match asked {
        Ok(took) => (format!(", answers in {} ms", took.as_millis()), None),
        Err(error) => {
            let finding = format!("{error:#}; {DEGRADED}");
            let remedy = "start it, or correct llm.base_url, llm.model or llm.api_key: chit config show";
            (String::new(), Some(Trouble { finding, remedy: remedy.to_owned() }))
        }
    };
    Some(Part { description: format!("{name} at {address}{answered}"), trouble })
}

fn trouble(error: &anyhow::Error, remedy: &str) -> Trouble {
    Trouble { finding: format!("{error:#}"), remedy: remedy.to_owned() }
}

fn settings_from(loaded: &Loaded) -> String {
    let file = loaded.file.as_ref().map(|path| path.display().to_string());
    let set = loaded.shown().iter().filter(|shown| shown.origin != "default").count();
    format!(
        "{}; {set} values set, the others are defaults",
        file.unwrap_or_else(|| "no chit.toml".to_owned())
    )
}
