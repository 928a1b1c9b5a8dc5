//! The real program, as a shell sees it.

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// The program in a folder of its own, without this machine's environment.
pub struct Shell {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command left behind.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Shell {
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), variables: Vec::new() }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chit"));
        command.args(arguments.split_whitespace()).current_dir(self.folder.path()).env_clear();
        command.env("HOME", self.folder.path()).envs(self.variables.iter().cloned()).stdin(Stdio::null());
        command
    }

    pub fn chit(&self, arguments: &str) -> Said {
        self.given(arguments, "")
    }

    /// With these words on standard input.
    pub fn given(&self, arguments: &str, words: &str) -> Said {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = command.spawn().unwrap();
        // A program that does not read them may have ended before.
        drop(running.stdin.take().unwrap().write_all(words.as_bytes()));
        let Output { status, stdout, stderr } = running.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { code: status.code().unwrap(), out: text(stdout), err: text(stderr) }
    }
}

#[test]
fn help_names_every_exit_code_and_an_example() {
    let help = Shell::new().chit("--help");
    assert_eq!(help.code, 0);
    for code in ["0 ", "1 ", "2 ", "3 ", "4 ", "75 ", "78 ", "130 "] {
        assert!(help.out.lines().any(|line| line.contains(&format!(" {code}"))), "{code}\n{}", help.out);
    }
    assert!(help.out.contains("Examples:"), "{}", help.out);
}

#[test]
fn the_choices_of_a_flag_are_explained() {
    let help = Shell::new().chit("orders --help").out;
    assert!(help.contains("reclassified: It was no order after all"), "{help}");
}

#[test]
fn a_command_line_that_can_not_be_read_ends_with_2() {
    for arguments in [
        "",
        "nonsense",
        "orders --state burnt",
        "orders --day friday",
        "orders --limit 0",
        "--set reader config show",
        "dead retry",
        "dead retry 1 --all",
        "-q -v config show",
    ] {
        let said = Shell::new().chit(arguments);
        assert_eq!(said.code, 2, "chit {arguments}\n{}", said.err);
        assert_eq!(said.out, "", "chit {arguments}");
    }
    assert!(Shell::new().chit("order").err.contains("'orders'"));
}

#[test]
fn a_configuration_that_can_not_be_used_ends_with_78_and_says_why() {
    let shell = Shell::new();
    fs::write(shell.folder().join("chit.toml"), "[reader]\nmax_totl = 3\n").unwrap();
    let said = shell.chit("config show");
    assert_eq!(said.code, 78);
    assert_eq!(
        said.err,
        "error: the configuration can't be used\n  \
         chit.toml:2: unknown key `reader.max_totl`; did you mean `reader.max_total`?\n"
    );
}

#[test]
fn a_database_that_can_not_be_reached_ends_with_75_and_hides_the_password() {
    let shell = Shell::new().with("DATABASE_URL", "postgres://amy:hunter2@127.0.0.1:1/chit");
    let said = shell.chit("orders");
    assert_eq!(said.code, 75, "{}", said.err);
    assert!(said.err.starts_with("error: "), "{}", said.err);
    assert!(!said.err.contains("hunter2"), "{}", said.err);
}

#[test]
fn config_show_says_where_each_value_came_from_and_hides_secrets() {
    let shell = Shell::new()
        .with("DATABASE_URL", "postgres://amy:hunter2@db.example/chit")
        .with("CHIT_DISCORD_ORDERS_WEBHOOK", "https://discord.com/api/webhooks/17/hunter2");
    fs::write(shell.folder().join(".env"), "CHIT_CURRENCY=CHF\n").unwrap();
    fs::write(shell.folder().join("chit.toml"), "\nbind = \"0.0.0.0:80\"\n").unwrap();
    let said = shell.chit("--set reader.max_quantity=7 -v config show --format json");
    assert_eq!(said.code, 0, "{}", said.err);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&said.out).unwrap();
    let table = [
        ("database_url", "postgres://amy:•••@db.example/chit", "DATABASE_URL"),
        ("notify.discord_orders_webhook", "https://discord.com/•••", "CHIT_DISCORD_ORDERS_WEBHOOK"),
        ("currency", "CHF", ".env CHIT_CURRENCY"),
        ("bind", "0.0.0.0:80", "chit.toml:2"),
        ("reader.max_quantity", "7", "--set"),
        ("log", "info,chit=debug", "-v"),
        ("modifiers", "modifiers.csv", "default"),
    ];
    for (key, value, origin) in table {
        let row = rows.iter().find(|row| row["key"] == key).unwrap();
        assert_eq!((row["value"].as_str(), row["origin"].as_str()), (Some(value), Some(origin)), "{key}");
    }
    for output in [said, shell.chit("config show")] {
        assert!(!format!("{}{}", output.out, output.err).contains("hunter2"));
    }
}

#[test]
fn the_data_directory_is_the_user_s_own_unless_named() {
    let shell = Shell::new();
    let value = |arguments: &str| {
        let rows: Vec<serde_json::Value> = serde_json::from_str(&shell.chit(arguments).out).unwrap();
        rows.iter().find(|row| row["key"] == "data_dir").unwrap()["value"].as_str().unwrap().to_owned()
    };
    let home = shell.folder().join(".local/share/chit").display().to_string();
    assert_eq!(value("config show --format json"), home);
    let named = shell.folder().canonicalize().unwrap().join("here").display().to_string();
    assert_eq!(value("--data-dir here config show --format json"), named);
}

#[test]
fn output_that_is_no_terminal_has_no_colours() {
    for shell in [Shell::new(), Shell::new().with("NO_COLOR", "1")] {
        for arguments in ["config show", "config keys", "--help", "nonsense"] {
            let said = shell.chit(arguments);
            assert!(!said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'), "chit {arguments}");
        }
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let mut child =
        Shell::new().command("config keys").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
}

#[test]
fn a_command_with_nothing_in_flight_ends_at_the_first_signal() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://amy@{}/chit", silent.local_addr().unwrap());
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let shell = Shell::new().with("DATABASE_URL", &url);
        let mut child = shell.command("orders").stderr(Stdio::piped()).spawn().unwrap();
        let connection = silent.accept().unwrap();
        kill(Pid::from_raw(child.id().try_into().unwrap()), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
        drop(connection);
    }
}
