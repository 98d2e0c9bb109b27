//! Each rule, as a story.

use super::*;

const TO_SERVER: Match = Match {
    kind: None,
    toward: Some(Side::Server),
    which: Which::All,
};

fn which(which: Which) -> Match {
    Match { which, ..data() }
}

#[test]
fn dropping_the_next_syn_ack_drops_one_and_then_the_rule_is_over() {
    let mut story = Story::new();
    let next = Match {
        kind: Some(PacketKind::SynAck),
        which: Which::Next,
        ..Match::default()
    };
    story.rule_for(DROP, next);
    assert_eq!(story.cable.rules(), ["drop next syn-ack"]);
    assert_eq!(
        story.send(PacketKind::Syn, Side::Server),
        ["1 delivered to server (cable)"]
    );
    assert_eq!(
        story.send(PacketKind::SynAck, Side::Client),
        ["2 dropped (rule: drop next syn-ack)"]
    );
    assert!(story.cable.is_plain());
    assert_eq!(
        story.send(PacketKind::SynAck, Side::Client),
        ["3 delivered to client (cable)"]
    );
}

#[test]
fn a_count_counts_what_fits_since_the_rule_was_made() {
    let dropped = |which_ones: Which| {
        let mut story = Story::new();
        story.data();
        story.rule_for(DROP, which(which_ones));
        let all: Vec<usize> = (1..=9)
            .filter(|_| {
                // What does not fit is not counted.
                story.send(PacketKind::Ack, Side::Server);
                story.data()[0].contains("dropped")
            })
            .collect();
        (all, story.cable.rules().len())
    };
    assert_eq!(dropped(Which::First(2)), (vec![1, 2], 0));
    assert_eq!(dropped(Which::Every(3)), (vec![3, 6, 9], 1));
    assert_eq!(dropped(Which::These(vec![3, 4, 5])), (vec![3, 4, 5], 0));
    assert_eq!(dropped(Which::These(vec![3, 12])), (vec![3], 1));
}

#[test]
fn a_count_of_nothing_is_refused_in_words() {
    let mut story = Story::new();
    let rule = |deed, what| CableOrder::Rule(Rule { deed, what });
    let no = story.refused(&rule(DROP, which(Which::Every(0))));
    assert_eq!(no, "Every 0th packet is none. Try: every 1");
    story.refused(&rule(DROP, which(Which::First(0))));
    story.refused(&rule(DROP, which(Which::These(vec![]))));
    story.refused(&rule(Deed::Rate { bits: 0 }, data()));
    assert!(story.cable.is_plain());
}

#[test]
fn held_data_let_acks_overtake_them_and_keep_their_own_order() {
    let mut story = Story::new();
    story.rule_for(Deed::Hold, data());
    assert_eq!(story.data(), ["1 held (rule: hold data)"]);
    assert_eq!(
        story.send(PacketKind::Ack, Side::Server),
        ["2 delivered to server (cable)"]
    );
    assert_eq!(story.data(), ["3 held (rule: hold data)"]);
    assert_eq!(
        story.order(&CableOrder::Release),
        ["1 delivered to server (you)", "3 delivered to server (you)"]
    );
    assert!(
        story.cable.is_plain(),
        "nothing is held any more from now on"
    );
}

#[test]
fn release_takes_no_other_rules_away() {
    let mut story = Story::new();
    story.rule(Deed::Hold);
    story.rule_for(DROP, data());
    story.order(&CableOrder::Release);
    assert_eq!(story.cable.rules(), ["drop data"]);
}

#[test]
fn a_copy_lies_behind_its_original_and_has_a_number_of_its_own() {
    let mut story = Story::new();
    story.rule(Deed::Dup);
    assert_eq!(
        story.data(),
        [
            "2 copied from 1 (rule: dup)",
            "1 delivered to server (cable)",
            "2 delivered to server (cable)"
        ]
    );
    story.rule(Deed::Hold);
    assert_eq!(
        story.data(),
        [
            "3 held (rule: hold)",
            "4 copied from 3 (rule: dup)",
            "4 held (rule: hold)"
        ]
    );
}

#[test]
fn a_swapped_packet_waits_until_the_next_has_passed() {
    let mut story = Story::new();
    let next = which(Which::Next);
    story.rule_for(Deed::Swap, next);
    assert_eq!(story.data(), ["1 held (rule: swap next data)"]);
    let other_way = story.send(PacketKind::Ack, Side::Client);
    assert_eq!(
        other_way,
        ["2 delivered to client (cable)"],
        "that is another direction"
    );
    assert_eq!(
        story.data(),
        [
            "1 swapped with 3 (rule: swap next data)",
            "3 delivered to server (cable)",
            "1 delivered to server (cable)"
        ]
    );
}

#[test]
fn swapping_all_swaps_them_in_pairs() {
    let mut story = Story::new();
    story.rule(Deed::Swap);
    let order: Vec<String> = (0..4)
        .flat_map(|_| story.data())
        .filter_map(|told| {
            told.strip_suffix(" delivered to server (cable)")
                .map(Into::into)
        })
        .collect();
    assert_eq!(order, ["2", "1", "4", "3"]);
}

