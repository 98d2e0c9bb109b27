//! A recording with hindsight: the comment of each packet also says what became of it, who decided that, what was
//! notable about it, and which of the four lines it belongs to.
//!
//! ```text
//!   client packet 4 to the server: PSH,ACK seq 1:16 ack 1 win 64512 "hello, server\r\n"
//!   fate: delivered after 78us (cable)
//!   line 2: The client creates a socket, connects, and sends.
//! ```

use super::Journal;
use crate::{
    model::{
        book::Book,
        event::{Event, Fact},
        ids::{Nanos, Side},
        lines::{Lines, SENTENCES, Step},
        packet::{Arrival, Decider, Fate, Handling, Packet, PacketKind, PacketNo},
        payload::is_unprintable,
    },
    record::{Recorder, message_of},
};
use core::{fmt::Write as _, ops::ControlFlow};
use std::io::{self, Write};

/// Letters of a rule.
const MOST: usize = 120;
/// So many doings with one packet are told.
const MOST_HANDLED: usize = 8;

/// What was done to a packet, and what became of it.
#[derive(Clone, Debug, Default)]
struct After {
    handled: Vec<(Handling, Decider)>,
    fate: Option<(Fate, Decider, Option<Arrival>, Nanos)>,
}

/// Writes it.
///
/// # Errors
/// When it cannot be written.
pub fn write(journal: &Journal<'_>, out: &mut dyn Write) -> io::Result<()> {
    let book = journal.book;
    let after = afterwards(book);
    let mut lines = Belongs::default();
    let mut recorder = Recorder::begin(out, journal.epoch_ns)?;
    let mut place = 0;
    let all = 0..book.events().len();
    let told = book.events().visit(all, |index, event| {
        let mut text = message_of(book, index, event);
        lines.see(event);
        if let Fact::Packet(packet) = &event.fact {
            text.push_str(&hindsight(event, packet, after.get(place)));
            place += 1;
            if let Some(line) = lines.of(packet) {
                let sentence = SENTENCES[usize::from(line) - 1];
                let _ = write!(text, "\nline {line}: {sentence}");
            }
        }
        match recorder.event(out, event, &text) {
            Ok(()) => ControlFlow::Continue(()),
            Err(e) => ControlFlow::Break(e),
        }
    });
    match told {
        ControlFlow::Continue(()) => out.flush(),
        ControlFlow::Break(e) => Err(e),
    }
}

