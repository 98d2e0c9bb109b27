//! Packets on the ladder: delivered at once, held, dropped and sent again, swapped, copied, captured.

use super::{super::*, on_the_ladder};
use crate::{
    app::{Cursor, Screen},
    model::{
        book::Book,
        event::{Fact, Source},
        ids::{Actor, Nanos, Side},
        packet::{Arrival, Decider, Fate, Handling, Notable, PacketNo, TcpFlags},
        payload::is_unprintable,
        story::testing::{Play, any_book},
    },
    ui::{
        screens::tests::{app, frame, soon_after, text},
        theme::Theme,
    },
};
use proptest::prelude::*;
use ratatui::buffer::Buffer;

const SYN: TcpFlags = TcpFlags::SYN;
const ACK: TcpFlags = TcpFlags::ACK;
const PSH: TcpFlags = TcpFlags::PSH;
const SERVER: Side = Side::Server;
const CLIENT: Side = Side::Client;
const HELLO: &[u8] = b"hello, server\r\n";

fn rule(text: &str) -> Decider {
    Decider::Rule(text.into())
}

/// The SYN is held and let go, the SYN-ACK dropped and sent again.
fn troubled_handshake() -> Play {
    let mut play = Play::lab();
    play.walk(0).walk(1).cable("hold syn", &["hold syn"]);
    play.ask("client connect");
    let syn = play.packet(SERVER, SYN, (0, 0), b"");
    play.hold(syn, rule("hold syn"));
    play.later(Nanos::from_millis(700));
    play.cable("drop next syn-ack", &["hold syn", "drop next syn-ack"]);
    play.later(Nanos::from_millis(300));
    play.fate(syn, Fate::Delivered, Decider::You);
    let lost = play.packet(CLIENT, SYN | ACK, (0, 1), b"");
    play.fate(lost, Fate::Dropped, rule("drop next syn-ack"));
    play.later(Nanos::from_millis(1000));
    let again = play.packet_as(CLIENT, SYN | ACK, (0, 1), b"", |p| {
        (p.notable, p.again) = (vec![Notable::Retransmission], Some(lost));
    });
    play.fate(again, Fate::Delivered, Decider::Cable);
    play.passes(SERVER, ACK, (1, 1), b"");
    play.walk(2);
    play
}

/// Data that change places, a copy, and a window that closes.
fn troubled_data() -> Play {
    let mut play = Play::lab();
    play.walk(0).walk(1).walk(2);
    for (toward, flags, numbers) in [
        (SERVER, SYN, (0, 0)),
        (CLIENT, SYN | ACK, (0, 1)),
        (SERVER, ACK, (1, 1)),
    ] {
        play.passes(toward, flags, numbers, b"");
    }
    play.cable("swap data", &["swap data"]);
    play.send(Actor::CLIENT, b"first ");
    let first = play.packet(SERVER, PSH | ACK, (1, 1), b"first ");
    play.send(Actor::CLIENT, b"second");
    let second = play.packet(SERVER, PSH | ACK, (7, 1), b"second");
    play.handle(first, Handling::Swapped { with: second }, rule("swap data"));
    play.reaches(second, Decider::Cable, Arrival::OutOfOrder);
    let dup = play.packet_as(CLIENT, ACK, (1, 1), b"", |p| {
        p.notable = vec![Notable::DupAck];
    });
    play.fate(first, Fate::Delivered, Decider::Cable);
    play.fate(dup, Fate::Delivered, Decider::Cable);
    play.passes(CLIENT, ACK, (1, 13), b"");
    play.recv(Actor::Server);
    play.send(Actor::CLIENT, HELLO);
    let data = play.packet(SERVER, PSH | ACK, (13, 1), HELLO);
    let copy = play.packet_as(SERVER, PSH | ACK, (13, 1), HELLO, |p| {
        p.copy_of = Some(data);
    });
    play.fate(data, Fate::Delivered, Decider::Cable);
    play.reaches(copy, Decider::You, Arrival::Again);
    let closed = play.packet_as(CLIENT, ACK, (1, 28), b"", |p| {
        p.notable = vec![Notable::ZeroWindow];
        if let Some(tcp) = &mut p.tcp {
            tcp.window = 0;
        }
    });
    play.fate(closed, Fate::Delivered, Decider::Cable);
    let fact = Fact::Passed {
        toward: SERVER,
        packets: 1234,
        bytes: 65_000,
        through: PacketNo(1243),
    };
    play.see(None, Source::Cable, fact);
    play
}

