//! Peers that are no sockets of ours: somebody else's server or client, of which only what comes from it is known.

use crate::{
    app::App,
    model::{
        ids::Side,
        session::{Session, SocketState},
    },
};
use core::net::SocketAddr;

/// The peer's address, if the peer is certainly not ours.
pub(super) fn peer(session: &Session, socket: &SocketState) -> Option<SocketAddr> {
    let peer = socket.peer.filter(|_| socket.peer_socket.is_none())?;
    let there = session
        .sockets
        .iter()
        .filter(|s| s.id.actor.side() != socket.id.actor.side());
    // One of ours may be that peer and not be known as such yet: it listens there, or has told no address.
    let may_be = |s: &SocketState| match s.local {
        Some(local) if s.is_listener() => {
            local.port() == peer.port() && (local.ip() == peer.ip() || local.ip().is_unspecified())
        }
        Some(local) => local == peer,
        None => s.fd.is_some() && s.id.actor.side() == Side::Client,
    };
    (!there.into_iter().any(may_be)).then_some(peer)
}

/// The address of the peer on this side, if the conversation that is looked at has a foreign one there.
pub(super) fn on(app: &App, side: Side) -> Option<SocketAddr> {
    let (server, client) = super::bytes::ends(app);
    let (there, here) = match side {
        Side::Server => (server, client),
        Side::Client => (client, server),
    };
    if there.is_some_and(|s| s.peer.is_some()) {
        return None;
    }
    peer(app.session(), here?)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        model::{
            book::Book,
            call::{Call, Family, MsgFlags},
            event::{Fact, Source},
            ids::{Actor, Fd, SocketId},
            payload::Payload,
            story::testing::Play,
            tcp::TcpState,
        },
        ui::screens::tests::app,
    };

    /// Our client at somebody else's server: it sends 15 bytes, which are acknowledged if so wished, and reads 20.
    pub(in crate::ui::screens) fn at_their_server(acknowledged: bool) -> Book {
        let (who, fd) = (Actor::CLIENT, Fd(3));
        let id = SocketId::own(who, 0);
        let addr = ([127, 0, 0, 1], 23456).into();
        let flags = MsgFlags::default();
        let mut play = Play::free();
        play.ask("client connect 23456");
        let domain = Family::INET;
        play.call(who, None, Call::Socket { domain }, 3, |d| d.made = Some(id));
        play.call(who, Some(id), Call::Connect { fd, addr }, 0, |_| {});
        let name = Fact::Socket {
            socket: id,
            cookie: 7,
            local: ([127, 0, 0, 1], 40000).into(),
            peer: Some(addr),
            was: None,
        };
        play.see(Some(who), Source::Kernel, name);
        play.state(id, TcpState::Established);
        play.ask("client send \"hello, server\\r\\n\"");
        let data = Payload::capped(b"hello, server\r\n", 64);
        let send = Call::Send {
            fd,
            len: 15,
            flags,
            data,
        };
        play.call(who, Some(id), send, 15, |_| {});
        if acknowledged {
            let counts = Fact::Progress {
                socket: id,
                taken: Some(15),
                sent: 15,
                acked: 15,
                received: 20,
                copied: Some(0),
            };
            play.see(Some(who), Source::Kernel, counts);
        }
        play.ask("client recv");
        let recv = Call::Recv {
            fd,
            len: 4096,
            flags,
        };
        play.call(who, Some(id), recv, 20, |d| {
            d.data = Some(Payload::capped(b"I have received it\r\n", 64));
        });
        play.into_book()
    }

    #[test]
    fn a_peer_is_foreign_when_no_socket_of_ours_can_be_it() {
        let theirs = app(at_their_server(true));
        assert_eq!(
            on(&theirs, Side::Server).map(|a| a.to_string()).as_deref(),
            Some("127.0.0.1:23456")
        );
        assert_eq!(on(&theirs, Side::Client), None);
        let ours = app(Play::walked().0.into_book());
        assert_eq!(on(&ours, Side::Server), None);
        assert_eq!(on(&ours, Side::Client), None);
    }
}
