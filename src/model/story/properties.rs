//! Whatever the journal holds, sound or not: it folds, it is told, and each byte is in one place.

use super::{
    happening::happening,
    next::{next_step, sensible},
    tell::sentence,
    testing::every_fact,
};
use crate::model::{
    book::Book,
    event::{Event, Fact, Source},
    ids::{Actor, CallId, EventId, Fd, Nanos, Slot, SocketId},
    payload::is_unprintable,
    tcp::TcpState,
};
use proptest::{prelude::*, sample::select};

fn actor() -> impl Strategy<Value = Actor> {
    select(vec![Actor::Server, Actor::CLIENT, Actor::Client(2)])
}

fn socket() -> impl Strategy<Value = SocketId> {
    (actor(), 0u16..3, any::<bool>()).prop_map(|(actor, n, pending)| SocketId {
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
                | Fact::Refused { text } => *text = words,
                Fact::Serve { mode } => *mode = words,
                Fact::Cancel { call, .. } => *call = words,
                Fact::Expect { text, found, .. } => (*text, *found) = (words.clone(), words),
                Fact::Socket { socket, .. } => *socket = id,
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
                    (*socket, *taken, *sent, *acked, *received, *copied) = (id, a, b, c, d, e);
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
                Fact::Detail { socket, .. } => *socket = id,
                Fact::Begin { .. } => {}
            }
            fact
        })
}

fn book(facts: Vec<(Option<Actor>, Fact, bool)>) -> Book {
    let mut book = Book::new();
    for (i, (who, fact, observed)) in facts.into_iter().enumerate() {
        let at = Nanos(i as u64 * 1000);
        if observed {
            book.append(crate::model::event::Observation {
                at,
                who,
                source: Source::Kernel,
                cause: crate::model::event::Cause::Unknown,
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]
    #[test]
    fn anything_folds_and_is_told(facts in prop::collection::vec((prop::option::of(actor()), fact(), any::<bool>()), 1..60)) {
        let book = book(facts);
        let printable = |text: &str| text.chars().all(|c| c == '\n' || !is_unprintable(c));
        for count in 0..=book.events().len() {
            let session = book.session_at(count);
            let told = happening(&book, &session);
            prop_assert!(told.what.len() <= 2);
            prop_assert!(told.what.iter().all(|s| printable(s) && s.chars().count() < 400), "{:?}", told);
            for actor in [Actor::Server, Actor::CLIENT, Actor::Client(2)] {
                let menu = sensible(&session, actor);
                let mut keys: Vec<char> = menu.iter().map(|s| s.key).collect();
                keys.sort_unstable();
                keys.dedup();
                prop_assert_eq!(keys.len(), menu.len(), "a key stands for two calls: {:?}", menu);
            }
            let _ = next_step(&session);
            for s in &session.sockets {
                let ledger = session.ledger(s.id);
                let p = ledger.places();
                let sum: u128 = [p.send_queue, p.in_flight, p.receive_queue, p.read, Some(p.thrown_away)]
                    .into_iter().flatten().map(u128::from).sum();
                prop_assert!(sum <= u128::from(ledger.written));
                if ledger.sent.is_some() && ledger.read.is_some() && (ledger.acked.is_some() || ledger.received.is_some()) {
                    prop_assert_eq!(sum, u128::from(ledger.written), "{:?}", ledger);
                }
            }
        }
        for index in 0..book.events().len() {
            prop_assert!(sentence(&book, index).is_none_or(|line| printable(&line)));
        }
        let mut out = Vec::new();
        crate::export::jsonl::write(&book, 0, &mut out).unwrap();
        let (_, events) = crate::export::jsonl::read_jsonl(&out[..]).unwrap();
        prop_assert_eq!(&events[..], book.events());
    }

    #[test]
    fn a_call_on_no_socket_is_told(ret in any::<i64>(), fd in any::<i32>()) {
        let done = super::testing::done(CallId(1), crate::model::call::Call::Close { fd: Fd(fd) }, ret);
        let book = book(vec![(None, Fact::Call(Box::new(done)), true)]);
        prop_assert!(!happening(&book, book.session()).what.is_empty());
    }
}
