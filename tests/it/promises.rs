//! Nothing is lost, nothing happens twice, nothing is guessed in silence.

use chit::config::OnUnmatchedItem;
use chit::listener::{self, Until};
use chit::menu;
use chit::messages::{self, NewMessage, Stored};
use chrono::Utc;
use rust_decimal::Decimal;
use tokio_util::sync::CancellationToken;

use crate::balance;
use crate::fake_discord::FakeDiscord;
use crate::friday;
use crate::processes::SOON;
use crate::shop::Shop;

fn delivery(channel: &str, external_id: &str, text: &str) -> NewMessage {
    NewMessage {
        channel: channel.to_owned(),
        external_id: external_id.to_owned(),
        contact: None,
        text: text.to_owned(),
        sent_at: Utc::now(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_balance_finds_whatever_is_lost_or_doubled() {
    // What goes wrong behind the back of the service, and a part of what the check says of it.
    let table = [
        ("delete from messages where id = 3", "message 3 was stored and is gone"),
        (
            "insert into messages (channel, external_id, text, text_hash, sent_at, state, finished_at) \
             values ('x', 'x', 'x', '', now(), 'dead', now())",
            "is there and nobody sent it",
        ),
        ("update messages set state = 'received' where id = 2", "message 2 is still received"),
        ("update messages set state = 'miscellaneous' where id = 1", "with 1 orders"),
        ("delete from orders where message_id = 1", "with 0 orders"),
        ("delete from enquiries", "with 0 orders, 0 enquiries"),
        ("delete from traces where message_id = 2", "0 traces"),
        ("update orders set number = 7 where message_id = 2", "gaps or doubles"),
        ("", ""),
    ];
    let cases = table.map(|(sql, expected)| async move {
        let shop = quiet_evening().await;
        let meddle = format!("set session_replication_role = replica; {sql}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(meddle)).execute(&shop.database.pool).await.unwrap();
        expect(&shop, expected).await;
        shop.abandon();
    });
    futures::future::join_all(cases).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_balance_finds_what_a_receiver_has_twice_or_not_at_all() {
    let shop = quiet_evening().await;
    for file in [shop.folder.path().join("notices.jsonl"), shop.miscellaneous_file()] {
        let whole = std::fs::read_to_string(&file).unwrap();
        let first = whole.split_inclusive('\n').next().unwrap();
        std::fs::write(&file, whole.replacen(first, "", 1)).unwrap();
        expect(&shop, "stands 0 times").await;
        std::fs::write(&file, format!("{whole}{first}")).unwrap();
        expect(&shop, "stands 2 times").await;
        std::fs::write(&file, whole).unwrap();
    }
    shop.close().await;
}

/// Two orders, a remark and a question, worked and told to staff.
async fn quiet_evening() -> Shop {
    let mut shop = Shop::open().await;
    let texts =
        ["one Kombucha please", "two Edamame please", "haha good night everybody", "are you open on sunday?"];
    let mut states = Vec::new();
    for text in texts {
        let id = shop.customer_says(text).await;
        shop.works().await;
        states.push(shop.state(id).await);
    }
    assert_eq!(states, ["ordered", "ordered", "miscellaneous", "enquiry"]);
    shop.sends().await;
    shop
}

async fn expect(shop: &Shop, finding: &str) {
    let findings = balance::findings(&shop.app, &shop.told).await;
    let found = findings.iter().any(|found| found.contains(finding));
    assert!(found != finding.is_empty() && found != findings.is_empty(), "{finding}: {findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_deliveries_by_two_webhooks_to_two_listeners_are_one_order() {
    let mut shop = Shop::open().await;
    let listeners = [Shop::app(&shop.app.settings).await, Shop::app(&shop.app.settings).await];
    let shutdown = CancellationToken::new();
    let running = listeners.map(|app| {
        let shutdown = shutdown.clone();
        tokio::spawn(async move { listener::run(&app, Until::ToldToStop, shutdown).await })
    });
    let pool = shop.database.pool.clone();
    // The same id in two channels is two messages; the same in one channel is one, in whatever transaction.
    let deliveries = (0..5).flat_map(|try_number| {
        let pool = pool.clone();
        ["webhook", "telegram"].map(move |channel| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let (one, other) =
                    (delivery(channel, "1", "two Kombucha please"), delivery(channel, "2", "one Edamame"));
                let batch = if try_number % 2 == 0 { vec![one, other] } else { vec![other, one] };
                deliver_until_taken(&pool, batch).await
            })
        })
    });
    let deliveries: Vec<_> = deliveries.collect();
    let (mut new, mut known) = (0, 0);
    for stored in futures::future::join_all(deliveries).await.into_iter().flat_map(Result::unwrap) {
        shop.told.push(stored.id());
        match stored {
            Stored::New(_) => new += 1,
            Stored::Known(_) => known += 1,
        }
    }
    assert_eq!((new, known), (4, 16));
    shop.works().await;
    shutdown.cancel();
    for listener in running {
        listener.await.unwrap().unwrap();
    }
    assert_eq!(shop.count("select count(*) from orders").await, 4);
    assert_eq!(shop.count("select sum(quantity)::bigint from order_lines").await, 6);
    shop.close().await;
}

/// As every webhook does: what was not taken is sent again.
async fn deliver_until_taken(pool: &sqlx::PgPool, batch: Vec<NewMessage>) -> Vec<Stored> {
    for _ in 0..20 {
        let mut tx = pool.begin().await.unwrap();
        let stored = messages::store(&mut tx, &batch).await;
        if let Ok(stored) = stored
            && tx.commit().await.is_ok()
        {
            return stored;
        }
    }
    panic!("not taken in twenty tries");
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_of_two_listeners_have_numbers_without_gaps_or_doubles() {
    let mut shop = Shop::open_with(|settings| settings.listener.max_batch = 7).await;
    let file = friday::rows(shop.folder.path(), 200);
    shop.plays(&file).await;
    let other = Shop::app(&shop.app.settings).await;
    let drain = |app| async move { listener::run(&app, Until::Drained, CancellationToken::new()).await };
    let (one, two) = tokio::join!(tokio::spawn(drain(shop.app.clone())), tokio::spawn(drain(other)));
    one.unwrap().and(two.unwrap()).unwrap();
    let orders = shop.count("select count(*) from orders").await;
    assert!(orders > 50, "{orders}");
    assert_eq!(shop.count("select max(number)::bigint from orders").await, orders);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_name_is_an_order() {
    let mut shop = Shop::open().await;
    for (text, ticket) in
        [("Kombucha", "1 × Kombucha"), ("edamame", "1 × Edamame"), ("2 kombucha", "2 × Kombucha")]
    {
        let id = shop.customer_says(text).await;
        shop.works().await;
        assert_eq!(
            (shop.state(id).await.as_str(), shop.kitchen_sees(id).await),
            ("ordered", vec![ticket.to_owned()])
        );
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_item_beside_a_good_one_is_never_lost() {
    let table = [
        (OnUnmatchedItem::Review, "review", vec!["2 × Kombucha"]),
        (OnUnmatchedItem::Partial, "ordered", vec!["2 × Kombucha"]),
        (OnUnmatchedItem::Reject, "enquiry", vec![]),
    ];
    for (choice, state, lines) in table {
        let mut shop = Shop::open_with(|settings| settings.reader.on_unmatched_item = choice).await;
        let id = shop.customer_says("two Kombucha and a pork roast please").await;
        shop.works().await;
        shop.sends().await;
        assert_eq!(
            (shop.state(id).await.as_str(), shop.kitchen_sees(id).await),
            (state, lines.iter().map(ToString::to_string).collect())
        );
        let notice = &shop.staff_reads(id).await[0];
        let shown = notice["fields"].as_array().unwrap().iter().any(|field| {
            let heading = field["name"] == "NOT ON THE TICKET" || field["name"] == "Not on the menu";
            heading && field["value"].as_str().unwrap().contains("pork roast")
        });
        assert!(shown, "{choice:?}: {notice:#}");
        let kept = shop.count("select count(*) from orders where unmatched::text like '%pork roast%'").await;
        assert_eq!(kept, i64::from(state != "enquiry"));
        shop.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_with_the_word_error_is_just_a_message() {
    let mut shop = Shop::open().await;
    let remark = shop.customer_says("there is an error on your website").await;
    let order = shop.customer_says("ERROR: failed. null. exception. two Kombucha please").await;
    shop.works().await;
    shop.sends().await;
    assert!(["miscellaneous", "enquiry"].contains(&shop.state(remark).await.as_str()));
    assert!(["ordered", "review"].contains(&shop.state(order).await.as_str()));
    assert_eq!(shop.kitchen_sees(order).await, ["2 × Kombucha"]);
    assert_eq!(shop.count("select count(*) from messages where tries > 0 or state = 'dead'").await, 0);
    assert_eq!(shop.count("select count(*) from outbox where payload ->> 'kind' = 'alarm'").await, 0);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_is_the_menus_even_when_the_customer_names_one() {
    let mut shop = Shop::open().await;
    let texts = ["2 Kombucha for 1 euro each please", "one Kombucha please (price: 0.01)", "Kombucha, 0 EUR"];
    for text in texts {
        let id = shop.customer_says(text).await;
        shop.works().await;
        assert!(!shop.kitchen_sees(id).await.is_empty(), "{text}");
    }
    let wrong = "select count(*) from order_lines l join menu_items i on i.key = l.item_key \
                 where l.options = '[]' and l.unit_price is distinct from i.price";
    assert_eq!(shop.count(wrong).await, 0);
    let wrong = "select count(*) from orders o where total is distinct from \
                 (select sum(quantity * unit_price) from order_lines l where l.order_id = o.id)";
    assert_eq!(shop.count(wrong).await, 0);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_written_is_stored_worked_and_told() {
    let discord = FakeDiscord::answering([]).await;
    let url = discord.url();
    let mut shop = Shop::open_with(|settings| {
        settings.notify.discord_orders_webhook = Some(url.as_str().into());
        settings.notify.discord_enquiries_webhook = Some(url.as_str().into());
        settings.notify.discord_miscellaneous_webhook = Some(url.as_str().into());
    })
    .await;
    let words = "two Kombucha and one Edamame please, ".repeat(2_900);
    let texts = [
        ("", "miscellaneous"),
        (" \n\t ", "miscellaneous"),
        ("one Kombucha please\0", ""),
        ("\0\0", ""),
        ("\u{202e}one Kombucha\u{202c} ple\u{200b}ase\u{feff}", ""),
        ("'; drop table orders; --", ""),
        ("<b>two</b> Kombucha <script>alert(1)</script>", ""),
        ("4,000,000,000 Kombucha please", "review"),
        ("4000000000 Kombucha please", "review"),
        ("99999999999999999999999 Kombucha please", ""),
        ("one Spicy Tempeh Burger with 4000000000 extra cheddar please", "review"),
        ("@everyone one Kombucha please", ""),
        (words.as_str(), ""),
        (&"🌯".repeat(25_000), ""),
        (&"a".repeat(100_000), ""),
        (&"(".repeat(20_000), ""),
    ];
    for (text, state) in texts {
        let id = shop.customer_says(text).await;
        let start: String = text.chars().take(60).collect();
        tokio::time::timeout(2 * SOON, shop.works())
            .await
            .unwrap_or_else(|_| panic!("{start:?} takes too long"));
        let ended = shop.state(id).await;
        assert!(ended != "dead" && (state.is_empty() || ended == state), "{start:?} is {ended}");
    }
    shop.sends().await;
    assert_eq!(discord.titles().len(), texts.len());
    assert!(shop.count("select count(*) from orders").await > 0, "and the table is still there");
    let four_billion = "select count(*) from outbox where destination = 'file' and payload::text like '%4000000000 × Kombucha%'";
    assert_eq!(shop.count(four_billion).await, 2, "staff read the number that was written");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_order_has_the_prices_of_one_menu() {
    let mut shop = Shop::open_with(|settings| {
        settings.listener.max_batch = 50;
        settings.listener.max_workers = Some(2);
    })
    .await;
    let file = friday::rows(shop.folder.path(), 600);
    shop.plays(&file).await;
    let pool = shop.database.pool.clone();
    let app = shop.app.clone();
    let import = tokio::spawn(async move {
        let mut dearer = menu::current(&pool).await.unwrap().unwrap();
        while messages::any_unfinished(&pool).await.unwrap() {
            for item in &mut dearer.items {
                item.price = item.price.map(|price| price + Decimal::ONE);
            }
            menu::import(&pool, &dearer, "dearer").await.unwrap();
            assert!(app.refresh_menu().await.unwrap());
        }
    });
    shop.works().await;
    import.await.unwrap();
    assert!(shop.count("select count(distinct menu_version) from orders").await > 2);
    let plain = "select count(*) from order_lines where options = '[]'";
    assert!(shop.count(plain).await > 50);
    let wrong = "select count(*) from order_lines l join orders o on o.id = l.order_id \
                 join menu_items i on i.key = l.item_key and i.version = o.menu_version \
                 where l.options = '[]' and l.unit_price is distinct from i.price";
    assert_eq!(shop.count(wrong).await, 0);
    shop.close().await;
}
