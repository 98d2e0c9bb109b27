//! How a connection ends: shutdown, close, and the reset.

use super::{Happening, Moment, why};
use crate::model::{
    call::{Call, CallDone, How},
    event::Fact,
    ids::{Actor, SocketId},
    option::{OptionValue, SockOpt},
    session::SocketState,
    story::words::{bytes, first_upper, the, the_first, verb},
    tcp::TcpState,
};

pub(super) fn shut_down(m: &Moment<'_>, done: &CallDone, how: How) -> Happening {
    let me = the(m.who());
    if let Some((reader, recv)) = end_read(m) {
        return parted(m, done, m.who(), recv, reader);
    }
    if let Some(listener) = m.socket(done.socket).filter(|s| s.is_listener()) {
        return shut_a_listener(listener.id, how);
    }
    let (first, why) = match how {
        How::Write => (
            format!(
                "shutdown returned 0: {me} says that it will send no more (FIN), but it can still read."
            ),
            why::HALF_CLOSE,
        ),
        How::Read => (
            format!("shutdown returned 0: {me} will read no more. The peer is not told."),
            why::SHUT_READ,
        ),
        How::Both => (
            format!(
                "shutdown returned 0: {me} says goodbye (FIN) and will read no more, but it keeps the socket."
            ),
            why::HALF_CLOSE,
        ),
    };
    Happening::new([first, after_goodbye(m, done.socket)], why)
}

/// A socket that listens has no connection, so no goodbye can be said on it.
fn shut_a_listener(listener: SocketId, how: How) -> Happening {
    let (first, second) = match how {
        How::Write => (
            format!("shutdown returned 0, but nothing has changed: {listener} listens on."),
            "It has no connection, so there is nobody to whom a FIN could go.",
        ),
        How::Read | How::Both => (
            format!("shutdown returned 0: {listener} no longer listens, though it is still open."),
            "On Linux that ends listening: who calls there is refused, and an accept that waits fails.",
        ),
    };
    Happening::new([first, second.to_owned()], why::SHUT_LISTENER)
}

pub(super) fn closed(m: &Moment<'_>, done: &CallDone) -> Happening {
    let me = the(m.who());
    let Some(socket) = m.socket(done.socket) else {
        let first = format!("close returned 0: {me} has let go of the descriptor.");
        return Happening::new([first, m.who_waits(m.who())], why::CLOSE);
    };
    if socket.is_listener() {
        let at = socket
            .local
            .map_or_else(String::new, |a| format!(" on {a}"));
        let first = format!(
            "close returned 0: {me} no longer listens{at}, and who calls there is refused."
        );
        let second = "Connections that were accepted live on.".to_owned();
        return Happening::new([first, second], why::CLOSE_LISTENER);
    }
    if socket.peer.is_none() && socket.path.is_empty() && socket.written == 0 {
        let first = format!("close returned 0: {me}'s socket is gone. It had no connection.");
        return Happening::new([first, m.who_waits(m.who())], why::CLOSE);
    }
    let lingers_for_nothing = |fact: &Fact| {
        matches!(fact, Fact::Call(c) if c.socket == done.socket && !c.failed()
            && matches!(&c.call, Call::SetSockOpt { option, value: OptionValue::Linger { linger: true, seconds: 0 }, .. }
                if *option == SockOpt::LINGER))
    };
    if m.any_of_the_step(lingers_for_nothing) {
        let first = format!(
            "close returned 0: {me} ends the connection at once with a reset (RST), without goodbye."
        );
        return Happening::new([first, after_reset(m, done.socket)], why::ABORT);
    }
    let earlier = |is: fn(TcpState) -> bool| {
        socket
            .path
            .iter()
            .any(|p| is(p.to) && !m.is_of_the_step(p.event))
    };
    if earlier(|state| state == TcpState::Closed) {
        let first = format!(
            "close returned 0: {me}'s program has let go of the socket. Its connection was over already."
        );
        return Happening::new([first, m.who_waits(m.who())], why::CLOSE);
    }
    let unread = socket.peer_socket.map_or(0, |peer| {
        let places = m.session.ledger(peer).places();
        places.thrown_away.max(places.receive_queue.unwrap_or(0))
    });
    if unread > 0 && !socket.state.fin_sent() {
        let first = format!(
            "close returned 0, but {} {} unread, so the kernel resets the connection (RST).",
            bytes(unread),
            verb(unread, "was", "were")
        );
        return Happening::new([first, after_reset(m, done.socket)], why::CLOSE_UNREAD);
    }
    if earlier(TcpState::fin_sent) {
        let first = format!(
            "close returned 0: {me} has said goodbye before, and now its program lets go of the socket."
        );
        return Happening::new([first, after_goodbye(m, done.socket)], why::CLOSE);
    }
    if let Some((reader, recv)) = end_read(m) {
        return parted(m, done, m.who(), recv, reader);
    }
    let complete = m.session.lines.complete()
        && m.any_of_the_step(|f| matches!(f, Fact::Call(c) if c.socket == done.socket))
        && done.socket.is_some_and(|s| s.actor == Actor::Server);
    let first = if complete {
        format!("close returned 0: {me} says goodbye. All four lines are done.")
    } else if socket.state == TcpState::Closed && !socket.path.is_empty() {
        format!("close returned 0: {me} has closed too, and its end is gone.")
    } else {
        format!(
            "close returned 0: {me} says goodbye (FIN), and its program has let go of the socket."
        )
    };
    let second = match after_goodbye(m, done.socket) {
        // The first sentence has said it.
        text if text.ends_with(" is CLOSED.") => String::new(),
        text => text,
    };
    Happening::new([first, second], why::CLOSE)
}

