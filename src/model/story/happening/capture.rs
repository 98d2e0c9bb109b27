//! What is happening in somebody's capture: the latest packet, and what follows from it. Nobody has seen the programs.

use super::Happening;
use crate::model::{
    book::Book,
    event::{AckLevel, Fact},
    packet::Protocol,
    session::Session,
    story::{
        packets::entered,
        words::{bytes, first_upper, safe, verb},
    },
    tcp::TcpState,
};

/// Events that are looked through for what follows from a packet.
const MOST: usize = 32;
/// Letters of a note.
const MOST_TEXT: usize = 300;

const WHY: &str = "A capture holds packets and nothing else: which calls were made, and what the programs have read, \
nobody has seen. The states are what RFC 9293 lets one conclude: an end that acknowledges something has got it, and an \
acknowledgement that was captured is taken to have arrived. Bytes count as arrived when they are acknowledged.";

/// What a moment of a capture tells.
pub(super) fn told(book: &Book, session: &Session) -> Happening {
    let Some(latest) = session.cable.packets.back() else {
        let what = "This is a capture: packets that somebody has recorded. None has passed yet.";
        return Happening::new([what.to_owned()], WHY);
    };
    let Some((event, packet)) = book.event(latest.event).and_then(|e| match &e.fact {
        Fact::Packet(packet) => Some((e, packet)),
        _ => None,
    }) else {
        return Happening::default();
    };
    let first = match packet.protocol {
        Protocol::Icmp | Protocol::Icmpv6 => format!(
            "Packet {} to the {}: an {} message about another packet, or a question whether a host is there.",
            packet.number,
            packet.toward,
            packet.protocol.name()
        ),
        _ => first_upper(&format!("{}.", entered(packet))),
    };
    let meaning = packet.notable.first().map(|n| n.meaning().to_owned());
    let events = book.events();
    let begin = events.partition_point(|e| e.id <= event.id);
    let until = session.count.min(begin + MOST);
    let mut follows = Vec::new();
    for more in events.range(begin..until.max(begin)).iter() {
        match &more.fact {
            Fact::State { socket, to, from } => follows.push(match to {
                TcpState::Closed if from != to => format!("{socket} is CLOSED now."),
                to => format!("{socket} is {to}: {}.", to.meaning_of_packets()),
            }),
            Fact::Ack {
                level: AckLevel::Tcp,
                toward,
                through,
                ..
            } => follows.push(format!(
                "The {toward}'s TCP has acknowledged {}; whether its program reads {} is not known.",
                bytes(*through),
                verb(*through, "it", "them"),
            )),
            Fact::Note { text } => follows.push(safe(text, MOST_TEXT)),
            _ => {}
        }
    }
    let second = if follows.is_empty() {
        meaning.unwrap_or_default()
    } else {
        follows.truncate(3);
        follows.join(" ")
    };
    Happening::new([first, second], WHY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        event::{CAPTURE, Event, Sight, Source},
        ids::{EventId, Nanos},
    };

    #[test]
    fn before_the_first_packet_nothing_is_promised() {
        let mut book = Book::new();
        book.push(Event {
            id: EventId(1),
            at_ns: Nanos(0),
            happened_ns: None,
            who: None,
            source: Source::Program,
            fact: Fact::Begin {
                network: CAPTURE.to_owned(),
                script: Vec::new(),
                server: ([127, 0, 0, 1], 80).into(),
                sight: Sight::Capture,
                no_lab: None,
            },
            cause: None,
        });
        let told = super::super::happening(&book, book.session());
        assert!(told.what[0].starts_with("This is a capture"), "{told:?}");
        assert!(told.why.contains("RFC 9293"));
    }
}
