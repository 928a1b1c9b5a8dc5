//! `chit config`: what is set, and where it came from.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::context::Context;
use super::exit::Exit;
use super::output::{self, Format};
use crate::config::{KEYS, Settings};

/// Show what is set and what can be set
#[derive(Args)]
#[command(after_help = "Examples:
  chit config show                       every value and where it came from
  chit config show --format json
  chit config keys                       everything that can be set")]
pub struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Show each value and where it came from; secrets are hidden
    #[command(
        after_help = "Examples:\n  chit config show\n  chit --set bind=0.0.0.0:80 config show --format json"
    )]
    Show(FormatArgs),
    /// List everything that can be set, with its environment variable
    #[command(after_help = "Examples:\n  chit config keys\n  chit config keys --format json")]
    Keys(FormatArgs),
}

#[derive(Args)]
struct FormatArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Prints the configuration.
///
/// # Errors
/// When standard output is gone.
pub fn run(args: &ConfigArgs, context: &Context) -> anyhow::Result<Exit> {
    match &args.command {
        ConfigCommand::Show(FormatArgs { format }) => {
            output::rows(*format, &context.loaded.shown(), &["key", "value", "from"], |row| {
                let value = row.value.clone().unwrap_or_else(|| "(not set)".to_owned());
                vec![row.key.to_owned(), value, row.origin.clone()]
            })?;
        }
        ConfigCommand::Keys(FormatArgs { format }) => {
            let headers = ["key", "environment", "allowed", "default", "what it decides"];
            output::rows(*format, &keys(), &headers, |row| {
                let default = row.default.clone().unwrap_or_default();
                vec![
                    row.key.to_owned(),
                    row.environment.to_owned(),
                    row.allowed.clone(),
                    default,
                    row.doc.to_owned(),
                ]
            })?;
        }
    }
    Ok(Exit::Ok)
}

#[derive(Serialize)]
struct KeyRow {
    key: &'static str,
    environment: &'static str,
    allowed: String,
    default: Option<String>,
    secret: bool,
    doc: &'static str,
}

fn keys() -> Vec<KeyRow> {
    let defaults = Settings::default();
    let row = |key: &'static crate::config::Key| KeyRow {
        key: key.name,
        environment: key.environment,
        allowed: key.allowed(),
        default: key.show(&defaults).filter(|value| !value.is_empty()),
        secret: key.secret,
        doc: key.doc,
    };
    KEYS.iter().map(row).collect()
}