/// The other program's recv that returned 0 in this step.
fn end_read<'a>(m: &Moment<'a>) -> Option<(Actor, &'a CallDone)> {
    m.companion(&["recv", "recvfrom"])
        .filter(|(_, recv)| recv.ret == 0)
}

/// A goodbye, and the peer's `recv`, which waited and learned of it, returned in one step.
pub(super) fn parted(
    m: &Moment<'_>,
    goodbye: &CallDone,
    closer: Actor,
    recv: &CallDone,
    reader: Actor,
) -> Happening {
    let first = format!(
        "{} returned 0: {} says goodbye (FIN), and {}'s recv woke and returned 0: the end of the stream.",
        goodbye.call.name(),
        the(closer),
        the(reader)
    );
    Happening::new([first, state_of(m.socket(recv.socket))], why::END)
}

/// Where both ends are after a goodbye, as far as the kernel has told.
fn after_goodbye(m: &Moment<'_>, id: Option<SocketId>) -> String {
    let mine = m.socket(id);
    let peer = m.peer(id);
    let other = m.other(id);
    let peer_state = peer.map(|p| p.state);
    match (mine.map(|s| s.state), peer_state) {
        (Some(state @ (TcpState::FinWait1 | TcpState::FinWait2)), Some(TcpState::CloseWait)) => {
            format!(
                "Its end is in {state}, and {other}'s in CLOSE-WAIT until {other}'s program closes too."
            )
        }
        (Some(TcpState::Closed), Some(TcpState::TimeWait)) => format!(
            "{}, who said goodbye first, keeps its end in TIME-WAIT for a while, for late packets.",
            first_upper(&other)
        ),
        (Some(TcpState::TimeWait), _) => {
            "Both have said goodbye; its end stays in TIME-WAIT for a while, for late packets."
                .to_owned()
        }
        (Some(TcpState::Established), _) => "Its kernel does the rest by itself.".to_owned(),
        _ => state_of(mine),
    }
}

fn after_reset(m: &Moment<'_>, id: Option<SocketId>) -> String {
    let other = m.other(id);
    match m.peer(id).map(|p| p.state) {
        Some(TcpState::Closed) => format!(
            "{}'s end is CLOSED as well, without having been asked.",
            first_upper(&other)
        ),
        _ => "What was not delivered or read is thrown away.".to_owned(),
    }
}

/// `The client's end is in CLOSE-WAIT: ...`; empty for a socket that has told no state.
pub(super) fn state_of(socket: Option<&SocketState>) -> String {
    let Some(socket) = socket.filter(|s| !s.path.is_empty()) else {
        return String::new();
    };
    let whose = the_first(socket.id.actor);
    match socket.state {
        TcpState::CloseWait => {
            format!("{whose}'s end is in CLOSE-WAIT: it can still send, until its program closes.")
        }
        TcpState::Closed => format!("{whose}'s end is CLOSED."),
        state => format!("{whose}'s end is in {state}: it {}.", meaning(state)),
    }
}

/// A state's meaning after `it`.
fn meaning(state: TcpState) -> &'static str {
    match state {
        TcpState::Closed => "has no connection",
        TcpState::Established => "is open both ways",
        TcpState::FinWait2 => "waits for the peer's goodbye",
        TcpState::SynReceived => "has answered and waits for the confirmation",
        TcpState::CloseWait => "can still send",
        TcpState::Closing => "waits for the last acknowledgement, as the peer does",
        TcpState::TimeWait => "is kept for a while, for late packets",
        state => state.meaning(),
    }
}
