//! The running program: cheap handles, opened once and handed to whatever needs them.

use std::sync::{Arc, PoisonError, RwLock};

use anyhow::{Context, Result};

use crate::channels::Destinations;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::embedding::Embedding;
use crate::menu;
use crate::pipeline::Reader;

/// Cheap to clone; every clone is the same program.
#[derive(Clone)]
pub struct App {
    /// What is in force.
    pub settings: Arc<Settings>,
    /// The one truth.
    pub db: Arc<Db>,
    /// The time and the restaurant's zone.
    pub clock: Clock,
    /// Where notices go.
    pub destinations: Destinations,
    embedding: Embedding,
    reader: Arc<RwLock<Arc<Reader>>>,
}

impl App {
    /// Reads the menu from the database, which gets the settings' files at the first start.
    ///
    /// # Errors
    /// There is no menu, or the database can't be read.
    pub async fn open(
        settings: Settings,
        db: Db,
        clock: Clock,
        embedding: Embedding,
        destinations: Destinations,
    ) -> Result<Self> {
        let menu = menu::ensure(&db.pool, &settings.menu, &settings.modifiers).await?;
        let reader = Reader::new(menu, settings.reader.clone(), embedding.clone());
        Ok(Self {
            settings: Arc::new(settings),
            db: Arc::new(db),
            clock,
            destinations,
            embedding,
            reader: Arc::new(RwLock::new(Arc::new(reader))),
        })
    }

    /// The reader of the newest menu that this program knows of.
    pub fn reader(&self) -> Arc<Reader> {
        Arc::clone(&self.reader.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes over a menu that was imported since. True when there was one.
    pub async fn refresh_menu(&self) -> Result<bool> {
        let newest = menu::current_version(&self.db.pool).await?;
        if newest.is_none_or(|version| version == self.reader().menu().version) {
            return Ok(false);
        }
        let menu = menu::current(&self.db.pool).await?.context("a version has a menu")?;
        let version = menu.version;
        let reader = Reader::new(menu, self.settings.reader.clone(), self.embedding.clone());
        *self.reader.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(reader);
        tracing::info!(version, "reading with the new menu");
        Ok(true)
    }
}
