//! What was written is what is read.

use crate::{
    model::{
        book::Book,
        event::{Event, Fact, Source},
        story::testing::{Play, any_book},
    },
    record::{
        Kind, Reader, Recorder, Stop,
        blocks::{Blocks, Order, Writer},
        input::Input,
        message,
    },
};
use proptest::prelude::*;
use std::io::Cursor;

/// The wall clock at time 0 of what is written here.
pub(super) const EPOCH: u64 = 1_795_395_557_690_572_061;

/// The recording of a journal.
pub(super) fn recording(book: &Book) -> Vec<u8> {
    in_order(book, Order::Little)
}

fn in_order(book: &Book, order: Order) -> Vec<u8> {
    let mut out = Vec::new();
    let mut recorder = Recorder::begin_with(&mut out, EPOCH, Writer::in_order(order)).unwrap();
    for (index, event) in book.events().iter().enumerate() {
        recorder
            .event(&mut out, event, &message(book, index))
            .unwrap();
    }
    out
}

/// All that can be read of a file, and why it ended before its end.
pub(super) fn read(bytes: &[u8]) -> (Vec<Event>, Option<Stop>) {
    let mut reader = Reader::open(Cursor::new(bytes)).unwrap();
    let mut events = Vec::new();
    while let Some(page) = reader.next_page() {
        events.extend(page.into_vec());
    }
    (events, reader.stopped().cloned())
}

/// The JSON Lines of a journal.
pub(super) fn json_lines(book: &Book) -> Vec<u8> {
    let mut out = format!("{{\"fourline\":1,\"epoch_ns\":{EPOCH}}}\n").into_bytes();
    for event in book.events().iter() {
        serde_json::to_writer(&mut out, event).unwrap();
        out.push(b'\n');
    }
    out
}

/// The golden journals: their names and files.
pub(super) fn golden() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/journals");
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| {
            let path = file.unwrap().path();
            (path.display().to_string(), std::fs::read(path).unwrap())
        })
        .collect()
}

/// The journal of these events.
pub(super) fn book(events: Vec<Event>) -> Book {
    let mut book = Book::new();
    for event in events {
        book.push(event);
    }
    book
}

/// The events of a journal.
pub(super) fn all(book: &Book) -> Vec<Event> {
    book.events().iter().cloned().collect()
}

fn comes_back(book: &Book) {
    for order in [Order::Little, Order::Big] {
        let (events, stop) = read(&in_order(book, order));
        assert_eq!(stop, None);
        assert_eq!(events, all(book));
    }
    let (events, stop) = read(&json_lines(book));
    assert_eq!(stop, None);
    assert_eq!(events, all(book));
}

#[test]
fn golden_journals_come_back() {
    for (name, lines) in golden() {
        let (events, stop) = read(&lines);
        assert_eq!(stop, None, "{name}");
        let lines = lines.split(|b| *b == b'\n').filter(|l| !l.is_empty());
        assert_eq!(events.len() + 1, lines.count(), "{name}");
        comes_back(&book(events));
    }
}

#[test]
fn a_long_event_stands_in_several_blocks() {
    for letter in ["x", "\u{1f600}é"] {
        let mut play = Play::lab_walked();
        let text = letter.repeat((1 << 20) / letter.len());
        play.see(None, Source::Script, Fact::Say { text });
        play.see(None, Source::Script, Fact::Line { line: 1 });
        comes_back(play.book());
        let bytes = recording(play.book());
        let mut blocks = Blocks::new(Input::new(Cursor::new(&bytes)).unwrap());
        let mut count = 0;
        while let Some(block) = blocks.next().unwrap() {
            assert!(block.body.len() < 1 << 18, "other tools refuse it");
            count += 1;
        }
        assert_eq!(count, 2 + 1 + 1 + play.book().events().len() + 5);
    }
}

#[test]
fn plays_come_back() {
    for book in [
        Play::walked().0.into_book(),
        Play::lab_walked().into_book(),
        Play::free().into_book(),
    ] {
        comes_back(&book);
    }
}

#[test]
fn a_recording_knows_what_it_is() {
    let bytes = recording(Play::lab_walked().book());
    let reader = Reader::open(Cursor::new(&bytes)).unwrap();
    assert_eq!((reader.kind(), reader.epoch_ns()), (Kind::Recording, EPOCH));
    assert_eq!(reader.size(), bytes.len() as u64);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn anything_comes_back(book in any_book()) {
        let (events, stop) = read(&recording(&book));
        prop_assert_eq!(stop, None);
        prop_assert_eq!(events, all(&book));
        let (events, stop) = read(&json_lines(&book));
        prop_assert_eq!(stop, None);
        prop_assert_eq!(events, all(&book));
    }
}
