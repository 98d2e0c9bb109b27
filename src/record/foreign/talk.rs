//! One TCP conversation, as far as its segments tell: the states of both ends, and how far the bytes have come.
//!
//! What an end sends proves what has reached it: who acknowledges a FIN has got it. Of an acknowledgement that closes
//! or confirms something, nothing more is heard; so it is taken to arrive, as a capture of both directions lets one
//! conclude. An end of which too little was seen has no state.

use crate::model::{
    ids::{Actor, Side, SocketId},
    packet::{Tcp, TcpFlags},
    tcp::TcpState,
};
use core::net::SocketAddr;

/// One end.
#[derive(Clone, Debug)]
pub(super) struct End {
    /// Its name.
    pub(super) socket: SocketId,
    /// Its address.
    pub(super) address: SocketAddr,
    /// Its state, once the segments tell.
    state: Option<TcpState>,
    /// Whether it has sent an acknowledgement that is no SYN.
    spoke: bool,
    /// The number of its FIN.
    fin: Option<u64>,
    /// What it has acknowledged last, and how far from there its window went.
    told: Option<(u64, u64)>,
    /// What is known of its bytes.
    pub(super) figures: Figures,
}

/// How far one end's bytes have come, and what it has got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) sent: u64,
    pub(super) acked: u64,
    pub(super) received: u64,
}

/// A step of one end from state to state. Both are the same where the state before is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) side: Side,
    pub(super) from: TcpState,
    pub(super) to: TcpState,
}

/// See the module's documentation.
#[derive(Clone, Debug)]
pub(super) struct Talk {
    /// The server's end, then the client's.
    ends: [End; 2],
}

impl End {
    fn new(socket: SocketId, address: SocketAddr) -> Self {
        Self {
            socket,
            address,
            state: None,
            spoke: false,
            fin: None,
            told: None,
            figures: Figures::default(),
        }
    }
}

impl Talk {
    /// Conversation `number`, from 1.
    pub(super) fn new(number: u16, server: SocketAddr, client: SocketAddr) -> Self {
        Self {
            ends: [
                End::new(SocketId::own(Actor::Server, number.into()), server),
                End::new(SocketId::own(Actor::Client(number), 0), client),
            ],
        }
    }

    /// The end on this side.
    pub(super) const fn end(&self, side: Side) -> &End {
        &self.ends[side as usize]
    }

    fn end_mut(&mut self, side: Side) -> &mut End {
        &mut self.ends[side as usize]
    }

    /// Whether a SYN of this side cannot be part of it any more.
    pub(super) fn is_past_its_syn(&self, side: Side) -> bool {
        self.end(side)
            .state
            .is_some_and(|state| !matches!(state, TcpState::SynSent | TcpState::SynReceived))
    }

    /// Takes in a segment that this side sent; tells the steps that follow from it.
    pub(super) fn takes(&mut self, side: Side, tcp: &Tcp, len: u32, steps: &mut Vec<Step>) {
        let has = |flag| tcp.flags.has(flag);
        if has(TcpFlags::RST) {
            self.reset(side, tcp, steps);
            return;
        }
        self.count(side, tcp, len);
        if has(TcpFlags::SYN) {
            self.opens(side, tcp, steps);
        }
        if has(TcpFlags::ACK) {
            self.acknowledges(side, tcp, steps);
        }
        if has(TcpFlags::FIN) {
            self.parts(side, tcp, len, steps);
        }
    }

    fn step(&mut self, side: Side, to: TcpState, steps: &mut Vec<Step>) {
        let end = self.end_mut(side);
        let from = end.state.replace(to).unwrap_or(to);
        steps.push(Step { side, from, to });
    }

    /// A reset ends it for both, if it stands where its receiver expects the next byte, or in its window (RFC 9293,
    /// section 3.10.7.4).
    fn reset(&mut self, side: Side, tcp: &Tcp, steps: &mut Vec<Step>) {
        let fits = self
            .end(!side)
            .told
            .is_none_or(|(next, until)| tcp.seq >= next && tcp.seq <= until.max(next));
        for side in [side, !side] {
            if fits && self.end(side).state != Some(TcpState::Closed) {
                self.step(side, TcpState::Closed, steps);
            }
        }
    }

