//! Moving in time: by the scrubber, by keys, by the mouse, by itself; looking into a packet; printing.

use crate::{
    book,
    browser::{Browser, has_chromium},
    page,
};
use serde_json::json;

const MOMENT: &str = "Number(document.querySelector('#scrub').value)";
const LAST: &str = "Number(document.querySelector('#scrub').max)";
const TO_COME: &str = "document.querySelectorAll('#ladder .row.future').length";
const ROWS: &str = "document.querySelectorAll('#ladder .row').length";

fn number(browser: &mut Browser, expression: &str) -> u64 {
    let value = browser.value(expression);
    value
        .as_u64()
        .unwrap_or_else(|| panic!("{expression}: {value}"))
}

#[test]
fn the_scrubber_and_the_keys_move_the_ladder() {
    if !has_chromium() {
        return;
    }
    let mut browser = Browser::start("moves");
    browser.open(
        &page(&book("lab-four-lines"), "talk"),
        "",
        (1280, 900),
        "light",
    );
    let (last, rows) = (number(&mut browser, LAST), number(&mut browser, ROWS));
    // At first all of it stands there, to be read from the top.
    assert_eq!(number(&mut browser, MOMENT), last);
    assert_eq!(number(&mut browser, TO_COME), 0);
    assert_eq!(
        number(&mut browser, "document.querySelector('#pane').scrollTop"),
        0
    );
    browser.press("Home");
    assert_eq!(number(&mut browser, MOMENT), 0);
    assert!(
        number(&mut browser, TO_COME) > rows / 2,
        "nearly everything is to come"
    );

    browser.press("End");
    assert_eq!(number(&mut browser, MOMENT), last);
    assert_eq!(number(&mut browser, TO_COME), 0);
    let scrolled = "document.querySelector('#pane').scrollTop > 0";
    browser.until(scrolled);
    browser.press("ArrowLeft");
    browser.press("ArrowLeft");
    browser.press("ArrowRight");
    assert_eq!(number(&mut browser, MOMENT), last - 1);
    assert!(number(&mut browser, TO_COME) > 0);
    browser.press("Home");
    assert_eq!(number(&mut browser, MOMENT), 0);

    // The four lines, in their order.
    let mut before = 0;
    for key in ["1", "2", "3", "4"] {
        browser.press(key);
        let here = number(&mut browser, MOMENT);
        assert!(here > before, "line {key}");
        before = here;
        let done = number(
            &mut browser,
            "document.querySelectorAll('.line.done').length",
        );
        assert_eq!(done.to_string(), key);
        assert_eq!(
            browser.value("location.hash"),
            format!("#moment={}", here + 1)
        );
    }

    // The mouse, in the middle of the scrubber and near its end.
    browser.click("#scrub", 0.5);
    let middle = number(&mut browser, MOMENT);
    assert!(middle.abs_diff(last / 2) <= 1, "{middle} of {last}");
    let to_come = number(&mut browser, TO_COME);
    browser.click("#scrub", 0.9);
    assert!(number(&mut browser, TO_COME) < to_come);
    browser.click("#ladder .row", 0.05);
    assert!(
        number(&mut browser, MOMENT) < middle,
        "a click on a row goes there"
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn it_plays_and_says_what_is_happening() {
    if !has_chromium() {
        return;
    }
    let mut browser = Browser::start("plays");
    browser.open(
        &page(&book("lab-data-lost"), "talk"),
        "#moment=9",
        (390, 844),
        "dark",
    );
    assert_eq!(
        number(&mut browser, MOMENT),
        8,
        "the address says the moment"
    );
    let said = "document.querySelector('#now').textContent";
    let before = browser.value(said);
    for _ in 0..3 {
        browser.press("+");
    }
    browser.press(" ");
    browser.until(&format!("{MOMENT} > 9"));
    browser.press(" ");
    let stopped = number(&mut browser, MOMENT);
    browser.value("new Promise((done) => setTimeout(done, 900))");
    assert_eq!(number(&mut browser, MOMENT), stopped, "it stands still");
    assert_ne!(browser.value(said), before);
    browser.press("End");
    assert!(
        number(
            &mut browser,
            "document.querySelectorAll('.trip.over .cross').length"
        ) >= 3,
        "three were dropped"
    );
    assert!(
        number(
            &mut browser,
            "document.querySelectorAll('.trip.again, .packet.again').length"
        ) >= 3
    );

    browser.press("?");
    assert_eq!(browser.value("document.querySelector('#keys').open"), true);
    browser.press("?");
    assert_eq!(browser.value("document.querySelector('#keys').open"), false);
    browser.press("t");
    assert_eq!(
        browser.value("getComputedStyle(document.documentElement).colorScheme"),
        "light"
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_packet_opens_and_its_fields_light_their_bytes() {
    if !has_chromium() {
        return;
    }
    let mut browser = Browser::start("packet");
    browser.open(
        &page(&book("lab-four-lines"), "talk"),
        "#moment=28",
        (1280, 900),
        "light",
    );
    browser.press("Home");
    browser.press("2");
    browser.click(".packet[data-p='0']", 0.5);
    let lit =
        "[...document.querySelectorAll('.hexes .h .lit')].map((s) => s.textContent).join(' ')";
    let fields = number(
        &mut browser,
        "document.querySelectorAll('.fields button').length",
    );
    assert!(fields > 20, "{fields}");
    let port = "[...document.querySelectorAll('.fields button')].find((b) => b.textContent.startsWith('Destination Port'))";
    browser.value(&format!("{port}.click()"));
    assert_eq!(browser.value(lit), "27 18", "port 10008");
    assert!(
        browser
            .value("document.querySelector('.says').textContent")
            .as_str()
            .unwrap()
            .contains("RFC 9293")
    );
    // And back: a byte lights its field.
    browser.click(".hexes .h [data-i='9']", 0.5);
    let chosen = browser.value("document.querySelector('.fields [aria-pressed=true]').textContent");
    assert_eq!(chosen, "ProtocolTCP (6)");
    browser.press("Escape");
    assert!(
        number(
            &mut browser,
            "document.querySelectorAll('#packets tbody tr').length"
        ) >= 10
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn paper_gets_everything_and_the_screen_stays_as_it_was() {
    if !has_chromium() {
        return;
    }
    let mut browser = Browser::start("paper");
    browser.open(
        &page(&book("lab-held"), "talk"),
        "#moment=7",
        (390, 844),
        "light",
    );
    browser.value("addEventListener('beforeprint', () => { window.printed = document.querySelectorAll('.sheets svg').length \
                   * 1000 + document.querySelectorAll('#ladder > svg .row.future').length; })");
    let pdf = browser.ask("Page.printToPDF", json!({"preferCSSPageSize": true}));
    assert!(
        pdf["data"].as_str().unwrap().starts_with("JVBERi0"),
        "it is a PDF"
    );
    let printed = number(&mut browser, "window.printed");
    assert!(
        printed >= 2000 && printed.is_multiple_of(1000),
        "in pieces, and nothing is to come: {printed}"
    );
    browser.until("document.querySelectorAll('.sheets').length === 0");
    assert_eq!(number(&mut browser, MOMENT), 6);
    assert_eq!(browser.complaints(), [""; 0]);
}
