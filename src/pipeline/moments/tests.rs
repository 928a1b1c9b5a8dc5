use proptest::prelude::*;

use super::*;

fn at(text: &str, now: &str) -> String {
    let now = DateTime::parse_from_rfc3339(now).unwrap().with_timezone(&Tz::Europe__Berlin);
    moment(text, now).map_or_else(|| "-".to_owned(), |moment| moment.to_rfc3339())
}

/// What is meant on Friday, 20 November 2026, at 11:40 in Berlin, as `day hour:minute`.
fn meant(text: &str) -> String {
    let moment = at(text, "2026-11-20T11:40:00+01:00");
    moment
        .strip_suffix(":00+01:00")
        .map_or(moment.clone(), |m| m.trim_start_matches("2026-11-").replace('T', " "))
}

#[test]
fn a_time_of_day_is_the_next_one() {
    for (text, expected) in [
        ("at 7", "20 19:00"),
        ("7", "20 19:00"),
        ("at 1", "20 13:00"),
        ("at 12", "20 12:00"),
        ("at seven", "20 19:00"),
        ("by 7pm", "20 19:00"),
        ("7 p.m.", "20 19:00"),
        ("12 pm", "20 12:00"),
        ("12 am", "21 00:00"),
        ("12:15", "20 12:15"),
        ("12.15", "20 12:15"),
        ("at 5.30", "20 17:30"),
        ("at 1.10", "20 13:10"),
        ("5.30pm", "20 17:30"),
        ("18:00", "20 18:00"),
        ("19 uhr", "20 19:00"),
        ("1845", "20 18:45"),
        ("00:30", "21 00:30"),
        ("730", "20 19:30"),
        ("around 22:00", "20 22:00"),
        ("half six", "20 18:30"),
        ("half past six", "20 18:30"),
        ("at half 6 pm", "20 18:30"),
        ("half past twelve", "20 12:30"),
        ("quarter to 8", "20 19:45"),
        ("a quarter to one", "20 12:45"),
        ("quarter past 7", "20 19:15"),
        ("ten past twelve", "20 12:10"),
        ("10 past 12", "20 12:10"),
        ("twenty five to six", "20 17:35"),
        ("10 to 6", "20 17:50"),
        ("12 sharp", "20 12:00"),
        ("ready for 8 o'clock", "20 20:00"),
        ("7ish", "20 19:00"),
        ("noon", "20 12:00"),
        ("at midnight", "21 00:00"),
    ] {
        assert_eq!(meant(text), expected, "{text:?}");
    }
}

#[test]
fn a_day_and_a_part_of_it_say_which() {
    for (text, expected) in [
        ("8am tomorrow", "21 08:00"),
        ("tomorrow at noon", "21 12:00"),
        ("11.45 tmrw", "21 11:45"),
        ("tomorrow at 1", "21 13:00"),
        ("tomorrow morning at 9", "21 09:00"),
        ("7 in the evening", "20 19:00"),
        ("today at 5", "20 17:00"),
        ("tonight at 8", "20 20:00"),
        ("for tonight 7ish", "20 19:00"),
        ("tonight at 12", "21 00:00"),
        ("tonight at one", "21 01:00"),
        ("this afternoon at 3", "20 15:00"),
        ("for lunch at 12:30", "20 12:30"),
        ("dinner 7", "20 19:00"),
        ("saturday 9am", "21 09:00"),
        ("friday 6pm", "20 18:00"),
        ("fri 9am", "27 09:00"),
        ("Monday at 12", "23 12:00"),
    ] {
        assert_eq!(meant(text), expected, "{text:?}");
    }
}

#[test]
fn a_length_of_time_is_from_now_on() {
    for (text, expected) in [
        ("in 20 min", "20 12:00"),
        ("in 20", "20 12:00"),
        ("50 min", "20 12:30"),
        ("in about 15 minutes", "20 11:55"),
        ("in half an hour", "20 12:10"),
        ("in an hour", "20 12:40"),
        ("in one hour", "20 12:40"),
        ("in an hour and a half", "20 13:10"),
        ("in 1.5 hours", "20 13:10"),
        ("in 1 hour 30 min", "20 13:10"),
        ("in an hour and ten minutes", "20 12:50"),
        ("in a quarter of an hour", "20 11:55"),
        ("within 2 hours", "20 13:40"),
        ("ready in twenty five minutes", "20 12:05"),
    ] {
        assert_eq!(meant(text), expected, "{text:?}");
    }
}

