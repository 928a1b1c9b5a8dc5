//! Prices as people write them: `9.90`, `9,90 €`, `1.234,50`.

use rust_decimal::Decimal;

/// The digits before the decimal point that the database column takes.
const MOST_DIGITS: usize = 8;

/// Reads a price with at most two decimals; empty is none. A currency sign or a three-letter code
/// before or after is dropped. What could be read in two ways, such as `1,234`, is refused.
pub(super) fn read_price(text: &str) -> Result<Option<Decimal>, String> {
    let number = without_currency(text.trim());
    if number.is_empty() {
        return if text.trim().is_empty() { Ok(None) } else { Err(not_a_price(text)) };
    }
    if number.starts_with(['-', '\u{2212}']) {
        return Err(format!("the price \"{text}\" is negative"));
    }
    let (whole, decimals) = split(number).ok_or_else(|| not_a_price(text))?;
    match decimals.len() {
        0..=2 => {}
        3 if whole.len() <= 3 => {
            return Err(format!(
                "the price \"{text}\" can be read in two ways: write it with two decimals, such as 9.90"
            ));
        }
        _ => return Err(format!("the price \"{text}\" has more than two decimals")),
    }
    if whole.trim_start_matches('0').len() > MOST_DIGITS {
        return Err(format!("the price \"{text}\" is over 99999999.99"));
    }
    let mut price: Decimal = format!("{whole}.{decimals:0<2}").parse().map_err(|_| not_a_price(text))?;
    price.rescale(2);
    Ok(Some(price))
}

fn not_a_price(text: &str) -> String {
    format!("\"{text}\" is not a price: write it as 9.90, or leave it empty when there is none")
}

fn without_currency(text: &str) -> &str {
    let is_sign = |c: char| "€$£¥₹₺₩₽₪₫฿₴₦".contains(c) || c.is_whitespace();
    let text = text.trim_matches(is_sign);
    let is_code = |code: &str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    let text = match text.get(..3) {
        Some(code) if is_code(code) => &text[3..],
        _ => text,
    };
    let tail = text.len().saturating_sub(3);
    let text = match text.get(tail..) {
        Some(code) if is_code(code) => &text[..tail],
        _ => text,
    };
    text.trim_matches(is_sign)
}

/// Whole digits without their grouping, and decimals; `None` when it is no number.
fn split(number: &str) -> Option<(String, String)> {
    let decimal_at = match (number.rfind('.'), number.rfind(',')) {
        (Some(dot), Some(comma)) => Some(dot.max(comma)),
        (dot, comma) => dot.or(comma),
    };
    let (whole, decimals) = match decimal_at {
        Some(at) => (&number[..at], &number[at + 1..]),
        None => (number, ""),
    };
    if (decimal_at.is_some() && decimals.is_empty()) || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let decimal_sign = decimal_at.and_then(|at| number[at..].chars().next());
    Some((ungroup(whole, decimal_sign)?, decimals.to_owned()))
}

fn ungroup(whole: &str, decimal_sign: Option<char>) -> Option<String> {
    let grouping = whole.chars().find(|c| !c.is_ascii_digit());
    let groups: Vec<&str> = match grouping {
        Some(sign) if Some(sign) != decimal_sign && ".,' \u{a0}\u{202f}\u{2019}".contains(sign) => {
            whole.split(sign).collect()
        }
        Some(_) => return None,
        None => vec![whole],
    };
    let digits = |group: &&str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let in_threes = groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|g| g.len() == 3));
    (in_threes && groups.iter().all(digits)).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::read_price;

    #[test]
    fn prices_are_read_as_people_write_them() {
        let table = [
            ("9.90", "9.90"),
            ("9,90", "9.90"),
            ("9.9", "9.90"),
            ("9", "9.00"),
            ("0", "0.00"),
            ("0,50", "0.50"),
            ("€ 9,90", "9.90"),
            ("9,90€", "9.90"),
            ("$9.90", "9.90"),
            ("9.90 EUR", "9.90"),
            ("CHF 12", "12.00"),
            ("1.234,50", "1234.50"),
            ("1,234.50", "1234.50"),
            ("1 234,50", "1234.50"),
            ("1'234.50", "1234.50"),
            ("1\u{202f}234,50 €", "1234.50"),
            ("1.234.567,89", "1234567.89"),
            ("1234,5", "1234.50"),
            ("99999999.99", "99999999.99"),
        ];
        for (text, price) in table {
            let read = read_price(text).map(|p| p.map(|p| p.to_string()));
            assert_eq!(read, Ok(Some(price.to_owned())), "{text}");
        }
        assert_eq!(read_price("  "), Ok(None));
    }

    #[test]
    fn what_is_not_surely_a_price_is_refused() {
        let table = [
            ("1,234", "two ways"),
            ("1.234", "two ways"),
            ("9.905", "two ways"),
            ("1234.505", "more than two"),
            ("9.9000", "more than two"),
            ("-1", "negative"),
            ("€ -1,50", "negative"),
            ("100000000", "over"),
            ("free", "not a price"),
            ("€", "not a price"),
            ("9.", "not a price"),
            (".50", "not a price"),
            ("9.9O", "not a price"),
            ("1.2.3", "not a price"),
            ("12,34,50", "not a price"),
            ("9 90", "not a price"),
            ("1e3", "not a price"),
            ("8.50 / 9.50", "not a price"),
        ];
        for (text, says) in table {
            let refused = read_price(text);
            assert!(matches!(&refused, Err(why) if why.contains(says)), "{text}: {refused:?}");
        }
    }
}
