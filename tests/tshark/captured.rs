//! Real conversations, on the loopback of a namespace that is made for them and gone afterwards: captured there by
//! tshark, followed by our tracker, and compared.

use crate::{
    compare::{Difference, agree_with_tshark},
    reading::{Scratch, has_tshark},
};
use fourline::{
    model::ids::Nanos,
    packet::{complete_checksum, dissect},
};
use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

/// Starts the loopback and a capture, does something, and ends the capture when it has seen everything. Arguments: the
/// capture's file, fourline, and what to do. All of it on one processor: each has a queue of its own for the loopback, so
/// with two of them packets may be captured in another order than they were sent.
pub(crate) const CAPTURE: &str = r#"
set -eu
taskset -cp "$(taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/')" $$ > /dev/null
ip link set lo up
tshark -n -q -i lo -F pcap -a duration:60 -w "$1" -f 'tcp or icmp or icmp6' 2> "$1.told" & capture=$!
for i in $(seq 100); do grep -q 'Capturing on' "$1.told" && break; sleep 0.1; done
sleep 0.5
sh -c "$3" "$2" || echo "it ended with $?"
sleep 0.5
kill -INT $capture
wait $capture || true
rm -f "$1.told"
"#;

/// Whether namespaces can be made here. Their absence is a failure where everything must be tested.
pub(crate) fn has_namespaces() -> bool {
    let tried = Command::new("unshare")
        .args(["-rn", "ip", "link", "set", "lo", "up"])
        .stderr(Stdio::null())
        .status();
    let there = tried.is_ok_and(|s| s.success());
    if !there {
        assert!(env::var_os("CI").is_none(), "namespaces are needed here");
        println!("skipped: namespaces cannot be made here");
    }
    there
}

/// The IP packets of an Ethernet capture, oldest first, with their checksums as a network card would have made them.
pub(crate) fn packets(file: &[u8]) -> Vec<(Nanos, Vec<u8>)> {
    let number = |at: usize| {
        let four = file.get(at..at + 4)?;
        Some(u64::from(u32::from_le_bytes(four.try_into().ok()?)))
    };
    let unit = match number(0) {
        Some(0xa1b2_c3d4) => 1000,
        Some(0xa1b2_3c4d) => 1,
        other => panic!("not a pcap file: {other:x?}"),
    };
    assert_eq!(number(20), Some(1), "Ethernet");
    let mut found = Vec::new();
    let mut at = 24;
    while let (Some(seconds), Some(rest), Some(length)) =
        (number(at), number(at + 4), number(at + 8))
    {
        let end = at + 16 + length as usize;
        let mut packet = file[at + 16 + 14..end].to_vec();
        complete_checksum(&mut packet);
        found.push((Nanos(seconds * 1_000_000_000 + rest * unit), packet));
        at = end;
    }
    found
}

/// Captures what some shell commands make, and compares. `$0` is fourline. Fields with these of Wireshark's names must
/// be among the packets.
fn compare_what(commands: &str, at_least: usize, fields: &[&str]) -> Vec<Difference> {
    if !has_tshark() || !has_namespaces() {
        return Vec::new();
    }
    let file = Scratch::new("captured.pcap");
    let out = Command::new("unshare")
        .args(["-rn", "sh", "-c", CAPTURE, "capture"])
        .arg(&file.0)
        .args([env!("CARGO_BIN_EXE_fourline"), commands])
        .output()
        .unwrap();
    assert!(out.status.success(), "{out:?}");
    let packets = packets(&fs::read(&file.0).unwrap());
    assert!(packets.len() >= at_least, "{}: {out:?}", packets.len());
    for field in fields {
        let has = |bytes: &[u8]| dissect(bytes, None).iter().any(|f| f.filter == *field);
        assert!(packets.iter().any(|(_, bytes)| has(bytes)), "{field}");
    }
    let named = agree_with_tshark(&packets);
    println!("{} packets; {named:?}", packets.len());
    named
}

/// The same of a script.
fn compare(script: &str, at_least: usize) -> Vec<Difference> {
    // A path of its own stays as it is.
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
    // The loopback is on the host network.
    let commands = r#"network=
"$0" run --help | grep -q -e --network && network='--network host'
"$0" run $network "#;
    let commands = format!("{commands} '{}' > /dev/null", script.display());
    compare_what(&commands, at_least, &[])
}

#[test]
fn the_four_lines() {
    compare("assets/scripts/four-lines.fourline", 9);
}

#[test]
fn a_big_transfer() {
    compare("tests/conversations/big-transfer.fourline", 20);
}

#[test]
fn a_conversation_in_ipv6() {
    compare("tests/conversations/ipv6.fourline", 9);
}

#[test]
fn nobody_listens() {
    compare("tests/conversations/refused.fourline", 2);
}

#[test]
fn resets() {
    compare("tests/conversations/reset-by-abort.fourline", 4);
    compare("tests/conversations/send-to-a-closed-peer.fourline", 4);
}

#[test]
fn a_full_backlog() {
    compare("tests/conversations/backlog-full.fourline", 6);
}

#[test]
fn many_clients_at_once() {
    compare("tests/conversations/simultaneous-clients.fourline", 9);
}

#[test]
fn nobody_hears_a_datagram() {
    compare_what(
        "for host in 127.0.0.1 ::1; do echo hello | nc -u -w 1 $host 9 || true; done",
        2,
        &["icmp.type", "icmpv6.type", "udp.srcport"],
    );
}

/// A SYN that asks for a cookie, and one that carries data with it.
#[test]
fn fast_open() {
    let commands = "
sysctl -q -w net.ipv4.tcp_fastopen=1027
php -S 127.0.0.1:8000 > /dev/null 2>&1 & server=$!
for i in $(seq 50); do curl -s -o /dev/null http://127.0.0.1:8000/; [ $? != 7 ] && break; sleep 0.1; done
for i in 1 2 3; do curl -s -o /dev/null --tcp-fastopen http://127.0.0.1:8000/; done
kill $server";
    let fields = ["tcp.options.tfo", "tcp.options.tfo.cookie"];
    compare_what(commands, 20, &fields);
}

/// The receiver's program does not read for a while: the window closes, and the kernel asks whether it has opened.
#[test]
fn a_closed_window() {
    let script = Scratch::new("fourline");
    let text = "
server listen 0
client connect
server accept
client send bytes(20000000)
wait 1500ms
server recv 20000000 waitall
client close
server close
";
    fs::write(&script.0, text).unwrap();
    let named = compare(&script.0.display().to_string(), 20);
    let probes = named.contains(&Difference::LinuxProbe);
    assert!(probes || !has_tshark() || !has_namespaces());
}
