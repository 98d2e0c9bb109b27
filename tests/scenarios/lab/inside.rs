use super::{journal, there};
use crate::common::{Running, Script, Story, has};
use fourline::model::{
    event::{Fact, Timer},
    ids::{Side, SocketId},
    packet::{PacketKind, Protocol},
    tcp::TcpState,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
    thread,
    time::Duration,
};

/// How often two who look at different moments may disagree.
const LOOKS: u32 = 500;

/// A row of `ss`: state, Recv-Q, Send-Q, the socket's own port, the peer's (0 for a listener), the timer that runs.
type Row = (TcpState, u64, u64, u16, u16, Option<&'static str>);

/// Each timer as `ss` calls it.
const fn timer(timer: Timer) -> &'static str {
    match timer {
        Timer::Retransmit => "on",
        Timer::KeepAlive => "keepalive",
        Timer::TimeWait => "timewait",
        Timer::Probe => "persist",
    }
}

/// What a program says that runs on one side of the lab.
fn enter(running: &Running, side: Side, command: &[&str]) -> String {
    let mut enter = Command::new(env!("CARGO_BIN_EXE_fourline"));
    enter.args(["lab", "enter", "--pid", &running.pid().to_string()]);
    let ended = enter
        .arg(side.to_string())
        .arg("--")
        .args(command)
        .output()
        .unwrap();
    assert!(ended.status.success(), "{ended:?}");
    String::from_utf8(ended.stdout).unwrap()
}

/// What `ss` shows on both sides.
fn shown(running: &Running) -> BTreeSet<Row> {
    let text = [Side::Server, Side::Client].map(|side| enter(running, side, &["ss", "-tanoH"]));
    let rows = text.iter().flat_map(|text| text.lines()).map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let port = |column: &str| column.rsplit(':').next().and_then(|p| p.parse().ok());
        let runs = columns.get(5).and_then(|c| c.strip_prefix("timer:("));
        let runs = runs.map(|rest| {
            let name = rest.split(',').next().unwrap();
            let all = [
                Timer::Retransmit,
                Timer::KeepAlive,
                Timer::TimeWait,
                Timer::Probe,
            ];
            all.map(timer)
                .into_iter()
                .find(|t| *t == name)
                .expect("a timer that we know")
        });
        (
            columns[0].parse().unwrap(),
            columns[1].parse().unwrap(),
            columns[2].parse().unwrap(),
            port(columns[3]).unwrap(),
            port(columns[4]).unwrap_or(0),
            runs,
        )
    });
    rows.collect()
}

#[derive(Default)]
struct Latest {
    ports: Option<(u16, u16)>,
    state: Option<TcpState>,
    queues: (u64, u64),
    timer: Option<&'static str>,
}

/// What our latest events say, in the same form. A closed socket is no row.
fn told(story: &Story) -> BTreeSet<Row> {
    let mut latest: BTreeMap<SocketId, Latest> = BTreeMap::new();
    for event in &story.events {
        match &event.fact {
            Fact::Socket {
                socket,
                local,
                peer,
                was,
                ..
            } => {
                let known = was.and_then(|was| latest.remove(&was));
                let row = latest
                    .entry(*socket)
                    .or_insert_with(|| known.unwrap_or_default());
                row.ports = Some((local.port(), peer.map_or(0, |p| p.port())));
            }
            Fact::State { socket, to, .. } => latest.entry(*socket).or_default().state = Some(*to),
            Fact::Queue {
                socket,
                recv_q,
                send_q,
            } => latest.entry(*socket).or_default().queues = (*recv_q, *send_q),
            Fact::Detail { socket, detail } => {
                latest.entry(*socket).or_default().timer = detail.timer.map(|t| timer(t.0));
            }
            _ => {}
        }
    }
    let rows = latest.into_values().filter_map(|row| {
        let (local, peer) = row.ports?;
        let state = row.state.filter(|s| *s != TcpState::Closed)?;
        Some((state, row.queues.0, row.queues.1, local, peer, row.timer))
    });
    rows.collect()
}

/// Runs a script up to its end, where it then waits.
fn begin(script: &str) -> Running {
    let script = Script::new(format!("{script}\nsay \"look now\"\nwait 10m\n"));
    let mut running = Running::start(&mut journal(&script.path(), &[]));
    running.until("\"say\"");
    running
}

/// Compares until both say the same: what moves by itself may move between the two looks.
fn compare(script: &str) -> Option<Vec<Row>> {
    if !there() || !has("ss", &["-V"]) {
        return None;
    }
    let mut running = begin(script);
    let mut last = Default::default();
    for _ in 0..LOOKS {
        running.listen();
        let ours = told(&running.story());
        let theirs = shown(&running);
        running.listen();
        if ours == theirs && ours == told(&running.story()) {
            let failed = running.story().failed_claims();
            assert!(failed.is_empty(), "{failed:?}");
            return Some(ours.into_iter().collect());
        }
        last = (ours, theirs);
        thread::sleep(Duration::from_millis(20));
    }
    panic!("we tell\n{:#?}\nss shows\n{:#?}", last.0, last.1);
}

use TcpState::{Established, FinWait1, Listen, SynReceived, SynSent, TimeWait};

fn states(rows: &[Row]) -> Vec<(TcpState, u64, u64, Option<&'static str>)> {
    rows.iter()
        .map(|row| (row.0, row.1, row.2, row.5))
        .collect()
}

#[test]
fn ss_shows_a_held_syn() {
    let script = "server listen 10008\ncable hold\nclient connect\nexpect client state SYN_SENT";
    if let Some(rows) = compare(script) {
        assert_eq!(
            states(&rows),
            [(Listen, 0, 5, None), (SynSent, 0, 1, Some("on"))]
        );
    }
}

