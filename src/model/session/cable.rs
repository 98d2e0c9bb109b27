//! The cable at one moment: what lies on it, what it was told, and how the latest packets fared.

use super::super::{
    ids::{EventId, Nanos, Side},
    packet::{Arrival, Decider, Fate, Handling, Packet, PacketNo},
};
use std::{collections::VecDeque, sync::Arc};

/// Packets that have left the cable and are kept at hand; all others are in the journal.
pub const RECENT_PACKETS: usize = 64;

/// What has become of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub fate: Fate,
    /// Who decided it.
    pub by: Decider,
    /// What was notable about its arrival.
    pub arrival: Option<Arrival>,
    /// The event that told it.
    pub event: EventId,
    /// When.
    pub at: Nanos,
}

/// One packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketState {
    /// Which.
    pub number: PacketNo,
    /// The event in which it entered the cable; what it is stands there.
    pub event: EventId,
    /// Which way it goes.
    pub toward: Side,
    /// When it entered the cable.
    pub since: Nanos,
    /// Who holds it, while it lies there until somebody lets it go.
    pub held: Option<Decider>,
    /// Until when it is under way, and who decided that.
    pub until: Option<(Nanos, Decider)>,
    /// Whether one of its bytes was changed.
    pub corrupted: bool,
    /// The one with which it changed places.
    pub swapped: Option<PacketNo>,
    /// What has become of it; `None` while it lies on the cable.
    pub ended: Option<Ended>,
}

/// The cable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CableState {
    /// What it does with what passes, as text, oldest first.
    pub rules: Arc<[String]>,
    /// Whether the kernels may hand over super-packets.
    pub offload: bool,
    /// The packets that lie on it, and before them the latest that have left it: in the order in which they entered,
    /// or, where they have changed places, in that in which they will leave.
    pub packets: VecDeque<PacketState>,
    /// How many have entered it, copies and those that were told together included.
    pub entered: u64,
    /// How many were delivered.
    pub delivered: u64,
    /// How many were dropped.
    pub dropped: u64,
    /// How many the cable had no room for.
    pub lost: u64,
}

impl CableState {
    /// A packet that lies on it or has left it lately.
    pub fn packet(&self, number: PacketNo) -> Option<&PacketState> {
        self.packets.iter().rev().find(|p| p.number == number)
    }

    /// Those that lie on it, in order.
    pub fn on_it(&self) -> impl DoubleEndedIterator<Item = &PacketState> {
        self.packets.iter().filter(|p| p.ended.is_none())
    }

    /// Those that somebody must let go.
    pub fn held(&self) -> impl DoubleEndedIterator<Item = &PacketState> {
        self.on_it().filter(|p| p.held.is_some())
    }

    pub(super) fn entered(&mut self, event: EventId, at: Nanos, packet: &Packet) {
        self.entered = self.entered.saturating_add(1);
        self.packets.push_back(PacketState {
            number: packet.number,
            event,
            toward: packet.toward,
            since: at,
            held: None,
            until: None,
            corrupted: false,
            swapped: None,
            ended: None,
        });
        // Captured packets have left no cable of ours, so they are the oldest that go.
        while self.packets.len() > MOST_PACKETS {
            self.packets.pop_front();
        }
    }

    /// Lets go of the oldest packets: in a capture, nothing becomes of them any more.
    pub(super) fn forget_all_but(&mut self, most: usize) {
        while self.packets.len() > most {
            self.packets.pop_front();
        }
    }

    pub(super) fn handled(&mut self, number: PacketNo, handling: Handling, by: &Decider) {
        let place = |n| self.packets.iter().rposition(|p| p.number == n);
        let Some(i) = place(number) else { return };
        match handling {
            Handling::Held => self.packets[i].held = Some(by.clone()),
            Handling::Delayed { until_ns } => self.packets[i].until = Some((until_ns, by.clone())),
            Handling::Corrupted { .. } => self.packets[i].corrupted = true,
            Handling::Swapped { with } => {
                if let Some(j) = place(with) {
                    self.packets[i].swapped = Some(with);
                    self.packets[j].swapped = Some(number);
                    self.packets.swap(i, j);
                }
            }
        }
    }

    pub(super) fn ended(&mut self, number: PacketNo, ended: Ended) {
        let count = match ended.fate {
            Fate::Delivered => &mut self.delivered,
            Fate::Dropped => &mut self.dropped,
            Fate::Lost => &mut self.lost,
        };
        *count = count.saturating_add(1);
        if let Some(packet) = self.packets.iter_mut().rev().find(|p| p.number == number) {
            (packet.held, packet.until) = (None, None);
            packet.ended = Some(ended);
        }
        let gone = self.packets.iter().filter(|p| p.ended.is_some()).count();
        if gone > RECENT_PACKETS
            && let Some(oldest) = self.packets.iter().position(|p| p.ended.is_some())
        {
            self.packets.remove(oldest);
        }
    }

    pub(super) fn passed(&mut self, packets: u64) {
        self.entered = self.entered.saturating_add(packets);
        self.delivered = self.delivered.saturating_add(packets);
    }
}

/// Packets kept at hand altogether; the cable itself has room for fewer.
const MOST_PACKETS: usize = 4096;
