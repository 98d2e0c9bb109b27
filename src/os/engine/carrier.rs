//! The cable's driver: our ends of the wire, what lies between them, and what is known of the conversations on it.
//!
//! ```text
//!   Port ── take ──► Brief ──► Tracker, journal ──► Cable (decides) ──► give ──► Port
//! ```
//!
//! While nothing is asked of the cable and more passes than anybody could follow, packets are passed on at once and
//! told together. They are dissected all the same, so that what comes after them is told right.

use super::bell::ready;
use crate::{
    cable::{Body, Cable},
    model::{
        event::Fact,
        ids::{Nanos, Side},
        packet::PacketNo,
    },
    os::{
        lab::{Frame, Port, Ports},
        network::Maker,
    },
    packet::{self, Tracker},
};
use core::time::Duration;
use std::{io, rc::Rc};
use tokio::{
    io::{Interest, unix::AsyncFd},
    time::Instant,
};

/// The span over which a flood is measured.
const WINDOW: Nanos = Nanos::from_millis(100);
/// So many packets in it are more than anybody follows.
const FLOOD: u32 = 150;
/// After so long without a packet a flood is over.
const AFTERMATH: Nanos = Nanos(2 * WINDOW.0);
/// Packets that were passed on are told at least so often.
const TOLD_EVERY: Nanos = Nanos::from_millis(250);
/// How long it is believed, after waiting in vain for a busy thread, that waiting again is of no use.
const NO_USE: Duration = Duration::from_millis(20);

impl Body for Frame {
    fn corrupt(&mut self, choice: u64) -> Option<u32> {
        self.complete_checksum();
        packet::corrupt(self.packet_mut(), choice)
    }
}

/// Our two ends of the wire.
pub(super) struct Wire {
    server: AsyncFd<Port>,
    client: AsyncFd<Port>,
}

impl Wire {
    /// Waits until one of the kernels has sent something. Whoever waits must then take all there is.
    pub(super) async fn sent(&self) {
        let (server, client) = (self.server.readable(), self.client.readable());
        let heard = tokio::select! { heard = server => heard, heard = client => heard };
        // What comes after this rings again, and what came before it is taken now.
        if let Ok(mut heard) = heard {
            heard.clear_ready();
        }
    }

    /// Our end at one side.
    pub(super) fn port(&self, side: Side) -> &Port {
        match side {
            Side::Server => self.server.get_ref(),
            Side::Client => self.client.get_ref(),
        }
    }
}

/// Packets that were passed on and are not told yet.
#[derive(Clone, Copy, Default)]
pub(super) struct Passed {
    pub(super) packets: u64,
    pub(super) bytes: u64,
    pub(super) through: PacketNo,
    since: Nanos,
}

/// See the module's documentation.
pub(super) struct Carrier {
    pub(super) wire: Rc<Wire>,
    pub(super) maker: Maker,
    pub(super) cable: Cable<Frame>,
    pub(super) tracker: Tracker,
    pub(super) frame: Frame,
    pub(super) offload: bool,
    passed: [Passed; 2],
    window: (Nanos, u32),
    flood: bool,
    pub(super) no_use_until: Option<Instant>,
    /// What the interfaces have dropped so far, as their kernels count.
    pub(super) dropped: [u64; 2],
}

impl Carrier {
    pub(super) fn new(ports: Ports, maker: Maker) -> io::Result<Self> {
        let wire = Wire {
            server: ready(ports.server, Interest::READABLE)?,
            client: ready(ports.client, Interest::READABLE)?,
        };
        Ok(Self {
            wire: Rc::new(wire),
            maker,
            cable: Cable::new(),
            tracker: Tracker::new(),
            frame: Frame::default(),
            offload: false,
            passed: [Passed::default(); 2],
            window: (Nanos(0), 0),
            flood: false,
            no_use_until: None,
            dropped: [0; 2],
        })
    }

