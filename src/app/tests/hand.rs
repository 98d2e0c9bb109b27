//! The hand on the cable: keys that become statements, and which packet they are about.

use super::*;
use crate::app::{
    Upcoming,
    drawn::{Area, Hit},
    state::{Cursor, Panel, Screen},
};
use crate::model::{
    event::{Fact, Sight, Source},
    ids::{Nanos, Side},
    packet::{Decider, Fate, Handling, PacketNo, TcpFlags},
};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

fn asks(text: &str) -> Vec<Effect> {
    vec![Effect::Ask(text.to_owned())]
}

/// A SYN that went by, and three packets that are held: to the server, to the client, to the server.
fn three_held() -> Play {
    let mut play = Play::lab();
    play.walk(0).walk(1).cable("hold", &["hold"]);
    let (server, client, ack) = (Side::Server, Side::Client, TcpFlags::ACK);
    play.passes(server, TcpFlags::SYN, (0, 0), b"");
    for (n, toward) in (1..).zip([server, client, server]) {
        let number = play.packet(toward, ack, (n, n), b"");
        play.hold(number, Decider::Rule("hold".into()));
    }
    play
}

#[test]
fn a_small_letter_is_a_statement_about_the_oldest_that_is_held() {
    let mut app = screen(three_held().into_book());
    assert_eq!(app.focus, Panel::Server);
    assert_eq!(press(&mut app, "s"), asks("cable step 2"));
    assert_eq!(press(&mut app, "d"), asks("cable drop 2"));
    assert_eq!(press(&mut app, "u"), asks("cable dup 2"));
    assert_eq!(press(&mut app, "x"), asks("cable swap 2"));
    assert_eq!(press(&mut app, "h"), asks("cable release"));
    let footer = footer(&app);
    assert_eq!(footer[1..3], ["s deliver", "d drop"], "{footer:?}");
}

#[test]
fn the_selected_packet_is_the_one_that_is_taken() {
    let mut app = screen(three_held().into_book());
    app.focus = Panel::Cable;
    assert_eq!(app.packet_selected(), Some(PacketNo(2)));
    press(&mut app, "Down");
    assert_eq!(app.packet_selected(), Some(PacketNo(3)));
    // Nothing behind it goes the same way.
    assert_eq!(press(&mut app, "x"), []);
    assert!(app.notice.as_ref().is_some_and(|n| n.bad));
    assert_eq!(press(&mut app, "Down d"), asks("cable drop 4"));
    assert_eq!(app.packet_selected(), Some(PacketNo(2)), "the oldest again");
    // What has left the cable can be looked at; the hand takes what lies on it.
    press(&mut app, "Up");
    assert_eq!(app.packet_selected(), Some(PacketNo(1)));
    assert_eq!(press(&mut app, "s"), asks("cable step 2"));
    press(&mut app, "G");
    assert_eq!(app.packet_selected(), Some(PacketNo(4)));
}

#[test]
fn enter_looks_inside() {
    let mut app = screen(three_held().into_book());
    app.focus = Panel::Cable;
    press(&mut app, "Down Enter");
    assert_eq!(
        (app.screen, app.selected_packet),
        (Screen::Packets, Some(PacketNo(3)))
    );
    let Some(Effect::Copy(text)) = press(&mut app, "y").pop() else {
        panic!("nothing was copied");
    };
    assert!(text.contains("packet 3 to the client: ACK"), "{text}");
    press(&mut app, "Enter");
    assert_eq!(app.overlay, None);
    let mut app = screen(Play::walked().0.into_book());
    app.focus = Panel::Cable;
    press(&mut app, "Enter");
    assert_eq!(app.screen, Screen::Ladder, "there are no packets");
}

#[test]
fn a_click_selects_a_packet_and_a_second_looks_inside() {
    let mut app = screen(three_held().into_book());
    let row = |y| Area {
        x: 0,
        y,
        width: 9,
        height: 1,
    };
    let drawn = vec![
        (row(0), Hit::Packet(PacketNo(3))),
        (row(1), Hit::Key("s".to_owned())),
    ];
    app.drawn.hits = drawn;
    let click = |app: &mut App, row| {
        app.update(Input::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column: 1,
            row,
            modifiers: KeyModifiers::NONE,
        }))
    };
    assert_eq!(click(&mut app, 0), []);
    assert_eq!((app.focus, app.overlay.clone()), (Panel::Cable, None));
    assert_eq!(click(&mut app, 1), asks("cable step 3"));
    click(&mut app, 0);
    click(&mut app, 0);
    assert_eq!(
        (app.screen, app.selected_packet),
        (Screen::Packets, Some(PacketNo(3)))
    );
}

#[test]
fn holding_begins_and_ends_with_one_key() {
    let mut play = Play::lab();
    play.walk(0).walk(1);
    let mut app = screen(play.into_book());
    assert_eq!(press(&mut app, "h"), asks("cable hold"));
    assert_eq!(press(&mut app, "s"), [], "nothing lies there");
    let told = app.notice.clone().unwrap();
    assert!(
        told.bad && told.text.contains("h holds what comes"),
        "{told:?}"
    );
    let mut play = Play::lab();
    play.cable("hold data", &["delay 1s", "hold data"]);
    let mut app = screen(play.into_book());
    assert_eq!(press(&mut app, "h"), asks("cable release"));
    assert!(footer(&app).contains(&"h release".to_owned()));
}

