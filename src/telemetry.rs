//! Log lines on standard error, without secrets.

use std::io::{self, Write};

use anyhow::Context;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{LogFormat, Redactor};

/// Starts logging to standard error for the whole process, as `filter` says. Colour is for people:
/// the caller knows whether one is looking.
///
/// # Errors
/// When the filter can't be read or logging was started before.
pub fn start(filter: &str, format: LogFormat, colour: bool, redactor: Redactor) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(format!("{QUIET},{filter}")).context("read the log filter")?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colour)
        .with_target(false)
        .with_writer(CleanStderr { redactor });
    let started = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().with_target(true).flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!(error)).context("start logging")
}

/// Starts counting for the whole process; the handle gives what was counted, for Prometheus.
///
/// # Errors
/// When counting was started before.
pub fn count() -> anyhow::Result<PrometheusHandle> {
    PrometheusBuilder::new().install_recorder().context("start counting")
}

/// What Postgres notes of its own accord ("already exists, skipping") is of no use to an owner, and what the library of
/// the language model logs may hold a customer's words, unless the filter names it.
const QUIET: &str = "sqlx::postgres::notice=warn,async_openai=off";

struct CleanStderr {
    redactor: Redactor,
}

impl<'a> MakeWriter<'a> for CleanStderr {
    type Writer = Clean<'a, io::Stderr>;

    fn make_writer(&'a self) -> Self::Writer {
        Clean { redactor: &self.redactor, out: io::stderr() }
    }
}

/// A line arrives in one piece, so a secret is never split over two writes.
struct Clean<'a, W> {
    redactor: &'a Redactor,
    out: W,
}

impl<W: Write> Write for Clean<'_, W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        self.out.write_all(self.redactor.clean(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    #[test]
    fn a_log_line_holds_no_password() {
        let settings =
            Settings { database_url: Some("postgres://amy:hunter2@db/chit".into()), ..Settings::default() };
        let redactor = Redactor::new(&settings);
        let mut clean = Clean { redactor: &redactor, out: Vec::new() };
        clean.write_all(b"connect with hunter2 to \xff\n").unwrap();
        assert_eq!(String::from_utf8(clean.out).unwrap(), "connect with ••• to \u{fffd}\n");
    }
}
