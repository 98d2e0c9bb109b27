//! Carrying packets: each is told when it enters the cable and when it leaves it, and after each of these we look what
//! has become of the sockets. So every state that lasted between two packets is seen, and its cause is known.
//!
//! A call that has returned or waits is told before the packets that it sent. The kernel works on a packet before
//! giving it returns, and what it answers lies ready then; so when nothing more can be taken, nothing is under way but
//! what is held, what is delayed, and the kernels' own timers.

use super::{
    Report,
    carrier::Carrier,
    world::{Told, World, now},
};
use crate::{
    cable::{Arriving, Happened},
    model::{
        call::Call,
        event::{Cause, Fact, Observation, Source},
        ids::{Actor, Nanos, Side},
        packet::{Arrival, Decider, Fate, Handling, KEPT_PER_PACKET, Packet, PacketKind, PacketNo},
        payload::Payload,
    },
    os::lab::Frame,
    packet::{self, Brief, Entered},
};
use core::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// How long a packet waits for the thread that sent it to return or to go to sleep.
const MOST_CALM: Duration = Duration::from_millis(2);
/// How many packets are carried before other things get their turn.
const GULP: usize = 512;
/// And for how long: where each packet is told and waited for, a few take as long as hundreds in a flood.
const TURN: Duration = Duration::from_millis(3);
/// So many in a row from one side, in a flood: to find that the other has sent nothing is dear, too.
const IN_A_ROW: usize = 16;

/// Whether its checksum is wrong. One that is left for the other end to complete is not.
fn is_damaged(frame: &Frame) -> bool {
    !frame.has_partial_checksum()
        && packet::checksums_are_right(frame.packet()).transport == Some(false)
}

impl World {
    /// Carries what the kernels have sent. Whether there may be more.
    pub(super) fn carry(&mut self, hears: &mut UnboundedReceiver<Told>) -> bool {
        let in_a_row = if self.in_flood() { IN_A_ROW } else { 1 };
        let mut carried = 0;
        // A side that had nothing is asked again when it was given something. What it sends by itself rings.
        let mut dry = [false; 2];
        let until = now() + TURN;
        let mut over = false;
        while dry != [true; 2] && !over {
            for sender in [Side::Client, Side::Server] {
                for _ in 0..in_a_row {
                    let Some(carrier) = &mut self.carrier else {
                        return false;
                    };
                    let port = carrier.wire.port(sender);
                    if dry[sender as usize] {
                        break;
                    }
                    if let Err(e) = port.take(&mut carrier.frame) {
                        dry[sender as usize] = true;
                        if let Some(text) = carrier.goes_silent(sender, &e) {
                            self.tell_note(text);
                        }
                        break;
                    }
                    self.sent(sender, hears);
                    carried += 1;
                    dry[!sender as usize] = false;
                    over = carried >= GULP || now() >= until;
                    if over {
                        break;
                    }
                }
            }
        }
        self.after_a_gulp();
        over
    }

    /// Whether more packets come than anybody follows.
    fn in_flood(&self) -> bool {
        let at = self.clock.now();
        self.carrier.as_ref().is_some_and(|c| c.flood.lasts_at(at))
    }

    /// What is due now and then while packets are passed on untold.
    fn after_a_gulp(&mut self) {
        self.tell_the_passed(false);
        if self.in_flood() && self.watch.may_look() {
            self.look(Cause::Unknown);
        }
    }

