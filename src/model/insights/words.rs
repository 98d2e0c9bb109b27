//! Who is who in the sentences about what is notable.

use crate::model::{
    session::{Session, SocketState},
    story::words::the,
};

/// Whose end it is: `the server`; where an actor has several connections, the name of the socket.
pub(super) fn owner(session: &Session, socket: &SocketState) -> String {
    let theirs = session.sockets_of(socket.id.actor);
    let others = theirs.filter(|s| s.id != socket.id && !s.is_listener() && !s.is_gone());
    let is_one_of_several = !socket.is_listener() && others.take(1).count() > 0;
    if is_one_of_several {
        socket.id.to_string()
    } else {
        the(socket.id.actor)
    }
}

/// The other end, if it is ours.
pub(super) fn peer_of<'a>(session: &'a Session, socket: &SocketState) -> Option<&'a SocketState> {
    session.socket(socket.peer_socket?)
}

/// Whose end the other one is: an address, where nothing more is known.
pub(super) fn other(session: &Session, socket: &SocketState) -> String {
    match (peer_of(session, socket), socket.peer) {
        (Some(peer), _) => owner(session, peer),
        (None, Some(address)) => address.to_string(),
        (None, None) => "the peer".to_owned(),
    }
}

/// Whether a call that waits will take what arrives on this socket.
pub(super) fn is_being_read(session: &Session, socket: &SocketState) -> bool {
    let actor = session.actors.get(&socket.id.actor);
    actor.is_some_and(|a| {
        let mut waiting = a.waiting.iter();
        waiting.any(|w| w.socket == Some(socket.id) && w.call.takes_bytes())
    })
}
