//! The hand on the cable: one packet at a time, as stories.

use super::*;

/// Packets 1, 2, 3, ... toward the server are held.
fn holding(number: usize) -> Story {
    let mut story = Story::new();
    story.rule(Deed::Hold);
    for _ in 0..number {
        story.data();
    }
    story
}

const STEP: CableOrder = CableOrder::Hand(Hand::Step, None);

#[test]
fn without_a_number_it_takes_the_oldest_that_is_held() {
    let mut story = Story::new();
    story.rule(Deed::Hold);
    story.data();
    story.send(PacketKind::Ack, Side::Client);
    story.data();
    assert_eq!(story.order(&STEP), ["1 delivered to server (you)"]);
    assert_eq!(story.order(&STEP), ["2 delivered to client (you)"]);
    assert_eq!(
        story.order(&CableOrder::Hand(Hand::Drop, None)),
        ["3 dropped (you)"]
    );
    assert_eq!(
        story.refused(&STEP),
        "No packet is held. To hold what comes: cable hold"
    );
}

#[test]
fn it_takes_the_packet_that_is_named() {
    let mut story = holding(3);
    assert_eq!(story.hand(Hand::Step, 2), ["2 delivered to server (you)"]);
    assert_eq!(story.hand(Hand::Drop, 3), ["3 dropped (you)"]);
    assert_eq!(story.hand(Hand::Step, 1), ["1 delivered to server (you)"]);
}

#[test]
fn it_says_why_a_packet_cannot_be_taken() {
    let mut story = holding(2);
    story.hand(Hand::Step, 1);
    story.hand(Hand::Drop, 2);
    let step = |n| CableOrder::Hand(Hand::Step, Some(PacketNo(n)));
    assert_eq!(
        story.refused(&step(1)),
        "Packet 1 is not on the cable any more: it was delivered. To hold what comes: cable hold"
    );
    assert_eq!(
        story.refused(&step(2)),
        "Packet 2 is not on the cable any more: it was dropped. To hold what comes: cable hold"
    );
    assert_eq!(
        story.refused(&step(3)),
        "No packet 3 has entered the cable yet. To hold what comes: cable hold"
    );
    assert_eq!(
        story.refused(&step(0)),
        "There is no packet 0: packets are counted from 1."
    );
    assert_eq!(story.refused(&step(u64::MAX)).split(' ').next(), Some("No"));
}

#[test]
fn a_copy_of_a_held_packet_is_held_behind_it() {
    let mut story = holding(2);
    assert_eq!(
        story.hand(Hand::Dup, 1),
        ["3 copied from 1 (you)", "3 held (you)"]
    );
    assert_eq!(
        story.order(&CableOrder::Release),
        [
            "1 delivered to server (you)",
            "3 delivered to server (you)",
            "2 delivered to server (you)"
        ]
    );
}

#[test]
fn a_copy_of_a_delayed_packet_comes_right_behind_it() {
    let mut story = Story::new();
    story.rule(delay(100));
    story.data();
    story.data();
    assert_eq!(
        story.hand(Hand::Dup, 1),
        [
            "3 copied from 1 (you)",
            "3 delayed until 100ms (rule: delay 100ms)"
        ]
    );
    let order: Vec<_> = story.at(100).iter().map(|t| t[..1].to_owned()).collect();
    assert_eq!(order, ["1", "3", "2"]);
}

#[test]
fn swapped_packets_stay_held_in_their_new_order() {
    let mut story = holding(3);
    assert_eq!(story.hand(Hand::Swap, 1), ["1 swapped with 2 (you)"]);
    assert_eq!(
        story.order(&STEP),
        ["2 delivered to server (you)"],
        "it lies first now"
    );
    assert_eq!(story.hand(Hand::Swap, 1), ["1 swapped with 3 (you)"]);
    assert_eq!(
        story.order(&CableOrder::Release),
        ["3 delivered to server (you)", "1 delivered to server (you)"]
    );
}

#[test]
fn the_last_one_has_nothing_behind_it() {
    let mut story = holding(1);
    story.send(PacketKind::Ack, Side::Client);
    let swap = CableOrder::Hand(Hand::Swap, None);
    assert_eq!(
        story.refused(&swap),
        "No packet lies behind packet 1, toward the server. To hold what comes: cable hold",
        "the other direction does not count"
    );
    assert_eq!(
        story.order(&STEP),
        ["1 delivered to server (you)"],
        "it still lies there"
    );
}

#[test]
fn delayed_packets_can_be_swapped_too() {
    let mut story = Story::new();
    story.rule(delay(100));
    story.data();
    story.at(10);
    story.data();
    assert_eq!(
        story.hand(Hand::Swap, 1),
        ["1 swapped with 2 (you)", "1 delayed until 110ms (you)"]
    );
    assert_eq!(
        story.at(110),
        [
            "2 delivered to server (cable)",
            "1 delivered to server (cable)"
        ]
    );
}

#[test]
fn a_held_packet_can_be_spoiled() {
    let mut story = holding(1);
    assert_eq!(story.hand(Hand::Corrupt, 1), ["1 corrupted (you)"]);
    let told = story.order(&STEP);
    assert!(told[0].contains("with byte"), "{told:?}");
    let arriving = Arriving {
        toward: Side::Server,
        kind: None,
        size: 20,
        body: Word("", None),
    };
    story.cable.enters(arriving, story.now);
    story.told();
    let why = story.refused(&CableOrder::Hand(Hand::Corrupt, None));
    assert!(why.starts_with("Packet 2 has no byte"), "{why}");
}

#[test]
fn offload_is_the_drivers_business() {
    let mut story = Story::new();
    assert_eq!(story.order(&CableOrder::Offload(true)), [""; 0]);
    assert!(story.cable.is_plain());
}
