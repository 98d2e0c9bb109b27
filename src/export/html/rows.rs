//! What each event says on the ladder.

use super::{
    data::{CallData, Data, Is, Row, Tone},
    escape::plain,
    flows::Flows,
    packets::Room,
    snap::side,
    walk::{clock, named, side_of},
};
use crate::model::{
    call::{Call, CallDone},
    event::{Event, Fact, RULE_OVER, Sight, Source},
    ids::{Actor, CallId, Nanos, Slot, SocketId},
    lines::TITLES,
    packet::{Arrival, Decider, Fate, Handling, PacketNo},
    payload::hex,
    session::Session,
    story::{explain::explain_in, program, words::number},
    tcp::TcpState,
};
use std::collections::HashMap;

/// Characters of a text from elsewhere.
const MOST: usize = 300;

/// What is remembered from row to row.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Packets of this generation, by their numbers: their places in the page's list.
    packets: HashMap<PacketNo, usize>,
    /// Since when a packet is held.
    held: HashMap<usize, Nanos>,
    flows: Flows,
    /// The rows of calls that wait.
    waits: HashMap<CallId, usize>,
}

impl Rows {
    /// A packet has this number.
    pub(super) fn number(&mut self, number: PacketNo, place: usize) {
        self.packets.insert(number, place);
    }

    /// The place of the packet with this number.
    pub(super) fn place(&self, number: PacketNo) -> Option<usize> {
        self.packets.get(&number).copied()
    }

    /// Takes in an event; the session has it already.
    pub(super) fn see(
        &mut self,
        data: &mut Data,
        room: &mut Room,
        session: &Session,
        event: &Event,
    ) {
        let m = data.moments.len();
        let who = event.who;
        let side = side_of(who);
        let note = |tone, text: String| {
            let name = named(data.several, who);
            let text = if name.is_empty() {
                text
            } else {
                format!("{name} {text}")
            };
            Is::Note { side, text, tone }
        };
        let across = |tone, text: String| Is::Across {
            text,
            tone,
            line: 0,
        };
        let is = match &event.fact {
            Fact::Call(done) => {
                let row = data.rows.len();
                if let Some(wait) = self.waits.remove(&done.call_id)
                    && let Some(Row {
                        is: Is::Wait { until, .. },
                        ..
                    }) = data.rows.get_mut(wait)
                {
                    *until = Some(row);
                }
                let brought = self.flows.see(session, done, row);
                data.flows.extend(brought);
                let call = call(data, room, session, event, done);
                data.calls.push(call);
                Is::Call {
                    call: data.calls.len() - 1,
                    side,
                }
            }
            Fact::Waiting {
                call,
                socket,
                call_id,
            } => {
                self.waits.insert(*call_id, data.rows.len());
                let who = with(data, session, who, *socket);
                Is::Wait {
                    side,
                    who,
                    text: plain(&call.to_string(), MOST),
                    until: None,
                }
            }
            Fact::State { from, to, .. } if from == to && !session.is_capture() => return,
            Fact::State { socket, from, to } => {
                // What follows from a capture's packets was as well seen as they were.
                let unseen = event.source == Source::Derived && !session.is_capture();
                state(data, *socket, (*from, *to), unseen)
            }
            Fact::Line { line } => {
                let title = usize::from(*line)
                    .checked_sub(1)
                    .and_then(|n| TITLES.get(n));
                let text = title.map_or_else(String::new, |t| (*t).to_owned());
                Is::Across {
                    text,
                    tone: Tone::Ok,
                    line: *line,
                }
            }
            Fact::Say { text } => across(Tone::Plain, plain(text, MOST)),
            Fact::Expect {
                text, held: true, ..
            } => across(Tone::Ok, format!("✔ expect {}", plain(text, MOST))),
            Fact::Expect { text, found, .. } => {
                let found = plain(found, MOST);
                across(
                    Tone::Bad,
                    format!("✘ expect {}: {found}", plain(text, MOST)),
                )
            }
            Fact::Note { text } => across(Tone::Dim, plain(text, MOST)),
            Fact::Refused { text } => across(Tone::Bad, plain(text, MOST)),
            Fact::Begin { sight, .. } if data.rows.is_empty() => match sight {
                Sight::Cable => across(
                    Tone::Cable,
                    "the lab: every packet passes through the cable".to_owned(),
                ),
                _ => return,
            },
            Fact::Begin { .. } => {
                *self = Self::default();
                across(Tone::Cable, "begun anew".to_owned())
            }
            Fact::Cancel { call, .. } => {
                note(Tone::Wait, format!("{} is interrupted", plain(call, 40)))
            }
            Fact::Queued { text } => note(Tone::Dim, format!("in line: {}", plain(text, MOST))),
            Fact::Serve { mode } if mode == "off" => {
                note(Tone::Dim, "no longer answers by itself".to_owned())
            }
            Fact::Serve { mode } => {
                note(Tone::Dim, format!("answers by itself: {}", plain(mode, 60)))
            }
            Fact::Mode { text } => note(Tone::Dim, plain(text, 60)),
            Fact::Program { pid, doing } => {
                note(Tone::Dim, plain(&program::told(*pid, doing, 200), MOST))
            }
            Fact::Elided {
                calls,
                read,
                written,
                ..
            } => note(
                Tone::Dim,
                format!(
                    "{} more calls: read {}, wrote {}",
                    number(*calls),
                    number(*read),
                    number(*written)
                ),
            ),
            Fact::Handled {
                packet,
                handling,
                decided_by,
            } => {
                let Some(p) = self.place(*packet) else { return };
                if *handling == Handling::Held {
                    self.held.insert(p, event.at_ns);
                }
                let (tone, text) = handled(*handling, decided_by, event.at_ns);
                Is::Stand { p, text, tone }
            }
            Fact::Fate {
                packet,
                fate,
                decided_by,
                arrival,
            } => {
                let Some(p) = self.place(*packet) else { return };
                match self.ended(data, p, event.at_ns, (*fate, decided_by, *arrival)) {
                    Some(is) => is,
                    None => return,
                }
            }
            Fact::Passed {
                toward,
                packets,
                bytes,
                ..
            } => Is::Passed {
                side: super::snap::side(*toward),
                text: format!(
                    "{} more packets passed, {} bytes",
                    number(*packets),
                    number(*bytes)
                ),
            },
            Fact::Cable { text, .. } => {
                let text = plain(text, MOST);
                across(
                    Tone::Cable,
                    match text.strip_prefix(RULE_OVER) {
                        Some(rule) => format!("rule used up: {rule}"),
                        None => format!("cable: {}", text.strip_prefix("cable ").unwrap_or(&text)),
                    },
                )
            }
            Fact::Asked { .. }
            | Fact::Socket { .. }
            | Fact::Queue { .. }
            | Fact::Progress { .. }
            | Fact::Detail { .. }
            | Fact::Packet(_)
            | Fact::Ack { .. } => return,
        };
        data.rows.push(Row { m, is });
    }

