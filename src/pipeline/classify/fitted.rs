//! What messages like it were, weighed against what the rules say.

use std::sync::{Arc, LazyLock};

use super::linear::{CATEGORIES, Linear};
use super::{Classified, Signals};
use crate::pipeline::Category;

/// The fitted weights: of words and signals, and of those with the meaning of the whole message.
#[derive(Clone, Debug)]
pub struct Categories {
    words: Arc<Linear>,
    meaning: Arc<Linear>,
}

/// The model that the weights of meaning belong to.
const MEANING_OF: &str = "static:minilm-l6-static-256";
/// Words and signals alone decide from this probability on.
const SURE: f32 = 0.97;
/// From here on an order is believed that the rules do not see.
const SURELY_ORDERED: f32 = 0.8;
/// An order that is plainly stated stays one unless it is less likely than this.
const PLAINLY_NOT: f32 = 0.02;

/// Made again by `chit classifier fit`; read once.
static FITTED: LazyLock<Categories> = LazyLock::new(|| {
    let read = |tsv: &str| Arc::new(Linear::parse(tsv).unwrap_or_default());
    Categories { words: read(include_str!("words.tsv")), meaning: read(include_str!("meaning.tsv")) }
});

impl Categories {
    /// The weights that come with the program.
    pub fn fitted() -> Self {
        FITTED.clone()
    }

    /// What the rules say, weighed against what messages like it were. `meaning` is asked only when words and
    /// signals leave doubt. A plainly stated order is never talked away, and none made of a message in which the
    /// rules see none unless it is likely.
    pub fn decide<'a>(
        &self,
        rules: Classified,
        signals: &Signals,
        evidence: &[String],
        meaning: impl FnOnce() -> Option<(&'a str, Vec<f32>)>,
    ) -> Classified {
        if signals.words == 0 || self.words.weights.is_empty() {
            return rules;
        }
        let mut likely = self.words.probabilities(evidence, None);
        if likeliest(&likely).1 < SURE
            && let Some((_, vector)) = meaning().filter(|(model, _)| *model == MEANING_OF)
        {
            likely = self.meaning.probabilities(evidence, Some(&vector));
        }
        let (best, score) = likeliest(&likely);
        let runner_up =
            likeliest(&std::array::from_fn(|at| if at == best as usize { 0.0 } else { likely[at] })).0;
        let ordered = likely[Category::Order as usize];
        let plainly = rules.category == Category::Order && signals.is_stated() && ordered >= PLAINLY_NOT;
        let unseen = best == Category::Order
            && rules.category != Category::Order
            && signals.dishes > 0
            && ordered < SURELY_ORDERED;
        if best == rules.category {
            Classified { score, runner_up, ..rules }
        } else if plainly || unseen || best == Category::Miscellaneous && signals.asks_of_us(rules.category) {
            rules
        } else {
            Classified { category: best, score, runner_up, reason: like(best).to_owned() }
        }
    }
}

/// The category of the highest probability, and that.
pub fn likeliest(likely: &[f32; CATEGORIES]) -> (Category, f32) {
    let all = [Category::Order, Category::Enquiry, Category::Miscellaneous];
    all.into_iter()
        .zip(*likely)
        .fold((Category::Miscellaneous, f32::MIN), |best, next| if next.1 > best.1 { next } else { best })
}

fn like(category: Category) -> &'static str {
    match category {
        Category::Order => "it is worded like an order",
        Category::Enquiry => "it is worded like a question or a matter to be answered",
        Category::Miscellaneous => "it is worded like neither an order nor a question to the house",
    }
}
