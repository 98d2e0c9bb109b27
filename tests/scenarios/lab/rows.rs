use super::{
    converse,
    view::{Told, details, packets},
};
use crate::common::{Folder, Story};
use fourline::model::{
    event::{Fact, Source, Timer},
    ids::Side,
    packet::{Decider, Fate, Notable, PacketKind, Protocol},
    tcp::TcpState,
};
use std::{collections::BTreeSet, fs, path::PathBuf};

/// A case for each script, with what its journal must show beyond its claims.
macro_rules! rows {
    ($($name:ident: $more:expr;)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*, "file", "loss_with_seed"];
        $(#[test] fn $name() {
            let more: fn(&Story) = $more;
            if let Some(story) = converse(stringify!($name), &[]) {
                more(&story);
            }
        })*
    };
}

const OPENED: [&str; 2] = ["SYN_SENT", "ESTABLISHED"];
const CALLED: [&str; 2] = ["SYN_RECEIVED", "ESTABLISHED"];

/// Checks a socket's whole way from its first state to its last.
fn course(story: &Story, socket: &str, begin: [&str; 2], rest: &[&str]) {
    let expected: Vec<_> = begin.iter().chain(rest).copied().collect();
    assert_eq!(story.course(socket), expected, "{socket}");
}

/// Whether the kernel's tables showed this state.
fn seen(story: &Story, name: &str, state: TcpState) -> bool {
    let names = story.names(name.parse().unwrap());
    story.events.iter().any(|e| {
        e.source == Source::Kernel
            && matches!(&e.fact, Fact::State { socket, to, .. } if *to == state && names.contains(socket))
    })
}

/// The data that go to this side, in the order in which they entered.
fn data(story: &Story, toward: Side) -> Vec<Told<'_>> {
    let all = packets(story).into_iter();
    all.filter(|told| told.is(PacketKind::Data, toward))
        .collect()
}

/// Where in the journal the first fact of this kind stands.
fn place(story: &Story, what: impl Fn(&Fact) -> bool) -> usize {
    let found = story.events.iter().position(|e| what(&e.fact));
    found.expect("it happened")
}

