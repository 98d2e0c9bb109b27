//! Why bytes do not go.

use super::*;

/// A client whose 5 bytes wait behind 10 that are not acknowledged.
fn small_behind_small(change: impl FnOnce(&mut Detail)) -> Play {
    let mut play = connected();
    detail(&mut play, CLIENT, |d| {
        (d.unsent, d.unacked) = (5, 10);
        change(d);
    });
    play
}

#[test]
fn nagle_holds_what_is_less_than_a_segment() {
    let play = small_behind_small(|_| {});
    let found = told(&play, "nagle");
    assert_eq!(
        found.what,
        [
            "Nagle's algorithm holds 5 bytes back in the client's kernel.",
            "They go when 10 bytes before them are acknowledged."
        ]
    );
    assert!(found.why[0].contains("1,448 bytes"));
    for (why, change) in [
        (
            "nothing is in flight",
            (|d| d.unacked = 0) as fn(&mut Detail),
        ),
        ("all is sent", |d| d.unsent = 0),
        ("a whole segment", |d| d.unsent = 1448),
        ("no room in the window", |d| d.snd_wnd = Some(12)),
        ("the window is not known", |d| d.snd_wnd = None),
        ("the congestion window is full", |d| d.flight = Some(10)),
    ] {
        let play = small_behind_small(change);
        assert!(!names(&play).contains(&"nagle"), "{why}");
    }
}

#[test]
fn nagle_can_be_turned_off_before_and_then() {
    let held = |play: &Play| names(play).contains(&"nagle");
    for option in ["TCP_NODELAY", "TCP_CORK"] {
        let mut play = connected();
        set(&mut play, CLIENT, option, 1);
        detail(&mut play, CLIENT, |d| (d.unsent, d.unacked) = (5, 10));
        assert!(!held(&play), "{option}");
        set(&mut play, CLIENT, option, 0);
        detail(&mut play, CLIENT, |d| (d.unsent, d.unacked) = (5, 10));
        assert!(held(&play));
    }
    let mut play = small_behind_small(|_| {});
    set(&mut play, CLIENT, "TCP_NODELAY", 1);
    assert!(!held(&play), "the kernel sends them at once");
    let mut play = small_behind_small(|_| {});
    play.close(Actor::CLIENT);
    assert!(!held(&play), "they go before the goodbye");
}

#[test]
fn what_accept_returns_is_set_as_its_listener_was() {
    for waits in [true, false] {
        let mut play = Play::free();
        play.listen();
        set(&mut play, SocketId::own(Actor::Server, 0), "TCP_NODELAY", 1);
        if waits {
            play.accept().connect(Actor::CLIENT);
        } else {
            play.connect(Actor::CLIENT).accept();
        }
        detail(&mut play, SERVER, |d| (d.unsent, d.unacked) = (5, 10));
        assert_eq!(names(&play), [""; 0]);
    }
}

#[test]
fn the_window_is_zero_for_who_has_something_to_send() {
    let mut play = connected();
    detail(&mut play, CLIENT, |d| {
        (d.unsent, d.snd_wnd) = (43_008, Some(0));
        d.timer = Some((Timer::Probe, Nanos::from_millis(200)));
    });
    let found = told(&play, "zero-window");
    assert_eq!(
        found.what,
        [
            "The server's window is 0: its receive buffer is full.",
            "43,008 bytes wait in the client's send queue until the server's program reads."
        ]
    );
    assert!(found.why[1].contains("asks with a probe"));
    detail(&mut play, CLIENT, |d| {
        (d.unsent, d.snd_wnd) = (43_008, Some(1));
    });
    assert!(!names(&play).contains(&"zero-window"));
    detail(&mut play, CLIENT, |d| (d.unsent, d.snd_wnd) = (0, Some(0)));
    assert!(
        !names(&play).contains(&"zero-window"),
        "it has nothing to send"
    );
}

