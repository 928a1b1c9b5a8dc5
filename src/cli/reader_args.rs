//! What messages are read against, for commands that need no database.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Serialize;

use crate::config::{EmbeddingKind, EmbeddingSettings, Parser, PoliteRequests, ReaderSettings, Settings};
use crate::embedding::Embedding;
use crate::llm::Kept;
use crate::menu::{Menu, read_csv};
use crate::pipeline::second_opinion::SecondOpinion;

/// The names under which a menu is found beside messages.
const MENU: &str = "menu.csv";
const MODIFIERS: &str = "modifiers.csv";

/// What messages are read against
#[derive(Clone, Debug, Default, Args)]
pub struct ReaderArgs {
    /// The menu, as CSV [default: the configured one; for `chit eval`, menu.csv beside the messages first]
    #[arg(long, value_name = "FILE")]
    menu: Option<PathBuf>,
    /// The modifiers, as CSV [default: modifiers.csv beside the menu that was named or found, else the
    /// configured ones]
    #[arg(long, value_name = "FILE")]
    modifiers: Option<PathBuf>,
    /// What a request in question form is
    #[arg(long, value_enum, value_name = "WHAT")]
    polite_requests: Option<PoliteRequests>,
    /// How words become vectors
    #[arg(long, value_enum, value_name = "KIND")]
    embedding: Option<EmbeddingKind>,
    /// Who reads: the grammar, a language model, or the model where the grammar is in doubt [default: as configured]
    #[arg(long, value_enum, value_name = "WHO")]
    parser: Option<Parser>,
    /// Keep the language model's answers in this file, and take known ones from there instead of asking again
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
}

/// The files that hold a menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MenuFiles {
    /// What is sold.
    pub menu: PathBuf,
    /// What can be chosen with it; `None`: nothing.
    pub modifiers: Option<PathBuf>,
}

/// A menu, and how to read messages against it.
pub struct Opened {
    /// What is sold.
    pub menu: Menu,
    /// How orders are understood.
    pub settings: ReaderSettings,
    /// How words become vectors.
    pub embedding: Embedding,
}

impl ReaderArgs {
    /// Reads menu and model. Rows of the menu that can't be used, and a configured model that can't be had, are
    /// told on standard error; a model asked for by flag must be there.
    pub fn open(&self, settings: &Settings) -> Result<Opened> {
        let menu = self.menu(settings)?;
        let polite_requests = self.polite_requests.unwrap_or(settings.reader.polite_requests);
        let reader = ReaderSettings { polite_requests, ..settings.reader.clone() };
        Ok(Opened { menu, settings: reader, embedding: self.embedding(&settings.embedding)? })
    }

    /// What a request in question form is, where a flag says so.
    pub fn polite_requests(&self) -> Option<PoliteRequests> {
        self.polite_requests
    }

    /// Who is asked where the reader is in doubt; `parser` stands before the flag, and the flag before the settings.
    ///
    /// # Errors
    /// When no model is configured though one is to be asked, or the file of answers can't be used.
    pub fn second_opinion(
        &self,
        settings: &Settings,
        parser: Option<Parser>,
    ) -> Result<Option<Arc<SecondOpinion>>> {
        let mut settings = settings.clone();
        settings.reader.parser = parser.or(self.parser).or(settings.reader.parser);
        if settings.parser() == Parser::Grammar {
            return Ok(None);
        }
        ensure!(
            settings.llm.base_url.is_some() && settings.llm.model.is_some(),
            "no language model is configured: set llm.base_url and llm.model (CHIT_LLM_BASE_URL, CHIT_LLM_MODEL)"
        );
        let kept = self.answers.as_deref().map(Kept::in_file).transpose()?.unwrap_or(Kept::Nowhere);
        SecondOpinion::open(&settings, kept)
    }

    /// The settings as these flags change them, for reading by the menu in the database.
    pub fn over(&self, mut settings: Settings) -> Result<Settings> {
        anyhow::ensure!(
            self.menu.is_none() && self.modifiers.is_none(),
            "--menu and --modifiers go with --dry-run; `chit menu import FILE` makes a file the menu in force"
        );
        settings.reader.polite_requests = self.polite_requests.unwrap_or(settings.reader.polite_requests);
        settings.embedding.kind = self.embedding.unwrap_or(settings.embedding.kind);
        anyhow::ensure!(
            self.answers.is_none(),
            "--answers goes with --dry-run; otherwise the database keeps the answers"
        );
        settings.reader.parser = self.parser.or(settings.reader.parser);
        Ok(settings)
    }

    /// The menu alone.
    pub fn menu(&self, settings: &Settings) -> Result<Menu> {
        self.files(settings).read()
    }

