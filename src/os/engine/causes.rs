//! What brought a packet about. A kernel speaks because its program made a call, or because a packet came.
//!
//! ```text
//!   SYN ........................ the connect of that socket
//!   data ....................... its latest send
//!   FIN ........................ its shutdown or close
//!   window update .............. its latest recv
//!   SYN-ACK, ACK, RST .......... the packet that was delivered to it last in this conversation
//! ```
//!
//! A reset is its program's doing where it has closed since the last packet came. Timers leave no event: what they send
//! repeats something, or has no cause that is known.

use super::world::World;
use crate::{
    model::{
        call::{Call, How},
        event::Cause,
        ids::{CallId, Nanos, SocketId},
        packet::{Notable, PacketKind, PacketNo},
        tcp::TcpState,
    },
    packet::Brief,
};
use core::net::SocketAddr;
use std::collections::HashMap;

/// As many sockets, and as many directions of conversations, are remembered at most.
const MOST: usize = 8192;

/// The latest call of one sort, and the one before, should the latest fail.
#[derive(Clone, Copy, Debug, Default)]
struct Latest {
    call: Option<CallId>,
    before: Option<CallId>,
}

impl Latest {
    const fn is(&mut self, call: CallId) {
        (self.before, self.call) = (self.call, Some(call));
    }

    fn has_failed(&mut self, call: CallId) {
        if self.call == Some(call) {
            self.call = self.before.take();
        }
    }
}

/// What a socket's program has done lately.
#[derive(Clone, Copy, Debug, Default)]
struct Doings {
    connect: Option<CallId>,
    send: Latest,
    recv: Latest,
    goodbye: Latest,
    goodbye_at: Nanos,
}

/// See the module's documentation.
#[derive(Debug, Default)]
pub(super) struct Causes {
    doings: HashMap<SocketId, Doings>,
    /// From where and to where, which packet came last, and when.
    came: HashMap<(SocketAddr, SocketAddr), (PacketNo, Nanos)>,
}

impl Causes {
    /// A call on this socket is being made, or was.
    pub(super) fn called(&mut self, socket: SocketId, id: CallId, call: &Call, at: Nanos) {
        if self.doings.len() >= MOST && !self.doings.contains_key(&socket) {
            self.doings.clear();
        }
        let doings = self.doings.entry(socket).or_default();
        match call {
            Call::Connect { .. } => doings.connect = Some(id),
            Call::Send { .. } | Call::SendTo { .. } => doings.send.is(id),
            _ if call.takes_bytes() => doings.recv.is(id),
            Call::Close { .. }
            | Call::Shutdown {
                how: How::Write | How::Both,
                ..
            } => {
                doings.goodbye.is(id);
                doings.goodbye_at = at;
            }
            _ => {}
        }
    }

    /// It has failed: whatever comes now is not its doing. A connect has asked its question all the same.
    pub(super) fn failed(&mut self, socket: SocketId, id: CallId) {
        if let Some(doings) = self.doings.get_mut(&socket) {
            doings.send.has_failed(id);
            doings.recv.has_failed(id);
            doings.goodbye.has_failed(id);
        }
    }

    /// Calls on this socket have moved bytes and were not told one by one.
    pub(super) fn moved_untold(&mut self, socket: SocketId) {
        if let Some(doings) = self.doings.get_mut(&socket) {
            (doings.send, doings.recv) = (Latest::default(), Latest::default());
        }
    }

    /// A packet has come to the other end.
    pub(super) fn came(&mut self, brief: &Brief, number: PacketNo, at: Nanos) {
        let way = (brief.from, brief.to);
        if self.came.len() >= MOST && !self.came.contains_key(&way) {
            self.came.clear();
        }
        self.came.insert(way, (number, at));
    }

    /// Everything is cleared.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The call, or else the packet, that made this socket's kernel send this.
    fn of(&self, socket: Option<SocketId>, brief: &Brief, notable: &[Notable]) -> Origin {
        let doings = socket.and_then(|s| self.doings.get(&s).copied());
        let doings = doings.unwrap_or_default();
        let came = self.came.get(&(brief.to, brief.from)).copied();
        let has = |what| notable.contains(&what);
        match brief.kind() {
            _ if has(Notable::KeepAlive) || has(Notable::ZeroWindowProbe) => Origin::Unknown,
            Some(PacketKind::Syn) => Origin::call(doings.connect),
            Some(PacketKind::Data) => Origin::call(doings.send.call),
            Some(PacketKind::Fin) => Origin::call(doings.goodbye.call),
            Some(PacketKind::Ack) if has(Notable::WindowUpdate) => Origin::call(doings.recv.call),
            Some(PacketKind::Rst)
                if doings.goodbye.call.is_some()
                    && came.is_none_or(|(_, at)| at <= doings.goodbye_at) =>
            {
                Origin::call(doings.goodbye.call)
            }
            Some(PacketKind::SynAck | PacketKind::Ack | PacketKind::Rst) => {
                came.map_or(Origin::Unknown, |(number, _)| Origin::Packet(number))
            }
            _ => Origin::Unknown,
        }
    }
}

