//! Packets of the host's network as fourline tells them, in namespaces that are made for it: against what tshark has
//! captured at the same time, and of strangers, of real links, and of much at once.

use crate::{
    captured::{CAPTURE, has_namespaces, packets},
    compare::{told_by, what_was_told_agrees},
    reading::{Scratch, has_tshark},
};
use fourline::model::{
    event::{Event, Fact, Sight, Source},
    packet::{Packet, PacketKind},
};
use std::{fs, process::Command};

const PROGRAM: &str = env!("CARGO_BIN_EXE_fourline");

/// The four lines, with everything said and heard, and time for the last packet.
const FOUR_LINES: &str = r#"server listen 18080
client connect
server accept
client send "hello"
server recv
server send "I have received it"
client recv
server close
client recv
client close
expect server.1 state TIME_WAIT within 5s
"#;

/// What a journal in JSON Lines tells.
fn events(journal: &str) -> Vec<Event> {
    let events = journal.lines().filter(|l| !l.starts_with(r#"{"fourline""#));
    events
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect()
}

/// The captured packets among them.
fn captured(events: &[Event]) -> Vec<&Packet> {
    let captured = events.iter().filter(|e| e.source == Source::Capture);
    captured
        .filter_map(|e| match &e.fact {
            Fact::Packet(packet) => Some(&**packet),
            _ => None,
        })
        .collect()
}

/// Runs shell commands in a network namespace whose loopback is up: `$0` is fourline, and `$1` a script.
fn in_a_namespace(commands: &str, script: &str) -> Vec<Event> {
    let file = Scratch::new("script.fourline");
    fs::write(&file.0, script).unwrap();
    let out = Command::new("unshare")
        .args(["-rn", "sh", "-euc"])
        .arg(format!("ip link set lo up\n{commands}"))
        .arg(PROGRAM)
        .arg(&file.0)
        .output()
        .unwrap();
    assert!(out.status.success(), "{out:?}");
    events(&String::from_utf8(out.stdout).unwrap())
}

/// What kinds of packets there are, and how many.
fn count(packets: &[&Packet], kind: PacketKind) -> usize {
    packets.iter().filter(|p| p.kind() == Some(kind)).count()
}

/// Tells a script's conversation while tshark captures it, and compares packet by packet.
fn compare(script: &str, at_least: usize) {
    if !has_tshark() || !has_namespaces() {
        return;
    }
    let (file, journal) = (Scratch::new("heard.pcap"), Scratch::new("heard.jsonl"));
    let source = Scratch::new("heard.fourline");
    fs::write(&source.0, script).unwrap();
    let commands = format!(
        "\"$0\" run --json --network host '{}' > '{}'",
        source.0.display(),
        journal.0.display()
    );
    let out = Command::new("unshare")
        .args(["-rn", "sh", "-c", CAPTURE, "capture"])
        .arg(&file.0)
        .args([PROGRAM, &commands])
        .output()
        .unwrap();
    assert!(out.status.success(), "{out:?}");
    let theirs = packets(&fs::read(&file.0).unwrap());
    let journal = fs::read_to_string(&journal.0).unwrap();
    let told = told_by(&journal);
    assert!(told.len() >= at_least, "{}: {out:?}", told.len());
    // What comes after the end of the script, it does not tell.
    assert!(
        theirs.len() >= told.len(),
        "{} {}",
        theirs.len(),
        told.len()
    );
    for (number, (ours, (_, theirs))) in (1..).zip(told.iter().zip(&theirs)) {
        assert_eq!(ours.bytes, *theirs, "packet {number}");
    }
    let _ = what_was_told_agrees(&told);
    let events = events(&journal);
    for packet in captured(&events) {
        let by_nobody = packet.kind() == Some(PacketKind::Rst);
        assert!(packet.socket.is_some() || by_nobody, "{packet:?}");
    }
}

#[test]
fn four_lines_are_told_as_tshark_captures_them() {
    compare(FOUR_LINES, 9);
}

#[test]
fn so_are_they_in_ipv6() {
    compare(&FOUR_LINES.replace("18080", "[::1]:18080"), 9);
}

#[test]
fn so_is_a_refusal() {
    compare("client connect 127.0.0.1:9\n", 2);
}

#[test]
fn claims_about_packets_can_be_made() {
    if !has_namespaces() {
        return;
    }
    let script = format!("{FOUR_LINES}expect packets syn syn-ack ack\n");
    let found = in_a_namespace("\"$0\" run --json --network host \"$1\"", &script);
    assert!(captured(&found).len() >= 9);
}

#[test]
fn strangers_are_shown_and_what_is_not_ours_is_not() {
    if !has_namespaces() {
        return;
    }
    let commands = r#"
        "$0" run --json --network host "$1" & us=$!
        nc -l 127.0.0.1 18090 > /dev/null & other=$!
        for i in $(seq 100); do ss -Hltn 'sport = 18080' | grep -q . && break; sleep 0.1; done
        for i in $(seq 100); do ss -Hltn 'sport = 18090' | grep -q . && break; sleep 0.1; done
        echo elsewhere | nc -N 127.0.0.1 18090
        echo stranger | nc -N 127.0.0.1 18080 > /dev/null
        wait $us; wait $other
    "#;
    let script = "server listen 18080\nserver accept\nserver recv\nserver send \"ok\"\nserver close\n\
                  expect server recv \"stranger\\n\" within 5s\nexpect server.1 state CLOSED within 5s\n";
    let found = in_a_namespace(commands, script);
    let packets = captured(&found);
    assert_eq!(count(&packets, PacketKind::Syn), 1, "{packets:?}");
    for packet in packets {
        assert!([packet.from.port(), packet.to.port()].contains(&18080));
        let (from_us, by_us) = (packet.from.port() == 18080, packet.socket.is_some());
        // Who answers a SYN has no socket of its own yet.
        assert!(from_us || !by_us, "{packet:?}");
        let late = matches!(packet.kind(), Some(PacketKind::Data | PacketKind::Fin));
        assert!(by_us || !(from_us && late), "{packet:?}");
    }
}

#[test]
fn an_address_that_is_not_the_loopback_is_followed_too() {
    if !has_namespaces() {
        return;
    }
    let commands = r#"
        ip addr add 10.9.9.9/32 dev lo
        "$0" run --json --network host "$1"
    "#;
    let script = FOUR_LINES.replace("18080", "10.9.9.9:18080");
    let found = in_a_namespace(commands, &script);
    let packets = captured(&found);
    assert_eq!(count(&packets, PacketKind::Syn), 1);
    assert!(packets.len() >= 9);
}

#[test]
fn both_directions_are_seen_on_a_real_link_and_each_packet_once() {
    if !has_namespaces() {
        return;
    }
    // The server's address is at a bridge, so that everything passes two interfaces of ours.
    let commands = r#"
        unshare -n sleep 30 & far=$!
        for i in $(seq 100); do [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/self/ns/net)" ] && break; sleep 0.05; done
        ip link add near type veth peer name far netns $far
        if ip link add bridge type bridge forward_delay 0 2> /dev/null; then
            ip link set near master bridge; at=bridge
        else at=near; fi
        ip addr add 10.9.0.1/24 dev $at
        ip link set near up; ip link set $at up
        nsenter -t $far -n ip addr add 10.9.0.2/24 dev far
        nsenter -t $far -n ip link set far up
        "$0" run --json --network host "$1" & us=$!
        for i in $(seq 100); do ss -Hltn 'sport = 18080' | grep -q . && break; sleep 0.1; done
        head -c 100000 /dev/zero | nsenter -t $far -n nc -N 10.9.0.1 18080 > /dev/null
        wait $us; kill $far
    "#;
    let script = "server listen 10.9.0.1:18080\nserver accept\nserver recv 100000 waitall\nserver send \"ok\"\nserver close\n\
                  expect server returned 2 within 9s\nwait 300ms\n";
    let found = in_a_namespace(commands, script);
    let packets = captured(&found);
    let with = |kind| count(&packets, kind);
    assert_eq!(with(PacketKind::Syn), 1, "{packets:?}");
    assert_eq!(with(PacketKind::SynAck), 1, "{packets:?}");
    let answer = |p: &&&Packet| p.from.port() == 18080 && p.len == 2;
    assert_eq!(packets.iter().filter(answer).count(), 1);
    let bytes: u32 = packets
        .iter()
        .filter(|p| p.to.port() == 18080)
        .map(|p| p.len)
        .sum();
    assert_eq!(bytes, 100_000);
    assert!(
        packets
            .iter()
            .all(|p| p.notable.iter().all(|n| n.label() != "retransmission"))
    );
}

#[test]
fn a_big_transfer_is_bounded_and_counted() {
    if !has_namespaces() {
        return;
    }
    let script = "server listen 18080\nclient connect\nserver accept\nclient send bytes(200000000)\n\
                  server recv 200000000 waitall\nexpect client returned 200000000 within 20s\n\
                  expect client acked 200000000 bytes within 5s\n";
    let found = in_a_namespace("\"$0\" run --json --network host \"$1\"", script);
    let packets = captured(&found);
    assert!(packets.iter().any(|p| p.merged && p.bytes.len() > 16_384));
    assert!(found.len() < 2_000, "{}", found.len());
    let passed: u64 = found
        .iter()
        .filter_map(|e| match &e.fact {
            Fact::Passed { packets, .. } => Some(*packets),
            _ => None,
        })
        .sum();
    println!("{} packets told, {passed} passed", packets.len());
    let last = packets.last().map_or(0, |p| p.number.0);
    assert!(passed + packets.len() as u64 >= last);
}

#[test]
fn who_may_not_capture_is_told_what_would_allow_it() {
    let script = Scratch::new("blind.fourline");
    fs::write(&script.0, "server listen 127.0.0.1:0\n").unwrap();
    let out = Command::new("setpriv")
        .args(["--bounding-set=-all", "--inh-caps=-all", PROGRAM])
        .args(["run", "--json", "--network", "host"])
        .arg(&script.0)
        .output();
    let Some(out) = out.ok().filter(|out| out.status.success()) else {
        println!("skipped: setpriv is not there, or may not");
        return;
    };
    let found = events(&String::from_utf8(out.stdout).unwrap());
    let told = found.iter().find_map(|e| match &e.fact {
        Fact::Begin {
            sight: Sight::None { why },
            ..
        } => Some(why.clone()),
        _ => None,
    });
    let told = told.unwrap();
    assert!(told.contains("setcap cap_net_raw+ep"), "{told}");
    assert!(captured(&found).is_empty());
}
