//! One direction of the cable: what lies on it, in order.
//!
//! ```text
//!    enters ──► moving:  7 due 1.2 s │ 8 due 1.2 s │ 9 due 1.3 s ──► delivered when its time has come
//!               held:    4 (hold)    │ 6 (waits for a swap)          overtaken by all that moves
//! ```
//!
//! A place says where in the order a packet lies; it is the packet's number until something is swapped.

use crate::model::{ids::Nanos, packet::PacketNo};
use std::{collections::VecDeque, sync::Arc};

/// How many packets have room on each direction, moving and held together.
pub(super) const MOST_PACKETS: usize = 1000;
/// How many bytes have room on each direction.
pub(super) const MOST_BYTES: u64 = 4 << 20;

/// Where a packet lies: a copy lies behind its original and before the next.
pub(super) type Place = (u64, u64);

/// A packet on the cable.
#[derive(Debug)]
pub(super) struct Lying<B> {
    pub(super) number: PacketNo,
    pub(super) size: u32,
    pub(super) body: B,
    pub(super) place: Place,
    /// Not delivered before, unless by hand.
    pub(super) due: Nanos,
    /// The rule that made it so late.
    pub(super) late_by: Option<Arc<str>>,
    /// It waits until another has passed, because of this rule.
    pub(super) waits_by: Option<Arc<str>>,
}

/// In which of a lane's two queues a packet lies, and where in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    Held(usize),
    Moving(usize),
}

/// One direction.
#[derive(Debug)]
pub(super) struct Lane<B> {
    /// Held or waiting, by place.
    held: VecDeque<Lying<B>>,
    /// By time, then by place.
    moving: VecDeque<Lying<B>>,
    bytes: u64,
    waiting: usize,
}

impl<B> Lane<B> {
    pub(super) const fn new() -> Self {
        Self {
            held: VecDeque::new(),
            moving: VecDeque::new(),
            bytes: 0,
            waiting: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty() && self.moving.is_empty()
    }

    /// How many lie here.
    pub(super) fn len(&self) -> usize {
        self.held.len() + self.moving.len()
    }

    /// Whether one more of this size would be too much.
    pub(super) fn is_full_for(&self, size: u32) -> bool {
        self.len() >= MOST_PACKETS || self.bytes.saturating_add(u64::from(size)) > MOST_BYTES
    }

    /// Whether a packet waits for another to pass.
    pub(super) const fn has_waiting(&self) -> bool {
        self.waiting > 0
    }

    /// The time before which nothing that comes now may be delivered, so that the order is kept, and whose doing that is.
    pub(super) fn last_due(&self) -> Option<(Nanos, Option<&Arc<str>>)> {
        self.moving
            .back()
            .map(|last| (last.due, last.late_by.as_ref()))
    }

    /// When the next one is due, and its place.
    pub(super) fn next_due(&self) -> Option<(Nanos, Place)> {
        self.moving.front().map(|first| (first.due, first.place))
    }

    /// Puts it where it will be delivered in time.
    pub(super) fn put_moving(&mut self, mut packet: Lying<B>) {
        packet.waits_by = None;
        self.bytes = self.bytes.saturating_add(u64::from(packet.size));
        let key = (packet.due, packet.place);
        let at = match self.moving.back() {
            Some(last) if (last.due, last.place) > key => {
                self.moving.partition_point(|m| (m.due, m.place) <= key)
            }
            _ => self.moving.len(),
        };
        self.moving.insert(at, packet);
    }

    /// Puts it where it stays until it is let go.
    pub(super) fn put_held(&mut self, packet: Lying<B>) {
        self.bytes = self.bytes.saturating_add(u64::from(packet.size));
        self.waiting += usize::from(packet.waits_by.is_some());
        let at = self.held.partition_point(|h| h.place <= packet.place);
        self.held.insert(at, packet);
    }

    /// Puts it back into the queue from which it was taken.
    pub(super) fn put_back(&mut self, spot: Spot, packet: Lying<B>) {
        match spot {
            Spot::Held(_) => self.put_held(packet),
            Spot::Moving(_) => self.put_moving(packet),
        }
    }

    /// Takes the first that moves, if its time has come.
    pub(super) fn take_due(&mut self, now: Nanos) -> Option<Lying<B>> {
        let due = self.moving.front()?.due;
        if due > now {
            return None;
        }
        self.take(Spot::Moving(0))
    }

    pub(super) fn take(&mut self, spot: Spot) -> Option<Lying<B>> {
        let packet = match spot {
            Spot::Held(at) => self.held.remove(at),
            Spot::Moving(at) => self.moving.remove(at),
        }?;
        self.bytes = self.bytes.saturating_sub(u64::from(packet.size));
        let waited = matches!(spot, Spot::Held(_)) && packet.waits_by.is_some();
        self.waiting = self.waiting.saturating_sub(usize::from(waited));
        Some(packet)
    }

    /// Takes the first that waits and lies before this place.
    pub(super) fn take_waiting_before(&mut self, place: Place) -> Option<Lying<B>> {
        if !self.has_waiting() {
            return None;
        }
        let at = self
            .held
            .iter()
            .position(|h| h.waits_by.is_some() && h.place < place)?;
        self.take(Spot::Held(at))
    }

    /// The first that is held, and its place.
    pub(super) fn first_held(&self) -> Option<Place> {
        self.held.front().map(|first| first.place)
    }

    pub(super) fn find(&self, number: PacketNo) -> Option<Spot> {
        let is_it = |packet: &Lying<B>| packet.number == number;
        let held = self.held.iter().position(is_it).map(Spot::Held);
        held.or_else(|| self.moving.iter().position(is_it).map(Spot::Moving))
    }

    /// The one that lies next behind this place.
    pub(super) fn behind(&self, place: Place) -> Option<Spot> {
        let held = self.held.iter().enumerate();
        let held = held.map(|(at, packet)| (packet.place, Spot::Held(at)));
        let moving = self.moving.iter().enumerate();
        let moving = moving.map(|(at, packet)| (packet.place, Spot::Moving(at)));
        held.chain(moving)
            .filter(|(other, _)| *other > place)
            .min_by_key(|(other, _)| *other)
            .map(|(_, spot)| spot)
    }

    pub(super) fn get_mut(&mut self, spot: Spot) -> Option<&mut Lying<B>> {
        match spot {
            Spot::Held(at) => self.held.get_mut(at),
            Spot::Moving(at) => self.moving.get_mut(at),
        }
    }

    /// Takes all that is held or waits.
    pub(super) fn take_held(&mut self) -> Vec<Lying<B>> {
        let mut all = Vec::new();
        while let Some(packet) = self.take(Spot::Held(0)) {
            all.push(packet);
        }
        all
    }

    /// Takes everything.
    pub(super) fn take_all(&mut self) -> Vec<Lying<B>> {
        let mut all = self.take_held();
        while let Some(packet) = self.take(Spot::Moving(0)) {
            all.push(packet);
        }
        all
    }

    /// How many lie here, and how many bytes they have.
    #[cfg(test)]
    pub(super) fn load(&self) -> (usize, u64) {
        (self.len(), self.bytes)
    }
}
