//! What was written is what is read.

use crate::{
    model::{
        book::Book,
        event::Event,
        story::testing::{Play, any_book},
    },
    record::{
        Kind, Reader, Recorder, Stop,
        blocks::{Order, Writer},
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
    }
}
