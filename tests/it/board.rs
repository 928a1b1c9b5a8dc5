//! The board over HTTP, as an open page sees it: what it shows, what people do on it, what its stream says.

use std::time::Duration;

use chit::events::{self, Cursor, Since};
use chit::web;
use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::{Client, Response, StatusCode};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::processes::SOON;
use crate::shop::Shop;

/// A shop whose page is open.
struct Page {
    shop: Shop,
    at: String,
    shutdown: CancellationToken,
    serving: JoinHandle<anyhow::Result<()>>,
}

impl Page {
    async fn open() -> Self {
        Self::open_at("127.0.0.1:0").await
    }

    async fn open_at(address: &str) -> Self {
        let shop = Shop::open().await;
        let socket = TcpListener::bind(address).await.unwrap();
        let at = format!("http://127.0.0.1:{}", socket.local_addr().unwrap().port());
        let shutdown = CancellationToken::new();
        let counted = PrometheusBuilder::new().build_recorder().handle();
        let serving = tokio::spawn(web::serve(socket, shop.app.clone(), counted, shutdown.clone()));
        Self { shop, at, shutdown, serving }
    }

    /// A message that is worked at once; its ticket's id.
    async fn ticket(&mut self, text: &str) -> String {
        let message = self.shop.customer_says(text).await;
        self.shop.works().await;
        sqlx::query_scalar("select id::text from orders where message_id = $1")
            .bind(message)
            .fetch_one(&self.shop.database.pool)
            .await
            .unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        Client::new().get(format!("{}{path}", self.at)).send().await.unwrap()
    }

    async fn html(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap()
    }

