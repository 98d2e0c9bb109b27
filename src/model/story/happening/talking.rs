//! How bytes go from one program to the other: send and recv.

use super::{
    Happening, Moment,
    parcel::{Parcel, on_the_cable, span},
    parting::{parted, state_of},
    why,
};
use crate::model::{
    call::{Call, CallDone, MsgFlags},
    event::{AckLevel, Fact},
    ids::{Actor, SocketId},
    ledger::Places,
    packet::{Fate, PacketKind},
    session::SocketState,
    story::{
        next,
        words::{bytes, first_upper, glimpse, number, the, verb},
    },
};

pub(super) fn sent(m: &Moment<'_>, done: &CallDone, len: u64) -> Happening {
    let name = done.call.name();
    let me = the(m.who());
    let taken = done.bytes_written();
    let other = m.other(done.socket);
    if let Some((reader, recv)) = m
        .companion(&["recv", "recvfrom"])
        .filter(|(_, r)| r.ret > 0)
    {
        return heard(m, name, taken, reader, recv);
    }
    if len == 0 {
        let first = format!("{name} returned 0: nothing was given, so nothing goes out.");
        let second =
            format!("On a stream {other} sees nothing of it: there are no empty messages.");
        return Happening::new([first, second], why::SEND_NOTHING);
    }
    if taken < len {
        let first = format!(
            "{name} took only {} of {}: {me}'s send buffer is full.",
            number(taken),
            bytes(len)
        );
        let second = "The rest is still the program's: it must send it again itself.".to_owned();
        return Happening::new([first, second], why::SEND_PARTIAL);
    }
    if let Some(told) = in_a_packet(m, done, &other) {
        return told;
    }
    let what = match m.who() {
        Actor::Server if m.socket(done.socket).is_some_and(|s| s.read > 0) => "the answer",
        _ => "the bytes",
    };
    let first = format!(
        "{name} returned {}: {me}'s kernel has a copy of {what}, and that is all that {name} tells.",
        number(taken)
    );
    Happening::new([first, whereabouts(m, done, &other)], why::SEND)
}

/// Whether the call is one that sends.
pub(super) const fn sends(call: &Call) -> bool {
    matches!(call, Call::Send { .. } | Call::SendTo { .. })
}

/// The bytes lie on the cable, or a packet with them was taken off it, and nobody else has them.
fn in_a_packet(m: &Moment<'_>, done: &CallDone, other: &str) -> Option<Happening> {
    let socket = done.socket?;
    let name = done.call.name();
    let took = number(done.bytes_written());
    let me = the(m.who());
    let has_data = |p: &Parcel<'_>| p.kind() == Some(PacketKind::Data);
    let first = format!("{name} returned {took}: {me}'s kernel has the bytes, and nobody else.");
    if let Some(p) = on_the_cable(m, socket).filter(has_data).last() {
        let waits = p
            .who_waits()
            .map_or_else(String::new, |waits| format!(", so {waits}"));
        let second = match p.state?.until.as_ref().filter(|_| !p.is_held()) {
            Some((until, _)) => format!(
                "They are in packet {}, which is on its way for {}{waits}.",
                p.number,
                span(until.since(p.state?.since))
            ),
            None if p.is_held() => format!(
                "They are in the packet that you hold ({}){waits}. Deliver it, or drop it: {me}'s kernel keeps a copy until it is acknowledged.",
                p.number
            ),
            None => return None,
        };
        return Some(Happening::new([first, second], why::SEND_HELD));
    }
    // Dropped before anything of it was acknowledged.
    let dropped = m
        .since_the_event()
        .iter()
        .rev()
        .find_map(|e| match &e.fact {
            Fact::Fate { packet, fate, .. } if *fate != Fate::Delivered => {
                Parcel::of(m, *packet).filter(|p| has_data(p) && p.packet.socket == Some(socket))
            }
            _ => None,
        })?;
    let second = format!(
        "Packet {} was {}, so {other}'s kernel does not have them; {}.",
        dropped.number,
        dropped.state?.ended.as_ref()?.fate,
        dropped.if_lost()
    );
    Some(Happening::new([first, second], why::SEND_HELD))
}

/// Where the bytes are now, as far as the kernel has told.
fn whereabouts(m: &Moment<'_>, done: &CallDone, other: &str) -> String {
    if m.stranger(done.socket).is_some() {
        return acknowledged(m, done.socket);
    }
    let all_there = |p: &Places| {
        p.receive_queue.is_some_and(|n| n > 0) && (p.send_queue, p.in_flight) == (Some(0), Some(0))
    };
    let places = m
        .places(done.socket)
        .filter(|p| m.counted_since() || all_there(p));
    let pending = m.peer(done.socket).is_some_and(SocketState::is_pending);
    match places {
        Some(p) if p.receive_queue.is_some_and(|n| n > 0) => {
            let n = p.receive_queue.unwrap_or(0);
            let until = if pending {
                "accepts and reads"
            } else {
                "calls recv"
            };
            let rest = p.send_queue.unwrap_or(0) + p.in_flight.unwrap_or(0);
            if rest > 0 {
                return format!(
                    "{} {} reached {other}'s kernel; the other {} {} in {}'s kernel until {other}'s program reads.",
                    bytes(n),
                    verb(n, "has", "have"),
                    number(rest),
                    verb(rest, "waits", "wait"),
                    the(m.who())
                );
            }
            format!(
                "{} {} reached {other}'s kernel, and {} there until its program {until}.",
                bytes(n),
                verb(n, "has", "have"),
                verb(n, "waits", "wait")
            )
        }
        Some(p) if p.send_queue.is_some_and(|n| n > 0) => format!(
            "{} {} in the send queue and cannot go out yet.",
            bytes(p.send_queue.unwrap_or(0)),
            verb(p.send_queue.unwrap_or(0), "is", "are")
        ),
        Some(p) if p.in_flight.is_some_and(|n| n > 0) => format!(
            "{} {} on the way and not acknowledged.",
            bytes(p.in_flight.unwrap_or(0)),
            verb(p.in_flight.unwrap_or(0), "is", "are")
        ),
        _ => "Whether they have arrived, and whether anybody reads them, is another matter."
            .to_owned(),
    }
}

