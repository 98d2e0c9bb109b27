use crate::common::{Running, Script, Story, has, json};
use fourline::model::{event::Fact, ids::SocketId, tcp::TcpState};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    process::Command,
    thread,
    time::Duration,
};

/// A row of `ss`: state, Recv-Q, Send-Q, the socket's own port, the peer's (0 for a listener).
type Row = (TcpState, u64, u64, u16, u16);

/// What `ss` shows of these ports.
fn shown(ports: &BTreeSet<u16>) -> BTreeSet<Row> {
    let out = Command::new("ss").args(["-tanH"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let rows = text.lines().filter_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let port = |column: &str| column.rsplit(':').next().and_then(|p| p.parse().ok());
        let state: TcpState = columns[0].parse().ok()?;
        let (recv_q, send_q) = (columns[1].parse().ok()?, columns[2].parse().ok()?);
        Some((
            state,
            recv_q,
            send_q,
            port(columns[3])?,
            port(columns[4]).unwrap_or(0),
        ))
    });
    rows.filter(|row| ports.contains(&row.3) && (row.4 == 0 || ports.contains(&row.4)))
        .collect()
}

#[derive(Default)]
struct Latest {
    named: Option<(SocketAddr, Option<SocketAddr>)>,
    state: Option<TcpState>,
    queues: (u64, u64),
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
                row.named = Some((*local, *peer));
            }
            Fact::State { socket, to, .. } => latest.entry(*socket).or_default().state = Some(*to),
            Fact::Queue {
                socket,
                recv_q,
                send_q,
            } => {
                latest.entry(*socket).or_default().queues = (*recv_q, *send_q);
            }
            _ => {}
        }
    }
    let rows = latest.into_values().filter_map(|row| {
        let (local, peer) = row.named?;
        let state = row.state.filter(|s| *s != TcpState::Closed)?;
        let peer = peer.map_or(0, |p| p.port());
        Some((state, row.queues.0, row.queues.1, local.port(), peer))
    });
    rows.collect()
}

fn ports(rows: &BTreeSet<Row>) -> BTreeSet<u16> {
    rows.iter()
        .flat_map(|row| [row.3, row.4])
        .filter(|p| *p != 0)
        .collect()
}

/// Runs a script up to its end, where it then waits, and compares. What it then tells is returned.
fn compare(script: &str) -> Option<(Running, BTreeSet<Row>)> {
    if !has("ss", &["-V"]) {
        return None;
    }
    let script = Script::new(format!("{script}\nsay \"look now\"\nwait 10m\n"));
    let mut running = Running::start(&mut json(&script, &[]));
    running.until("\"say\"");
    let mut last = Default::default();
    // What moves by itself may move between our look and that of ss: then both look again.
    for _ in 0..500 {
        running.listen();
        let ours = told(&running.story());
        let theirs = shown(&ports(&ours));
        if ours == theirs {
            assert!(
                running.story().failed_claims().is_empty(),
                "{:?}",
                running.story().failed_claims()
            );
            return Some((running, ours));
        }
        last = (ours, theirs);
        thread::sleep(Duration::from_millis(20));
    }
    panic!("we tell\n{:#?}\nss shows\n{:#?}", last.0, last.1);
}

/// The rows without their ports.
fn plain(rows: &BTreeSet<Row>) -> Vec<(TcpState, u64, u64)> {
    rows.iter().map(|row| (row.0, row.1, row.2)).collect()
}

use TcpState::{CloseWait, Established, FinWait2, Listen, SynSent, TimeWait};

#[test]
fn connections_in_the_accept_queue() {
    let script = "server listen 0 backlog 7\nclient connect\nclient2 connect\nclient2 send \"hello\"\nexpect server.0 recv-q 2";
    if let Some((_, rows)) = compare(script) {
        let expected = [
            (Listen, 2, 7),
            (Established, 0, 0),
            (Established, 0, 0),
            (Established, 0, 0),
            (Established, 5, 0),
        ];
        assert_eq!(plain(&rows).len(), expected.len());
        assert!(
            expected.iter().all(|row| plain(&rows).contains(row)),
            "{rows:?}"
        );
    }
}

