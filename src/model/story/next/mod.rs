//! What makes sense now: for one actor, as a menu; and for the whole conversation, as one next statement.

mod walk;

pub use self::walk::next_step;
use super::whose::server_is_foreign;
use crate::model::{
    errno::Errno,
    event::AckLevel,
    ids::{Actor, SocketId},
    session::{Session, SocketState},
    tcp::TcpState,
};

/// What a client says when nobody tells it what to say, as a literal of the command language.
pub const CLIENT_SAYS: &str = r#""hello, server\r\n""#;
/// What a server answers then.
pub const SERVER_SAYS: &str = r#""I have received it\r\n""#;

/// A call that makes sense now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The key that does it in the actor's box.
    pub key: char,
    /// The statement.
    pub text: String,
    /// What it does, in a few words.
    pub about: &'static str,
}

/// The calls that make sense for this actor now, the most sensible first.
pub fn sensible(session: &Session, actor: Actor) -> Vec<Suggestion> {
    let mut menu = Vec::new();
    if session.is_capture() || actor == Actor::Server && server_is_foreign(session) {
        return Vec::new();
    }
    let mut add = |weight: u8, key: char, text: String, about: &'static str| {
        menu.push((weight, Suggestion { key, text, about }));
    };
    let state = session.actors.get(&actor);
    if state.is_some_and(|a| !a.waiting.is_empty()) {
        add(
            0,
            'c',
            format!("{actor} cancel"),
            "interrupt the call that waits, with a signal",
        );
        if !state.is_some_and(|a| a.concurrent) {
            return menu.into_iter().map(|(_, s)| s).collect();
        }
    }
    let connection = open_connection(session, actor);
    match actor {
        Actor::Server => {
            if let Some(listener) = session.listener(actor) {
                let callers = waiting_callers(session, listener);
                let (weight, about) = match (callers, connection) {
                    (1.., None) => (1, "take the first caller from the accept queue"),
                    (1.., Some(_)) => (5, "take the first caller from the accept queue"),
                    (0, None) => (1, "wait for a caller"),
                    (0, Some(_)) => (7, "wait for another caller"),
                };
                // A second accept would only queue behind the one that waits.
                if listener.fd.is_some() && !waits_on(session, listener) {
                    add(weight, 'A', "server accept".to_owned(), about);
                    if connection.is_none() {
                        let text = format!("{} close", listener.id);
                        add(9, 'X', text, "stop listening: nobody can connect any more");
                    }
                }
            } else {
                let bound = connection.is_some_and(|c| c.peer.is_none() && c.local.is_some());
                let text = if bound {
                    "server listen".to_owned()
                } else {
                    format!("server listen {}", session.port_to_listen_on())
                };
                add(1, 'L', text, "wait for callers at an address");
            }
        }
        Actor::Client(_) => {
            if connection.is_none_or(|c| c.peer.is_none()) {
                add(1, 'C', format!("{actor} connect"), "call the server");
            }
        }
    }
    if let Some(connection) = connection.filter(|c| !waits_on(session, c)) {
        on_a_connection(session, actor, connection, &mut add);
    }
    menu.sort_by_key(|(weight, _)| *weight);
    menu.into_iter().map(|(_, s)| s).collect()
}