    /// One of the kernels has sent the packet that lies in the carrier's frame.
    fn sent(&mut self, sender: Side, hears: &mut UnboundedReceiver<Told>) {
        let at = self.clock.now();
        let Some(carrier) = &mut self.carrier else {
            return;
        };
        let toward = !sender;
        let brief = packet::brief(carrier.frame.packet());
        let flooded = carrier.flood.is_flooded(at);
        if flooded && carrier.cable.is_plain() {
            let number = carrier.cable.pass();
            carrier.tracker.enters(number, at, &brief);
            let size = carrier.frame.packet().len();
            if carrier.wire.port(toward).give(&carrier.frame).is_ok() {
                carrier.tracker.arrives(at, &brief);
                self.causes.came(&brief, number, at);
                carrier.flood.passes(toward, size, number, at);
            } else {
                let entered = Entered::default();
                let frame = carrier.frame.clone();
                self.tell_the_passed(true);
                self.tell_packet(at, number, toward, &brief, entered, &frame, None);
                self.tell_fate(number, Fate::Lost, Decider::Cable, None);
            }
            return;
        }
        let (frame, in_flood) = (carrier.frame.clone(), carrier.flood.lasts_at(at));
        // In a flood only if there turns out to be something to tell.
        if !flooded {
            self.get_ready_to_tell(in_flood, hears);
        }
        let Some(carrier) = &mut self.carrier else {
            return;
        };
        let body = frame.clone();
        let number = carrier.cable.enters(
            Arriving {
                toward,
                kind: brief.kind(),
                size: brief.total,
                body,
            },
            at,
        );
        let entered = carrier.tracker.enters(number, at, &brief);
        let mut first = None;
        if flooded {
            first = carrier.cable.poll(at);
            let passes = entered.notable.is_empty()
                && matches!(&first, Some(Happened::Delivered { number: n, .. }) if *n == number);
            if passes && carrier.wire.port(toward).give(&frame).is_ok() {
                carrier.tracker.arrives(at, &brief);
                self.causes.came(&brief, number, at);
                let size = frame.packet().len();
                carrier.flood.passes(toward, size, number, at);
                return;
            }
            self.get_ready_to_tell(in_flood, hears);
        }
        self.tell_packet(at, number, toward, &brief, entered, &frame, None);
        self.look_unless_too_often(Cause::Packet(number));
        if let Some(first) = first {
            self.has_happened(at, first);
        }
        self.happen();
    }

    /// Tells what comes before a packet that is about to be told.
    fn get_ready_to_tell(&mut self, in_flood: bool, hears: &mut UnboundedReceiver<Told>) {
        self.tell_the_passed(true);
        if in_flood {
            self.hear_all(None, hears);
        } else {
            self.let_the_threads_come_to_rest(hears);
        }
        self.identify_who_connects();
    }

