//! The same messages read by the grammar, by a language model, and by both.

use std::io::Write;

use anyhow::Result;
use comfy_table::{CellAlignment, Table};

use super::rows::LabelledFile;
use super::{EvalArgs, Measured, bar, measure};
use crate::cli::context::Context;
use crate::cli::output::{count, name, note, table};
use crate::config::Parser;
use crate::embedding::Embedding;
use crate::evaluation::share::Share;
use crate::evaluation::{Expected, Judged};
use crate::llm::Used;
use crate::pipeline::{Outcome, ParsedBy};

const PARSERS: [Parser; 3] = [Parser::Grammar, Parser::Llm, Parser::Cascade];

/// Reads every file by each parser and prints a table a file.
///
/// # Errors
/// No language model is configured, or a file or menu can't be had.
pub fn compare(
    args: &EvalArgs,
    files: &[LabelledFile],
    context: &Context,
    embedding: &Embedding,
) -> Result<()> {
    let mut read: Vec<Vec<Measured>> = Vec::new();
    for parser in PARSERS {
        note(&format!("reading by {}", name(&parser)));
        let second_opinion = args.reader.second_opinion(&context.settings, Some(parser))?;
        let bar = bar(files, context);
        let measured =
            measure(args, files, None, &context.settings, embedding, second_opinion.as_ref(), &bar);
        bar.finish_and_clear();
        read.push(measured?);
    }
    let mut out = std::io::stdout().lock();
    for (at, file) in files.iter().enumerate() {
        let rows: Vec<&[Judged]> = read.iter().map(|files| &files[at].rows[..]).collect();
        writeln!(out, "{}: {}", file.path.display(), count(file.rows.len(), "message"))?;
        writeln!(out, "{}\n", side_by_side(&rows))?;
    }
    if files.len() > 1 {
        let all: Vec<Vec<Judged>> =
            read.iter().map(|files| files.iter().flat_map(|file| file.rows.clone()).collect()).collect();
        let all: Vec<&[Judged]> = all.iter().map(Vec::as_slice).collect();
        writeln!(out, "in total: {} of {} files", count(all[0].len(), "message"), files.len())?;
        writeln!(out, "{}", side_by_side(&all))?;
    }
    Ok(out.flush()?)
}

/// A line a parser; `rows` are the same messages in the same order, the grammar's first.
fn side_by_side(rows: &[&[Judged]]) -> Table {
    let mut table = table(&[
        "read by",
        "right",
        "orders right",
        "right of what the grammar sends to review",
        "false orders",
        "readings of the model's own, right",
        "asked",
        "questions",
        "half waited, ms",
        "longest, ms",
        "tokens in",
        "out",
        "cost",
    ]);
    let grammar = rows.first().copied().unwrap_or_default();
    for (parser, rows) in PARSERS.iter().zip(rows) {
        let figures = Figures::of(rows, grammar);
        table.add_row(figures.cells(&name(parser)));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

struct Figures {
    right: Share,
    orders: Share,
    of_review: Share,
    false_orders: Share,
    own: Share,
    used: Used,
}

impl Figures {
    fn of(rows: &[Judged], grammar: &[Judged]) -> Self {
        let orders = rows.iter().filter(|row| row.expected == Some(Expected::Order));
        let in_review = |grammar: &Judged| grammar.reading.outcome == Outcome::Review;
        let of_review = rows.iter().zip(grammar).filter(|(_, grammar)| in_review(grammar));
        let must_not = rows.iter().filter(|row| row.labelled.must_not_be_ordered(row.expected));
        let own = rows.iter().filter(|row| row.reading.parsed_by == ParsedBy::Llm);
        let mut used = Used::default();
        rows.iter().for_each(|row| used.add(&row.calls));
        Self {
            right: Share::count(rows.iter().filter_map(is_right)),
            orders: Share::count(orders.filter_map(is_right)),
            of_review: Share::count(of_review.filter_map(|(row, _)| is_right(row))),
            false_orders: Share::count(must_not.map(Judged::is_false_order)),
            own: Share::count(own.filter_map(is_right)),
            used,
        }
    }

    fn cells(&self, parser: &str) -> Vec<String> {
        let of = |share: Share| format!("{} of {}", share.right, share.of);
        let used = &self.used;
        vec![
            parser.to_owned(),
            of(self.right),
            of(self.orders),
            of(self.of_review),
            of(self.false_orders),
            of(self.own),
            format!("{} of {}", used.asked, used.messages),
            used.calls.to_string(),
            used.median_wait().to_string(),
            used.longest_wait().to_string(),
            used.input_tokens.to_string(),
            used.output_tokens.to_string(),
            used.cost.normalize().to_string(),
        ]
    }
}

/// Whether what becomes of a message is right, and of an order every line as well; `None`: the row does not say.
fn is_right(row: &Judged) -> Option<bool> {
    let outcome = row.outcome_right().or_else(|| row.category_right())?;
    let lines = row.expected != Some(Expected::Order) || row.lines.as_ref().is_none_or(|lines| lines.exact);
    Some(outcome && lines)
}
