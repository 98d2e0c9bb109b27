//! What a packet or a call hangs together with: what caused it and what it caused, as far as the journal says. A `send`
//! becomes segments and is returned by a `recv`, by their places in the stream; a SYN is the second try of another; an
//! ACK acknowledges what a packet carried.
//!
//! Only what lies near is looked at, so that a long journal costs no more than a short one.

mod calls;
mod near;
mod segments;

#[cfg(test)]
mod tests;

use crate::model::{
    book::{Book, PacketEntry},
    event::{Event, Fact},
    packet::{Notable, Packet},
    session::Session,
    story::packets,
};
use near::Near;

/// What an event hangs together with: places in [`Book::events`], each with what it is in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// What brought it about, nearest first.
    pub causes: Vec<(usize, String)>,
    /// What it brought about, in the order in which it happened.
    pub effects: Vec<(usize, String)>,
}

impl Ties {
    fn cause(&mut self, index: usize, text: impl Into<String>) {
        self.causes.push((index, text.into()));
    }

    fn effect(&mut self, index: usize, text: impl Into<String>) {
        self.effects.push((index, text.into()));
    }
}

/// The ties of the event at this place (a packet's entering the cable, or a call), as of the moment of the session.
pub fn ties(book: &Book, session: &Session, index: usize) -> Ties {
    let mut ties = Ties::default();
    match book.events().get(index).map(|e| &e.fact) {
        Some(Fact::Packet(packet)) => {
            let Some(near) = Near::of(book, session, index) else {
                return ties;
            };
            segments::causes(&near, packet, &mut ties);
            segments::effects(&near, packet, &mut ties);
            told_causes(&near, &mut ties);
        }
        Some(Fact::Call(done)) => calls::ties(book, session, index, done, &mut ties),
        _ => {}
    }
    // What had not happened at that moment is not told.
    ties.causes.retain(|(i, _)| *i < session.count);
    ties.effects.retain(|(i, _)| *i < session.count);
    ties.effects.sort_by_key(|(i, _)| *i);
    ties
}

/// The event that the journal itself names as the cause, unless it is among the others.
fn told_causes(near: &Near<'_>, ties: &mut Ties) {
    let Some(id) = near.event.cause else { return };
    let events = near.book.events();
    let index = events.partition_point(|e| e.id < id);
    let Some(event) = events.get(index).filter(|e| e.id == id) else {
        return;
    };
    if ties.causes.iter().any(|(i, _)| *i == index) {
        return;
    }
    if let Some(text) = named(event) {
        ties.cause(index, text);
    }
}

/// An event in a few words.
fn named(event: &Event) -> Option<String> {
    Some(match &event.fact {
        Fact::Packet(packet) => format!("packet {}", packet.number),
        Fact::Call(done) => near::call_name(event, &done.call),
        Fact::Waiting { call, .. } => near::call_name(event, call),
        _ => return None,
    })
}

/// A packet's why: what it is, what is notable about it, what it comes from and what it led to, a sentence each.
pub fn why(book: &Book, session: &Session, entry: &PacketEntry) -> Vec<String> {
    let Some(packet) = book.packet_at(entry) else {
        return Vec::new();
    };
    let mut told = vec![is(packet)];
    told.extend(packet.notable.iter().map(|n| n.meaning().to_owned()));
    let ties = ties(book, session, entry.index);
    let sentence = |(_, text): &(usize, String)| format!("{}.", super::words::first_upper(text));
    told.extend(ties.causes.iter().map(sentence));
    told.extend(ties.effects.iter().map(sentence));
    told
}

/// What a packet is, as a sentence.
fn is(packet: &Packet) -> String {
    let text = packets::entered(packet);
    let (which, _) = text.split_once(':').unwrap_or((&text, ""));
    match packet.kind() {
        Some(kind) => {
            let row = crate::model::packet::PacketKind::TABLE[kind as usize];
            format!("{} {}.", super::words::first_upper(which), row.2)
        }
        None => format!("{}.", super::words::first_upper(which)),
    }
}

/// Whether a packet is a try after the first.
fn is_retry(packet: &Packet) -> bool {
    packet.again.is_some() && packet.notable.contains(&Notable::Retransmission)
}
