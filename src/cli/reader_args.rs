//! What messages are read against, for commands that need no database.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use crate::config::{EmbeddingKind, EmbeddingSettings, PoliteRequests, ReaderSettings, Settings};
use crate::embedding::Embedding;
use crate::menu::{Menu, read_csv};

/// What messages are read against
#[derive(Clone, Debug, Default, Args)]
pub struct ReaderArgs {
    /// The menu, as CSV [default: the configured one]
    #[arg(long, value_name = "FILE")]
    menu: Option<PathBuf>,
    /// The modifiers, as CSV [default: modifiers.csv beside --menu, else the configured ones]
    #[arg(long, value_name = "FILE")]
    modifiers: Option<PathBuf>,
    /// What a request in question form is
    #[arg(long, value_enum, value_name = "WHAT")]
    polite_requests: Option<PoliteRequests>,
    /// How words become vectors
    #[arg(long, value_enum, value_name = "KIND")]
    embedding: Option<EmbeddingKind>,
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
        let reader = ReaderSettings {
            polite_requests: self.polite_requests.unwrap_or(settings.reader.polite_requests),
            ..settings.reader.clone()
        };
        Ok(Opened { menu, settings: reader, embedding: self.embedding(&settings.embedding)? })
    }

    /// The settings as these flags change them, for reading by the menu in the database.
    pub fn over(&self, mut settings: Settings) -> Result<Settings> {
        anyhow::ensure!(
            self.menu.is_none() && self.modifiers.is_none(),
            "--menu and --modifiers go with --dry-run; `chit menu import FILE` makes a file the menu in force"
        );
        settings.reader.polite_requests = self.polite_requests.unwrap_or(settings.reader.polite_requests);
        settings.embedding.kind = self.embedding.unwrap_or(settings.embedding.kind);
        Ok(settings)
    }

    /// The menu alone.
    pub fn menu(&self, settings: &Settings) -> Result<Menu> {
        let file = self.menu.as_deref().unwrap_or(&settings.menu);
        let modifiers = self.modifiers_file(settings);
        let (menu, problems) = read_csv(file, modifiers.as_deref())
            .context("read the menu: name it with --menu, and its modifiers with --modifiers")?;
        for problem in problems {
            eprintln!("warning: {}, line {}: {}", problem.file, problem.line, problem.problem);
        }
        Ok(menu)
    }

    fn modifiers_file(&self, settings: &Settings) -> Option<PathBuf> {
        if let Some(named) = &self.modifiers {
            return Some(named.clone());
        }
        let usual = match &self.menu {
            Some(menu) => menu.parent().unwrap_or(Path::new("")).join("modifiers.csv"),
            None => settings.modifiers.clone(),
        };
        usual.exists().then_some(usual)
    }

    fn embedding(&self, settings: &EmbeddingSettings) -> Result<Embedding> {
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
