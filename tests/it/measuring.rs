//! `chit eval`, as somebody uses it who measures their own messages.

use std::fs;

use serde_json::Value;

use crate::command_line::{Said, Shell};

const MENU: &str = "item_name,description,price\nLatte,espresso and milk,4.50\nGreen Tea,,3\n";

/// Orders worth 9.00 and 3.00, and a question.
const LABELLED: &str = r#"{"id":"two","text":"two lattes please","outcome":"order","lines":[{"item":"Latte","quantity":2}]}
{"id":"tea","text":"one green tea please","outcome":"order","lines":[{"item":"Green Tea"}]}
{"id":"open","text":"are you open on sunday?","outcome":"enquiry"}
"#;

/// A folder with a menu and labelled messages.
fn shop() -> Shell {
    let shell = Shell::new();
    write(&shell, "menu.csv", MENU);
    write(&shell, "labelled.jsonl", LABELLED);
    shell
}

fn write(shell: &Shell, name: &str, text: &str) {
    let path = shell.folder().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn report(shell: &Shell, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(shell.folder().join(name)).unwrap()).unwrap()
}

/// The cells of a line of a table, without the blanks between them.
fn row(said: &Said, label: &str) -> String {
    let line = said.out.lines().find(|line| line.trim().starts_with(label));
    let line = line.unwrap_or_else(|| panic!("{label}\n{}{}", said.out, said.err));
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_report_is_the_baseline_of_the_next_one() {
    let shell = shop();
    let first = shell.chit("eval labelled.jsonl --report before.json");
    assert_eq!((first.code, first.err.as_str()), (0, ""));
    let same = shell.chit("eval labelled.jsonl --baseline before.json --report same.json");
    assert_eq!(same.code, 0, "{}", same.err);
    assert!(same.out.contains("since before.json: 3 rows compared\n"), "{}", same.out);
    assert_eq!(report(&shell, "same.json")["verdicts"], report(&shell, "before.json")["verdicts"]);

    let worse = shell
        .chit("--set reader.max_quantity=1 eval labelled.jsonl --baseline before.json --report worse.json");
    assert_eq!(worse.code, 3, "{}", worse.out);
    assert_eq!(row(&worse, "became wrong"), "became wrong 1: two");
    assert_eq!(row(&worse, "read wrong"), "read wrong 0 1");
    assert_eq!(row(&worse, "what those come to (EUR)"), "what those come to (EUR) 0.00 9.00");
    let written = report(&shell, "worse.json");
    assert_eq!(written["since_baseline"]["became_wrong"], serde_json::json!(["two"]));

    let better = shell.chit("eval labelled.jsonl --baseline worse.json");
    assert_eq!(better.code, 0, "{}", better.out);
    assert_eq!(row(&better, "became right"), "became right 1: two");
}

#[test]
fn a_new_false_order_is_worse_though_its_row_was_wrong_before() {
    let shell = shop();
    let spam = r#"{"id":"spam","text":"60 lattes please","outcome":"miscellaneous"}"#;
    write(&shell, "labelled.jsonl", &format!("{LABELLED}{spam}\n"));
    assert_eq!(shell.chit("eval labelled.jsonl --report before.json").code, 0);
    let said = shell.chit("--set reader.max_quantity=100 eval labelled.jsonl --baseline before.json");
    assert_eq!(said.code, 3, "{}", said.out);
    assert_eq!(row(&said, "became wrong"), "became wrong 0");
    assert_eq!(row(&said, "new false orders"), "new false orders 1: spam");
    assert_eq!(row(&said, "what those come to"), "what those come to (EUR) 0.00 270.00");
}

#[test]
fn orders_without_a_price_are_counted_apart() {
    let shell = shop();
    write(&shell, "menu.csv", "item_name,description,price\nLatte,,\nGreen Tea,,3\n");
    assert_eq!(shell.chit("eval labelled.jsonl --report before.json").code, 0);
    let said = shell.chit("--set reader.max_quantity=1 eval labelled.jsonl --baseline before.json");
    assert_eq!(said.code, 3, "{}", said.out);
    assert_eq!(row(&said, "what those come to"), "what those come to (EUR) 0.00 0.00");
    assert_eq!(row(&said, "read wrong, without a price"), "read wrong, without a price 0 1");
}

#[test]
fn a_baseline_that_says_nothing_about_these_rows_is_refused() {
    let shell = shop();
    assert_eq!(shell.chit("eval labelled.jsonl --report before.json").code, 0);
    write(&shell, "other.jsonl", "{\"id\":\"x\",\"text\":\"a latte\",\"outcome\":\"order\"}\n");
    for (baseline, says) in [
        ("other.jsonl --baseline before.json", "no row of the baseline before.json"),
        ("labelled.jsonl --baseline nowhere.json", "`chit eval … --report FILE` writes one"),
        ("labelled.jsonl --baseline menu.csv", "read the baseline menu.csv"),
    ] {
        let said = shell.chit(&format!("eval {baseline}"));
        assert_eq!(said.code, 1, "{}", said.out);
        assert!(said.err.contains(says), "{}", said.err);
    }
}

#[test]
fn a_report_keeps_a_verdict_on_each_row_and_no_word_of_it() {
    let shell = shop();
    assert_eq!(shell.chit("eval labelled.jsonl --report report.json").code, 0);
    let written = report(&shell, "report.json");
    assert_eq!((&written["rows"], &written["order_exact"]["right"]), (&3.into(), &2.into()));
    let file = &written["files"][0];
    assert_eq!((&file["file"], &file["menu"]), (&"labelled.jsonl".into(), &"menu.csv".into()));
    assert_eq!(file["confusion"]["order"]["order"], 2);
    let verdicts = written["verdicts"].as_array().unwrap();
    assert_eq!(verdicts.len(), 3);
    assert_eq!(verdicts[0]["id"], "two");
    assert_eq!((&verdicts[0]["right"], &verdicts[0]["order"]["total"]), (&true.into(), &"9.00".into()));
    assert!(!written.to_string().contains("lattes"), "customers' words stay out of it");
}

#[test]
fn rows_with_a_wrong_label_are_measured_with_and_without() {
    let shell = shop();
    let wrong = r#"{"id":"wrong","text":"two lattes please","outcome":"order","lines":[{"item":"Latte","quantity":3}]}"#;
    write(&shell, "labelled.jsonl", &format!("{LABELLED}{wrong}\n"));
    write(&shell, "mislabelled.jsonl", "{\"id\":\"wrong\",\"reason\":\"two were asked for\"}\n");
    let said = shell.chit("eval labelled.jsonl --except mislabelled.jsonl --failures 5 --report report.json");
    assert_eq!(said.code, 0, "{}", said.err);
    let shares: Vec<&str> = said.out.lines().filter(|line| line.contains("order exact")).collect();
    assert!(
        shares.len() == 2 && shares[0].contains(" 66.7 %") && shares[1].contains("100.0 %"),
        "{}",
        said.out
    );
    assert!(said.out.contains("1 row is excepted"), "{}", said.out);
    assert!(said.out.contains("the label was shown to be wrong: two were asked for"), "{}", said.out);
    let written = report(&shell, "report.json");
    let right =
        |figures: &Value| figures["order_exact"]["right"].as_u64().zip(figures["order_exact"]["of"].as_u64());
    assert_eq!((right(&written), right(&written["without_excepted"])), (Some((2, 3)), Some((2, 2))));

    write(&shell, "mislabelled.jsonl", "{\"id\":\"wrong\"}\n");
    let said = shell.chit("eval labelled.jsonl --except mislabelled.jsonl");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("missing field `reason`"), "{}", said.err);
}

