//! What a change of state leaves unsaid: the states between that nobody saw, and why a connection was reset.

use super::words::{bytes, verb};
use crate::model::{
    book::Book,
    call::Call,
    event::{Fact, Source},
    ids::SocketId,
    option::{OptionValue, SockOpt},
    packet::{Fate, Packet, PacketKind, TcpFlags},
    tcp::TcpState,
};

/// How far back the states are looked for that a socket has just passed through.
const NEAR: usize = 64;
/// How far back the call is looked for that ended a connection.
const FAR: usize = 1024;

/// The states that a socket has passed through unseen before the event, and the one in which the way began.
pub(super) fn way(book: &Book, index: usize, id: SocketId) -> (Option<TcpState>, String) {
    let mut first = None;
    let mut unseen = Vec::new();
    for event in book.events().range(0..index).iter().rev().take(NEAR) {
        match &event.fact {
            Fact::State { socket, from, to } if *socket == id => {
                if event.source != Source::Derived {
                    break;
                }
                first = Some(*from);
                unseen.push(to.to_string());
            }
            _ => {}
        }
    }
    if unseen.is_empty() {
        return (None, String::new());
    }
    unseen.reverse();
    let told = format!(" (by way of {}, not seen)", unseen.join(", "));
    (first, told)
}

/// How an end broke its connection off when it closed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BrokenOff {
    /// `SO_LINGER` was on with 0 seconds.
    Aborted,
    /// So many bytes were unread.
    Unread(u64),
}

/// The latest of these sockets that was closed before a place in the journal, and how that broke its connection off, if
/// it did.
pub(super) fn broken_off(
    book: &Book,
    index: usize,
    ends: &[SocketId],
) -> Option<(SocketId, Option<BrokenOff>)> {
    let before = book.events().range(index.saturating_sub(FAR)..index);
    let (at, closer) = (0..before.len())
        .rev()
        .find_map(|i| match &before.get(i)?.fact {
            Fact::Call(done) if matches!(done.call, Call::Close { .. }) && !done.failed() => done
                .socket
                .filter(|s| ends.contains(s))
                .map(|socket| (i, socket)),
            _ => None,
        })?;
    let before = before.before(at);
    let aborts = before.iter().rev().find_map(|e| match &e.fact {
        Fact::Call(done) if done.socket == Some(closer) && !done.failed() => match &done.call {
            Call::SetSockOpt {
                option: SockOpt::LINGER,
                value,
                ..
            } => Some(matches!(
                value,
                OptionValue::Linger {
                    linger: true,
                    seconds: 0
                }
            )),
            _ => None,
        },
        _ => None,
    });
    if aborts == Some(true) {
        return Some((closer, Some(BrokenOff::Aborted)));
    }
    let unread = before.iter().rev().find_map(|e| match &e.fact {
        Fact::Progress {
            socket,
            received,
            copied: Some(copied),
            ..
        } if *socket == closer => Some(received.saturating_sub(*copied)),
        _ => None,
    });
    let how = unread.filter(|n| *n > 0).map(BrokenOff::Unread);
    Some((closer, how))
}

/// Whether a reset answers a segment that nobody takes any more. It takes its number from there and acknowledges nothing
/// (RFC 9293, section 3.5.2); one with which an end breaks its connection off does.
pub(super) fn is_an_answer(reset: &Packet) -> bool {
    let tcp = reset.tcp.as_ref();
    reset.kind() == Some(PacketKind::Rst) && tcp.is_some_and(|t| !t.flags.has(TcpFlags::ACK))
}

/// Why a connection is CLOSED without a goodbye: what the end that was closed had not read, its `SO_LINGER`, or that it
/// had forgotten the connection long before.
pub(super) fn reset_because(
    book: &Book,
    index: usize,
    id: SocketId,
    from: TcpState,
    to: TcpState,
) -> String {
    let without_goodbye = matches!(
        from,
        TcpState::Established | TcpState::CloseWait | TcpState::FinWait1 | TcpState::FinWait2
    );
    if to != TcpState::Closed || !without_goodbye {
        return String::new();
    }
    let peer = book.session().socket(id).and_then(|s| s.peer_socket);
    let ends: Vec<_> = [Some(id), peer].into_iter().flatten().collect();
    match broken_off(book, index, &ends) {
        None if peer.is_some() || matches!(from, TcpState::FinWait1 | TcpState::FinWait2) => {
            String::new()
        }
        None => " (reset by the peer)".to_owned(),
        Some((_, None)) => String::new(),
        Some((closer, _)) if closer != id && was_answered(book, index, id) => {
            " (reset by the peer: it knows no such connection any more)".to_owned()
        }
        Some((_, Some(BrokenOff::Aborted))) => {
            " (reset: SO_LINGER is on with 0 seconds)".to_owned()
        }
        Some((_, Some(BrokenOff::Unread(n)))) => {
            format!(" (reset: {} {} unread)", bytes(n), verb(n, "was", "were"))
        }
    }
}

/// Whether the reset that has come for a socket last answered what it had sent.
fn was_answered(book: &Book, index: usize, id: SocketId) -> bool {
    let socket = book.session().socket(id);
    let Some((own, peer)) = socket.and_then(|s| s.local.zip(s.peer)) else {
        return false;
    };
    let entries = book.packets();
    let end = entries.partition_point(|e| e.index < index);
    let reset = entries[end.saturating_sub(NEAR)..end]
        .iter()
        .rev()
        .filter(|entry| {
            let fate = entry.fate.and_then(|at| book.events().get(at));
            let gone = fate.is_some_and(
                |e| matches!(e.fact, Fact::Fate { fate, .. } if fate != Fate::Delivered),
            );
            !gone
        })
        .filter_map(|entry| book.packet_at(entry))
        .find(|p| p.kind() == Some(PacketKind::Rst) && p.from == peer && p.to == own);
    reset.is_some_and(is_an_answer)
}
