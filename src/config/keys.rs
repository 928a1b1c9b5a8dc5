//! The table of everything that can be set. A test holds it against the fields of `Settings`.

use std::str::FromStr;

use rust_decimal::Decimal;

use super::key::{self, Key};

/// The variable that names the configuration file, as `--config` does.
pub const CONFIG_FILE_VARIABLE: &str = "CHIT_CONFIG";

macro_rules! key {
    ($first:ident $(. $rest:ident)*, $environment:literal, $doc:literal $(,)?) => {
        Key {
            name: concat!(stringify!($first) $(, ".", stringify!($rest))*),
            environment: $environment,
            doc: $doc,
            secret: false,
            is_path: key::is_path(|settings| &settings.$first $(. $rest)*),
            toml: key::toml_of(|settings| &settings.$first $(. $rest)*),
            range: None,
            type_allowed: || key::allowed_of(|settings| &settings.$first $(. $rest)*),
            set: |settings, text| key::put(&mut settings.$first $(. $rest)*, text, |_| true),
            show: |settings| key::shown(&settings.$first $(. $rest)*),
        }
    };
    ($first:ident $(. $rest:ident)*, $environment:literal, $doc:literal, $range:literal, $fits:expr $(,)?) => {
        Key {
            range: Some($range),
            set: |settings, text| key::put(&mut settings.$first $(. $rest)*, text, $fits),
            ..key!($first $(. $rest)*, $environment, $doc)
        }
    };
}