#[test]
fn on_the_host_network_no_packet_is_in_ones_hand_and_it_is_said() {
    for key in ["h", "s", "d", "u", "x"] {
        let mut app = walked();
        assert_eq!(press(&mut app, key), []);
        let told = app.notice.unwrap();
        assert!(told.bad && told.text.contains("in the lab"), "{told:?}");
    }
    let mut play = Play::lab();
    let Fact::Begin { script, server, .. } = play.book().events()[0].fact.clone() else {
        panic!("a journal begins with its beginning");
    };
    let begin = Fact::Begin {
        network: "host".to_owned(),
        script,
        server,
        sight: Sight::Capture,
        no_lab: None,
    };
    play.see(None, Source::Program, begin);
    let seen = play.packet(Side::Server, TcpFlags::SYN, (0, 0), b"");
    let mut app = screen(play.into_book());
    assert_eq!(
        (app.packet_selected(), app.packet_in_hand()),
        (Some(seen), None)
    );
    assert_eq!(press(&mut app, "d"), []);
    assert!(!footer(&app).iter().any(|row| row.contains("deliver")));
}

#[test]
fn what_left_the_cable_since_the_moment_that_is_shown_is_not_taken() {
    let mut play = three_held();
    let count = play.book().events().len();
    play.fate(PacketNo(2), Fate::Delivered, Decider::You);
    let mut app = screen(play.into_book());
    app.go(Cursor::At {
        count,
        frozen: false,
    });
    assert_eq!(app.packet_selected(), Some(PacketNo(2)));
    assert_eq!(press(&mut app, "s"), []);
    assert!(app.notice.as_ref().is_some_and(|n| n.bad));
    press(&mut app, "Tab Down");
    assert_eq!(press(&mut app, "s"), asks("cable step 3"));
    assert_eq!(app.cursor(), Cursor::Live, "what is done is done now");
}

#[test]
fn packets_that_are_numbered_anew_are_not_the_one_that_was_picked() {
    let mut play = three_held();
    let mut app = screen(three_held().into_book());
    app.focus = Panel::Cable;
    press(&mut app, "Down");
    assert_eq!(app.packet_selected(), Some(PacketNo(3)));
    let begin = play.book().events()[0].fact.clone();
    play.see(None, Source::Program, begin);
    for n in 1..=4 {
        let number = play.packet(Side::Server, TcpFlags::ACK, (n, n), b"");
        play.hold(number, Decider::You);
    }
    app.book = play.into_book();
    assert_eq!(app.packet_selected(), Some(PacketNo(1)));
}

#[test]
fn one_walks_from_packet_to_packet_and_what_became_of_it_at_once_belongs_to_it() {
    let mut app = screen(Play::lab_walked().into_book());
    press(&mut app, "Home");
    let mut told = Vec::new();
    while let Cursor::At { count, .. } = app.cursor() {
        let came = match app.upcoming() {
            Upcoming::Forth(text) => text,
            other => panic!("{other:?} after {count} events"),
        };
        told.push(came);
        press(&mut app, "Right");
    }
    let syn = told.iter().position(|t| t == "packet 1 to the server: syn");
    let syn = syn.unwrap_or_else(|| panic!("{told:?}"));
    assert_eq!(
        told[syn + 1..syn + 3],
        [
            "packet 2 to the client: syn-ack",
            "packet 3 to the server: ack"
        ]
    );
    assert!(
        !told.iter().any(|t| t.ends_with("is delivered")),
        "{told:?}"
    );
}

#[test]
fn what_is_done_to_a_held_packet_is_a_moment() {
    let mut play = three_held();
    let before = play.book().events().len();
    play.later(Nanos::from_millis(500)).ask("cable step 2");
    play.fate(PacketNo(2), Fate::Delivered, Decider::You);
    let mut app = screen(play.into_book());
    press(&mut app, "Left");
    assert_eq!(app.shown_events(), before);
    assert_eq!(app.upcoming(), Upcoming::Forth("cable step 2".to_owned()));
}

#[test]
fn of_those_that_are_under_way_the_hand_takes_the_one_that_arrives_next() {
    let mut play = Play::lab();
    play.walk(0).walk(1).cable("delay 200ms", &["delay 200ms"]);
    let at = play.session().at;
    for (n, ms) in [(1, 300), (2, 200), (3, 400)] {
        let number = play.packet(Side::Server, TcpFlags::ACK, (n, n), b"");
        let until_ns = at.plus(Nanos::from_millis(ms));
        let by = Decider::Rule("delay 200ms".into());
        play.handle(number, Handling::Delayed { until_ns }, by);
    }
    let mut app = screen(play.into_book());
    assert_eq!(press(&mut app, "d"), asks("cable drop 2"));
}

#[test]
fn a_packet_does_not_change_places_with_its_own_copy() {
    let mut play = Play::lab();
    play.walk(0).walk(1).cable("hold", &["hold"]);
    let by = || Decider::Rule("hold".into());
    let first = play.packet(Side::Server, TcpFlags::SYN, (0, 0), b"");
    play.hold(first, by());
    let copy = play.packet_as(Side::Server, TcpFlags::SYN, (0, 0), b"", |p| {
        p.copy_of = Some(first);
    });
    play.hold(copy, by());
    let mut app = screen(play.into_book());
    assert_eq!(press(&mut app, "x"), []);
    let told = app.notice.map(|n| n.text).unwrap_or_default();
    assert!(told.contains("its own copy"), "{told}");
}

#[test]
fn the_screen_of_packets_opens_on_the_one_in_hand_and_stays_with_what_one_reads() {
    let mut app = screen(three_held().into_book());
    press(&mut app, "5");
    let shown = |app: &App| app.shown_packet().map(|(entry, _)| entry.number);
    assert_eq!(shown(&app), Some(PacketNo(2)));
    press(&mut app, "G");
    assert_eq!(
        (app.selected_packet, shown(&app)),
        (None, Some(PacketNo(4)))
    );
    press(&mut app, "Tab");
    assert_eq!(app.selected_packet, Some(PacketNo(4)), "it is read");
}
