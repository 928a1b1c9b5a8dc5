//! What customers and staff notice of the listener.

use std::time::Duration;

use chit::listener::{self, Until};
use chit::messages::{self, NewMessage, Stored};
use chrono::Utc;
use tokio_util::sync::CancellationToken;

use crate::processes::SOON;
use crate::shop::Shop;

const HALF_A_MINUTE: Duration = Duration::from_secs(30);

fn message(external_id: &str, text: &str) -> NewMessage {
    NewMessage {
        channel: "webhook".to_owned(),
        external_id: external_id.to_owned(),
        contact: None,
        text: text.to_owned(),
        sent_at: Utc::now(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_message_is_one_order_however_often_it_is_delivered() {
    let mut shop = Shop::open().await;
    let mut stored = Vec::new();
    for _ in 0..5 {
        stored.push(shop.receive(message("m-1", "I'd like two Kombucha")).await);
    }
    let id = stored[0].id();
    assert_eq!(stored[0], Stored::New(id));
    assert!(stored[1..].iter().all(|again| *again == Stored::Known(id)));
    let (first, second) = (Shop::app(&shop.app.settings).await, Shop::app(&shop.app.settings).await);
    let drained = |app| async move { listener::run(&app, Until::Drained, CancellationToken::new()).await };
    let (first, second) = tokio::join!(drained(first), drained(second));
    first.and(second).unwrap();
    assert_eq!(shop.receive(message("m-1", "I'd like two Kombucha")).await, Stored::Known(id));
    assert_eq!(shop.count("select count(*) from orders").await, 1);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retries_of_one_delivery_within_a_batch_are_one_message() {
    let mut shop = Shop::open().await;
    let batch = vec![message("m-1", "one Kombucha please"), message("m-1", "one Kombucha please")];
    let mut tx = shop.database.pool.begin().await.unwrap();
    let stored = messages::store(&mut tx, &batch).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(stored[..], [Stored::New(a), Stored::Known(b)] if a == b));
    shop.told.push(stored[0].id());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_commits_late_under_a_lower_id_is_worked() {
    let mut shop = Shop::open().await;
    let mut slow = shop.database.pool.begin().await.unwrap();
    let late = messages::store(&mut slow, &[message("late", "a Falafel Wrap please")]).await.unwrap()[0].id();
    let early = shop.customer_says("one Kombucha please").await;
    assert!(late < early);
    shop.works().await;
    assert_eq!(shop.state(early).await, "ordered");
    for _ in 0..3 {
        let watermark = messages::advance_watermark(&shop.database.pool).await.unwrap();
        assert!(watermark < late, "nothing below the watermark may still appear");
    }
    slow.commit().await.unwrap();
    shop.told.push(late);
    shop.works().await;
    assert_eq!(shop.state(late).await, "ordered");
    let reached = async {
        // Transactions of other tests hold it back too: their numbers come from the same server.
        while messages::advance_watermark(&shop.database.pool).await.unwrap() < early {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(SOON, reached).await.expect("the watermark reaches the newest message");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_worked_in_order_and_by_one_at_a_time() {
    let mut shop = Shop::open().await;
    let first = shop.says("ada", "one Kombucha please").await;
    let other = shop.says("bob", "one Kombucha please").await;
    let second = shop.says("ada", "and a Falafel Wrap please").await;
    let pool = &shop.database.pool;
    let one = messages::claim(pool, 1, HALF_A_MINUTE).await.unwrap();
    assert_eq!(one.iter().map(|m| m.id).collect::<Vec<_>>(), [first]);
    let rest = messages::claim(pool, 10, HALF_A_MINUTE).await.unwrap();
    assert_eq!(rest.iter().map(|m| m.id).collect::<Vec<_>>(), [other], "{second} waits for {first}");
    for claimed in [one, rest] {
        messages::release(pool, &claimed.iter().map(|message| message.held_by()).collect::<Vec<_>>())
            .await
            .unwrap();
    }
    let run = messages::claim(pool, 10, HALF_A_MINUTE).await.unwrap();
    assert_eq!(run.iter().map(|m| m.id).collect::<Vec<_>>(), [first, other, second], "a run of neighbours");
    messages::release(pool, &[first, other, second].map(|id| (id, run[0].fence))).await.unwrap();
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_skips_no_message_that_another_claim_has_locked() {
    let mut shop = Shop::open().await;
    let first = shop.says("ada", "one Kombucha please").await;
    shop.says("ada", "and a Falafel Wrap please").await;
    let mut other = shop.database.pool.begin().await.unwrap();
    sqlx::query("select from messages where id = $1 for update")
        .bind(first)
        .execute(&mut *other)
        .await
        .unwrap();
    assert!(messages::claim(&shop.database.pool, 10, HALF_A_MINUTE).await.unwrap().is_empty());
    other.rollback().await.unwrap();
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lapsed_lease_comes_back_and_its_old_holder_can_finish_nothing() {
    let mut shop = Shop::open().await;
    let id = shop.customer_says("one Kombucha please").await;
    let pool = &shop.database.pool;
    let slow = messages::claim(pool, 10, Duration::ZERO).await.unwrap().pop().unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let quick = messages::claim(pool, 10, HALF_A_MINUTE).await.unwrap().pop().unwrap();
    assert!(quick.fence > slow.fence);
    let mut tx = pool.begin().await.unwrap();
    assert!(messages::lock_held(&mut tx, &[(id, slow.fence)]).await.unwrap().is_empty());
    assert!(!messages::fail(&mut tx, &slow, "too late", None).await.unwrap());
    assert_eq!(messages::lock_held(&mut tx, &[(id, quick.fence)]).await.unwrap(), [id]);
    drop(tx);
    messages::release(pool, &[quick.held_by()]).await.unwrap();
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_took_its_listeners_down_is_worked_alone() {
    let mut shop = Shop::open().await;
    let suspect = shop.customer_says("one Kombucha please").await;
    let pool = shop.database.pool.clone();
    for _ in 0..4 {
        messages::claim(&pool, 10, Duration::ZERO).await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let neighbour = shop.customer_says("a Falafel Wrap please").await;
    let batch = messages::claim(&pool, 10, HALF_A_MINUTE).await.unwrap();
    assert_eq!(batch.iter().map(|m| m.id).collect::<Vec<_>>(), [neighbour]);
    let alone = messages::claim_suspect(&pool, HALF_A_MINUTE).await.unwrap().unwrap();
    assert_eq!(alone.id, suspect);
    messages::release(&pool, &[(neighbour, batch[0].fence)]).await.unwrap();
    messages::release(&pool, &[(suspect, alone.fence)]).await.unwrap();
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_registered_ends_as_a_dead_letter_and_the_others_go_on() {
    let mut shop = Shop::open().await;
    refuse_orders_for(&shop, "Falafel Wrap").await;
    let before = shop.customer_says("one Kombucha please").await;
    let bad = shop.says("ada", "one Falafel Wrap please").await;
    let held_back = shop.says("ada", "one Kombucha please").await;
    let after = shop.customer_says("one Greek Salad please").await;
    shop.works().await;
    for good in [before, held_back, after] {
        assert_eq!(shop.state(good).await, "ordered");
    }
    assert_eq!(shop.state(bad).await, "dead");
    let (tries, reason): (i16, String) = sqlx::query_as("select tries, reason from messages where id = $1")
        .bind(bad)
        .fetch_one(&shop.database.pool)
        .await
        .unwrap();
    assert_eq!(tries, 5);
    assert!(reason.contains("the oven is off"), "{reason}");
    let late: bool = sqlx::query_scalar(
        "select a.finished_at < b.finished_at from messages a, messages b where a.id = $1 and b.id = $2",
    )
    .bind(bad)
    .bind(held_back)
    .fetch_one(&shop.database.pool)
    .await
    .unwrap();
    assert!(late, "the next message of the conversation waited for it");
    shop.close().await;
}

/// Makes the database refuse one dish, as a row may be refused for a reason nobody thought of.
async fn refuse_orders_for(shop: &Shop, item: &str) {
    let sql = format!(
        "create function refuse() returns trigger language plpgsql as $$ begin \
         if new.item_name = '{item}' then raise exception 'the oven is off' using errcode = 'P0001'; end if; \
         return new; end $$; \
         create trigger refuse before insert on order_lines for each row execute function refuse()"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&shop.database.pool).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_listener_leaves_messages_where_they_are() {
    use chit::controls::{Control, State, change};
    let mut shop = Shop::open().await;
    let pool = shop.database.pool.clone();
    assert!(change(&pool, Control::Listener, &[State::Running], State::Paused).await.unwrap());
    assert!(!change(&pool, Control::Listener, &[State::Running], State::Paused).await.unwrap());
    let id = shop.customer_says("one Kombucha please").await;
    shop.works().await;
    assert_eq!(shop.state(id).await, "received");
    assert!(change(&pool, Control::Listener, &[State::Paused], State::Running).await.unwrap());
    shop.works().await;
    assert_eq!(shop.state(id).await, "ordered");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_to_a_drafted_order_places_it_once() {
    let mut shop = Shop::open().await;
    let asked = shop.says("ada", "Could I get two Kombucha, please?").await;
    shop.works().await;
    assert_eq!(shop.state(asked).await, "enquiry");
    assert!(shop.kitchen_sees(asked).await.is_empty(), "a question never reaches the kitchen");
    let stranger = shop.says("bob", "yes please").await;
    let yes = shop.says("ada", "Yes please!").await;
    let again = shop.says("ada", "yes").await;
    shop.works().await;
    assert_eq!(shop.kitchen_sees(yes).await, ["2 × Kombucha"]);
    assert_eq!(shop.count("select count(*) from orders").await, 1, "{stranger} and {again} order nothing");
    assert_eq!(shop.count("select count(*) from enquiries where state = 'answered'").await, 1);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_and_its_yes_may_arrive_together_and_a_change_of_mind_is_no_yes() {
    let mut shop = Shop::open().await;
    shop.says("ada", "Can I have a Falafel Wrap?").await;
    let yes = shop.says("ada", "yes please").await;
    shop.says("bob", "Can I have a Falafel Wrap?").await;
    shop.says("bob", "do you have gluten-free buns?").await;
    let late = shop.says("bob", "ok").await;
    shop.works().await;
    assert_eq!(shop.kitchen_sees(yes).await, ["1 × Falafel Wrap"]);
    assert!(shop.kitchen_sees(late).await.is_empty(), "the request was not the last thing said");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_listener_registers_nothing_of_a_conversation_that_another_took_over_in_part() {
    use chit::pipeline::register::{House, Worked, register};
    let mut shop = Shop::open().await;
    let first = shop.says("ada", "one Kombucha please").await;
    let second = shop.says("ada", "a Falafel Wrap please").await;
    let pool = shop.database.pool.clone();
    let slow = messages::claim(&pool, 10, Duration::ZERO).await.unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let quick = messages::claim(&pool, 1, HALF_A_MINUTE).await.unwrap();
    assert_eq!(quick.iter().map(|m| m.id).collect::<Vec<_>>(), [first]);
    let reader = shop.app.shop().reader;
    let read =
        |message: messages::Claimed| Worked { read: reader.read(&message.text), message, confirms: None };
    let batch: Vec<Worked> = slow.into_iter().map(read).collect();
    let house = House {
        destinations: &shop.app.destinations,
        menu: reader.menu(),
        embedding: "off",
        currency: "EUR",
        clock: shop.app.clock,
    };
    assert_eq!(register(&pool, &batch, house).await.unwrap(), 0);
    assert_eq!(shop.state(second).await, "claimed", "it comes back when its lease lapses");
    messages::release(&pool, &[(first, quick[0].fence)]).await.unwrap();
    shop.close().await;
}
