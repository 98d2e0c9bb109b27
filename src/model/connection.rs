//! The newest connection as its packets tell it, added up packet by packet, so that a claim about it need not look
//! through the journal.

use super::packet::{Arrival, Notable, Packet, PacketKind, PacketNo, Protocol};
use core::net::SocketAddr;

/// Of so many packets it is kept what they are.
const KINDS_KEPT: usize = 32;

/// A connection, from its SYN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The packet that asked for it.
    pub first: PacketNo,
    /// Who asked for it.
    pub client: SocketAddr,
    /// Who was asked.
    pub server: SocketAddr,
    /// What its first packets are, in the order in which they entered the cable, in both directions.
    pub kinds: Vec<PacketKind>,
    /// How many packets it has so far, without those that were told together.
    pub count: u64,
    notable: [u64; Notable::TABLE.len()],
    arrivals: [u64; 2],
}

impl Connection {
    /// The connection that a packet asks for: a SYN that is neither sent again nor a copy.
    pub(super) fn asked_for_by(packet: &Packet) -> Option<Self> {
        let anew = packet.kind() == Some(PacketKind::Syn)
            && packet.copy_of.is_none()
            && !packet.notable.contains(&Notable::Retransmission);
        anew.then(|| Self {
            first: packet.number,
            client: packet.from,
            server: packet.to,
            kinds: Vec::new(),
            count: 0,
            notable: [0; Notable::TABLE.len()],
            arrivals: [0; 2],
        })
    }

    fn has(&self, packet: &Packet) -> bool {
        packet.protocol == Protocol::Tcp
            && packet.number >= self.first
            && packet.is_between(self.client, self.server)
    }

    /// A packet has entered the cable.
    pub(super) fn entered(&mut self, packet: &Packet) {
        if !self.has(packet) {
            return;
        }
        if self.kinds.len() < KINDS_KEPT {
            self.kinds.extend(packet.kind());
        }
        self.count += 1;
        for notable in &packet.notable {
            self.notable[*notable as usize] += 1;
        }
    }

    /// A packet has arrived so.
    pub(super) fn arrived(&mut self, packet: &Packet, arrival: Arrival) {
        if self.has(packet) {
            self.arrivals[arrival as usize] += 1;
        }
    }

    /// How many of its packets had this to them when they entered the cable.
    pub const fn notable(&self, notable: Notable) -> u64 {
        self.notable[notable as usize]
    }

    /// How many of its packets arrived so.
    pub const fn arrivals(&self, arrival: Arrival) -> u64 {
        self.arrivals[arrival as usize]
    }
}