/// A delayed packet, while others pass it in the other direction, and one that is corrupted.
fn delayed() -> Play {
    let mut play = Play::lab();
    play.walk(0).walk(1).walk(2);
    play.cable("delay 200ms to server", &["delay 200ms to server"]);
    let delay = |play: &mut Play, packet| {
        let until_ns = play.session().at.plus(Nanos::from_millis(200));
        let by = rule("delay 200ms to server");
        play.handle(packet, Handling::Delayed { until_ns }, by);
    };
    play.send(Actor::CLIENT, b"one");
    let one = play.packet(SERVER, PSH | ACK, (1, 1), b"one");
    delay(&mut play, one);
    play.send(Actor::CLIENT, b"two");
    let two = play.packet(SERVER, PSH | ACK, (4, 1), b"two");
    delay(&mut play, two);
    play.send(Actor::Server, b"meanwhile");
    play.passes(CLIENT, PSH | ACK, (1, 1), b"meanwhile");
    play.send(Actor::CLIENT, b"three");
    let three = play.packet(SERVER, PSH | ACK, (7, 10), b"three");
    delay(&mut play, three);
    play.later(Nanos::from_millis(100));
    play.fate(one, Fate::Delivered, rule("delay 200ms to server"));
    play.handle(two, Handling::Corrupted { byte: 41 }, Decider::You);
    play.fate(two, Fate::Delivered, rule("delay 200ms to server"));
    play
}

fn check(name: &str, book: fn() -> Play) {
    for (width, height) in [(80, 60), (120, 60), (200, 60)] {
        let shown = on_the_ladder(book().into_book(), width, height);
        insta::assert_snapshot!(format!("{name}-{width}"), shown);
    }
    let mut app = app(book().into_book());
    app.screen = Screen::Ladder;
    app.settings.ascii = true;
    let shown = text(&frame(&app, soon_after(&app), 120, 60));
    assert!(shown.is_ascii(), "{shown}");
    insta::assert_snapshot!(format!("{name}-120-ascii"), shown);
}

#[test]
fn every_packet_of_the_four_lines_is_an_arrow() {
    check("lab", Play::lab_walked);
}

#[test]
fn what_is_held_stands_and_what_is_dropped_breaks_off() {
    check("troubled-handshake", troubled_handshake);
}

#[test]
fn what_is_swapped_copied_and_told_together_can_be_read() {
    check("troubled-data", troubled_data);
}

#[test]
fn what_is_delayed_slopes() {
    check("delayed", delayed);
}

/// What three clients and a server that are looked at from outside leave: packets without a fate.
fn captured() -> Play {
    let mut play = Play::captured();
    play.listen().accept();
    for (toward, flags, numbers) in [
        (SERVER, SYN, (0, 0)),
        (CLIENT, SYN | ACK, (0, 1)),
        (SERVER, ACK, (1, 1)),
    ] {
        play.packet(toward, flags, numbers, b"");
    }
    play.connect(Actor::CLIENT).send(Actor::CLIENT, HELLO);
    play.packet(SERVER, PSH | ACK, (1, 1), HELLO);
    play.recv(Actor::Server);
    play
}