/// What somebody else's TCP has confirmed: all that can be known of the other end.
fn acknowledged(m: &Moment<'_>, socket: Option<SocketId>) -> String {
    let Some(ledger) = socket.map(|id| m.session.ledger(id)) else {
        return String::new();
    };
    match ledger.acked.zip(ledger.written) {
        Some((acked, written)) if acked > 0 && acked == written => format!(
            "The peer's TCP has acknowledged {}; whether its program reads them cannot be known.",
            if written == 1 {
                "it".to_owned()
            } else {
                format!("all {}", number(written))
            }
        ),
        Some((acked, written)) if acked > 0 => format!(
            "The peer's TCP has acknowledged {} of {}; the rest is still in our kernel.",
            number(acked),
            bytes(written)
        ),
        _ => "The peer's TCP has not acknowledged them yet, as far as our kernel has told."
            .to_owned(),
    }
}

/// `send` and the peer's `recv`, which waited for it, returned in one step.
fn heard(m: &Moment<'_>, send: &str, taken: u64, reader: Actor, recv: &CallDone) -> Happening {
    let data = recv
        .data
        .as_ref()
        .map_or_else(|| bytes(recv.bytes_read()), glimpse);
    let first = format!(
        "{send} returned {}, and {}'s recv woke and returned {}: its program has {data}.",
        number(taken),
        the(reader),
        number(recv.ret.unsigned_abs())
    );
    Happening::new([first, known(m, recv, reader)], why::HEARD)
}

pub(super) fn received(m: &Moment<'_>, done: &CallDone, len: u64, flags: MsgFlags) -> Happening {
    let name = done.call.name();
    let me = the(m.who());
    if done.ret == 0 {
        return ended(m, done, len);
    }
    let data = done
        .data
        .as_ref()
        .map_or_else(|| bytes(done.bytes_read()), glimpse);
    if flags.peek {
        let first = format!(
            "{name} looked at {}: {data}.",
            bytes(done.ret.unsigned_abs())
        );
        let second =
            "MSG_PEEK leaves them in the receive queue: the next recv gets them again.".to_owned();
        return Happening::new([first, second], why::PEEK);
    }
    if let Some((sender, send)) = m.companion(&["send", "sendto"]) {
        let by_the_sender = |fact: &Fact| matches!(fact, Fact::Asked { text, .. } if text.split([' ', '.']).next() == Some(&sender.to_string()));
        if m.any_of_the_step(by_the_sender) {
            return heard(m, send.call.name(), send.bytes_written(), m.who(), done);
        }
        let first = format!(
            "{name} returned {}, which made room: {}'s send returned {}.",
            number(done.ret.unsigned_abs()),
            the(sender),
            number(send.ret.unsigned_abs())
        );
        return Happening::new([first, known(m, done, m.who())], why::ROOM);
    }
    let first = format!(
        "{name} returned {}: {me}'s program has read {data}.",
        number(done.ret.unsigned_abs())
    );
    Happening::new([first, known(m, done, m.who())], why::RECV)
}

/// What the reader, and its peer, know now.
fn known(m: &Moment<'_>, recv: &CallDone, reader: Actor) -> String {
    let left = m
        .socket(recv.socket)
        .map_or(0, |s| next::unread(m.session, s));
    let peer = m.peer(recv.socket);
    let other = m.other(recv.socket);
    if left > 0 {
        return format!(
            "{} more {} to be read: a stream keeps no borders between messages.",
            bytes(left),
            verb(left, "waits", "wait")
        );
    }
    let mine = m.socket(recv.socket);
    match reader {
        Actor::Server
            if peer.is_none_or(|p| {
                p.acknowledged(AckLevel::Application) < mine.map_or(1, |s| s.read)
            }) =>
        {
            format!(
                "{}'s program does not know that yet: only an answer can tell it.",
                first_upper(&other)
            )
        }
        Actor::Client(_) if mine.is_some_and(|s| s.acknowledged(AckLevel::Application) > 0) => {
            format!(
                "Now it knows that {other}'s program, and not only its kernel, has read what it sent."
            )
        }
        _ => m.who_waits(reader),
    }
}

fn ended(m: &Moment<'_>, done: &CallDone, len: u64) -> Happening {
    let name = done.call.name();
    if len == 0 {
        let first =
            format!("{name} asked for 0 bytes and got 0: that says nothing about the connection.");
        return Happening::new([first, String::new()], why::RECV);
    }
    if let Some((closer, close)) = m.companion(&["shutdown", "close"]) {
        return parted(m, close, closer, done, m.who());
    }
    let mine = m.socket(done.socket);
    let other = m.other(done.socket);
    let first = if mine.is_some_and(|s| s.state.fin_received()) {
        format!("{name} returned 0: the end of the stream, for {other} has said goodbye.")
    } else {
        format!("{name} returned 0: that is how a stream says that it has ended.")
    };
    Happening::new([first, state_of(mine)], why::END)
}
