//! The menu as files and in Postgres.

use std::path::{Path, PathBuf};

use chit::menu::{self, Menu, RowProblem};

use crate::harness;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn menu(&self, content: impl AsRef<[u8]>) -> (Menu, Vec<RowProblem>) {
        menu::read_csv(&self.file("menu.csv", content), None).unwrap()
    }

    fn refused(&self, content: impl AsRef<[u8]>) -> String {
        format!("{:#}", menu::read_csv(&self.file("menu.csv", content), None).unwrap_err())
    }
}

fn house() -> Menu {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (menu, problems) = menu::read_csv(&root.join("menu.csv"), Some(&root.join("modifiers.csv"))).unwrap();
    assert_eq!(problems, []);
    menu
}

#[tokio::test]
async fn what_is_imported_is_what_is_loaded() {
    let db = harness::database().await;
    assert_eq!(menu::current(&db.pool).await.unwrap(), None);
    assert_eq!(menu::current_version(&db.pool).await.unwrap(), None);
    let imported = menu::import(&db.pool, &house(), "menu.csv").await.unwrap();
    assert!(imported.is_new);
    let options: usize = house().groups.iter().map(|group| group.options.len()).sum();
    assert_eq!(imported.added.len(), house().items.len() + options);
    let loaded = menu::current(&db.pool).await.unwrap().unwrap();
    assert_eq!(loaded, Menu { version: imported.version, ..house() });
    assert_eq!(menu::current_version(&db.pool).await.unwrap(), Some(imported.version));
}

