//! Every golden journal on a phone and on a desk, light and dark.

use crate::{
    book,
    browser::{Browser, has_chromium},
    captured, page,
};

const JOURNALS: [&str; 7] = [
    "four-lines",
    "lab-four-lines",
    "lab-data-lost",
    "lab-held",
    "backlog-full",
    "two-sends-one-recv",
    "wrong-order",
];
const SCREENS: [((u32, u32), &str); 4] = [
    ((390, 844), "light"),
    ((1280, 900), "dark"),
    ((340, 600), "dark"),
    ((844, 390), "light"),
];

#[test]
fn a_page_needs_no_network_and_complains_of_nothing() {
    if !has_chromium() {
        return;
    }
    let mut browser = Browser::start("looks");
    for name in JOURNALS {
        let page = page(&book(name), &format!("/somewhere/else/{name}.jsonl"));
        for (size, scheme) in SCREENS {
            browser.open(&page, "", size, scheme);
            let told = format!("{name} at {size:?}");
            assert_eq!(
                browser.value("document.querySelector('h1').textContent"),
                name
            );
            assert_eq!(
                browser.value("document.title"),
                format!("{name} · fourline")
            );
            for view in ["l", "s", "b", "p", "c"] {
                browser.press(view);
                browser.press("End");
                let wide = "document.documentElement.scrollWidth <= innerWidth";
                assert_eq!(
                    browser.value(wide),
                    true,
                    "{told}: {view} is wider than the screen"
                );
            }
            let low =
                "document.querySelector('.dock').getBoundingClientRect().bottom <= innerHeight + 1";
            assert_eq!(
                browser.value(low),
                true,
                "{told}: the scrubber is out of sight"
            );
            assert!(
                browser
                    .value("document.querySelectorAll('#ladder .row').length")
                    .as_u64()
                    > Some(8),
                "{told}"
            );
            let dark = browser.value("getComputedStyle(document.documentElement).colorScheme");
            assert_eq!(dark, scheme, "{told}");
            assert_eq!(browser.complaints(), [""; 0], "{told}");
        }
    }
}

#[test]
fn what_stands_on_the_ladder_lies_within_it() {
    if !has_chromium() {
        return;
    }
    let mut browser = Browser::start("within");
    for name in JOURNALS {
        let page = page(&book(name), name);
        for (size, scheme) in SCREENS {
            browser.open(&page, "", size, scheme);
            let outside = browser.value(
                "(() => { const w = document.querySelector('#ladder svg').getBoundingClientRect(); \
                 return [...document.querySelectorAll('#ladder .row text')].filter((t) => { \
                 const b = t.getBoundingClientRect(); return b.left < w.left - 1 || b.right > w.right + 1; }) \
                 .map((t) => t.textContent).join('; '); })()",
            );
            assert_eq!(outside, "", "{name} at {size:?}");
        }
    }
}

#[test]
fn the_accept_queue_is_told_as_on_the_screens() {
    if !has_chromium() {
        return;
    }
    let mut browser = Browser::start("queue");
    let page = page(&book("four-lines"), "queue");
    browser.open(&page, "", (1280, 900), "light");
    browser.press("1");
    let queues = browser.value("document.querySelector('.queues').textContent");
    assert_eq!(queues, "accept queue 0 of 6 (backlog + 1)");
}

#[test]
fn a_capture_says_what_it_cannot_know() {
    if !has_chromium() {
        return;
    }
    let mut browser = Browser::start("capture");
    let page = page(&captured("web"), "web.pcap");
    browser.open(&page, "", (1280, 900), "light");
    let text = |what: &str| format!("document.querySelector('{what}').textContent");
    let about = browser.value(&text("#about"));
    assert!(
        about
            .as_str()
            .unwrap()
            .starts_with("a capture · 28 packets"),
        "{about}"
    );
    assert_eq!(browser.value(&text(".steps span")), "? socket");
    let said = browser.value(&text("#ladder")).to_string();
    assert!(
        !said.contains("not seen") && said.contains("ESTABLISHED"),
        "{said}"
    );
    assert!(said.contains("unreachable, about packet 27"), "{said}");
    let calls = browser.value(&text("#calls"));
    assert_eq!(calls, "Not known: a capture holds no calls.");
    browser.press("Home");
    let states = browser.value(&text("#states")).to_string();
    assert!(!states.contains("There is no socket"), "{states}");
    assert_eq!(browser.complaints(), [""; 0]);
}
