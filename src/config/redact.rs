//! Keeps secrets out of whatever is written.

use reqwest::Url;

use super::secret::HIDDEN;
use super::{Secret, Settings};

/// Replaces every secret of a configuration in a text with `•••`.
#[derive(Clone, Default)]
pub struct Redactor {
    secrets: Vec<String>,
}

impl Redactor {
    /// Knows the secrets of these settings.
    pub fn new(settings: &Settings) -> Self {
        let notify = &settings.notify;
        let webhooks = [
            &notify.discord_orders_webhook,
            &notify.discord_enquiries_webhook,
            &notify.discord_miscellaneous_webhook,
        ];
        let mut secrets: Vec<String> =
            webhooks.into_iter().flatten().filter_map(|webhook| path_of(webhook.expose())).collect();
        secrets.extend(settings.database_url.as_ref().map(Secret::expose).and_then(password_of));
        secrets.extend(settings.llm.api_key.as_ref().map(|key| key.expose().to_owned()));
        Self { secrets }
    }

    /// The text without them.
    pub fn clean(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
    }
}

/// What may be shown of an address: no password, and of one on the web no path either, because a
/// webhook's path is its key.
pub(super) fn address(text: &str) -> String {
    let Some(url) = Url::parse(text).ok().filter(Url::has_authority) else { return HIDDEN.to_owned() };
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    if url.scheme().starts_with("http") {
        return format!("{}://{host}{port}/{HIDDEN}", url.scheme());
    }
    let user = match (url.username(), url.password()) {
        ("", None) => String::new(),
        (user, None) => format!("{user}@"),
        (user, Some(_)) => format!("{user}:{HIDDEN}@"),
    };
    format!("{}://{user}{host}{port}{}{}", url.scheme(), url.path(), query_of(&url))
}

fn query_of(url: &Url) -> String {
    let pairs = url.query_pairs().map(|(name, value)| {
        let value = if name.contains("password") { HIDDEN.into() } else { value };
        format!("{name}={value}")
    });
    let pairs = pairs.collect::<Vec<_>>().join("&");
    if pairs.is_empty() { pairs } else { format!("?{pairs}") }
}

fn path_of(webhook: &str) -> Option<String> {
    let url = Url::parse(webhook).ok()?;
    Some(url.path().to_owned()).filter(|path| path.len() > 1)
}

/// As it stands in the address; a very short one would hide half of every text.
fn password_of(database: &str) -> Option<String> {
    let url = Url::parse(database).ok()?;
    url.password().filter(|password| password.len() > 3).map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_opens_it() {
        let table = [
            ("postgres://amy:hunter2@db.example/chit", "postgres://amy:•••@db.example/chit"),
            (
                "postgres://amy@localhost:5433/chit?host=/run/pg",
                "postgres://amy@localhost:5433/chit?host=/run/pg",
            ),
            ("postgres://h/chit?user=amy&password=hunter2", "postgres://h/chit?user=amy&password=•••"),
            ("postgres:///chit", "postgres:///chit"),
            ("https://discord.com/api/webhooks/1/s3cr3t?wait=true", "https://discord.com/•••"),
            ("http://127.0.0.1:9/api/webhooks/1/s3cr3t", "http://127.0.0.1:9/•••"),
            ("amy:hunter2@db", "•••"),
            ("not an address, hunter2", "•••"),
        ];
        for (text, shown) in table {
            assert_eq!(address(text), shown, "{text}");
        }
    }

    #[test]
    fn a_log_line_loses_webhook_and_password() {
        let mut settings =
            Settings { database_url: Some("postgres://amy:hunter2@db/chit".into()), ..Settings::default() };
        settings.notify.discord_orders_webhook = Some("https://discord.com/api/webhooks/1/s3cr3t".into());
        let line = "post to https://discord.com/api/webhooks/1/s3cr3t failed; password hunter2 refused";
        let clean = Redactor::new(&settings).clean(line);
        assert_eq!(clean, "post to https://discord.com••• failed; password ••• refused");
    }
}
