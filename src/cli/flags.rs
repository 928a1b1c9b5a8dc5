//! The flags that every command takes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use crate::config::{Flag, LogFormat, Sources};

/// The flags that every command takes.
#[derive(Args)]
#[command(next_help_heading = "Options for every command")]
pub(super) struct GlobalArgs {
    /// Folder of the private Postgres and of what is kept in files
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Configuration file, in place of ./chit.toml
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A Postgres of yours, in place of the private one
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// What is logged to standard error, such as `warn` or `info,chit=debug`
    #[arg(long, global = true, value_name = "FILTER", conflicts_with_all = ["verbose", "quiet"])]
    log: Option<String>,
    /// How log lines look
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
    /// Log less: -q warnings, -qq errors
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "verbose")]
    quiet: u8,
    /// Log more: -v what Chit does, -vv everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Set any key; `chit config keys` lists them
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
}

impl GlobalArgs {
    /// Where the configuration is looked for: these flags, the environment, and the working directory.
    pub(super) fn sources(&self, environment: BTreeMap<String, String>) -> Sources {
        Sources {
            flags: self.flags(),
            file: self.config.clone(),
            dotenv: Some(PathBuf::from(".env")),
            default_file: Some(PathBuf::from("chit.toml")),
            environment,
        }
    }

    fn flags(&self) -> Vec<Flag> {
        let flag = |name: &str, key: &str, value: Option<String>| {
            value.map(|value| Flag { name: name.to_owned(), key: key.to_owned(), value })
        };
        let path = |path: &PathBuf| path.to_string_lossy().into_owned();
        let format = |format: &LogFormat| {
            clap::ValueEnum::to_possible_value(format).map(|value| value.get_name().to_owned())
        };
        let named = [
            flag("--data-dir", "data_dir", self.data_dir.as_ref().map(path)),
            flag("--database-url", "database_url", self.database_url.clone()),
            flag("--log", "log", self.log.clone()),
            flag("--log-format", "log_format", self.log_format.as_ref().and_then(format)),
            flag("-q", "log", quieter(self.quiet)),
            flag("-v", "log", louder(self.verbose)),
        ];
        let set = self.set.iter().filter_map(|(key, value)| flag("--set", key, Some(value.clone())));
        set.chain(named.into_iter().flatten()).collect()
    }
}

fn quieter(times: u8) -> Option<String> {
    let level = match times {
        0 => return None,
        1 => "warn",
        _ => "error",
    };
    Some(level.to_owned())
}

fn louder(times: u8) -> Option<String> {
    let filter = match times {
        0 => return None,
        1 => "info,chit=debug",
        _ => "debug,chit=trace",
    };
    Some(filter.to_owned())
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}
