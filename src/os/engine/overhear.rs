//! The host network's packets, told as they pass by. We only look: nobody waits for us, and nothing becomes of them by us.
//!
//! As in the lab, calls that have returned are told before the packets that they sent, where that can be had soon. The
//! time of a packet is when it passed, so the order in time is right in any case.

use super::{
    Report,
    sniffer::{Sniffer, Way},
    world::{Told, World, now},
};
use crate::{
    model::{
        event::{Cause, Fact, Observation, Source},
        ids::{Actor, CallId, Nanos, SocketId},
        packet::{KEPT_PER_PACKET, Packet, PacketNo},
        payload::Payload,
    },
    os::capture::{Seen, is_here},
    packet::{self, Brief, Entered},
};
use core::{net::SocketAddr, time::Duration};
use tokio::sync::mpsc::UnboundedReceiver;

/// How many packets are told before other things get their turn.
const GULP: usize = 256;
/// How long a packet waits for the calls that run.
const MOST_PATIENCE: Duration = Duration::from_millis(1);

impl World {
    /// Tells the packets that have passed.
    pub(super) fn overhear(&mut self, hears: &mut UnboundedReceiver<Told>) {
        if self.sniffer.is_none() {
            return;
        }
        let mut more = false;
        for number in 0..=GULP {
            let Some(sniffer) = &mut self.sniffer else {
                return;
            };
            more = number == GULP;
            let taken = sniffer.capture.get_ref();
            let Some(seen) = (!more)
                .then(|| taken.take(&mut sniffer.frame, self.clock).ok())
                .flatten()
            else {
                break;
            };
            if sniffer.may_wait() {
                let rests = self.let_calls_return(hears);
                if let Some(sniffer) = self.sniffer.as_mut().filter(|_| !rests) {
                    sniffer.waited_in_vain();
                }
                self.identify_who_connects();
                // Whoever answers a caller may stand in the accept queue by now.
                self.watch.expect_callers();
                if self.watch.may_look() {
                    self.look(Cause::Unknown);
                }
            }
            self.overheard(seen);
        }
        if let Some(sniffer) = &mut self.sniffer {
            sniffer.fetched(more);
        }
        self.tell_the_unfollowed(false);
    }

    /// Lets the calls that run at the moment come back, or go to sleep. Whether they all did, within a short while.
    fn let_calls_return(&mut self, hears: &mut UnboundedReceiver<Told>) -> bool {
        self.hear_all(None, hears);
        let running: Vec<_> = self.running().collect();
        if running.is_empty() {
            return true;
        }
        let until = now() + MOST_PATIENCE;
        while now() < until {
            std::thread::yield_now();
            self.hear_all(None, hears);
            self.check();
            if !self.running().any(|id| running.contains(&id)) {
                return true;
            }
        }
        false
    }

    /// The calls that have neither returned nor wait.
    fn running(&self) -> impl Iterator<Item = CallId> {
        let busy = self.workers.values().filter_map(|w| w.busy.as_ref());
        busy.filter(|b| !b.waits).map(|b| b.id)
    }

    /// The packet in the sniffer's frame has passed.
    fn overheard(&mut self, seen: Seen) {
        let Some(sniffer) = &self.sniffer else { return };
        let brief = packet::brief(sniffer.frame.packet());
        let (from, to) = (brief.from, brief.to);
        let Some(way) = self.way(&brief, seen) else {
            return;
        };
        let Some(sniffer) = &mut self.sniffer else {
            return;
        };
        sniffer.remember(from, to, way);
        sniffer.number += 1;
        let number = PacketNo(sniffer.number);
        let entered = sniffer.tracker.enters(number, seen.at, &brief);
        if sniffer.flood.is_flooded(seen.at) {
            sniffer
                .flood
                .passes(way.toward, seen.length, number, seen.at);
        } else {
            self.tell_the_unfollowed(true);
            self.tell_overheard(number, way, seen, &brief, entered);
        }
        self.causes.came(&brief, number, seen.at);
    }

    /// Whose direction of which conversation it is part of; `None` when it is none of ours, or was seen already.
    fn way(&self, brief: &Brief, seen: Seen) -> Option<Way> {
        let (from, to) = (brief.from, brief.to);
        let ways = &self.sniffer.as_ref()?.ways;
        let known = ways.get(&(from, to));
        if known.is_some_and(|way| way.knows(seen)) {
            return None;
        }
        let back = ways.get(&(to, from));
        let sender = self.end(from, to).or(known.and_then(|way| way.socket));
        let toward = match sender {
            Some(sender) => !sender.actor.side(),
            None => match self.end(to, from).or(back.and_then(|way| way.socket)) {
                Some(receiver) => receiver.actor.side(),
                None => known
                    .map(|way| way.toward)
                    .or_else(|| Some(self.listener_at(to)?.side()))
                    .or_else(|| Some(!self.listener_at(from)?.side()))?,
            },
        };
        Some(Way::new(sender, toward, seen))
    }

