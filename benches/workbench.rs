//! Speed, as ratios measured side by side in one run: `cargo bench`.
//!
//! * a frame of the main screen at 120x40, with 1,000 and with 1,000,000 events in the journal;
//! * appending and folding an event, against pushing the same event onto a vector;
//! * a bulk transfer through the workbench on loopback, against the same transfer by plain tokio.
//!
//! Each line tells the median of several rounds. Nothing is asserted in figures of time: machines differ.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark asks what time it is, prints, and fails at once"
)]

use fourline::{
    app::{App, Settings, keys::KeyTable},
    model::{
        book::Book,
        call::{Call, CallDone, Family, MsgFlags},
        command::{Address, Command, Data, Order, ServeMode},
        event::{Cause, Event, Fact, Observation, Source},
        ids::{Actor, CallId, EventId, Fd, Nanos, SocketId, Target},
        payload::Payload,
    },
    os::{
        clock::Clock,
        engine::{Engine, Report, Request},
        network::Network,
    },
    ui,
};
use ratatui::{Terminal, backend::TestBackend};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const SERVER: SocketId = SocketId::own(Actor::Server, 1);
const CLIENT: SocketId = SocketId::own(Actor::CLIENT, 0);

fn main() {
    // `cargo test` builds and starts benchmarks too; then one small round is enough.
    let quick = std::env::args().any(|arg| arg == "--test")
        || !std::env::args().any(|arg| arg == "--bench");
    frames(
        if quick { 10_000 } else { 1_000_000 },
        if quick { 5 } else { 200 },
    );
    events(if quick { 1_000 } else { 200_000 });
    bulk(
        if quick { 4 << 20 } else { 512 << 20 },
        if quick { 1 } else { 5 },
    );
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn observation(at: u64, who: Actor, fact: Fact) -> Observation {
    Observation {
        at: Nanos(at),
        who: Some(who),
        source: Source::Call,
        cause: Cause::Unknown,
        fact,
    }
}

fn call(id: u64, socket: Option<SocketId>, call: Call, ret: i64) -> CallDone {
    let syscall = call.syscall().to_owned();
    CallDone {
        call_id: CallId(id),
        socket,
        call,
        ret,
        errno: None,
        syscall,
        took_ns: Nanos(1_000),
        made: None,
        data: None,
        addr: None,
        value: None,
        revents: None,
    }
}

/// What a conversation that goes on and on brings: sends and recvs in turn, and what the kernel counts.
fn chatter() -> impl Iterator<Item = Observation> {
    let text = || Payload::capped(b"hello, server\r\n", 64);
    let [client, server] = ["127.0.0.1:50000", "127.0.0.1:10008"].map(|a| a.parse().unwrap());
    let socket = CallDone {
        made: Some(CLIENT),
        ..call(
            1,
            None,
            Call::Socket {
                domain: Family::INET,
            },
            4,
        )
    };
    let accept = CallDone {
        made: Some(SERVER),
        ..call(2, None, Call::Accept { fd: Fd(3) }, 5)
    };
    let named = |socket, local, peer| Fact::Socket {
        socket,
        cookie: 1,
        local,
        peer: Some(peer),
        was: None,
    };
    let beginning = [
        observation(1, Actor::CLIENT, Fact::Call(Box::new(socket))),
        observation(2, Actor::Server, Fact::Call(Box::new(accept))),
        observation(3, Actor::CLIENT, named(CLIENT, client, server)),
        observation(4, Actor::Server, named(SERVER, server, client)),
    ];
    let rest = (1_u64..).flat_map(move |n| {
        let (at, flags) = (n * 10_000, MsgFlags::default());
        let send = call(
            2 * n + 1,
            Some(CLIENT),
            Call::Send {
                fd: Fd(4),
                len: 15,
                flags,
                data: text(),
            },
            15,
        );
        let recv = call(
            2 * n + 2,
            Some(SERVER),
            Call::Recv {
                fd: Fd(5),
                len: 4096,
                flags,
            },
            15,
        );
        let recv = CallDone {
            data: Some(text()),
            ..recv
        };
        let queue = |recv_q| Fact::Queue {
            socket: SERVER,
            recv_q,
            send_q: 0,
        };
        [
            observation(at, Actor::CLIENT, Fact::Call(Box::new(send))),
            observation(at + 1, Actor::Server, queue(15)),
            observation(at + 2, Actor::Server, Fact::Call(Box::new(recv))),
            observation(at + 3, Actor::Server, queue(0)),
        ]
    });
    beginning.into_iter().chain(rest)
}

fn journal(events: usize) -> Book {
    let mut book = Book::new();
    for seen in chatter() {
        if book.events().len() >= events {
            break;
        }
        book.append(seen);
    }
    book
}

fn frames(many: usize, rounds: usize) {
    let app = |events| App::new(journal(events), Settings::default(), KeyTable::default());
    let apps = [app(1_000), app(many)];
    let mut times = [Vec::new(), Vec::new()];
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
    for _ in 0..rounds {
        // In turn, so that a slow moment of the machine meets both.
        for (app, times) in apps.iter().zip(&mut times) {
            let begun = Instant::now();
            terminal
                .draw(|frame| drop(black_box(ui::draw(app, Nanos(1), frame))))
                .unwrap();
            times.push(begun.elapsed());
        }
    }
    let [few, lots] = times.map(median);
    let ratio = lots.as_secs_f64() / few.as_secs_f64();
    println!(
        "frame 120x40: {few:?} with 1000 events, {lots:?} with {many}: ratio {ratio:.2} (goal: at most 1.2)"
    );
}

fn events(count: usize) {
    let seen: Vec<_> = chatter().take(count).collect();
    let mut folded = Vec::new();
    let mut pushed = Vec::new();
    for _ in 0..5 {
        let (copy, mut book) = (seen.clone(), Book::new());
        let begun = Instant::now();
        for seen in copy {
            black_box(book.append(seen));
        }
        folded.push(begun.elapsed());
        let (copy, mut events): (_, Vec<Event>) = (
            book.events().iter().cloned().collect::<Vec<Event>>(),
            Vec::new(),
        );
        let begun = Instant::now();
        for event in copy {
            events.push(black_box(event));
        }
        pushed.push(begun.elapsed());
    }
    let (folded, pushed) = (median(folded), median(pushed));
    let each = folded.as_nanos() / count as u128;
    let ratio = folded.as_secs_f64() / pushed.as_secs_f64();
    println!(
        "append and fold: {each} ns an observation; {ratio:.1} times as long as pushing its events onto a vector"
    );
}

fn bulk(bytes: u64, rounds: usize) {
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        ours.push(through_the_workbench(bytes));
        plain.push(by_plain_tokio(bytes));
    }
    let speed = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    let (ours, plain) = (speed(median(ours)), speed(median(plain)));
    let ratio = ours / plain;
    println!(
        "bulk on loopback: {ours:.0} MB/s through the workbench, {plain:.0} MB/s by plain tokio: ratio {ratio:.2}"
    );
}

