//! A call that waits: for what, and who could end it.

use super::{
    Happening, Moment,
    hand::lies,
    parcel::{Parcel, on_the_cable},
    why,
};
use crate::model::{
    call::{Call, MsgFlags},
    ids::SocketId,
    packet::{Decider, PacketKind},
    story::words::{bytes, the, the_first, verb},
};

pub(super) fn waits(m: &Moment<'_>, call: &Call, socket: Option<SocketId>) -> Happening {
    let me = the(m.who());
    let other = m.other(socket);
    let name = call.name();
    if let Some(told) = on_its_way(m, call, socket) {
        return told;
    }
    let asleep = format!("the kernel has put {me}'s program to sleep");
    let (first, second, why) = match call {
        Call::Accept { .. } => (
            format!("accept waits: no caller is there, so {asleep}."),
            "It wakes when a client has connected.".to_owned(),
            why::ACCEPT_WAITS,
        ),
        Call::Connect { addr, .. } => (
            format!("connect waits: {addr} has not answered yet."),
            "The kernel asks again by itself until there is an answer, or it gives up.".to_owned(),
            why::CONNECT_WAITS,
        ),
        Call::Recv { len, flags, .. } | Call::RecvFrom { len, flags, .. } => (
            format!("{name} waits: {}, so {asleep}.", missing(*len, *flags)),
            each_for_the_other(m, socket).unwrap_or_else(|| {
                format!("It wakes when {other} sends something or says goodbye.")
            }),
            why::RECV_WAITS,
        ),
        Call::Send { .. } | Call::SendTo { .. } => {
            let unread = m
                .places(socket)
                .and_then(|p| p.receive_queue)
                .filter(|n| *n > 0);
            let second = unread.map_or_else(
                || format!("It goes on when {other} reads."),
                |n| {
                    format!(
                        "{} {} unread in {other}'s kernel; it goes on when {other}'s program reads.",
                        bytes(n),
                        verb(n, "lies", "lie")
                    )
                },
            );
            (
                format!("{name} waits: {me}'s send buffer is full, so {asleep}."),
                second,
                why::SEND_WAITS,
            )
        }
        Call::Close { .. } => (
            format!("close waits: SO_LINGER lets it wait until {other}'s kernel has everything."),
            String::new(),
            why::CLOSE_WAITS,
        ),
        Call::Poll {
            read,
            write,
            timeout_ms,
            ..
        } => {
            let what = match (read, write) {
                (true, false) => "something to take",
                (false, true) => "room to send",
                _ => "something to take or room to send",
            };
            let until = match timeout_ms {
                0.. => format!("It gives up after {timeout_ms} ms."),
                _ => "It waits without an end.".to_owned(),
            };
            (
                format!("poll waits until there is {what}."),
                until,
                why::POLL,
            )
        }
        _ => (
            format!("{name} waits: {asleep}."),
            "It can be cancelled with a signal.".to_owned(),
            why::WAITS,
        ),
    };
    Happening::new([first, second], why)
}

/// What the call waits for lies on the cable.
fn on_its_way(m: &Moment<'_>, call: &Call, socket: Option<SocketId>) -> Option<Happening> {
    let (me, name) = (the(m.who()), call.name());
    match call {
        Call::Connect { .. } => {
            let mine = on_the_cable(m, socket?).find(|p| p.kind() == Some(PacketKind::Syn))?;
            if !mine.is_held() {
                return None;
            }
            let first = format!(
                "connect waits for the answer to its SYN. You hold {}: {}.",
                mine.name(),
                mine.unknown()
            );
            let (_, second) = lies(&mine, None, &Decider::You);
            let second = match second.split_once(". ") {
                Some((waits, rest)) if waits.ends_with("still waits") => rest.to_owned(),
                _ => second,
            };
            Some(Happening::new([first, second], why::SYN_HELD))
        }
        _ if call.takes_bytes() => {
            let peer = m.peer(socket)?.id;
            let is_news =
                |p: &Parcel<'_>| matches!(p.kind(), Some(PacketKind::Data | PacketKind::Fin));
            let theirs = on_the_cable(m, peer)
                .filter(|p| is_news(p) && p.is_held())
                .last()?;
            let first = format!(
                "{name} waits: you hold {}, so {me}'s kernel has nothing to give.",
                theirs.name()
            );
            let second = format!(
                "Deliver it with s, or drop it with d: then {}.",
                theirs.if_lost()
            );
            Some(Happening::new([first, second], why::held(theirs.kind())))
        }
        _ => None,
    }
}

fn missing(len: u64, flags: MsgFlags) -> String {
    if flags.waitall {
        format!(
            "MSG_WAITALL asks for {}, and they are not all there",
            all(len)
        )
    } else {
        "nothing has arrived".to_owned()
    }
}

fn all(len: u64) -> String {
    if len == 1 {
        "1 byte".to_owned()
    } else {
        format!("all {}", bytes(len))
    }
}

/// Both ends of a connection sit in recv.
fn each_for_the_other(m: &Moment<'_>, socket: Option<SocketId>) -> Option<String> {
    let peer = m.peer(socket)?.id;
    let (other, waiting) = m
        .others_waiting(m.who())
        .find(|(_, w)| w.socket == Some(peer) && w.call.takes_bytes())?;
    Some(format!(
        "{}'s {} waits too: each waits for the other to speak, so neither goes on.",
        the_first(other),
        waiting.call.name()
    ))
}