#[tokio::test]
async fn a_menu_of_the_same_content_is_no_new_version() {
    let db = harness::database().await;
    let first = menu::import(&db.pool, &house(), "menu.csv").await.unwrap();
    let mut again = house();
    again.items[0].price = Some("9.9".parse().unwrap());
    let second = menu::import(&db.pool, &again, "other.csv").await.unwrap();
    assert_eq!((second.version, second.is_new), (first.version, false));
    let versions = sqlx::query_scalar!(r#"select count(*) as "n!" from menu_versions"#);
    assert_eq!(versions.fetch_one(&db.pool).await.unwrap(), 1);
}

#[tokio::test]
async fn an_import_says_what_changed_and_the_old_version_stays() {
    let db = harness::database().await;
    let first = menu::import(&db.pool, &house(), "menu.csv").await.unwrap();
    let mut next = house();
    next.items.retain(|item| item.name != "Edamame");
    next.items.reverse();
    next.items.iter_mut().find(|item| item.name == "Kombucha").unwrap().price = None;
    next.items.push(menu::MenuItem {
        key: "miso_soup".into(),
        name: "Miso Soup".into(),
        ..next.items[0].clone()
    });
    next.groups[0].options[1].price = Some("2".parse().unwrap());
    let second = menu::import(&db.pool, &next, "menu.csv").await.unwrap();
    assert!(second.version > first.version);
    assert_eq!(second.added, ["Miso Soup"]);
    assert_eq!(second.changed, ["Kombucha", "bun: gluten-free bun"]);
    assert_eq!(second.removed, ["Edamame"]);
    let old = sqlx::query_scalar!(
        r#"select count(*) as "n!" from menu_items where version = $1 and key = 'edamame'"#,
        first.version
    );
    assert_eq!(old.fetch_one(&db.pool).await.unwrap(), 1);
    let back = menu::import(&db.pool, &house(), "menu.csv").await.unwrap();
    assert!(back.version > second.version, "going back to an older menu is a version of its own");
}

#[tokio::test]
async fn many_imports_at_once_make_one_version() {
    let db = harness::database().await;
    let house = house();
    let imports = (0..8).map(|_| menu::import(&db.pool, &house, "menu.csv"));
    let imported = futures::future::try_join_all(imports).await.unwrap();
    assert_eq!(imported.iter().filter(|imported| imported.is_new).count(), 1);
    assert!(imported.iter().all(|other| other.version == imported[0].version));
}

#[tokio::test]
async fn a_price_the_database_would_round_is_refused() {
    let db = harness::database().await;
    let mut menu = house();
    menu.items[3].price = Some("11.205".parse().unwrap());
    let refused = menu::import(&db.pool, &menu, "menu.csv").await.unwrap_err();
    assert!(format!("{refused:#}").contains("Turkey Quinoa Burger"), "{refused:#}");
    assert!(menu::import(&db.pool, &Menu::default(), "menu.csv").await.is_err());
    assert_eq!(menu::current(&db.pool).await.unwrap(), None);
}

#[tokio::test]
async fn the_first_start_imports_the_files_and_later_ones_leave_the_menu_alone() {
    let (db, folder) = (harness::database().await, Folder::new());
    let missing = folder.0.path().join("nowhere.csv");
    let says = format!("{:#}", menu::ensure(&db.pool, &missing, &missing).await.unwrap_err());
    assert!(says.contains("chit menu import") && says.contains("item_name"), "{says}");

    let file = folder.file("menu.csv", "item_name,price\nKombucha,4.20\nTea,x\n");
    let first = menu::ensure(&db.pool, &file, &missing).await.unwrap();
    assert_eq!((first.items.len(), first.groups.len()), (1, 0));
    folder.file("menu.csv", "item_name,price\nLassi,4.20\n");
    assert_eq!(menu::ensure(&db.pool, &file, &missing).await.unwrap(), first);
    assert_eq!(menu::ensure(&db.pool, &missing, &missing).await.unwrap(), first);
}

#[tokio::test]
async fn two_first_starts_with_different_files_agree_on_one_menu() {
    let (db, folder) = (harness::database().await, Folder::new());
    let one = folder.file("one.csv", "item_name,price\nKombucha,4.20\n");
    let two = folder.file("two.csv", "item_name,price\nLassi,4.20\n");
    let none = folder.0.path().join("none.csv");
    let (first, second) =
        tokio::join!(menu::ensure(&db.pool, &one, &none), menu::ensure(&db.pool, &two, &none));
    assert_eq!(first.unwrap(), second.unwrap());
}

#[test]
fn files_of_other_programs_are_read() {
    let folder = Folder::new();
    let plain = "item_name,description,price\nKombucha,Ginger,4.20\nTea,,\n";
    let same = [
        "\u{feff}item_name,description,price\r\nKombucha,Ginger,4.20\r\nTea,,\r\n",
        "item_name;description;price\nKombucha;Ginger;4,20\nTea;;\n",
        "Item Name;Description;Price\n\nKombucha;Ginger;4,20 €\n;;\nTea\n\n",
        "item_name,description,price\n\"Kom\nbucha\",Ginger,\"4,20\"\nTea,,\n",
    ];
    let (expected, problems) = folder.menu(plain);
    assert_eq!(problems, []);
    assert_eq!(expected.items[1].price, None);
    for (at, content) in same.iter().enumerate() {
        let (mut menu, problems) = folder.menu(content);
        assert_eq!(problems, [], "file {at}");
        if at == 3 {
            assert_eq!(menu.items[0].name, "Kom bucha");
            menu.items[0] = expected.items[0].clone();
        }
        assert_eq!(menu, expected, "file {at}");
    }
}

#[test]
fn rows_that_cannot_be_used_are_named_by_their_line() {
    let content = "item_name,description,price,available,colour\n\
        Kombucha,\"one\ntwo\",4.20,,\n\
        \n\
        ,nameless,1.00,,\n\
        Tea,,-1,,\n\
        Soup,,5.905,,\n\
        Slaw,plain,3,20,,extra\n\
        KOMBUCHA,,4.00,,\n\
        Kombucha,,4.20,,\n\
        Lassi,,4.90,perhaps,\n\
        Juice,\"never closed,4.20,,\n\
        Cake,,4.20,,\n";
    let (menu, problems) = Folder::new().menu(content);
    assert_eq!(menu.items.iter().map(|item| &item.name).collect::<Vec<_>>(), ["Kombucha"]);
    let said: Vec<_> = problems.iter().map(|p| (p.line, p.left_out, p.problem.as_str())).collect();
    let expected = [
        (1, false, "column \"colour\" is not used"),
        (5, true, "no item_name"),
        (6, true, "negative"),
        (7, true, "decimals"),
        (8, true, "6 fields for 5 columns"),
        (9, true, "same key kombucha"),
        (10, true, "on line 2 already"),
        (11, true, "write yes or no"),
        (12, true, "never closed"),
    ];
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for ((line, left_out, part), said) in expected.iter().zip(&said) {
        assert!(said.0 == *line && said.1 == *left_out && said.2.contains(part), "{line} {part}: {said:?}");
    }
}

#[test]
fn files_that_cannot_be_read_say_why() {
    let folder = Folder::new();
    let table: [(&[u8], &str); 6] = [
        (b"", "no column \"item_name\""),
        (b"name,price\nTea,2\n", "no column \"item_name\""),
        (b"item_name\nTea\n", "no column \"price\""),
        (b"item_name,price,price\nTea,2,3\n", "two columns \"price\""),
        (b"item_name,price\nTea,2\nCr\xe8me,3\n", "line 3 is not UTF-8"),
        (b"\xff\xfei\0t\0", "UTF-16"),
    ];
    for (content, part) in table {
        let said = folder.refused(content);
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn modifiers_that_contradict_each_other_are_left_out() {
    let folder = Folder::new();
    let items = folder.file("menu.csv", "item_name,price\nLatte,3.00\n");
    let options = "group,option,choose,price\n\
        milk,oat milk,one,0.50\n\
        milk,Oat  Milk,one,0.60\n\
        milk,soy milk,many,\n\
        Milk,whole milk,,\n\
        milk,,one,\n\
        syrup,vanilla,two,\n\
        syrup,caramel,,1.2.3\n";
    let options = folder.file("modifiers.csv", options);
    let (menu, problems) = menu::read_csv(&items, Some(&options)).unwrap();
    let names: Vec<_> = menu.groups.iter().flat_map(|g| g.options.iter().map(|o| o.name.as_str())).collect();
    assert_eq!(names, ["oat milk", "whole milk"]);
    assert_eq!(problems.iter().map(|p| p.line).collect::<Vec<_>>(), [3, 4, 6, 7, 8]);
    assert!(problems.iter().all(|p| p.left_out && p.file.ends_with("modifiers.csv")));
}

mod command {
    use clap::Parser;

    use chit::cli::exit::Exit;
    use chit::cli::menu::{Answer, MenuArgs, answer};
    use chit::config::Settings;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        menu: MenuArgs,
    }

    fn settings(folder: &Folder) -> Settings {
        Settings { modifiers: folder.0.path().join("modifiers.csv"), ..Settings::default() }
    }

    fn line(words: &str) -> MenuArgs {
        Line::try_parse_from(format!("menu {words}").split_whitespace()).unwrap().menu
    }

    async fn with(db: &harness::TestDatabase, folder: &Folder, words: &str) -> anyhow::Result<Answer> {
        answer(&line(words), &settings(folder), async || Ok(db.pool.clone())).await
    }

    async fn check(folder: &Folder, words: &str) -> Answer {
        let no_database = async || anyhow::bail!("a file is checked without a database");
        answer(&line(words), &settings(folder), no_database).await.unwrap()
    }

    #[tokio::test]
    async fn a_file_is_checked_without_a_database() {
        let folder = Folder::new();
        let file =
            folder.file("menu.csv", "item_name,price,aliases\nTea,,chai\nChai,2.00,\nTEA,3.00,\nMate,x,\n");
        folder.file("modifiers.csv", "group,option,applies_to\nmilk,oat milk,cakes\n");
        let Answer { text, exit } = check(&folder, &format!("check {}", file.display())).await;
        assert_eq!(exit, Exit::Rejected);
        let parts =
            ["Tea has no price", "\"chai\" names Tea and Chai", "same key tea", "\"cakes\"", "not a price"];
        for part in parts {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        assert!(text.ends_with("2 items can be sold; 2 rows left out; 4 worth a look.\n"), "{text}");

        let json = check(&folder, &format!("check {} --format json", file.display())).await;
        let report: serde_json::Value = serde_json::from_str(&json.text).unwrap();
        assert_eq!(report["problems"][0]["line"], 4);
        assert_eq!(report["findings"][0]["kind"], "missing_price");
        assert_eq!(json.exit, Exit::Rejected);
    }

    #[tokio::test]
    async fn the_menu_of_the_house_has_nothing_left_out() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let words = format!(
            "check {} --modifiers {}",
            root.join("menu.csv").display(),
            root.join("modifiers.csv").display()
        );
        let Answer { text, exit } = check(&Folder::new(), &words).await;
        assert_eq!(exit, Exit::Ok, "{text}");
        assert!(text.contains("36 items can be sold; 0 rows left out"), "{text}");
    }

    #[tokio::test]
    async fn an_import_says_what_it_did_and_show_shows_it() {
        let (db, folder) = (harness::database().await, Folder::new());
        let said = with(&db, &folder, "show").await.unwrap_err().to_string();
        assert!(said.contains("chit menu import FILE"), "{said}");

        let file = folder.file("menu.csv", "item_name,price\nTea,2.5\nChai,\nMate,x\n").display().to_string();
        let first = with(&db, &folder, &format!("import {file}")).await.unwrap();
        assert_eq!(first.exit, Exit::Rejected);
        assert!(
            first.text.contains("2 items, 0 options") && first.text.contains("added 2: Chai, Tea"),
            "{}",
            first.text
        );
        let again = with(&db, &folder, &format!("import {file}")).await.unwrap();
        assert!(again.text.contains("Nothing has changed"), "{}", again.text);

        let table = with(&db, &folder, "show").await.unwrap();
        assert!(
            table.text.contains("2.50") && table.text.contains('—') && !table.text.contains("0.00"),
            "{}",
            table.text
        );
        let json = with(&db, &folder, "show --format json").await.unwrap();
        let menu: Menu = serde_json::from_str(&json.text).unwrap();
        assert_eq!(Some(menu), menu::current(&db.pool).await.unwrap());
        assert_eq!(with(&db, &folder, "check").await.unwrap().exit, Exit::Ok);
    }

    #[tokio::test]
    async fn an_import_never_drops_modifiers_in_silence() {
        let (db, folder) = (harness::database().await, Folder::new());
        let file = folder.file("menu.csv", "item_name,price\nTea,2.5\n").display().to_string();
        let options = folder.file("extras.csv", "group,option\nmilk,oat milk\n").display().to_string();
        let groups = async || menu::current(&db.pool).await.unwrap().unwrap().groups.len();
        with(&db, &folder, &format!("import {file} --modifiers {options}")).await.unwrap();
        assert_eq!(groups().await, 1);
        folder.file("menu.csv", "item_name,price\nTea,2.75\n");
        with(&db, &folder, &format!("import {file}")).await.unwrap();
        assert_eq!(groups().await, 1, "no file of modifiers: those in force stay");
        let without = with(&db, &folder, &format!("import {file} --no-modifiers")).await.unwrap();
        assert_eq!(groups().await, 0);
        assert!(without.text.contains("removed 1: milk: oat milk"), "{}", without.text);
        folder.file("modifiers.csv", "group,option\nmilk,oat milk\nmilk,soy milk\nsugar,sugar\n");
        with(&db, &folder, &format!("import {file}")).await.unwrap();
        assert_eq!(groups().await, 2, "the configured file is used when it exists");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]

    #[test]
    fn any_file_is_read_or_refused_with_its_lines_in_order(
        body in "[a-cé寿\",;|\r\n €.0-9\\-\t]{0,80}", header in proptest::bool::ANY,
    ) {
        let folder = Folder::new();
        let head = if header { "item_name,price,description\n" } else { "" };
        let file = folder.file("menu.csv", format!("{head}{body}"));
        if let Ok((menu, problems)) = menu::read_csv(&file, None) {
            let lines: Vec<u64> = problems.iter().map(|problem| problem.line).collect();
            let last = body.split(['\r', '\n']).count() as u64 + 1;
            proptest::prop_assert!(lines.is_sorted() && lines.iter().all(|line| (1..=last).contains(line)));
            let keys: std::collections::HashSet<_> = menu.items.iter().map(|item| &item.key).collect();
            proptest::prop_assert_eq!(keys.len(), menu.items.len());
        }
    }

    #[test]
    fn what_a_csv_writer_writes_is_what_is_read(descriptions in proptest::collection::vec("[a-c\",;|\n é]{0,12}", 1..8)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["item_name", "description", "price"]).unwrap();
        let mut lines = Vec::new();
        let mut line = 2;
        for (at, description) in descriptions.iter().enumerate() {
            // Every other row has a price that is refused, so that its line is told.
            let price = if at % 2 == 0 { "1.50" } else { "x" };
            writer.write_record([&format!("item {at}"), description, price]).unwrap();
            if at % 2 == 1 {
                lines.push(line);
            }
            line += 1 + description.matches('\n').count() as u64;
        }
        let (menu, problems) = Folder::new().menu(writer.into_inner().unwrap());
        proptest::prop_assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), lines);
        let read: Vec<_> = menu.items.iter().map(|item| item.description.as_str()).collect();
        let written: Vec<_> = descriptions.iter().step_by(2).map(|text| text.trim()).collect();
        proptest::prop_assert_eq!(read, written);
    }
}