/// For each of [`Book::packets`], what happened to it afterwards.
fn afterwards(book: &Book) -> Vec<After> {
    let mut after = vec![After::default(); book.packets().len()];
    let place = |number: PacketNo, index: usize| {
        let known = book.packets_at(index);
        let at = known.binary_search_by_key(&number, |p| p.number).ok()?;
        let entry = known.get(at)?.index;
        book.packets()
            .binary_search_by_key(&entry, |p| p.index)
            .ok()
    };
    let all = 0..book.events().len();
    let _ = book.events().visit(all, |index, event| {
        match &event.fact {
            Fact::Handled {
                packet,
                handling,
                decided_by,
            } => {
                if let Some(after) = place(*packet, index).and_then(|i| after.get_mut(i))
                    && after.handled.len() < MOST_HANDLED
                {
                    after.handled.push((*handling, decided_by.clone()));
                }
            }
            Fact::Fate {
                packet,
                fate,
                decided_by,
                arrival,
            } => {
                if let Some(after) = place(*packet, index).and_then(|i| after.get_mut(i)) {
                    after.fate = Some((*fate, decided_by.clone(), *arrival, event.happened()));
                }
            }
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
    after
}

/// A line for each thing that is known of a packet afterwards, each with its beginning.
fn hindsight(event: &Event, packet: &Packet, after: Option<&After>) -> String {
    let mut text = String::new();
    let Some(after) = after else { return text };
    for (handling, by) in &after.handled {
        let what = match handling {
            Handling::Held => "held".to_owned(),
            Handling::Delayed { until_ns } => {
                format!("delayed for {:#}", until_ns.since(event.happened()))
            }
            Handling::Corrupted { byte } => format!("corrupted in byte {byte}"),
            Handling::Swapped { with } => format!("changed places with packet {with}"),
        };
        let _ = write!(text, "\non the cable: {what} ({})", decider(by));
    }
    match &after.fate {
        Some((fate, by, arrival, at)) => {
            let span = at.since(event.happened());
            let arrival = match arrival {
                None => "",
                Some(Arrival::OutOfOrder) => ", out of order",
                Some(Arrival::Again) => ", to a peer that had it already",
            };
            let by = decider(by);
            let _ = write!(text, "\nfate: {fate} after {span:#}{arrival} ({by})");
        }
        None => text.push_str("\nfate: none yet when this ended"),
    }
    for notable in &packet.notable {
        let _ = write!(text, "\n{}: {}", notable.label(), notable.meaning());
    }
    text
}

fn decider(by: &Decider) -> String {
    match by {
        Decider::You => "by hand".to_owned(),
        other => other
            .to_string()
            .chars()
            .take(MOST)
            .map(|c| if is_unprintable(c) { '?' } else { c })
            .collect(),
    }
}

/// Which of the four lines packets belong to: opening and question to the second, the answer to the third, the parting
/// to the fourth; an acknowledgement to the line of what it acknowledges. What comes when a line is over, to none.
#[derive(Default)]
struct Belongs {
    lines: Lines,
    /// The line of the last packet that was more than an acknowledgement, to the server and to the client.
    last: [Option<u8>; 2],
}

impl Belongs {
    fn see(&mut self, event: &Event) {
        if let Fact::Begin { .. } = event.fact {
            *self = Self::default();
        }
        self.lines.apply(event.id, event.who, &event.fact);
    }

    fn of(&mut self, packet: &Packet) -> Option<u8> {
        let [this, other] = match packet.toward {
            Side::Server => [0, 1],
            Side::Client => [1, 0],
        };
        let is_done = |step: usize| matches!(self.lines.steps()[step], Step::Done(_));
        let (answered, heard) = (is_done(8), is_done(9));
        let line = match (packet.kind()?, packet.toward) {
            (PacketKind::Ack, _) => return self.last[other],
            (PacketKind::Syn | PacketKind::SynAck, _) | (PacketKind::Data, Side::Server) => {
                (!answered).then_some(2)
            }
            (PacketKind::Data, Side::Client) => (answered && !heard).then_some(3),
            (PacketKind::Fin | PacketKind::Rst, _) => heard.then_some(4),
            (PacketKind::Udp | PacketKind::Icmp, _) => return None,
        };
        self.last[this] = line;
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::story::testing::{Play, any_book},
        record::Reader,
    };
    use proptest::prelude::*;
    use std::io::Cursor;

    fn exported(book: &Book) -> Vec<u8> {
        let mut out = Vec::new();
        write(&Journal::of(book, 7_000), &mut out).unwrap();
        out
    }

    fn read(bytes: &[u8]) -> Vec<Event> {
        let mut reader = Reader::open(Cursor::new(bytes)).unwrap();
        let mut events = Vec::new();
        while let Some(page) = reader.next_page() {
            events.extend(page.into_vec());
        }
        assert_eq!(reader.stopped(), None);
        events
    }

    /// What each packet's comment says after what a recording says.
    fn comments(book: &Book) -> Vec<String> {
        let (after, mut lines) = (afterwards(book), Belongs::default());
        let mut told = Vec::new();
        for event in book.events().iter() {
            lines.see(event);
            if let Fact::Packet(packet) = &event.fact {
                let line = lines.of(packet);
                let text = hindsight(event, packet, after.get(told.len()));
                told.push(format!("{line:?}{text}"));
            }
        }
        told
    }

    #[test]
    fn the_four_lines_are_told_with_their_packets() {
        let play = Play::lab_walked();
        let told = comments(play.book());
        assert_eq!(told[0], "Some(2)\nfate: delivered after 10us (cable)");
        let lines: Vec<&str> = told.iter().map(|t| &t[..7]).collect();
        assert_eq!(&lines[..5], ["Some(2)"; 5]);
        assert_eq!(&lines[5..7], ["Some(3)"; 2]);
        assert_eq!(&lines[7..], ["Some(4)"; 4]);
        let text = String::from_utf8_lossy(&exported(play.book())).into_owned();
        assert!(text.contains("\nfate: delivered after 10us (cable)\nline 4: The client reads"));
    }

    #[test]
    fn what_the_hand_did_is_told() {
        use crate::model::packet::TcpFlags;
        let mut play = Play::lab();
        let one = play.packet(Side::Server, TcpFlags::SYN, (0, 0), b"");
        play.see(
            None,
            crate::model::event::Source::Cable,
            Fact::Handled {
                packet: one,
                handling: Handling::Held,
                decided_by: Decider::Rule("hold\u{202e}".into()),
            },
        );
        play.fate(one, Fate::Dropped, Decider::You);
        play.packet(Side::Server, TcpFlags::SYN, (0, 0), b"");
        let told = comments(play.book());
        assert_eq!(
            told[0],
            "Some(2)\non the cable: held (rule: hold?)\nfate: dropped after 20us (by hand)"
        );
        assert!(told[1].contains("\nfate: none yet when this ended"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]
        #[test]
        fn it_is_a_recording(book in any_book()) {
            let events: Vec<Event> = book.events().iter().cloned().collect();
            prop_assert!(read(&exported(&book)) == events);
        }
    }
}
