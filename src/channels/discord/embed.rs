//! A notice as a webhook message: one embed within Discord's limits.

use serenity::all::{CreateAllowedMentions, CreateEmbed, ExecuteWebhook, Timestamp};

use super::text::{escaped, escaped_line, length, spoiler};
use crate::channels::{Field, Kind, Notice};

const TITLE: usize = 256;
const DESCRIPTION: usize = 4096;
const FIELDS: usize = 25;
const FIELD_NAME: usize = 256;
const FIELD_VALUE: usize = 1024;
const EMBED: usize = 6000;

/// What must be left for the field that says how many more there are.
const MORE: usize = 64;

/// Discord takes no empty field.
const NOTHING: &str = "\u{200b}";

/// Text stands in the embed only: links there get no preview, and mentions there ring nobody; that
/// mentions aren't parsed is said all the same.
pub(super) fn message(notice: &Notice) -> ExecuteWebhook {
    ExecuteWebhook::new().allowed_mentions(CreateAllowedMentions::new()).embed(embed(notice))
}

fn embed(notice: &Notice) -> CreateEmbed {
    let repeat = if notice.repeat { " (may be a repeat)" } else { "" };
    let title = escaped_line(&notice.title, TITLE - length(repeat)) + repeat;
    let body = if notice.spoiler { spoiler } else { escaped };
    let description = body(&notice.body, DESCRIPTION);
    let room = EMBED - length(&title) - length(&description);
    let mut embed =
        CreateEmbed::new().colour(colour(notice.kind)).fields(fields(&notice.fields, room)).title(title);
    if !description.is_empty() {
        embed = embed.description(description);
    }
    match Timestamp::from_unix_timestamp(notice.at.timestamp()) {
        Ok(at) => embed.timestamp(at),
        Err(_) => embed,
    }
}

/// All of them in their order; or, where they don't fit, the loud ones first and how many are left out.
fn fields(all: &[Field], room: usize) -> Vec<(String, String, bool)> {
    let shown = fitting(all.iter(), all.len(), room);
    if shown.len() == all.len() {
        return shown;
    }
    let loud_first = all.iter().filter(|field| field.loud).chain(all.iter().filter(|field| !field.loud));
    let mut shown = fitting(loud_first, FIELDS - 1, room - MORE);
    let left_out = all.len() - shown.len();
    shown.push((format!("… {left_out} more"), "They don't fit in this message.".to_owned(), false));
    shown
}

fn fitting<'a>(
    fields: impl Iterator<Item = &'a Field>,
    at_most: usize,
    room: usize,
) -> Vec<(String, String, bool)> {
    let mut left = room;
    let fits = |field: &(String, String, bool)| {
        let needed = length(&field.0) + length(&field.1);
        let fits = needed <= left;
        left -= if fits { needed } else { 0 };
        fits
    };
    fields.take(at_most.min(FIELDS)).map(embed_field).take_while(fits).collect()
}

fn embed_field(field: &Field) -> (String, String, bool) {
    let mark = if field.loud { "⚠️ " } else { "" };
    let name = format!("{mark}{}", escaped_line(&field.name, FIELD_NAME - length(mark)));
    let value = escaped(&field.value, FIELD_VALUE);
    let [name, value] = [name, value].map(|text| if text.is_empty() { NOTHING.to_owned() } else { text });
    (name, value, false)
}

fn colour(kind: Kind) -> u32 {
    match kind {
        Kind::Order => 0x2E7D32,
        Kind::Review => 0xF9A825,
        Kind::Enquiry => 0x1565C0,
        Kind::Miscellaneous => 0x757575,
        Kind::Alarm => 0xC62828,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::Value;

    use super::*;

    fn notice(title: usize, body: usize, fields: usize, value: usize) -> Notice {
        let field = |n| Field { name: format!("{n} × Latte"), value: "w*".repeat(value / 2), loud: n == 0 };
        Notice {
            kind: Kind::Order,
            title: "t".repeat(title),
            body: "b".repeat(body),
            fields: (0..fields).map(field).collect(),
            spoiler: false,
            repeat: true,
            at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn every_notice_fits_and_says_what_was_cut() {
        // title, body, fields, length of each, fields expected
        let table = [
            (10, 10, 0, 0, 0),
            (10, 10, 25, 10, 25),
            (10, 10, 26, 10, 25),
            (10, 10, 300, 0, 25),
            (300, 9000, 1, 9000, 1),
            (300, 9000, 40, 9000, 2),
            (10, 10, 25, 400, 10),
        ];
        for (title, body, fields, value, expected) in table {
            let sent = serde_json::to_value(message(&notice(title, body, fields, value))).unwrap();
            let embed = &sent["embeds"][0];
            let shown = embed["fields"].as_array().cloned().unwrap_or_default();
            let mut texts: Vec<&Value> =
                shown.iter().flat_map(|field| [&field["name"], &field["value"]]).collect();
            texts.extend([&embed["title"], &embed["description"]]);
            let total: usize = texts.iter().map(|text| length(text.as_str().unwrap())).sum();
            assert!(total <= EMBED, "{total} characters of {fields} fields");
            assert_eq!(shown.len(), expected, "of {fields} fields of {value}");
            for field in &shown {
                assert!((1..=FIELD_NAME).contains(&length(field["name"].as_str().unwrap())));
                assert!((1..=FIELD_VALUE).contains(&length(field["value"].as_str().unwrap())));
            }
            assert!(length(embed["title"].as_str().unwrap()) <= TITLE);
            assert!(embed["title"].as_str().unwrap().ends_with("(may be a repeat)"));
            assert!(length(embed["description"].as_str().unwrap()) <= DESCRIPTION);
            if shown.len() < fields {
                let said = format!("… {} more", fields - (shown.len() - 1));
                assert_eq!(shown.last().unwrap()["name"], said);
            }
        }
    }

    #[test]
    fn what_must_not_be_overlooked_is_not_what_is_cut() {
        let mut crowded = notice(10, 10, 40, 100);
        crowded.fields[39].loud = true;
        let sent = serde_json::to_value(message(&crowded)).unwrap();
        let names: Vec<&str> = sent["embeds"][0]["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        assert_eq!(names[..3], ["⚠️ 0 × Latte", "⚠️ 39 × Latte", "1 × Latte"]);
        assert_eq!(names.last(), Some(&"… 16 more"));
    }

    #[test]
    fn mentions_are_never_parsed() {
        let sent = serde_json::to_value(message(&notice(1, 1, 1, 2))).unwrap();
        assert_eq!(sent["allowed_mentions"]["parse"], serde_json::json!([]));
        assert_eq!(sent.get("content"), None);
    }
}
