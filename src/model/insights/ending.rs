//! Ends that are not as one would wish: only one has said goodbye; a reset has thrown bytes away.

use super::{
    Found,
    words::{other, owner, peer_of},
};
use crate::model::{
    book::Book,
    event::{Event, Fact},
    ids::EventId,
    session::{Left, Mark, Session, SocketState},
    story::words::{bytes, first_upper},
    tcp::TcpState,
};

pub(super) fn close_wait(book: &Book, session: &Session, socket: &SocketState) -> Option<Found> {
    // Of a capture, nobody knows what a program has done and what it has not.
    if socket.state != TcpState::CloseWait || socket.closed || socket.is_only_seen() {
        return None;
    }
    let step = socket.path.iter().rev().find(|p| p.to == socket.state)?;
    let mark = Mark {
        event: step.event,
        at: book.event(step.event).map(|e: &Event| e.at_ns)?,
    };
    let (me, peer) = (owner(session, socket), other(session, socket));
    let what = format!(
        "{} has said goodbye (FIN); {me} has not: CLOSE-WAIT.",
        first_upper(&peer)
    );
    let then = if socket.is_pending() {
        format!(
            "{}'s program has not even accepted the connection.",
            first_upper(&me)
        )
    } else {
        format!(
            "{} can still send; it stays so until its program closes too.",
            first_upper(&me)
        )
    };
    Some(Found {
        socket: socket.id,
        mark,
        what: [what, then],
        why: vec![
            "Each direction of a connection is closed by itself. A FIN says: I send no more. The kernel acknowledges it and tells the program, whose recv returns 0; whether it has still something to say, only the program knows, so the kernel waits.".into(),
            "No timer ends this state. Programs that forget to close after recv returned 0 collect such sockets until they have no descriptor left (EMFILE): many in CLOSE-WAIT are a mistake in the program on this side, never in the network.".into(),
            "Try: recv, which returns 0; then close. RFC 9293, section 3.6 and figure 5; close(2), shutdown(2).".into(),
        ],
    })
}

pub(super) fn reset_lost_bytes(
    book: &Book,
    session: &Session,
    socket: &SocketState,
) -> Option<Found> {
    let left = socket
        .marks
        .left
        .filter(|l| l.unread > 0 || l.unacked > 0)?;
    // Once its program has another connection, it is history.
    let newest = session.newest(socket.id.actor.into());
    if socket.state != TcpState::Closed || newest.is_none_or(|s| s.id != socket.id) {
        return None;
    }
    let how = how(session, socket, &left)?;
    let me = owner(session, socket);
    let places = [(left.unread, "receive queue"), (left.unacked, "send queue")];
    let lost: Vec<String> = places
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, place)| format!("{} in {me}'s {place}", bytes(n)))
        .collect();
    let what = format!("A reset threw away {}.", lost.join(" and "));
    let (then, why) = match how {
        How::Unread => (
            format!(
                "{} closed before its program had read them.",
                first_upper(&me)
            ),
            UNREAD,
        ),
        How::Abort => (
            format!(
                "{} broke the connection off: no goodbye, no delivery.",
                first_upper(&me)
            ),
            ABORT,
        ),
        How::Peer => (
            format!(
                "It came from {}, and nothing can be sent any more.",
                other(session, socket)
            ),
            FROM_PEER,
        ),
    };
    Some(Found {
        socket: socket.id,
        mark: closing(book, socket).unwrap_or(left.mark),
        what: [what, then],
        why: [why, &[LOOKED, TRY]]
            .concat()
            .iter()
            .map(|&p| p.into())
            .collect(),
    })
}

/// Who reset the connection, and how.
enum How {
    /// It closed with bytes unread.
    Unread,
    /// It closed with `SO_LINGER` and 0 seconds.
    Abort,
    /// The other end did.
    Peer,
}

fn how(session: &Session, socket: &SocketState, left: &Left) -> Option<How> {
    if left.unread > 0 {
        return Some(How::Unread);
    }
    if socket.closed && socket.marks.aborts {
        return Some(How::Abort);
    }
    // Who has given up waiting for an ACK ends so, too; only a reset that is known of is one.
    let peer = peer_of(session, socket);
    let theirs = peer.is_some_and(|p| p.marks.reset && p.state == TcpState::Closed);
    let open = left.from.is_connection() && left.from != TcpState::TimeWait;
    (open && (theirs || socket.marks.reset && !socket.closed)).then_some(How::Peer)
}

/// The call that closed it, when it was its own doing.
fn closing(book: &Book, socket: &SocketState) -> Option<Mark> {
    let left = socket.marks.left.filter(|_| socket.closed)?;
    let cause: EventId = book.event(left.mark.event)?.cause?;
    let event = book.event(cause)?;
    let is_call = matches!(&event.fact, Fact::Call(done) if done.socket == Some(socket.id));
    is_call.then_some(Mark {
        event: event.id,
        at: left.mark.at,
    })
}

const UNREAD: &[&str] = &[
    "Its program closed while bytes lay unread. The kernel cannot pretend that they were taken, so it throws them away and sends a reset (RST) instead of a goodbye (FIN): the sender learns that not everything was read.",
    "The sender may have been told before that its bytes were acknowledged: they were, by the kernel that then threw them away.",
];
const ABORT: &[&str] = &[
    "SO_LINGER with 0 seconds makes close break the connection off: what lies in both queues of this end is thrown away, and a reset (RST) goes out instead of a goodbye (FIN). What was under way may or may not have arrived; nobody is told.",
];
const FROM_PEER: &[&str] = &[
    "A reset (RST) ends a connection at once. What this end's kernel had not got through, sent or not, is thrown away: there is nobody any more to take it. The program's next call fails with ECONNRESET or EPIPE.",
    "What had arrived here before the reset can still be read on Linux.",
];
const LOOKED: &str = "How many bytes it were is as of the kernel's last figures before the end.";
const TRY: &str = "Try: read until recv returns 0 before you close; or shutdown write, then read, then close. RFC 9293, section 3.10.7; RFC 1122, section 4.2.2.13; socket(7), SO_LINGER.";
