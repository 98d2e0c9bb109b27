//! The cable's driver: our ends of the wire, what lies between them, and what is known of the conversations on it.
//!
//! ```text
//!   Port ── take ──► Brief ──► Tracker, journal ──► Cable (decides) ──► give ──► Port
//! ```
//!
//! While more passes than anybody could follow, packets that nothing delays or changes are passed on at once and told
//! together. They are dissected all the same, so that what comes after them is told right.

use super::{bell::ready, flood::Flood};
use crate::{
    cable::{Body, Cable},
    model::ids::Side,
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

/// How long it is believed, after waiting in vain for a busy thread, that waiting again is of no use.
const NO_USE: Duration = Duration::from_millis(20);

/// A packet lies ready, or none ever will: the interface is gone.
const RINGS: Interest = Interest::READABLE.add(Interest::ERROR);

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
        let (server, client) = (self.server.ready(RINGS), self.client.ready(RINGS));
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

/// See the module's documentation.
pub(super) struct Carrier {
    pub(super) wire: Rc<Wire>,
    pub(super) maker: Maker,
    pub(super) cable: Cable<Frame>,
    pub(super) tracker: Tracker,
    pub(super) frame: Frame,
    pub(super) offload: bool,
    /// The cable's rules as they were told last.
    pub(super) rules: Vec<String>,
    pub(super) flood: Flood,
    pub(super) no_use_until: Option<Instant>,
    /// What the interfaces have dropped so far, as their kernels count.
    pub(super) dropped: [u64; 2],
    /// Whose interface cannot be read any more.
    silent: [bool; 2],
}

impl Carrier {
    pub(super) fn new(ports: Ports, maker: Maker) -> io::Result<Self> {
        let wire = Wire {
            server: ready(ports.server, RINGS)?,
            client: ready(ports.client, RINGS)?,
        };
        Ok(Self {
            wire: Rc::new(wire),
            maker,
            cable: Cable::new(),
            tracker: Tracker::new(),
            frame: Frame::default(),
            offload: false,
            rules: Vec::new(),
            flood: Flood::default(),
            no_use_until: None,
            dropped: [0; 2],
            silent: [false; 2],
        })
    }

    /// Whether the kernels may hand over super-packets from now on.
    pub(super) fn set_offload(&mut self, on: bool) -> Result<(), String> {
        for side in [Side::Server, Side::Client] {
            if let Err(e) = self.wire.port(side).set_offload(on) {
                // Both sides or none: the other may have been switched already.
                let _ = self.wire.port(!side).set_offload(self.offload);
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

    /// What is to be told when a side's packets cannot be taken any more: once, in words.
    pub(super) fn goes_silent(&mut self, side: Side, error: &io::Error) -> Option<String> {
        if error.kind() == io::ErrorKind::WouldBlock
            || core::mem::replace(&mut self.silent[side as usize], true)
        {
            return None;
        }
        Some(format!(
            "The {side}'s end of the cable is gone: its interface {side}0 cannot be read any more ({error}). Somebody inside the lab may have deleted it. No packet passes there; start fourline anew."
        ))
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
        self.rules.clear();
        self.tracker.clear();
        self.flood = Flood::default();
    }
}