    /// Our socket at this end of a conversation.
    fn end(&self, at: SocketAddr, peer: SocketAddr) -> Option<SocketId> {
        let opener = || {
            // After a connection was refused, the kernel still knows the port that it had.
            let mut newest_first = self.sockets.iter().rev();
            let had = |local: SocketAddr| {
                let ip = local.ip().to_canonical();
                local.port() == at.port() && (ip.is_unspecified() || ip == at.ip())
            };
            newest_first.find(|s| s.opened && s.local.is_some_and(had))
        };
        let known = || self.sniffer.as_ref()?.named(at, peer);
        let watched = self.watch.who_sends(at, peer);
        watched
            .or_else(known)
            .or_else(|| opener().map(|own| own.id))
    }

    /// Who listens, or has listened, at this address.
    fn listener_at(&self, at: SocketAddr) -> Option<Actor> {
        let mut listeners = self.sockets.iter().filter(|s| s.listens);
        let found = listeners.find(|s| {
            s.local.is_some_and(|local| {
                let ip = local.ip().to_canonical();
                local.port() == at.port()
                    && (ip == at.ip()
                        || ip.is_unspecified() && (at.ip().is_loopback() || is_here(at.ip())))
            })
        });
        found.map(|own| own.id.actor)
    }

    /// Tells the packet in the sniffer's frame.
    fn tell_overheard(
        &mut self,
        number: PacketNo,
        way: Way,
        seen: Seen,
        brief: &Brief,
        entered: Entered,
    ) {
        let actor = way.socket.map(|s| s.actor);
        let cause = entered
            .again
            .map_or_else(|| self.why_overheard(way, brief, &entered), Cause::Packet);
        let Some(sniffer) = &mut self.sniffer else {
            return;
        };
        let frame = &mut sniffer.frame;
        let merged = frame.is_super();
        let there = frame.packet().len();
        if there >= seen.length {
            frame.complete_checksum();
        }
        let mut bytes = Payload::capped(frame.packet(), KEPT_PER_PACKET);
        bytes.omitted += seen.length.saturating_sub(there) as u64;
        let fact = Fact::Packet(Box::new(Packet {
            number,
            toward: way.toward,
            socket: way.socket,
            protocol: brief.protocol,
            from: brief.from,
            to: brief.to,
            tcp: entered.tcp,
            len: brief.len,
            notable: entered.notable,
            again: entered.again,
            copy_of: None,
            made_by_cable: false,
            merged,
            bytes,
        }));
        self.tell_of_capture(seen.at, actor, cause, fact);
    }

    /// Why it was sent. What comes from elsewhere answers what has arrived there, which we do not see.
    fn why_overheard(&self, way: Way, brief: &Brief, entered: &Entered) -> Cause {
        if way.socket.is_none() && !brief.from.ip().is_loopback() {
            return Cause::Unknown;
        }
        self.why_sent(way.socket, brief, &entered.notable)
    }

    /// Tells what passed and was not told one by one, now and then or at once, and what was missed.
    pub(super) fn tell_the_unfollowed(&mut self, at_once: bool) {
        let at = self.clock.now();
        let Some(sniffer) = &mut self.sniffer else {
            return;
        };
        let owed = sniffer.flood.owed(at, at_once);
        let missed = sniffer.missed(at);
        for (_, fact) in owed {
            self.tell_of_capture(at, None, Cause::Unknown, fact);
        }
        if let Some(missed) = missed {
            let text = format!(
                "{missed} packets passed faster than we could read them. They are missing here, not on the network."
            );
            self.tell_of_capture(at, None, Cause::Unknown, Fact::Note { text });
        }
    }

    /// When packets are to be told that were seen and are not told yet.
    pub(super) fn owes_packets_at(&self) -> Option<Nanos> {
        self.sniffer.as_ref().and_then(Sniffer::owes_at)
    }

    fn tell_of_capture(&self, at: Nanos, who: Option<Actor>, cause: Cause, fact: Fact) {
        self.report(Report::Seen(Observation {
            at,
            who,
            source: Source::Capture,
            cause,
            fact,
        }));
    }
}
