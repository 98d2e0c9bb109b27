//! A packet in sentences: what it is, between whom it goes, and when it is sent again.

use super::{Moment, talking};
use crate::model::{
    call::CallDone,
    event::{Fact, Timer},
    ids::{Actor, Nanos, Side, SocketId},
    packet::{Decider, Fate, Notable, Packet, PacketKind, PacketNo},
    session::{PacketState, SocketState},
    story::words::{bytes, number, safe, the},
};

/// Characters of a rule.
const MOST: usize = 40;
/// The kernel may have been looked at so long before its packet came out of the interface.
const SOON: Nanos = Nanos::from_millis(5);

/// A packet, and what is known of it at this moment.
#[derive(Clone, Copy)]
pub(super) struct Parcel<'a> {
    pub(super) m: &'a Moment<'a>,
    pub(super) number: PacketNo,
    pub(super) packet: &'a Packet,
    /// How it fares on the cable, while that is at hand.
    pub(super) state: Option<&'a PacketState>,
}

impl<'a> Parcel<'a> {
    pub(super) fn of(m: &'a Moment<'a>, number: PacketNo) -> Option<Self> {
        let packet = m.book.packet_at(m.book.packet(number)?)?;
        let state = m.session.cable.packet(number);
        Some(Self {
            m,
            number,
            packet,
            state,
        })
    }

    /// Those that somebody must let go, oldest first.
    pub(super) fn held(m: &'a Moment<'a>) -> impl Iterator<Item = Self> {
        let held = m.session.cable.held();
        held.filter_map(move |state| Self::of(m, state.number))
    }

    /// Whether it lies on the cable until somebody lets it go.
    pub(super) fn is_held(&self) -> bool {
        self.state
            .is_some_and(|s| s.held.is_some() && s.ended.is_none())
    }

    /// Whether it has reached the other end, as it was sent.
    pub(super) fn has_arrived(&self) -> bool {
        self.state.is_some_and(|s| {
            let fate = s.ended.as_ref().map(|e| e.fate);
            fate == Some(Fate::Delivered) && !s.corrupted
        })
    }

    /// Whether it is the first try of what this call sent.
    pub(super) fn has_bytes_of(&self, done: &CallDone) -> bool {
        self.kind() == Some(PacketKind::Data)
            && self.packet.again.is_none()
            && talking::sends(&done.call)
            && done.socket.is_some()
            && done.socket == self.packet.socket
    }

    pub(super) fn kind(&self) -> Option<PacketKind> {
        self.packet.kind()
    }

    /// `the SYN (packet 1)`, `packet 4 (5 bytes)`.
    pub(super) fn name(&self) -> String {
        if self.kind() == Some(PacketKind::Data) {
            return format!("packet {} ({})", self.number, bytes(self.packet.len.into()));
        }
        format!("{} (packet {})", self.noun(), self.number)
    }

    /// `the SYN`.
    pub(super) fn noun(&self) -> String {
        let what = match self.kind() {
            Some(PacketKind::Syn) => "SYN",
            Some(PacketKind::SynAck) => "SYN-ACK",
            Some(PacketKind::Ack) => "ACK",
            Some(PacketKind::Fin) => "FIN",
            Some(PacketKind::Rst) => "RST",
            Some(PacketKind::Icmp) => "ICMP message",
            Some(PacketKind::Udp) => "datagram",
            Some(PacketKind::Data) => return format!("the {}", bytes(self.packet.len.into())),
            None => "packet",
        };
        format!("the {what}")
    }

    /// Whose kernel sent it.
    pub(super) fn sender(&self) -> Actor {
        let usual = actor_at(!self.packet.toward);
        self.packet.socket.map_or(usual, |s| s.actor)
    }

    /// Whose kernel it is for.
    pub(super) fn receiver(&self) -> Actor {
        self.peer()
            .map_or(actor_at(self.packet.toward), |s| s.id.actor)
    }

    /// `the server's kernel`.
    pub(super) fn to(&self) -> String {
        format!("{}'s kernel", the(self.receiver()))
    }