#[test]
fn captured_packets_arrive_at_once_and_the_title_says_what_they_are() {
    check("captured", captured);
    let shown = on_the_ladder(captured().into_book(), 120, 40);
    assert!(shown.contains("packets, as they were captured"), "{shown}");
    assert_eq!(shown.matches("captured").count(), 1, "{shown}");
    assert!(!shown.contains("╭─ 15"), "{shown}");
}

#[test]
fn packets_of_several_clients_say_whose_they_are() {
    let mut play = Play::lab();
    play.listen();
    for client in [1, 2].map(Actor::Client) {
        play.connect(client).accept();
        play.send(client, HELLO);
        play.passes(SERVER, PSH | ACK, (1, 1), HELLO);
    }
    let shown = on_the_ladder(play.into_book(), 120, 60);
    assert!(
        shown.contains("1 PSH,ACK seq 1:16 ack 1 (client)"),
        "{shown}"
    );
    assert!(shown.contains("(client2)"), "{shown}");
}

/// A packet whose fate has not come yet at the moment that is shown is under way there, and its fate is not told.
#[test]
fn what_comes_later_is_not_shown() {
    for play in [troubled_handshake, troubled_data, delayed] {
        let book = play().into_book();
        let fates: Vec<usize> = book.packets().iter().filter_map(|p| p.fate).collect();
        let events = book.events().len();
        let mut app = app(book);
        app.screen = Screen::Ladder;
        for count in 0..events {
            app.go(Cursor::At {
                count,
                frozen: false,
            });
            let shown = text(&frame(&app, soon_after(&app), 120, 70));
            let gone = fates.iter().filter(|&&f| f < count).count();
            let heads = shown.matches('◀').count() + shown.matches("▶┤").count();
            let broken = shown.matches('✘').count();
            let told = usize::from(shown.contains("more packets passed"));
            assert_eq!(heads + broken, gone + told, "{count} of {events}:\n{shown}");
        }
    }
}

#[test]
fn a_packet_that_is_held_says_how_long_and_goes_on_below() {
    let mut play = Play::lab();
    play.walk(0).cable("hold syn", &["hold syn"]);
    play.ask("client connect");
    let syn = play.packet(SERVER, SYN, (0, 0), b"");
    play.hold(syn, rule("hold syn"));
    for (width, height) in [(80, 24), (120, 36)] {
        let shown = on_the_ladder(play_again(&play), width, height);
        assert!(shown.contains("1 is held 3 s"), "{shown}");
        insta::assert_snapshot!(format!("held-now-{width}"), shown);
    }
}

fn play_again(play: &Play) -> Book {
    let mut book = Book::new();
    for event in play.book().events().iter() {
        book.push(event.clone());
    }
    book
}

/// Wherever one scrolls to, a way that crosses the first row comes in from above.
#[test]
fn ways_come_in_from_above_wherever_one_scrolls_to() {
    let mut play = Play::lab();
    play.walk(0).walk(1).walk(2);
    let held = play.packet(SERVER, PSH | ACK, (1, 1), HELLO);
    play.hold(held, rule("hold data"));
    for _ in 0..300 {
        play.send(Actor::Server, b"meanwhile");
        play.passes(CLIENT, PSH | ACK, (1, 1), b"meanwhile");
    }
    let book = play.into_book();
    let told = book.told().len();
    let mut app = app(book);
    app.screen = Screen::Ladder;
    for top in [None, Some(told / 2), Some(40)] {
        app.scrolls.clear();
        if let Some(top) = top {
            app.scrolls.insert(ID, top);
        }
        let shown = text(&frame(&app, soon_after(&app), 120, 30));
        let rows = shown.lines().skip(3).take(20);
        let bars = rows.filter(|row| row.contains('┃')).count();
        assert!(bars >= 10, "{top:?}: {bars}\n{shown}");
    }
}

