//! Taking in one event.

use super::{
    super::{
        call::{Call, CallDone},
        errno::Errno,
        event::{Event, FREE_PLAY, Fact, RULE_OVER, Source},
        ids::{Actor, CallId, Fd, SocketId},
        packet::{Decider, Fate, Notable, Packet, PacketKind},
        program::Doing,
        tcp::TcpState,
    },
    ActorState, CallBrief, Counts, Ended, Passage, RECENT_CALLS, RECENT_PACKETS, Session,
    SocketState, WaitingCall,
    parts::{MOST_PATH, MOST_SOCKETS},
};
use core::net::SocketAddr;

/// Of so many lines of a script it is kept what came of their claims.
const MOST_VERDICTS: usize = 1_000;

impl Session {
    fn socket_mut(&mut self, id: SocketId) -> &mut SocketState {
        let i = self
            .sockets
            .iter()
            .rposition(|s| s.id == id)
            .unwrap_or_else(|| {
                self.forget_the_oldest();
                self.sockets.push(SocketState::new(id));
                self.sockets.len() - 1
            });
        &mut self.sockets[i]
    }

    fn forget_the_oldest(&mut self) {
        if self.sockets.len() < MOST_SOCKETS {
            return;
        }
        let first = |is: fn(&SocketState) -> bool| self.sockets.iter().position(is);
        let oldest = first(SocketState::is_gone).or_else(|| first(SocketState::is_left_behind));
        if let Some(oldest) = oldest {
            self.sockets.remove(oldest);
        }
    }

