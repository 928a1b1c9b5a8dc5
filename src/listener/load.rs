//! How many batches at once, and how many messages in each.

use std::time::{Duration, Instant};

/// The number of batches to work at once, from the cores and the load average.
#[derive(Debug)]
pub struct Workers {
    cores: usize,
    cap: usize,
    wanted: usize,
    looked: Option<Instant>,
}

impl Workers {
    /// At most `cap`, or twice the cores.
    pub fn new(cap: Option<usize>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { cores, cap: cap.unwrap_or(cores * 2).max(1), wanted: 1, looked: None }
    }

    /// Computed anew every two seconds.
    pub fn wanted(&mut self) -> usize {
        if self.looked.is_none_or(|at| at.elapsed() > Duration::from_secs(2)) {
            self.wanted = wanted(self.cores, self.cap, load_average());
            self.looked = Some(Instant::now());
        }
        self.wanted
    }
}

/// Two batches a core hide the waits for the database; on a machine whose queue is longer than its cores
/// one a core, and one in all where it is three times as long.
fn wanted(cores: usize, cap: usize, load: Option<f64>) -> usize {
    let queue = load.map_or(0.0, |load| load / cores as f64);
    let wanted = if queue < 1.5 {
        cores * 2
    } else if queue < 3.0 {
        cores
    } else {
        1
    };
    wanted.clamp(1, cap)
}

/// Over the last minute, where the system tells.
fn load_average() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

/// The number of messages to claim: it doubles while claims come back full and halves when they don't, so
/// that a rush is worked in big batches and a single message at once.
#[derive(Debug)]
pub struct BatchSize {
    wanted: u32,
    cap: u32,
}

impl BatchSize {
    /// Between 8 and `cap`.
    pub fn new(cap: u32) -> Self {
        Self { wanted: 8.min(cap).max(1), cap: cap.max(1) }
    }

    /// How many to claim now.
    pub fn wanted(&self) -> u32 {
        self.wanted
    }

    /// Tells how many the last claim brought.
    pub fn found(&mut self, count: usize) {
        let full = count >= self.wanted as usize;
        let next = if full { self.wanted.saturating_mul(2) } else { self.wanted / 2 };
        self.wanted = next.clamp(8.min(self.cap), self.cap);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_machine_gets_fewer_batches_at_once() {
        let table = [
            (2, 8, None, 4),
            (2, 8, Some(0.3), 4),
            (2, 3, Some(0.3), 3),
            (2, 8, Some(4.0), 2),
            (2, 8, Some(9.0), 1),
            (16, 64, Some(20.0), 32),
        ];
        for (cores, cap, load, expected) in table {
            assert_eq!(wanted(cores, cap, load), expected, "{cores} cores, cap {cap}, load {load:?}");
        }
    }

    #[test]
    fn batches_grow_in_a_rush_and_shrink_after_it() {
        let mut size = BatchSize::new(100);
        for found in [8, 16, 32, 64, 100, 100] {
            size.found(found);
        }
        assert_eq!(size.wanted(), 100);
        for found in [0, 0, 0, 0] {
            size.found(found);
        }
        assert_eq!(size.wanted(), 8);
    }
}
