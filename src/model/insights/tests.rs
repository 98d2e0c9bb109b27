//! Each row: when it holds, and when it must not.

mod ending;
mod sending;

use super::*;
use crate::model::{
    call::{Call, Family, MsgFlags},
    errno::Errno,
    event::{Detail, Fact, Source, Timer},
    ids::{Actor, Fd, Side},
    option::{OptionValue, SockOpt},
    packet::{Decider, Fate, TcpFlags},
    payload::Payload,
    story::testing::Play,
    tcp::TcpState,
};

const CLIENT: SocketId = SocketId::own(Actor::CLIENT, 0);
const SERVER: SocketId = SocketId::own(Actor::Server, 1);
const ACK: TcpFlags = TcpFlags::ACK;

/// What is notable now.
fn now(play: &Play) -> Vec<Insight> {
    notable(play.book(), play.book().session(), &Off::default())
}

fn names(play: &Play) -> Vec<&'static str> {
    now(play).iter().map(Insight::name).collect()
}

/// The one of this row, which must be there.
fn told(play: &Play, name: &str) -> Insight {
    let found = now(play).into_iter().find(|i| i.name() == name);
    let all = names(play);
    let found = found.unwrap_or_else(|| panic!("{name} is not among {all:?}"));
    assert!(play.book().event(found.event).is_some());
    for sentence in found.what.iter().map(String::as_str) {
        assert!(
            sentence.ends_with('.') && sentence.chars().count() <= 90,
            "{sentence}"
        );
    }
    assert!(found.what.len() <= 2 && found.why.len() >= 2, "{found:?}");
    found
}

/// A connection that is open on both sides.
fn connected() -> Play {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    play
}

fn detail(play: &mut Play, socket: SocketId, change: impl FnOnce(&mut Detail)) {
    let mut detail = Detail {
        rto: Some(Nanos::from_millis(200)),
        cwnd: Some(10),
        flight: Some(1),
        snd_mss: Some(1448),
        snd_wnd: Some(64_000),
        tries: Some(0),
        lost: Some(0),
        timer: Some((Timer::Retransmit, Nanos::from_millis(200))),
        ..Detail::default()
    };
    change(&mut detail);
    let detail = Box::new(detail);
    play.see(
        Some(socket.actor),
        Source::Kernel,
        Fact::Detail { socket, detail },
    );
}

fn progress(play: &mut Play, socket: SocketId, [taken, sent, acked]: [u64; 3]) {
    let fact = Fact::Progress {
        socket,
        taken: Some(taken),
        sent,
        acked,
        received: 0,
        copied: Some(0),
    };
    play.see(Some(socket.actor), Source::Kernel, fact);
}

fn set(play: &mut Play, socket: SocketId, option: &str, value: i32) {
    let option = option.parse::<SockOpt>().unwrap();
    let value = OptionValue::Number(value);
    let call = Call::SetSockOpt {
        fd: Fd(5),
        option,
        value,
    };
    play.call(socket.actor, Some(socket), call, 0, |_| {});
}

