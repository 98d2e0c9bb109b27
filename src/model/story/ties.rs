//! What an event hangs together with: what caused it and what it caused, as far as the journal says. A `send` becomes
//! segments and is returned by a `recv`, by their places in the stream; a SYN is the second try of another; an ACK
//! acknowledges what a packet carried; a state, a count, a line names the event that brought it about.
//!
//! ```text
//!   asked ── call ── packet ─┬─ fate ── rule of the cable ── asked
//!                            ├─ states, counts, sockets ── lines, acknowledgements
//!                            └─ the next packet, the call that it wakes
//! ```
//!
//! Only what lies near is looked at, so that a long journal costs no more than a short one.

mod cable;
mod calls;
mod few;
mod lines;
mod near;
mod segments;
mod silent;
mod spot;
mod states;

#[cfg(test)]
mod every;
#[cfg(test)]
mod tests;

use crate::model::{
    book::Book,
    event::{Event, Fact},
    packet::{Notable, Packet},
    session::Session,
    story::packets,
};
use near::Near;
use spot::Spot;

pub use few::{few, line};
pub use silent::{meaning, unknown};

/// Told events after an event that are asked whether it caused them.
const ASKED: usize = 48;
/// Events after an event that are looked at for one that names it as its cause.
const NAMED: usize = 2048;
/// Ties in each direction.
const MOST: usize = 24;

/// What an event hangs together with: places in [`Book::events`], each with what it is in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// What brought it about, nearest first.
    pub causes: Vec<(usize, String)>,
    /// What it brought about, in the order in which it happened; the kernel's counts last.
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

/// The ties of the event at this place, as of the moment of the session. Causes stand before what they caused, or are calls
/// that were under way then and returned later.
pub fn ties(book: &Book, session: &Session, index: usize) -> Ties {
    let mut ties = Ties::default();
    let Some(spot) = Spot::of(book, session, index) else {
        return ties;
    };
    causes(&spot, &mut ties);
    effects(&spot, &mut ties);
    // A journal may hold anything, packets that name later ones too; time goes one way all the same.
    let begun = |i: usize| {
        let event = book.events().get(i);
        i < index || event.is_some_and(|e| spot::began(e) <= spot.event.happened())
    };
    ties.causes.retain(|(i, _)| begun(*i));
    ties.effects.retain(|(i, _)| *i > index);
    for all in [&mut ties.causes, &mut ties.effects] {
        // What had not happened at that moment is not told; and one thing is told once.
        let mut seen = Vec::new();
        all.retain(|(i, _)| {
            let news = *i < session.count && *i != index && !seen.contains(i);
            seen.push(*i);
            news
        });
    }
    let causes: Vec<usize> = ties.causes.iter().map(|(i, _)| *i).collect();
    ties.effects.retain(|(i, _)| !causes.contains(i));
    let counts = |i: usize| {
        let fact = book.events().get(i).map(|e| &e.fact);
        matches!(fact, Some(Fact::Queue { .. } | Fact::Progress { .. }))
    };
    ties.effects.sort_by_key(|(i, _)| (counts(*i), *i));
    ties.causes.truncate(MOST);
    ties.effects.truncate(MOST);
    ties
}

/// What brought it about.
fn causes(spot: &Spot<'_>, ties: &mut Ties) {
    match &spot.event.fact {
        Fact::Packet(packet) => {
            if let Some(near) = Near::of(spot.book, spot.session, spot.index) {
                segments::causes(&near, packet, ties);
                segments::missed(&near, packet, ties);
            }
        }
        Fact::Call(done) => calls::causes(spot, done, ties),
        Fact::Cancel { call_id, .. } => calls::waiting(spot, *call_id, ties),
        Fact::State { socket, from, to } => states::causes(spot, *socket, *from, *to, ties),
        Fact::Fate { decided_by, .. } | Fact::Handled { decided_by, .. } => {
            spot.told_cause(ties);
            cable::decided(spot, decided_by, ties);
        }
        Fact::Cable { text, .. } => cable::told(spot, text, ties),
        Fact::Line { line } => lines::causes(spot, *line, ties),
        Fact::Asked {
            step: Some(step), ..
        } => lines::script(spot, *step, ties),
        _ => {}
    }
    // A statement under way when a packet was sent may have nothing to do with it: the packets know better.
    let known = !ties.causes.is_empty() && matches!(spot.event.fact, Fact::Packet(_));
    let is_asked = |e: &Event| matches!(e.fact, Fact::Asked { .. });
    if !known || spot.cause().is_some_and(|(_, e)| !is_asked(e)) {
        spot.told_cause(ties);
    }
    if let Fact::Ack { .. } | Fact::Line { .. } = spot.event.fact {
        lines::behind(spot, ties);
    }
}

/// What it brought about: what is known by numbers, what names it as its cause, and what is found to be caused by it.
fn effects(spot: &Spot<'_>, ties: &mut Ties) {
    match &spot.event.fact {
        Fact::Packet(packet) => {
            if let Some(near) = Near::of(spot.book, spot.session, spot.index) {
                segments::effects(&near, packet, ties);
                if let Some(fate) = near.fate(&near.entry) {
                    spot.effect_at(fate, ties);
                }
            }
        }
        Fact::Call(_) | Fact::Elided { .. } => calls::effects(spot, ties),
        Fact::Fate { packet, .. } => cable::arrived(spot, *packet, ties),
        Fact::Begin { .. } => {
            for (index, event) in spot.after(NAMED) {
                if matches!(event.fact, Fact::Asked { step: Some(_), .. }) {
                    spot.effect_at(index, ties);
                }
            }
        }
        _ => {}
    }
    for (index, event) in spot.after(NAMED) {
        let asked = matches!(spot.event.fact, Fact::Asked { .. });
        let is_told = match event.fact {
            Fact::Detail { .. } => false,
            Fact::Packet(_) => !asked,
            _ => true,
        };
        if event.cause == Some(spot.event.id) && is_told {
            spot.effect_at(index, ties);
        }
    }
    for (index, event) in spot.told_after(ASKED) {
        let mut theirs = Ties::default();
        let there = Spot {
            index,
            event,
            ..*spot
        };
        causes(&there, &mut theirs);
        if theirs.causes.iter().any(|(i, _)| *i == spot.index) {
            spot.effect_at(index, ties);
        }
    }
}

/// The ties of a packet's entering the cable that the packets themselves tell: numbers, tries, calls, as of the moment of
/// the session.
pub fn of_packet(book: &Book, session: &Session, index: usize) -> Ties {
    let mut ties = Ties::default();
    if let Some(near) = Near::of(book, session, index) {
        segments::causes(&near, near.packet, &mut ties);
        segments::effects(&near, near.packet, &mut ties);
        told_causes(&near, &mut ties);
    }
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

/// A packet's why: what it is, and what is notable about it, a sentence each. What it comes from and what it led to are
/// its [`ties()`].
pub fn why(packet: &Packet) -> Vec<String> {
    let notable = packet.notable.iter().map(|n| n.meaning().to_owned());
    core::iter::once(is(packet)).chain(notable).collect()
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