rows! {
    accept_queue_full: |s| {
        assert!(seen(s, "client2", TcpState::SynSent));
        let again = details(s, "client2").iter().any(|d| d.retransmits > 0);
        assert!(again, "the SYN was sent again");
    };
    ack_lost: |s| assert_eq!(s.results("server", "recv"), ["7"]);
    big_transfer: |s| {
        let together: u64 = s.events.iter().filter_map(|e| match e.fact { Fact::Passed { packets, .. } => Some(packets), _ => None }).sum();
        println!("{together} of {} packets were told together", together + packets(s).len() as u64);
    };
    clients: |s| {
        for server in ["server.1", "server.2", "server.3"] {
            course(s, server, CALLED, &[]);
        }
        let callers: BTreeSet<_> = data(s, Side::Server).iter().map(|told| told.packet.from).collect();
        assert_eq!(callers.len(), 3);
    };
    corrupt: |s| {
        assert_eq!(s.kind("handled").iter().filter(|l| l["what"] == "corrupted").count(), 1);
        assert_eq!(s.results("server", "recv"), ["5"]);
    };
    data_lost_again_and_again: |s| {
        let tries = data(s, Side::Server);
        assert!(tries[..5].iter().all(|told| told.has_fate(Fate::Dropped)) && tries[5].has_fate(Fate::Delivered));
        assert!(tries[1..].iter().all(|told| told.packet.again == Some(tries[0].packet.number)));
        // The first time it asks early (a tail loss probe); from then on each wait is twice as long as the one before.
        let gaps: Vec<f64> = tries.windows(2).map(|two| two[1].entered().since(two[0].entered()).0 as f64).collect();
        for two in gaps[2..].windows(2) {
            assert!((1.5..2.7).contains(&(two[1] / two[0])), "{gaps:?}");
        }
        let backoff: Vec<u8> = details(s, "client").iter().filter_map(|d| d.backoff).collect();
        assert!([1, 2, 3].iter().all(|n| backoff.contains(n)), "{backoff:?}");
        let told = s.events.iter().filter_map(|e| match &e.fact {
            Fact::Cable { text, rules, .. } => Some((text.starts_with("over: drop first"), rules.len())),
            _ => None,
        });
        assert_eq!(told.collect::<Vec<_>>(), [(false, 1), (true, 0)], "the rule is told, and that it is used up");
    };
    delay_and_rate: |s| {
        let to_server: Vec<_> = packets(s).into_iter().filter(|told| told.packet.toward == Side::Server).collect();
        assert!(to_server.iter().all(|told| told.fate.is_none_or(|left| left.arrival.is_none())), "jitter changes no order");
        let begun = to_server[0].entered();
        let all_but_first: u64 = to_server[1..].iter().filter(|told| told.has_fate(Fate::Delivered)).map(Told::size).sum();
        let last = to_server.iter().filter_map(|told| told.fate).map(|left| left.event.happened()).max().unwrap();
        assert!(last.since(begun).0 >= all_but_first * 8 * 1_000_000_000 / 400_000, "faster than the cable");
    };
    delayed_ack: |s| assert_eq!(packets(s)[4].packet.again, Some(packets(s)[3].packet.number), "it says which data it acknowledges");
    duplicate_data: |s| {
        let copy = &packets(s)[4];
        assert_eq!(copy.packet.copy_of, Some(packets(s)[3].packet.number));
        assert_eq!(s.results("server", "recv"), ["5"]);
    };
    duplicate_syn: |s| {
        assert_eq!(packets(s)[1].packet.copy_of, Some(packets(s)[0].packet.number));
        course(s, "server.1", CALLED, &[]);
        assert_eq!(s.results("server", "recv"), ["5"]);
    };
    fast_retransmit: |s| {
        let data = data(s, Side::Server);
        assert!(data[0].has_fate(Fate::Dropped));
        assert!(data[5..].iter().any(|told| told.packet.again == Some(data[0].packet.number)));
    };
    fin_lost: |s| {
        course(s, "client", OPENED, &["FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"]);
        course(s, "server.1", CALLED, &["CLOSE_WAIT", "LAST_ACK", "CLOSED"]);
    };
    first_data_lost: |s| {
        let tries = data(s, Side::Server);
        assert_eq!(tries[1].packet.again, Some(tries[0].packet.number));
        assert_eq!(tries[1].packet.tcp.map(|t| t.seq_raw), tries[0].packet.tcp.map(|t| t.seq_raw));
    };
    four_lines: |s| {
        course(s, "client", OPENED, &["CLOSE_WAIT", "LAST_ACK", "CLOSED"]);
        assert!(packets(s).iter().all(|told| told.packet.notable.is_empty() || told.packet.notable == [Notable::WindowUpdate]), "nothing went wrong");
    };
    goodbye_held: |s| {
        course(s, "client", OPENED, &["FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"]);
        course(s, "server.1", CALLED, &["CLOSE_WAIT", "LAST_ACK", "CLOSED"]);
        assert!(seen(s, "client", TcpState::FinWait2));
    };
    half_open: |s| {
        course(s, "client", OPENED, &["CLOSED"]);
        course(s, "server.1", CALLED, &["CLOSED"]);
        let sent = s.results("server", "send");
        assert_eq!(sent, ["14"], "the kernel took it, and knew no better");
    };
    half_open_closed: |s| course(s, "server.1", CALLED, &["CLOSED"]);
    held_handshake: |s| {
        let hand: Vec<_> = packets(s).iter().take(3).filter_map(|told| told.fate).map(|left| left.by == &Decider::You).collect();
        assert_eq!(hand, [true; 3]);
        let fate = place(s, |f| matches!(f, Fact::Fate { packet, .. } if packet.0 == 2));
        let back = place(s, |f| matches!(f, Fact::Call(c) if c.call.name() == "connect"));
        assert!(fate < back, "connect returns when the answer has come");
        course(s, "client", OPENED, &[]);
        course(s, "server.pending.1", CALLED, &[]);
    };
    ipv6: |s| {
        assert!(packets(s).iter().all(|told| told.packet.from.is_ipv6() && told.packet.bytes.kept[0] >> 4 == 6));
        course(s, "client", OPENED, &["CLOSE_WAIT", "LAST_ACK", "CLOSED"]);
    };
    keep_alive: |s| {
        assert_eq!(packets(s)[6].packet.again, Some(packets(s)[5].packet.number), "which one it answers");
        assert!(details(s, "client").iter().any(|d| d.timer.is_some_and(|t| t.0 == Timer::KeepAlive)));
    };
    keep_alive_unanswered: |s| {
        course(s, "client", OPENED, &["CLOSED"]);
        assert_eq!(s.results("client", "recv"), ["ETIMEDOUT"]);
    };
    last_ack_lost: |s| {
        course(s, "client", OPENED, &[]);
        course(s, "server.pending.1", CALLED, &[]);
    };
    last_ack_lost_data_tells: |s| course(s, "server.1", CALLED, &[]);
    last_goodbye_ack_lost: |s| {
        course(s, "client", OPENED, &["FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"]);
        course(s, "server.1", CALLED, &["CLOSE_WAIT", "LAST_ACK", "CLOSED"]);
        assert_eq!(packets(s)[7].packet.again, Some(packets(s)[5].packet.number), "its goodbye");
    };
    listener_closes: |s| {
        for pending in ["server.pending.1", "server.pending.2"] {
            course(s, pending, CALLED, &["CLOSED"]);
        }
        for client in ["client", "client2"] {
            course(s, client, OPENED, &["CLOSED"]);
        }
    };
    nagle: |s| {
        let data = data(s, Side::Server);
        let ack = packets(s).into_iter().find(|told| told.is(PacketKind::Ack, Side::Client)).unwrap();
        let arrived = ack.fate.unwrap().event.id;
        assert!(data[1].event.id > arrived, "the second waits for the acknowledgement of the first");
        assert_eq!((data[0].packet.len, data[1].packet.len), (1, 1));
    };
    no_nagle: |s| {
        let data = data(s, Side::Server);
        let ack = packets(s).into_iter().find(|told| told.is(PacketKind::Ack, Side::Client)).unwrap();
        assert!(data[1].event.id < ack.event.id, "the second does not wait");
        assert_eq!((data[0].packet.len, data[1].packet.len), (1, 1));
    };
    offload: |s| {
        if let Some(refused) = s.kind("refused").first() {
            // Over a veth pair every packet is a segment.
            let words = refused["text"].as_str().unwrap();
            assert!(words.starts_with("Segmentation offload cannot be switched on this cable"), "{words}");
            assert!(packets(s).iter().all(|told| !told.packet.merged && told.size() <= 1500));
            return;
        }
        let switched = |to: bool| place(s, |f| matches!(f, Fact::Cable { offload, .. } if *offload == to));
        let (on, off) = (switched(true), switched(false));
        let merged: Vec<_> = packets(s).into_iter().filter(|told| told.packet.merged).collect();
        let last = merged.last().expect("segments in one packet");
        let place = |told: &Told<'_>| s.events.iter().position(|e| e.id == told.event.id).unwrap();
        assert!(on < place(&merged[0]) && place(last) < off);
        assert!(merged.iter().all(|told| told.packet.len > 1500));
    };
    path_mtu: narrow::<576>;
    path_mtu_ipv6: narrow::<1280>;
    path_mtu_small: narrow::<88>;
    preset: |s| {
        let rules = s.kind("cable")[0]["rules"].to_string();
        assert!(rules.contains("delay 25ms") && rules.contains("rate 384kbit"), "{rules}");
        assert_eq!(s.kind("cable")[1]["rules"].to_string(), "[]");
    };
    refused: |s| {
        assert_eq!(s.results("client", "connect"), ["ECONNREFUSED"]);
        assert_eq!(s.course("client"), ["SYN_SENT", "CLOSED"]);
        assert_eq!(packets(s)[1].packet.again, Some(packets(s)[0].packet.number), "which SYN it answers");
    };
    refused_orders: |s| {
        let words: Vec<_> = s.kind("refused").iter().map(|l| l["text"].as_str().unwrap().to_owned()).collect();
        assert_eq!(words.len(), 4, "{words:?}");
        assert!(words.iter().all(|w| w.starts_with(char::is_uppercase) && w.contains(". ")), "{words:?}");
    };
    reorder: |s| {
        let swapped = s.kind("handled").iter().filter(|l| l["what"] == "swapped").count();
        assert!(swapped > 0);
    };
    reset_by_abort: |s| {
        course(s, "client", OPENED, &["CLOSED"]);
        course(s, "server.1", CALLED, &["CLOSED"]);
        assert_eq!(s.results("server", "recv"), ["ECONNRESET"]);
    };
    reset_lost: |s| {
        course(s, "client", OPENED, &["CLOSED"]);
        course(s, "server.1", CALLED, &["CLOSED"]);
    };
    serve_ack: |s| assert_eq!(s.results("server", "send").len(), 2);
    serve_echo: |s| assert_eq!(s.results("server", "send"), ["5"]);
    simultaneous_close: |s| {
        course(s, "client", OPENED, &["FIN_WAIT_1", "CLOSING", "TIME_WAIT"]);
        course(s, "server.1", CALLED, &["FIN_WAIT_1", "CLOSING", "TIME_WAIT"]);
        for end in ["client", "server.1"] {
            assert!(seen(s, end, TcpState::Closing), "{end}");
        }
    };
    swapped_data: |s| {
        let swapped = s.kind("handled").iter().filter(|l| l["what"] == "swapped").count();
        assert_eq!(swapped, 1);
        assert_eq!(s.results("server", "recv"), ["7"]);
    };
    syn_ack_lost: |s| {
        course(s, "client", OPENED, &[]);
        course(s, "server.pending.1", CALLED, &[]);
    };
    syn_given_up: |s| {
        assert_eq!(s.course("client"), ["SYN_SENT", "CLOSED"]);
        assert_eq!(s.results("client", "connect"), ["ETIMEDOUT"]);
    };
    syn_lost: |s| {
        course(s, "client", OPENED, &[]);
        assert_eq!(packets(s)[1].packet.again, Some(packets(s)[0].packet.number));
        assert!(details(s, "client").iter().any(|d| d.retransmits == 1));
    };
    syn_queue: |s| {
        course(s, "client4", OPENED, &[]);
        course(s, "server.pending.4", CALLED, &[]);
        let again = packets(s).iter().any(|told| told.is(PacketKind::SynAck, Side::Client) && told.packet.notable.contains(&Notable::Retransmission));
        assert!(again, "the SYN-ACK was sent again");
    };
    time_wait: |s| {
        course(s, "server.1", CALLED, &["FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"]);
        course(s, "client", OPENED, &["CLOSE_WAIT", "LAST_ACK", "CLOSED"]);
    };
    unplugged: |s| assert!(packets(s).iter().any(|told| told.fate.is_some_and(|left| left.by.to_string() == "rule: unplug to server")));
    zero_window: |s| {
        assert!(details(s, "client").iter().any(|d| d.timer.is_some_and(|t| t.0 == Timer::Probe)), "its timer asks");
        let has = |notable| packets(s).into_iter().find(|told| told.packet.notable.contains(&notable)).unwrap();
        assert_eq!(has(Notable::ZeroWindow).packet.tcp.map(|t| t.window), Some(0));
        assert_eq!(has(Notable::ZeroWindowProbe).packet.toward, Side::Server);
        assert_eq!(has(Notable::ZeroWindowProbeAck).packet.toward, Side::Client);
        assert_eq!(has(Notable::WindowUpdate).packet.toward, Side::Client);
    };
}

