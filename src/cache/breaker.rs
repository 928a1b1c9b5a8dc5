//! After a failure, leave the other side alone for a moment instead of waiting for it on every call.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Lets calls through until one fails; then one call each `pause`, until one succeeds.
#[derive(Debug)]
pub(super) struct Breaker {
    pause: Duration,
    closed_until: Mutex<Option<Instant>>,
}

impl Breaker {
    pub fn new(pause: Duration) -> Self {
        Self { pause, closed_until: Mutex::new(None) }
    }

    /// Whether to call. The first to ask after a pause is the one that tries, and the others wait on.
    pub fn admits(&self, now: Instant) -> bool {
        let mut closed_until = self.locked();
        match *closed_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                *closed_until = Some(now + self.pause);
                true
            }
        }
    }

    /// A call got its answer. True when the call before had none.
    pub fn succeeded(&self) -> bool {
        self.locked().take().is_some()
    }

    /// A call got no answer. True when the call before had one.
    pub fn failed(&self, now: Instant) -> bool {
        self.locked().replace(now + self.pause).is_none()
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.closed_until.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_failure_one_call_a_pause_is_tried_until_one_succeeds() {
        let breaker = Breaker::new(Duration::from_secs(2));
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(breaker.admits(at(0)));
        assert!(breaker.failed(at(0)));
        assert!(!breaker.failed(at(0)), "the second failure is no news");
        assert!(!breaker.admits(at(1)));
        assert!(breaker.admits(at(2)));
        assert!(!breaker.admits(at(2)), "only one tries");
        assert!(!breaker.failed(at(3)));
        assert!(!breaker.admits(at(4)));
        assert!(breaker.admits(at(5)));
        assert!(breaker.succeeded());
        assert!(!breaker.succeeded(), "the second success is no news");
        assert!(breaker.admits(at(5)) && breaker.admits(at(5)));
    }
}
