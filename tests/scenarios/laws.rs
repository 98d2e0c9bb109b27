use crate::common::Story;
use fourline::model::{
    call::Call,
    event::{AckLevel, Event, Fact},
    ids::{CallId, EventId, Slot, SocketId},
    payload::Payload,
    tcp::TcpState,
};
use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
};

/// Holds the journal of a run that has ended to all of them.
pub(crate) fn hold(story: &Story) {
    calls_wait_before_they_return(story);
    states_follow_each_other(story);
    counts_agree(story);
    acknowledgements_and_lines_rise(story);
    what_is_read_was_sent(story);
}

fn calls_wait_before_they_return(story: &Story) {
    let mut waits: HashMap<CallId, &Event> = HashMap::new();
    let mut returned = HashSet::new();
    let asked: HashSet<EventId> = story
        .events
        .iter()
        .filter(|e| matches!(e.fact, Fact::Asked { .. }))
        .map(|e| e.id)
        .collect();
    for event in &story.events {
        match &event.fact {
            Fact::Waiting { call_id, .. } => {
                assert!(
                    !returned.contains(call_id),
                    "waits after it returned: {event:?}"
                );
                assert!(
                    waits.insert(*call_id, event).is_none(),
                    "waits twice: {event:?}"
                );
            }
            Fact::Call(done) => {
                assert!(returned.insert(done.call_id), "returned twice: {event:?}");
                assert_eq!(done.ret == -1, done.errno.is_some(), "{event:?}");
                if let Some(waiting) = waits.remove(&done.call_id)
                    && let Fact::Waiting { call, socket, .. } = &waiting.fact
                {
                    assert_eq!((**call).clone(), done.call);
                    assert_eq!((*socket, waiting.who), (done.socket, event.who));
                    assert_eq!(waiting.cause, event.cause, "one statement asked for both");
                }
                if let Some(cause) = event.cause {
                    assert!(
                        asked.contains(&cause),
                        "a statement asks for a call: {event:?}"
                    );
                }
            }
            Fact::Cancel { call_id, .. } => {
                assert!(!returned.contains(call_id), "cancelled too late: {event:?}");
            }
            _ => {}
        }
    }
    assert!(waits.is_empty(), "calls that never returned: {waits:?}");
}

fn states_follow_each_other(story: &Story) {
    let mut cookies: HashMap<SocketId, u64> = HashMap::new();
    let mut states: HashMap<u64, TcpState> = HashMap::new();
    for event in &story.events {
        match &event.fact {
            Fact::Socket {
                socket,
                cookie,
                was,
                ..
            } => {
                if let Some(was) = was {
                    assert_eq!(cookies.get(was), Some(cookie), "the same socket: {event:?}");
                }
                if let Some(known) = cookies.insert(*socket, *cookie) {
                    assert_eq!(known, *cookie, "a name means one socket: {event:?}");
                }
            }
            Fact::State { socket, from, to } => {
                let cookie = cookies
                    .get(socket)
                    .unwrap_or_else(|| panic!("who is {socket}?"));
                if let Some(before) = states.insert(*cookie, *to) {
                    assert_eq!(before, *from, "{event:?}");
                } else {
                    let first = [TcpState::Closed, TcpState::Listen];
                    assert!(first.contains(from), "{event:?}");
                }
                assert_ne!(from, to);
            }
            _ => {}
        }
    }
}

/// In the order of `Progress`: taken, sent, acked, received, copied.
type Counts = [u64; 5];

fn counts_agree(story: &Story) {
    let ends = ends(story);
    let mut counts: HashMap<u64, Counts> = HashMap::new();
    for event in &story.events {
        let Fact::Progress {
            socket,
            taken: Some(taken),
            sent,
            acked,
            received,
            copied: Some(copied),
        } = event.fact
        else {
            continue;
        };
        assert!(
            acked <= sent && sent <= taken && copied <= received,
            "{event:?}"
        );
        let new = [taken, sent, acked, received, copied];
        if let Some(old) = counts.insert(ends[&socket].cookie, new) {
            assert!(
                old.iter().zip(new).all(|(old, new)| *old <= new),
                "{event:?}"
            );
        }
    }
    for (cookie, [taken, ..]) in &counts {
        // What a server that answers by itself has closed before anybody looked was never known by its own name.
        let own =
            |(id, end): (&SocketId, &End)| end.cookie == *cookie && matches!(id.slot, Slot::Own(_));
        if !ends.iter().any(own) {
            continue;
        }
        let offered: u64 = story
            .calls()
            .filter(|(_, done)| {
                let end = done.socket.and_then(|s| ends.get(&s));
                end.is_some_and(|end| end.cookie == *cookie)
            })
            .map(|(_, done)| match done.call {
                Call::Send { len, .. } | Call::SendTo { len, .. } => len,
                _ => 0,
            })
            .sum();
        assert!(
            *taken <= offered,
            "the kernel took {taken} bytes of {offered}"
        );
    }
    for (one, other) in pairs(&ends) {
        if let (Some(one), Some(other)) = (counts.get(&one), counts.get(&other)) {
            // An acknowledgement is seen in the peer's counts at the latest when all is over.
            assert!(
                one[3] <= other[0],
                "received more than the peer's kernel took"
            );
        }
    }
}

