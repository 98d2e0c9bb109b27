//! What peers, scripts and files may hold is shown, and never obeyed.

use crate::{
    browser::{Browser, has_chromium},
    page,
};
use fourline::model::{book::Book, event::Event, payload::hex};
use serde_json::{Value, json};

const BAD: &str = "</script><script>window.hacked=1</script><img src=x onerror=\"window.hacked=2\">]]>--><svg onload=window.hacked=3>\
     \u{2028}\u{2029}'\"&lt;{{script}}\u{202e}${window.hacked=4}";

fn event(id: u64, mut fields: Value) -> Event {
    fields["id"] = json!(id);
    fields["at_ns"] = json!(id * 1_000_000);
    fields["source"] = json!("call");
    serde_json::from_value(fields).unwrap()
}

/// A journal in which every text is hostile.
fn hostile() -> Book {
    let bytes = hex(BAD.as_bytes());
    let packet = [
        &[
            0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1,
        ][..],
        BAD.as_bytes(),
    ]
    .concat();
    let facts = [
        json!({"who": null, "kind": "begin", "network": BAD, "script": [{"line": 1, "text": BAD}],
               "server": "10.0.0.1:10008", "sight": {"how": "none", "why": BAD}}),
        json!({"who": "server", "kind": "asked", "text": BAD}),
        json!({"who": "client", "kind": "call", "call_id": 1, "socket": "client", "call": "send", "syscall": BAD,
               "args": {"fd": 3, "len": BAD.len(), "data": {"bytes": bytes, "omitted": 0}}, "ret": BAD.len(),
               "errno": null, "took_ns": 9}),
        json!({"who": "client", "kind": "packet", "number": 1, "toward": "server", "protocol": "udp",
               "from": "10.0.0.2:5", "to": "10.0.0.1:6", "len": BAD.len(), "bytes": hex(&packet), "omitted": 0}),
        json!({"who": null, "kind": "fate", "packet": 1, "fate": "dropped", "decided_by": format!("rule: {BAD}")}),
        json!({"who": "server", "kind": "call", "call_id": 2, "socket": "server.1", "call": "recv", "syscall": BAD,
               "args": {"fd": 4, "len": 4096}, "ret": BAD.len(), "errno": null, "took_ns": 9,
               "data": {"bytes": bytes, "omitted": 0}}),
        json!({"who": null, "kind": "say", "text": BAD}),
        json!({"who": null, "kind": "expect", "text": BAD, "held": false, "found": BAD}),
        json!({"who": "server", "kind": "queued", "text": BAD}),
        json!({"who": "server", "kind": "cancel", "call_id": 9, "call": BAD}),
        json!({"who": "server", "kind": "serve", "mode": BAD}),
        json!({"who": "server", "kind": "mode", "text": BAD}),
        json!({"who": null, "kind": "cable", "text": BAD, "rules": [BAD]}),
        json!({"who": null, "kind": "note", "text": BAD}),
        json!({"who": null, "kind": "refused", "text": BAD}),
    ];
    let mut book = Book::new();
    for (i, fact) in facts.into_iter().enumerate() {
        book.push(event(i as u64 + 1, fact));
    }
    book
}

#[test]
fn what_a_peer_sent_stays_text() {
    if !has_chromium() {
        return;
    }
    let page = page(&hostile(), BAD);
    let mut browser = Browser::start("hostile");
    browser.open(&page, "", (1280, 900), "light");
    for view in ["l", "s", "b", "p", "c"] {
        browser.press(view);
        for key in [
            "Home",
            "ArrowRight",
            "ArrowRight",
            "ArrowRight",
            "ArrowRight",
            "End",
            "w",
        ] {
            browser.press(key);
        }
    }
    browser.press("p");
    browser.click("#packets tbody tr", 0.5);
    assert_eq!(browser.value("typeof window.hacked"), "undefined");
    let strangers = "document.querySelectorAll('img, iframe, object, embed, script:not([id]) ~ script, #ladder script').length";
    assert_eq!(browser.value(strangers), 0);
    assert_eq!(
        browser.value("document.querySelectorAll('script').length"),
        2,
        "the data and the page's own"
    );
    let shown = browser
        .value("document.body.innerText")
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        shown.contains("<script>window.hacked=1</script>"),
        "it is there to read: {shown}"
    );
    assert!(shown.contains("\\u{202e}"), "and turns nothing round");
    let drawn = browser.value("document.querySelector('#ladder').textContent");
    assert!(drawn.as_str().unwrap().contains("</script>"), "{drawn}");
    assert_eq!(browser.complaints(), [""; 0]);

    // The second wall: even markup that came in by some other way could not run.
    browser.value(
        "(() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 5'; document.body.append(s); \
         const d = document.createElement('div'); d.innerHTML = '<img src=x onerror=\"window.hacked=6\">'; \
         document.body.append(d); return new Promise((done) => setTimeout(done, 200)); })()",
    );
    assert_eq!(browser.value("typeof window.hacked"), "undefined");
    assert!(
        !browser.complaints().is_empty(),
        "the browser says that it refused"
    );
}