#[test]
fn the_table_has_a_name_and_some_words_for_each_row() {
    for (i, row) in INSIGHTS.iter().enumerate() {
        assert_eq!(place(row.name), Some(i), "{} is there once", row.name);
        assert!(row.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        assert!(row.about.chars().count() <= 35, "{}", row.about);
    }
    assert_eq!(place("nothing"), None);
}

#[test]
fn the_walk_through_the_four_lines_is_notable_where_bytes_wait() {
    let mut play = Play::four_lines();
    let expected: [&[&str]; 9] = [
        &[],
        &[],
        &[],
        &["acknowledged-unread"],
        &[],
        &["acknowledged-unread"],
        &[],
        &["close-wait"],
        &[],
    ];
    for (step, expected) in expected.into_iter().enumerate() {
        play.walk(step);
        assert_eq!(names(&play), expected, "after step {step}");
    }
}

#[test]
fn a_row_that_is_off_is_not_told() {
    let mut play = connected();
    play.send(Actor::CLIENT, b"hello");
    let mut off = Off::default();
    let names = |off: &Off| {
        let all = notable(play.book(), play.book().session(), off);
        all.iter().map(Insight::name).collect::<Vec<_>>()
    };
    off.set(place("acknowledged-unread").unwrap(), true);
    // The same bytes, looked at from the other end.
    assert_eq!(names(&off), ["unread"]);
    off.set(place("unread").unwrap(), true);
    assert_eq!(names(&off), [""; 0]);
    off.set(place("acknowledged-unread").unwrap(), false);
    assert_eq!(names(&off), ["acknowledged-unread"]);
    off.set(99, true);
    assert!(!off.is_off(99));
}

#[test]
fn unread_bytes_lie_in_the_receive_queue() {
    let mut play = connected();
    // Not acknowledged as far as is known: the sender's kernel has not been asked.
    play.send(Actor::CLIENT, b"");
    play.see(
        Some(Actor::Server),
        Source::Kernel,
        Fact::Progress {
            socket: SERVER,
            taken: Some(0),
            sent: 0,
            acked: 0,
            received: 15,
            copied: Some(0),
        },
    );
    assert_eq!(names(&play), [""; 0]);
    play.queue(SERVER, 15, 0);
    let unread = told(&play, "unread");
    assert_eq!(
        unread.what[0],
        "15 bytes lie unread in the server's receive queue."
    );
    assert_eq!(
        unread.what[1],
        "They stay there until the server calls recv."
    );
    assert_eq!((unread.socket, unread.since), (SERVER, play.book().now()));
    // A look that says the same begins nothing anew.
    let since = unread.since;
    play.queue(SERVER, 15, 1);
    assert_eq!(told(&play, "unread").since, since);
    play.queue(SERVER, 0, 0);
    assert_eq!(names(&play), [""; 0]);
}

#[test]
fn bytes_that_a_waiting_call_takes_are_not_unread() {
    let mut play = connected();
    let recv = Call::Recv {
        fd: Fd(4),
        len: 4096,
        flags: MsgFlags::default(),
    };
    play.wait(Actor::Server, Some(SERVER), recv);
    play.see(
        Some(Actor::Server),
        Source::Kernel,
        Fact::Progress {
            socket: SERVER,
            taken: Some(0),
            sent: 0,
            acked: 0,
            received: 5,
            copied: Some(0),
        },
    );
    play.queue(SERVER, 5, 0);
    assert_eq!(names(&play), [""; 0]);
}

#[test]
fn acknowledged_is_not_read() {
    let mut play = connected();
    play.send(Actor::CLIENT, b"hello, server\r\n");
    let found = told(&play, "acknowledged-unread");
    assert_eq!(
        found.what[0],
        "15 bytes from the client are acknowledged, but not read."
    );
    assert!(found.why[0].contains("15 bytes lie in the server's receive queue"));
    assert_eq!(found.socket, CLIENT);
    assert!(!names(&play).contains(&"unread"), "it is told once");
    play.recv(Actor::Server);
    assert_eq!(names(&play), [""; 0]);
}

#[test]
fn what_is_acknowledged_may_not_even_be_accepted() {
    let mut play = Play::free();
    play.listen()
        .connect(Actor::CLIENT)
        .send(Actor::CLIENT, b"a");
    let found = told(&play, "acknowledged-unread");
    assert_eq!(
        found.what[0],
        "1 byte from the client is acknowledged, but not read."
    );
    assert!(found.what[1].contains("not even accepted"));
    play.accept();
    assert!(told(&play, "acknowledged-unread").what[1].contains("has not called recv"));
}

#[test]
fn a_send_that_waits_has_a_full_queue() {
    let mut play = connected();
    let data = Payload::capped(&[b'a'; 100], 64);
    let send = Call::Send {
        fd: Fd(5),
        len: 100,
        flags: MsgFlags::default(),
        data,
    };
    play.queue(CLIENT, 0, 2_626_560);
    assert_eq!(names(&play), [""; 0], "that much may go at any time");
    play.wait(Actor::CLIENT, Some(CLIENT), send.clone());
    assert_eq!(
        told(&play, "send-queue-full").what[0],
        "The client's send waits: its send queue is full (2,626,560 bytes)."
    );
    play.call(Actor::CLIENT, Some(CLIENT), send.clone(), 100, |_| {});
    assert!(!names(&play).contains(&"send-queue-full"));
    // Who does not wait is told so, until something was acknowledged.
    play.fail(Actor::CLIENT, Some(CLIENT), send, Errno::EAGAIN);
    assert!(told(&play, "send-queue-full").what[0].contains("found no room"));
    progress(&mut play, CLIENT, [100, 100, 50]);
    assert!(!names(&play).contains(&"send-queue-full"));
}

#[test]
fn a_send_that_comes_before_the_connection_finds_no_full_queue() {
    let send = Call::Send {
        fd: Fd(4),
        len: 5,
        flags: MsgFlags::default(),
        data: Payload::capped(b"early", 64),
    };
    for waits in [true, false] {
        let mut play = Play::free();
        let call = Call::Socket {
            domain: Family::INET,
        };
        play.call(Actor::CLIENT, None, call, 4, |d| d.made = Some(CLIENT));
        play.state(CLIENT, TcpState::SynSent);
        if waits {
            play.wait(Actor::CLIENT, Some(CLIENT), send.clone());
        } else {
            play.fail(Actor::CLIENT, Some(CLIENT), send.clone(), Errno::EAGAIN);
        }
        assert_eq!(
            names(&play),
            [""; 0],
            "it is the connection that is not there"
        );
    }
}

#[test]
fn an_accept_queue_holds_one_more_than_its_backlog() {
    let mut play = Play::free();
    play.listen();
    let listener = SocketId::own(Actor::Server, 0);
    play.queue(listener, 1, 1);
    assert_eq!(names(&play), [""; 0], "Linux lets one more in");
    play.queue(listener, 2, 1);
    let found = told(&play, "accept-queue-full");
    assert_eq!(
        found.what[0],
        "The accept queue is full: 2 connections wait, and the backlog is 1."
    );
    let accept = Call::Accept { fd: Fd(3) };
    play.call(Actor::Server, Some(listener), accept, 7, |_| {});
    assert_eq!(
        names(&play),
        [""; 0],
        "one place is free, whatever the last look said"
    );
}

#[test]
fn of_several_connections_each_has_its_name() {
    let mut play = Play::free();
    let second = Actor::Client(2);
    play.listen().accept().connect(Actor::CLIENT);
    play.accept().connect(second).send(second, b"hello");
    let found = told(&play, "acknowledged-unread");
    assert!(
        found.why[0].contains("server.2's receive queue"),
        "{found:?}"
    );
    assert!(found.what[0].contains("from client2"));
}

#[test]
fn a_crowd_is_told_of_up_to_a_bound() {
    let mut play = Play::free();
    for n in 0..2 * MOST as u32 {
        let socket = SocketId::own(Actor::Server, n);
        play.state(socket, TcpState::Established);
        play.state(socket, TcpState::CloseWait);
    }
    assert_eq!(now(&play).len(), MOST);
}

mod anything {
    use super::*;
    use crate::model::story::testing::any_book;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_journal_can_be_looked_at_at_any_moment(book in any_book()) {
            for count in 0..=book.events().len() {
                let session = book.session_at(count);
                for insight in notable(&book, &session, &Off::default()) {
                    let last = session.last.unwrap();
                    prop_assert!(insight.event <= last && insight.since <= session.at);
                    let all = insight.what.iter().map(String::as_str);
                    let all = all.chain(insight.why.iter().map(AsRef::as_ref));
                    for text in all {
                        prop_assert!(!text.chars().any(crate::model::payload::is_unprintable));
                    }
                }
            }
        }
    }
}
