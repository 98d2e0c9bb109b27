//! What a change of state leaves unsaid: the states between that nobody saw, and why a connection was reset.

use super::words::{bytes, verb};
use crate::model::{
    book::Book,
    call::Call,
    event::{Fact, Source},
    ids::SocketId,
    option::{OptionValue, SockOpt},
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

/// Why a connection is CLOSED without a goodbye: what the end that was closed had not read, or its `SO_LINGER`.
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
    let before = book.events().range(index.saturating_sub(FAR)..index);
    let closed = (0..before.len())
        .rev()
        .find_map(|i| match &before.get(i)?.fact {
            Fact::Call(done) if matches!(done.call, Call::Close { .. }) && !done.failed() => done
                .socket
                .filter(|s| *s == id || Some(*s) == peer)
                .map(|socket| (i, socket)),
            _ => None,
        });
    let Some((at, closer)) = closed else {
        let own = peer.is_some() || matches!(from, TcpState::FinWait1 | TcpState::FinWait2);
        return if own { "" } else { " (reset by the peer)" }.to_owned();
    };
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
        return " (reset: SO_LINGER is on with 0 seconds)".to_owned();
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
    match unread {
        Some(n @ 1..) => format!(" (reset: {} {} unread)", bytes(n), verb(n, "was", "were")),
        _ => String::new(),
    }
}
