//! How two programs come together: socket, bind, listen, connect, accept.

use super::{Happening, Moment, why};
use crate::model::{
    call::CallDone,
    event::Fact,
    ids::Actor,
    session::SocketState,
    story::{
        next,
        words::{bytes, the, the_first, verb},
    },
};
use core::net::SocketAddr;

pub(super) fn socket(m: &Moment<'_>, done: &CallDone) -> Happening {
    let first = format!(
        "socket returned {}: {} has a socket, and {} is the number by which it names it.",
        done.ret,
        the(m.who()),
        done.ret
    );
    let second = format!(
        "It has no address and no connection yet; nobody knows of it but {}.",
        the(m.who())
    );
    Happening::new([first, second], why::SOCKET)
}

pub(super) fn bound(m: &Moment<'_>, done: &CallDone, addr: SocketAddr) -> Happening {
    let known = m.socket(done.socket).and_then(|s| s.local);
    let name = known.unwrap_or(addr);
    let first = if addr.port() == 0 && name.port() == 0 {
        format!(
            "bind returned 0: the kernel has picked a free port for {}'s socket.",
            the(m.who())
        )
    } else if addr.port() == 0 {
        format!(
            "bind returned 0: the kernel has picked port {}, so {}'s socket is {name}.",
            name.port(),
            the(m.who())
        )
    } else {
        format!(
            "bind returned 0: {}'s socket has the address {name} now.",
            the(m.who())
        )
    };
    let second = "Nobody can call there yet: the socket does not listen.".to_owned();
    Happening::new([first, second], why::BIND)
}

pub(super) fn listens(m: &Moment<'_>, done: &CallDone, backlog: i32) -> Happening {
    let at = m
        .socket(done.socket)
        .and_then(|s| s.local)
        .map_or_else(String::new, |a| format!(" on {a}"));
    let first = format!(
        "{} listens{at}: from now on its kernel takes callers in, even while its program does nothing.",
        m.who_first()
    );
    let called = m
        .session
        .sockets
        .iter()
        .any(|s| s.peer.is_some() && s.id.actor != m.who());
    let second = match m.who_waits(m.who()) {
        waits if !waits.is_empty() => waits,
        _ if called => String::new(),
        _ => "No client has called yet.".to_owned(),
    };
    let room = backlog.max(0).saturating_add(1);
    Happening::new(
        [first, second],
        &format!("{} {}", why::LISTEN, why::backlog(room)),
    )
}

pub(super) fn connected(m: &Moment<'_>, done: &CallDone, addr: SocketAddr) -> Happening {
    if let Some((server, accept)) = m.companion(&["accept"]) {
        return met(m, accept, server);
    }
    let peer = m.peer(done.socket);
    let first;
    let second;
    let stranger = m.stranger(done.socket).is_some();
    let accept_waits = m
        .others_waiting(m.who())
        .find(|(_, w)| w.call.name() == "accept" && !stranger);
    if let Some((server, _)) = accept_waits {
        first = format!(
            "connect returned 0: {} has a connection with {addr}.",
            the(m.who())
        );
        second = format!("{}'s accept has not returned yet.", the_first(server));
    } else if peer.is_some_and(SocketState::is_pending) {
        let server = m.other(done.socket);
        first = format!(
            "connect returned 0: {} has a connection, though {server}'s program has not accepted. Its kernel shook hands for it.",
            the(m.who())
        );
        second = format!(
            "The connection waits in the accept queue, and {server}'s program does not know of it yet."
        );
    } else {
        first = format!(
            "connect returned 0: {} has a connection with {addr}.",
            the(m.who())
        );
        second =
            "The kernel there has agreed; whether its program has accepted, connect does not tell."
                .to_owned();
    }
    Happening::new([first, second], why::CONNECT)
}

pub(super) fn accepted(m: &Moment<'_>, done: &CallDone) -> Happening {
    if m.companion(&["connect"]).is_some() {
        return met(m, done, m.who());
    }
    let new = done.made.map_or_else(String::new, |s| format!(", {s},"));
    let from = done.addr.map_or_else(String::new, |a| format!(" with {a}"));
    let first = format!(
        "accept returned {}: {} has a new socket{new} for the connection{from}.",
        done.ret,
        the(m.who())
    );
    let unread = m
        .socket(done.made)
        .map_or(0, |s| next::unread(m.session, s));
    let second = if unread > 0 {
        let when = if came_before(m, done) {
            "came before it was accepted"
        } else {
            "have come since"
        };
        format!(
            "{} {}, and {} to be read.",
            bytes(unread),
            if unread == 1 {
                when.replace("have", "has")
            } else {
                when.to_owned()
            },
            verb(unread, "waits", "wait")
        )
    } else {
        listens_on(done)
    };
    Happening::new([first, second], why::ACCEPT)
}

/// Whether bytes had arrived in the accept queue before accept returned: only then the kernel had told of them under
/// the connection's earlier name.
fn came_before(m: &Moment<'_>, accept: &CallDone) -> bool {
    const MOST_BACK: usize = 4096;
    let Some(was) = m.since_the_event().iter().find_map(|e| match &e.fact {
        Fact::Socket { socket, was, .. } if Some(*socket) == accept.made => *was,
        _ => None,
    }) else {
        return false;
    };
    m.before_the_event(MOST_BACK)
        .iter()
        .rev()
        .any(|e| match &e.fact {
            Fact::Progress {
                socket, received, ..
            } => *socket == was && *received > 0,
            Fact::Queue { socket, recv_q, .. } => *socket == was && *recv_q > 0,
            _ => false,
        })
}

/// `connect` and `accept` returned in one step.
fn met(m: &Moment<'_>, accept: &CallDone, server: Actor) -> Happening {
    let first = format!(
        "connect returned 0 and accept returned {}: the connection is open at both ends.",
        accept.ret
    );
    let second = match (accept.made, accept.socket) {
        (Some(made), Some(listener)) => format!(
            "{} has a new socket for it, {made}; its first one, {listener}, listens on for others.",
            the_first(server)
        ),
        _ => m.who_waits(m.who()),
    };
    Happening::new([first, second], why::MET)
}

fn listens_on(accept: &CallDone) -> String {
    accept.socket.map_or_else(String::new, |listener| {
        format!("{listener} listens on for other callers.")
    })
}
