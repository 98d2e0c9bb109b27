//! What comes to the cable, and what it reports about it.

use crate::model::{
    ids::{Nanos, Side},
    packet::{Decider, PacketKind, PacketNo},
};

/// What lies on the cable. The driver's frames implement it.
pub trait Body: Clone {
    /// Changes a byte so that a checksum is wrong; `choice` says which. Returns the byte's place in the packet, or `None`
    /// when there is none that a checksum covers.
    fn corrupt(&mut self, choice: u64) -> Option<u32>;
}

/// A packet that comes to the cable.
#[derive(Clone, Debug)]
pub struct Arriving<B> {
    /// Which way it goes.
    pub toward: Side,
    /// What it is, if it is something that a rule can name.
    pub kind: Option<PacketKind>,
    /// The IP packet's size in bytes.
    pub size: u32,
    /// The packet itself.
    pub body: B,
}

/// Something that has happened to a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened<B> {
    /// Hand it to the kernel of that end.
    Delivered {
        /// Which.
        number: PacketNo,
        /// The packet.
        body: B,
        /// Who let it go.
        by: Decider,
        /// To which end.
        toward: Side,
    },
    /// It was taken off the cable.
    Dropped {
        /// Which.
        number: PacketNo,
        /// Who decided.
        by: Decider,
    },
    /// There was no room for it: nobody decided that.
    Lost {
        /// Which.
        number: PacketNo,
    },
    /// It stays until it is let go; for a swap, until another has passed.
    Held {
        /// Which.
        number: PacketNo,
        /// Who decided.
        by: Decider,
    },
    /// It is under way until then.
    Delayed {
        /// Which.
        number: PacketNo,
        /// Until when.
        until: Nanos,
        /// Who decided.
        by: Decider,
    },
    /// One of its bytes was changed.
    Corrupted {
        /// Which.
        number: PacketNo,
        /// Which byte, from 0.
        byte: u32,
        /// Who decided.
        by: Decider,
    },
    /// It lies behind one now that came after it.
    Swapped {
        /// Which.
        number: PacketNo,
        /// The one that is before it now.
        with: PacketNo,
        /// Who decided.
        by: Decider,
    },
    /// A copy of a packet lies behind it now.
    Copied {
        /// The copy's own number.
        number: PacketNo,
        /// Of which it is a copy.
        of: PacketNo,
        /// Who decided.
        by: Decider,
        /// Which way it goes.
        toward: Side,
        /// The copy, for the journal; the cable keeps its own.
        body: B,
    },
    /// It was dropped because it is too big, and its sender is to be told by ICMP.
    TooBig {
        /// Which.
        number: PacketNo,
        /// Which rule.
        by: Decider,
        /// The largest size that may pass.
        mtu: u32,
        /// Which way it went.
        toward: Side,
        /// The packet, which the ICMP message quotes.
        body: B,
    },
}
