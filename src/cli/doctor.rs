//! `chit doctor`: what is wrong, and what mends it.

use std::io::{self, Write};

use anyhow::{Context, Result};
use serde_json::json;

use super::exit::Exit;
use crate::config::Settings;
use crate::doctor::{Check, Surroundings, Verdict, examine, worst};

/// Look for problems, and name the command that mends each
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  chit doctor
  chit doctor --format json

Nothing is changed. Ends with 4 when something FAILs.")]
pub struct DoctorArgs {
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// Formats of the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One object: `worst`, and `checks` with `name`, `verdict`, `finding`, `remedy`.
    Json,
}

/// Examines and reports.
///
/// # Errors
/// The report can't be written; a problem that is found is no error.
pub async fn run(args: &DoctorArgs, settings: &Settings, surroundings: &Surroundings) -> Result<Exit> {
    let checks = examine(settings, surroundings).await;
    let mut out = io::stdout().lock();
    match args.format {
        Format::Text => write_text(&mut out, &checks).context("print the findings")?,
        Format::Json => {
            let report = json!({ "worst": worst(&checks), "checks": checks });
            writeln!(out, "{report:#}").context("print the findings")?;
        }
    }
    Ok(match worst(&checks) {
        Verdict::Ok | Verdict::Warn => Exit::Ok,
        Verdict::Fail => Exit::Problems,
    })
}

fn write_text(out: &mut impl Write, checks: &[Check]) -> io::Result<()> {
    let width = checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    for check in checks {
        writeln!(out, "{:<4}  {:<width$}  {}", word(check.verdict), check.name, check.finding)?;
        if let Some(remedy) = &check.remedy {
            writeln!(out, "      {:<width$}  → {remedy}", "")?;
        }
    }
    Ok(())
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "OK",
        Verdict::Warn => "WARN",
        Verdict::Fail => "FAIL",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_remedy_stands_under_its_finding() {
        let check = |name, verdict, remedy: Option<&str>| Check {
            name,
            verdict,
            finding: format!("the {name}"),
            remedy: remedy.map(str::to_owned),
        };
        let checks = [
            check("menu", Verdict::Fail, Some("chit menu import menu.csv")),
            check("outbox", Verdict::Ok, None),
        ];
        let mut out = Vec::new();
        write_text(&mut out, &checks).unwrap();
        let expected = "FAIL  menu    the menu\n              → chit menu import menu.csv\n\
                        OK    outbox  the outbox\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