#[test]
fn each_file_is_read_against_the_menu_beside_it() {
    let shell = shop();
    write(&shell, "cafe/menu.csv", "item_name,description,price\nMocha,,5\n");
    let mocha = r#"{"id":"m","text":"one mocha please","outcome":"order","lines":[{"item":"Mocha"}]}"#;
    write(&shell, "cafe/labelled.jsonl", mocha);
    write(&shell, "elsewhere/labelled.jsonl", LABELLED);
    let said = shell.chit("eval elsewhere/labelled.jsonl cafe/labelled.jsonl");
    assert_eq!(said.code, 0, "{}", said.err);
    let menus: Vec<&str> = said.out.lines().filter(|line| line.starts_with("menu: ")).collect();
    assert_eq!(menus, ["menu: menu.csv, without modifiers", "menu: cafe/menu.csv, without modifiers"]);
    let exact: Vec<&str> = said.out.lines().filter(|line| line.trim().starts_with("order exact")).collect();
    assert_eq!(exact.len(), 3, "one a file, and the total:\n{}", said.out);
    assert!(exact.iter().all(|line| line.contains("100.0 %")), "{}", said.out);
    assert!(said.out.contains("in total: 4 messages of 2 files"), "{}", said.out);
    let named = shell.chit("eval cafe/labelled.jsonl --menu menu.csv");
    assert!(named.out.contains("menu: menu.csv, without modifiers"), "{}", named.out);
    assert!(row(&named, "order exact").starts_with("order exact 0.0 % 0 1 "), "{}", named.out);
}

