//! Whose are the two ends? Ours, or somebody else's program of which only what comes from it can be known.

use crate::model::{
    ids::{Actor, Side},
    session::{Session, SocketState},
};
use core::net::SocketAddr;

/// Whether the server of this conversation is somebody else's: the script lets only clients act, or a client is
/// connected to an address where nothing of ours listens; and no server of ours has a socket.
pub fn server_is_foreign(session: &Session) -> bool {
    if session.is_capture() || session.sockets_of(Actor::Server).next().is_some() {
        return false;
    }
    let acts = |side: Side| {
        session
            .script
            .iter()
            .any(|line| actor_of(&line.text).is_some_and(|a| a.side() == side))
    };
    let called = || {
        session
            .sockets
            .iter()
            .any(|s| s.id.actor.side() == Side::Client && foreign_peer(session, s).is_some())
    };
    !acts(Side::Server) && (acts(Side::Client) || called())
}

/// The peer's address, when the program at the other end is not ours.
pub fn foreign_peer(session: &Session, socket: &SocketState) -> Option<SocketAddr> {
    let peer = socket.peer.filter(|_| socket.peer_socket.is_none())?;
    // Between a call's return and the look at its socket an end of ours may not have its name yet.
    let ours = session
        .sockets
        .iter()
        .filter(|s| s.id.actor.side() != socket.id.actor.side())
        .any(|s| match s.local {
            Some(local) => {
                local == peer || local.port() == peer.port() && local.ip().is_unspecified()
            }
            None => s.fd.is_some() && socket.id.actor == Actor::Server,
        });
    (!ours).then_some(peer)
}

/// The actor that a statement is for.
fn actor_of(statement: &str) -> Option<Actor> {
    statement.split([' ', '.']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::story::testing::Play;

    #[test]
    fn a_client_alone_talks_to_a_server_that_is_not_ours() {
        assert!(!server_is_foreign(&Play::free().session()));
        assert!(!server_is_foreign(&Play::four_lines().session()));
        let mut play = Play::client_alone();
        assert!(server_is_foreign(&play.session()));
        play.connect_out(Actor::CLIENT);
        assert!(server_is_foreign(&play.session()));
        let session = play.session();
        assert_eq!(
            foreign_peer(&session, &session.sockets[0]),
            Some(session.server_address)
        );
        let mut play = Play::free();
        play.connect_out(Actor::CLIENT);
        assert!(server_is_foreign(&play.session()));
    }

    #[test]
    fn a_stranger_at_our_server_is_known_as_one() {
        let mut play = Play::free();
        play.listen().accept().visit();
        let session = play.session();
        assert!(!server_is_foreign(&session));
        assert!(foreign_peer(&session, &session.sockets[1]).is_some());
        let (walked, moments) = Play::walked();
        for session in moments.iter().chain([&walked.session()]) {
            for socket in &session.sockets {
                assert_eq!(foreign_peer(session, socket), None, "{socket:?}");
            }
        }
    }
}