    /// Takes in one event.
    pub fn apply(&mut self, event: &Event) {
        self.at = event.at_ns;
        self.last = Some(event.id);
        self.count += 1;
        self.lines.apply(event.id, event.who, &event.fact);
        match &event.fact {
            Fact::Begin {
                network,
                script,
                server,
                sight,
                no_lab,
            } => {
                *self = Self {
                    at: self.at,
                    last: self.last,
                    count: self.count,
                    generation: self.generation + u32::from(self.count > 1),
                    begins: self.last,
                    network: network.clone(),
                    server_address: *server,
                    sight: sight.clone().into(),
                    no_lab: no_lab.as_deref().map(Into::into),
                    script: script.clone().into(),
                    ..Self::default()
                };
            }
            Fact::Asked { step, .. } => {
                if let Some(step) = step {
                    self.step = step.saturating_add(1);
                }
                if let Some(actor) = event.who {
                    self.actors.entry(actor).or_default();
                }
            }
            Fact::Call(done) => {
                self.begun(event, done.call_id);
                self.returned(event, done);
            }
            Fact::Waiting {
                call_id,
                call,
                socket,
            } => {
                self.begun(event, *call_id);
                self.talk = Some(event.id);
                let waiting = WaitingCall {
                    call_id: *call_id,
                    event: event.id,
                    call: call.clone(),
                    socket: *socket,
                    since: event.happened(),
                };
                self.actor(event.who).waiting.push(waiting);
            }
            Fact::Queued { text } => {
                let actor = self.actor(event.who);
                actor.queued.push_back(text.clone());
                actor.queued_by.push_back(event.cause);
            }
            Fact::Socket {
                socket,
                cookie,
                local,
                peer,
                was,
            } => self.named(*socket, *cookie, *local, *peer, *was),
            // It was let go of in TIME-WAIT.
            Fact::State { socket, from, .. }
                if *from == TcpState::TimeWait && self.socket(*socket).is_none() => {}
            Fact::State { socket, from, to } => {
                // What follows from a capture's packets was as well seen as they were.
                let derived = event.source == Source::Derived && !self.is_capture();
                let passage = Passage {
                    from: *from,
                    to: *to,
                    derived,
                    event: event.id,
                };
                let s = self.socket_mut(*socket);
                s.mark_state(event, *to);
                s.state = *to;
                if s.path.len() == MOST_PATH {
                    s.path.remove(1);
                }
                s.path.push(passage);
                if *to == TcpState::Closed {
                    (s.recv_q, s.send_q, s.detail) = (None, None, None);
                }
                // Reset in the accept queue: no program ever had it, unless accept still hands it out.
                s.closed |= *to == TcpState::Closed && s.is_pending();
            }
            Fact::Queue {
                socket,
                recv_q,
                send_q,
            } => {
                let s = self.socket_mut(*socket);
                (s.recv_q, s.send_q) = (Some(*recv_q), Some(*send_q));
                s.mark_queues(event);
            }
            Fact::Progress {
                socket,
                taken,
                sent,
                acked,
                received,
                copied,
            } => {
                let s = self.socket_mut(*socket);
                let old = s.counts.unwrap_or_default();
                // Counts only grow; a look that comes late must not take back what is known.
                s.counts = Some(Counts {
                    taken: old.taken.max(*taken),
                    sent: old.sent.max(*sent),
                    acked: old.acked.max(*acked),
                    received: old.received.max(*received),
                    copied: old.copied.max(*copied),
                });
                s.mark_counts(event, old.acked);
            }
            Fact::Detail { socket, detail } => {
                let s = self.socket_mut(*socket);
                s.detail = Some((**detail, event.happened()));
                s.mark_detail(event, detail);
            }
            Fact::Packet(packet) => {
                self.cable.entered(event.id, event.happened(), packet);
                self.mark_packet(event, packet);
                if self.is_capture() {
                    self.cable.forget_all_but(RECENT_PACKETS);
                }
                if is_worth_talking(packet) {
                    self.talk = Some(event.id);
                }
            }
            Fact::Handled {
                packet,
                handling,
                decided_by,
            } => {
                self.cable.handled(*packet, *handling, decided_by);
                self.talk = Some(event.id);
            }
            Fact::Fate {
                packet,
                fate,
                decided_by,
                arrival,
            } => {
                let ended = Ended {
                    fate: *fate,
                    by: decided_by.clone(),
                    arrival: *arrival,
                    event: event.id,
                    at: event.happened(),
                };
                self.cable.ended(*packet, ended);
                // That a cable delivers what it is given is no news.
                let spoilt = self.cable.packet(*packet).is_some_and(|p| p.corrupted);
                let is_news = *fate != Fate::Delivered || arrival.is_some() || spoilt;
                if is_news || *decided_by == Decider::You {
                    self.talk = Some(event.id);
                }
            }
            Fact::Passed {
                packets, toward, ..
            } => {
                self.cable.passed(*packets);
                self.mark_passed(*toward);
            }
            Fact::Cable {
                text,
                rules,
                offload,
            } => {
                self.cable.rules = rules.clone().into();
                self.cable.offload = *offload;
                // What its last packet came to is worth more words.
                if !text.starts_with(RULE_OVER) {
                    self.talk = Some(event.id);
                }
            }
            Fact::Ack {
                level,
                socket,
                through,
                ..
            } => {
                let ack = &mut self.socket_mut(*socket).acks[*level as usize];
                *ack = (*ack).max(*through);
            }
            Fact::Line { line } => {
                self.lines_told = self.lines_told.max((*line).min(4));
            }
            Fact::Expect { held, line, .. } => {
                if let Some(line) = line
                    && (self.verdicts.len() < MOST_VERDICTS || self.verdicts.contains_key(line))
                {
                    self.verdicts.insert(*line, (*held, event.id));
                }
                if *held {
                    self.claims.0 += 1;
                } else {
                    self.claims.1 += 1;
                }
            }
            Fact::Say { .. } => {
                self.talk = Some(event.id);
                self.said = Some(event.id);
            }
            Fact::Refused { .. } => {
                self.talk = Some(event.id);
                if let (Some(actor), Some(cause)) = (event.who, event.cause) {
                    self.actors.entry(actor).or_default().unqueue(Some(cause));
                }
            }
            Fact::Serve { mode } => {
                self.talk = Some(event.id);
                self.actor(event.who).serving = (mode != "off").then(|| mode.clone());
            }
            Fact::Mode { text } if text == FREE_PLAY => self.left_script = true,
            Fact::Mode { text } => {
                self.talk = Some(event.id);
                self.actor(event.who).concurrent = text == "concurrent on";
            }
            Fact::Elided {
                socket,
                calls,
                read,
                written,
            } => {
                self.elided = self.elided.saturating_add(*calls);
                let s = self.socket_mut(*socket);
                s.read = s.read.saturating_add(*read);
                s.written = s.written.saturating_add(*written);
            }
            // What a program prints is told beside other things, and that it ended well is no news.
            Fact::Program { doing, .. } => match **doing {
                Doing::Printed { .. } | Doing::Flooded { .. } | Doing::Exited { code: 0 } => {}
                _ => self.talk = Some(event.id),
            },
            Fact::Note { .. } => self.noted = Some(event.id),
            Fact::Cancel { .. } => {}
        }
    }

    fn actor(&mut self, who: Option<Actor>) -> &mut ActorState {
        self.actors.entry(who.unwrap_or(Actor::Server)).or_default()
    }

    /// A call was made, so the statement that asked for it has had its turn.
    fn begun(&mut self, event: &Event, call_id: CallId) {
        let actor = self.actor(event.who);
        if actor.queued.is_empty() || actor.waiting.iter().any(|w| w.call_id == call_id) {
            return;
        }
        actor.unqueue(event.cause);
    }

