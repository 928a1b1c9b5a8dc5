//! What is wrong with this installation, and the command that mends it. Changes nothing.

mod machine;
mod messages;
mod notices;
mod tables;

use serde::Serialize;
use sqlx::PgPool;

use crate::config::Settings;
use crate::db;

/// How a check ended; the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, but somebody should look.
    Warn,
    /// Something does not work, or somebody was not told.
    Fail,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What, in a word or two.
    pub name: &'static str,
    /// How it is.
    pub verdict: Verdict,
    /// What was found.
    pub finding: String,
    /// What to do about it, with the command.
    pub remedy: Option<String>,
}

/// Something beside the database that was opened by the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Which one is in use, such as `memcached at localhost:11211`.
    pub description: String,
    /// What is wrong with it and what mends it, if anything is.
    pub trouble: Option<Trouble>,
}

/// What is wrong with a part; the service works without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What was found.
    pub finding: String,
    /// What to do about it.
    pub remedy: String,
}

/// What the doctor is told rather than looks up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Where the settings came from, such as `chit.toml, environment`.
    pub settings_from: String,
    /// The menu cache.
    pub cache: Part,
    /// What makes vectors of words.
    pub embedding: Part,
    /// The language model; `None`: none is asked.
    pub llm: Option<Part>,
    /// Names of the destinations that the settings name.
    pub destinations: Vec<String>,
}

/// Looks at everything. A check that can't be made is a failed one.
pub async fn examine(settings: &Settings, surroundings: &Surroundings) -> Vec<Check> {
    let mut checks = vec![
        machine::check_settings(settings, &surroundings.settings_from),
        machine::check_data_directory(settings),
        machine::check_programs(settings),
    ];
    if !db::is_made(settings) {
        let finding = "there is no database yet: the first start makes it";
        checks.push(Check::new("postgres", Ok(Finding::warn(finding, "chit serve"))));
    } else {
        match db::connect(settings).await {
            Err(error) => {
                let found = format!("{:#}", anyhow::Error::from(error));
                let trouble = Finding::fail(found, "mend that, then `chit doctor` again");
                checks.push(Check::new("postgres", Ok(trouble)));
            }
            Ok(db) => {
                checks.push(tables::check_postgres(&db).await);
                checks.extend(examine_database(&db.pool, surroundings).await);
                db.close().await;
            }
        }
    }
    checks.push(part("cache", &surroundings.cache));
    checks.push(part("embedding", &surroundings.embedding));
    checks.extend(surroundings.llm.as_ref().map(|llm| part("language model", llm)));
    checks
}

/// The worst of them; an empty list is well.
pub fn worst(checks: &[Check]) -> Verdict {
    checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Ok)
}

async fn examine_database(pool: &PgPool, surroundings: &Surroundings) -> Vec<Check> {
    let migrations = tables::check_migrations(pool).await;
    if migrations.verdict != Verdict::Ok {
        // The other checks would only repeat that the tables are not as they should be.
        return vec![migrations];
    }
    vec![
        migrations,
        tables::check_durability(pool).await,
        tables::check_menu(pool).await,
        messages::check_balance(pool).await,
        messages::check_in_flight(pool).await,
        messages::check_dead(pool).await,
        messages::check_watermark(pool).await,
        notices::check_outbox(pool).await,
        notices::check_dead(pool).await,
        notices::check_destinations(pool, &surroundings.destinations).await,
    ]
}

fn part(name: &'static str, part: &Part) -> Check {
    let found = match &part.trouble {
        None => Finding::ok(part.description.clone()),
        Some(Trouble { finding, remedy }) => {
            Finding::warn(format!("{}: {finding}", part.description), remedy.clone())
        }
    };
    Check::new(name, Ok(found))
}

impl Check {
    fn new(name: &'static str, found: anyhow::Result<Finding>) -> Self {
        let Finding { verdict, text, remedy } = found.unwrap_or_else(|error| Finding {
            verdict: Verdict::Fail,
            text: format!("can't be checked: {error:#}"),
            remedy: None,
        });
        Self { name, verdict, finding: text, remedy }
    }
}

struct Finding {
    verdict: Verdict,
    text: String,
    remedy: Option<String>,
}

impl Finding {
    fn ok(text: impl Into<String>) -> Self {
        Self { verdict: Verdict::Ok, text: text.into(), remedy: None }
    }

    fn warn(text: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warn, text: text.into(), remedy: Some(remedy.into()) }
    }

    fn fail(text: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fail, text: text.into(), remedy: Some(remedy.into()) }
    }
}

/// Seconds as a person says them.
fn spoken(seconds: i64) -> String {
    match seconds {
        ..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} min", seconds / 60),
        7200..=172_799 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_can_not_be_made_is_a_failed_one() {
        let check = Check::new("menu", Err(anyhow::anyhow!("no such table").context("read the menu")));
        assert_eq!(check.verdict, Verdict::Fail);
        assert_eq!(check.finding, "can't be checked: read the menu: no such table");
        assert_eq!(worst(&[check]), Verdict::Fail);
    }

    #[test]
    fn seconds_are_said_as_people_say_them() {
        for (seconds, words) in [(5, "5 s"), (125, "2 min"), (7300, "2 h"), (200_000, "2 days")] {
            assert_eq!(spoken(seconds), words);
        }
    }
}
