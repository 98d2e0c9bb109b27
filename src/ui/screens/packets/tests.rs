//! Frames of the packets screen from journals made by hand, and what must hold for any frame.

use super::super::tests::{app, frame, soon_after, text};
use crate::{
    app::{App, Cursor, Overlay, Screen, ThemeName, packets::Pane},
    model::{
        book::Book,
        event::{Cause, Fact, Observation, Source},
        ids::{Nanos, Side},
        packet::{Decider, Fate, Notable, PacketNo, Protocol, TcpFlags},
        payload::{Payload, is_unprintable},
        story::testing::Play,
    },
    ui,
};
use ratatui::{buffer::Buffer, layout::Rect};

/// The packets screen over this journal.
fn screen(play: Play) -> App {
    let mut app = app(play.into_book());
    app.screen = Screen::Packets;
    app
}

/// A SYN that was dropped and its second try, packets that passed together, one that is held, one that is on its way.
fn misfortunes() -> Play {
    let mut play = Play::lab();
    let (syn, ack) = (TcpFlags::SYN, TcpFlags::ACK);
    play.walk(0).walk(1);
    play.cable("drop next syn", &["drop next syn"]);
    let first = play.packet(Side::Server, syn, (0, 0), b"");
    play.fate(first, Fate::Dropped, Decider::Rule("drop next syn".into()));
    let second = play.again(Side::Server, syn, (0, 0), b"", first);
    play.fate(second, Fate::Delivered, Decider::You);
    let passed = Fact::Passed {
        toward: Side::Client,
        packets: 1234,
        bytes: 1_800_000,
        through: PacketNo(1236),
    };
    play.see(None, Source::Cable, passed);
    let held = play.packet(Side::Client, syn | ack, (0, 1), b"");
    play.hold(held, Decider::You);
    play.packet(
        Side::Server,
        TcpFlags::RST,
        (1, 0),
        b"\x1b[2J\xff\xe2\x80\xae",
    );
    play
}

/// Packets that are no TCP, that were cut short, that are nothing at all.
fn strange() -> Play {
    let mut play = Play::lab();
    play.walk(0).walk(1);
    let garbage: Vec<u8> = (0..=255).rev().collect();
    let bytes = [&garbage[..], b"", b"\x45", b"\x60\x00", &[0x45; 64]];
    for (i, bytes) in bytes.into_iter().enumerate() {
        play.packet_as(Side::Server, TcpFlags::SYN, (9, 9), b"x", |packet| {
            packet.protocol = [Protocol::Other, Protocol::Udp, Protocol::Icmp][i % 3];
            packet.tcp = packet.tcp.filter(|_| i == 4);
            packet.made_by_cable = i == 2;
            packet.merged = i == 3;
            packet.copy_of = (i == 4).then_some(PacketNo(77));
            packet.again = (i == 4).then_some(packet.number);
            packet.notable.push(Notable::Retransmission);
            packet.bytes = Payload::capped(bytes, 20);
        });
    }
    play
}

const SIZES: [(u16, u16); 3] = [(80, 20), (120, 31), (200, 54)];

#[test]
fn frames() {
    let journals = [
        ("walked", Play::lab_walked(), Some(PacketNo(4))),
        ("misfortunes", misfortunes(), Some(PacketNo(2))),
        ("strange", strange(), Some(PacketNo(5))),
        ("empty", Play::lab(), None),
        ("host", Play::four_lines(), None),
    ];
    for (name, play, selected) in journals {
        let mut app = screen(play);
        app.selected_packet = selected;
        for (width, height) in SIZES {
            let shown = text(&frame(&app, soon_after(&app), width, height));
            insta::assert_snapshot!(format!("{name}-{width}"), shown);
        }
        app.packets.pane = Pane::Hex;
        app.settings.ascii = true;
        app.settings.theme = ThemeName::Plain;
        for (width, height) in &SIZES[..2] {
            let shown = text(&frame(&app, soon_after(&app), *width, *height));
            assert!(shown.is_ascii(), "{shown}");
            insta::assert_snapshot!(format!("{name}-{width}-ascii-bytes"), shown);
        }
    }
}

