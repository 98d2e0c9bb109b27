//! Delay, jitter, rate, and real links: what takes time, as stories.

use super::*;

#[test]
fn a_delayed_packet_is_under_way_until_its_time_has_come() {
    let mut story = Story::new();
    story.rule(delay(200));
    assert_eq!(story.data(), ["1 delayed until 200ms (rule: delay 200ms)"]);
    assert_eq!(story.cable.deadline(), Some(Nanos::from_millis(200)));
    assert_eq!(story.at(199), [""; 0]);
    assert_eq!(story.at(200), ["1 delivered to server (cable)"]);
    assert_eq!(story.cable.deadline(), None);
}

#[test]
fn an_ack_behind_delayed_data_does_not_overtake_them() {
    let mut story = Story::new();
    story.rule_for(delay(200), data());
    story.data();
    assert_eq!(
        story.send(PacketKind::Ack, Side::Server),
        ["2 delayed until 200ms (rule: delay 200ms data)"]
    );
    assert_eq!(
        story.send(PacketKind::Ack, Side::Client),
        ["3 delivered to client (cable)"]
    );
    assert_eq!(
        story.at(300),
        [
            "1 delivered to server (cable)",
            "2 delivered to server (cable)"
        ]
    );
}

#[test]
fn jitter_keeps_within_its_bounds_and_keeps_the_order() {
    let mut story = Story::new();
    let (by, jitter) = (Nanos::from_millis(100), Nanos::from_millis(50));
    story.rule(Deed::Delay { by, jitter });
    let mut times = Vec::new();
    for ms in 0..100 {
        story.now = Nanos::from_millis(ms * 200);
        story.data();
        times.push(story.cable.deadline().unwrap().since(story.now));
        while let Some(deadline) = story.cable.deadline() {
            story.now = deadline;
            story.told();
        }
    }
    assert!(
        times.iter().all(|t| (50..=150).contains(&t.millis())),
        "{times:?}"
    );
    let spread = times
        .iter()
        .max()
        .unwrap()
        .since(*times.iter().min().unwrap());
    assert!(spread.millis() > 80, "{spread}");
}

#[test]
fn a_rate_sends_one_packet_after_the_other() {
    let mut story = Story::new();
    // 1000 bytes take 8 ms.
    story.rule(Deed::Rate { bits: 1_000_000 });
    assert_eq!(story.data(), ["1 delayed until 8ms (rule: rate 1mbit)"]);
    assert_eq!(story.data(), ["2 delayed until 16ms (rule: rate 1mbit)"]);
    let other_way = story.send(PacketKind::Ack, Side::Client);
    assert_eq!(
        other_way,
        ["3 delayed until 8ms (rule: rate 1mbit)"],
        "each way has its own"
    );
    assert_eq!(story.at(20).len(), 3);
    assert_eq!(
        story.data(),
        ["4 delayed until 28ms (rule: rate 1mbit)"],
        "the line was free"
    );
}

#[test]
fn a_rate_and_a_delay_add_up() {
    let mut story = Story::new();
    story.rule(Deed::Rate { bits: 1_000_000 });
    story.rule(delay(100));
    assert_eq!(story.data(), ["1 delayed until 108ms (rule: delay 100ms)"]);
    assert_eq!(story.data(), ["2 delayed until 116ms (rule: delay 100ms)"]);
}

#[test]
fn the_hand_delivers_a_delayed_packet_now() {
    let mut story = Story::new();
    story.rule(delay(200));
    story.data();
    story.data();
    assert_eq!(story.hand(Hand::Step, 2), ["2 delivered to server (you)"]);
    assert_eq!(story.at(200), ["1 delivered to server (cable)"]);
}

#[test]
fn a_late_order_does_not_touch_what_was_due_before() {
    let mut story = Story::new();
    story.rule(delay(200));
    story.data();
    story.now = Nanos::from_millis(300);
    assert_eq!(
        story.order(&CableOrder::Unplug(None)),
        ["1 delivered to server (cable)"]
    );
}

