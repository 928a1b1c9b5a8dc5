//! Two wordings of a line, and the words in which they differ.

/// A piece of a line: a word or a mark, and whether the other line lacks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The word or mark.
    pub text: String,
    /// A blank stands before it.
    pub apart: bool,
    /// The other line lacks it.
    pub differs: bool,
}

/// Both lines cut into words and marks; what the other one lacks differs.
pub fn compare(one: &str, other: &str) -> (Vec<Piece>, Vec<Piece>) {
    let (mut one, mut other) = (pieces(one), pieces(other));
    for (at, beside) in common(&one, &other) {
        one[at].differs = false;
        other[beside].differs = false;
    }
    (one, other)
}

/// 0 to 1: the share of words and marks that both lines have, in the same order.
pub fn likeness(one: &str, other: &str) -> f64 {
    let (one, other) = (pieces(one), pieces(other));
    2.0 * common(&one, &other).len() as f64 / (one.len() + other.len()).max(1) as f64
}

/// A line cut up, with nothing to hold it against: every piece differs.
pub fn pieces(line: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut apart = false;
    let mut joins = false;
    for letter in line.chars() {
        let is_mark = matches!(letter, '(' | ')' | ',' | ';');
        if letter.is_whitespace() {
            (apart, joins) = (true, false);
        } else if joins && !is_mark {
            if let Some(last) = pieces.last_mut() {
                last.text.push(letter);
            }
        } else {
            pieces.push(Piece { text: letter.to_string(), apart, differs: true });
            (apart, joins) = (false, !is_mark);
        }
    }
    pieces
}

/// The longest common run of pieces, other pieces passed over, as places in both.
fn common(one: &[Piece], other: &[Piece]) -> Vec<(usize, usize)> {
    let mut longest = vec![vec![0_usize; other.len() + 1]; one.len() + 1];
    for a in (0..one.len()).rev() {
        for b in (0..other.len()).rev() {
            longest[a][b] = if one[a].text == other[b].text {
                longest[a + 1][b + 1] + 1
            } else {
                longest[a + 1][b].max(longest[a][b + 1])
            };
        }
    }
    let (mut a, mut b) = (0, 0);
    let mut both = Vec::new();
    while a < one.len() && b < other.len() {
        if one[a].text == other[b].text {
            both.push((a, b));
            (a, b) = (a + 1, b + 1);
        } else if longest[a + 1][b] >= longest[a][b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(pieces: &[Piece]) -> String {
        let shown = pieces.iter().map(|piece| {
            let blank = if piece.apart { " " } else { "" };
            if piece.differs { format!("{blank}<{}>", piece.text) } else { format!("{blank}{}", piece.text) }
        });
        shown.collect()
    }

    #[test]
    fn only_the_words_that_differ_are_marked() {
        let cases = [
            (
                "2 × Latte (oat milk)",
                "1 × Latte (oat milk)",
                "<2> × Latte (oat milk)",
                "<1> × Latte (oat milk)",
            ),
            ("1 × Latte", "1 × Latte (oat milk)", "1 × Latte", "1 × Latte <(><oat> <milk><)>"),
            ("1 × Tea (hot, big)", "1 × Tea (big)", "1 × Tea (<hot><,> big)", "1 × Tea (big)"),
            ("1 × Latte", "1 × Latte", "1 × Latte", "1 × Latte"),
            ("", "x", "", "<x>"),
        ];
        for (one, other, left, right) in cases {
            let (a, b) = compare(one, other);
            assert_eq!((marked(&a), marked(&b)), (left.to_owned(), right.to_owned()));
        }
    }

    #[test]
    fn lines_are_alike_as_far_as_their_words_are() {
        assert!((likeness("2 × Latte", "2 × Latte") - 1.0).abs() < 1e-9);
        assert!((likeness("2 × Latte", "1 × Latte") - 2.0 / 3.0).abs() < 1e-9);
        assert!(likeness("", "").abs() < 1e-9);
    }
}