/// A path that lets no larger packet through than this.
fn narrow<const MTU: u32>(s: &Story) {
    let all = packets(s);
    let about: Vec<_> = all
        .iter()
        .filter(|told| told.packet.made_by_cable)
        .collect();
    // The message itself is made behind the place where the path is narrow.
    let large = all
        .iter()
        .filter(|told| told.size() > u64::from(MTU) && !told.packet.made_by_cable);
    let large: Vec<_> = large.collect();
    assert!(
        !large.is_empty() && about.len() == large.len(),
        "a message about each"
    );
    for (large, about) in large.iter().zip(about) {
        assert!(large.has_fate(Fate::Dropped), "{large:?}");
        assert_eq!(about.event.cause, Some(large.event.id), "{about:?}");
        assert_eq!(about.packet.toward, !large.packet.toward);
        assert!(matches!(
            about.packet.protocol,
            Protocol::Icmp | Protocol::Icmpv6
        ));
    }
    let known: Vec<_> = details(s, "client").iter().filter_map(|d| d.pmtu).collect();
    assert_eq!(
        (known.first(), known.last()),
        (Some(&1500), Some(&MTU)),
        "{known:?}"
    );
}

#[test]
fn file() {
    let folder = Folder::new();
    let bytes: Vec<u8> = (0..60_000_u32).map(|n| ((n * n) >> 3) as u8).collect();
    let file = folder.file("data.bin", bytes);
    let Some(story) = converse("file", &[&format!("FILE={file}")]) else {
        return;
    };
    let read = story.calls().filter(|(who, _)| who == "server");
    let read: Vec<u8> = read
        .filter_map(|(_, done)| done.data.as_ref())
        .flat_map(|data| data.kept.to_vec())
        .collect();
    assert!(read == fs::read(file).unwrap(), "the bytes are the file's");
}

/// Which of the data were dropped, in the order in which they came.
fn dropped(story: &Story) -> Vec<bool> {
    data(story, Side::Server)
        .iter()
        .map(|told| told.has_fate(Fate::Dropped))
        .collect()
}

#[test]
fn loss_with_seed() {
    let Some(first) = converse("loss_with_seed", &[]) else {
        return;
    };
    let second = converse("loss_with_seed", &[]).unwrap();
    let (first, second) = (dropped(&first), dropped(&second));
    let both = first.len().min(second.len());
    assert!(both >= 40, "60000 bytes are more segments than that");
    assert_eq!(
        first[..both],
        second[..both],
        "the same seed, the same choices"
    );
    assert!(first.contains(&true));
}

#[test]
fn every_script_is_a_row() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conversations/lab");
    let files: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .replace('-', "_")
        })
        .collect();
    let rows: BTreeSet<String> = NAMES.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(files, rows, "add a row to rows! for each script");
}