#[test]
fn a_segment_announces_that_there_is_no_room() {
    let mut play = Play::lab();
    play.listen().accept().connect(Actor::CLIENT);
    let says = |play: &mut Play, window: u32| {
        play.packet_as(Side::Client, ACK, (1, 16), b"", |p| {
            p.tcp.as_mut().unwrap().window = window;
        })
    };
    let shut = says(&mut play, 0);
    let found = told(&play, "zero-window");
    assert_eq!(found.socket, SERVER);
    assert_eq!(
        found.what[1],
        "Packet 1, which says so, has not reached the client yet."
    );
    play.fate(shut, Fate::Delivered, Decider::Cable);
    assert_eq!(
        told(&play, "zero-window").what[1],
        "The client may send nothing more until the server's program reads."
    );
    // The sender's kernel tells it as well: one of the two is enough, and it is not new.
    detail(&mut play, CLIENT, |d| (d.unsent, d.snd_wnd) = (5, Some(0)));
    assert_eq!(told(&play, "zero-window").since, found.since);
    assert_eq!(names(&play), ["zero-window"]);
    let mut play = Play::lab();
    play.listen().accept().connect(Actor::CLIENT);
    says(&mut play, 0);
    says(&mut play, 512);
    assert_eq!(names(&play), [""; 0]);
}

#[test]
fn a_dropped_packet_must_be_sent_again() {
    let mut play = Play::lab();
    play.listen().accept().connect(Actor::CLIENT);
    progress(&mut play, CLIENT, [15, 15, 0]);
    detail(&mut play, CLIENT, |d| d.unacked = 15);
    assert_eq!(
        names(&play),
        [""; 0],
        "the timer runs whenever something is under way"
    );
    let data = play.packet(Side::Server, ACK, (1, 1), b"hello, server\r\n");
    assert_eq!(names(&play), [""; 0]);
    play.fate(data, Fate::Dropped, Decider::You);
    let dropped = told(&play, "retransmission-pending");
    assert_eq!(
        dropped.what[0],
        "Packet 1, 15 bytes, was dropped: it must be sent again."
    );
    // It is, and that is not delivered either; the same all the while.
    play.again(Side::Server, ACK, (1, 1), b"hello, server\r\n", data);
    detail(&mut play, CLIENT, |d| {
        (d.unacked, d.tries, d.rto) = (15, Some(1), Some(Nanos::from_millis(400)));
    });
    let again = told(&play, "retransmission-pending");
    assert_eq!(
        again.what,
        [
            "The client has sent the same bytes again once, and no ACK has come.",
            "It tries again when no ACK comes within 0.4 s."
        ]
    );
    assert_eq!(again.since, dropped.since);
    progress(&mut play, CLIENT, [15, 15, 15]);
    detail(&mut play, CLIENT, |d| d.timer = None);
    assert_eq!(names(&play), [""; 0]);
}

#[test]
fn a_syn_without_an_answer_is_sent_again() {
    let mut play = Play::lab();
    play.listen().accept().connect(Actor::CLIENT);
    play.state(CLIENT, TcpState::SynSent);
    detail(&mut play, CLIENT, |_| {});
    let syn = play.packet(Side::Server, TcpFlags::SYN, (0, 0), b"");
    play.fate(syn, Fate::Lost, Decider::Cable);
    assert!(told(&play, "retransmission-pending").what[0].contains("the SYN, was lost"));
    play.again(Side::Server, TcpFlags::SYN, (0, 0), b"", syn);
    detail(&mut play, CLIENT, |d| d.tries = Some(2));
    assert_eq!(
        told(&play, "retransmission-pending").what[0],
        "The client's SYN was sent again 2 times, and nobody has answered."
    );
    play.state(CLIENT, TcpState::Established);
    detail(&mut play, CLIENT, |d| d.timer = None);
    assert_eq!(names(&play), [""; 0]);
}