    /// What became of a packet; nothing if its arrow can show it.
    fn ended(
        &mut self,
        data: &mut Data,
        p: usize,
        at: Nanos,
        (fate, by, arrival): (Fate, &Decider, Option<Arrival>),
    ) -> Option<Is> {
        let m = data.moments.len();
        if let Some(packet) = data.packets.get_mut(p) {
            packet.fate = Some((m, fate.name(), decider(by)));
        }
        let held = self
            .held
            .remove(&p)
            .map(|since| format!("held {}", at.since(since)));
        if let Some(last) = data.rows.last_mut()
            && last.m == m
            && matches!(last.is, Is::Enter { p: q } if q == p)
            && fate == Fate::Delivered
            && arrival.is_none()
        {
            last.is = Is::Cross { p };
            return None;
        }
        let arrived = match arrival {
            None => None,
            Some(Arrival::OutOfOrder) => Some("arrives out of order".to_owned()),
            Some(Arrival::Again) => Some("arrives again: thrown away".to_owned()),
        };
        let what = match (fate, by) {
            (Fate::Delivered, Decider::You) => Some("let go by you".to_owned()),
            (Fate::Delivered, _) => None,
            (Fate::Lost, _) => Some("lost: the cable was full".to_owned()),
            (Fate::Dropped, Decider::You) => Some("dropped by you".to_owned()),
            (Fate::Dropped, Decider::Rule(text)) => Some(format!("dropped: {}", plain(text, 120))),
            (Fate::Dropped, Decider::Cable) => Some("dropped by the cable".to_owned()),
        };
        let parts: Vec<String> = match fate {
            Fate::Delivered => [arrived, held, what],
            _ => [what, held, None],
        }
        .into_iter()
        .flatten()
        .collect();
        let text = parts.join(", ");
        Some(match fate {
            Fate::Delivered => Is::Arrive { p, text },
            Fate::Dropped | Fate::Lost => Is::Break { p, text },
        })
    }
}

