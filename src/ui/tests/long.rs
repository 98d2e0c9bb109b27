//! A frame of a recording of many events costs no more than one of few: it looks at some pages near the shown moment,
//! and never walks through all of them.

use super::*;
use crate::{
    app::{Cursor, Recorded, RecordedKind, Screen, Speed},
    model::{
        event::{Event, Fact},
        events::{PAGE, Pages},
        ids::EventId,
        packet::PacketNo,
    },
};
use core::fmt::Write as _;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// So many pages a frame may read again: of a few hundred.
const MOST_READ: usize = 60;

struct Copied(Arc<Vec<Event>>, Arc<AtomicUsize>);

impl Pages for Copied {
    fn page(&mut self, number: usize) -> Option<Box<[Event]>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Some(self.0.chunks_exact(PAGE).nth(number)?.into())
    }
}

/// The walk through the lab, in which the client's data is sent over and over: packets and their fates, calls, states
/// and figures.
fn long(least: usize) -> Vec<Event> {
    let walked = Play::lab_walked().into_book();
    let all: Vec<Event> = walked.events().iter().cloned().collect();
    let packets = walked.packets();
    let (first, last) = (packets[0].index, packets[packets.len() - 1].index);
    let (begin, rest) = all.split_at(last);
    let mut long = begin.to_vec();
    let mut round = 1;
    while long.len() < least {
        let more = all[first..last].iter().cloned().map(|mut event| {
            let later = packets.len() as u64 * round;
            match &mut event.fact {
                Fact::Packet(packet) => packet.number = PacketNo(packet.number.0 + later),
                Fact::Fate { packet, .. } | Fact::Handled { packet, .. } => {
                    *packet = PacketNo(packet.0 + later);
                }
                _ => {}
            }
            event
        });
        long.extend(more);
        round += 1;
    }
    long.extend(rest.iter().cloned());
    for (place, event) in long.iter_mut().enumerate() {
        event.id = EventId(place as u64 + 1);
        event.at_ns = Nanos::from_millis(place as u64);
        (event.happened_ns, event.cause) = (None, None);
    }
    long
}

#[test]
fn a_frame_looks_at_few_pages_wherever_one_is() {
    let all = Arc::new(long(100_000));
    let reads = Arc::new(AtomicUsize::new(0));
    let mut book = Book::in_pages(Box::new(Copied(Arc::clone(&all), Arc::clone(&reads))));
    for event in all.iter() {
        book.push(event.clone());
    }
    let recorded = Recorded {
        name: "long.pcapng".to_owned(),
        kind: RecordedKind::Recording,
        progress: None,
        stopped: None,
        speed: Speed::default(),
    };
    let mut app = App::recorded(book, recorded, Settings::default(), KeyTable::default());
    let mut told = String::new();
    for count in [1, all.len() / 3, all.len() * 2 / 3, all.len()] {
        app.go(Cursor::At {
            count,
            frozen: false,
        });
        for screen in [
            Screen::Main,
            Screen::Ladder,
            Screen::Bytes,
            Screen::States,
            Screen::Packets,
            Screen::Calls,
            Screen::Kernel,
        ] {
            app.screen = screen;
            app.book.tidy(count);
            drop(frame(&app, 200, 60));
            app.tidy();
            reads.store(0, Ordering::Relaxed);
            drop(frame(&app, 200, 60));
            let again = reads.load(Ordering::Relaxed);
            if again > MOST_READ {
                let _ = writeln!(told, "{screen:?} at {count}: {again} pages");
            }
        }
    }
    assert!(told.is_empty(), "of {} pages:\n{told}", all.len() / PAGE);
}