/// Where a packet comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Call(CallId),
    Packet(PacketNo),
    Unknown,
}

impl Origin {
    fn call(id: Option<CallId>) -> Self {
        id.map_or(Self::Unknown, Self::Call)
    }
}

impl World {
    /// Why this socket's kernel sends this packet.
    pub(super) fn why_sent(
        &self,
        socket: Option<SocketId>,
        brief: &Brief,
        notable: &[Notable],
    ) -> Cause {
        match self.causes.of(socket, brief, notable) {
            Origin::Call(id) => self.because_of(id),
            Origin::Packet(number) => Cause::Packet(number),
            Origin::Unknown => Cause::Unknown,
        }
    }

    /// The call of its own program that brought a socket into this state, if it is one about which only calls can.
    pub(super) fn who_brought(&self, socket: SocketId, state: TcpState) -> Cause {
        let doings = self.causes.doings.get(&socket).copied().unwrap_or_default();
        let id = match state {
            TcpState::SynSent => doings.connect,
            TcpState::FinWait1 | TcpState::LastAck => doings.goodbye.call,
            _ => None,
        };
        id.map_or(Cause::Unknown, |id| self.because_of(id))
    }

    /// The call; while nothing is told of it yet, the statement that asked for it.
    fn because_of(&self, id: CallId) -> Cause {
        let mut workers = self.workers.values();
        let untold = workers.find(|w| w.busy.as_ref().is_some_and(|b| b.id == id && !b.waits));
        let asked = untold.and_then(|w| Some(w.current.as_ref()?.asked));
        asked.map_or(Cause::Call(id), Cause::Event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{
            ids::{Actor, Fd},
            packet::{Protocol, TcpFlags},
            payload::Payload,
        },
        packet::Segment,
    };

    const HERE: SocketId = SocketId::own(Actor::Server, 0);

    fn packet(flags: TcpFlags, len: u32, back: bool) -> Brief {
        let [a, b] = [1, 2].map(|n| SocketAddr::from(([10, 0, 0, n], 7)));
        let (from, to) = if back { (b, a) } else { (a, b) };
        Brief {
            protocol: Protocol::Tcp,
            from,
            to,
            total: 40 + len,
            data: 40,
            len,
            dont_fragment: true,
            fragment: false,
            tcp: Some(Segment {
                flags,
                ..Segment::default()
            }),
        }
    }

    fn send() -> Call {
        Call::Send {
            fd: Fd(3),
            len: 1,
            flags: crate::model::call::MsgFlags::default(),
            data: Payload::capped(b"x", 1),
        }
    }

    #[test]
    fn data_are_sent_by_send_and_answers_by_what_came() {
        let mut causes = Causes::default();
        let (data, ack) = (
            packet(TcpFlags::ACK, 1, false),
            packet(TcpFlags::ACK, 0, false),
        );
        assert_eq!(causes.of(Some(HERE), &data, &[]), Origin::Unknown);
        assert_eq!(causes.of(Some(HERE), &ack, &[]), Origin::Unknown);
        causes.called(HERE, CallId(4), &send(), Nanos(1));
        causes.called(HERE, CallId(5), &send(), Nanos(2));
        causes.failed(HERE, CallId(5));
        causes.came(&packet(TcpFlags::ACK, 9, true), PacketNo(7), Nanos(3));
        causes.came(&data, PacketNo(8), Nanos(3));
        assert_eq!(
            causes.of(Some(HERE), &data, &[]),
            Origin::Call(CallId(4)),
            "the one that failed has sent nothing"
        );
        assert_eq!(causes.of(None, &ack, &[]), Origin::Packet(PacketNo(7)));
        let probe = [Notable::KeepAlive];
        assert_eq!(causes.of(Some(HERE), &ack, &probe), Origin::Unknown);
        causes.moved_untold(HERE);
        assert_eq!(causes.of(Some(HERE), &data, &[]), Origin::Unknown);
    }

    #[test]
    fn a_reset_is_who_closed_last_or_what_came_since() {
        let mut causes = Causes::default();
        let rst = packet(TcpFlags::RST, 0, false);
        causes.came(&packet(TcpFlags::ACK, 9, true), PacketNo(7), Nanos(3));
        assert_eq!(
            causes.of(Some(HERE), &rst, &[]),
            Origin::Packet(PacketNo(7))
        );
        let close = Call::Close { fd: Fd(3) };
        causes.called(HERE, CallId(6), &close, Nanos(5));
        assert_eq!(causes.of(Some(HERE), &rst, &[]), Origin::Call(CallId(6)));
        causes.came(&packet(TcpFlags::ACK, 9, true), PacketNo(9), Nanos(8));
        assert_eq!(
            causes.of(Some(HERE), &rst, &[]),
            Origin::Packet(PacketNo(9))
        );
    }
}
