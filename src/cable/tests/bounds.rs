//! What has no room is lost, and is said to be lost; nothing grows without end.

use super::*;
use crate::cable::lane::{MOST_BYTES, MOST_PACKETS};

#[test]
fn beyond_its_bound_the_cable_loses_the_last_that_came() {
    let mut story = Story::new();
    story.rule_for(Deed::Hold, data());
    for _ in 0..MOST_PACKETS {
        story.data();
    }
    assert_eq!(story.data(), ["1001 lost"]);
    assert_eq!(
        story.send(PacketKind::Ack, Side::Server),
        ["1002 lost"],
        "there is no room at all"
    );
    assert_eq!(
        story.send(PacketKind::Ack, Side::Client),
        ["1003 delivered to client (cable)"],
        "the other direction has its own room"
    );
    let lost = CableOrder::Hand(Hand::Step, Some(PacketNo(1001)));
    assert_eq!(
        story.refused(&lost),
        "Packet 1001 is not on the cable any more: it was lost, the cable had no room for it. To hold what comes: cable hold"
    );
    let full = story.refused(&CableOrder::Hand(Hand::Dup, None));
    assert_eq!(
        full,
        "There is no room for a copy of packet 1: the cable is full. Try: cable release"
    );
    assert_eq!(story.order(&CableOrder::Release).len(), MOST_PACKETS);
    assert!(story.cable.is_plain());
}

#[test]
fn bytes_are_bounded_too() {
    let mut story = Story::new();
    story.rule(Deed::Hold);
    let size = 1 << 20;
    for _ in 0..MOST_BYTES / u64::from(size) {
        story.send_sized(PacketKind::Data, Side::Server, size);
    }
    let told = story.send_sized(PacketKind::Data, Side::Server, 1);
    assert_eq!(told, ["5 lost"]);
    story.hand(Hand::Drop, 1);
    let told = story.send_sized(PacketKind::Data, Side::Server, 1);
    assert_eq!(told, ["6 held (rule: hold)"]);
}

#[test]
fn a_copy_that_has_no_room_is_lost() {
    let mut story = Story::new();
    story.rule(Deed::Hold);
    for _ in 1..MOST_PACKETS {
        story.data();
    }
    story.rule(Deed::Dup);
    assert_eq!(
        story.data(),
        [
            "1000 held (rule: hold)",
            "1001 copied from 1000 (rule: dup)",
            "1001 lost"
        ]
    );
}

#[test]
fn there_is_an_end_to_rules() {
    let mut story = Story::new();
    for _ in 0..256 {
        story.rule(Deed::Dup);
    }
    let one_more = CableOrder::Rule(Rule {
        deed: Deed::Dup,
        what: Match::default(),
    });
    assert_eq!(
        story.refused(&one_more),
        "256 rules stand already, and there is no room for more. Try: cable clear"
    );
    // Each of them makes its copy.
    assert_eq!(story.data().len(), 256 + 257);
}

#[test]
fn the_last_numbers_and_the_end_of_time_break_nothing() {
    let mut story = Story::new();
    story.cable.last = PacketNo(u64::MAX - 2);
    story.now = Nanos(u64::MAX - 1);
    story.rule(Deed::Dup);
    story.rule(Deed::Swap);
    story.rule(Deed::Rate { bits: 1 });
    story.rule(Deed::Delay {
        by: Nanos(u64::MAX),
        jitter: Nanos(u64::MAX),
    });
    for _ in 0..8 {
        story.send_sized(PacketKind::Data, Side::Server, u32::MAX);
        story.data();
    }
    for (hand, _) in Hand::TABLE {
        let order = CableOrder::Hand(hand, Some(PacketNo(u64::MAX)));
        // What it can do depends on what lies there; it is enough that it comes back.
        let _ = story.cable.order(&order, story.now);
    }
    story.now = Nanos(u64::MAX);
    story.told();
    story.order(&CableOrder::Clear);
    assert!(story.cable.is_plain());
}
