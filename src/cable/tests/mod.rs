//! Stories of the cable, told with packets that are a word each.

mod bounds;
mod hand;
mod properties;
mod rules;
mod time;

use super::*;
use crate::model::{
    cable::{CableOrder, Chance, Deed, Hand, Match, Preset, Rule, Which},
    packet::PacketKind,
};

/// A packet's contents: a word, and which of its bytes was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word(&'static str, Option<u32>);

impl Body for Word {
    fn corrupt(&mut self, choice: u64) -> Option<u32> {
        let byte = choice.checked_rem(self.0.len() as u64)? as u32;
        self.1 = Some(byte);
        Some(byte)
    }
}

/// A cable, the time, and what has happened, in words.
pub(super) struct Story {
    pub(super) cable: Cable<Word>,
    pub(super) now: Nanos,
}

impl Story {
    pub(super) fn new() -> Self {
        Self {
            cable: Cable::new(),
            now: Nanos(0),
        }
    }

    /// A packet of 1000 bytes comes; what happens at once.
    pub(super) fn send(&mut self, kind: PacketKind, toward: Side) -> Vec<String> {
        self.send_sized(kind, toward, 1000)
    }

    pub(super) fn send_sized(&mut self, kind: PacketKind, toward: Side, size: u32) -> Vec<String> {
        let body = Word(kind.name(), None);
        let arriving = Arriving {
            toward,
            kind: Some(kind),
            size,
            body,
        };
        self.cable.enters(arriving, self.now);
        self.told()
    }

    /// Data toward the server.
    pub(super) fn data(&mut self) -> Vec<String> {
        self.send(PacketKind::Data, Side::Server)
    }

    pub(super) fn order(&mut self, order: &CableOrder) -> Vec<String> {
        self.cable.order(order, self.now).unwrap();
        self.told()
    }

    pub(super) fn refused(&mut self, order: &CableOrder) -> String {
        let why = self.cable.order(order, self.now).unwrap_err();
        assert_eq!(self.told(), [""; 0], "nothing has changed");
        why
    }

    pub(super) fn rule(&mut self, deed: Deed) -> Vec<String> {
        self.rule_for(deed, Match::default())
    }

    pub(super) fn rule_for(&mut self, deed: Deed, what: Match) -> Vec<String> {
        self.order(&CableOrder::Rule(Rule { deed, what }))
    }

    pub(super) fn hand(&mut self, hand: Hand, number: u64) -> Vec<String> {
        self.order(&CableOrder::Hand(hand, Some(PacketNo(number))))
    }

    /// Time passes.
    pub(super) fn at(&mut self, ms: u64) -> Vec<String> {
        self.now = Nanos::from_millis(ms);
        self.told()
    }

    fn told(&mut self) -> Vec<String> {
        core::iter::from_fn(|| self.cable.poll(self.now))
            .map(|h| words(&h))
            .collect()
    }
}

/// As a person would tell it.
pub(super) fn words(happened: &Happened<Word>) -> String {
    match happened {
        Happened::Delivered {
            number,
            by,
            toward,
            body,
        } => match body.1 {
            None => format!("{number} delivered to {toward} ({by})"),
            Some(byte) => format!("{number} delivered to {toward} with byte {byte} changed ({by})"),
        },
        Happened::Dropped { number, by } => format!("{number} dropped ({by})"),
        Happened::Lost { number } => format!("{number} lost"),
        Happened::Held { number, by } => format!("{number} held ({by})"),
        Happened::Delayed { number, until, by } => {
            format!("{number} delayed until {}ms ({by})", until.millis())
        }
        Happened::Corrupted { number, by, .. } => format!("{number} corrupted ({by})"),
        Happened::Swapped { number, with, by } => format!("{number} swapped with {with} ({by})"),
        Happened::Copied { number, of, by, .. } => format!("{number} copied from {of} ({by})"),
        Happened::TooBig {
            number, by, mtu, ..
        } => format!("{number} too big for {mtu} ({by})"),
    }
}

/// Data only.
pub(super) fn data() -> Match {
    Match {
        kind: Some(PacketKind::Data),
        ..Match::default()
    }
}

/// `drop`, without chance.
pub(super) const DROP: Deed = Deed::Drop {
    chance: Chance::ALWAYS,
    seed: None,
};

/// `delay`, without jitter.
pub(super) fn delay(ms: u64) -> Deed {
    Deed::Delay {
        by: Nanos::from_millis(ms),
        jitter: Nanos(0),
    }
}

#[test]
fn a_plain_cable_passes_everything_on() {
    let mut story = Story::new();
    assert!(story.cable.is_plain());
    assert_eq!(story.cable.pass(), PacketNo(1));
    assert_eq!(story.data(), ["2 delivered to server (cable)"]);
    assert_eq!(
        story.send(PacketKind::Ack, Side::Client),
        ["3 delivered to client (cable)"]
    );
    assert!(story.cable.is_plain());
    assert_eq!(story.cable.deadline(), None);
}

#[test]
fn it_is_not_plain_while_a_rule_stands_or_something_lies_on_it() {
    let mut story = Story::new();
    let next = Match {
        which: Which::Next,
        ..Match::default()
    };
    story.rule_for(Deed::Hold, next);
    assert!(!story.cable.is_plain());
    story.data();
    assert_eq!(story.cable.rules(), [""; 0]);
    assert!(!story.cable.is_plain(), "packet 1 is held");
    story.hand(Hand::Step, 1);
    assert!(story.cable.is_plain());
}

#[test]
fn after_again_numbers_begin_anew() {
    let mut story = Story::new();
    story.rule(Deed::Hold);
    story.data();
    story.cable.clear();
    assert!(story.cable.is_plain());
    assert_eq!(story.data(), ["1 delivered to server (cable)"]);
}
