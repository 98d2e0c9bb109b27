//! Any page can be read again, in any order, while the file is still being read.

use super::round::{all, book, json_lines, recording};
use crate::{
    model::{
        event::{Event, Fact, Source},
        events::PAGE,
        story::testing::Play,
    },
    record::Reader,
};
use std::io::Cursor;

/// A journal of some pages, the last of which is not full.
fn long() -> Vec<Event> {
    let mut play = Play::lab_walked();
    while play.book().events().len() < 4 * PAGE + 7 {
        let text = "on and on".to_owned();
        play.see(None, Source::Script, Fact::Say { text });
    }
    all(play.book())
}

#[test]
fn a_page_is_the_same_whenever_it_is_read() {
    let events = long();
    let book = book(events.clone());
    for bytes in [recording(&book), json_lines(&book)] {
        let mut reader = Reader::open(Cursor::new(&bytes)).unwrap();
        let pages: Vec<&[Event]> = events.chunks(PAGE).collect();
        for (number, page) in pages.iter().enumerate() {
            assert_eq!(reader.page(number), None, "it was not passed yet");
            assert_eq!(reader.next_page().as_deref(), Some(*page));
            for again in (0..=number).rev().chain([number / 2, number]) {
                assert_eq!(reader.page(again).as_deref(), Some(pages[again]));
            }
        }
        assert_eq!(reader.next_page(), None);
        assert_eq!(reader.next_page(), None);
        assert_eq!(reader.stopped(), None);
        assert_eq!(reader.read_so_far(), reader.size());
        assert_eq!(reader.page(4).as_deref(), Some(pages[4]));
        assert_eq!(reader.page(5), None);
    }
}

#[test]
fn pages_before_a_fault_are_whole() {
    let events = long();
    for bytes in [
        recording(&book(events.clone())),
        json_lines(&book(events.clone())),
    ] {
        let mut reader = Reader::open(Cursor::new(&bytes[..bytes.len() - 5])).unwrap();
        let mut count = 0;
        while let Some(page) = reader.next_page() {
            count += page.len();
        }
        assert_eq!(count, events.len() - 1);
        let stop = reader.stopped().cloned();
        assert!(stop.is_some());
        let last = &events[4 * PAGE..events.len() - 1];
        assert_eq!(reader.page(4).as_deref(), Some(last));
        assert_eq!(reader.page(0).as_deref(), Some(&events[..PAGE]));
        assert_eq!(reader.stopped().cloned(), stop);
    }
}