/// Everything that can be set, in the order in which it is shown.
pub static KEYS: &[Key] = &[
    key!(
        data_dir,
        "CHIT_DATA_DIR",
        "Folder of the private Postgres and of the file of miscellaneous messages"
    ),
    key!(
        database_url,
        "DATABASE_URL",
        "A Postgres of yours; unset: a private one in the data directory",
        "an address such as postgres://user:password@host:5432/database",
        |url| is_postgres(url),
    )
    .hidden(),
    key!(pg_bin_dir, "PG_BIN_DIR", "Folder of the Postgres programs; unset: looked for"),
    key!(
        memcached_url,
        "MEMCACHED_URL",
        "A memcached for the menu; unset: a cache in the process",
        "an address such as memcache://localhost:11211",
        |url| url.strip_prefix("memcache://").is_some_and(is_host_and_port),
    ),
    key!(menu, "CHIT_MENU", "The menu that is imported at first start"),
    key!(modifiers, "CHIT_MODIFIERS", "The modifier groups that go with it; used when the file exists"),
    key!(
        currency,
        "CHIT_CURRENCY",
        "The currency of every price",
        "three capital letters such as EUR",
        |code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()),
    ),
    key!(
        timezone,
        "CHIT_TIMEZONE",
        "Decides when a business day begins; unset: the machine's",
        "a name such as Europe/Vienna",
        |name| chrono_tz::Tz::from_str(name).is_ok(),
    ),
    key!(embedding.kind, "CHIT_EMBEDDING_KIND", "How words become vectors"),
    key!(embedding.model, "CHIT_EMBEDDING_MODEL", "Folder of the model; unset with static: the built-in one"),
    key!(embedding.onnxruntime, "ORT_DYLIB_PATH", "libonnxruntime.so, for fastembed; unset: looked for"),
    key!(
        reader.parser,
        "CHIT_READER_PARSER",
        "Who reads; unset: cascade where a language model is named, else grammar"
    ),
    key!(reader.polite_requests, "CHIT_READER_POLITE_REQUESTS", "What \"Could I get a latte?\" is"),
    key!(reader.on_unmatched_item, "CHIT_READER_ON_UNMATCHED_ITEM", "What an order with an unknown item is"),
    key!(
        reader.max_quantity,
        "CHIT_READER_MAX_QUANTITY",
        "More than this of one line goes to review",
        "a whole number from 1 to 100000",
        |number| (1..=100_000).contains(number),
    ),
    key!(
        reader.max_total,
        "CHIT_READER_MAX_TOTAL",
        "An order over this total goes to review",
        "an amount over 0 such as 250 or 99.50",
        |amount| *amount > Decimal::ZERO,
    ),
    key!(
        reader.accept,
        "CHIT_READER_ACCEPT",
        "From this score on an item is accepted; unset: as fitted",
        "a number from 0 to 1",
        |score| (0.0..=1.0).contains(score),
    ),
    key!(
        reader.refuse,
        "CHIT_READER_REFUSE",
        "Under this score nothing fits; unset: as fitted",
        "a number from 0 to 1",
        |score| (0.0..=1.0).contains(score),
    ),
    key!(
        reader.margin,
        "CHIT_READER_MARGIN",
        "The lead that the best item needs over the second; unset: as fitted",
        "a number from 0 to 1",
        |score| (0.0..=1.0).contains(score),
    ),
    key!(
        llm.base_url,
        "CHIT_LLM_BASE_URL",
        "An endpoint that speaks OpenAI's chat completions; unset: no language model is asked",
        "an address such as http://127.0.0.1:8081/v1",
        |url| is_endpoint(url),
    ),
    key!(
        llm.api_key,
        "CHIT_LLM_API_KEY",
        "Its key, where it wants one",
        "a key of visible characters",
        |key| is_api_key(key),
    )
    .hidden(),
    key!(
        llm.model,
        "CHIT_LLM_MODEL",
        "Which of its models",
        "a name such as qwen2.5-1.5b-instruct",
        |name| !name.trim().is_empty(),
    ),
    key!(
        llm.deadline_seconds,
        "CHIT_LLM_DEADLINE_SECONDS",
        "A message waits no longer than this for the language model, all questions together",
        "a whole number from 1 to 600",
        |number| (1..=600).contains(number),
    ),
    key!(
        llm.max_in_flight,
        "CHIT_LLM_MAX_IN_FLIGHT",
        "At most this many questions at once",
        "a whole number from 1 to 256",
        |number| (1..=256).contains(number),
    ),
    key!(
        llm.input_price,
        "CHIT_LLM_INPUT_PRICE",
        "Price of a million tokens of its questions, in `currency`",
        "an amount such as 0.15",
        is_price,
    ),
    key!(
        llm.cached_input_price,
        "CHIT_LLM_CACHED_INPUT_PRICE",
        "The same of tokens that the endpoint had in its cache; unset: as the others",
        "an amount such as 0.075",
        is_price,
    ),
    key!(
        llm.output_price,
        "CHIT_LLM_OUTPUT_PRICE",
        "Price of a million tokens of its answers, in `currency`",
        "an amount such as 0.60",
        is_price,
    ),
    key!(
        listener.max_workers,
        "CHIT_LISTENER_MAX_WORKERS",
        "At most this many batches at once; unset: twice the cores",
        "a whole number from 1 to 256",
        |number| (1..=256).contains(number),
    ),
    key!(
        listener.max_batch,
        "CHIT_LISTENER_MAX_BATCH",
        "At most this many messages in a batch",
        "a whole number from 1 to 10000",
        |number| (1..=10_000).contains(number),
    ),
    key!(
        listener.lease_seconds,
        "CHIT_LISTENER_LEASE_SECONDS",
        "How long a claim holds",
        "a whole number from 1 to 3600",
        |number| (1..=3600).contains(number),
    ),
    key!(
        listener.max_tries,
        "CHIT_LISTENER_MAX_TRIES",
        "Tries before a message is a dead letter",
        "a whole number from 1 to 1000",
        |number| (1..=1000).contains(number),
    ),
    key!(
        listener.poll_milliseconds,
        "CHIT_LISTENER_POLL_MILLISECONDS",
        "How often to look without a wake-up",
        "a whole number from 1 to 600000",
        |number| (1..=600_000).contains(number),
    ),
    key!(
        listener.retry_milliseconds,
        "CHIT_LISTENER_RETRY_MILLISECONDS",
        "The wait before the second try; it doubles with each",
        "a whole number from 1 to 600000",
        |number| (1..=600_000).contains(number),
    ),
    key!(
        notify.console,
        "CHIT_NOTIFY_CONSOLE",
        "Write notices to standard output; unset: only when nothing else is set"
    ),
    key!(notify.file, "CHIT_NOTIFY_FILE", "Append notices to this file as JSON lines"),
    key!(
        notify.discord_orders_webhook,
        "CHIT_DISCORD_ORDERS_WEBHOOK",
        "Discord webhook for orders",
        "the webhook's address, https://discord.com/api/webhooks/…",
        |url| is_webhook(url),
    )
    .hidden(),
    key!(
        notify.discord_enquiries_webhook,
        "CHIT_DISCORD_ENQUIRIES_WEBHOOK",
        "Discord webhook for enquiries",
        "the webhook's address, https://discord.com/api/webhooks/…",
        |url| is_webhook(url),
    )
    .hidden(),
    key!(
        notify.discord_miscellaneous_webhook,
        "CHIT_DISCORD_MISCELLANEOUS_WEBHOOK",
        "Discord webhook for miscellaneous messages",
        "the webhook's address, https://discord.com/api/webhooks/…",
        |url| is_webhook(url),
    )
    .hidden(),
    key!(
        notify.max_tries,
        "CHIT_NOTIFY_MAX_TRIES",
        "Tries before staff are alarmed that a notice is late; it is tried on",
        "a whole number from 1 to 1000",
        |number| (1..=1000).contains(number),
    ),
    key!(
        notify.retry_milliseconds,
        "CHIT_NOTIFY_RETRY_MILLISECONDS",
        "The wait before the second try; it doubles with each, with jitter",
        "a whole number from 1 to 600000",
        |number| (1..=600_000).contains(number),
    ),
    key!(
        miscellaneous.keep_text,
        "CHIT_MISCELLANEOUS_KEEP_TEXT",
        "Keep the text of miscellaneous messages in the database as well"
    ),
    key!(
        bind,
        "CHIT_BIND",
        "Address of the health endpoints",
        "an address and a port such as 127.0.0.1:8080",
        |address| is_host_and_port(address),
    ),
    key!(
        log,
        "CHIT_LOG",
        "What is logged",
        "error, warn, info, debug, trace or off, or parts such as `info,chit=debug`",
        |filter| is_log_filter(filter),
    ),
    key!(log_format, "CHIT_LOG_FORMAT", "How log lines look"),
];

