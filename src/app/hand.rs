//! The hand on the cable: which packet it is about, and what it could do with it.

use super::state::{App, Panel};
use crate::model::{
    book::PacketEntry,
    cable::Hand,
    event::Sight,
    ids::Nanos,
    packet::{Packet, PacketNo},
    session::{CableState, PacketState, Session},
};

impl App {
    /// Whether packets are seen at all at the moment that is shown.
    pub fn sees_packets(&self) -> bool {
        !matches!(*self.session().sight, Sight::None { .. })
    }

    /// Whether they pass through our hands.
    pub fn has_cable(&self) -> bool {
        *self.session().sight == Sight::Cable
    }

    /// Whether the cable holds what comes, or something still lies there from when it did.
    pub fn is_holding(&self) -> bool {
        is_holding(&self.book.session().cable)
    }

    /// The packet that is selected: the one that was picked, while it is at hand; else the oldest that is held, else
    /// the one on its way that arrives next, else the newest.
    pub fn packet_selected(&self) -> Option<PacketNo> {
        self.picked_at_hand()
            .or_else(|| packet_followed(self.session()))
    }

    /// The packet that was picked with the keys or the mouse, while it is at hand.
    fn picked_at_hand(&self) -> Option<PacketNo> {
        let session = self.session();
        let same = self.selected_in == session.generation;
        self.selected_packet
            .filter(|number| same && session.cable.packet(*number).is_some())
    }

    /// What a packet is, as far as it had entered at the moment that is shown.
    pub fn packet(&self, number: PacketNo) -> Option<&Packet> {
        self.packet_entry(number)
            .and_then(|entry| self.book.packet_at(entry))
    }

    /// Its places in the journal.
    pub(super) fn packet_entry(&self, number: PacketNo) -> Option<&PacketEntry> {
        let packets = self.book.packets_at(self.shown_events());
        let place = packets.binary_search_by_key(&number, |p| p.number).ok()?;
        packets.get(place)
    }

    /// The packet that the hand would take: the selected one while it lies on the cable, else the one that would be
    /// selected if none was picked.
    pub fn packet_in_hand(&self) -> Option<PacketNo> {
        let session = self.session();
        let lies = |number: &PacketNo| lies_on(session, *number);
        self.packet_selected()
            .filter(lies)
            .or_else(|| packet_followed(session).filter(lies))
            .filter(|_| self.has_cable())
    }

    /// Whether the hand could do this now.
    pub fn can_handle(&self, hand: Hand) -> bool {
        let Some(number) = self.packet_in_hand() else {
            return false;
        };
        hand != Hand::Swap
            || self
                .packet_behind(number)
                .is_some_and(|n| !self.same(number, n))
    }

    /// Whether the one is a copy of the other, made by the cable: then it is all the same which comes first.
    pub(super) fn same(&self, one: PacketNo, other: PacketNo) -> bool {
        let first = |n: PacketNo| self.packet(n).and_then(|p| p.copy_of).unwrap_or(n);
        first(one) == first(other)
    }

    /// The packet that is next on the cable, the same way.
    pub fn packet_behind(&self, number: PacketNo) -> Option<PacketNo> {
        let mut on_it = self.session().cable.on_it();
        let this = on_it.find(|p| p.number == number)?;
        on_it.find(|p| p.toward == this.toward).map(|p| p.number)
    }

    /// Picks a packet, which then is in sight. What would be selected anyway is followed.
    pub fn pick_packet(&mut self, number: PacketNo) {
        let followed = packet_followed(self.session());
        self.selected_packet = (followed != Some(number)).then_some(number);
        self.selected_in = self.session().generation;
        self.scrolls.remove(&super::ScrollId::Panel(Panel::Cable));
    }
}

/// Whether the cable holds what comes, or something lies there that is held.
fn is_holding(cable: &CableState) -> bool {
    let held = cable.held().next().is_some();
    held || cable.rules.iter().any(|rule| first_word(rule) == "hold")
}

fn first_word(rule: &str) -> &str {
    rule.split(' ').next().unwrap_or_default()
}

/// The packet that is selected when none was picked.
fn packet_followed(session: &Session) -> Option<PacketNo> {
    let cable = &session.cable;
    let newest = || cable.packets.iter().map(|p| p.number).max();
    // What is only seen does not lie anywhere.
    if *session.sight == Sight::Capture {
        return newest();
    }
    // When one that just passes through arrives is not known.
    let due = |p: &&PacketState| p.until.as_ref().map_or((true, Nanos(0)), |u| (false, u.0));
    let next = || cable.on_it().min_by_key(due);
    let held = cable.held().next();
    held.or_else(next).map(|p| p.number).or_else(newest)
}

/// Whether a packet lies on the cable.
pub(super) fn lies_on(session: &Session, number: PacketNo) -> bool {
    let packet = session.cable.packet(number);
    packet.is_some_and(|p| p.ended.is_none())
}
