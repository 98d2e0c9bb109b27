//! What makes sense now: for one actor, as a menu; and for the whole conversation, as one next statement.

use crate::model::{
    call::Call,
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
                if listener.fd.is_some() {
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
                    format!("server listen {}", session.server_address.port())
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
    if let Some(connection) = connection {
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
    let over = connected && socket.state == TcpState::Closed && !socket.path.is_empty();
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
        add(5, 'X', format!("{actor} close"), "let go of the socket");
    }
    let about = "ask for an option: the receive buffer's size";
    add(9, 'O', format!("{actor} getsockopt SO_RCVBUF"), about);
}

/// The next statement: of the script while it has one, and then what leads through the four lines again.
pub fn next_step(session: &Session) -> Option<String> {
    if let Some(line) = session.next_in_script() {
        return Some(line.text.clone());
    }
    let server = Actor::Server;
    let client = talker(session);
    let server_waits = session.waiting(server).map(Call::name);
    let client_waits = session.waiting(client).map(Call::name);
    let serving = session
        .actors
        .get(&server)
        .is_some_and(|a| a.serving.is_some());
    let server_end = open_connection(session, server).filter(|s| s.peer.is_some());
    let client_end = open_connection(session, client).filter(|s| s.peer.is_some());
    let server_free = server_waits.is_none() && !serving;
    let listener = session.listener(server);

    let server_turn = || -> Option<String> {
        if !server_free {
            return None;
        }
        let Some(end) = server_end else {
            return Some(match listener {
                None => format!("server listen {}", session.server_address.port()),
                Some(_) => "server accept".to_owned(),
            });
        };
        let dead = end.state == TcpState::Closed && !end.path.is_empty();
        if dead || end.end_seen {
            return Some("server close".to_owned());
        }
        if unread(session, end) > 0 || end.state.fin_received() {
            return Some("server recv".to_owned());
        }
        if end.read > 0 && owes_words(session, end) {
            return Some(format!("server send {SERVER_SAYS}"));
        }
        if end.read == 0 {
            return Some("server recv".to_owned());
        }
        None
    };
    let client_turn = || -> Option<String> {
        if client_waits.is_some() {
            return None;
        }
        let Some(end) = client_end else {
            // Someone must listen, and the server be willing, before a call makes sense.
            return listener
                .filter(|_| server_end.is_none())
                .map(|_| format!("{client} connect"));
        };
        let dead = end.state == TcpState::Closed && !end.path.is_empty();
        if dead || end.end_seen || end.state.fin_received() && unread(session, end) == 0 {
            return Some(format!("{client} close"));
        }
        if unread(session, end) > 0 {
            return Some(format!("{client} recv"));
        }
        let hungry = server_waits == Some("recv");
        if end.written == 0 || hungry {
            return (!end.state.fin_sent()).then(|| format!("{client} send {CLIENT_SAYS}"));
        }
        None
    };

    // A server that listens and has nobody gets its caller into accept first, as in the four lines; then who has
    // something to read, to send or to close goes on, the client first, since its words are what the server waits for.
    let conversation_over = || {
        let ends = server_end.is_some() && server_free;
        ends.then(|| "server close".to_owned())
    };
    let cancel = || {
        let who = if client_waits.is_some() {
            Some(client)
        } else {
            server_waits.map(|_| server)
        };
        who.map(|who| format!("{who} cancel"))
    };
    let nobody_there = server_end.is_none() && client_end.is_none();
    if nobody_there {
        server_turn().or_else(client_turn)
    } else {
        client_turn().or_else(server_turn)
    }
    .or_else(conversation_over)
    .or_else(|| {
        client_end
            .filter(|_| client_waits.is_none())
            .map(|_| format!("{client} recv"))
    })
    .or_else(cancel)
}

/// The client whose turn it is: the one with the newest open socket, else the first.
fn talker(session: &Session) -> Actor {
    let newest = session
        .sockets
        .iter()
        .rev()
        .find(|s| s.fd.is_some() && s.id.actor != Actor::Server);
    newest.map_or(Actor::CLIENT, |s| s.id.actor)
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
        .map(|c| c.received.saturating_sub(c.copied.max(socket.read)));
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
mod tests {
    use super::*;
    use crate::model::story::testing::{Play, SCRIPT};

    fn keys(session: &Session, actor: Actor) -> String {
        sensible(session, actor).iter().map(|s| s.key).collect()
    }

    #[test]
    fn free_play_walks_through_the_four_lines_by_itself() {
        let mut play = Play::free();
        for (step, text) in SCRIPT.iter().enumerate() {
            let next = next_step(&play.session()).unwrap();
            assert_eq!(next, *text);
            play.walk(step);
        }
        assert!(play.session().lines.complete());
        assert_eq!(next_step(&play.session()).unwrap(), "server accept");
    }

    #[test]
    fn the_script_goes_first() {
        let mut play = Play::four_lines();
        assert_eq!(next_step(&play.session()).unwrap(), SCRIPT[0]);
        play.listen();
        assert_eq!(next_step(&play.session()).unwrap(), SCRIPT[1]);
    }

    #[test]
    fn the_menu_offers_what_the_state_allows_and_the_best_first() {
        let mut play = Play::free();
        assert_eq!(keys(&play.session(), Actor::Server), "L");
        assert_eq!(keys(&play.session(), Actor::CLIENT), "C");
        play.listen();
        assert_eq!(keys(&play.session(), Actor::Server), "AX");
        play.accept();
        assert_eq!(keys(&play.session(), Actor::Server), "c");
        play.connect(Actor::CLIENT);
        assert_eq!(keys(&play.session(), Actor::CLIENT), "SRXHKO");
        play.send(Actor::CLIENT, b"hi");
        assert!(keys(&play.session(), Actor::Server).starts_with('R'));
        play.recv(Actor::Server);
        assert!(keys(&play.session(), Actor::Server).starts_with('S'));
        play.send(Actor::Server, b"ok")
            .recv(Actor::CLIENT)
            .close(Actor::Server);
        assert!(keys(&play.session(), Actor::CLIENT).starts_with('X'));
        assert_eq!(keys(&play.session(), Actor::Server), "AX");
    }
}