#[test]
fn what_is_released_is_not_faster_than_its_delay() {
    let mut story = Story::new();
    story.rule(delay(200));
    story.rule(Deed::Hold);
    assert_eq!(story.data(), ["1 held (rule: hold)"]);
    story.at(50);
    assert_eq!(
        story.order(&CableOrder::Release),
        ["1 delayed until 200ms (rule: delay 200ms)"]
    );
    assert_eq!(story.at(200), ["1 delivered to server (cable)"]);
    // One that was held for longer goes at once.
    story.rule(Deed::Hold);
    story.data();
    story.at(500);
    assert_eq!(
        story.order(&CableOrder::Release),
        ["2 delivered to server (you)"]
    );
}

#[test]
fn a_swap_on_a_slow_cable_takes_no_packet_off_its_time() {
    let mut story = Story::new();
    story.rule_for(
        Deed::Swap,
        Match {
            which: Which::Next,
            ..Match::default()
        },
    );
    story.rule(delay(100));
    assert_eq!(story.data(), ["1 held (rule: swap next)"]);
    story.at(50);
    assert_eq!(
        story.data(),
        [
            "2 delayed until 150ms (rule: delay 100ms)",
            "1 swapped with 2 (rule: swap next)",
            "1 delayed until 150ms (rule: delay 100ms)"
        ]
    );
    assert_eq!(
        story.at(150),
        [
            "2 delivered to server (cable)",
            "1 delivered to server (cable)"
        ]
    );
}

#[test]
fn one_that_comes_behind_a_delayed_packet_is_late_by_the_same_rule() {
    let mut story = Story::new();
    let ack = Match {
        kind: Some(PacketKind::Ack),
        which: Which::Next,
        ..Match::default()
    };
    story.rule_for(Deed::Swap, ack);
    story.rule_for(delay(100), data());
    assert_eq!(
        story.send(PacketKind::Ack, Side::Server),
        ["1 held (rule: swap next ack)"]
    );
    assert_eq!(
        story.data(),
        [
            "2 delayed until 100ms (rule: delay 100ms data)",
            "1 swapped with 2 (rule: swap next ack)",
            "1 delayed until 100ms (rule: delay 100ms data)"
        ]
    );
}

#[test]
fn a_preset_takes_the_place_of_delays_rates_and_losses() {
    let preset = Preset::TABLE.iter().find(|p| p.name == "3g").unwrap();
    let mut story = Story::new();
    story.rule(delay(1));
    story.rule(Deed::Rate { bits: 8 });
    story.rule(Deed::Drop {
        chance: Chance(1),
        seed: None,
    });
    story.rule_for(
        DROP,
        Match {
            kind: Some(PacketKind::Rst),
            ..Match::default()
        },
    );
    story.order(&CableOrder::Preset(preset));
    assert_eq!(
        story.cable.rules(),
        [
            "drop rst",
            "preset 3g: rate 768kbit to server",
            "preset 3g: rate 1600kbit to client",
            "preset 3g: delay 150ms"
        ]
    );
    assert_eq!(
        story.data(),
        ["1 delayed until 160ms (rule: preset 3g: delay 150ms)"]
    );
    let lan = Preset::TABLE.iter().find(|p| p.name == "lan").unwrap();
    story.order(&CableOrder::Preset(lan));
    assert!(
        story.cable.rules().iter().all(|r| !r.contains("3g")),
        "one preset at a time"
    );
}

#[test]
fn every_preset_lets_packets_through_in_time() {
    for preset in Preset::TABLE {
        let mut story = Story::new();
        story.order(&CableOrder::Preset(preset));
        assert!(!story.cable.is_plain(), "{}", preset.name);
        let told: Vec<_> = (0..100).flat_map(|_| story.data()).collect();
        let dropped = told.iter().filter(|t| t.contains("dropped")).count();
        assert!(dropped < 10, "{}: {told:?}", preset.name);
        assert_eq!(story.at(60_000).len(), 100 - dropped, "{}", preset.name);
    }
}
