//! The running program: cheap handles, opened once and handed to whatever needs them.

use std::sync::{Arc, PoisonError, RwLock};

use anyhow::{Context, Result};

use crate::cache::Cache;
use crate::channels::Destinations;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::embedding::Embedding;
use crate::llm::Kept;
use crate::menu::{self, Menu, MenuCache};
use crate::pipeline::Reader;
use crate::pipeline::second_opinion::SecondOpinion;

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
    /// Who is asked where the reader is in doubt; `None`: nobody.
    pub second_opinion: Option<Arc<SecondOpinion>>,
    embedding: Embedding,
    shop: Arc<RwLock<Shop>>,
}

/// What an [`App`] is opened with, beside settings, database and clock.
#[derive(Debug)]
pub struct Tools {
    /// How words become vectors.
    pub embedding: Embedding,
    /// Where menu rows are kept at hand.
    pub cache: Cache,
    /// Where notices go.
    pub destinations: Destinations,
}

/// One version of the menu: what reads with it, and its rows. Cheap to clone.
#[derive(Clone)]
pub struct Shop {
    /// Compiled from the menu.
    pub reader: Arc<Reader>,
    /// The menu's rows, through the cache.
    pub rows: MenuCache,
}

impl App {
    /// Reads the menu from the database, which gets the settings' files at the first start.
    ///
    /// # Errors
    /// There is no menu, the language model can't be used as it is set, or the database can't be read.
    pub async fn open(settings: Settings, db: Db, clock: Clock, tools: Tools) -> Result<Self> {
        let menu = menu::ensure(&db.pool, &settings.menu, &settings.modifiers).await?;
        let second_opinion = SecondOpinion::open(&settings, Kept::Database(db.pool.clone()))?;
        let rows = MenuCache::new(tools.cache, db.pool.clone(), &menu);
        let reader = Arc::new(Reader::new(menu, settings.reader.clone(), tools.embedding.clone()));
        Ok(Self {
            settings: Arc::new(settings),
            db: Arc::new(db),
            clock,
            destinations: tools.destinations,
            second_opinion,
            embedding: tools.embedding,
            shop: Arc::new(RwLock::new(Shop { reader, rows })),
        })
    }

    /// What the thresholds belong to, such as `static:minilm-l6-static-256`.
    pub fn embedding_id(&self) -> &str {
        self.embedding.id()
    }

    /// The newest version of the menu that this program knows of.
    pub fn shop(&self) -> Shop {
        self.shop.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes over a menu that was imported since. True when there was one.
    pub async fn refresh_menu(&self) -> Result<bool> {
        let newest = menu::current_version(&self.db.pool).await?;
        if newest.is_none_or(|version| version == self.shop().rows.version()) {
            return Ok(false);
        }
        let menu = menu::current(&self.db.pool).await?.context("a version has a menu")?;
        let this = self.clone();
        tokio::task::spawn_blocking(move || this.take_over(menu)).await.context("compile the menu")?;
        Ok(true)
    }

    /// Closes the connections to the database; clones of this program are done too.
    pub async fn close(&self) {
        self.db.pool.close().await;
    }

    fn take_over(&self, menu: Menu) {
        let version = menu.version;
        let rows = self.shop().rows.with_menu(&menu);
        let reader = Arc::new(Reader::new(menu, self.settings.reader.clone(), self.embedding.clone()));
        *self.shop.write().unwrap_or_else(PoisonError::into_inner) = Shop { reader, rows };
        tracing::info!(version, "reading with the new menu");
    }
}
