//! Statements for the cable: what can be written, and that whatever the model can say is said so that it is read again.

use crate::{
    language::{CABLE_VERBS, CableVerb, Vars, complete, parse_line, usage_for},
    model::{
        cable::{CableOrder, Chance, Deed, Hand, Match, Preset, Rule, Which},
        command::Statement,
        ids::{Nanos, Side},
        packet::{PacketKind, PacketNo},
    },
};
use proptest::prelude::*;

fn parsed(text: &str) -> CableOrder {
    match parse_line(text, &Vars::new()) {
        Ok(Some(Statement::Cable(order))) => order,
        Ok(other) => panic!("{text:?} is {other:?}"),
        Err(mistake) => panic!("{}", mistake.report("test", text)),
    }
}

/// As written, and in canonical form.
const WRITTEN: &[(&str, &str)] = &[
    ("cable hold", "cable hold"),
    ("cable hold data", "cable hold data"),
    ("cable hold to server", "cable hold to server"),
    (" cable\thold DATA # all", "cable hold data"),
    ("cable release", "cable release"),
    ("cable step", "cable step"),
    ("cable step 4", "cable step 4"),
    ("cable drop", "cable drop"),
    ("cable drop 4", "cable drop 4"),
    ("cable drop syn", "cable drop syn"),
    ("cable drop next", "cable drop next"),
    ("cable drop next syn-ack", "cable drop next syn-ack"),
    ("cable drop next syn,ack", "cable drop next syn-ack"),
    ("cable drop data 3,4,5", "cable drop data 3,4,5"),
    ("cable drop data 3", "cable drop data 3"),
    ("cable drop packets 4", "cable drop packets 4"),
    (
        "cable drop packets 3,9 to client",
        "cable drop packets 3,9 to client",
    ),
    ("cable drop to client", "cable drop to client"),
    ("cable dup", "cable dup"),
    ("cable dup 7", "cable dup 7"),
    (
        "cable dup every 10 ack to client",
        "cable dup every 10 ack to client",
    ),
    ("cable swap", "cable swap"),
    ("cable swap 2", "cable swap 2"),
    ("cable swap first 3 data", "cable swap first 3 data"),
    ("cable corrupt", "cable corrupt"),
    ("cable corrupt 1", "cable corrupt 1"),
    ("cable corrupt fin", "cable corrupt fin"),
    (
        "cable corrupt 2.50% seed 1 rst",
        "cable corrupt 2.5% seed 1 rst",
    ),
    ("cable corrupt 100% seed 1 rst", "cable corrupt rst"),
    ("cable corrupt 100%", "cable corrupt 100%"),
    ("cable delay 200ms", "cable delay 200ms"),
    (
        "cable delay 0.2s jitter 50ms data to server",
        "cable delay 200ms jitter 50ms data to server",
    ),
    ("cable delay 1m jitter 0s", "cable delay 60s"),
    ("cable loss 10%", "cable loss 10%"),
    ("cable loss 10% seed 7 data", "cable loss 10% seed 7 data"),
    ("cable loss 100%", "cable loss 100%"),
    ("cable loss 100% seed 3", "cable loss 100%"),
    ("cable loss 100% data", "cable drop data"),
    ("cable reorder 25% seed 0", "cable reorder 25% seed 0"),
    ("cable rate 1mbit", "cable rate 1mbit"),
    ("cable rate 1500kbit", "cable rate 1500kbit"),
    (
        "cable rate 1000kbit to client",
        "cable rate 1mbit to client",
    ),
    ("cable mtu 576", "cable mtu 576"),
    ("cable mtu 68 to server", "cable mtu 68 to server"),
    ("cable unplug", "cable unplug"),
    ("cable unplug to server", "cable unplug to server"),
    ("cable plug", "cable plug"),
    ("cable plug to client", "cable plug to client"),
    ("cable clear", "cable clear"),
    ("cable offload on", "cable offload on"),
    ("cable offload 0", "cable offload off"),
];