    /// Tells a packet that has entered the cable.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are what is known of a packet"
    )]
    fn tell_packet(
        &mut self,
        at: Nanos,
        number: PacketNo,
        toward: Side,
        brief: &Brief,
        entered: Entered,
        frame: &Frame,
        copy_of: Option<PacketNo>,
    ) {
        let socket = self.watch.who_sends(brief.from, brief.to);
        let mut whole;
        let bytes = if frame.has_partial_checksum() {
            whole = frame.clone();
            whole.complete_checksum();
            whole.packet()
        } else {
            frame.packet()
        };
        let cause = match (copy_of, entered.again) {
            (Some(first), _) | (None, Some(first)) => Cause::Packet(first),
            _ => self.why_sent(socket, brief, &entered.notable),
        };
        let fact = Fact::Packet(Box::new(Packet {
            number,
            toward,
            socket,
            protocol: brief.protocol,
            from: brief.from,
            to: brief.to,
            tcp: entered.tcp,
            len: brief.len,
            notable: entered.notable,
            again: entered.again,
            copy_of,
            made_by_cable: false,
            merged: frame.is_super(),
            bytes: Payload::capped(bytes, KEPT_PER_PACKET),
        }));
        self.tell_of_cable(at, socket.map(|s| s.actor), cause, fact);
    }

    /// Does and tells what the cable has decided by now.
    pub(super) fn happen(&mut self) {
        loop {
            let at = self.clock.now();
            let Some(carrier) = &mut self.carrier else {
                return;
            };
            let Some(happened) = carrier.cable.poll(at) else {
                return self.tell_what_is_over();
            };
            self.has_happened(at, happened);
        }
    }

    fn has_happened(&mut self, at: Nanos, happened: Happened<Frame>) {
        match happened {
            Happened::Delivered {
                number,
                body,
                by,
                toward,
            } => self.deliver(at, number, &body, by, toward),
            Happened::Dropped { number, by } => {
                self.tell_fate(number, Fate::Dropped, by, None);
            }
            Happened::Lost { number } => {
                self.tell_fate(number, Fate::Lost, Decider::Cable, None);
            }
            Happened::Held { number, by } => self.tell_handled(number, Handling::Held, by),
            Happened::Delayed { number, until, by } => {
                let handling = Handling::Delayed { until_ns: until };
                self.tell_handled(number, handling, by);
            }
            Happened::Corrupted { number, byte, by } => {
                self.tell_handled(number, Handling::Corrupted { byte }, by);
            }
            Happened::Swapped { number, with, by } => {
                self.tell_handled(number, Handling::Swapped { with }, by);
            }
            Happened::Copied {
                number,
                of,
                toward,
                body,
                ..
            } => {
                let Some(carrier) = &self.carrier else {
                    return;
                };
                let brief = packet::brief(body.packet());
                // What is notable about the same packet again is that the cable made it.
                let entered = Entered {
                    tcp: carrier.tracker.relative(&brief),
                    ..Entered::default()
                };
                self.tell_packet(at, number, toward, &brief, entered, &body, Some(of));
            }
            Happened::TooBig {
                number,
                by,
                mtu,
                toward,
                body,
            } => self.too_big(number, by, mtu, toward, &body),
        }
    }

    fn deliver(&mut self, at: Nanos, number: PacketNo, frame: &Frame, by: Decider, toward: Side) {
        let Some(carrier) = &mut self.carrier else {
            return;
        };
        let brief = packet::brief(frame.packet());
        let (fate, by, arrival) = match carrier.wire.port(toward).give(frame) {
            // What is damaged its kernel throws away unseen.
            Ok(()) if is_damaged(frame) => (Fate::Delivered, by, None),
            Ok(()) => {
                self.causes.came(&brief, number, at);
                (Fate::Delivered, by, carrier.tracker.arrives(at, &brief))
            }
            Err(_) => (Fate::Lost, Decider::Cable, None),
        };
        let fact = Fact::Fate {
            packet: number,
            fate,
            decided_by: by,
            arrival,
        };
        self.tell_of_cable(at, None, Cause::Packet(number), fact);
        if brief.kind() == Some(PacketKind::Syn) {
            self.watch.expect_callers();
        }
        self.look_unless_too_often(Cause::Packet(number));
    }

    /// The cable's path is too narrow: the packet is gone, and its sender is told by a message that we make.
    fn too_big(&mut self, number: PacketNo, by: Decider, mtu: u32, toward: Side, frame: &Frame) {
        self.tell_fate(number, Fate::Dropped, by, None);
        let Some(message) = packet::too_big(frame.packet(), mtu) else {
            return;
        };
        let frame = Frame::from_packet(&message);
        let at = self.clock.now();
        let Some(carrier) = &mut self.carrier else {
            return;
        };
        let number_of_message = carrier.cable.pass();
        let brief = packet::brief(frame.packet());
        let fact = Fact::Packet(Box::new(Packet {
            number: number_of_message,
            toward: !toward,
            socket: None,
            protocol: brief.protocol,
            from: brief.from,
            to: brief.to,
            tcp: None,
            len: brief.len,
            notable: Vec::new(),
            again: None,
            copy_of: None,
            made_by_cable: true,
            merged: false,
            bytes: Payload::capped(frame.packet(), KEPT_PER_PACKET),
        }));
        self.tell_of_cable(at, None, Cause::Packet(number), fact);
        self.deliver(at, number_of_message, &frame, Decider::Cable, !toward);
    }

    fn tell_fate(
        &self,
        packet: PacketNo,
        fate: Fate,
        decided_by: Decider,
        arrival: Option<Arrival>,
    ) {
        let fact = Fact::Fate {
            packet,
            fate,
            decided_by,
            arrival,
        };
        self.tell_of_cable(self.clock.now(), None, Cause::Packet(packet), fact);
    }

    fn tell_handled(&self, packet: PacketNo, handling: Handling, decided_by: Decider) {
        let fact = Fact::Handled {
            packet,
            handling,
            decided_by,
        };
        self.tell_of_cable(self.clock.now(), None, Cause::Packet(packet), fact);
    }

    pub(super) fn tell_of_cable(&self, at: Nanos, who: Option<Actor>, cause: Cause, fact: Fact) {
        self.report(Report::Seen(Observation {
            at,
            who,
            source: Source::Cable,
            cause,
            fact,
        }));
    }

    /// Tells the packets that were passed on without an event each: now and then, or at once.
    pub(super) fn tell_the_passed(&mut self, at_once: bool) {
        let at = self.clock.now();
        let Some(carrier) = &mut self.carrier else {
            return;
        };
        let owed = carrier.flood.owed(at, at_once);
        if owed.is_empty() {
            return;
        }
        let notes = carrier.newly_dropped();
        for (_, fact) in owed {
            self.tell_of_cable(at, None, Cause::Unknown, fact);
        }
        for text in notes {
            self.tell_note(text);
        }
    }

    /// At the end of a conversation, tells the packets that the kernels dropped, and those that still lie on the cable.
    pub(super) fn tell_what_never_came(&mut self) {
        let Some(carrier) = &mut self.carrier else {
            return;
        };
        let mut notes = carrier.newly_dropped();
        match carrier.cable.lying() {
            0 => {}
            1 => notes.push(
                "1 packet still lay on the cable when the conversation ended. It was never delivered.".to_owned(),
            ),
            n => notes.push(format!(
                "{n} packets still lay on the cable when the conversation ended. They were never delivered."
            )),
        }
        for text in notes {
            self.tell_note(text);
        }
    }

    fn tell_note(&self, text: String) {
        self.tell_of_cable(self.clock.now(), None, Cause::Unknown, Fact::Note { text });
    }

    /// Lets the calls that are under way come back, or go to sleep, before the packets are told that they have sent.
    fn let_the_threads_come_to_rest(&mut self, hears: &mut UnboundedReceiver<Told>) {
        if !self.carrier.as_ref().is_some_and(Carrier::may_wait) {
            return;
        }
        let until = now() + MOST_CALM;
        loop {
            self.hear_all(None, hears);
            if self
                .workers
                .values()
                .any(|w| w.busy.as_ref().is_some_and(|b| !b.waits))
            {
                self.check();
            }
            if self.is_calm() {
                return;
            }
            if now() >= until {
                break;
            }
            std::thread::yield_now();
        }
        if let Some(carrier) = &mut self.carrier {
            carrier.waited_in_vain();
        }
    }

    /// Whoever is in `connect` has a name by now, and its SYN is on the cable.
    pub(super) fn identify_who_connects(&mut self) {
        let connecting: Vec<_> = self
            .workers
            .values()
            .filter_map(|w| w.busy.as_ref())
            .filter(|b| matches!(b.call, Call::Connect { .. }))
            .filter_map(|b| Some((b.socket?, b.id)))
            .collect();
        for (socket, call) in connecting {
            if self
                .sockets
                .iter()
                .any(|s| s.id == socket && s.local.is_none())
            {
                self.identify(socket, call, None);
            }
        }
    }

    /// Looks what a packet has changed; among many sockets, and in a flood, now and then.
    fn look_unless_too_often(&mut self, cause: Cause) {
        if !self.in_flood() && !self.watch.is_crowded() || self.watch.may_look() {
            self.look(cause);
        }
    }
}
