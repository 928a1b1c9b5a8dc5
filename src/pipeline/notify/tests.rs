use insta::assert_snapshot;

use super::*;
use crate::pipeline::{Candidate, Category, Fulfilment, Outcome, ParsedBy};

fn choice(group: &str, option: Option<&str>, amount: Amount, count: u32) -> OptionChoice {
    OptionChoice { group: group.to_owned(), option: option.map(str::to_owned), amount, count }
}

fn candidate(item: &str) -> Candidate {
    Candidate { item: item.to_owned(), score: 0.6 }
}

fn line(text: &str, item: Option<&str>, quantity: u32, price: Option<i64>) -> Line {
    Line {
        text: text.to_owned(),
        item: item.map(str::to_owned),
        quantity,
        options: Vec::new(),
        notes: Vec::new(),
        score: 0.98,
        runner_up: None,
        unit_price: price.map(|cents| Decimal::new(cents, 2)),
    }
}

fn order() -> Reading {
    let mut latte = line("2 oat lattes xtra sugar no foam", Some("Latte"), 2, Some(450));
    latte.options = vec![
        choice("milk", Some("oat milk"), Amount::Regular, 1),
        choice("sugar", Some("sugar"), Amount::Extra, 2),
        choice("foam", None, Amount::No, 1),
        choice("toppings", None, Amount::Regular, 1),
        choice("cheese", Some("cheese"), Amount::NoExtra, 1),
    ];
    latte.notes = vec!["at 180 degrees".to_owned()];
    latte.runner_up = Some(candidate("Chai Latte"));
    Reading {
        text: "hi 2 oat lattes xtra sugar no foam, at 180 degrees, a kombucha and the big one, blorf. pork burger. 7pm, Gail"
            .to_owned(),
        category: Category::Order,
        affirmed: true,
        outcome: Outcome::Order,
        reason: "\"pork burger\" is not on the menu".to_owned(),
        confidence: 0.9,
        parsed_by: ParsedBy::Grammar,
        lines: vec![latte, line("a kombucha", Some("Kombucha"), 1, None), line("the big one", None, 1, None)],
        unmatched: vec![Unmatched {
            text: "pork burger".to_owned(),
            quantity: 1,
            candidates: vec![candidate("Turkey Quinoa Burger")],
        }],
        phrases: Vec::new(),
        unplaced: vec!["blorf".to_owned()],
        fulfilment: Fulfilment {
            kind: Some(FulfilmentKind::Pickup),
            time_text: Some("7pm".to_owned()),
            time: None,
            address_text: None,
        },
        customer_name: Some("Gail".to_owned()),
        second_opinion: None,
    }
}

fn message(reading: &Reading) -> MessageView<'_> {
    MessageView {
        message_id: 17,
        reading,
        sent_at: DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
        zone: chrono_tz::Europe::Berlin,
        contact: Some("+44 700"),
        currency: "EUR",
    }
}

fn ticket(reading: &Reading, total: Option<i64>) -> TicketView<'_> {
    TicketView { number: 12, total: total.map(|cents| Decimal::new(cents, 2)), message: message(reading) }
}

fn shown(notice: &Notice) -> String {
    let head =
        format!("[{:?}{}] {}", notice.kind, if notice.spoiler { ", hidden" } else { "" }, notice.title);
    let field =
        |field: &Field| format!("\n{} {}\n{}", if field.loud { "!!" } else { "--" }, field.name, field.value);
    format!("{head}\n{}{}", notice.body, notice.fields.iter().map(field).collect::<String>())
}

#[test]
fn a_ticket_shows_what_was_not_understood_first_and_every_line() {
    assert_snapshot!(shown(&order_notice(&ticket(&order(), None))));
}

#[test]
fn a_plain_ticket_is_short() {
    let mut reading = order();
    reading.text = "a latte".to_owned();
    reading.lines = vec![line("a latte", Some("Latte"), 1, Some(450))];
    reading.unmatched.clear();
    reading.unplaced.clear();
    reading.fulfilment = Fulfilment::default();
    reading.customer_name = None;
    let message = MessageView { contact: None, ..message(&reading) };
    let ticket = TicketView { number: 1, total: Some(Decimal::new(450, 2)), message };
    assert_snapshot!(shown(&order_notice(&ticket)));
}

#[test]
fn a_ticket_to_check_says_why_and_what_else_it_may_be() {
    assert_snapshot!(shown(&review_notice(&ticket(&order(), Some(900)))));
}

#[test]
fn a_question_comes_with_the_order_it_would_be() {
    let mut reading = order();
    reading.text = "Could I get 2 oat lattes?".to_owned();
    reading.lines[0].options.truncate(2);
    reading.lines.truncate(1);
    reading.reason = "it asks whether it may order".to_owned();
    reading.customer_name = None;
    assert_snapshot!(shown(&enquiry_notice(&message(&reading))));
}

#[test]
fn a_miscellaneous_text_is_hidden_and_not_in_the_title() {
    let mut reading = order();
    reading.text = "you absolute turnip".to_owned();
    let notice = miscellaneous_notice(&message(&reading));
    assert!(!notice.title.contains("turnip"));
    assert_snapshot!(shown(&notice));
}

#[test]
fn a_dead_letter_shows_the_message_to_a_person() {
    let notice =
        dead_letter_notice(17, Some("two lattes"), "the reader failed 5 times", DateTime::UNIX_EPOCH);
    assert_snapshot!(shown(&notice));
}

#[test]
fn what_is_not_on_the_menu_comes_with_what_is_nearest() {
    let part = |score: f32| Unmatched {
        text: "pork pie".to_owned(),
        quantity: 2,
        candidates: vec![Candidate { item: "Side Slaw".to_owned(), score }, candidate("Apple Pie")],
    };
    assert_eq!(unmatched(&part(0.4)), "2 × “pork pie” · perhaps Side Slaw or Apple Pie?");
    assert_eq!(unmatched(&part(0.01)), "2 × “pork pie” · nearest: Side Slaw, Apple Pie");
    let unlikely = Some(Candidate { item: "Mocha".to_owned(), score: 0.02 });
    let latte = Line { runner_up: unlikely, ..line("a latte", Some("Latte"), 1, None) };
    assert_eq!(line_field(&latte, "EUR", Kind::Review).value, "“a latte”");
}