    fn files(&self, settings: &Settings) -> MenuFiles {
        let menu = self.menu.clone().unwrap_or_else(|| settings.menu.clone());
        let usual = match &self.menu {
            Some(menu) => menu.with_file_name(MODIFIERS),
            None => settings.modifiers.clone(),
        };
        MenuFiles { menu, modifiers: self.modifiers.clone().or_else(|| usual.exists().then_some(usual)) }
    }

    /// The menu for labelled messages: the one that a flag names, else the one that lies beside them, else the
    /// configured one.
    pub fn files_for(&self, messages: &Path, settings: &Settings) -> MenuFiles {
        let beside = messages.with_file_name(MENU);
        if self.menu.is_none() && beside.exists() {
            return Self { menu: Some(beside), ..self.clone() }.files(settings);
        }
        self.files(settings)
    }

    /// The model alone: as [`ReaderArgs::open`] has it.
    pub fn embedding(&self, settings: &EmbeddingSettings) -> Result<Embedding> {
        if let Some(kind) = self.embedding {
            let model = settings.model.clone().filter(|_| kind == settings.kind);
            return Embedding::open(&EmbeddingSettings { kind, model, ..settings.clone() });
        }
        let (embedding, warning) = Embedding::open_or_static(settings);
        if let Some(warning) = warning {
            eprintln!("warning: {warning}");
        }
        Ok(embedding)
    }
}

impl MenuFiles {
    /// Reads both; rows that can't be used are told on standard error.
    pub fn read(&self) -> Result<Menu> {
        let (menu, problems) = read_csv(&self.menu, self.modifiers.as_deref())
            .context("read the menu: name it with --menu, and its modifiers with --modifiers")?;
        for problem in problems {
            eprintln!("warning: {}, line {}: {}", problem.file, problem.line, problem.problem);
        }
        Ok(menu)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers_are_those_beside_the_menu_that_was_named() {
        let folder = tempfile::tempdir().unwrap();
        let menu = folder.path().join("menu.csv");
        std::fs::write(&menu, "item_name,description,price\nLatte,,4.50\n").unwrap();
        let configured = folder.path().join("configured.csv");
        std::fs::write(&configured, "group,option\nbun,brioche\n").unwrap();
        let settings = Settings { menu: menu.clone(), modifiers: configured, ..Settings::default() };
        let groups = |args: &ReaderArgs| {
            let menu = args.menu(&settings).unwrap();
            menu.groups.into_iter().map(|group| group.name).collect::<Vec<_>>()
        };
        let named = ReaderArgs { menu: Some(menu), ..ReaderArgs::default() };
        assert_eq!(groups(&ReaderArgs::default()), ["bun"]);
        assert!(groups(&named).is_empty());
        std::fs::write(folder.path().join("modifiers.csv"), "group,option\nmilk,oat milk\n").unwrap();
        assert_eq!(groups(&named), ["milk"]);
    }

    #[test]
    fn labelled_messages_bring_their_menu_along() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let settings =
            Settings { menu: at("configured.csv"), modifiers: at("options.csv"), ..Settings::default() };
        let files = |args: &ReaderArgs| args.files_for(&at("orders.jsonl"), &settings);
        let menu =
            |menu: &str, modifiers: Option<&str>| MenuFiles { menu: at(menu), modifiers: modifiers.map(at) };
        std::fs::write(at("options.csv"), "").unwrap();
        let none = ReaderArgs::default();
        assert_eq!(files(&none), menu("configured.csv", Some("options.csv")));
        std::fs::write(at("menu.csv"), "").unwrap();
        assert_eq!(files(&none), menu("menu.csv", None), "options of another menu are none of this one");
        std::fs::write(at("modifiers.csv"), "").unwrap();
        assert_eq!(files(&none), menu("menu.csv", Some("modifiers.csv")));
        let named = ReaderArgs { modifiers: Some(at("options.csv")), ..ReaderArgs::default() };
        assert_eq!(files(&named), menu("menu.csv", Some("options.csv")));
        let named = ReaderArgs { menu: Some(at("sub/other.csv")), ..ReaderArgs::default() };
        assert_eq!(files(&named), menu("sub/other.csv", None));
    }

    #[test]
    fn a_model_that_is_asked_for_must_be_there() {
        let nowhere = EmbeddingSettings {
            kind: EmbeddingKind::Fastembed,
            model: Some("/nowhere".into()),
            onnxruntime: Some("/nowhere".into()),
        };
        let asked = ReaderArgs { embedding: Some(EmbeddingKind::Fastembed), ..ReaderArgs::default() };
        assert!(asked.embedding(&nowhere).is_err());
        assert_eq!(ReaderArgs::default().embedding(&nowhere).unwrap().id(), "static:minilm-l6-static-256");
        let off = ReaderArgs { embedding: Some(EmbeddingKind::Off), ..ReaderArgs::default() };
        assert_eq!(off.embedding(&nowhere).unwrap().id(), "off");
    }
}
