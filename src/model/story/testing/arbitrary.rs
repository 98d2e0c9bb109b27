//! Journals of anything at all, for property tests.

use super::every_fact;
use crate::model::{
    book::Book,
    event::{Cause, Event, Fact, Observation, Source},
    ids::{Actor, CallId, EventId, Nanos, Slot, SocketId},
    packet::{Decider, Fate, Handling, KEPT_PER_PACKET, Notable, PacketNo, Tcp, TcpFlags},
    payload::Payload,
    program::Doing,
    tcp::TcpState,
};
use proptest::{prelude::*, sample::select};

fn actor() -> impl Strategy<Value = Actor> {
    select(vec![Actor::Server, Actor::CLIENT, Actor::Client(2)])
}

fn socket() -> impl Strategy<Value = SocketId> {
    (actor(), 0u32..3, any::<bool>()).prop_map(|(actor, n, pending)| SocketId {
        actor,
        slot: if pending {
            Slot::Pending(n + 1)
        } else {
            Slot::Own(n)
        },
    })
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0u64..40, Just(u64::MAX), Just(u64::MAX - 1), any::<u64>()]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "off",
            "concurrent on",
            "slow 5",
            "server accept",
            "echo"
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

/// A fact of any kind with its figures, sockets and texts changed.
fn fact() -> impl Strategy<Value = Fact> {
    let shape = select(every_fact());
    (
        shape,
        socket(),
        (number(), number(), number(), number(), number()),
        text(),
        any::<i64>(),
        0u64..4,
    )
        .prop_map(|(mut fact, id, (a, b, c, d, e), words, ret, call)| {
            match &mut fact {
                Fact::Call(done) => {
                    done.call_id = CallId(call);
                    done.socket = done.socket.map(|_| id);
                    done.made = done.made.map(|_| id);
                    if ret % 3 == 0 {
                        done.ret = ret;
                    }
                    if let Some(data) = &mut done.data {
                        data.omitted = a;
                    }
                }
                Fact::Waiting {
                    call_id, socket, ..
                } => {
                    (*call_id, *socket) = (CallId(call), Some(id));
                }
                Fact::Asked { text, step } => (*text, *step) = (words, Some(a as usize)),
                Fact::Queued { text }
                | Fact::Say { text }
                | Fact::Mode { text }
                | Fact::Note { text }
                | Fact::Refused { text }
                | Fact::Serve { mode: text }
                | Fact::Cancel { call: text, .. } => *text = words,
                Fact::Expect { text, found, .. } => (*text, *found) = (words.clone(), words),
                Fact::Socket { socket, .. } | Fact::Detail { socket, .. } => *socket = id,
                Fact::State { socket, to, .. } => {
                    *socket = id;
                    *to = TcpState::all().nth(a as usize % 11).unwrap();
                }
                Fact::Queue {
                    socket,
                    recv_q,
                    send_q,
                } => (*socket, *recv_q, *send_q) = (id, a, b),
                Fact::Progress {
                    socket,
                    taken,
                    sent,
                    acked,
                    received,
                    copied,
                } => {
                    (*socket, *taken, *sent) = (id, Some(a), b);
                    (*acked, *received, *copied) = (c, d, Some(e));
                }
                Fact::Ack {
                    socket, through, ..
                } => (*socket, *through) = (id, a),
                Fact::Line { line } => *line = a as u8,
                Fact::Elided {
                    socket,
                    calls,
                    read,
                    written,
                } => (*socket, *calls, *read, *written) = (id, a, b, c),
                Fact::Packet(packet) => {
                    (packet.number, packet.socket) = (PacketNo(a), packet.socket.map(|_| id));
                    (packet.len, packet.again) = (b as u32, Some(PacketNo(c)));
                    packet.tcp = packet.tcp.map(|tcp| Tcp {
                        flags: TcpFlags(d as u8),
                        seq: d,
                        ack: e,
                        ..tcp
                    });
                    packet.notable = vec![Notable::TABLE[c as usize % Notable::TABLE.len()].0];
                    packet.bytes = Payload::capped(words.as_bytes(), KEPT_PER_PACKET);
                }
                Fact::Handled {
                    packet,
                    handling,
                    decided_by,
                } => {
                    (*packet, *decided_by) = (PacketNo(a), Decider::Rule(words.into()));
                    *handling = match b % 4 {
                        0 => Handling::Held,
                        1 => Handling::Delayed { until_ns: Nanos(c) },
                        2 => Handling::Corrupted { byte: c as u32 },
                        _ => Handling::Swapped { with: PacketNo(c) },
                    };
                }
                Fact::Fate {
                    packet,
                    fate,
                    decided_by,
                    ..
                } => {
                    (*packet, *decided_by) = (PacketNo(a), Decider::Rule(words.into()));
                    *fate = Fate::ALL[b as usize % 3];
                }
                Fact::Passed {
                    packets,
                    bytes,
                    through,
                    ..
                } => (*packets, *bytes, *through) = (a, b, PacketNo(c)),
                Fact::Cable { text, rules, .. } => {
                    (*text, *rules) = (words.clone(), vec![words]);
                }
                Fact::Program { pid, doing } => {
                    *pid = a as u32;
                    match &mut **doing {
                        Doing::Started { words: all } => all.push(words),
                        Doing::Printed { data, .. } => {
                            *data = Payload::capped(words.as_bytes(), b as usize % 40);
                        }
                        Doing::Flooded { bytes } => *bytes = b,
                        Doing::Exited { code } => *code = b as i32,
                        Doing::Killed { signal } => *signal = words,
                    }
                }
                Fact::Begin { .. } => {}
            }
            fact
        })
}

/// The journal of such facts; those with `true` were observed, the others stood in a recorded journal.
pub fn book_of(facts: Vec<(Option<Actor>, Fact, bool)>) -> Book {
    let mut book = Book::new();
    for (i, (who, fact, observed)) in facts.into_iter().enumerate() {
        let at = Nanos(i as u64 * 1000);
        if observed {
            book.append(Observation {
                at,
                who,
                source: Source::Kernel,
                cause: Cause::Unknown,
                fact,
            });
        } else {
            let id = EventId(book.events().last().map_or(1, |e| e.id.0 + 1));
            book.push(Event {
                id,
                at_ns: book.now().max(at),
                happened_ns: None,
                who,
                source: Source::Call,
                fact,
                cause: None,
            });
        }
    }
    book
}

/// Journals of anything at all, sound or not.
pub fn any_book() -> impl Strategy<Value = Book> {
    prop::collection::vec((prop::option::of(actor()), fact(), any::<bool>()), 1..60)
        .prop_map(book_of)
}
