//! What is known of the host network's packets that concern us: which ports to look at, whose a packet is, and by which
//! interface its conversation goes.
//!
//! A packet may come by twice: through a bridge and its port, or a tunnel and the link below it. Each direction of a
//! conversation is followed at the interface where it was seen first.

use super::{
    bell::ready,
    flood::{Flood, TOLD_EVERY},
};
use crate::{
    model::{
        call::Call,
        ids::{Nanos, Side, SocketId},
    },
    os::{
        capture::{Capture, MOST_PORTS, Seen},
        lab::Frame,
    },
    packet::Tracker,
};
use core::{net::SocketAddr, time::Duration};
use std::{collections::HashMap, io, rc::Rc};
use tokio::{
    io::{Interest, unix::AsyncFd},
    time::{Instant, sleep_until},
};

/// So many directions of conversations are remembered; then all are forgotten, and found anew.
const MOST_WAYS: usize = 8192;
/// A direction that was silent for so long may have found another interface.
const SILENT: Nanos = Nanos::from_millis(900);
/// In a flood, packets are fetched together so often: every wake costs the conversation time.
const FETCH: Duration = Duration::from_millis(5);
/// And so often when more lies ready than was fetched at once.
const TURN: Duration = Duration::from_millis(1);
/// How long it is believed, after waiting in vain for a busy thread, that waiting again is of no use.
const NO_USE: Duration = Duration::from_millis(20);

/// One direction of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The sender's socket, if it is ours.
    pub(super) socket: Option<SocketId>,
    pub(super) toward: Side,
    interface: u32,
    last: Nanos,
}

impl Way {
    pub(super) const fn new(socket: Option<SocketId>, toward: Side, seen: Seen) -> Self {
        Self {
            socket,
            toward,
            interface: seen.interface,
            last: seen.at,
        }
    }

    /// Whether a packet was seen before, at another interface.
    pub(super) const fn knows(&self, seen: Seen) -> bool {
        self.interface != seen.interface && seen.at.since(self.last).0 < SILENT.0
    }
}

/// See the module's documentation.
pub(super) struct Sniffer {
    pub(super) capture: Rc<AsyncFd<Capture>>,
    pub(super) frame: Frame,
    pub(super) tracker: Tracker,
    pub(super) flood: Flood,
    pub(super) ways: HashMap<(SocketAddr, SocketAddr), Way>,
    /// Our sockets' names, also of those that are over by the time their last packets are told.
    names: HashMap<(SocketAddr, SocketAddr), SocketId>,
    /// The last packet's number.
    pub(super) number: u64,
    /// Whether more may lie ready that nothing rings for any more.
    pub(super) more: bool,
    ports: Vec<u16>,
    fetched: Option<Instant>,
    no_use_until: Option<Instant>,
    missed: u64,
    missed_told: Nanos,
}

impl Sniffer {
    pub(super) fn open() -> io::Result<Self> {
        let capture = ready(Capture::open()?, Interest::READABLE)?;
        Ok(Self {
            capture: Rc::new(capture),
            frame: Frame::default(),
            tracker: Tracker::new(),
            flood: Flood::default(),
            ways: HashMap::new(),
            names: HashMap::new(),
            number: 0,
            more: false,
            ports: Vec::new(),
            fetched: None,
            no_use_until: None,
            missed: 0,
            missed_told: Nanos(0),
        })
    }

    /// Sees packets from and to this port, too; of very many, the newest.
    pub(super) fn watch(&mut self, port: u16) {
        if port == 0 || self.ports.contains(&port) {
            return;
        }
        if self.ports.len() >= MOST_PORTS {
            self.ports.remove(0);
        }
        self.ports.push(port);
        // Should it be refused, the packets of this port are not seen; nothing else suffers.
        let _ = self.capture.get_ref().watch(&self.ports);
    }

    /// Sees the packets that a call is about to send, from the first one on.
    pub(super) fn watch_for(&mut self, call: &Call) {
        if let Call::Connect { addr, .. } | Call::Bind { addr, .. } = call {
            self.watch(addr.port());
        }
    }

    /// A socket of ours has got these addresses.
    pub(super) fn names(&mut self, socket: SocketId, local: SocketAddr, peer: Option<SocketAddr>) {
        match peer {
            None => self.watch(local.port()),
            Some(peer) => {
                if self.names.len() >= MOST_WAYS {
                    self.names.clear();
                }
                self.names.insert((plain(local), plain(peer)), socket);
            }
        }
    }

    /// The socket of ours that has, or last had, these addresses.
    pub(super) fn named(&self, local: SocketAddr, peer: SocketAddr) -> Option<SocketId> {
        self.names.get(&(local, peer)).copied()
    }

    /// Remembers whose a direction is.
    pub(super) fn remember(&mut self, from: SocketAddr, to: SocketAddr, way: Way) {
        if self.ways.len() >= MOST_WAYS {
            self.ways.clear();
        }
        self.ways.insert((from, to), way);
    }

    /// All that lay ready was fetched, or as much as is good at once.
    pub(super) fn fetched(&mut self, more: bool) {
        self.more = more;
        self.fetched = Some(Instant::now());
        self.missed += self.capture.get_ref().newly_dropped();
    }

    /// Until when packets may wait: in a flood, other things get their turn.
    pub(super) fn pause(&self) -> Option<Instant> {
        let fetched = self.fetched.filter(|_| self.flood.lasts());
        fetched.map(|at| at + if self.more { TURN } else { FETCH })
    }

    /// How many packets were missed, if it is time to tell it.
    pub(super) fn missed(&mut self, at: Nanos) -> Option<u64> {
        let due = self.missed > 0 && at.since(self.missed_told) >= TOLD_EVERY;
        due.then(|| {
            self.missed_told = at;
            core::mem::take(&mut self.missed)
        })
    }

    /// When something is to be told that was not told at once.
    pub(super) fn owes_at(&self) -> Option<Nanos> {
        let missed = (self.missed > 0).then(|| self.missed_told.plus(TOLD_EVERY));
        missed.into_iter().chain(self.flood.owes_at()).min()
    }

    /// Whether waiting for a thread that runs may be worth it.
    pub(super) fn may_wait(&self) -> bool {
        let useful = |until| until <= Instant::now();
        !self.flood.lasts() && self.no_use_until.is_none_or(useful)
    }

    /// A thread that runs was waited for in vain.
    pub(super) fn waited_in_vain(&mut self) {
        self.no_use_until = Some(Instant::now() + NO_USE);
    }

    /// Everything is cleared.
    pub(super) fn clear(&mut self) {
        self.capture.get_ref().clear();
        self.tracker.clear();
        self.ways.clear();
        self.names.clear();
        self.ports.clear();
        self.flood = Flood::default();
        (self.number, self.missed, self.more) = (0, 0, false);
    }
}

/// As it stands in packets.
fn plain(at: SocketAddr) -> SocketAddr {
    SocketAddr::new(at.ip().to_canonical(), at.port())
}

/// Waits until packets lie ready, not before the pause is over. Whoever waits must then take all there is.
pub(super) async fn passing(
    capture: Option<&AsyncFd<Capture>>,
    pause: Option<Instant>,
    already: bool,
) {
    let Some(capture) = capture else {
        return core::future::pending().await;
    };
    if let Some(until) = pause {
        sleep_until(until).await;
    }
    if already {
        return;
    }
    // What comes after this rings again, and what came before it is taken now.
    if let Ok(mut heard) = capture.readable().await {
        heard.clear_ready();
    }
}
