//! `chit parse`: what a message is understood as, without a database and without a trace.

use std::io::{BufRead, BufReader, Write};
use std::sync::{Arc, mpsc};

use anyhow::{Context, Result};
use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::runtime::Handle;

use super::exit::Exit;
use super::reader_args::ReaderArgs;
use crate::clock::Clock;
use crate::config::{PoliteRequests, Settings};
use crate::dataset;
use crate::evaluation::{Readers, asked};
use crate::pipeline::second_opinion::SecondOpinion;
use crate::pipeline::{Reader, Reading};

/// Read messages from standard input and print what they are understood as
///
/// One message a line; one JSON object a message, in the same order, as soon as it is read. Nothing is stored.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  echo 'two falafel wraps, one without onion' | chit parse --format pretty
  chit parse --menu my-menu.csv --polite-requests order < messages.txt
  echo 'a falafel wrap, half six' | chit parse --now 2026-05-01T12:00:00+02:00
  chit parse --input jsonl < datasets/greenbite-seen.jsonl")]
pub struct ParseArgs {
    #[command(flatten)]
    reader: ReaderArgs,
    /// What a line of standard input is
    #[arg(long, value_enum, default_value_t)]
    input: Input,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// When the messages were written, for what "in 20 min" means; a `timestamp` of an object stands before it
    #[arg(long, value_name = "TIME", value_parser = DateTime::parse_from_rfc3339)]
    now: Option<DateTime<FixedOffset>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Input {
    /// A message
    #[default]
    Text,
    /// An object with `text`; `menu` may list the items that are sold; other fields are kept
    Jsonl,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One object a line
    #[default]
    Jsonl,
    /// Indented
    Pretty,
}

/// Reads standard input to its end.
///
/// # Errors
/// When the menu or the model can't be had, or standard output is gone.
pub fn run(args: &ParseArgs, settings: &Settings, clock: Clock) -> Result<Exit> {
    let opened = args.reader.open(settings)?;
    let asking = Asking {
        second_opinion: args.reader.second_opinion(settings, None)?,
        polite_requests: opened.settings.polite_requests,
    };
    let mut readers = Readers::new(opened.menu, opened.settings, opened.embedding);
    let clock = args.now.map_or(clock, |now| Clock::fixed(now.to_utc(), clock.zone()));
    stream(args, clock, &mut readers, &asking, BufReader::new(std::io::stdin()), std::io::stdout().lock())
}

/// Who is asked where the reader is in doubt.
struct Asking {
    second_opinion: Option<Arc<SecondOpinion>>,
    polite_requests: PoliteRequests,
}

/// The most lines that are worked at once; fewer when no more have come, so that nobody waits for an answer.
const BATCH: usize = 256;

/// Fewer messages than this are not worth a second core.
const WORTH_A_THREAD: usize = 16;

fn stream(
    args: &ParseArgs,
    clock: Clock,
    readers: &mut Readers,
    asking: &Asking,
    input: impl BufRead + Send + 'static,
    mut output: impl Write,
) -> Result<Exit> {
    let (sender, inbox) = mpsc::sync_channel(4 * BATCH);
    std::thread::spawn(move || dataset::lines(input).try_for_each(|line| sender.send(line)));
    let mut exit = Exit::Ok;
    while let Ok(first) = inbox.recv() {
        let mut tasks = Vec::new();
        for read in std::iter::once(first).chain(inbox.try_iter()).take(BATCH) {
            let (line, bytes) = read.context("read standard input")?;
            match Task::of(args.input, &bytes, clock, readers) {
                Ok(task) => tasks.extend(task),
                Err(error) => {
                    eprintln!("warning: line {line} is left out: {error}");
                    exit = Exit::Rejected;
                }
            }
        }
        for answer in read_all(tasks, asking) {
            print(args.format, &answer, &mut output)?;
        }
        output.flush()?;
    }
    Ok(exit)
}

/// A message to read, with what it is read against and what is kept of its line.
struct Task {
    text: String,
    written: Option<DateTime<Tz>>,
    kept: Map<String, Value>,
    reader: Arc<Reader>,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    menu: Option<Vec<String>>,
    #[serde(flatten)]
    kept: Map<String, Value>,
}

impl Task {
    /// `None` for a blank line among objects; a blank line of text is a message that says nothing.
    fn of(
        input: Input,
        bytes: &[u8],
        clock: Clock,
        readers: &mut Readers,
    ) -> serde_json::Result<Option<Self>> {
        let now = clock.now().with_timezone(&clock.zone());
        match input {
            Input::Text => {
                let text = String::from_utf8_lossy(bytes);
                let text = text.trim_end_matches(['\n', '\r']).to_owned();
                Ok(Some(Self { text, written: Some(now), kept: Map::new(), reader: readers.for_menu(None) }))
            }
            Input::Jsonl if bytes.trim_ascii().is_empty() => Ok(None),
            Input::Jsonl => {
                let Line { text, menu, mut kept } = serde_json::from_slice(bytes)?;
                kept.retain(|field, _| !READ.contains(&field.as_str()));
                let reader = readers.for_menu(menu.as_deref());
                let written = match kept
                    .get("timestamp")
                    .or_else(|| kept.get("sent_at"))
                    .filter(|own| !own.is_null())
                {
                    Some(own) => own_time(own, clock.zone()),
                    None => Some(now),
                };
                if let Some(menu) = menu {
                    kept.insert("menu".to_owned(), Value::from(menu));
                }
                Ok(Some(Self { text, written, kept, reader }))
            }
        }
    }
}

/// The time that a row has; one that can't be read says nothing of when the message was written.
fn own_time(own: &Value, zone: Tz) -> Option<DateTime<Tz>> {
    let time = dataset::time(own.as_str()?, zone).ok().flatten()?;
    Some(time.with_timezone(&zone))
}

/// What is printed of a reading: fields of these names that a line had were labels, or stale.
const READ: [&str; 14] = [
    "text",
    "category",
    "affirmed",
    "outcome",
    "reason",
    "confidence",
    "parsed_by",
    "lines",
    "unmatched",
    "phrases",
    "unplaced",
    "fulfilment",
    "customer_name",
    "second_opinion",
];

#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    kept: Map<String, Value>,
    #[serde(flatten)]
    reading: Reading,
}