fn is_postgres(url: &str) -> bool {
    let scheme = url.starts_with("postgres://") || url.starts_with("postgresql://");
    scheme && sqlx::postgres::PgConnectOptions::from_str(url).is_ok()
}

fn is_webhook(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.path().len() > 1)
}

/// A password in an address would be shown and logged: the key has a place of its own.
fn is_endpoint(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
    })
}

fn is_api_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_price(price: &Decimal) -> bool {
    *price >= Decimal::ZERO && *price <= Decimal::from(1_000_000)
}

fn is_host_and_port(address: &str) -> bool {
    let parts = address.trim_end_matches('/').rsplit_once(':');
    parts.is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}

/// A bare word that is no level would be taken as the name of a module, and everything else fall silent.
fn is_log_filter(filter: &str) -> bool {
    let bare_words_are_levels = filter.split(',').map(str::trim).all(|part| {
        part.contains(['=', ':', '['])
            || !part.is_empty() && part.parse::<tracing_subscriber::filter::LevelFilter>().is_ok()
    });
    bare_words_are_levels && tracing_subscriber::EnvFilter::try_new(filter).is_ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::Settings;
    use super::*;

    #[test]
    fn every_field_of_the_settings_has_its_key() {
        let mut fields = BTreeSet::new();
        let settings = serde_json::to_value(Settings::default()).unwrap();
        for (name, value) in settings.as_object().unwrap() {
            match value.as_object() {
                Some(section) => fields.extend(section.keys().map(|field| format!("{name}.{field}"))),
                None => drop(fields.insert(name.clone())),
            }
        }
        let keys: BTreeSet<String> = KEYS.iter().map(|key| key.name.to_owned()).collect();
        assert_eq!(keys, fields);
        assert_eq!(KEYS.len(), fields.len(), "a key stands there twice");
    }

    #[test]
    fn environment_names_follow_the_keys_but_for_the_well_known_ones() {
        let known = ["DATABASE_URL", "MEMCACHED_URL", "PG_BIN_DIR", "ORT_DYLIB_PATH"];
        for key in KEYS.iter().filter(|key| !known.contains(&key.environment)) {
            let name = key.name.replace("notify.discord", "discord").replace('.', "_");
            assert_eq!(key.environment, format!("CHIT_{}", name.to_ascii_uppercase()));
        }
    }

    #[test]
    fn the_default_is_a_value_that_could_be_written() {
        for key in KEYS.iter().filter(|key| key.name != "data_dir") {
            let Some(shown) = key.show(&Settings::default()) else { continue };
            let mut settings = Settings::default();
            assert!((key.set)(&mut settings, &shown), "{} = {shown}", key.name);
            assert_eq!(settings, Settings::default(), "{}", key.name);
        }
    }

    #[test]
    fn a_misspelt_log_level_is_not_taken_for_a_module() {
        for (filter, fits) in [
            ("info", true),
            ("WARN", true),
            ("info,chit=debug", true),
            ("off", true),
            ("infoo", false),
            ("chit=debgu", false),
            ("", false),
        ] {
            assert_eq!(is_log_filter(filter), fits, "{filter}");
        }
    }
}
