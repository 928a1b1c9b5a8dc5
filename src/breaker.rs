//! After repeated failures, leave the other side alone for a while instead of waiting for it on every call.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Lets calls through until some in a row fail; then one call each `pause`, until one succeeds.
#[derive(Debug)]
pub struct Breaker {
    after: u32,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    open_until: Option<Instant>,
}

impl Breaker {
    /// Opens after so many failures in a row.
    pub fn new(after: u32, pause: Duration) -> Self {
        Self { after, pause, state: Mutex::default() }
    }

    /// Whether to call. The first to ask after a pause is the one that tries, and the others wait on.
    pub fn admits(&self, now: Instant) -> bool {
        let mut state = self.locked();
        match state.open_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                state.open_until = Some(now + self.pause);
                true
            }
        }
    }

    /// Whether calls would be refused now; asking changes nothing.
    pub fn is_open(&self, now: Instant) -> bool {
        self.locked().open_until.is_some_and(|until| now < until)
    }

    /// A call got its answer. True when the calls before had none.
    pub fn succeeded(&self) -> bool {
        std::mem::take(&mut *self.locked()).open_until.is_some()
    }

    /// A call got no answer. True when this is the failure that opens it.
    pub fn failed(&self, now: Instant) -> bool {
        self.failed_until(now + self.pause)
    }

    /// As [`Breaker::failed`], by an other side that said when to come back.
    pub fn failed_until(&self, until: Instant) -> bool {
        let mut state = self.locked();
        state.failures = state.failures.saturating_add(1);
        if state.failures < self.after {
            return false;
        }
        state.open_until.replace(until).is_none()
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_failure_one_call_a_pause_is_tried_until_one_succeeds() {
        let breaker = Breaker::new(1, Duration::from_secs(2));
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(breaker.admits(at(0)));
        assert!(breaker.failed(at(0)));
        assert!(!breaker.failed(at(0)), "the second failure is no news");
        assert!(!breaker.admits(at(1)) && breaker.is_open(at(1)));
        assert!(!breaker.is_open(at(2)) && breaker.admits(at(2)));
        assert!(!breaker.admits(at(2)), "only one tries");
        assert!(!breaker.failed(at(3)));
        assert!(!breaker.admits(at(4)));
        assert!(breaker.admits(at(5)));
        assert!(breaker.succeeded());
        assert!(!breaker.succeeded(), "the second success is no news");
        assert!(breaker.admits(at(5)) && breaker.admits(at(5)));
    }

    #[test]
    fn it_opens_only_after_as_many_failures_in_a_row_as_were_named() {
        let breaker = Breaker::new(3, Duration::from_secs(2));
        let now = Instant::now();
        assert!(!breaker.failed(now) && !breaker.failed(now));
        assert!(!breaker.succeeded(), "it was never open");
        assert!(!breaker.failed(now) && !breaker.failed(now) && breaker.admits(now));
        assert!(breaker.failed_until(now + Duration::from_secs(60)));
        assert!(!breaker.admits(now + Duration::from_secs(59)));
    }
}
