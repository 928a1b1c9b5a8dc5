//! A count of right ones with what it says about all others like them.

use std::fmt;

use serde::Serialize;

/// So many right, of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Share {
    /// How many were right.
    pub right: u64,
    /// Of how many.
    pub of: u64,
    /// 0 to 1; `None` of nothing.
    pub share: Option<f64>,
    /// Lower end of the 95 % Wilson interval.
    pub low: f64,
    /// Upper end of it.
    pub high: f64,
}

impl Share {
    /// Computes share and interval.
    pub fn new(right: u64, of: u64) -> Self {
        if of == 0 {
            return Self { right, of, share: None, low: 0.0, high: 1.0 };
        }
        let (z, n, p) = (1.96_f64, of as f64, right as f64 / of as f64);
        let spread = z * ((p * (1.0 - p) + z * z / (4.0 * n)) / n).sqrt();
        let middle = p + z * z / (2.0 * n);
        let scale = 1.0 + z * z / n;
        let within = |x: f64| (x / scale).clamp(0.0, 1.0);
        Self { right, of, share: Some(p), low: within(middle - spread), high: within(middle + spread) }
    }

    /// Counts the `true` ones.
    pub fn count(answers: impl IntoIterator<Item = bool>) -> Self {
        let (mut right, mut of) = (0, 0);
        for answer in answers {
            of += 1;
            right += u64::from(answer);
        }
        Self::new(right, of)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(share) = self.share else { return f.write_str("–") };
        let percent = |x: f64| x * 100.0;
        write!(
            f,
            "{:.1} %  ({} of {}; 95 %: {:.1} to {:.1})",
            percent(share),
            self.right,
            self.of,
            percent(self.low),
            percent(self.high)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_says_how_sure_it_is() {
        assert_eq!(Share::new(44, 48).to_string(), "91.7 %  (44 of 48; 95 %: 80.4 to 96.7)");
        assert_eq!(Share::new(10, 10).to_string(), "100.0 %  (10 of 10; 95 %: 72.2 to 100.0)");
        assert_eq!(Share::new(0, 0).to_string(), "–");
    }
}