/// A client's one `send` to a server that reads and says nothing, from the order to the last byte read.
fn through_the_workbench(bytes: u64) -> Duration {
    let (engine, mut reports) = Engine::start(
        Clock::start(),
        Network::Host { capture: false },
        "127.0.0.1:0".parse().unwrap(),
    )
    .unwrap();
    let mut book = Book::new();
    let at = Address { ip: None, port: 0 };
    let orders = [
        (
            Actor::Server,
            Command::Listen {
                at: Some(at),
                backlog: None,
            },
        ),
        (Actor::Server, Command::Serve(Some(ServeMode::Discard))),
        (Actor::CLIENT, Command::Connect(None)),
        (
            Actor::CLIENT,
            Command::Send(Data::Alphabet(bytes), MsgFlags::default()),
        ),
    ];
    for (n, (who, command)) in (1..).zip(orders) {
        engine.ask(Request::Do(
            EventId(n),
            Order {
                who: Target::from(who),
                command,
            },
        ));
        loop {
            match reports.blocking_recv().unwrap() {
                Report::Seen(seen) => drop(book.append(seen)),
                Report::Settled(EventId(settled)) if settled == n => break,
                _ => {}
            }
        }
    }
    // The time that the calls themselves tell: from the beginning of `send` to the last byte read.
    while book.session().ledger(CLIENT).read < Some(bytes) {
        if let Report::Seen(seen) = reports.blocking_recv().unwrap() {
            book.append(seen);
        }
    }
    let sent = book.events().iter().find_map(|event| match &event.fact {
        Fact::Call(done) if done.call.data().is_some() => Some(event.happened().0 - done.took_ns.0),
        _ => None,
    });
    let read = book
        .events()
        .iter()
        .rev()
        .find_map(|event| match &event.fact {
            Fact::Elided { .. } => Some(event.happened().0),
            Fact::Call(done) if done.call.takes_bytes() => Some(event.happened().0),
            _ => None,
        });
    Duration::from_nanos(read.unwrap() - sent.unwrap())
}

fn by_plain_tokio(bytes: u64) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let data: Vec<u8> = (b'a'..=b'z')
        .cycle()
        .take(usize::try_from(bytes).unwrap())
        .collect();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = tokio::net::TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (mut server, _) = listener.accept().await.unwrap();
        let begun = Instant::now();
        let write = async {
            client.write_all(&data).await.unwrap();
            client.shutdown().await.unwrap();
        };
        let read = async {
            let mut buffer = vec![0; 64 * 1024];
            while server.read(&mut buffer).await.unwrap() > 0 {}
        };
        tokio::join!(write, read);
        begun.elapsed()
    })
}
