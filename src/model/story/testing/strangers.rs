//! Conversations with a program that is not ours: only our end of them is in the journal.

use super::Play;
use crate::model::{
    call::{Call, MsgFlags},
    event::{CAPTURE, Fact, Sight, Source},
    ids::{Actor, Side, SocketId},
    packet::TcpFlags,
    payload::Payload,
    tcp::TcpState,
};
use core::net::{IpAddr, SocketAddr};

/// From where a stranger calls.
const STRANGER: SocketAddr = SocketAddr::new(IpAddr::V4(core::net::Ipv4Addr::LOCALHOST), 36372);

impl Play {
    /// Somebody's capture of a conversation: calls and kernels are not in it, only packets and what follows from them.
    /// The client says goodbye first.
    pub fn somebodys() -> Self {
        let server: IpAddr = [10, 0, 0, 1].into();
        let client: IpAddr = [10, 0, 0, 2].into();
        let mut play = Self::on(CAPTURE, server, client, Sight::Capture, &[]);
        let (syn, ack, fin) = (TcpFlags::SYN, TcpFlags::ACK, TcpFlags::FIN);
        let (to_server, to_client) = (Side::Server, Side::Client);
        let mine = SocketId::own(Actor::CLIENT, 1);
        let theirs = SocketId::own(Actor::Server, 1);
        let ports = (
            SocketAddr::new(server, 10008),
            SocketAddr::new(client, 49164),
        );
        play.packet(to_server, syn, (0, 0), b"");
        play.name(mine, ports.1, Some(ports.0), None)
            .name(theirs, ports.0, Some(ports.1), None)
            .state(mine, TcpState::SynSent);
        play.packet(to_client, syn | ack, (0, 1), b"");
        play.state(theirs, TcpState::SynReceived);
        play.packet(to_server, ack, (1, 1), b"");
        play.state(mine, TcpState::Established)
            .state(theirs, TcpState::Established)
            .later(crate::model::ids::Nanos::from_millis(500));
        play.packet(to_server, fin | ack, (1, 1), b"");
        play.state(mine, TcpState::FinWait1);
        play.packet(to_client, fin | ack, (1, 2), b"");
        play.state(theirs, TcpState::LastAck);
        play.packet(to_server, ack, (2, 2), b"");
        play.state(mine, TcpState::TimeWait)
            .state(theirs, TcpState::Closed);
        play
    }

    /// `client connect 127.0.0.1:10008`, where somebody else's server takes the call.
    pub fn connect_out(&mut self, who: Actor) -> &mut Self {
        let addr = self.book.session().server_address;
        self.ask(&format!("{who} connect {addr}"));
        let id = self.make_socket(who);
        let fd = self.fd(Some(id));
        let local = SocketAddr::new(addr.ip(), self.next_port);
        self.next_port += 2;
        self.call(who, Some(id), Call::Connect { fd, addr }, 0, |_| {});
        self.name(id, local, Some(addr), None)
            .state(id, TcpState::Established)
            .queue(id, 0, 0)
    }

    /// A stranger calls our server, whose accept waits.
    pub fn visit(&mut self) -> &mut Self {
        let who = Actor::Server;
        let local = self.book.session().server_address;
        let listener = self.book.session().listener(who).map(|s| s.id);
        let fd = self.fd(listener);
        let id = self.new_id(who);
        let made = self.next_fd;
        self.next_fd += 1;
        self.later(crate::model::ids::Nanos::from_millis(500));
        self.call(who, listener, Call::Accept { fd }, made.into(), |done| {
            done.made = Some(id);
            done.addr = Some(STRANGER);
        });
        self.name(id, local, Some(STRANGER), None)
            .state(id, TcpState::Established)
            .queue(id, 0, 0)
    }

    /// What the stranger has sent arrives.
    pub fn arrives(&mut self, socket: SocketId, data: &[u8]) -> &mut Self {
        self.inbox
            .entry(socket)
            .or_default()
            .extend_from_slice(data);
        self.totals.entry(socket).or_default().0 += data.len() as u64;
        let unread = self.inbox[&socket].len() as u64;
        self.progress(socket).queue(socket, unread, 0)
    }

    /// `WHO send "..."` to a stranger, whose TCP acknowledges it.
    pub fn send_out(&mut self, who: Actor, data: &[u8]) -> &mut Self {
        self.ask(&format!(
            "{who} send \"{}\"",
            crate::model::payload::escaped(data)
        ));
        let socket = self.connection(who);
        let call = Call::Send {
            fd: self.fd(socket),
            len: data.len() as u64,
            flags: MsgFlags::default(),
            data: Payload::capped(data, 64),
        };
        self.call(who, socket, call, data.len() as i64, |_| {});
        if let Some(socket) = socket {
            self.totals.entry(socket).or_default().1 += data.len() as u64;
            self.progress(socket);
        }
        self
    }

    /// The stranger says goodbye.
    pub fn leaves(&mut self, socket: SocketId) -> &mut Self {
        self.later(crate::model::ids::Nanos::from_millis(500));
        self.ended.insert(socket, true);
        self.state(socket, TcpState::CloseWait)
    }

    /// The stranger resets the connection.
    pub fn resets(&mut self, socket: SocketId) -> &mut Self {
        self.later(crate::model::ids::Nanos::from_millis(500));
        self.state(socket, TcpState::Closed)
    }

    /// The script's checks: a claim that is asked for, and what came of it.
    pub fn claim(&mut self, text: &str, held: Option<bool>) -> &mut Self {
        self.ask(text);
        let Some(held) = held else { return self };
        let fact = Fact::Expect {
            text: text
                .split_once(' ')
                .map_or(text, |(_, claim)| claim)
                .to_owned(),
            held,
            line: None,
            found: "the last line reached is 4".to_owned(),
        };
        self.see(None, Source::Program, fact)
    }
}