fn acknowledgements_and_lines_rise(story: &Story) {
    let mut through: HashMap<(SocketId, AckLevel), u64> = HashMap::new();
    let mut lines = 0;
    for event in &story.events {
        match event.fact {
            Fact::Ack {
                level,
                toward,
                socket,
                through: n,
            } => {
                assert_ne!(toward, socket.actor.side(), "{event:?}");
                let before = through.insert((socket, level), n).unwrap_or(0);
                assert!(n > before, "{event:?}");
            }
            Fact::Line { line } => {
                assert_eq!(line, lines + 1, "{event:?}");
                lines = line;
            }
            _ => {}
        }
    }
}

struct End {
    cookie: u64,
    local: SocketAddr,
    peer: Option<SocketAddr>,
}

fn ends(story: &Story) -> HashMap<SocketId, End> {
    let told = story.events.iter().filter_map(|e| match e.fact {
        Fact::Socket {
            socket,
            cookie,
            local,
            peer,
            ..
        } => Some((
            socket,
            End {
                cookie,
                local,
                peer,
            },
        )),
        _ => None,
    });
    told.collect()
}

/// The two ends of each connection, by cookie.
fn pairs(ends: &HashMap<SocketId, End>) -> Vec<(u64, u64)> {
    let mut pairs = Vec::new();
    for one in ends.values() {
        let other = ends
            .values()
            .find(|other| other.peer == Some(one.local) && one.peer == Some(other.local));
        pairs.extend(other.map(|other| (one.cookie, other.cookie)));
    }
    pairs
}

/// Bytes of one direction: how many, and which where all were kept.
#[derive(Default)]
struct Stream {
    len: u64,
    bytes: Option<Vec<u8>>,
}

impl Stream {
    fn add(&mut self, payload: &Payload, n: u64) {
        let whole = self.len == 0 || self.bytes.is_some();
        self.len += n;
        self.bytes = payload
            .kept
            .get(..n as usize)
            .filter(|_| whole)
            .map(|kept| [self.bytes.as_deref().unwrap_or_default(), kept].concat());
    }
}

fn what_is_read_was_sent(story: &Story) {
    let ends = ends(story);
    let (mut sent, mut read): (HashMap<u64, Stream>, HashMap<u64, Stream>) = Default::default();
    let mut elided = HashSet::new();
    for event in &story.events {
        match &event.fact {
            Fact::Call(done) => {
                let Some(end) = done.socket.and_then(|s| ends.get(&s)) else {
                    continue;
                };
                if let Some(data) = done.call.data()
                    && done.ret > 0
                {
                    sent.entry(end.cookie)
                        .or_default()
                        .add(data, done.bytes_written());
                } else if let Some(data) = &done.data {
                    assert_eq!(data.len(), done.ret as u64, "{event:?}");
                    if done.call.takes_bytes() {
                        read.entry(end.cookie).or_default().add(data, data.len());
                    }
                }
            }
            Fact::Elided { socket, .. } => drop(elided.insert(ends[socket].cookie)),
            _ => {}
        }
    }
    for (writer, reader) in pairs(&ends) {
        if elided.contains(&writer) || elided.contains(&reader) {
            continue;
        }
        let Some(read) = read.get(&reader) else {
            continue;
        };
        let none = Stream::default();
        let sent = sent.get(&writer).unwrap_or(&none);
        assert!(read.len <= sent.len, "read {} of {}", read.len, sent.len);
        if let (Some(read), Some(sent)) = (&read.bytes, &sent.bytes) {
            assert!(sent.starts_with(read), "bytes arrive as they were sent");
        }
    }
}
