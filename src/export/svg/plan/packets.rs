//! Packets in the plan: where each enters the cable, what is done to it there, and where its way ends.

use super::{End, Layout, ROW, SLANT, Thing, Trip};
use crate::{
    export::svg::words::{self, Said},
    model::{
        event::{Event, Source},
        ids::{Actor, Nanos, Side},
        packet::{Decider, Fate, Handling, Notable, Packet, PacketNo},
        story,
    },
};

impl Layout<'_> {
    pub(super) fn packet(&mut self, index: usize, event: &Event, packet: &Packet) {
        let icmp = story::packets::icmp(self.book, index, packet);
        let made = packet.made_by_cable || packet.copy_of.is_some();
        let retried = packet.notable.contains(&Notable::Retransmission);
        let first = packet.copy_of.or(packet.again.filter(|_| retried));
        let again = first.and_then(|n| self.by_number.get(&n).copied());
        let whose = self.whose_packet(event, packet);
        // Its label stands above its way.
        let gap: f64 = match self.entered {
            Some(_) if made => 28.0,
            Some(_) => 22.0,
            None => 15.0,
        };
        let gap = gap.max(self.middle + 22.0 - self.at);
        let from = self.row(gap);
        let trip = self.plan.trips.len();
        self.plan.trips.push(Trip {
            toward: packet.toward,
            made,
            says: words::packet(packet, &whose, icmp.as_deref()),
            from,
            held: None,
            aside: false,
            end: None,
            again,
            entered: event.at_ns,
            held_since: None,
        });
        self.plan.times.push((from, self.now));
        self.by_number.insert(packet.number, trip);
        self.entered = Some(trip);
        if event.source == Source::Capture {
            // It was only seen passing by: nothing is known of its way.
            self.end(trip, End::Arrived);
        }
    }

    /// Several packets that are told together.
    pub(super) fn crossing(&mut self, toward: Side, says: Said) {
        let from = self.row(17.0);
        self.plan.times.push((from, self.now));
        self.plan.trips.push(Trip {
            toward,
            made: false,
            says: vec![says],
            from,
            held: None,
            aside: false,
            end: None,
            again: None,
            entered: self.now,
            held_since: None,
        });
        let trip = self.plan.trips.len() - 1;
        self.entered = Some(trip);
        self.end(trip, End::Arrived);
    }

    pub(super) fn handled(&mut self, number: PacketNo, handling: Handling, by: &Decider) {
        let Some(&trip) = self.by_number.get(&number) else {
            return;
        };
        let gap = if self.entered == Some(trip) {
            17.0
        } else {
            ROW - 2.0
        };
        let y = self.row(gap);
        let now = self.now;
        let of = &mut self.plan.trips[trip];
        if handling == Handling::Held {
            (of.held, of.held_since) = (Some(y), Some(now));
        }
        let says = words::handled(handling, by, of.entered);
        let trip = Some(trip);
        self.put(y, Thing::Middle { trip, says });
    }

    pub(super) fn fate(
        &mut self,
        number: PacketNo,
        fate: Fate,
        says: impl Fn(Option<Nanos>) -> Vec<Said>,
    ) {
        let Some(&trip) = self.by_number.get(&number) else {
            return;
        };
        let held = self.plan.trips[trip]
            .held_since
            .map(|since| self.now.since(since));
        let says = says(held);
        let gone = fate != Fate::Delivered;
        let y = self.end(trip, if gone { End::Gone } else { End::Arrived });
        if !says.is_empty() {
            let y = if gone { self.row(13.0) } else { y + 10.0 };
            let trip = Some(trip);
            self.middle = y;
            // What comes next keeps off these words.
            self.at += if gone { 0.0 } else { 7.0 };
            self.plan.things.push((y, Thing::Middle { trip, says }));
        }
    }

    /// A packet's way ends here; where, is returned.
    fn end(&mut self, trip: usize, end: End) -> f64 {
        let from = self.plan.trips[trip].from;
        let at_once = self.entered == Some(trip);
        let toward = self.plan.trips[trip].toward;
        let behind = self
            .arrived
            .is_some_and(|(side, y)| side == toward && y >= self.at);
        let gap = if behind { 21.0 } else { 13.0 };
        let y = if at_once {
            from + SLANT
        } else {
            (self.at + gap).max(from + SLANT)
        };
        self.at = y;
        self.entered = None;
        let of = &mut self.plan.trips[trip];
        of.end = Some((y, end));
        self.arrived = (end == End::Arrived).then_some((of.toward, y));
        if !at_once {
            self.plan.times.push((y, self.now));
        }
        y
    }

    fn whose_packet(&self, event: &Event, packet: &Packet) -> String {
        if !self.several {
            return String::new();
        }
        let client = match packet.socket.map(|s| s.actor) {
            Some(client @ Actor::Client(_)) => format!("({client})"),
            _ => packet
                .socket
                .map_or_else(String::new, |s| self.whose(event.id, s)),
        };
        if !client.is_empty() {
            return client;
        }
        let port = match packet.toward {
            Side::Server => packet.from.port(),
            Side::Client => packet.to.port(),
        };
        format!("(:{port})")
    }
}
