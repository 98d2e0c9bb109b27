//! What lies in queues: bytes that nobody has read, bytes that nobody takes, callers that nobody answers.

use super::{
    Found,
    words::{is_being_read, other, owner, peer_of},
};
use crate::model::{
    book::Book,
    session::{Mark, Session, SocketState},
    story::words::{bytes, counted, first_upper, number, verb},
    tcp::TcpState,
};

/// Bytes that lie in a receive queue, unless a call waits there that takes them at once.
fn lying(session: &Session, socket: &SocketState) -> Option<(u64, Mark)> {
    let since = socket.marks.unread?;
    let unread = socket.unread();
    (unread > 0 && !is_being_read(session, socket)).then_some((unread, since))
}

/// How they get out of there.
fn until_read(session: &Session, socket: &SocketState) -> String {
    if socket.is_pending() {
        "Its program has not even accepted the connection.".to_owned()
    } else {
        format!(
            "They stay there until {} calls recv.",
            owner(session, socket)
        )
    }
}

pub(super) fn unread(_: &Book, session: &Session, socket: &SocketState) -> Option<Found> {
    let (unread, mark) = lying(session, socket)?;
    let lie = verb(unread, "lies", "lie");
    let who = owner(session, socket);
    let what = format!("{} {lie} unread in {who}'s receive queue.", bytes(unread));
    Some(Found {
        socket: socket.id,
        mark,
        what: [what, until_read(session, socket)],
        why: vec![
            "The kernel takes bytes from the network by itself and puts them into the socket's receive queue (Recv-Q). No program is asked, and none is told unless it looks: only recv moves them on.".into(),
            "That is how it should be: the sender can go on while the receiver is busy. If they stay there for long, the program is slow, waits for something else, or has forgotten this socket; when the queue is full, the sender must stop.".into(),
            "Try: recv, or `recv 5` to take a part of them. See recv(2); RFC 9293, section 3.9.1.3 (RECEIVE).".into(),
        ],
    })
}

/// Looked at from the reader's end: few sockets have something that lies there.
pub(super) fn acknowledged_unread(
    _: &Book,
    session: &Session,
    reader: &SocketState,
) -> Option<Found> {
    let (unread, since) = lying(session, reader)?;
    let socket = peer_of(session, reader)?;
    let acked = socket.counts?.acked;
    let copied = reader.counts.and_then(|c| c.copied).unwrap_or(0);
    let both = acked.saturating_sub(reader.read.max(copied)).min(unread);
    if both == 0 {
        return None;
    }
    let mark = socket.marks.acked.filter(|m| m.event > since.event);
    let mark = Mark {
        at: since.at,
        ..mark.unwrap_or(since)
    };
    let (from, to) = (owner(session, socket), owner(session, reader));
    let are = verb(both, "is", "are");
    let what = format!(
        "{} from {from} {are} acknowledged, but not read.",
        bytes(both)
    );
    let where_they_lie = if reader.is_pending() {
        format!(
            "{}'s program has not even accepted the connection.",
            first_upper(&to)
        )
    } else {
        format!("The ACK came from {to}'s kernel; its program has not called recv.")
    };
    let lie = verb(unread, "lies", "lie");
    let queue = format!(
        "{} {lie} in {to}'s receive queue: {to}'s kernel took them from the network and acknowledged them by itself, whatever its program does.",
        bytes(unread)
    );
    Some(Found {
        socket: socket.id,
        mark,
        what: [what, where_they_lie],
        why: vec![
            queue.into(),
            "An ACK of TCP says that the other kernel has the bytes, so that they need not be sent again. It does not say that a program has read them, let alone understood them: the program may be busy, or may crash before it looks.".into(),
            "Who must know that they were dealt with has to be told so by the program itself: an answer in the protocol. Try: recv on the other side, and send an answer. RFC 9293, section 3.8; \"End-to-End Arguments in System Design\" (Saltzer, Reed, Clark).".into(),
        ],
    })
}

pub(super) fn send_queue_full(_: &Book, session: &Session, socket: &SocketState) -> Option<Found> {
    // Before there is a connection, send waits for that.
    if !socket.state.can_send() {
        return None;
    }
    let actor = session.actors.get(&socket.id.actor)?;
    let sends = |name: &str| matches!(name, "send" | "sendto");
    let waiting = actor.waiting.iter().find(|w| w.socket == Some(socket.id));
    let waiting = waiting.filter(|w| sends(w.call.name()));
    let mark = match (waiting, socket.marks.full) {
        (Some(w), _) => Mark {
            event: w.event,
            at: w.since,
        },
        (None, full) => full?,
    };
    let me = owner(session, socket);
    let held = socket
        .send_q
        .filter(|n| *n > 0)
        .map_or_else(String::new, |n| format!(" ({})", bytes(n)));
    let what = if waiting.is_some() {
        format!(
            "{}'s send waits: its send queue is full{held}.",
            first_upper(&me)
        )
    } else {
        format!(
            "{}'s send queue is full{held}: send found no room.",
            first_upper(&me)
        )
    };
    let who = other(session, socket);
    let then = format!("There is room again when {who}'s kernel has acknowledged some of them.");
    Some(Found {
        socket: socket.id,
        mark,
        what: [what, then],
        why: vec![
            "send copies bytes into the socket's send buffer and returns; the kernel keeps them until they are acknowledged. When the buffer is full, a blocking send waits, and a non-blocking one takes what fits, or fails with EAGAIN.".into(),
            "This is how a slow receiver, or a slow network, slows the sending program down: back-pressure. Nothing is lost.".into(),
            "Try: recv on the other side, and see send go on; SO_SNDBUF sets the size of the buffer. See send(2), socket(7) and tcp(7).".into(),
        ],
    })
}

pub(super) fn accept_queue_full(_: &Book, _: &Session, socket: &SocketState) -> Option<Found> {
    if socket.state != TcpState::Listen || socket.is_only_seen() {
        return None;
    }
    let mark = socket.marks.full?;
    let (waiting, backlog) = (socket.recv_q?, socket.send_q?);
    let what = format!(
        "The accept queue is full: {} {}, and the backlog is {}.",
        counted(waiting, "connection"),
        verb(waiting, "waits", "wait"),
        number(backlog)
    );
    Some(Found {
        socket: socket.id,
        mark,
        what: [
            what,
            "Who calls now is not heard until the server's program accepts one of them.".to_owned(),
        ],
        why: vec![
            "The kernel makes connections by itself and keeps them in the listener's accept queue until the program calls accept. listen's second argument, the backlog, bounds it; Linux lets one more in than that.".into(),
            "When it is full, Linux drops the SYN of who calls, without a word: the caller's kernel asks again after a second, and again and again, and its connect waits. To the caller it looks like a slow network.".into(),
            "Try: accept, and see the next caller come in; or listen with a larger backlog (at most net.core.somaxconn). See listen(2) and tcp(7), tcp_abort_on_overflow.".into(),
        ],
    })
}
