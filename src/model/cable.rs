//! What the cable can be told: rules for what passes, and the hand that takes one packet.

mod presets;

pub use presets::Preset;

use super::{
    ids::{Nanos, Side},
    packet::{PacketKind, PacketNo},
};
use core::fmt;

/// Which packets a rule is for: all of these must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Match {
    /// What it is.
    pub kind: Option<PacketKind>,
    /// Which way it goes.
    pub toward: Option<Side>,
    /// Which of those that fit, counted from when the rule was made.
    pub which: Which,
}

impl Match {
    /// Whether a packet is of this kind and goes this way. Counting is the cable's.
    pub fn fits(&self, kind: Option<PacketKind>, toward: Side) -> bool {
        self.kind.is_none_or(|only| kind == Some(only))
            && self.toward.is_none_or(|only| toward == only)
    }
}

/// Which of the packets that fit a rule is for, counted from 1 since the rule was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    #[default]
    All,
    /// `next`: the first, and then the rule is over.
    Next,
    /// `first N`: then the rule is over.
    First(u32),
    /// `every N`: the Nth, the 2Nth, ...
    Every(u32),
    /// `3,4,5`: just these, and after the last of them the rule is over. Rising, not empty.
    These(Vec<u32>),
}

/// So many in a million: a chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chance(pub u32);

impl Chance {
    /// Always.
    pub const ALWAYS: Self = Self(1_000_000);
}

/// `10%`, `0.5%`.
impl fmt::Display for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", f64::from(self.0) / 10_000.0)
    }
}

/// Rules as they are told in few words: those of a preset by its name, once.
pub fn in_short(rules: &[String]) -> Vec<&str> {
    let mut told: Vec<&str> = Vec::new();
    for rule in rules {
        let preset = rule
            .split_once(": ")
            .filter(|(name, _)| name.starts_with("preset "));
        let rule = preset.map_or(&**rule, |(name, _)| name);
        if !told.contains(&rule) {
            told.push(rule);
        }
    }
    told
}

/// What the hand does to one packet that lies on the cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hand {
    /// Deliver it now.
    Step,
    /// Take it off the cable.
    Drop,
    /// Put a copy behind it.
    Dup,
    /// Let it change places with the one behind it, that goes the same way.
    Swap,
    /// Change one of its bytes, so that its checksum is wrong.
    Corrupt,
}

impl Hand {
    /// Each with its word.
    pub const TABLE: [(Self, &'static str); 5] = [
        (Self::Step, "step"),
        (Self::Drop, "drop"),
        (Self::Dup, "dup"),
        (Self::Swap, "swap"),
        (Self::Corrupt, "corrupt"),
    ];

    /// Its word.
    pub const fn name(self) -> &'static str {
        Self::TABLE[self as usize].1
    }
}

/// What a rule does to the packets that it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Holds them until they are let go.
    Hold,
    /// Drops them, each with this chance; the seed makes the same choices every time, and so does none.
    Drop {
        /// The chance; [`Chance::ALWAYS`] for `drop`, another for `loss`.
        chance: Chance,
        /// The generator's seed, for `loss`.
        seed: Option<u64>,
    },
    /// Sends each of them twice.
    Dup,
    /// Lets the next one that goes the same way overtake each of them.
    Swap,
    /// As `Swap`, for each with this chance.
    Reorder {
        /// The chance.
        chance: Chance,
        /// The generator's seed.
        seed: Option<u64>,
    },
    /// Changes a byte of each, with this chance, so that its checksum is wrong.
    Corrupt {
        /// The chance.
        chance: Chance,
        /// The generator's seed.
        seed: Option<u64>,
    },
    /// Keeps each of them for a time, without changing their order.
    Delay {
        /// How long.
        by: Nanos,
        /// So much more or less, at random.
        jitter: Nanos,
    },
    /// Lets no more than so many bits a second through, in each direction.
    Rate {
        /// Bits a second, IP headers included.
        bits: u64,
    },
    /// Lets no packet through that is larger: it is dropped, and the sender is told by ICMP (RFC 1191, RFC 8201). Who
    /// allows fragments (IPv4 without DF) is told nothing: a router would cut such a packet into fragments, the cable
    /// does not, and drops it.
    Mtu {
        /// In bytes, IP header included; from 68 (RFC 791). How far TCP can follow, [`Deed::least_mtu`] says.
        bytes: u32,
    },
}

impl Deed {
    /// The narrowest path that a kernel's TCP can follow, over IPv4 or IPv6. Linux gives a segment 48 bytes for options
    /// and data, behind 40 of headers (`tcp_min_snd_mss`); over IPv6 nobody need go below 1280 (RFC 8200, section 5).
    pub const fn least_mtu(family: u8) -> u32 {
        if family == 4 { 88 } else { 1280 }
    }
}

/// A rule: what is done to which packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What.
    pub deed: Deed,
    /// To which.
    pub what: Match,
}

