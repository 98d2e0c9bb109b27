//! Captures that tshark has made, in every format and on every link that editcap can write, opened by fourline: the
//! same packets, numbers and notes as tshark tells, and states that every conversation comes to.

use crate::{
    captured::{CAPTURE, has_namespaces},
    compare::{Told, what_was_told_agrees},
    reading::{Scratch, has_tshark},
};
use fourline::{
    model::{
        event::{Event, Fact},
        tcp::TcpState,
    },
    packet::complete_checksum,
    record::{Kind, Reader},
};
use std::{fs::File, path::Path, process::Command};

/// A visit that is answered, one that is reset, one that is refused, a datagram that nobody hears.
const VISITS: &str = r#"
printf 'server listen 18080\nserver accept\nclient connect\nclient send "hello"\nserver recv\nserver send "fine"\nclient recv
server close\nclient recv\nclient close\nwait 100ms\nclient2 connect 18080\nserver accept\nclient2 send "x"\nclient2 abort\n
wait 100ms\nclient3 connect 127.0.0.1:9\n' > visits.fourline
"$0" run --network host visits.fourline > /dev/null
rm -f visits.fourline
"#;

fn run(program: &str, args: &[&str]) {
    let out = Command::new(program).args(args).output().unwrap();
    assert!(out.status.success(), "{program} {args:?}: {out:?}");
}

/// All events of a capture.
fn events(path: &Path) -> Vec<Event> {
    let mut reader = Reader::open(File::open(path).unwrap()).unwrap();
    assert_eq!(reader.kind(), Kind::Capture);
    let mut events = Vec::new();
    while let Some(page) = reader.next_page() {
        events.extend(page.into_vec());
    }
    assert_eq!(reader.stopped(), None);
    events
}

/// What is told of each packet, with its checksums as a network card would have made them: the loopback leaves them out.
fn told(events: &[Event]) -> Vec<Told> {
    let packets = events.iter().filter_map(|event| match &event.fact {
        Fact::Packet(packet) => Some((event.happened(), packet)),
        _ => None,
    });
    packets
        .map(|(at, packet)| {
            let mut bytes = packet.bytes.kept.to_vec();
            complete_checksum(&mut bytes);
            Told {
                at,
                bytes,
                omitted: packet.bytes.omitted,
                tcp: packet.tcp,
                notable: packet.notable.clone(),
            }
        })
        .collect()
}

fn captured() -> Option<Scratch> {
    if !has_tshark() || !has_namespaces() {
        return None;
    }
    let file = Scratch::new("visits.pcap");
    let dir = file.0.parent().unwrap();
    let out = Command::new("unshare")
        .args(["-rn", "sh", "-c", CAPTURE, "capture"])
        .arg(&file.0)
        .args([env!("CARGO_BIN_EXE_fourline"), VISITS])
        .current_dir(dir)
        .output()
        .unwrap();
    assert!(out.status.success(), "{out:?}");
    Some(file)
}

/// Without what depends on the format: times finer than its own.
fn in_microseconds(events: &[Event]) -> Vec<Event> {
    let mut events = events.to_vec();
    for event in &mut events {
        event.at_ns.0 /= 1000;
        event.happened_ns = None;
    }
    events
}

#[test]
fn a_capture_is_told_as_tshark_reads_it() {
    let Some(file) = captured() else { return };
    let events = events(&file.0);
    let told = told(&events);
    assert!(told.len() >= 16, "{}", told.len());
    what_was_told_agrees(&told);
    // Each conversation is over, and the first one was parted from in order.
    let mut last = std::collections::BTreeMap::new();
    for event in &events {
        if let Fact::State { socket, to, .. } = event.fact {
            last.insert(socket.to_string(), to);
        }
    }
    assert_eq!(last["server.1"], TcpState::TimeWait, "{last:?}");
    for over in ["client", "server.2", "client2", "server.3", "client3"] {
        assert_eq!(last[over], TcpState::Closed, "{last:?}");
    }
}

#[test]
fn the_same_capture_in_every_format_tells_the_same() {
    let Some(file) = captured() else { return };
    let expected = in_microseconds(&events(&file.0));
    for format in ["pcapng", "nsecpcap", "pcap"] {
        let other = Scratch::new(format);
        let [from, to] = [&file.0, &other.0].map(|p| p.to_str().unwrap());
        run("editcap", &["-F", format, from, to]);
        assert_eq!(in_microseconds(&events(&other.0)), expected, "{format}");
    }
    // Cut at 60 bytes, the headers are still there; and so the states.
    let cut = Scratch::new("cut.pcapng");
    let [from, to] = [&file.0, &cut.0].map(|p| p.to_str().unwrap());
    run("editcap", &["-F", "pcapng", "-s", "66", from, to]);
    let states = |events: &[Event]| -> Vec<Fact> {
        let facts = events.iter().map(|e| e.fact.clone());
        facts
            .filter(|f| !matches!(f, Fact::Packet(_) | Fact::Note { .. }))
            .collect()
    };
    assert_eq!(states(&events(&cut.0)), states(&expected));
}

#[test]
fn packets_of_other_links_are_found() {
    let Some(file) = captured() else { return };
    let expected = told(&events(&file.0));
    // Without Ethernet's header: raw IP; then with other words for the same bytes.
    for (cut, link) in [("14", "rawip"), ("14", "rawip4")] {
        let other = Scratch::new(link);
        let [from, to] = [&file.0, &other.0].map(|p| p.to_str().unwrap());
        run(
            "editcap",
            &["-F", "pcap", "-L", "-C", cut, "-T", link, from, to],
        );
        let told = told(&events(&other.0));
        assert_eq!(told.len(), expected.len(), "{link}");
        for (ours, theirs) in told.iter().zip(&expected) {
            assert_eq!(ours.bytes, theirs.bytes, "{link}");
            assert_eq!(ours.tcp, theirs.tcp, "{link}");
        }
    }
}