#[test]
fn one_that_waits_for_a_swap_can_be_let_go() {
    let mut story = Story::new();
    story.rule(Deed::Swap);
    story.data();
    assert_eq!(
        story.order(&CableOrder::Release),
        ["1 delivered to server (you)"]
    );
    assert_eq!(story.cable.rules(), ["swap"], "only hold rules go");
}

#[test]
fn what_is_held_does_not_pass_one_that_waits_until_it_is_let_go() {
    let mut story = Story::new();
    story.rule_for(Deed::Swap, which(Which::Next));
    story.data();
    story.rule(Deed::Hold);
    assert_eq!(story.data(), ["2 held (rule: hold)"]);
    assert_eq!(
        story.hand(Hand::Step, 2),
        [
            "2 delivered to server (you)",
            "1 swapped with 2 (rule: swap next data)",
            "1 delivered to server (cable)"
        ]
    );
}

#[test]
fn a_corrupted_packet_goes_on_with_a_byte_changed() {
    let mut story = Story::new();
    story.rule(Deed::Corrupt {
        chance: Chance::ALWAYS,
        seed: None,
    });
    let told = story.data();
    assert_eq!(told[0], "1 corrupted (rule: corrupt 100%)");
    assert!(
        told[1].starts_with("1 delivered to server with byte"),
        "{told:?}"
    );
}

#[test]
fn what_has_no_byte_to_change_is_left_as_it_is() {
    let mut story = Story::new();
    story.rule(Deed::Corrupt {
        chance: Chance::ALWAYS,
        seed: None,
    });
    let arriving = Arriving {
        toward: Side::Server,
        kind: None,
        size: 20,
        body: Word("", None),
    };
    story.cable.enters(arriving, story.now);
    assert_eq!(story.told(), ["1 delivered to server (cable)"]);
}

#[test]
fn the_sender_of_a_packet_that_is_too_big_gets_to_know() {
    let mut story = Story::new();
    story.rule(Deed::Mtu { bytes: 576 });
    let told = story.send_sized(PacketKind::Data, Side::Server, 577);
    assert_eq!(told, ["1 too big for 576 (rule: mtu 576)"]);
    let told = story.send_sized(PacketKind::Data, Side::Server, 576);
    assert_eq!(told, ["2 delivered to server (cable)"]);
}

#[test]
fn the_same_seed_loses_the_same_packets() {
    let lost = |seed| {
        let mut story = Story::new();
        story.rule(Deed::Drop {
            chance: Chance(300_000),
            seed,
        });
        (0..50)
            .map(|_| story.data()[0].contains("dropped"))
            .collect::<Vec<_>>()
    };
    assert_eq!(lost(Some(7)), lost(Some(7)));
    assert_eq!(
        lost(None),
        lost(None),
        "without a seed it is always the same one"
    );
    assert_ne!(lost(Some(7)), lost(Some(8)));
    assert!(lost(None).contains(&true) && lost(None).contains(&false));
}

#[test]
fn rules_are_met_in_the_order_in_which_they_were_made() {
    let mut story = Story::new();
    story.rule_for(DROP, data());
    story.rule_for(DROP, which(Which::Next));
    assert_eq!(story.data(), ["1 dropped (rule: drop data)"]);
    assert_eq!(
        story.cable.rules(),
        ["drop data", "drop next data"],
        "it has seen nothing yet"
    );
}

#[test]
fn unplugging_one_direction_leaves_the_other() {
    let mut story = Story::new();
    story.rule(delay(100));
    story.data();
    story.send(PacketKind::Ack, Side::Client);
    assert_eq!(
        story.order(&CableOrder::Unplug(Some(Side::Server))),
        ["1 dropped (rule: unplug to server)"],
        "what is on the way there falls off"
    );
    assert_eq!(story.data(), ["3 dropped (rule: unplug to server)"]);
    assert_eq!(story.cable.rules(), ["delay 100ms", "unplug to server"]);
    assert_eq!(story.at(100), ["2 delivered to client (cable)"]);
    story.order(&CableOrder::Plug(None));
    assert_eq!(story.cable.rules(), ["delay 100ms"]);
}

#[test]
fn what_is_unplugged_is_named_as_it_is_now() {
    let mut story = Story::new();
    story.order(&CableOrder::Unplug(None));
    assert_eq!(story.cable.rules(), ["unplug"]);
    assert_eq!(story.data(), ["1 dropped (rule: unplug)"]);
    story.order(&CableOrder::Plug(Some(Side::Client)));
    assert_eq!(story.cable.rules(), ["unplug to server"]);
    story.order(&CableOrder::Unplug(Some(Side::Client)));
    assert_eq!(story.cable.rules(), ["unplug"]);
}

#[test]
fn clearing_makes_it_plain_and_delivers_all_in_order() {
    let mut story = Story::new();
    story.rule_for(Deed::Hold, TO_SERVER);
    story.rule(delay(100));
    story.order(&CableOrder::Unplug(Some(Side::Client)));
    story.data();
    story.order(&CableOrder::Plug(None));
    story.send(PacketKind::Ack, Side::Client);
    story.data();
    assert_eq!(
        story.order(&CableOrder::Clear),
        [
            "1 delivered to server (you)",
            "2 delivered to client (you)",
            "3 delivered to server (you)"
        ]
    );
    assert!(story.cable.is_plain());
}
