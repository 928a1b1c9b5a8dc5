//! Verdicts on single rows, and what has changed since an earlier measurement.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::judge::{Judged, Order};

/// How one labelled message was read: what a later measurement is held against. It holds no word of the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The row's id; of a row without one, the digest of its message.
    pub id: String,
    /// The first 16 hexadecimal digits of the SHA-256 of the message.
    pub message: String,
    /// Outcome, category and lines are as labelled, as far as the row says.
    pub right: bool,
    /// It became an order, and must not.
    pub false_order: bool,
    /// The order it is about; `None`: it is about none.
    pub order: Option<OrderTotal>,
    /// The label was shown to be wrong.
    pub excepted: bool,
}

/// What an order comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTotal {
    /// `None` when an item has no price.
    pub total: Option<Decimal>,
}

/// Orders that were read wrong, and what they come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WrongOrders {
    /// Orders with a price.
    pub priced: u64,
    /// What they come to together.
    pub total: Decimal,
    /// Orders of which an item has no price.
    pub unpriced: u64,
}

/// What has changed between two measurements, over the rows that are in both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Rows in both.
    pub compared: u64,
    /// Rows that were measured before only.
    pub only_before: u64,
    /// Rows that are measured now only.
    pub only_now: u64,
    /// Rows in both whose label was shown to be wrong; not compared.
    pub excepted: u64,
    /// Ids of rows that were wrong and are right.
    pub became_right: Vec<String>,
    /// Ids of rows that were right and are wrong.
    pub became_wrong: Vec<String>,
    /// Ids of rows that were no false order and are one.
    pub new_false_orders: Vec<String>,
    /// Orders that were read wrong before.
    pub wrong_before: WrongOrders,
    /// Orders that are read wrong now.
    pub wrong_now: WrongOrders,
}

impl Verdict {
    /// On a row whose label was, or was not, shown to be wrong.
    pub fn of(row: &Judged, excepted: bool) -> Self {
        let message = digest(&row.labelled.text);
        Self {
            id: row.labelled.id.clone().unwrap_or_else(|| message.clone()),
            message,
            right: !row.failed(),
            false_order: row.is_false_order(),
            order: row.order.map(|Order { total }| OrderTotal { total }),
            excepted,
        }
    }

    fn key(&self) -> (&str, &str) {
        (&self.id, &self.message)
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

impl Comparison {
    /// Rows are the same when id and message are; where files or labels have changed meanwhile, that shows as rows
    /// that are in one only or became right or wrong.
    pub fn of(before: &[Verdict], now: &[Verdict]) -> Self {
        let known: HashMap<_, _> = before.iter().map(|verdict| (verdict.key(), verdict)).collect();
        let shared = |verdict: &&Verdict| known.contains_key(&verdict.key());
        let current: HashMap<_, _> = now.iter().map(|verdict| (verdict.key(), verdict)).collect();
        let gone = known.keys().filter(|key| !current.contains_key(*key)).count();
        let mut comparison = Self {
            only_before: gone as u64,
            only_now: now.iter().filter(|verdict| !shared(verdict)).count() as u64,
            ..Self::default()
        };
        for verdict in now {
            if let Some(earlier) = known.get(&verdict.key()) {
                comparison.add(earlier, verdict);
            }
        }
        comparison
    }

    fn add(&mut self, before: &Verdict, now: &Verdict) {
        if before.excepted || now.excepted {
            self.excepted += 1;
            return;
        }
        self.compared += 1;
        match (before.right, now.right) {
            (false, true) => self.became_right.push(now.id.clone()),
            (true, false) => self.became_wrong.push(now.id.clone()),
            (true, true) | (false, false) => {}
        }
        if now.false_order && !before.false_order {
            self.new_false_orders.push(now.id.clone());
        }
        self.wrong_before.add(before);
        self.wrong_now.add(now);
    }

    /// Whether a row that was right is wrong, or a false order is new.
    pub fn is_worse(&self) -> bool {
        !self.became_wrong.is_empty() || !self.new_false_orders.is_empty()
    }
}

impl WrongOrders {
    fn add(&mut self, verdict: &Verdict) {
        match verdict.order.filter(|_| !verdict.right) {
            Some(OrderTotal { total: Some(total) }) => {
                self.priced += 1;
                self.total = self.total.saturating_add(total);
            }
            Some(OrderTotal { total: None }) => self.unpriced += 1,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(id: &str, right: bool, false_order: bool, total: Option<i64>) -> Verdict {
        Verdict {
            id: id.to_owned(),
            message: digest(id),
            right,
            false_order,
            order: Some(OrderTotal { total: total.map(Decimal::from) }),
            excepted: false,
        }
    }

    #[test]
    fn what_changed_is_told_in_rows_and_in_money() {
        let before = [
            verdict("a", true, false, Some(10)),
            verdict("b", false, false, Some(20)),
            verdict("c", false, false, None),
            verdict("gone", true, false, Some(1)),
            Verdict { excepted: true, ..verdict("d", true, false, Some(40)) },
        ];
        let now = [
            verdict("a", false, false, Some(10)),
            verdict("b", true, false, Some(20)),
            verdict("c", false, true, None),
            verdict("d", false, false, Some(40)),
            verdict("new", false, true, Some(80)),
            Verdict { message: digest("another"), ..verdict("a", false, false, Some(160)) },
        ];
        let comparison = Comparison::of(&before, &now);
        let wrong = |priced, total: i64, unpriced| WrongOrders { priced, total: total.into(), unpriced };
        let expected = Comparison {
            compared: 3,
            only_before: 1,
            only_now: 2,
            excepted: 1,
            became_right: vec!["b".to_owned()],
            became_wrong: vec!["a".to_owned()],
            new_false_orders: vec!["c".to_owned()],
            wrong_before: wrong(1, 20, 1),
            wrong_now: wrong(1, 10, 1),
        };
        assert_eq!(comparison, expected);
        assert!(comparison.is_worse());
        assert!(!Comparison::of(&before, &before).is_worse());
        let swapped = Comparison::of(&before[1..3], &now[1..3]);
        assert!(swapped.is_worse(), "another false order makes up for no row that became right");
    }
}