fn on_a_connection(
    session: &Session,
    actor: Actor,
    socket: &SocketState,
    add: &mut impl FnMut(u8, char, String, &'static str),
) {
    let connected = socket.peer.is_some() || socket.written > 0 || socket.state.is_connection();
    let over = is_over(socket);
    if connected && !over {
        let unread = unread(session, socket) > 0;
        let can_end = socket.state.fin_received();
        let may_send = !socket.state.fin_sent();
        let must_speak = may_send && owes_words(session, socket);
        match (unread, socket.end_seen, can_end) {
            (true, ..) => add(0, 'R', format!("{actor} recv"), "read what has arrived"),
            (false, false, true) => {
                add(2, 'R', format!("{actor} recv"), "read the end: 0 bytes");
            }
            (false, false, false) => add(3, 'R', format!("{actor} recv"), "wait for bytes"),
            (false, true, _) => {}
        }
        if may_send {
            let says = words(actor);
            let about = if must_speak && actor == Actor::Server {
                "answer: tell the client that it was read"
            } else {
                "hand bytes to the kernel"
            };
            add(
                if must_speak { 1 } else { 4 },
                'S',
                format!("{actor} send {says}"),
                about,
            );
            let about = "say goodbye, and go on reading";
            add(6, 'H', format!("{actor} shutdown write"), about);
        }
        let close = if socket.end_seen || can_end && !unread {
            1
        } else {
            4
        };
        add(
            close,
            'X',
            format!("{actor} close"),
            "say goodbye and let go of the socket",
        );
        let about = "end at once with a reset, without goodbye";
        add(8, 'K', format!("{actor} abort"), about);
    } else {
        if connected {
            let (weight, about) = if unread_error(session, socket) {
                (0, "read the error: ECONNRESET")
            } else {
                (7, "see what recv says when the connection is over")
            };
            add(weight, 'R', format!("{actor} recv"), about);
            let about = "see how a send fails when the connection is over";
            add(6, 'S', format!("{actor} send {}", words(actor)), about);
        }
        add(5, 'X', format!("{actor} close"), "let go of the socket");
    }
    let about = "ask for an option: the receive buffer's size";
    add(9, 'O', format!("{actor} getsockopt SO_RCVBUF"), about);
}

/// Whether a call on this very socket waits: another one for it would have to queue.
fn waits_on(session: &Session, socket: &SocketState) -> bool {
    session
        .actors
        .get(&socket.id.actor)
        .is_some_and(|a| a.waiting.iter().any(|w| w.socket == Some(socket.id)))
}

/// Whether there was a connection, and the kernel has ended it.
fn is_over(socket: &SocketState) -> bool {
    socket.state == TcpState::Closed && !socket.path.is_empty()
}

/// Whether the connection was reset, and no call has failed since then: the next one reports why.
fn unread_error(session: &Session, socket: &SocketState) -> bool {
    let Some(end) = socket.path.last().filter(|_| is_over(socket)) else {
        return false;
    };
    // After the peer's FIN recv does not report a reset any more, but the end of the stream.
    let reset = matches!(
        end.from,
        TcpState::Established | TcpState::FinWait1 | TcpState::FinWait2
    );
    let told = session
        .actors
        .get(&socket.id.actor)
        .and_then(|a| a.last)
        .is_some_and(|call| {
            call.errno.is_some()
                && (call.event > end.event || call.errno == Some(Errno::ECONNRESET))
        });
    reset && socket.fd.is_some() && !told
}

fn words(actor: Actor) -> &'static str {
    match actor {
        Actor::Server => SERVER_SAYS,
        Actor::Client(_) => CLIENT_SAYS,
    }
}

/// The actor's newest open socket that does not listen.
fn open_connection(session: &Session, actor: Actor) -> Option<&SocketState> {
    session
        .newest(actor.into())
        .filter(|s| s.fd.is_some() && !s.is_listener() && !s.is_pending())
}

fn waiting_callers(session: &Session, listener: &SocketState) -> u64 {
    let pending = session
        .sockets_of(listener.id.actor)
        .filter(|s| s.is_pending())
        .count();
    listener.recv_q.unwrap_or(0).max(pending as u64)
}

/// Bytes that this socket's program could read now, as far as is known.
pub(super) fn unread(session: &Session, socket: &SocketState) -> u64 {
    let by_the_ledger = socket
        .peer_socket
        .and_then(|peer| session.ledger(peer).places().receive_queue);
    let by_the_counts = socket
        .counts
        .and_then(|c| Some(c.received.saturating_sub(c.copied?.max(socket.read))));
    by_the_ledger.or(by_the_counts).unwrap_or(0)
}

/// Whether it is this program's turn to speak: a client that has said nothing yet, or a server that has read and not
/// answered.
fn owes_words(session: &Session, socket: &SocketState) -> bool {
    let SocketId { actor, .. } = socket.id;
    match actor {
        Actor::Client(_) => socket.written == 0,
        Actor::Server => {
            let answered = socket
                .peer_socket
                .and_then(|peer| session.socket(peer))
                .map_or(if socket.written > 0 { socket.read } else { 0 }, |p| {
                    p.acknowledged(AckLevel::Application)
                });
            socket.read > answered
        }
    }
}

#[cfg(test)]
mod tests;