#[test]
fn nothing_breaks_at_any_size() {
    for play in [
        Play::lab_walked,
        troubled_handshake,
        troubled_data,
        delayed,
        captured,
    ] {
        let mut app = app(play().into_book());
        app.screen = Screen::Ladder;
        for n in 1..=80 {
            for (width, height) in [(n, 25), (n * 3, n), (120, n)] {
                app.scrolls.clear();
                if n % 3 == 0 {
                    app.scrolls.insert(ID, usize::from(n));
                }
                app.settings.ascii = n % 2 == 0;
                let shown = text(&frame(&app, soon_after(&app), width, height));
                assert!(n % 2 == 1 || shown.is_ascii(), "{width}x{height}:\n{shown}");
            }
        }
    }
}

#[test]
fn what_lay_on_the_cable_is_gone_when_everything_begins_anew() {
    let mut play = Play::lab();
    play.listen();
    let syn = play.packet(SERVER, SYN, (0, 0), b"");
    play.hold(syn, rule("hold syn"));
    let begin = play.book().events()[0].fact.clone();
    play.see(None, Source::Program, begin);
    play.listen();
    let shown = on_the_ladder(play.into_book(), 120, 40);
    let (before, after) = shown.split_once("begun anew").unwrap();
    assert!(before.contains('┃'), "{shown}");
    assert!(!after.contains('┃'), "{shown}");
}

#[test]
fn a_frame_looks_at_few_events_however_many_packets_there_are() {
    let mut play = Play::lab();
    play.walk(0).walk(1).walk(2);
    let held = play.packet(SERVER, PSH | ACK, (1, 1), HELLO);
    play.hold(held, rule("hold data"));
    while play.book().events().len() < 20_000 {
        play.passes(CLIENT, PSH | ACK, (1, 1), b"meanwhile");
        let lost = play.packet(SERVER, ACK, (1, 1), b"");
        play.fate(lost, Fate::Lost, Decider::Cable);
    }
    let events = play.book().events().len();
    let mut app = app(play.into_book());
    app.screen = Screen::Ladder;
    for top in [None, Some(9_000)] {
        app.scrolls.clear();
        if let Some(top) = top {
            app.scrolls.insert(ID, top);
        }
        let told = Told::new(&app);
        let area = Rect::new(0, 0, 200, 60);
        let mut buf = Buffer::empty(area);
        let mut canvas = Canvas::new(&mut buf, Theme::of(&app.settings));
        draw_told(&told, soon_after(&app), &mut canvas, area);
        assert!(told.looked_at() < 3_000, "{} of {events}", told.looked_at());
    }
}

#[test]
fn what_went_from_end_to_end_above_is_not_drawn_as_under_way() {
    let mut play = Play::lab();
    play.walk(0).walk(1).walk(2);
    for n in 0..8 {
        play.passes(CLIENT, ACK, (1, n), b"");
        play.see(
            None,
            Source::Program,
            Fact::Note {
                text: "on".to_owned(),
            },
        );
    }
    let mut app = app(play.into_book());
    app.screen = Screen::Ladder;
    // Whatever the first row is: also when it is told of a packet's fate there.
    for top in 0..app.book.events().len() {
        app.scrolls.insert(ID, top);
        let shown = text(&frame(&app, soon_after(&app), 120, 12));
        assert!(!shown.contains(['╲', '╱']), "{top}\n{shown}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn any_journal_is_drawn_at_any_moment(
        book in any_book(),
        count in 0..60_usize,
        (width, height) in (10..140_u16, 3..50_u16),
    ) {
        let mut app = app(book);
        app.screen = Screen::Ladder;
        let live = text(&frame(&app, soon_after(&app), width, height));
        app.go(Cursor::At {
            count,
            frozen: false,
        });
        app.scrolls.insert(ID, count / 2);
        let then = text(&frame(&app, soon_after(&app), width, height));
        for c in [live, then].concat().chars() {
            prop_assert!(c == '\n' || !is_unprintable(c), "{c:?}");
        }
    }
}
