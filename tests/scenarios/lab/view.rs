use crate::common::Story;
use fourline::model::{
    event::{Detail, Event, Fact},
    ids::{Nanos, Side},
    packet::{Arrival, Decider, Fate, Packet, PacketKind, PacketNo},
};
use std::fmt::Write;

/// A packet of the journal.
#[derive(Debug)]
pub(super) struct Told<'a> {
    pub(super) event: &'a Event,
    pub(super) packet: &'a Packet,
    pub(super) fate: Option<Left<'a>>,
}

/// How a packet left the cable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left<'a> {
    pub(super) event: &'a Event,
    pub(super) fate: Fate,
    pub(super) by: &'a Decider,
    pub(super) arrival: Option<Arrival>,
}

impl Told<'_> {
    pub(super) fn entered(&self) -> Nanos {
        self.event.happened()
    }

    pub(super) fn is(&self, kind: PacketKind, toward: Side) -> bool {
        self.packet.kind() == Some(kind) && self.packet.toward == toward
    }

    pub(super) fn has_fate(&self, fate: Fate) -> bool {
        self.fate.is_some_and(|left| left.fate == fate)
    }

    /// The IP packet's length.
    pub(super) fn size(&self) -> u64 {
        self.packet.bytes.len()
    }
}

/// The packets of a story in the order in which they entered the cable.
pub(super) fn packets(story: &Story) -> Vec<Told<'_>> {
    let entered = story.events.iter().filter_map(|event| match &event.fact {
        Fact::Packet(packet) => Some(Told {
            event,
            packet,
            fate: None,
        }),
        _ => None,
    });
    let mut packets: Vec<_> = entered.collect();
    for (number, left) in fates(story) {
        let told = packets.iter_mut().find(|p| p.packet.number == number);
        told.expect("only what has entered leaves").fate = Some(left);
    }
    packets
}

/// Who left the cable, in the order in which they did.
pub(super) fn fates(story: &Story) -> Vec<(PacketNo, Left<'_>)> {
    let left = story.events.iter().filter_map(|event| match &event.fact {
        Fact::Fate {
            packet,
            fate,
            decided_by,
            arrival,
        } => Some((
            *packet,
            Left {
                event,
                fate: *fate,
                by: decided_by,
                arrival: *arrival,
            },
        )),
        _ => None,
    });
    left.collect()
}

/// What the kernel said of a socket, look by look.
pub(super) fn details<'a>(story: &'a Story, name: &str) -> Vec<&'a Detail> {
    let names = story.names(name.parse().unwrap());
    let told = story.events.iter().filter_map(|event| match &event.fact {
        Fact::Detail { socket, detail } if names.contains(socket) => Some(&**detail),
        _ => None,
    });
    told.collect()
}

/// The packets in a few words each, for who has to find out why a claim did not hold.
pub(super) fn told(story: &Story) -> String {
    let mut text = String::new();
    for told in packets(story).iter().take(60) {
        let Packet {
            number,
            toward,
            tcp,
            len,
            notable,
            ..
        } = told.packet;
        let numbers = tcp.map(|t| (t.flags.to_string(), t.seq, t.ack, t.window));
        let fate = told.fate.map(|left| (left.fate, left.by, left.arrival));
        let _ = writeln!(
            text,
            "{} {number} to {toward} {numbers:?} len {len} {notable:?} {fate:?}",
            told.entered()
        );
    }
    text
}
