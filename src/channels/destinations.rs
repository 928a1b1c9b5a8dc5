//! Which notices go where.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use sha2::{Digest, Sha256};

use super::{Channel, Console, Discord, JsonLines, Kind, TimeLimits};
use crate::config::NotifySettings;

/// Takes the text of every miscellaneous message ([`super::Payload::KeptMessage`]), whatever the settings.
pub const MISCELLANEOUS_FILE: &str = "file:miscellaneous";

/// Every place that notices go to. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Destinations {
    all: Arc<[Destination]>,
}

/// A place that notices go to.
#[derive(Clone, Debug)]
pub struct Destination {
    /// Its name in the outbox, such as `discord:orders`.
    pub name: &'static str,
    /// Tells one address under this name from another, and shows neither.
    pub fingerprint: String,
    /// How it is reached.
    pub channel: Channel,
    kinds: Vec<Kind>,
}

/// Opens what the settings name. The console takes what has no other place, unless it is turned off.
///
/// # Errors
/// A webhook address that can't be one, by the name of its setting.
pub fn open(notify: &NotifySettings, data_dir: &Path, console: Console) -> anyhow::Result<Destinations> {
    let mut all = discord(notify)?;
    if let Some(path) = &notify.file {
        all.push(Destination::new("file", path, Channel::File(JsonLines::at(path)), KINDS.to_vec()));
    }
    let homeless = |kind: &Kind| !all.iter().any(|destination| destination.kinds.contains(kind));
    let kinds = match notify.console {
        Some(true) => KINDS.to_vec(),
        Some(false) => Vec::new(),
        None => KINDS.iter().copied().filter(homeless).collect(),
    };
    if !kinds.is_empty() {
        all.push(Destination::new("console", Path::new(""), Channel::Console(console), kinds));
    }
    let path = data_dir.join("miscellaneous.jsonl");
    let file = Channel::File(JsonLines::at(&path));
    all.push(Destination::new(MISCELLANEOUS_FILE, &path, file, Vec::new()));
    Ok(Destinations { all: all.into() })
}

const KINDS: [Kind; 5] = [Kind::Order, Kind::Review, Kind::Enquiry, Kind::Miscellaneous, Kind::Alarm];

fn discord(notify: &NotifySettings) -> anyhow::Result<Vec<Destination>> {
    let webhooks = [
        ("discord:orders", "discord_orders_webhook", &notify.discord_orders_webhook),
        ("discord:enquiries", "discord_enquiries_webhook", &notify.discord_enquiries_webhook),
        ("discord:miscellaneous", "discord_miscellaneous_webhook", &notify.discord_miscellaneous_webhook),
    ];
    let kinds =
        [vec![Kind::Order, Kind::Review, Kind::Alarm], vec![Kind::Enquiry], vec![Kind::Miscellaneous]];
    let mut open = Vec::new();
    for ((name, setting, url), kinds) in webhooks.into_iter().zip(kinds) {
        if let Some(url) = url {
            let webhook = Discord::at(url, TimeLimits::default())
                .with_context(|| format!("use the setting notify.{setting}"))?;
            open.push(Destination::new(name, Path::new(url.expose()), Channel::Discord(webhook), kinds));
        }
    }
    Ok(open)
}

impl Destination {
    /// A destination that takes the notices of `kinds`. Of `address` only a fingerprint is kept.
    pub fn new(name: &'static str, address: &Path, channel: Channel, kinds: Vec<Kind>) -> Self {
        let digest = Sha256::digest(address.as_os_str().as_encoded_bytes());
        let fingerprint = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Self { name, fingerprint, channel, kinds }
    }
}

impl Destinations {
    /// Just these.
    pub fn new(all: Vec<Destination>) -> Self {
        Self { all: all.into() }
    }

    /// The names that a notice of this kind goes to; without [`MISCELLANEOUS_FILE`], which takes no notices.
    pub fn names(&self, kind: Kind) -> impl Iterator<Item = &'static str> {
        self.all.iter().filter(move |to| to.kinds.contains(&kind)).map(|to| to.name)
    }

    /// Every one.
    pub fn iter(&self) -> impl Iterator<Item = &Destination> {
        self.all.iter()
    }
}
