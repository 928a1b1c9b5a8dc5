//! The programs that copy a whole database: `pg_dump`, `pg_restore`, `psql`.

use std::process::Stdio;

use percent_encoding::percent_decode_str;
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use tokio::process::Command;

use super::programs::{self, Programs};
use super::{Db, OpenError};
use crate::config::{Settings, search_path};

/// Programs that fit a server, and how they reach it.
#[derive(Clone)]
pub struct Client {
    /// Which programs.
    pub programs: Programs,
    environment: Vec<(&'static str, String)>,
}

impl Client {
    /// The programs for the server of a database.
    ///
    /// # Errors
    /// There are none of its version or later; the server can't be asked.
    pub async fn of(db: &Db, settings: &Settings) -> Result<Self, OpenError> {
        let options = db.pool.connect_options();
        let asked = sqlx::query_scalar!("select current_setting('server_version_num')::int / 10000")
            .fetch_one(&db.pool)
            .await
            .map_err(|source| OpenError::Unreachable { address: super::address(&options), source })?;
        let major = asked.and_then(|major| u32::try_from(major).ok()).unwrap_or(programs::OLDEST);
        let programs = programs::client(major, settings.pg_bin_dir.as_deref(), &search_path())
            .ok_or(OpenError::NoClient { major })?;
        Ok(Self { programs, environment: environment(&options) })
    }

    /// One of the programs, connected to the database and ended with this process. What it needs to
    /// get in is in its environment: its command line is there for everybody on the machine to read.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.path(name));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }
}

fn environment(options: &PgConnectOptions) -> Vec<(&'static str, String)> {
    let url = options.to_url_lossy();
    let host = options.get_socket().map_or(options.get_host().into(), |socket| socket.to_string_lossy());
    let user = options.get_username();
    let mut environment = vec![
        ("PGHOST", host.into_owned()),
        ("PGPORT", options.get_port().to_string()),
        ("PGUSER", user.to_owned()),
        ("PGDATABASE", options.get_database().unwrap_or(user).to_owned()),
        ("PGAPPNAME", "chit backup".to_owned()),
        ("PGOPTIONS", options.get_options().unwrap_or_default().to_owned()),
    ];
    if let Some(password) = url.password() {
        environment.push(("PGPASSWORD", percent_decode_str(password).decode_utf8_lossy().into_owned()));
    }
    let named = [
        ("sslmode", "PGSSLMODE"),
        ("sslrootcert", "PGSSLROOTCERT"),
        ("sslcert", "PGSSLCERT"),
        ("sslkey", "PGSSLKEY"),
    ];
    for (parameter, value) in url.query_pairs() {
        if let Some((_, name)) = named.iter().find(|(known, _)| *known == parameter) {
            environment.push((name, value.into_owned()));
        }
    }
    environment
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    #[test]
    fn a_password_goes_into_the_environment_as_it_is() {
        let url = "postgres://ann:p%40ss%3Aw%C3%B6rd%2B%20@db.example:6000/shop?sslmode=verify-full";
        let environment = environment(&PgConnectOptions::from_str(url).unwrap());
        let value =
            |name| environment.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        assert_eq!(value("PGPASSWORD"), Some("p@ss:wörd+ "));
        assert_eq!(value("PGHOST"), Some("db.example"));
        assert_eq!(value("PGPORT"), Some("6000"));
        assert_eq!(value("PGUSER"), Some("ann"));
        assert_eq!(value("PGDATABASE"), Some("shop"));
        assert_eq!(value("PGSSLMODE"), Some("verify-full"));
    }
}
