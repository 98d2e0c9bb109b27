//! Which end is the server? A SYN tells: who is asked listens. Without one it is guessed from the ports, since servers
//! are called at fixed, low ones.

use crate::{
    model::{
        ids::Side,
        packet::{Protocol, TcpFlags},
    },
    packet::{Brief, brief},
};
use core::net::{IpAddr, SocketAddr};
use std::collections::HashMap;

/// So many conversations, and so many hosts, are remembered; then all are forgotten, and found anew.
const MOST: usize = 2048;

/// Both ends of a conversation, in an order that does not depend on who sends.
pub(super) type Pair = (Protocol, SocketAddr, SocketAddr);

/// The conversation of a packet.
pub(super) fn pair(brief: &Brief) -> Pair {
    let (low, high) = if brief.from <= brief.to {
        (brief.from, brief.to)
    } else {
        (brief.to, brief.from)
    };
    (brief.protocol, low, high)
}

/// How it is known who the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// By a SYN, or it was known before.
    Told,
    /// By the ports, just now.
    Guessed,
}

/// Who the servers are.
#[derive(Clone, Debug, Default)]
pub(super) struct Ways {
    servers: HashMap<Pair, SocketAddr>,
    hosts: HashMap<IpAddr, Side>,
}

impl Ways {
    /// Which way a packet goes.
    pub(super) fn toward(&mut self, packet: &Brief, bytes: &[u8]) -> (Side, How) {
        let has_ports = packet.from.port() != 0 || packet.to.port() != 0;
        if !matches!(packet.protocol, Protocol::Tcp | Protocol::Udp) || !has_ports {
            return (self.between_hosts(packet, bytes), How::Told);
        }
        let flags = packet.tcp.map_or(TcpFlags::default(), |tcp| tcp.flags);
        let (syn, ack) = (flags.has(TcpFlags::SYN), flags.has(TcpFlags::ACK));
        let key = pair(packet);
        let known = self.servers.get(&key).copied();
        let (server, how) = match known {
            // Who asks is the client, whatever was thought before.
            _ if syn && !ack => (packet.to, How::Told),
            Some(server) => (server, How::Told),
            None if syn => (packet.from, How::Told),
            None if packet.from.port() < packet.to.port() => (packet.from, How::Guessed),
            None => (packet.to, How::Guessed),
        };
        if known != Some(server) {
            self.remember(key, server);
        }
        let toward = if server == packet.to {
            Side::Server
        } else {
            Side::Client
        };
        (toward, how)
    }

    fn remember(&mut self, key: Pair, server: SocketAddr) {
        if self.servers.len() >= MOST {
            self.servers.clear();
        }
        if self.hosts.len() >= MOST {
            self.hosts.clear();
        }
        self.servers.insert(key, server);
        for end in [key.1, key.2] {
            let side = if end == server {
                Side::Server
            } else {
                Side::Client
            };
            self.hosts.entry(end.ip()).or_insert(side);
        }
    }

    /// Of packets without ports: a message about a packet goes to whoever sent that packet; of the others, the one who
    /// speaks first is a client, if nothing else is known of the two.
    fn between_hosts(&mut self, packet: &Brief, bytes: &[u8]) -> Side {
        let about = self.about(packet, bytes);
        let known = |ip: IpAddr| self.hosts.get(&ip).copied();
        let toward = about
            .or_else(|| known(packet.to.ip()))
            .or_else(|| known(packet.from.ip()).map(|side| !side))
            .unwrap_or(Side::Server);
        if self.hosts.len() >= MOST {
            self.hosts.clear();
        }
        self.hosts.entry(packet.to.ip()).or_insert(toward);
        self.hosts.entry(packet.from.ip()).or_insert(!toward);
        toward
    }

    /// The end that sent the packet that an ICMP message is about.
    fn about(&self, packet: &Brief, bytes: &[u8]) -> Option<Side> {
        let is_icmp = matches!(packet.protocol, Protocol::Icmp | Protocol::Icmpv6);
        let inner = bytes.get(packet.data as usize..).filter(|_| is_icmp)?;
        let inner = brief(inner);
        let server = self.servers.get(&pair(&inner))?;
        Some(if inner.from == *server {
            Side::Server
        } else {
            Side::Client
        })
    }

    /// About how many bytes a copy takes.
    pub(super) fn weight(&self) -> usize {
        self.servers.capacity() * (size_of::<(Pair, SocketAddr)>() + 1)
            + self.hosts.capacity() * (size_of::<(IpAddr, Side)>() + 1)
    }
}