/// What the cable is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CableOrder {
    /// `cable DEED [MATCH]`: from now on.
    Rule(Rule),
    /// `cable step|drop|dup|swap|corrupt [N]`: that packet, or without a number the oldest that is held.
    Hand(Hand, Option<PacketNo>),
    /// `cable release`: hold nothing any more, and deliver what is held, in order; what a delay or a rate keeps for
    /// longer goes on until then.
    Release,
    /// `cable unplug [to SIDE]`: what goes that way, or both ways, is dropped, and what lies on that way too.
    Unplug(Option<Side>),
    /// `cable plug [to SIDE]`: it is a cable again.
    Plug(Option<Side>),
    /// `cable clear`: no rules any more, plugged in, and all that lies on it is delivered at once.
    Clear,
    /// `cable preset NAME`: the rules of a real link, in place of all delays, rates and losses.
    Preset(&'static Preset),
    /// `cable offload on|off`: whether the kernels may hand over super-packets (`TUNSETOFFLOAD`).
    Offload(bool),
}

/// As it is typed: `next syn-ack to client`, `data 3,4,5`.
impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = match &self.which {
            Which::All | Which::These(_) => None,
            Which::Next => Some("next".to_owned()),
            Which::First(n) => Some(format!("first {n}")),
            Which::Every(n) => Some(format!("every {n}")),
        };
        let after = match &self.which {
            Which::These(ns) => {
                let ns: Vec<_> = ns.iter().map(u32::to_string).collect();
                let kind = self.kind.map_or("packets", PacketKind::name);
                Some(format!("{kind} {}", ns.join(",")))
            }
            _ => self.kind.map(|kind| kind.name().to_owned()),
        };
        let toward = self.toward.map(|side| format!("to {side}"));
        let words: Vec<_> = [before, after, toward].into_iter().flatten().collect();
        f.write_str(&words.join(" "))
    }
}

/// As it is typed, without `cable`: `drop next syn-ack`, `loss 10% seed 7 data`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seed = |seed: Option<u64>| seed.map_or_else(String::new, |s| format!(" seed {s}"));
        let for_all = self.what == Match::default();
        match &self.deed {
            Deed::Hold => write!(f, "hold")?,
            // Without a match `drop` and `corrupt` are done by hand, to one packet.
            Deed::Drop {
                chance: Chance::ALWAYS,
                ..
            } if !for_all => write!(f, "drop")?,
            Deed::Drop { chance, seed: s } => write!(f, "loss {chance}{}", seed(*s))?,
            Deed::Dup => write!(f, "dup")?,
            Deed::Swap => write!(f, "swap")?,
            Deed::Reorder { chance, seed: s } => write!(f, "reorder {chance}{}", seed(*s))?,
            Deed::Corrupt {
                chance: Chance::ALWAYS,
                ..
            } if !for_all => write!(f, "corrupt")?,
            Deed::Corrupt { chance, seed: s } => write!(f, "corrupt {chance}{}", seed(*s))?,
            Deed::Delay { by, jitter } => {
                write!(f, "delay {}", time(*by))?;
                if jitter.0 > 0 {
                    write!(f, " jitter {}", time(*jitter))?;
                }
            }
            Deed::Rate { bits } => write!(f, "rate {}", rate(*bits))?,
            Deed::Mtu { bytes } => write!(f, "mtu {bytes}")?,
        }
        let what = self.what.to_string();
        if what.is_empty() {
            Ok(())
        } else {
            write!(f, " {what}")
        }
    }
}

/// As it is typed, without `cable`.
impl fmt::Display for CableOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = |side: &Option<Side>| side.map_or_else(String::new, |s| format!(" to {s}"));
        match self {
            Self::Rule(rule) => rule.fmt(f),
            Self::Hand(hand, None) => f.write_str(hand.name()),
            Self::Hand(hand, Some(n)) => write!(f, "{} {n}", hand.name()),
            Self::Release => f.write_str("release"),
            Self::Unplug(side) => write!(f, "unplug{}", to(side)),
            Self::Plug(side) => write!(f, "plug{}", to(side)),
            Self::Clear => f.write_str("clear"),
            Self::Preset(preset) => write!(f, "preset {}", preset.name),
            Self::Offload(on) => write!(f, "offload {}", if *on { "on" } else { "off" }),
        }
    }
}

/// A time as the language writes it: whole units, `200ms`.
pub fn time(span: Nanos) -> String {
    let ns = span.0;
    let units = [
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "us"),
        (1, "ns"),
    ];
    units
        .into_iter()
        .find(|(unit, _)| ns.is_multiple_of(*unit))
        .map_or_else(String::new, |(unit, name)| format!("{}{name}", ns / unit))
}

/// A rate as the language writes it: whole units, `1mbit`.
pub fn rate(bits: u64) -> String {
    let units = [
        (1_000_000_000, "gbit"),
        (1_000_000, "mbit"),
        (1_000, "kbit"),
        (1, "bit"),
    ];
    units
        .into_iter()
        .find(|(unit, _)| bits.is_multiple_of(*unit))
        .map_or_else(String::new, |(unit, name)| format!("{}{name}", bits / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_match_fits_what_is_of_its_kind_and_goes_its_way() {
        let all = Match::default();
        assert!(all.fits(None, Side::Server) && all.fits(Some(PacketKind::Syn), Side::Client));
        let data = Match {
            kind: Some(PacketKind::Data),
            toward: Some(Side::Server),
            which: Which::Next,
        };
        assert!(data.fits(Some(PacketKind::Data), Side::Server));
        assert!(!data.fits(Some(PacketKind::Data), Side::Client));
        assert!(!data.fits(Some(PacketKind::Ack), Side::Server));
        assert!(!data.fits(None, Side::Server), "what it is cannot be known");
    }
}