    /// `the client's kernel`.
    pub(super) fn from(&self) -> String {
        if self.packet.made_by_cable {
            return "the cable".to_owned();
        }
        format!("{}'s kernel", the(self.sender()))
    }

    /// The sender's socket.
    pub(super) fn own(&self) -> Option<&'a SocketState> {
        self.m.socket(self.packet.socket)
    }

    /// The receiver's socket.
    pub(super) fn peer(&self) -> Option<&'a SocketState> {
        self.m.peer(self.packet.socket)
    }

    pub(super) fn is(&self, notable: Notable) -> bool {
        self.packet.notable.contains(&notable)
    }

    /// Which try it is of what it sends again, from 2; the packet that was the first one.
    pub(super) fn try_of(&self) -> Option<(usize, PacketNo)> {
        let first = self
            .packet
            .again
            .filter(|_| self.is(Notable::Retransmission))?;
        let packets = self.m.book.packets_at(self.m.session.count);
        let earlier = packets
            .iter()
            .rev()
            .skip_while(|e| e.number >= self.number)
            .take_while(|e| e.number > first)
            .filter_map(|e| self.m.book.packet_at(e))
            .filter(|p| p.again == Some(first) && p.notable.contains(&Notable::Retransmission));
        Some((earlier.count() + 2, first))
    }

    /// How long after it was sent the kernel sends it again, at the latest, if no acknowledgement comes: from its timer.
    pub(super) fn again_after(&self) -> Option<Nanos> {
        let since = self.state?.since;
        let (detail, looked) = self.own()?.detail?;
        match detail.timer {
            Some((Timer::Retransmit, left)) if looked.plus(SOON) >= since => {
                // A timer that is about to run out is that of the try before.
                Some(looked.plus(left).since(since)).filter(|after| *after > SOON)
            }
            _ => None,
        }
    }

    /// `the client's kernel sends it again within 1.0 s`: what becomes of it if it does not arrive.
    pub(super) fn if_lost(&self) -> String {
        match self.kind() {
            Some(PacketKind::Ack) => {
                let it = self.to();
                format!("nobody sends an ACK again by itself, but {it} may send its data again")
            }
            Some(PacketKind::Rst | PacketKind::Icmp | PacketKind::Udp) | None => {
                "nobody sends it again".to_owned()
            }
            _ => {
                let when = match self.again_after() {
                    Some(after) => format!("within {}", span(after)),
                    None => "after a while".to_owned(),
                };
                format!("{} sends it again {when}", self.from())
            }
        }
    }

    /// An earlier try of the same that did arrive, so that this one was not needed.
    pub(super) fn has_arrived_before(&self) -> Option<PacketNo> {
        let (_, first) = self.try_of()?;
        let events = self.m.book.events();
        let packets = self.m.book.packets_at(self.m.session.count).iter().rev();
        let earlier = packets
            .skip_while(|e| e.number >= self.number)
            .take_while(|e| e.number >= first);
        earlier
            .filter(|e| {
                self.m
                    .book
                    .packet_at(e)
                    .is_some_and(|p| p.number == first || p.again == Some(first))
            })
            .find(|e| {
                let ended = e.fate.filter(|at| *at < self.m.end());
                let ended = ended.and_then(|at| events.get(at)).map(|e| &e.fact);
                matches!(
                    ended,
                    Some(Fact::Fate {
                        fate: Fate::Delivered,
                        ..
                    })
                )
            })
            .map(|e| e.number)
    }

    /// What the receiver does not know as long as the packet is on its way.
    pub(super) fn unknown(&self) -> String {
        let (to, from) = (self.to(), the(self.sender()));
        if let Some(earlier) = self.has_arrived_before() {
            if self.kind() == Some(PacketKind::Syn) {
                let it = the(self.receiver());
                return format!("{it} knows already; it will answer with its SYN-ACK again");
            }
            return format!("packet {earlier} has arrived, so it tells {to} nothing new");
        }
        let receiver = the(self.receiver());
        match self.kind() {
            Some(PacketKind::Syn) => format!("{receiver} does not know yet that anybody calls"),
            Some(PacketKind::SynAck) => {
                format!("{to} does not know yet that {from}'s has agreed")
            }
            Some(PacketKind::Data) => format!("{to} does not have the bytes yet"),
            Some(PacketKind::Fin) => {
                format!("{receiver} does not know yet that {from} has said goodbye")
            }
            Some(PacketKind::Rst) => {
                format!("{receiver} does not know yet that the connection is over")
            }
            Some(PacketKind::Ack) => self.unknown_ack(),
            Some(PacketKind::Icmp | PacketKind::Udp) | None => format!("{to} does not have it yet"),
        }
    }

    fn unknown_ack(&self) -> String {
        use crate::model::tcp::TcpState;
        let to = self.to();
        if self.is(Notable::ZeroWindow) {
            return format!("{to} does not know yet that there is no room for more");
        }
        if self.is(Notable::WindowUpdate) {
            return format!("{to} does not know yet that there is room again");
        }
        let from = the(self.sender());
        match self.peer().map(|s| s.state) {
            Some(TcpState::SynReceived) => format!("{to} is still in SYN-RECEIVED"),
            Some(TcpState::FinWait1 | TcpState::LastAck | TcpState::Closing) => {
                format!("{to} does not know yet that its FIN has arrived")
            }
            _ => format!("{to} does not know yet what {from}'s kernel has"),
        }
    }

    /// `so connect still waits`: the call that this packet, or what it leads to, would end.
    pub(super) fn who_waits(&self) -> Option<String> {
        let names: &[&str] = match self.kind()? {
            PacketKind::Syn | PacketKind::SynAck => &["connect"],
            PacketKind::Data | PacketKind::Fin => &["recv", "recvfrom", "poll"],
            PacketKind::Ack => &["send", "sendto", "close", "accept"],
            PacketKind::Rst => &["recv", "recvfrom", "connect", "send", "sendto"],
            PacketKind::Udp | PacketKind::Icmp => &[],
        };
        let caller = match self.kind()? {
            PacketKind::Syn => self.sender(),
            _ => self.receiver(),
        };
        let state = self.m.session.actors.get(&caller)?;
        let name = state.waiting.iter().map(|w| w.call.name());
        let name = name.into_iter().find(|n| names.contains(n))?;
        Some(format!("{}'s {name} still waits", the(caller)))
    }
}

