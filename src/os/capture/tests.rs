//! What the kernel makes of the filter, and what comes through it: as root, or not at all.

use super::*;
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

/// A capture, where this process may have one.
fn capture() -> Option<Capture> {
    match Capture::open() {
        Ok(capture) => Some(capture),
        Err(e) => {
            println!("skipped: {}", why_not(&e));
            None
        }
    }
}

/// What was seen of one word from a client to a server, on this address.
fn word(capture: &Capture, at: &str, word: &[u8]) -> Vec<(Seen, Frame)> {
    let server = TcpListener::bind((at, 0)).unwrap();
    let at = server.local_addr().unwrap();
    capture.watch(&[at.port()]).unwrap();
    let mut client = TcpStream::connect(at).unwrap();
    client.write_all(word).unwrap();
    let mut heard = vec![0; word.len()];
    server.accept().unwrap().0.read_exact(&mut heard).unwrap();
    drop(client);
    thread::sleep(Duration::from_millis(100));
    let clock = Clock::start();
    let mut frame = Frame::default();
    core::iter::from_fn(|| Some((capture.take(&mut frame, clock).ok()?, frame.clone()))).collect()
}

#[test]
fn a_conversation_is_seen_once_on_the_loopback() {
    let Some(capture) = capture() else { return };
    for at in ["127.0.0.1", "::1"] {
        let seen = word(&capture, at, b"word");
        let briefs: Vec<_> = seen
            .iter()
            .map(|(_, frame)| crate::packet::brief(frame.packet()))
            .collect();
        let syns = briefs
            .iter()
            .filter(|b| b.kind() == Some(crate::model::packet::PacketKind::Syn))
            .count();
        assert_eq!(syns, 1, "{briefs:?}");
        assert!(briefs.iter().any(|b| b.len == 4));
        for (seen, frame) in seen {
            let mut whole = frame.clone();
            whole.complete_checksum();
            let right = crate::packet::checksums_are_right(whole.packet());
            assert_eq!(right.transport, Some(true));
            assert!(seen.interface > 0 && !frame.is_super());
            assert_eq!(seen.length, frame.packet().len());
        }
    }
}

#[test]
fn what_is_merged_is_cut_and_counted() {
    let Some(capture) = capture() else { return };
    let seen = word(&capture, "127.0.0.1", &vec![b'x'; 200_000]);
    let merged = seen.iter().filter(|(_, frame)| frame.is_super());
    let longest = merged.map(|(seen, _)| seen.length).max();
    assert!(longest.is_some_and(|l| l > 16_384), "{seen:?}");
    for (seen, frame) in seen {
        assert!(frame.packet().len() <= 2048);
        let said = crate::packet::brief(frame.packet()).total as usize;
        assert_eq!(said, seen.length);
    }
}

#[test]
fn other_ports_are_none_of_our_business() {
    let Some(capture) = capture() else { return };
    assert!(!word(&capture, "127.0.0.1", b"one").is_empty());
    capture.clear();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    drop(TcpStream::connect(server.local_addr().unwrap()).unwrap());
    thread::sleep(Duration::from_millis(20));
    assert!(capture.take(&mut Frame::default(), Clock::start()).is_err());
}

#[test]
fn the_filter_takes_as_many_ports_as_it_must() {
    let Some(capture) = capture() else { return };
    let ports: Vec<u16> = (1..600).collect();
    capture.watch(&ports).unwrap();
}

#[test]
fn a_refusal_says_what_would_allow_it() {
    let refused = why_not(&io::Error::from_raw_os_error(libc::EPERM));
    assert!(refused.contains("setcap cap_net_raw+ep") && refused.contains("--network lab"));
    let strange = why_not(&io::Error::from_raw_os_error(libc::ENOMEM));
    assert!(strange.contains("ENOMEM"), "{strange}");
}