#[test]
fn a_folder_says_how_its_labels_are_meant_and_flags_win() {
    let shell = shop();
    let asked = r#"{"id":"q","text":"could I get two lattes please?","outcome":"order","lines":[{"item":"Latte","quantity":2}]}"#;
    write(&shell, "labelled.jsonl", asked);
    assert!(row(&shell.chit("eval labelled.jsonl"), "order exact").starts_with("order exact 0.0 % 0 1 "));
    write(&shell, "labels.toml", "polite_requests = \"order\"\n");
    assert!(row(&shell.chit("eval labelled.jsonl"), "order exact").starts_with("order exact 100.0 % 1 1 "));
    let flag = shell.chit("eval labelled.jsonl --polite-requests enquiry");
    assert!(flag.out.contains("requests in question form: enquiry"), "{}", flag.out);
    assert!(row(&flag, "order exact").starts_with("order exact 0.0 % 0 1 "), "{}", flag.out);
    let unknown = shell.chit("eval labelled.jsonl --compare-beside-notes milk");
    assert!(unknown.code == 1 && unknown.err.contains("no modifier group milk"), "{}", unknown.err);
    write(&shell, "labels.toml", "polite = true\n");
    let said = shell.chit("eval labelled.jsonl");
    assert!(said.code == 1 && said.err.contains("labels.toml"), "{}", said.err);
}

#[test]
fn a_failing_row_is_shown_word_by_word() {
    let shell = shop();
    let wrong =
        r#"{"id":"w","text":"two lattes please","outcome":"order","lines":[{"item":"Latte","quantity":3}]}"#;
    write(&shell, "labelled.jsonl", &format!("{LABELLED}{wrong}\n"));
    let said = shell.chit("eval labelled.jsonl --failures 5");
    let expected = "w  two lattes please\n    - [3] × Latte\n    + [2] × Latte\n";
    assert!(said.out.contains(expected), "{}", said.out);
    assert!(!said.out.contains("one green tea") && !said.out.contains('\u{1b}'), "{}", said.out);
}

#[test]
fn a_file_without_labelled_messages_says_what_to_do() {
    let shell = shop();
    write(&shell, "messages.csv", "timestamp,message\n,two lattes\n");
    write(&shell, "unlabelled.jsonl", "{\"text\":\"two lattes\"}\n");
    for (file, says) in [
        ("messages.csv", "messages.csv is no file of JSON lines (it begins: timestamp,message)"),
        ("nowhere.jsonl", "there is no file nowhere.jsonl"),
        ("unlabelled.jsonl", "unlabelled.jsonl has no label in any of its rows"),
    ] {
        let said = shell.chit(&format!("eval {file}"));
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{file}");
        assert!(said.err.contains(says), "{}", said.err);
    }
    write(&shell, "some.jsonl", &format!("{LABELLED}{{\"text\":\"hi\"}}\nnonsense\n"));
    let said = shell.chit("eval some.jsonl");
    assert_eq!(said.code, 3, "a row was rejected");
    assert!(said.err.contains("some.jsonl: line 5: "), "{}", said.err);
    assert!(said.err.contains("1 of 4 rows have no label"), "{}", said.err);
}
