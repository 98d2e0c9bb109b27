//! Facts that follow from other facts, journalled once when they come true: a line is reached, bytes are acknowledged
//! in a further sense.

use super::{
    event::{AckLevel, Cause, Event, Fact, Observation, Source},
    ids::SocketId,
    session::Session,
};

/// What follows from `event`, given the session that has just taken it in.
pub(super) fn derive(event: &Event, session: &Session) -> Vec<Observation> {
    let derived = |fact| Observation {
        at: event.happened(),
        who: event.who,
        source: Source::Derived,
        cause: Cause::Event(event.id),
        fact,
    };
    // What follows from a derived fact follows from the fact that it was derived from.
    if event.source == Source::Derived {
        return Vec::new();
    }
    let mut facts = Vec::new();
    match &event.fact {
        Fact::Call(done) => {
            if let Some(socket) = done.socket
                && done.bytes_written() > 0
            {
                facts.extend(ack(session, socket, AckLevel::Kernel).map(&derived));
                facts.extend(answered(session, socket).map(&derived));
            }
        }
        Fact::Elided {
            socket,
            written: 1..,
            ..
        } => {
            facts.extend(ack(session, *socket, AckLevel::Kernel).map(&derived));
            facts.extend(answered(session, *socket).map(&derived));
        }
        Fact::Progress { socket, .. } => {
            facts.extend(ack(session, *socket, AckLevel::Tcp).map(&derived));
        }
        _ => {}
    }
    facts.extend(
        (session.lines_told + 1..=session.lines.reached()).map(|line| derived(Fact::Line { line })),
    );
    facts
}

/// More bytes of `sender` than before are in the kernel's hands, or acknowledged by the peer's TCP.
fn ack(session: &Session, sender: SocketId, level: AckLevel) -> Option<Fact> {
    let socket = session.socket(sender)?;
    let through = match level {
        AckLevel::Kernel => socket.written,
        _ => session.ledger(sender).acked?,
    };
    (through > socket.acknowledged(level)).then_some(Fact::Ack {
        level,
        toward: !sender.actor.side(),
        socket: sender,
        through,
    })
}

/// A program that has read and then speaks has answered, through the last byte that it has read.
fn answered(session: &Session, speaker: SocketId) -> Option<Fact> {
    let socket = session.socket(speaker)?;
    let sender = session.socket(socket.peer_socket?)?;
    (socket.read > sender.acknowledged(AckLevel::Application)).then_some(Fact::Ack {
        level: AckLevel::Application,
        toward: speaker.actor.side(),
        socket: sender.id,
        through: socket.read,
    })
}
