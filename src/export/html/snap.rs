//! How things stand at a moment: the four lines, both ends' sockets, who waits, where the bytes are, what lies on the
//! cable.

use super::escape::plain;
use crate::model::{
    event::AckLevel,
    ids::Side,
    lines::Step,
    session::{Session, SocketState},
};
use serde::Serialize;

/// Sockets of a side that are shown: the newest.
const MOST_SOCKETS: usize = 8;
/// Packets on the cable that are named.
const MOST_ON_CABLE: usize = 12;

/// A moment.
#[derive(Serialize)]
struct Snap {
    begun: u32,
    /// How far each step is: 0 to come, 1 waits, 2 failed, 3 done.
    steps: Vec<u8>,
    reached: u8,
    complete: bool,
    sockets: Vec<Socket>,
    /// Sockets that are not shown.
    more: usize,
    waits: Vec<(u8, String, String)>,
    ways: Vec<Way>,
    /// Numbers of packets on the cable, and whether each is held.
    cable: Vec<(u64, bool)>,
    rules: Vec<String>,
}

#[derive(Serialize)]
struct Socket {
    side: u8,
    name: String,
    state: &'static str,
    /// The states it went through, and whether each was seen.
    path: Vec<(&'static str, bool)>,
    local: String,
    peer: String,
    recv_q: Option<u64>,
    send_q: Option<u64>,
    listens: bool,
    closed: bool,
    /// Whether it is one of the two ends that the ledger speaks of.
    talks: bool,
}

/// One direction. What is not known is nothing.
#[derive(Serialize)]
struct Way {
    to: u8,
    written: Option<u64>,
    send_queue: Option<u64>,
    in_flight: Option<u64>,
    receive_queue: Option<u64>,
    read: Option<u64>,
    /// What the sender's TCP has sent, where only packets were seen.
    sent: Option<u64>,
    thrown_away: u64,
    /// Acknowledged by `send`'s return, by the peer's TCP, by the peer's program.
    acks: [u64; 3],
}

/// 0 for the server, 1 for the client.
pub(super) const fn side(side: Side) -> u8 {
    match side {
        Side::Server => 0,
        Side::Client => 1,
    }
}

/// The moment as JSON.
pub(super) fn snap(session: &Session) -> serde_json::Value {
    let (server, client) = session.conversation();
    let talks = |s: &SocketState| [server, client].iter().flatten().any(|t| t.id == s.id);
    let mut sockets = Vec::new();
    let mut more = 0;
    for at in [Side::Server, Side::Client] {
        let all: Vec<_> = session
            .sockets
            .iter()
            .filter(|s| s.id.actor.side() == at)
            .collect();
        let hidden = all.len().saturating_sub(MOST_SOCKETS);
        more += hidden;
        sockets.extend(all[hidden..].iter().map(|s| socket(s, talks(s))));
    }
    let lines = &session.lines;
    let waits = session.actors.iter().flat_map(|(actor, state)| {
        let calls = state.waiting.iter().take(MOST_SOCKETS);
        calls.map(|w| (side(actor.side()), actor.to_string(), w.call.to_string()))
    });
    let way = |from: Option<&SocketState>, to: Side| {
        let ledger = from.map(|s| session.ledger(s.id)).unwrap_or_default();
        let places = ledger.places();
        let ack = |level| session.acknowledged(level, to);
        let known = |n: Option<u64>| if from.is_some() { n } else { Some(0) };
        Way {
            to: side(to),
            written: known(ledger.written),
            send_queue: known(places.send_queue),
            in_flight: known(places.in_flight),
            receive_queue: known(places.receive_queue),
            read: known(places.read),
            sent: ledger.sent.filter(|_| session.is_capture()),
            thrown_away: places.thrown_away,
            acks: [
                ack(AckLevel::Kernel),
                ack(AckLevel::Tcp),
                ack(AckLevel::Application),
            ],
        }
    };
    let snap = Snap {
        begun: session.generation,
        steps: lines.steps().iter().map(|s| step(*s)).collect(),
        reached: lines.reached(),
        complete: lines.complete(),
        sockets,
        more,
        waits: waits.collect(),
        ways: vec![way(client, Side::Server), way(server, Side::Client)],
        cable: session
            .cable
            .on_it()
            .take(MOST_ON_CABLE)
            .map(|p| (p.number.0, p.held.is_some()))
            .collect(),
        rules: session
            .cable
            .rules
            .iter()
            .take(MOST_ON_CABLE)
            .map(|r| plain(r, 120))
            .collect(),
    };
    serde_json::to_value(snap).unwrap_or_default()
}

fn socket(s: &SocketState, talks: bool) -> Socket {
    let mut path: Vec<_> = s
        .path
        .first()
        .filter(|p| p.from != p.to)
        .map(|p| (p.from.rfc(), true))
        .into_iter()
        .collect();
    path.extend(s.path.iter().map(|p| (p.to.rfc(), !p.derived)));
    Socket {
        side: side(s.id.actor.side()),
        name: s.id.to_string(),
        state: s.state.rfc(),
        path,
        local: s.local.map_or_else(String::new, |a| a.to_string()),
        peer: s.peer.map_or_else(String::new, |a| a.to_string()),
        recv_q: s.recv_q,
        send_q: s.send_q,
        listens: s.is_listener(),
        closed: s.closed,
        talks,
    }
}

const fn step(step: Step) -> u8 {
    match step {
        Step::ToCome => 0,
        Step::Waits => 1,
        Step::Failed => 2,
        Step::Done(_) => 3,
    }
}