    async fn press(&self, path: &str) -> (StatusCode, String) {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let request = Client::new().post(format!("{}{path}", self.at)).header(form[0].0, form[0].1);
        let answer = request.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    /// An open tab that shows the board as it is now.
    async fn tab(&self) -> Tab {
        let html = self.html("/").await;
        let since = between(&html, "/events?since=", "\"");
        self.tab_since(since).await
    }

    async fn tab_since(&self, since: &str) -> Tab {
        let stream = self.get(&format!("/events?since={since}")).await;
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        assert_eq!(stream.headers()["x-accel-buffering"], "no");
        Tab { stream, heard: String::new() }
    }

    /// Waits for the transactions, of other tests too, that hold back what is told.
    async fn all_is_told(&self) {
        let held_back = "select count(*) from events where xid >= pg_snapshot_xmin(pg_current_snapshot())";
        while self.shop.count(held_back).await > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn close(self) {
        self.shutdown.cancel();
        let ended = tokio::time::timeout(SOON, self.serving).await;
        ended.expect("open streams do not hold up the end").unwrap().unwrap();
        self.shop.close().await;
    }
}

/// A tab's stream.
struct Tab {
    stream: Response,
    heard: String,
}

impl Tab {
    /// Reads on until an event holds this; that event.
    async fn hears(&mut self, what: &str) -> String {
        let reading = async {
            loop {
                while let Some((event, rest)) = self.heard.split_once("\n\n") {
                    let event = event.to_owned();
                    self.heard = rest.to_owned();
                    if event.contains(what) {
                        return event;
                    }
                }
                let chunk = self.stream.chunk().await.unwrap().expect("the stream goes on");
                self.heard.push_str(&String::from_utf8_lossy(&chunk));
            }
        };
        tokio::time::timeout(SOON, reading).await.unwrap_or_else(|_| panic!("nobody said {what:?}"))
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

/// The column that lists the order in a frame.
fn stands_in(frame: &str, order: &str) -> Option<String> {
    let listed = |part: &&str| between(part, "data-order=\"", "\"").contains(order);
    let part = frame.split("data-column=\"").skip(1).find(listed)?;
    part.split('"').next().map(str::to_owned)
}

#[tokio::test]
async fn two_screens_see_a_ticket_go_its_way() {
    let mut page = Page::open().await;
    let (mut kitchen, mut counter) = (page.tab().await, page.tab().await);
    let order = page.ticket("two falafel wraps to go please").await;
    for tab in [&mut kitchen, &mut counter] {
        let frame = tab.hears(&format!("id=\"o-{order}\"")).await;
        assert_eq!(stands_in(&frame, &order).as_deref(), Some("new"));
        assert!(frame.contains("Falafel Wrap"), "{frame}");
    }
    for (press, column) in
        [("accept", Some("preparing")), ("ready", Some("ready")), ("done", None), ("recall", Some("ready"))]
    {
        let (status, said) = page.press(&format!("/orders/{order}/{press}")).await;
        assert_eq!(status, StatusCode::OK, "{press}: {said}");
        for tab in [&mut kitchen, &mut counter] {
            let frame = tab.hears("data-frame").await;
            assert_eq!(stands_in(&frame, &order).as_deref(), column, "after {press}");
        }
        if press == "done" {
            assert!(page.html("/board/recall").await.contains(&format!("/orders/{order}/recall")));
        }
    }
    page.close().await;
}

#[tokio::test]
async fn a_second_press_changes_nothing_and_says_who_was_first() {
    let mut page = Page::open().await;
    let order = page.ticket("a greek salad").await;
    let accept = format!("/orders/{order}/accept");
    let pressed = futures::future::join_all((0..8).map(|_| page.press(&accept)));
    let answers = tokio::time::timeout(SOON, pressed).await.unwrap();
    let done: Vec<_> = answers.iter().filter(|(status, _)| *status == StatusCode::OK).collect();
    assert_eq!(done.len(), 1, "{answers:?}");
    for (_, said) in answers.iter().filter(|(status, _)| *status != StatusCode::OK) {
        assert!(said.contains("#1 is accepted already, by somebody at the board at "), "{said}");
    }
    assert_eq!(page.shop.count("select count(*) from order_moves").await, 1);
    let (status, _) = page.press(&format!("/orders/{order}/done")).await;
    assert_eq!(status, StatusCode::CONFLICT, "what is not ready can't be handed over");
    let (status, _) = page.press("/orders/01890000-0000-7000-8000-000000000000/accept").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    page.close().await;
}

#[tokio::test]
async fn a_move_is_taken_back_once_and_only_while_it_is_the_last() {
    let mut page = Page::open().await;
    let order = page.ticket("a greek salad").await;
    let (_, said) = page.press(&format!("/orders/{order}/accept")).await;
    let undo = format!("/orders/{order}/undo/{}", between(&said, "/undo/", "\""));
    assert_eq!(page.press(&undo).await.0, StatusCode::OK);
    assert_eq!(page.press(&undo).await.0, StatusCode::CONFLICT, "it was taken back already");
    assert_eq!(stands_in(&page.html("/board/frame").await, &order).as_deref(), Some("new"));

    let (_, said) = page.press(&format!("/orders/{order}/accept")).await;
    let undo = format!("/orders/{order}/undo/{}", between(&said, "/undo/", "\""));
    page.press(&format!("/orders/{order}/ready")).await;
    assert_eq!(page.press(&undo).await.0, StatusCode::CONFLICT, "another move came after it");
    let (_, said) = page.press(&format!("/orders/{order}/done")).await;
    sqlx::query("update order_moves set moved_at = moved_at - interval '1 minute'")
        .execute(&page.shop.database.pool)
        .await
        .unwrap();
    let undo = format!("/orders/{order}/undo/{}", between(&said, "/undo/", "\""));
    assert_eq!(page.press(&undo).await.0, StatusCode::CONFLICT, "ten seconds are over");
    page.close().await;
}

#[tokio::test]
async fn a_rejection_keeps_its_reason() {
    let mut page = Page::open().await;
    let order = page.ticket("a greek salad").await;
    let request = Client::new().post(format!("{}/orders/{order}/reject", page.at)).body("reason=Sold+out");
    let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let kept: (String, String, Option<String>) =
        sqlx::query_as("select from_state, to_state, reason from order_moves")
            .fetch_one(&page.shop.database.pool)
            .await
            .unwrap();
    assert_eq!(kept, ("placed".into(), "rejected".into(), Some("Sold out".into())));
    page.close().await;
}

#[tokio::test]
async fn what_was_missed_comes_with_the_reconnection() {
    let mut page = Page::open().await;
    let first = page.ticket("a greek salad").await;
    let html = page.html("/").await;
    let place = between(&html, "/events?since=", "\"").to_owned();
    let second = page.ticket("two falafel wraps").await;
    page.press(&format!("/orders/{first}/accept")).await;
    page.all_is_told().await;
    let mut tab = page.tab_since(&place).await;
    let frame = tab.hears("event: board").await;
    assert!(frame.contains(&format!("id=\"o-{second}\"")) && frame.contains(&format!("id=\"o-{first}\"")));
    assert_eq!(stands_in(&frame, &first).as_deref(), Some("preparing"));
    for unknown in ["999999-1", "nonsense"] {
        page.tab_since(unknown).await.hears("event: reset").await;
    }
    let at = frame.lines().find_map(|line| line.strip_prefix("id: ")).unwrap();
    let again = Client::new().get(format!("{}/events?since={place}", page.at)).header("last-event-id", at);
    let mut tab = Tab { stream: again.send().await.unwrap(), heard: String::new() };
    let frame = tab.hears("event: board").await;
    assert!(!frame.contains("<article"), "nothing was missed: {frame}");
    page.close().await;
}

#[tokio::test]
async fn a_change_that_commits_late_is_not_skipped() {
    let mut page = Page::open().await;
    let (slow, quick) = (page.ticket("a greek salad").await, page.ticket("two falafel wraps").await);
    page.all_is_told().await;
    let pool = &page.shop.database.pool;
    let mut tab = page.tab().await;
    let start = events::newest(pool).await.unwrap();
    let ids = |text: &str| [text.parse::<uuid::Uuid>().unwrap()];
    let mut late = pool.begin().await.unwrap();
    events::tell(&mut late, &ids(&slow)).await.unwrap();
    let mut other = pool.begin().await.unwrap();
    events::tell(&mut other, &ids(&quick)).await.unwrap();
    other.commit().await.unwrap();
    let Since::Changed { cursor, orders, early } = events::since(pool, start).await.unwrap() else {
        panic!("known")
    };
    assert_eq!((cursor, orders), (start, vec![]), "an older transaction is still running");
    assert_eq!(early, ids(&quick));
    tab.hears(&format!("id=\"o-{quick}\"")).await;
    late.commit().await.unwrap();
    tab.hears(&format!("id=\"o-{slow}\"")).await;
    let mut seen = Vec::new();
    let mut place: Cursor = cursor;
    let until = tokio::time::Instant::now() + SOON;
    while seen.len() < 2 && tokio::time::Instant::now() < until {
        let Since::Changed { cursor, orders, .. } = events::since(pool, place).await.unwrap() else {
            panic!("known")
        };
        seen.extend(orders);
        place = cursor;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    seen.sort();
    let mut both = [ids(&slow)[0], ids(&quick)[0]];
    both.sort();
    assert_eq!(seen, both);
    page.close().await;
}

#[tokio::test]
async fn a_customer_s_words_are_text_and_arrive_whole() {
    let mut page = Page::open().await;
    let mut tab = page.tab().await;
    let order = page
        .ticket("two falafel wraps\r\none greek salad\n\nevent: reset\nname is <img src=x onerror=alert(1)> @everyone")
        .await;
    let state: String = sqlx::query_scalar("update orders set state = 'placed' returning state")
        .fetch_one(&page.shop.database.pool)
        .await
        .unwrap();
    assert_eq!(state, "placed");
    let pool = &page.shop.database.pool;
    let mut tx = pool.begin().await.unwrap();
    events::tell(&mut tx, &[order.parse().unwrap()]).await.unwrap();
    tx.commit().await.unwrap();
    let event = tab.hears("<article").await;
    assert!(
        event
            .lines()
            .all(|line| ["id: ", "event: board", "data: "].iter().any(|field| line.starts_with(field))
                || line == "data:"),
        "{event}"
    );
    assert!(!event.contains("<img"), "{event}");
    let html = page.html("/").await;
    assert!(!html.contains("<img src=x"));
    assert!(html.contains("onerror=alert(1)") && html.contains("@everyone"), "shown as text");
    page.close().await;
}

#[tokio::test]
async fn a_ticket_leads_to_why_it_is_one() {
    let mut page = Page::open().await;
    let order = page.ticket("two falafel wraps without <b>onions</b>, name is Ada").await;
    let message = page.shop.told[0];
    page.shop.sends().await;
    sqlx::query("update orders set state = 'placed'").execute(&page.shop.database.pool).await.unwrap();
    let board = page.html("/board/frame").await;
    assert_eq!(stands_in(&board, &order).as_deref(), Some("new"));
    assert!(board.contains(&format!("href=\"/messages/{message}\"")));
    let why = page.html(&format!("/messages/{message}")).await;
    for shown in ["2 × Falafel Wrap", "classify", "affirm", "parse", "match", "&#60;b&#62;onions", "sent"] {
        assert!(why.contains(shown), "{shown}: {why}");
    }
    assert!(!why.contains("<b>onions"));
    let json = page.html(&format!("/messages/{message}/json")).await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["order"]["id"], order.as_str());
    assert_eq!(json["trace"]["stages"][0]["stage"], "classify");
    assert_eq!(page.get("/messages/999").await.status(), StatusCode::NOT_FOUND);
    let spam = page.shop.customer_says("lol ok see you at the match tonight").await;
    page.shop.works().await;
    page.shop.sends().await;
    assert_eq!(page.shop.state(spam).await, "miscellaneous");
    let why = page.html(&format!("/messages/{spam}")).await;
    assert!(why.contains("in the file of miscellaneous messages only") && !why.contains("tonight"), "{why}");
    page.close().await;
}

#[tokio::test]
async fn another_site_can_neither_read_nor_press() {
    let mut page = Page::open().await;
    let order = page.ticket("a greek salad").await;
    let accept = || Client::new().post(format!("{}/orders/{order}/accept", page.at));
    for (name, value) in
        [("origin", "http://evil.example"), ("sec-fetch-site", "cross-site"), ("host", "evil.example")]
    {
        let answer = accept().header(name, value).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert_eq!(page.shop.count("select count(*) from order_moves").await, 0);
    for path in ["/", "/healthz", "/static/chit.css", "/nothing-here", "/board/recall"] {
        let answer = page.get(path).await;
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
    }
    page.close().await;
}

#[tokio::test]
async fn beyond_this_machine_there_is_no_page_without_a_password() {
    let page = Page::open_at("0.0.0.0:0").await;
    assert_eq!(page.get("/").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(page.get("/events").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(page.get("/healthz").await.status(), StatusCode::OK);
    page.close().await;
}