    fn opens(&mut self, side: Side, tcp: &Tcp, steps: &mut Vec<Step>) {
        let answers = tcp.flags.has(TcpFlags::ACK);
        let (from, to) = match (self.end(side).state, answers) {
            (None, false) => (TcpState::Closed, TcpState::SynSent),
            // It was asked, and so it had listened.
            (None, true) => (TcpState::Listen, TcpState::SynReceived),
            // Both have asked at once.
            (Some(TcpState::SynSent), true) => (TcpState::SynSent, TcpState::SynReceived),
            _ => return,
        };
        self.end_mut(side).state = Some(to);
        steps.push(Step { side, from, to });
    }

    fn acknowledges(&mut self, side: Side, tcp: &Tcp, steps: &mut Vec<Step>) {
        let plain = !tcp.flags.has(TcpFlags::SYN);
        if plain {
            self.end_mut(side).spoke = true;
            if self.end(side).state == Some(TcpState::SynSent) {
                self.step(side, TcpState::Established, steps);
            }
        }
        if self.end(!side).state == Some(TcpState::SynReceived) && tcp.ack >= 1 {
            self.step(!side, TcpState::Established, steps);
        }
        if self.ends.iter().all(|end| end.spoke) {
            for side in [Side::Server, Side::Client] {
                if self.end(side).state.is_none() {
                    self.step(side, TcpState::Established, steps);
                }
            }
        }
        if self.end(!side).fin.is_some_and(|fin| tcp.ack > fin) {
            self.has_got_the_fin(side, steps);
        }
    }

    /// This side acknowledges the other's FIN.
    fn has_got_the_fin(&mut self, side: Side, steps: &mut Vec<Step>) {
        let got = match self.end(side).state {
            Some(TcpState::Established | TcpState::SynReceived) => Some(TcpState::CloseWait),
            Some(TcpState::FinWait1) => Some(TcpState::Closing),
            Some(TcpState::FinWait2) => Some(TcpState::TimeWait),
            _ => None,
        };
        let confirmed = match self.end(!side).state {
            Some(TcpState::FinWait1) => Some(TcpState::FinWait2),
            Some(TcpState::Closing) => Some(TcpState::TimeWait),
            Some(TcpState::LastAck) => Some(TcpState::Closed),
            _ => None,
        };
        for (side, to) in [(side, got), (!side, confirmed)] {
            if let Some(to) = to {
                self.step(side, to, steps);
            }
        }
    }

    fn parts(&mut self, side: Side, tcp: &Tcp, len: u32, steps: &mut Vec<Step>) {
        let syn = u64::from(tcp.flags.has(TcpFlags::SYN));
        let fin = tcp.seq.saturating_add(u64::from(len) + syn);
        self.end_mut(side).fin = Some(fin);
        match self.end(side).state {
            Some(TcpState::Established | TcpState::SynReceived) => {
                self.step(side, TcpState::FinWait1, steps);
            }
            Some(TcpState::CloseWait) => self.step(side, TcpState::LastAck, steps),
            _ => {}
        }
    }

    /// Counts bytes: what was sent, and what of it is acknowledged, and so has arrived.
    fn count(&mut self, side: Side, tcp: &Tcp, len: u32) {
        let sent = &mut self.end_mut(side).figures.sent;
        if len > 0 {
            *sent = (*sent).max(tcp.stream(len).1);
        }
        if !tcp.flags.has(TcpFlags::ACK) {
            return;
        }
        let until = tcp.ack.saturating_add(tcp.window.into());
        let told = &mut self.end_mut(side).told;
        if told.is_none_or(|(ack, _)| ack <= tcp.ack) {
            *told = Some((tcp.ack, until));
        }
        let peer = self.end_mut(!side);
        let fin = u64::from(peer.fin.is_some_and(|fin| tcp.ack > fin));
        let acked = tcp.ack.saturating_sub(1 + fin);
        let figures = &mut peer.figures;
        figures.acked = figures.acked.max(acked);
        // What is acknowledged was sent, though it is not in the capture.
        figures.sent = figures.sent.max(figures.acked);
        let acked = figures.acked;
        self.end_mut(side).figures.received = acked;
    }
}
