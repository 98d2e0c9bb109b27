//! A peer that sends more than anyone can read: keys still answer, and memory has a bound.

use crate::stage::{Stage, fourline};
use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// At least so much is sent.
const FLOOD: u64 = 400 << 20;
/// The most memory that the program may have, in KiB. The journal keeps 64 MiB of what was said; all of it, and the
/// program itself, would be well over this.
const MOST: u64 = 192 << 10;

/// A peer that sends without end, until it is told to leave.
struct Flood {
    sent: Arc<AtomicU64>,
    leave: Arc<AtomicBool>,
    peer: Option<JoinHandle<()>>,
}

impl Flood {
    fn on(port: u16) -> Self {
        let (sent, leave) = (
            Arc::new(AtomicU64::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        let mut peer = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let of_peer = (sent.clone(), leave.clone());
        let peer = thread::spawn(move || {
            let (sent, leave) = of_peer;
            let chunk = vec![b'~'; 64 << 10];
            peer.set_write_timeout(Some(Duration::from_millis(100)))
                .unwrap();
            while !leave.load(Ordering::SeqCst) {
                match peer.write(&chunk) {
                    Ok(n) => drop(sent.fetch_add(n as u64, Ordering::SeqCst)),
                    Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                    Err(_) => break,
                }
            }
        });
        Self {
            sent,
            leave,
            peer: Some(peer),
        }
    }

    fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.leave.store(true, Ordering::SeqCst);
        if let Some(peer) = self.peer.take() {
            let _ = peer.join();
        }
    }
}

/// Every key still does what it does.
fn keys_answer(stage: &Stage) {
    for (key, text) in [
        ("2", "LADDER"),
        ("3", "is not ours"),
        ("4", "STATES"),
        ("5", "PACKETS"),
        ("6", "CALLS"),
        ("?", "KEYS"),
        ("Esc", "CALLS"),
        ("1", "WHAT IS HAPPENING"),
    ] {
        stage.keys(key);
        stage.until(text);
    }
}

fn listening() -> Stage {
    let stage = fourline("").start();
    stage.until("Nothing has happened yet");
    stage.statement("server listen 0");
    stage.until("LISTEN");
    stage.settled();
    stage
}

#[test]
fn hundreds_of_megabytes_that_are_discarded() {
    let mut stage = listening();
    stage.statement("server serve discard");
    stage.gone(": server serve discard");
    let flood = Flood::on(stage.port());
    let mut rounds = 0;
    while flood.sent() < FLOOD || rounds < 3 {
        keys_answer(&stage);
        rounds += 1;
    }
    stage.keys("6");
    stage.until("CALLS");
    assert!(stage.memory() < MOST, "{} KiB", stage.memory());
    drop(flood);
    stage.keys("Ctrl-C");
    assert_eq!(stage.code(), 0);
}

#[test]
fn as_much_as_goes_in_while_nobody_reads() {
    let mut stage = listening();
    let flood = Flood::on(stage.port());
    stage.until("in the accept queue");
    keys_answer(&stage);
    stage.statement("server accept");
    stage.until("✔ accept");
    keys_answer(&stage);
    for _ in 0..5 {
        stage.settled();
        stage.statement("server recv");
        stage.until("recv returned 4,096");
    }
    assert!(stage.memory() < MOST, "{} KiB", stage.memory());
    assert!(flood.sent() < FLOOD);
    stage.keys("Ctrl-C");
    assert_eq!(stage.code(), 0);
}

#[test]
fn a_peer_that_resets_in_the_midst() {
    let stage = listening();
    stage.statement("server serve echo");
    stage.gone(": server serve echo");
    for _ in 0..20 {
        let mut peer = TcpStream::connect(("127.0.0.1", stage.port())).unwrap();
        peer.write_all(&[b'x'; 10_000]).unwrap();
        // What came back is not read, so that closing resets.
        let mut some = [0; 10];
        peer.read_exact(&mut some).unwrap();
    }
    keys_answer(&stage);
    let screen = stage.settled();
    assert!(screen.contains("LISTEN"), "{screen}");
}