/// Who decided, at the beginning of a sentence.
pub(super) fn decided(decider: &Decider) -> String {
    match decider {
        Decider::You => "You".to_owned(),
        Decider::Rule(text) => format!("Your rule `{}`", safe(text, MOST)),
        Decider::Cable => "The cable".to_owned(),
    }
}

/// The usual actor at a side.
pub(super) fn actor_at(side: Side) -> Actor {
    match side {
        Side::Server => Actor::Server,
        Side::Client => Actor::CLIENT,
    }
}

/// `0.8 s`, `40 ms`.
pub(super) fn span(time: Nanos) -> String {
    match time.0 / 1_000_000 {
        0 => "less than 1 ms".to_owned(),
        ms @ 1..=99 => format!("{ms} ms"),
        100..=99_999 => format!("{:.1} s", time.0 as f64 / 1e9),
        ms => format!("{} s", number(ms / 1000)),
    }
}

/// `first`, `second`, `third`, then `4th`.
pub(super) fn nth(n: usize) -> String {
    match n {
        1 => "first".to_owned(),
        2 => "second".to_owned(),
        3 => "third".to_owned(),
        n => format!("{n}th"),
    }
}

/// What this socket has sent and what lies on the cable, newest first.
pub(super) fn on_the_cable<'a>(
    m: &'a Moment<'a>,
    socket: SocketId,
) -> impl Iterator<Item = Parcel<'a>> {
    let lying = m.session.cable.on_it().rev();
    lying
        .filter_map(|state| Parcel::of(m, state.number))
        .filter(move |p| p.packet.socket == Some(socket))
}