#[test]
fn the_help_and_the_why_are_those_of_this_screen() {
    let mut app = screen(misfortunes());
    app.selected_packet = Some(PacketNo(2));
    for (name, overlay) in [("help", Overlay::Help), ("why", Overlay::Why)] {
        app.overlay = Some(overlay);
        let area = Rect::new(0, 0, 120, 36);
        let mut buf = Buffer::empty(area);
        ui::draw_on(&app, soon_after(&app), &mut buf, area);
        insta::assert_snapshot!(name, text(&buf));
    }
}

#[test]
fn nothing_breaks_at_any_size_in_any_part_and_nothing_is_written_that_a_terminal_obeys() {
    for play in [
        misfortunes(),
        strange(),
        Play::lab_walked(),
        Play::lab(),
        Play::four_lines(),
    ] {
        let mut app = screen(play);
        for (i, width) in (1..=210).step_by(7).enumerate() {
            for height in [1, 3, 9, 14, 20, 23, 31, 54] {
                app.packets.pane = Pane::ALL[i % 3];
                app.search = ["", "syn", "1", "nothing such"][i % 4].to_owned();
                app.selected_packet = [None, Some(PacketNo(i as u64 % 6))][i % 2];
                let buf = frame(&app, soon_after(&app), width, height);
                let mut symbols = buf.content.iter().map(ratatui::buffer::Cell::symbol);
                assert!(symbols.all(|s| !s.chars().any(is_unprintable)));
            }
        }
    }
}

#[test]
fn every_moment_shows_the_packets_of_that_moment() {
    let mut app = screen(Play::lab_walked());
    for count in 1..=app.book.events().len() {
        app.go(Cursor::At {
            count,
            frozen: false,
        });
        let packets = app.book.packets_at(count).len();
        let shown = text(&frame(&app, soon_after(&app), 120, 31));
        let told = format!(" {packets} packet{} ", if packets == 1 { "" } else { "s" });
        assert!(shown.contains(&told), "{told}:\n{shown}");
    }
}

/// A flood of packets, each with a fate.
fn flood(packets: u64) -> Book {
    let mut play = Play::lab();
    play.walk(0).walk(1);
    play.packet(Side::Server, TcpFlags::ACK, (1, 1), b"ping\n");
    let mut book = play.into_book();
    let Some(Fact::Packet(first)) = book.events().last().map(|e| e.fact.clone()) else {
        panic!("no packet");
    };
    for n in 2..=packets {
        let mut packet = first.clone();
        packet.number = PacketNo(n);
        let decided_by = Decider::Cable;
        let fate = Fact::Fate {
            packet: PacketNo(n),
            fate: Fate::Delivered,
            decided_by,
            arrival: None,
        };
        for fact in [Fact::Packet(packet), fate] {
            book.append(Observation {
                at: Nanos(n * 1_000_000),
                who: None,
                source: Source::Cable,
                cause: Cause::Unknown,
                fact,
            });
        }
    }
    book
}

#[test]
fn a_frame_of_very_many_packets_makes_only_the_rows_that_it_shows() {
    let mut app = app(flood(40_000));
    app.screen = Screen::Packets;
    let shown = text(&frame(&app, soon_after(&app), 120, 31));
    assert!(
        shown.contains("40000") && shown.contains("\"ping\\n\""),
        "{shown}"
    );
    app.search = "ping".to_owned();
    let shown = text(&frame(&app, soon_after(&app), 120, 31));
    assert!(
        shown.contains("5,000 packets of the newest 5,000"),
        "{shown}"
    );
    app.search.clear();
    app.selected_packet = Some(PacketNo(20_000));
    let shown = text(&frame(&app, soon_after(&app), 120, 31));
    assert!(shown.contains("PACKET 20000"), "{shown}");
}