/// Who decided, as a part of a sentence; nothing where nobody did.
fn decider(by: &Decider) -> String {
    match by {
        Decider::You => "by you".to_owned(),
        Decider::Rule(text) => format!("rule: {}", plain(text, 120)),
        Decider::Cable => String::new(),
    }
}

fn handled(handling: Handling, by: &Decider, at: Nanos) -> (Tone, String) {
    let why = match by {
        Decider::You => " by you".to_owned(),
        Decider::Rule(text) => format!(": {}", plain(text, 120)),
        Decider::Cable => String::new(),
    };
    match handling {
        Handling::Held => (
            Tone::Wait,
            match by {
                Decider::Rule(text) => format!("held ({})", plain(text, 120)),
                _ => format!("held{why}"),
            },
        ),
        Handling::Delayed { until_ns } => {
            // Rounded: what the clock counted between two looks is no news.
            let by = Nanos::from_millis(until_ns.since(at).0.saturating_add(500_000) / 1_000_000);
            (Tone::Wait, format!("delayed {by}{why}"))
        }
        Handling::Corrupted { byte } => (Tone::Bad, format!("byte {byte} corrupted{why}")),
        Handling::Swapped { with } => (Tone::Wait, format!("changes places with {with}{why}")),
    }
}

/// A client's name, or with which client a socket of the server talks; nothing where there is one client.
fn with(data: &Data, session: &Session, who: Option<Actor>, socket: Option<SocketId>) -> String {
    let known = socket
        .filter(|s| data.several && s.actor == Actor::Server && matches!(s.slot, Slot::Own(_)));
    let peer = known.and_then(|s| session.socket(s)?.peer_socket);
    match peer {
        Some(peer) => format!("({})", peer.actor),
        None => named(data.several, who),
    }
}

/// A change of state. States that were crossed unseen are named beside the one that was seen behind them.
fn state(data: &mut Data, id: SocketId, (from, to): (TcpState, TcpState), unseen: bool) -> Is {
    let m = data.moments.len();
    let name = id.to_string();
    let mut way = Vec::new();
    let before = data.rows.last().is_some_and(|row| {
        row.m == m
            && matches!(&row.is, Is::State { socket, to, unseen: true, .. } if *socket == name && *to == from.rfc())
    });
    if before
        && let Some(Row {
            is: Is::State {
                way: earlier, to, ..
            },
            ..
        }) = data.rows.pop()
    {
        way = earlier;
        way.push(to);
    }
    Is::State {
        side: side(id.actor.side()),
        socket: name,
        to: to.rfc(),
        way,
        unseen,
    }
}

fn call(
    data: &Data,
    room: &mut Room,
    session: &Session,
    event: &Event,
    done: &CallDone,
) -> CallData {
    let (wrote, read) = (done.bytes_written(), done.bytes_read());
    let payload = match &done.call {
        Call::Send { data, .. } | Call::SendTo { data, .. } => Some(data),
        _ => done.data.as_ref(),
    };
    // `send` may have taken less than it was offered.
    let moved = usize::try_from(wrote.max(read)).unwrap_or(usize::MAX);
    let kept = payload.map_or(&[][..], |p| &p.kept[..p.kept.len().min(moved)]);
    CallData {
        m: data.moments.len(),
        begun: session.generation,
        at: clock(event.at_ns),
        side: side_of(event.who),
        who: with(data, session, event.who, done.made.or(done.socket)),
        socket: done
            .socket
            .or(done.made)
            .map_or_else(String::new, |s| s.to_string()),
        name: done.call.name(),
        text: plain(&done.call.to_string(), MOST),
        result: plain(&done.result(), MOST),
        bad: done.failed(),
        took: done.took_ns.to_string(),
        explain: explain_in(Some(session), event.who, done)
            .map_or_else(String::new, |e| plain(&e.to_string(), 600)),
        wrote,
        read,
        hex: hex(room.kept(kept)),
    }
}
