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

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(notify: &NotifySettings) -> Destinations {
        open(notify, Path::new("/data"), Console::new(Box::new(std::io::sink()), false)).unwrap()
    }

    #[test]
    fn every_kind_of_notice_has_a_place() {
        let url = |n| Some(format!("https://discord.com/api/webhooks/{n}/secret").into());
        let nothing = NotifySettings::default();
        let orders = NotifySettings { discord_orders_webhook: url(1), ..nothing.clone() };
        let discord = NotifySettings {
            discord_enquiries_webhook: url(2),
            discord_miscellaneous_webhook: url(3),
            ..orders.clone()
        };
        let file = NotifySettings { file: Some("notices.jsonl".into()), ..nothing.clone() };
        let both = NotifySettings { console: Some(true), ..discord.clone() };
        let silent = NotifySettings { console: Some(false), ..nothing.clone() };
        // settings, then where orders, enquiries, miscellaneous and alarms go
        let table = [
            (nothing, ["console", "console", "console", "console"]),
            (orders, ["discord:orders", "console", "console", "discord:orders"]),
            (discord, ["discord:orders", "discord:enquiries", "discord:miscellaneous", "discord:orders"]),
            (file, ["file", "file", "file", "file"]),
            (
                both,
                [
                    "discord:orders console",
                    "discord:enquiries console",
                    "discord:miscellaneous console",
                    "discord:orders console",
                ],
            ),
            (silent, ["", "", "", ""]),
        ];
        for (settings, expected) in table {
            let open = opened(&settings);
            let kinds = [Kind::Order, Kind::Enquiry, Kind::Miscellaneous, Kind::Alarm];
            let names = kinds.map(|kind| open.names(kind).collect::<Vec<_>>().join(" "));
            assert_eq!(names, expected, "{settings:?}");
            assert_eq!(names[0], open.names(Kind::Review).collect::<Vec<_>>().join(" "));
            assert!(open.iter().any(|to| to.name == MISCELLANEOUS_FILE));
            assert!(!format!("{open:?}").contains("secret"));
        }
    }

    #[test]
    fn another_address_has_another_fingerprint() {
        let of = |url: &str| {
            let notify =
                NotifySettings { discord_orders_webhook: Some(url.into()), ..NotifySettings::default() };
            opened(&notify).iter().map(|to| to.fingerprint.clone()).collect::<Vec<_>>()[0].clone()
        };
        let one = of("https://discord.com/api/webhooks/1/secret");
        assert_eq!(one, of("https://discord.com/api/webhooks/1/secret"));
        assert_ne!(one, of("https://discord.com/api/webhooks/1/secreT"));
        assert_eq!(one.len(), 12);
    }

    #[test]
    fn a_wrong_address_is_named_by_its_setting() {
        let notify =
            NotifySettings { discord_orders_webhook: Some("secret".into()), ..NotifySettings::default() };
        let console = Console::new(Box::new(std::io::sink()), false);
        let error = format!("{:#}", open(&notify, Path::new("/data"), console).unwrap_err());
        assert!(error.contains("notify.discord_orders_webhook") && !error.contains("secret"), "{error}");
    }
}
