//! More packets than anybody could follow: then they are counted, and told together now and then.

use crate::model::{
    event::Fact,
    ids::{Nanos, Side},
    packet::PacketNo,
};

/// The span over which a flood is measured.
const WINDOW: Nanos = Nanos::from_millis(100);
/// So many packets in it are more than anybody follows.
const FLOOD: u32 = 150;
/// After so long without a packet a flood is over.
const AFTERMATH: Nanos = Nanos(2 * WINDOW.0);
/// Packets that were passed on are told at least so often.
pub(super) const TOLD_EVERY: Nanos = Nanos::from_millis(250);

/// Packets that passed and are not told yet.
#[derive(Clone, Copy, Default)]
struct Passed {
    packets: u64,
    bytes: u64,
    through: PacketNo,
    since: Nanos,
}

/// See the module's documentation.
#[derive(Default)]
pub(super) struct Flood {
    passed: [Passed; 2],
    window: (Nanos, u32),
    lasts: bool,
}

impl Flood {
    /// Takes note that one more packet came. Whether more come than can be told one by one.
    pub(super) fn is_flooded(&mut self, at: Nanos) -> bool {
        if at.since(self.window.0) >= WINDOW {
            self.lasts = self.lasts_at(at) && self.window.1 > FLOOD / 2;
            self.window = (at, 0);
        }
        self.window.1 += 1;
        self.lasts |= self.window.1 > FLOOD;
        self.lasts
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

    /// When the packets that were passed on are to be told, if there are any.
    pub(super) fn owes_at(&self) -> Option<Nanos> {
        let owed = self.passed.iter().filter(|p| p.packets > 0);
        owed.map(|p| p.since.plus(TOLD_EVERY)).min()
    }

    /// Whether more came lately than anybody follows.
    pub(super) fn lasts_at(&self, at: Nanos) -> bool {
        self.lasts && at.since(self.window.0) < AFTERMATH
    }

    /// Whether the last packet was part of one.
    pub(super) const fn lasts(&self) -> bool {
        self.lasts
    }
}
