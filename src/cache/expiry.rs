//! When a memcached entry ends.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use memcache::exp::Ttl;

/// More seconds than this are read by memcached as a moment since 1970, which a duration is never
/// meant to be: the entry would be gone at once, without an error.
const LONGEST_RELATIVE: u64 = 60 * 60 * 24 * 30;

/// An expiry as memcached understands it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expiry {
    /// Seconds from now.
    After(u32),
    /// Seconds since 1970.
    At(u32),
}

impl Expiry {
    /// At least one second; parts of a second are rounded up.
    pub fn after(kept: Duration, now: SystemTime) -> Self {
        let seconds = kept.as_secs().saturating_add(u64::from(kept.subsec_nanos() > 0)).max(1);
        let short = |seconds: u64| u32::try_from(seconds).unwrap_or(u32::MAX);
        if seconds <= LONGEST_RELATIVE {
            return Self::After(short(seconds));
        }
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Self::At(short(now.saturating_add(seconds)))
    }
}

impl From<Expiry> for Ttl {
    fn from(expiry: Expiry) -> Self {
        match expiry {
            Expiry::After(seconds) => Self::secs(seconds),
            Expiry::At(seconds) => Self::at(UNIX_EPOCH + Duration::from_secs(u64::from(seconds))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_expiries_are_moments_and_short_ones_durations() {
        let now = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let table = [
            (Duration::ZERO, Expiry::After(1)),
            (Duration::from_millis(1500), Expiry::After(2)),
            (Duration::from_secs(60), Expiry::After(60)),
            (Duration::from_secs(2_592_000), Expiry::After(2_592_000)),
            (Duration::from_millis(2_592_000_001), Expiry::At(1_802_592_001)),
            (Duration::from_secs(2_592_001), Expiry::At(1_802_592_001)),
            (super::super::KEPT, Expiry::At(1_805_184_000)),
            (Duration::MAX, Expiry::At(u32::MAX)),
        ];
        for (kept, expiry) in table {
            assert_eq!(Expiry::after(kept, now), expiry, "{kept:?}");
        }
    }
}