#[test]
fn what_is_written_has_a_canonical_text_that_says_the_same() {
    for (text, canonical) in WRITTEN {
        let order = parsed(text);
        assert_eq!(format!("cable {order}"), *canonical, "{text}");
        assert_eq!(parsed(canonical), order);
    }
}

#[test]
fn every_verb_has_an_example_that_is_its_own() {
    for verb in CABLE_VERBS {
        let begins = format!("cable {}", verb.name);
        assert!(verb.usage.starts_with(&begins) && verb.example.starts_with(&begins));
        // A preset is one of a table, which can be empty.
        if verb.name != "preset" || !Preset::TABLE.is_empty() {
            parsed(verb.example);
        }
    }
    for (hand, name) in Hand::TABLE {
        assert!(CableVerb::named(name).is_some());
        assert_eq!(
            parsed(&format!("cable {name}")),
            CableOrder::Hand(hand, None)
        );
    }
}

#[test]
fn every_preset_can_be_chosen() {
    for preset in Preset::TABLE {
        let text = format!("cable preset {}", preset.name);
        assert_eq!(parsed(&text), CableOrder::Preset(preset));
    }
    let mistake = parse_line("cable preset no-such-link", &Vars::new()).unwrap_err();
    assert_eq!(
        mistake.message,
        "`no-such-link` is not the name of a preset"
    );
    assert_eq!(mistake.expected.len(), Preset::TABLE.len());
}

#[test]
fn a_number_is_a_packet_and_a_kind_makes_a_rule() {
    let drop = |what| {
        CableOrder::Rule(Rule {
            deed: Deed::Drop {
                chance: Chance::ALWAYS,
                seed: None,
            },
            what,
        })
    };
    let kind = Some(PacketKind::Data);
    let packet = CableOrder::Hand(Hand::Drop, Some(PacketNo(4)));
    assert_eq!(parsed("cable drop 4"), packet);
    let fourth = Match {
        which: Which::These(vec![4]),
        kind,
        toward: None,
    };
    assert_eq!(parsed("cable drop data 4"), drop(fourth));
    let all = Match {
        kind,
        ..Match::default()
    };
    assert_eq!(parsed("cable drop data"), drop(all));
}

#[test]
fn completion_knows_the_cable() {
    let offered = |line: &str| -> Vec<String> {
        let found = complete(line, line.len(), &[]);
        found.into_iter().map(|c| c.text).collect()
    };
    for (line, first) in [
        ("ca", &["cable"][..]),
        ("cable ", &["hold", "step", "release", "drop", "dup"]),
        ("cable dr", &["drop"]),
        ("cable re", &["release", "reorder"]),
        (
            "cable drop ",
            &["next", "first", "every", "packets", "syn", "syn-ack"],
        ),
        (
            "cable drop next ",
            &[
                "syn", "syn-ack", "ack", "data", "fin", "rst", "udp", "icmp", "to",
            ],
        ),
        ("cable drop next sy", &["syn", "syn-ack"]),
        ("cable drop data ", &["to", "3,4,5"]),
        ("cable drop next data ", &["to"]),
        ("cable hold to ", &["server", "client"]),
        ("cable corrupt ", &["next"]),
        ("cable delay ", &["200ms"]),
        ("cable delay 200ms ", &["jitter", "next"]),
        ("cable loss ", &["10%"]),
        ("cable loss 10% ", &["seed", "next"]),
        ("cable rate ", &["1mbit"]),
        ("cable rate 1mbit ", &["to"]),
        ("cable mtu ", &["576"]),
        ("cable unplug ", &["to"]),
        ("cable offload ", &["on", "off"]),
        ("cable step ", &["4"]),
        ("cable step 4 ", &[]),
        ("cable clear ", &[]),
    ] {
        let all = offered(line);
        let first_of_all = &all[..first.len().min(all.len())];
        assert_eq!(first_of_all, first, "{line:?}: {all:?}");
        assert_eq!(first.is_empty(), all.is_empty(), "{line:?}: {all:?}");
    }
    assert!(offered("cable drop ").contains(&"4".to_owned()));
    let presets: Vec<_> = Preset::TABLE.iter().map(|p| p.name).collect();
    assert_eq!(offered("cable preset "), presets);
}