#[test]
fn ss_shows_a_held_syn_ack() {
    let script = "server listen 10008\ncable hold\nclient connect\ncable step 1\nexpect server.pending.1 state SYN_RECEIVED";
    if let Some(rows) = compare(script) {
        let states: Vec<_> = rows.iter().map(|row| row.0).collect();
        assert_eq!(states, [Listen, SynSent, SynReceived]);
    }
}

#[test]
fn ss_shows_held_data() {
    let script = "server listen 10008\nclient connect\nserver accept\ncable hold data\nclient send \"hello\"\nexpect client send-q 5";
    if let Some(rows) = compare(script) {
        let expected = [
            (Listen, 0, 5, None),
            (Established, 0, 0, None),
            (Established, 0, 5, Some("on")),
        ];
        let told: BTreeSet<_> = states(&rows).into_iter().collect();
        assert_eq!(told, expected.into_iter().collect());
    }
}

#[test]
fn ss_shows_a_closed_window() {
    let script = "server socket\nserver setsockopt SO_RCVBUF 4096\nserver bind 10008\nserver listen\nclient connect\nserver accept\n\
                  client send bytes(60000)\nwait until zero-window-probe within 20s";
    if let Some(rows) = compare(script) {
        assert!(
            rows.iter().any(|row| row.5 == Some("persist") && row.2 > 0),
            "{rows:?}"
        );
    }
}

#[test]
fn ss_shows_a_held_goodbye_and_time_wait() {
    let script = "server listen 10008\nclient connect\nserver accept\nserver.1 close\nclient close\nexpect server.1 state TIME_WAIT\n\
                  client2 connect\nserver accept\ncable hold\nclient2 close\nexpect client2 state FIN_WAIT_1";
    if let Some(rows) = compare(script) {
        let has = |state, timer| {
            rows.iter()
                .any(|row| (row.0, row.5) == (state, Some(timer)))
        };
        assert!(has(TimeWait, "timewait") && has(FinWait1, "on"), "{rows:?}");
    }
}

/// What `ss` calls a figure, and ours of the same name.
#[test]
fn ss_counts_what_we_count() {
    if !there() || !has("ss", &["-V"]) {
        return;
    }
    let mut running = begin(
        "server listen 10008\nclient connect\nserver accept\ncable drop first 2 data to server\nclient send bytes(700)\n\
         expect client acked 700 bytes within 20s\nserver recv",
    );
    let mut last = String::new();
    for _ in 0..LOOKS {
        running.listen();
        let story = running.story();
        let detail = super::view::details(&story, "client").last().copied();
        let text = enter(&running, Side::Client, &["ss", "-tinH"]);
        let figure = |name: &str| {
            let words = || text.split_whitespace();
            words()
                .find_map(|w| w.strip_prefix(name))
                .map(str::to_owned)
        };
        let theirs = (
            figure("retrans:0/"),
            figure("mss:"),
            figure("pmtu:"),
            figure("bytes_retrans:"),
        );
        let ours = detail.map(|d| {
            let text = |n: Option<u64>| n.map(|n| n.to_string());
            let retransmits = Some(d.retransmits.into());
            (
                text(retransmits),
                text(d.snd_mss.map(u64::from)),
                text(d.pmtu.map(u64::from)),
                text(d.bytes_retrans),
            )
        });
        if ours.as_ref() == Some(&theirs) {
            assert_eq!(theirs.0.as_deref(), Some("2"));
            return;
        }
        last = format!("{ours:?} {text}");
        thread::sleep(Duration::from_millis(20));
    }
    panic!("{last}");
}

#[test]
fn a_ping_is_carried_and_told() {
    if !there() || !has("ping", &["-V"]) {
        return;
    }
    let mut running = begin("server listen 10008\ncable hold icmp");
    let mut ping = Command::new(env!("CARGO_BIN_EXE_fourline"));
    ping.args([
        "lab",
        "enter",
        "--pid",
        &running.pid().to_string(),
        "client",
        "--",
    ]);
    let ping = ping
        .args(["ping", "-n", "-c", "1", "-W", "1", "10.0.0.1"])
        .output()
        .unwrap();
    assert_eq!(ping.status.code(), Some(1), "its packet is held: {ping:?}");
    running.until("\"held\"");
    let story = running.story();
    let packets = super::view::packets(&story);
    assert_eq!(packets.len(), 1);
    assert_eq!(packets[0].packet.protocol, Protocol::Icmp);
    assert_eq!(packets[0].packet.kind(), Some(PacketKind::Icmp));
    assert_eq!(packets[0].packet.toward, Side::Server);
    assert!(
        packets[0].packet.socket.is_none(),
        "it is no socket of ours"
    );
}

#[test]
fn pings_pass_and_are_told_one_by_one() {
    if !there() || !has("ping", &["-V"]) {
        return;
    }
    let mut running = begin("server listen 10008");
    let text = enter(
        &running,
        Side::Client,
        &["ping", "-n", "-c", "3", "-i", "0.2", "-W", "20", "10.0.0.1"],
    );
    assert!(text.contains("3 received"), "{text}");
    for _ in 0..6 {
        running.until("\"fate\"");
    }
    let story = running.story();
    let way: Vec<_> = super::view::packets(&story)
        .iter()
        .map(|told| told.packet.toward)
        .collect();
    let there_and_back = [Side::Server, Side::Client];
    assert_eq!(way, there_and_back.repeat(3));
}
