//! Each insight in a conversation on real sockets: it is there at the moment at which the script says so (`say "so"`),
//! and not at another (`say "not so"`).

use crate::common::{Script, Story, end, json};
use fourline::model::{
    book::Book,
    event::Fact,
    insights::{INSIGHTS, Insight, Off, notable, place},
};
use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

/// What is notable at each moment at which the script says this.
pub(crate) fn at(story: &Story, word: &str, off: &Off) -> Vec<Vec<Insight>> {
    let mut book = Book::new();
    let mut found = Vec::new();
    for event in &story.events {
        book.push(event.clone());
        if matches!(&event.fact, Fact::Say { text } if text == word) {
            let now = notable(&book, book.session(), off);
            // Whoever comes back to the moment finds the same.
            let count = book.events().len();
            assert_eq!(notable(&book, &book.session_at(count), off), now);
            found.push(now);
        }
    }
    assert!(!found.is_empty(), "the script says {word:?}");
    found
}

/// The first sentence of this insight, which is there whenever the script says "so", and never when it says "not so".
pub(crate) fn holds(story: &Story, name: &str) -> String {
    assert!(place(name).is_some());
    // Both ends of the same bytes are told by one of the two.
    let mut off = Off::default();
    if name == "unread" {
        off.set(place("acknowledged-unread").unwrap(), true);
    }
    let of = |all: &Vec<Insight>| all.iter().find(|i| i.name() == name).cloned();
    for all in at(story, "not so", &off) {
        assert_eq!(of(&all), None, "{name} was told where it is not so");
    }
    let mut first = None;
    for all in at(story, "so", &off) {
        let names: Vec<_> = all.iter().map(Insight::name).collect();
        let insight = of(&all).unwrap_or_else(|| panic!("{name} is not among {names:?}"));
        first.get_or_insert(insight.what[0].clone());
    }
    first.unwrap()
}

fn story(script: &str) -> Story {
    end(&mut json(&Script::new(script), &[])).story()
}

const CONNECTED: &str = "server listen 0\nclient connect\nserver accept\n";

/// After the handshake, this.
fn told(script: &str, name: &str) -> String {
    holds(&story(&format!("{CONNECTED}{script}")), name)
}

#[test]
fn bytes_that_nobody_reads() {
    let script = "say \"not so\"\nclient send \"hello\"\nwait 150ms\nwait 150ms\nsay \"so\"\nserver recv 2\nwait 150ms\nsay \"so\"\nserver recv\nwait 150ms\nsay \"not so\"\n";
    let unread = told(script, "unread");
    assert_eq!(unread, "5 bytes lie unread in the server's receive queue.");
    let acknowledged = told(script, "acknowledged-unread");
    assert_eq!(
        acknowledged,
        "5 bytes from the client are acknowledged, but not read."
    );
}

#[test]
fn bytes_of_a_stranger_that_nobody_reads() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let stranger = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"good morning").unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let script = format!(
        "say \"not so\"\nclient connect 127.0.0.1:{port}\nwait 200ms\nwait 150ms\nsay \"so\"\nclient recv\nwait 150ms\nsay \"not so\"\nclient close\n"
    );
    let story = story(&script);
    stranger.join().unwrap();
    assert_eq!(
        holds(&story, "unread"),
        "12 bytes lie unread in the client's receive queue."
    );
    let both = at(&story, "so", &Off::default());
    assert!(both[0].iter().any(|i| i.name() == "unread"));
}

#[test]
fn the_peer_has_closed_and_this_end_has_not() {
    let what = told(
        "say \"not so\"\nserver close\nexpect client state CLOSE_WAIT\nsay \"so\"\nclient recv\nsay \"so\"\nclient close\nwait 150ms\nsay \"not so\"\n",
        "close-wait",
    );
    assert_eq!(
        what,
        "The server has said goodbye (FIN); the client has not: CLOSE-WAIT."
    );
}

#[test]
fn a_send_that_finds_no_room() {
    let reads = "server recv 4000000 waitall\n".repeat(10);
    let script = format!(
        "say \"not so\"\nclient send bytes(40000000)\nexpect client waits send\nwait 300ms\nsay \"so\"\n{reads}wait 500ms\nsay \"not so\"\n"
    );
    let what = told(&script, "send-queue-full");
    assert!(
        what.starts_with("The client's send waits: its send queue is full ("),
        "{what}"
    );
    // Who does not wait is told with EAGAIN.
    let what = told(
        "say \"not so\"\nclient nonblocking on\nclient send bytes(40000000)\nwait 200ms\nclient send bytes(40000000)\nsay \"so\"\n",
        "send-queue-full",
    );
    assert!(what.contains("send found no room"), "{what}");
}

#[test]
fn callers_whom_nobody_answers() {
    let script = "server listen 0 backlog 1\nclient connect\nsay \"not so\"\nclient2 connect\nwait 200ms\nsay \"so\"\nclient3 connect\nwait 1600ms\nsay \"so\"\nsay \"again\"\nserver accept\nsay \"not so\"\n";
    let story = story(script);
    assert_eq!(
        holds(&story, "accept-queue-full"),
        "The accept queue is full: 2 connections wait, and the backlog is 1."
    );
    // The third one's kernel asks again and again.
    let again = &at(&story, "again", &Off::default())[0];
    let pending = again.iter().find(|i| i.name() == "retransmission-pending");
    assert_eq!(
        pending.map(|i| i.what[0].as_str()),
        Some("Client3's SYN was sent again once, and nobody has answered.")
    );
}

#[test]
fn a_receiver_that_has_no_room() {
    let what = told(
        "say \"not so\"\nclient send bytes(40000000)\nwait 500ms\nsay \"so\"\nserver recv 40000000 waitall\nwait 500ms\nsay \"not so\"\n",
        "zero-window",
    );
    assert_eq!(
        what,
        "The server's window is 0: its receive buffer is full."
    );
}

#[test]
fn a_reset_that_throws_bytes_away() {
    let what = told(
        "client send \"hello, server\"\nwait 150ms\nwait 150ms\nsay \"not so\"\nserver close\nwait 200ms\nsay \"so\"\nclient close\nserver accept\nclient connect\nwait 150ms\nsay \"not so\"\n",
        "reset-lost-bytes",
    );
    assert_eq!(
        what,
        "A reset threw away 13 bytes in the server's receive queue."
    );
    // What nobody could take is lost, too.
    let what = told(
        "client send bytes(40000000)\nwait 300ms\nsay \"not so\"\nserver abort\nwait 200ms\nsay \"so\"\n",
        "reset-lost-bytes",
    );
    assert!(what.starts_with("A reset threw away "), "{what}");
    // A goodbye throws nothing away.
    let polite = "client send \"x\"\nserver recv\nsay \"not so\"\nserver close\nclient recv\nclient close\nwait 200ms\nsay \"not so\"\n";
    let story = story(&format!("{CONNECTED}{polite}"));
    let all = at(&story, "not so", &Off::default());
    assert!(all.iter().flatten().all(|i| i.name() != "reset-lost-bytes"));
}

#[test]
fn a_conversation_that_is_as_it_should_be_is_not_notable_at_its_end() {
    let polite = "client send \"hello\"\nserver recv\nserver send \"thanks\"\nclient recv\nserver close\nclient recv\nclient close\nwait 200ms\nsay \"over\"\n";
    let story = story(&format!("{CONNECTED}{polite}"));
    let all = at(&story, "over", &Off::default());
    assert_eq!(all, [Vec::new()]);
    assert_eq!(
        INSIGHTS.len(),
        9,
        "each has its scenario here or in the lab"
    );
}