fn read_all(mut tasks: Vec<Task>, asking: &Asking) -> Vec<Answer> {
    let runtime = Handle::try_current().ok();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = tasks.len().div_ceil(cores).max(WORTH_A_THREAD);
    let others = tasks.split_off(share.min(tasks.len()));
    std::thread::scope(|scope| {
        let mut others = others.into_iter().peekable();
        let mut threads = Vec::new();
        while others.peek().is_some() {
            let portion: Vec<Task> = others.by_ref().take(share).collect();
            let runtime = runtime.clone();
            threads.push(scope.spawn(move || {
                let _entered = runtime.as_ref().map(Handle::enter);
                portion.into_iter().map(|task| read(task, asking)).collect::<Vec<_>>()
            }));
        }
        let mut answers: Vec<Answer> = tasks.into_iter().map(|task| read(task, asking)).collect();
        for thread in threads {
            answers.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        answers
    })
}

fn read(task: Task, asking: &Asking) -> Answer {
    let read = task.reader.read(&task.text);
    let opinion = asking.second_opinion.as_deref();
    let mut reading = asked(opinion, &task.reader, read, asking.polite_requests).reading;
    if let Some(written) = task.written {
        reading.fulfilment.said_at(written);
    }
    Answer { reading, kept: task.kept }
}

fn print(format: Format, answer: &Answer, output: &mut impl Write) -> Result<()> {
    let json = match format {
        Format::Jsonl => serde_json::to_string(answer),
        Format::Pretty => serde_json::to_string_pretty(answer),
    };
    writeln!(output, "{}", json.context("write JSON")?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ReaderSettings;
    use crate::embedding::Embedding;
    use crate::menu::Menu;

    fn parsed(input: Input, lines: &str) -> (Vec<Value>, Exit) {
        let args = ParseArgs { reader: ReaderArgs::default(), input, format: Format::Jsonl, now: None };
        let clock = Clock::fixed(DateTime::from_timestamp(1_790_000_000, 0).unwrap(), Tz::Europe__Berlin);
        let mut readers = Readers::new(Menu::default(), ReaderSettings::default(), Embedding::Off);
        let nobody = Asking { second_opinion: None, polite_requests: PoliteRequests::Confirm };
        let mut output = Vec::new();
        let input = std::io::Cursor::new(lines.to_owned());
        let exit = stream(&args, clock, &mut readers, &nobody, input, &mut output).unwrap();
        let output = String::from_utf8(output).unwrap();
        (output.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), exit)
    }

    #[test]
    fn answers_come_one_a_line_in_the_order_of_the_messages() {
        let texts: Vec<String> = (0..1000).map(|n| format!("message {n}")).collect();
        let (answers, exit) = parsed(Input::Text, &texts.join("\r\n"));
        let got: Vec<&str> = answers.iter().map(|answer| answer["text"].as_str().unwrap()).collect();
        assert_eq!((got.len(), exit), (1000, Exit::Ok));
        assert!(got.iter().zip(&texts).all(|(got, text)| got == text));
    }

    #[test]
    fn fields_of_a_row_are_kept_and_its_labels_are_not() {
        let row = r#"{"id":"a","text":"hm","menu":["Latte"],"shop":7,"outcome":"order","lines":[1]}"#;
        let (answers, _) = parsed(Input::Jsonl, row);
        assert_eq!((&answers[0]["id"], &answers[0]["shop"]), (&Value::from("a"), &Value::from(7)));
        assert_eq!(answers[0]["menu"], serde_json::json!(["Latte"]));
        assert_eq!(answers[0]["lines"], serde_json::json!([]));
    }

    #[test]
    fn a_time_is_told_from_when_the_message_was_written() {
        let rows = r#"{"text":"latte in 20 min","menu":["Latte"]}
            {"text":"latte in 20 min","menu":["Latte"],"timestamp":"2026-05-01 12:00"}
            {"text":"latte in 20 min","menu":["Latte"],"sent_at":"2026-05-01T12:00:00Z"}
            {"text":"latte in 20 min","menu":["Latte"],"timestamp":"yesterday"}"#;
        let (answers, _) = parsed(Input::Jsonl, &rows.replace("\n            ", "\n"));
        let times: Vec<Option<&str>> =
            answers.iter().map(|answer| answer["fulfilment"]["time"].as_str()).collect();
        let own = ["2026-09-21T16:33:20+02:00", "2026-05-01T12:20:00+02:00", "2026-05-01T14:20:00+02:00"];
        assert_eq!(times, [Some(own[0]), Some(own[1]), Some(own[2]), None]);
    }

    #[test]
    fn a_line_that_is_no_object_is_left_out_and_reported() {
        let (answers, exit) = parsed(Input::Jsonl, "{\"text\":\"a\"}\n\nnonsense\n{\"text\":\"b\"}");
        assert_eq!((answers.len(), exit), (2, Exit::Rejected));
    }

    #[test]
    fn every_field_of_a_reading_is_known_as_such() {
        let (answers, _) = parsed(Input::Text, "hm\n");
        let mut fields: Vec<&str> = answers[0].as_object().unwrap().keys().map(String::as_str).collect();
        let mut known = READ.to_vec();
        // Where no model was asked there is no opinion.
        known.retain(|field| *field != "second_opinion");
        fields.sort_unstable();
        known.sort_unstable();
        assert_eq!(fields, known);
    }
}