#[test]
fn what_is_not_clear_is_no_moment() {
    for text in [
        "",
        "asap",
        "ASAP",
        "now",
        "now 1pm",
        "right now",
        "later",
        "tomorrow",
        "tomorrow lunch",
        "lunchtime",
        "saturday",
        "next week",
        "tomorrow at 8",
        "saturday half past seven",
        "tomorrow at midnight",
        "at 25",
        "12:75",
        "after 6",
        "until 8",
        "for 4 at seven",
        "for 6 Friday at 8",
        "Monday in five minutes",
        "after training ready for 8 o'clock",
        "in 2",
        "in 500",
        "five to six",
        "6 to 8",
        "6-8",
        "12 or 1",
        "13 am",
        "tonight 8am",
        "this morning at 9",
        "11am",
        "8am",
        "9 in the morning",
        "noon and midnight",
        "half",
        "quarter",
        "in",
        "at",
        "99999999999",
        "1,200",
        "1.000.000",
        "half an",
        "kombucha at 7",
    ] {
        assert_eq!(meant(text), "-", "{text:?}");
    }
}

#[test]
fn what_has_just_passed_or_falls_in_the_night_is_not_meant() {
    for (now, text, expected) in [
        ("2026-11-20T19:02:00+01:00", "at 7", "-"),
        ("2026-11-20T18:59:00+01:00", "at 7", "2026-11-20T19:00:00+01:00"),
        ("2026-11-20T20:30:00+01:00", "at 7", "2026-11-21T07:00:00+01:00"),
        ("2026-11-20T16:00:00+01:00", "at 3", "-"),
        ("2026-11-20T23:30:00+01:00", "at 1", "2026-11-21T01:00:00+01:00"),
        ("2026-11-20T18:30:00+01:00", "18:00", "-"),
        ("2026-11-20T22:00:00+01:00", "8am", "2026-11-21T08:00:00+01:00"),
        ("2026-11-20T11:40:37.5+01:00", "in 20 min", "2026-11-20T12:00:37+01:00"),
        ("2026-11-20T23:50:00+00:00", "at 1:30", "2026-11-21T01:30:00+01:00"),
    ] {
        assert_eq!(at(text, now), expected, "{text:?} at {now}");
    }
}

#[test]
fn clocks_that_change_are_minded() {
    for (now, text, expected) in [
        ("2026-03-28T20:00:00+01:00", "tomorrow 2:30 am", "2026-03-29T03:30:00+02:00"),
        ("2026-03-29T01:30:00+01:00", "2:30 am", "2026-03-29T03:30:00+02:00"),
        ("2026-03-29T01:30:00+01:00", "in an hour", "2026-03-29T03:30:00+02:00"),
        ("2026-10-25T01:30:00+02:00", "2:30 am", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:45:00+02:00", "2:30 am", "2026-10-25T02:30:00+01:00"),
        ("2026-10-24T12:00:00+02:00", "tomorrow 8am", "2026-10-25T08:00:00+01:00"),
    ] {
        assert_eq!(at(text, now), expected, "{text:?} at {now}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_meant_lies_ahead_and_not_far(words in prop::collection::vec(prop::sample::select(vec![
        "at", "by", "in", "half", "quarter", "past", "to", "a", "an", "hour", "hours", "and", "min", "am", "pm", "7", "12",
        "0", "59", "4294967295", "1845", "12:15", "5.30", "1.5", "99:99", "24:00", "twenty", "five", "one", "noon",
        "midnight", "today", "tonight", "tomorrow", "saturday", "friday", "morning", "evening", "lunch", "oclock", "the",
        "this", "ish", "now", ".", "-", ":",
    ]), 0..7), minutes in 0..550_000_i64) {
        let new_year = Tz::Europe__Berlin.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap();
        let now = new_year + TimeDelta::minutes(minutes);
        if let Some(moment) = moment(&words.join(" "), now) {
            prop_assert!(moment > now && moment <= now + TimeDelta::days(8), "{moment}");
        }
    }
}
