use crate::{
    enter::enter,
    stage::{LONG, has, lab as open, server, until},
};
use core::mem::take;
use fourline::{
    language::{Vars, parse_line},
    model::{
        book::Book,
        command::Statement,
        event::Fact,
        ids::{EventId, Side},
        packet::{Fate, Handling, Packet},
    },
    os::{
        clock::Clock,
        engine::{Engine, Report, Request},
        lab::{CableKind, Lab},
        network::Network,
    },
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use socket2::Socket;
use std::{
    io::{Read, Write},
    sync::{Arc, Mutex, MutexGuard},
    thread::{self, JoinHandle},
};

/// What one `write` and one `read` move.
const PIECE: usize = 64 << 10;

/// The engine with its lab's cable, its journal, and sockets in that lab of which it knows nothing.
struct Bulk {
    lab: Arc<Lab>,
    book: Arc<Mutex<Book>>,
    settled: Arc<Mutex<Vec<EventId>>>,
    folding: Option<JoinHandle<()>>,
    engine: Option<Engine>,
    asked: u64,
}

impl Bulk {
    fn open() -> Option<Self> {
        let (lab, ports) = open()?;
        let lab = Arc::new(lab);
        let network = Network::Lab(Arc::clone(&lab), Box::new(ports));
        let (engine, mut reports) = Engine::start(Clock::start(), network, server(false)).unwrap();
        let book = Arc::new(Mutex::new(Book::new()));
        let settled = Arc::new(Mutex::new(Vec::new()));
        let folding = {
            let (book, settled) = (Arc::clone(&book), Arc::clone(&settled));
            thread::spawn(move || {
                while let Some(report) = reports.blocking_recv() {
                    match report {
                        Report::Seen(seen) => drop(book.lock().unwrap().append(seen)),
                        Report::Settled(asked) => settled.lock().unwrap().push(asked),
                        Report::Stopped => break,
                        Report::Cleared => {}
                    }
                }
            })
        };
        Some(Self {
            lab,
            book,
            settled,
            folding: Some(folding),
            engine: Some(engine),
            asked: 1 << 40,
        })
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }

    /// Whether an event like this is in the journal.
    fn has(&self, like: impl Fn(&Fact) -> bool) -> bool {
        self.book().events().iter().any(|event| like(&event.fact))
    }

    /// Asks what a line says, and waits until it is settled.
    fn ask(&mut self, line: &str) {
        self.asked += 1;
        let asked = EventId(self.asked);
        let request = match parse_line(line, &Vars::default()).unwrap().unwrap() {
            Statement::Do(order) => Request::Do(asked, order),
            Statement::Cable(order) => Request::Cable(asked, order),
            other => panic!("{other:?}"),
        };
        self.engine.as_ref().unwrap().ask(request);
        until(line, || self.settled.lock().unwrap().contains(&asked));
    }

    fn connected(&self) -> (Socket, Socket) {
        let make = |side| {
            let socket = self.lab.socket(side, libc::AF_INET, libc::SOCK_STREAM, 0);
            let socket = Socket::from(socket.unwrap());
            socket.set_read_timeout(Some(LONG)).unwrap();
            socket.set_write_timeout(Some(LONG)).unwrap();
            socket
        };
        let (listener, client) = (make(Side::Server), make(Side::Client));
        listener.set_reuse_address(true).unwrap();
        listener.bind(&server(false).into()).unwrap();
        listener.listen(1).unwrap();
        client.connect(&server(false).into()).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        accepted.set_read_timeout(Some(LONG)).unwrap();
        (accepted, client)
    }

    /// So many bytes from the client to the server, which finds them as they were sent. `meanwhile` is called after each
    /// part of ten.
    fn pour(&mut self, len: usize, mut meanwhile: impl FnMut(&mut Self)) {
        let (accepted, client) = self.connected();
        let piece: Vec<u8> = (0..PIECE).map(|n| (n % 251) as u8).collect();
        let pieces = len / PIECE;
        thread::scope(|s| {
            let sending = s.spawn(|| {
                let mut client = client;
                for _ in 0..pieces {
                    client.write_all(&piece).unwrap();
                }
            });
            let (mut accepted, mut got) = (accepted, vec![0; PIECE]);
            for n in 0..pieces {
                accepted.read_exact(&mut got).unwrap();
                assert!(got == piece, "not the bytes that were sent");
                if n % (pieces / 10).max(1) == 0 {
                    meanwhile(self);
                }
            }
            assert_eq!(accepted.read(&mut got).unwrap(), 0, "and no more");
            sending.join().unwrap();
        });
    }

    /// Ends the engine, and gives account of every packet: each was told with its fate, or passed and counted, and none
    /// was lost by us.
    fn account(mut self) -> Account {
        until("what was passed on is told", || {
            let book = self.book();
            let last = book.events().last().map(|e| e.at_ns);
            drop(book);
            thread::sleep(core::time::Duration::from_millis(400));
            self.book().events().last().map(|e| e.at_ns) == last
        });
        for side in [Side::Server, Side::Client] {
            assert_eq!(self.lab.dropped(side).unwrap(), 0, "{side}");
        }
        drop(take(&mut self.engine));
        self.folding.take().unwrap().join().unwrap();
        let book = self.book();
        let mut account = Account {
            events: book.events().len() as u64,
            ..Account::default()
        };
        let (mut last, mut fates) = (0, 0);
        for event in book.events().iter() {
            match &event.fact {
                Fact::Packet(packet) => {
                    assert_eq!(packet.number.0, last + 1, "one after the other");
                    last = packet.number.0;
                    account.told.push((**packet).clone());
                }
                Fact::Passed {
                    packets, through, ..
                } => {
                    account.passed += packets;
                    last = last.max(through.0);
                }
                Fact::Fate { fate, .. } => {
                    assert_ne!(*fate, Fate::Lost);
                    fates += 1;
                    account.dropped += u64::from(*fate == Fate::Dropped);
                }
                Fact::Note { text } => panic!("{text}"),
                _ => {}
            }
        }
        let told = account.told.len() as u64;
        assert_eq!(told + account.passed, last, "every packet, once");
        assert_eq!(told, fates, "each that is told has one fate");
        account
    }
}

#[derive(Default)]
struct Account {
    told: Vec<Packet>,
    passed: u64,
    dropped: u64,
    events: u64,
}

#[test]
fn that_no_keeper_makes_a_socket_is_no_answer_of_the_kernel() {
    let Some(mut bulk) = Bulk::open() else { return };
    bulk.ask("server socket");
    let keeper = Pid::from_raw(bulk.lab.pid());
    let refused = |bulk: &Bulk, words: &str| {
        bulk.has(|fact| matches!(fact, Fact::Refused { text } if text.contains(words)))
    };
    kill(keeper, Signal::SIGSTOP).unwrap();
    bulk.ask("client socket");
    until("it is refused", || refused(&bulk, "keeper does not answer"));
    kill(keeper, Signal::SIGCONT).unwrap();
    bulk.ask("client socket");
    kill(keeper, Signal::SIGKILL).unwrap();
    bulk.ask("client2 connect");
    until("it is refused", || refused(&bulk, "keeper has ended"));
    let book = bulk.book();
    let calls = book.events().iter().filter_map(|e| match &e.fact {
        Fact::Call(done) => Some(done.errno),
        _ => None,
    });
    assert_eq!(
        calls.collect::<Vec<_>>(),
        [None, None],
        "those that were made"
    );
}

#[test]
fn an_interface_that_somebody_deletes_is_told_of_once() {
    let Some(mut bulk) = Bulk::open() else { return };
    if !has("ip") || bulk.lab.kind() == CableKind::Veth {
        return;
    }
    let ended = enter(
        bulk.lab.pid(),
        Side::Server,
        &["ip", "link", "del", "server0"],
    );
    assert!(ended.status.success(), "{ended:?}");
    let gone = |fact: &Fact| matches!(fact, Fact::Note { text } if text.contains("server0 cannot be read"));
    until("it is told", || bulk.has(gone));
    bulk.ask("client connect");
    bulk.ask("client2 connect");
    let book = bulk.book();
    let told = book.events().iter().filter(|e| gone(&e.fact)).count();
    assert_eq!(told, 1);
}

#[test]
fn what_lies_on_the_cable_at_the_end_is_told_of() {
    let Some(mut bulk) = Bulk::open() else { return };
    bulk.ask("server listen 10008");
    bulk.ask("cable hold");
    bulk.ask("client connect");
    bulk.ask("client2 connect");
    bulk.engine.as_ref().unwrap().ask(Request::Clear);
    until("it is told", || {
        bulk.has(
            |fact| matches!(fact, Fact::Note { text } if text.starts_with("2 packets still lay")),
        )
    });
}

#[test]
fn megabytes_arrive_as_they_were_sent() {
    let Some(mut bulk) = Bulk::open() else { return };
    bulk.pour(8 << 20, |_| {});
    let account = bulk.account();
    assert!(account.passed > 0 && account.dropped == 0);
    assert!(account.told.iter().all(|p| !p.merged && p.len <= 1460));
}

#[test]
fn megabytes_arrive_in_large_packets_too() {
    let Some(mut bulk) = Bulk::open() else { return };
    if bulk.lab.kind() == CableKind::Veth {
        return;
    }
    bulk.ask("cable offload on");
    bulk.pour(8 << 20, |_| {});
    let account = bulk.account();
    let large = account.told.iter().filter(|p| p.merged);
    assert!(large.clone().count() > 0, "they are marked");
    assert!(account.told.iter().all(|p| p.merged || p.len <= 1460));
}

#[test]
fn offload_is_switched_in_the_middle() {
    let Some(mut bulk) = Bulk::open() else { return };
    if bulk.lab.kind() == CableKind::Veth {
        return;
    }
    let mut on = false;
    bulk.pour(16 << 20, |bulk| {
        on = !on;
        bulk.ask(if on {
            "cable offload on"
        } else {
            "cable offload off"
        });
    });
    let account = bulk.account();
    assert!(account.dropped == 0);
}

#[test]
fn a_flood_leaves_the_journal_small() {
    let Some(mut bulk) = Bulk::open() else { return };
    bulk.pour(200_000_000, |_| {});
    let account = bulk.account();
    // A hundred thousand packets and more: an event for each would be many megabytes.
    assert!(account.passed > 100_000, "{}", account.passed);
    assert!(account.events < 10_000, "{}", account.events);
}

#[test]
fn what_a_rule_drops_from_a_flood_is_told_and_comes_again() {
    let Some(mut bulk) = Bulk::open() else { return };
    bulk.ask("cable loss 1% seed 7");
    bulk.pour(8 << 20, |_| {});
    let account = bulk.account();
    assert!(account.dropped > 0);
    let told = account.told.len() as u64;
    assert!(account.passed > told, "{} and {told}", account.passed);
}

#[test]
fn a_hand_in_the_middle_of_a_flood_takes_effect_at_once() {
    let Some(mut bulk) = Bulk::open() else { return };
    let mut turn = 0;
    bulk.pour(16 << 20, |bulk| {
        turn += 1;
        if turn != 5 {
            return;
        }
        // Other calls are made and told meanwhile.
        bulk.ask("client2 bind 4000");
        assert!(bulk.has(|fact| matches!(fact, Fact::Call(_))));
        bulk.ask("cable hold");
        until("a packet is held", || {
            bulk.has(|fact| {
                matches!(
                    fact,
                    Fact::Handled {
                        handling: Handling::Held,
                        ..
                    }
                )
            })
        });
        bulk.ask("cable release");
        let book = bulk.book();
        let events = book.events().iter().map(|e| &e.fact);
        let since = events.skip_while(|f| !matches!(f, Fact::Cable { .. }));
        let held =
            since.take_while(|f| !matches!(f, Fact::Cable { text, .. } if text == "release"));
        let passed = held.filter(|f| matches!(f, Fact::Passed { .. })).count();
        assert_eq!(passed, 0, "while it holds, each is told");
    });
    let account = bulk.account();
    assert!(account.passed > 0 && account.dropped == 0);
}