    fn returned(&mut self, event: &Event, done: &CallDone) {
        self.talk = Some(event.id);
        let brief = CallBrief {
            event: event.id,
            name: done.call.name(),
            ret: done.ret,
            errno: done.errno,
        };
        let actor = self.actor(event.who);
        actor.waiting.retain(|w| w.call_id != done.call_id);
        actor.last = Some(brief);
        actor.recent.push_back(event.id);
        if actor.recent.len() > RECENT_CALLS {
            actor.recent.pop_front();
        }
        if let Some(made) = done.made {
            let s = self.socket_mut(made);
            s.fd = i32::try_from(done.ret).ok().map(Fd);
            self.mark_accepted(done.socket, made);
        }
        let Some(id) = done.socket else { return };
        let s = self.socket_mut(id);
        s.written = s.written.saturating_add(done.bytes_written());
        s.read = s.read.saturating_add(done.bytes_read());
        s.mark_call(event, done);
        match &done.call {
            // Linux lets go of the descriptor even when close reports an error.
            Call::Close { .. } if done.errno != Some(Errno::EBADF) => {
                s.mark_close();
                s.closed = true;
                s.fd = None;
            }
            Call::Recv { len, .. } | Call::RecvFrom { len, .. } if done.ret == 0 && *len > 0 => {
                s.end_seen = true;
            }
            Call::Ioctl { nonblocking, .. } if done.ret == 0 => s.nonblocking = *nonblocking,
            _ => {}
        }
    }

    fn named(
        &mut self,
        id: SocketId,
        cookie: u64,
        local: SocketAddr,
        peer: Option<SocketAddr>,
        was: Option<SocketId>,
    ) {
        if let Some(was) = was
            && let Some(i) = self.sockets.iter().position(|s| s.id == was)
        {
            let old = self.sockets.remove(i);
            let s = self.socket_mut(id);
            *s = SocketState {
                id,
                fd: s.fd,
                closed: false,
                marks: old.marks.set_as(&s.marks),
                ..old
            };
            for other in &mut self.sockets {
                if other.peer_socket == Some(was) {
                    other.peer_socket = Some(id);
                }
            }
        }
        let s = self.socket_mut(id);
        let cookie = Some(cookie).filter(|cookie| *cookie != 0);
        (s.cookie, s.local, s.peer) = (cookie, Some(local), peer);
        if cookie.is_none() {
            self.actors.entry(id.actor).or_default();
        }
        let Some(peer) = peer else { return };
        let other = self.sockets.iter_mut().rev().find(|o| {
            o.id != id
                && o.local.map(plain) == Some(plain(peer))
                && o.peer.map(plain) == Some(plain(local))
                && o.id.actor.side() != id.actor.side()
        });
        if let Some(other) = other {
            other.peer_socket = Some(id);
            let other = other.id;
            self.socket_mut(id).peer_socket = Some(other);
        }
    }
}

/// Whether it is news that this packet was sent: again, without need of a call, or because something is wrong.
fn is_worth_talking(packet: &Packet) -> bool {
    let news = [
        Notable::Retransmission,
        Notable::ZeroWindow,
        Notable::ZeroWindowProbe,
    ];
    packet.copy_of.is_none()
        && (matches!(packet.kind(), Some(PacketKind::Rst | PacketKind::Icmp))
            || packet.notable.iter().any(|n| news.contains(n)))
}

/// An IPv6 listener has its IPv4 callers in mapped form; they are the same ends all the same.
fn plain(addr: SocketAddr) -> SocketAddr {
    SocketAddr::new(addr.ip().to_canonical(), addr.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::story::testing::Play;

    #[test]
    fn a_crowd_in_time_wait_is_let_go_of_and_does_not_come_back() {
        let mut play = Play::free();
        let socket = |n| SocketId::own(Actor::Server, n);
        for n in 0..2 * MOST_SOCKETS as u32 {
            play.state(socket(n), TcpState::Established);
            play.state(socket(n), TcpState::TimeWait);
        }
        assert_eq!(play.session().sockets.len(), MOST_SOCKETS);
        let (from, to) = (TcpState::TimeWait, TcpState::Closed);
        for n in 0..2 * MOST_SOCKETS as u32 {
            let socket = socket(n);
            let fact = Fact::State { socket, from, to };
            play.see(Some(Actor::Server), Source::Kernel, fact);
        }
        let session = play.session();
        assert_eq!(session.sockets.len(), MOST_SOCKETS);
        assert!(session.sockets.iter().all(|s| s.path.len() == 3));
    }

    #[test]
    fn a_statement_leaves_the_queue_when_its_call_is_made() {
        let mut play = Play::free();
        play.listen().accept().ask("server recv");
        let text = "server recv".to_owned();
        play.see(Some(Actor::Server), Source::Script, Fact::Queued { text });
        let queued = |play: &Play| play.session().actors[&Actor::Server].queued.len();
        assert_eq!(queued(&play), 1);
        // The call that waits comes back: that is not yet the turn of the other.
        let call = Call::Accept { fd: Fd(3) };
        let id = SocketId::own(Actor::Server, 0);
        play.fail(Actor::Server, Some(id), call, Errno::EINTR);
        assert_eq!(queued(&play), 1);
        let flags = crate::model::call::MsgFlags::default();
        let recv = Call::Recv {
            fd: Fd(-1),
            len: 1,
            flags,
        };
        play.fail(Actor::Server, None, recv, Errno::EBADF);
        assert_eq!(queued(&play), 0);
    }
}