#[test]
fn bytes_that_nobody_has_read() {
    let script = "server listen 0\nclient connect\nserver accept\nclient send bytes(1000)\nserver recv 10\n\
                  server send \"0123456\"\nexpect server.1 recv-q 990\nexpect client recv-q 7";
    if let Some((_, rows)) = compare(script) {
        assert!(plain(&rows).contains(&(Established, 990, 0)), "{rows:?}");
        assert!(plain(&rows).contains(&(Established, 7, 0)), "{rows:?}");
    }
}

#[test]
fn one_end_has_said_goodbye() {
    let script = "server listen 0\nclient connect\nserver accept\nclient shutdown write\nexpect client state FIN_WAIT_2\n\
                  expect server.1 state CLOSE_WAIT";
    if let Some((_, rows)) = compare(script) {
        let states: Vec<_> = rows.iter().map(|row| row.0).collect();
        assert_eq!(states, [Listen, FinWait2, CloseWait]);
    }
}

#[test]
fn who_closed_first_stays_for_a_while() {
    let script = "server listen 0\nclient connect\nserver accept\nclient close\nserver.1 close\nserver.0 close\n\
                  expect client state TIME_WAIT\nexpect server.1 state CLOSED";
    if let Some((_, rows)) = compare(script) {
        assert_eq!(plain(&rows), [(TimeWait, 0, 0)]);
    }
}

#[test]
fn a_third_caller_when_the_queue_is_full() {
    // A listener with backlog 0 queues one connection; the second caller hears nothing.
    let script = "server listen 0 backlog 0\nclient connect\nexpect server.0 recv-q 1\nclient2 connect\n\
                  expect client2 waits connect\nexpect client2 state SYN_SENT";
    if let Some((running, rows)) = compare(script) {
        assert!(rows.iter().any(|row| row.0 == SynSent), "{rows:?}");
        assert_eq!(running.story().kind("waiting").len(), 1);
    }
}

#[test]
fn a_send_that_waits_because_nobody_reads() {
    let script = "server listen 0\nclient connect\nserver accept\nclient send bytes(30000000)\nexpect client waits send";
    let Some((running, rows)) = compare(script) else {
        return;
    };
    let unread = rows
        .iter()
        .find(|row| row.1 > 0 && row.0 == Established)
        .expect("bytes wait to be read");
    let unsent = rows
        .iter()
        .find(|row| row.2 > 0 && row.0 == Established)
        .expect("bytes wait to be sent");
    assert_eq!(
        (unread.3, unread.4),
        (unsent.4, unsent.3),
        "they are each other's peers"
    );
    // ss -i counts the same bytes as we.
    let filter = format!("sport = :{} and dport = :{}", unsent.3, unsent.4);
    let mut running = running;
    let agreed = (0..500).any(|_| {
        running.listen();
        let ours = running
            .story()
            .events
            .iter()
            .rev()
            .find_map(|e| match e.fact {
                Fact::Progress { socket, acked, .. } if socket.to_string() == "client" => {
                    Some(acked)
                }
                _ => None,
            });
        let out = Command::new("ss")
            .args(["-tinH", &filter])
            .output()
            .unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        let acked = text
            .split_whitespace()
            .find_map(|w| w.strip_prefix("bytes_acked:")?.parse::<u64>().ok());
        thread::sleep(Duration::from_millis(20));
        // The kernel counts the SYN as a byte, and we do not.
        acked == ours.map(|n| n + 1)
    });
    assert!(agreed, "{}", running.heard());
}

#[test]
fn both_families_in_one_script() {
    let script = "server listen [::1]:0\nclient connect\nserver accept\nserver send \"six\"\nexpect client recv-q 3";
    if let Some((_, rows)) = compare(script) {
        assert!(plain(&rows).contains(&(Established, 3, 0)), "{rows:?}");
    }
}
