//! A multinomial logistic regression: weights a feature, summed, and through a softmax to probabilities.

use anyhow::{Context, Result, ensure};
use foldhash::HashMap;

/// Order, enquiry, miscellaneous.
pub const CATEGORIES: usize = 3;

/// Weights of each feature, and of each dimension of a message's vector.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Linear {
    /// By the name of the feature; of `bias` once a message.
    pub weights: HashMap<String, [f32; CATEGORIES]>,
    /// A row a dimension; empty: the vector is not asked for.
    pub meaning: Vec<[f32; CATEGORIES]>,
}

/// A unit vector counts so much more than a single word.
pub const SCALE: f32 = 5.0;

impl Linear {
    /// Reads the file that [`Linear::to_tsv`] writes.
    pub fn parse(tsv: &str) -> Result<Self> {
        let mut linear = Self::default();
        for (at, line) in tsv.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let name = fields.next().unwrap_or_default();
            let mut row = [0.0; CATEGORIES];
            for weight in &mut row {
                let field = fields.next().with_context(|| format!("line {}: a weight is missing", at + 1))?;
                *weight = field.parse().with_context(|| format!("line {}: {field} is no number", at + 1))?;
            }
            match name.strip_prefix("v:") {
                Some(dimension) => {
                    ensure!(dimension.parse() == Ok(linear.meaning.len()), "line {}: out of order", at + 1);
                    linear.meaning.push(row);
                }
                None => _ = linear.weights.insert(name.to_owned(), row),
            }
        }
        Ok(linear)
    }

    /// One feature a line, tab-separated, in the order of the alphabet.
    pub fn to_tsv(&self) -> String {
        let mut names: Vec<&String> = self.weights.keys().collect();
        names.sort_unstable();
        let row = |name: &str, weights: &[f32; CATEGORIES]| {
            let weights: Vec<String> = weights.iter().map(|weight| format!("{weight:.3}")).collect();
            format!("{name}\t{}\n", weights.join("\t"))
        };
        let words = names.into_iter().map(|name| row(name, &self.weights[name]));
        words
            .chain(self.meaning.iter().enumerate().map(|(at, weights)| row(&format!("v:{at}"), weights)))
            .collect()
    }

    /// How likely each category is, in the order of [`CATEGORIES`].
    pub fn probabilities(&self, features: &[String], vector: Option<&[f32]>) -> [f32; CATEGORIES] {
        let mut sums = self.weights.get("bias").copied().unwrap_or_default();
        for row in features.iter().filter_map(|feature| self.weights.get(feature)) {
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += weight;
            }
        }
        for (row, value) in self.meaning.iter().zip(vector.unwrap_or_default()) {
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += weight * value * SCALE;
            }
        }
        softmax(sums)
    }
}

/// Sums to shares of one.
pub fn softmax(sums: [f32; CATEGORIES]) -> [f32; CATEGORIES] {
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    let powers = sums.map(|sum| (sum - most).exp());
    let total: f32 = powers.iter().sum();
    powers.map(|power| power / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_written_and_read() {
        let tsv = "bias\t0.000\t0.500\t0.000\nw:please\t2.000\t-1.000\t-1.000\nv:0\t1.000\t0.000\t0.000\n";
        let linear = Linear::parse(tsv).unwrap();
        assert_eq!(linear.to_tsv(), tsv);
        assert!(Linear::parse("w:a\t1.0\t2.0\n").is_err());
        assert!(Linear::parse("w:a\t1.0\tx\t2.0\n").is_err());
    }

    #[test]
    fn evidence_makes_a_category_likely() {
        let linear = Linear::parse("bias\t0\t0\t0\nw:please\t2\t-1\t-1\nv:0\t0\t3\t0\n").unwrap();
        let [order, enquiry, _] =
            linear.probabilities(&["w:please".to_owned(), "w:unknown".to_owned()], None);
        assert!(order > 0.9 && enquiry < 0.05);
        let [order, enquiry, _] = linear.probabilities(&["w:please".to_owned()], Some(&[1.0]));
        assert!(enquiry > 0.9 && order < 0.1);
        assert!((linear.probabilities(&[], None).iter().sum::<f32>() - 1.0).abs() < 1e-6);
    }
}