    /// Takes note that one more packet came. Whether more come than can be told one by one.
    pub(super) fn is_flooded(&mut self, at: Nanos) -> bool {
        if at.since(self.window.0) >= WINDOW {
            self.flood = self.in_flood(at) && self.window.1 > FLOOD / 2;
            self.window = (at, 0);
        }
        self.window.1 += 1;
        self.flood |= self.window.1 > FLOOD;
        self.flood
    }

    /// A packet was passed on and not told.
    pub(super) fn passes(&mut self, toward: Side, bytes: usize, number: PacketNo, at: Nanos) {
        let passed = &mut self.passed[toward as usize];
        if passed.packets == 0 {
            passed.since = at;
        }
        passed.packets += 1;
        passed.bytes += bytes as u64;
        passed.through = number;
    }

    /// What was passed on and not told yet, if it is time to tell it.
    pub(super) fn owed(&mut self, at: Nanos, at_once: bool) -> Vec<(Side, Fact)> {
        let mut owed = Vec::new();
        for toward in [Side::Server, Side::Client] {
            let passed = &mut self.passed[toward as usize];
            if passed.packets > 0 && (at_once || at.since(passed.since) >= TOLD_EVERY) {
                let Passed {
                    packets,
                    bytes,
                    through,
                    ..
                } = core::mem::take(passed);
                let fact = Fact::Passed {
                    toward,
                    packets,
                    bytes,
                    through,
                };
                owed.push((toward, fact));
            }
        }
        owed
    }

    /// Whether the kernels may hand over super-packets from now on.
    pub(super) fn set_offload(&mut self, on: bool) -> Result<(), String> {
        for side in [Side::Server, Side::Client] {
            if let Err(e) = self.wire.port(side).set_offload(on) {
                return Err(format!(
                    "Segmentation offload cannot be switched on this cable: {e}."
                ));
            }
        }
        self.offload = on;
        Ok(())
    }

    /// What the interfaces have dropped since we last asked, in words: packets that never came into our hands.
    pub(super) fn newly_dropped(&mut self) -> Vec<String> {
        let Maker::Lab(lab) = &self.maker else {
            return Vec::new();
        };
        let mut notes = Vec::new();
        for side in [Side::Server, Side::Client] {
            let before = &mut self.dropped[side as usize];
            if let Ok(now) = lab.dropped(side)
                && now > *before
            {
                let more = now - core::mem::replace(before, now);
                notes.push(format!(
                    "The {side}'s interface has dropped {more} packets that the cable did not take in time: nobody decided that."
                ));
            }
        }
        notes
    }

    /// When the packets that were passed on are to be told, if there are any.
    pub(super) fn owes_at(&self) -> Option<Nanos> {
        let owed = self.passed.iter().filter(|p| p.packets > 0);
        owed.map(|p| p.since.plus(TOLD_EVERY)).min()
    }

    /// Whether more came lately than anybody follows.
    pub(super) fn in_flood(&self, at: Nanos) -> bool {
        self.flood && at.since(self.window.0) < AFTERMATH
    }

    /// Whether waiting for a thread that runs may be worth it.
    pub(super) fn may_wait(&self) -> bool {
        self.no_use_until
            .is_none_or(|until| until <= Instant::now())
    }

    /// A thread that runs was waited for in vain.
    pub(super) fn waited_in_vain(&mut self) {
        self.no_use_until = Some(Instant::now() + NO_USE);
    }

    /// Everything is cleared: what lies on the cable is gone, and so is what the kernels have sent by now.
    pub(super) fn clear(&mut self) {
        for side in [Side::Server, Side::Client] {
            while self.wire.port(side).take(&mut self.frame).is_ok() {}
        }
        if core::mem::take(&mut self.offload) {
            for side in [Side::Server, Side::Client] {
                let _ = self.wire.port(side).set_offload(false);
            }
        }
        self.cable.clear();
        self.tracker.clear();
        self.passed = [Passed::default(); 2];
        (self.window, self.flood) = ((Nanos(0), 0), false);
    }
}
