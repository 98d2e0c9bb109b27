//! A journal in which numbers, names and the order of events were changed, as a file may have it: every screen of some
//! of its moments is drawn, and every format is written. The first byte picks a journal; every four bytes after it pick
//! an event, a value of it, and what becomes of that.
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run screens`
#![no_main]

use fourline::{
    app::{App, Cursor, Look, Screen, Settings, keys::KeyTable},
    export::{EXPORTERS, Journal},
    model::{book::Book, event::Event},
    run::{exporting, shots},
};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const JOURNALS: [&str; 6] = [
    include_str!("../../tests/journals/four-lines.jsonl"),
    include_str!("../../tests/journals/lab-walk.jsonl"),
    include_str!("../../tests/journals/lab-data-lost.jsonl"),
    include_str!("../../tests/journals/lab-syn-held.jsonl"),
    include_str!("../../tests/journals/backlog-full.jsonl"),
    include_str!("../../tests/journals/wrong-order.jsonl"),
];
const SCREENS: [Screen; 7] = [
    Screen::Main,
    Screen::Ladder,
    Screen::Bytes,
    Screen::States,
    Screen::Packets,
    Screen::Calls,
    Screen::Kernel,
];
/// Events of a journal that are looked at.
const MOST: usize = 400;

/// The so manieth value within another one, from 0.
fn leaf<'a>(value: &'a mut Value, left: &mut usize) -> Option<&'a mut Value> {
    match value {
        Value::Object(fields) => fields.values_mut().find_map(|v| leaf(v, left)),
        Value::Array(values) => values.iter_mut().find_map(|v| leaf(v, left)),
        _ if *left == 0 => Some(value),
        _ => {
            *left -= 1;
            None
        }
    }
}

fn spoil(events: &mut Vec<Value>, which: &[u8; 4]) {
    let &[event, field, how, with] = which;
    let at = (usize::from(event) * 2 + usize::from(how & 1)) % events.len();
    let other = usize::from(with) % events.len();
    match how >> 1 {
        0..=5 => drop(events.remove(at)),
        6..=11 => events.insert(at, events[other].clone()),
        12..=17 => events.swap(at, other),
        18..=23 => {
            let Some(source) = leaf(&mut events[other], &mut usize::from(field)).cloned() else {
                return;
            };
            if let Some(value) = leaf(&mut events[at], &mut usize::from(field)) {
                *value = source;
            }
        }
        _ => {
            let Some(value) = leaf(&mut events[at], &mut usize::from(field)) else {
                return;
            };
            let new = match with % 12 {
                0 => json!(u64::MAX),
                1 => json!(0),
                2 => json!(u32::MAX),
                3 => json!(i64::MIN),
                4 => json!(u16::MAX),
                5 => Value::Null,
                6 => json!("[::1]:0"),
                7 => json!("\u{202e}\u{1b}[2J\n\u{fe0f}wide \u{6f22}\u{5b57}"),
                8 => json!(i32::MIN),
                9 => json!(i64::MAX),
                10 => json!(u64::from(how) << 24 | u64::from(field)),
                _ => json!(!value.as_u64().unwrap_or(u64::from(event))),
            };
            *value = new;
        }
    }
    if events.is_empty() {
        events.push(Value::Null);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let text = JOURNALS[usize::from(*first) % JOURNALS.len()];
    let lines = text.lines().skip(1).take(MOST);
    let mut events: Vec<Value> = lines.filter_map(|l| serde_json::from_str(l).ok()).collect();
    for which in rest.as_chunks().0.iter().take(64) {
        spoil(&mut events, which);
    }
    let mut book = Book::new();
    let mut at = 0;
    for mut value in events {
        // As the reader has it: ids follow each other, and times never fall.
        at = at.max(value["at_ns"].as_u64().unwrap_or(0));
        value["at_ns"] = json!(at);
        value["id"] = json!(book.events().len() + 1);
        if let Ok(event) = serde_json::from_value::<Event>(value) {
            book.push(event);
        }
    }
    let len = book.events().len();
    for exporter in EXPORTERS.iter().filter(|e| e.name != "asciicast") {
        let journal = Journal::of(&book, 0);
        exporting::write(exporter, &journal, &mut std::io::sink()).expect("nothing is refused");
    }
    let mut app = App::new(book, Settings::default(), KeyTable::default());
    for count in [len, len / 2, len / 3 + 1, 1] {
        app.go(Cursor::At {
            count,
            frozen: false,
        });
        for look in [Look::Normal, Look::Presenter] {
            app.look = look;
            for screen in SCREENS {
                app.screen = screen;
                shots::draw(&app, (120, 36));
            }
        }
    }
});
