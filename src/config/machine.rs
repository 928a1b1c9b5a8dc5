//! What is read from the process and the machine, here and nowhere else.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use chrono_tz::Tz;

use super::Settings;

/// The process's variables. What is no Unicode is shown with replacement characters, so that it is
/// refused where it matters.
pub fn environment() -> BTreeMap<String, String> {
    let unicode = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
    };
    std::env::vars_os().filter_map(unicode).collect()
}

/// Whether nobody asked for plain text, by <https://no-color.org> or a dumb terminal.
pub fn colour_is_welcome(environment: &BTreeMap<String, String>) -> bool {
    let value = |name: &str| environment.get(name).map_or("", String::as_str);
    value("NO_COLOR").is_empty() && value("TERM") != "dumb"
}

/// The folders in which the shell would look for a program.
pub fn search_path() -> Vec<PathBuf> {
    std::env::var_os("PATH").iter().flat_map(std::env::split_paths).collect()
}

impl Settings {
    /// The restaurant's zone: the one set, else the machine's, else UTC.
    pub fn zone(&self) -> Tz {
        let named = self.timezone.as_deref().and_then(|name| Tz::from_str(name).ok());
        let machine = || iana_time_zone::get_timezone().ok().and_then(|name| Tz::from_str(&name).ok());
        named.or_else(machine).unwrap_or(Tz::UTC)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_plain_text_gets_it() {
        let table = [
            ("TERM", "xterm", true),
            ("NO_COLOR", "1", false),
            ("NO_COLOR", "", true),
            ("TERM", "dumb", false),
        ];
        for (name, value, welcome) in table {
            let environment = BTreeMap::from([(name.to_owned(), value.to_owned())]);
            assert_eq!(colour_is_welcome(&environment), welcome, "{name}={value}");
        }
    }
}