#[test]
fn the_usage_is_that_of_the_cables_verb() {
    assert_eq!(usage_for("cable"), Some("cable VERB [ARGUMENTS]"));
    assert_eq!(usage_for("cable wobble"), Some("cable VERB [ARGUMENTS]"));
    assert_eq!(usage_for("cable drop 4"), Some("cable drop [N|MATCH]"));
    assert_eq!(usage_for("drop 4"), None);
}

/// Any order that can be typed.
fn order() -> impl Strategy<Value = CableOrder> {
    let hand = (
        proptest::sample::select(Hand::TABLE.map(|row| row.0).to_vec()),
        proptest::option::of((1..=u64::MAX).prop_map(PacketNo)),
    )
        .prop_map(|(hand, n)| CableOrder::Hand(hand, n));
    let side = || proptest::option::of(proptest::sample::select(vec![Side::Server, Side::Client]));
    let mut others = vec![
        CableOrder::Release,
        CableOrder::Clear,
        CableOrder::Offload(true),
        CableOrder::Offload(false),
    ];
    others.extend(Preset::TABLE.iter().map(CableOrder::Preset));
    prop_oneof![
        hand,
        rule().prop_map(CableOrder::Rule),
        side().prop_map(CableOrder::Unplug),
        side().prop_map(CableOrder::Plug),
        proptest::sample::select(others),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let chance = || prop_oneof![Just(Chance::ALWAYS), (0..1_000_000_u32).prop_map(Chance)];
    let seed = || proptest::option::of(any::<u64>());
    let always = |chance: Chance, seed: Option<u64>| seed.filter(|_| chance != Chance::ALWAYS);
    let deed = prop_oneof![
        Just(Deed::Hold),
        Just(Deed::Dup),
        Just(Deed::Swap),
        (chance(), seed()).prop_map(move |(chance, seed)| Deed::Drop {
            chance,
            seed: always(chance, seed)
        }),
        (chance(), seed()).prop_map(move |(chance, seed)| Deed::Corrupt {
            chance,
            seed: always(chance, seed)
        }),
        (chance(), seed()).prop_map(|(chance, seed)| Deed::Reorder { chance, seed }),
        (0..=86_400_000_000_000_u64, 0..=1_000_u64).prop_map(|(by, part)| Deed::Delay {
            by: Nanos(by),
            jitter: Nanos(by / 1_000 * part)
        }),
        (1..=1_000_000_000_000_u64).prop_map(|bits| Deed::Rate { bits }),
        (68..=65_535_u32).prop_map(|bytes| Deed::Mtu { bytes }),
    ];
    let these = proptest::collection::btree_set(1..=u32::MAX, 1..=64);
    let which = prop_oneof![
        Just(Which::All),
        Just(Which::Next),
        (1..=u32::MAX).prop_map(Which::First),
        (1..=u32::MAX).prop_map(Which::Every),
        these.prop_map(|numbers| Which::These(numbers.into_iter().collect())),
    ];
    let kinds = PacketKind::TABLE.map(|row| row.0).to_vec();
    (
        deed,
        which,
        proptest::option::of(proptest::sample::select(kinds)),
        proptest::option::of(proptest::sample::select(vec![Side::Server, Side::Client])),
    )
        .prop_map(|(deed, which, kind, toward)| {
            let mut what = Match {
                kind,
                toward,
                which,
            };
            if matches!(deed, Deed::Rate { .. } | Deed::Mtu { .. }) {
                (what.kind, what.which) = (None, Which::All);
            }
            if matches!(deed, Deed::Dup | Deed::Swap) && what == Match::default() {
                what.which = Which::Next;
            }
            Rule { deed, what }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_cable_can_be_told_is_read_as_it_is_printed(order in order()) {
        prop_assert_eq!(parsed(&format!("cable {order}")), order);
    }
}
