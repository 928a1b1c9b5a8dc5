//! Where settings come from, and what a mistake in them is told.

use std::fs;
use std::path::{Path, PathBuf};

use chit::config::{ConfigError, Flag, Loaded, Parser, Sources, load};
use tempfile::TempDir;

/// Sources that touch nothing of this machine but a folder of their own.
struct Case {
    folder: TempDir,
    sources: Sources,
}

impl Case {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let sources = Sources {
            dotenv: Some(folder.path().join(".env")),
            default_file: Some(folder.path().join("chit.toml")),
            ..Sources::default()
        };
        Self { folder, sources }.environment("CHIT_DATA_DIR", "/data")
    }

    fn file(self, text: &str) -> Self {
        fs::write(self.folder.path().join("chit.toml"), text).unwrap();
        self
    }

    fn dotenv(self, text: &str) -> Self {
        fs::write(self.folder.path().join(".env"), text).unwrap();
        self
    }

    fn environment(mut self, name: &str, value: &str) -> Self {
        self.sources.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    fn flag(mut self, key: &str, value: &str) -> Self {
        let flag = Flag { name: "--set".to_owned(), key: key.to_owned(), value: value.to_owned() };
        self.sources.flags.push(flag);
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn loads(&self) -> Loaded {
        load(&self.sources).unwrap()
    }

    /// What the owner reads, without the folder's name.
    fn fails(&self) -> String {
        let error: ConfigError = load(&self.sources).unwrap_err();
        error.to_string().replace(&format!("{}/", self.folder.path().display()), "")
    }
}

#[test]
fn each_source_overrides_those_below_it() {
    let file = |case: Case| case.file("[reader]\nmax_quantity = 1\n");
    let dotenv = |case: Case| case.dotenv("CHIT_READER_MAX_QUANTITY=2\n");
    let environment = |case: Case| case.environment("CHIT_READER_MAX_QUANTITY", "3");
    let flag = |case: Case| case.flag("reader.max_quantity", "4");
    type Layers<'a> = &'a dyn Fn(Case) -> Case;
    let table: [(Layers<'_>, u32, &str); 6] = [
        (&|case| case, 50, "default"),
        (&file, 1, "chit.toml:2"),
        (&|case| dotenv(file(case)), 2, ".env CHIT_READER_MAX_QUANTITY"),
        (&|case| environment(dotenv(file(case))), 3, "CHIT_READER_MAX_QUANTITY"),
        (&|case| flag(environment(dotenv(file(case)))), 4, "--set"),
        (&|case| flag(flag(case)).flag("reader.max_quantity", "5"), 5, "--set"),
    ];
    for (sources, value, origin) in table {
        let case = sources(Case::new());
        let loaded = case.loads();
        assert_eq!(loaded.settings.reader.max_quantity, value, "{origin}");
        let shown = loaded.origin("reader.max_quantity").to_string();
        assert!(shown.ends_with(origin), "{shown} is not {origin}");
    }
}

#[test]
fn an_empty_variable_is_not_set() {
    let loaded = Case::new().dotenv("CHIT_CURRENCY=USD\n").environment("CHIT_CURRENCY", "").loads();
    assert_eq!(loaded.settings.currency, "USD");
}

#[test]
fn a_path_in_the_file_is_taken_from_the_file_s_folder() {
    let case = Case::new().file("menu = \"lunch/menu.csv\"\nmodifiers = \"/etc/modifiers.csv\"\n");
    let case = case.environment("CHIT_NOTIFY_FILE", "notices.jsonl");
    let settings = case.loads().settings;
    assert_eq!(settings.menu, case.path("lunch/menu.csv"));
    assert_eq!(settings.modifiers, Path::new("/etc/modifiers.csv"));
    assert_eq!(settings.notify.file.as_deref(), Some(Path::new("notices.jsonl")));
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let case = Case::new();
    fs::write(case.path("webhook"), "https://discord.com/api/webhooks/1/s3cr3t\n").unwrap();
    let file = case.path("webhook").display().to_string();
    let case = case.environment("CHIT_DISCORD_ORDERS_WEBHOOK_FILE", &file);
    let loaded = case.loads();
    let webhook = loaded.settings.notify.discord_orders_webhook.as_ref().unwrap();
    assert_eq!(webhook.expose(), "https://discord.com/api/webhooks/1/s3cr3t");
    assert_eq!(
        loaded.origin("notify.discord_orders_webhook").to_string(),
        "CHIT_DISCORD_ORDERS_WEBHOOK_FILE"
    );
    let both = case.environment("CHIT_DISCORD_ORDERS_WEBHOOK", "https://discord.com/api/webhooks/2/other");
    assert!(both.fails().contains("is set as well: unset one of them"), "{}", both.fails());
}

#[test]
fn a_secret_file_that_can_not_be_read_is_an_error() {
    let fails = Case::new().environment("DATABASE_URL_FILE", "/nowhere/url").fails();
    assert!(fails.contains("DATABASE_URL_FILE: the file /nowhere/url can't be read"), "{fails}");
}

#[test]
fn a_mistake_in_a_file_is_told_with_its_line() {
    let table = [
        ("x = 1", "chit.toml:1: unknown key `x`; did you mean `"),
        (
            "\n[reader]\nmax_quantty = 3",
            "chit.toml:3: unknown key `reader.max_quantty`; did you mean `reader.max_quantity`?",
        ),
        (
            "polite_requests = 'order'",
            "chit.toml:1: unknown key `polite_requests`; did you mean `reader.polite_requests`?",
        ),
        ("[reeder]\na = 1", "chit.toml:1: unknown key `reeder`; did you mean `reader`?"),
        (
            "embedding = 'static'",
            "chit.toml:1: `embedding` is a section: name one of its keys, such as `embedding.kind`",
        ),
        (
            "[listener]\nmax_batch = '3'",
            "chit.toml:2: `listener.max_batch` must be a whole number from 1 to 10000, not a TOML string",
        ),
        (
            "menu = ['a.csv']",
            "chit.toml:1: `menu` must be a path, written out (`~` is not expanded), not a TOML array",
        ),
        ("menu = 'a'\nmenu = 'b'", "chit.toml:2: duplicate key"),
        ("data_dir = '~/chit'", "chit.toml:1: `data_dir` = ~/chit must be a path, written out"),
    ];
    for (text, expected) in table {
        says(&Case::new().file(text), expected);
    }
    says(
        &Case::new().dotenv("CHIT_LOG=info\nthis is no line\n"),
        ".env:2: is no line of the form NAME=value",
    );
}

#[test]
fn a_mistaken_value_is_told_with_what_is_allowed() {
    let table = [
        ("CHIT_READR_ACCEPT", "1", "CHIT_READR_ACCEPT: unknown variable; did you mean CHIT_READER_ACCEPT?"),
        ("CHIT_DATABASE_URL", "x", "CHIT_DATABASE_URL: unknown variable; did you mean DATABASE_URL?"),
        (
            "CHIT_READER_ACCEPT",
            "1.5",
            "CHIT_READER_ACCEPT: `reader.accept` = 1.5 must be a number from 0 to 1",
        ),
        ("CHIT_READER_ACCEPT", "NaN", "must be a number from 0 to 1"),
        ("CHIT_CURRENCY", "eur", "CHIT_CURRENCY: `currency` = eur must be three capital letters such as EUR"),
        (
            "CHIT_TIMEZONE",
            "Vienna",
            "CHIT_TIMEZONE: `timezone` = Vienna must be a name such as Europe/Vienna",
        ),
        (
            "MEMCACHED_URL",
            "localhost",
            "`memcached_url` = localhost must be an address such as memcache://localhost:11211",
        ),
        ("CHIT_LOG", "infoo", "CHIT_LOG: `log` = infoo must be error, warn, info, debug, trace or off"),
    ];
    for (name, value, expected) in table {
        says(&Case::new().environment(name, value), expected);
    }
    let table = [
        (
            "embedding.kind",
            "openai",
            "--set: `embedding.kind` = openai must be one of static, fastembed, off",
        ),
        ("reader.max_total", "0", "--set: `reader.max_total` = 0 must be an amount over 0"),
        (
            "listener.max_workers",
            "-1",
            "--set: `listener.max_workers` = -1 must be a whole number from 1 to 256",
        ),
        ("reader", "1", "--set: `reader` is a section: name one of its keys, such as `reader.parser`"),
    ];
    for (key, value, expected) in table {
        says(&Case::new().flag(key, value), expected);
    }
    let case = Case::new().flag("reader.accept", "0.2").flag("reader.refuse", "0.5");
    says(&case, "`reader.refuse` = 0.5 must not be over `reader.accept` = 0.2");
}

fn says(case: &Case, expected: &str) {
    let told = case.fails();
    assert!(told.contains(expected), "\n{told}\ndoes not say\n{expected}");
}

#[test]
fn every_mistake_is_told_at_once() {
    let fails = Case::new().file("a = 1\nb = 2\n").environment("CHIT_C", "3").flag("d", "4").fails();
    assert_eq!(fails.lines().count(), 5, "{fails}");
}

#[test]
fn a_secret_that_is_refused_is_not_repeated() {
    let case = Case::new().environment("DATABASE_URL", "mysql://u:hunter2@h/d");
    let case = case.environment("CHIT_DISCORD_ENQUIRIES_WEBHOOK", "hunter2");
    let case = case.flag("notify.discord_orders_webhook", "hunter2");
    let fails = case.fails();
    assert_eq!(fails.matches(" must be ").count(), 3, "{fails}");
    assert!(!fails.contains("hunter2"), "{fails}");
    let fails = Case::new().dotenv("CHIT_LOG=info\nhunter2 is my password\n").fails();
    assert!(!fails.contains("hunter2"), "{fails}");
    let fails = Case::new().file("database_url = \"hunter2\nlog = 1").fails();
    assert!(!fails.contains("hunter2"), "{fails}");
}

#[test]
fn variables_of_the_tests_and_of_others_are_left_alone() {
    let case =
        Case::new().environment("CHIT_TEST_SEED", "1").environment("CHITCHAT", "1").dotenv("OTHER=1\n");
    assert_eq!(case.loads().settings.reader.max_quantity, 50);
}

#[test]
fn a_named_file_must_exist_and_wins_over_the_usual_one() {
    let mut case = Case::new().file("currency = 'USD'");
    fs::write(case.path("other.toml"), "currency = 'CHF'").unwrap();
    let other = case.path("other.toml");
    case.sources.environment.insert("CHIT_CONFIG".to_owned(), other.display().to_string());
    assert_eq!(case.loads().settings.currency, "CHF");
    assert_eq!(case.loads().file, Some(other));
    case.sources.file = Some(case.path("missing.toml"));
    assert!(case.fails().contains("missing.toml: can't be read"), "{}", case.fails());
}

#[test]
fn a_language_model_is_asked_where_one_is_named_whole() {
    let url = "http://127.0.0.1:8081/v1/";
    let named = || Case::new().environment("CHIT_LLM_BASE_URL", url).environment("CHIT_LLM_MODEL", "m");
    let settings = named().loads().settings;
    assert_eq!(
        (settings.parser(), settings.llm.base_url.as_deref()),
        (Parser::Cascade, Some(url.trim_end_matches('/')))
    );
    assert_eq!(named().flag("reader.parser", "grammar").loads().settings.parser(), Parser::Grammar);
    assert_eq!(Case::new().loads().settings.parser(), Parser::Grammar);
    let table = [
        (Case::new().flag("reader.parser", "llm"), "set llm.base_url and llm.model"),
        (Case::new().environment("CHIT_LLM_BASE_URL", url), "name the model to ask there"),
        (named().flag("llm.deadline_seconds", "40"), "must be at least 45, and is 30"),
        (
            Case::new().environment("CHIT_LLM_BASE_URL", "http://me:hunter2@host/v1"),
            "must be an address such as",
        ),
        (Case::new().environment("CHIT_LLM_API_KEY", "two words"), "must be a key of visible characters"),
    ];
    for (case, expected) in table {
        let fails = case.fails();
        assert!(fails.contains(expected), "{fails}");
    }
}
