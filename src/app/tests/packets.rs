//! The packets screen: the list, its fields, its bytes, which belong together; the search; time.

use super::*;
use crate::app::{
    drawn::{Area, Hit, ScrollId},
    packets::{Filter, PacketRow, Pane, Standing},
    state::{Cursor, Screen},
};
use crate::model::{
    event::{Fact, Source},
    ids::Side,
    packet::{Decider, Fate, PacketNo, TcpFlags},
};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

/// The four lines in the lab, on the packets screen.
fn lab() -> App {
    let mut app = screen(Play::lab_walked().into_book());
    press(&mut app, "5");
    app
}

const TCP: &str = "Transmission Control Protocol";

fn shown(app: &App) -> u64 {
    app.shown_packet().map_or(0, |(entry, _)| entry.number.0)
}

fn field(app: &App) -> String {
    let open = app.open_packet().unwrap();
    open.selected()
        .map_or_else(String::new, |f| f.name.to_string())
}

fn click(app: &mut App, hit: Hit) {
    let area = Area {
        x: 0,
        y: 0,
        width: 1,
        height: 1,
    };
    app.drawn.hits = vec![(area, hit)];
    app.update(Input::Mouse(MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: 0,
        row: 0,
        modifiers: crossterm::event::KeyModifiers::NONE,
    }));
}

#[test]
fn the_newest_is_followed_until_one_selects() {
    let mut app = lab();
    assert_eq!((app.screen, shown(&app)), (Screen::Packets, 11));
    assert_eq!(app.selected_packet, None);
    press(&mut app, "Up Up");
    assert_eq!(app.selected_packet, Some(PacketNo(9)));
    press(&mut app, "T");
    assert_eq!(shown(&app), 1);
    press(&mut app, "G");
    assert_eq!(app.selected_packet, None);
}

#[test]
fn tab_goes_round_the_parts_and_esc_back() {
    let mut app = lab();
    let mut seen = vec![app.packets.pane];
    for _ in 0..3 {
        press(&mut app, "Tab");
        seen.push(app.packets.pane);
    }
    assert_eq!(seen, [Pane::List, Pane::Fields, Pane::Hex, Pane::List]);
    press(&mut app, "BackTab");
    assert_eq!(app.packets.pane, Pane::Hex);
    press(&mut app, "Esc");
    assert_eq!(
        (app.packets.pane, app.screen),
        (Pane::List, Screen::Packets)
    );
    press(&mut app, "q");
    assert_eq!(app.screen, Screen::Main);
}

#[test]
fn a_field_lights_its_bytes_and_a_byte_its_field() {
    let mut app = lab();
    press(&mut app, "Enter");
    assert_eq!(
        (app.packets.pane, field(&app).as_str()),
        (Pane::Fields, TCP)
    );
    press(&mut app, "Down");
    let first = field(&app);
    assert_eq!(app.open_packet().unwrap().byte, 20, "{first}");
    // The same field of another packet.
    press(&mut app, "Tab Tab Up");
    assert_eq!(field(&app), first);
    // Every byte has a field, and that field has this byte.
    press(&mut app, "BackTab");
    let len = app.shown_packet().unwrap().1.bytes.kept.len();
    press(&mut app, "T");
    for byte in 0..len {
        let open = app.open_packet().unwrap();
        assert_eq!(open.byte, byte);
        let place = open.field.unwrap();
        assert!(open.fields[place].bytes.contains(&byte), "{byte}");
        assert!(open.rows.contains(&place), "what is selected is shown");
        press(&mut app, "l");
    }
    press(&mut app, "h h");
    assert_eq!(app.open_packet().unwrap().byte, len - 3);
}

#[test]
fn layers_fold_and_unfold() {
    let mut app = lab();
    press(&mut app, "Enter");
    let rows = |app: &App| app.open_packet().unwrap().rows.len();
    let before = rows(&app);
    press(&mut app, "Enter");
    assert!(rows(&app) < before);
    press(&mut app, "l");
    assert_eq!(rows(&app), before);
    press(&mut app, "Down h");
    assert_eq!(field(&app), TCP, "out of a field to its layer");
    press(&mut app, "Down Enter");
    assert_eq!(app.packets.pane, Pane::Hex, "from a field to its bytes");
}

#[test]
fn a_click_selects_in_each_part() {
    let mut app = lab();
    click(&mut app, Hit::Row(ScrollId::Screen(Screen::Packets), 3));
    assert_eq!((shown(&app), app.packets.pane), (4, Pane::List));
    click(&mut app, Hit::Row(ScrollId::Screen(Screen::Packets), 3));
    assert_eq!(app.packets.pane, Pane::Fields);
    click(&mut app, Hit::Row(ScrollId::Pane(Pane::Hex), 0));
    assert_eq!(app.packets.pane, Pane::Hex);
    assert_eq!(app.open_packet().unwrap().byte, 0);
    let tcp = app.open_packet().unwrap();
    let tcp = tcp.fields.iter().position(|f| f.name == TCP).unwrap();
    click(&mut app, Hit::Row(ScrollId::Pane(Pane::Fields), tcp));
    assert_eq!(
        (field(&app).as_str(), app.packets.pane),
        (TCP, Pane::Fields)
    );
    click(&mut app, Hit::Pane(Pane::List));
    assert_eq!(app.packets.pane, Pane::List);
}

#[test]
fn y_copies_the_line_the_fields_or_the_bytes() {
    let mut app = lab();
    press(&mut app, "T");
    let mut copy = |keys: &str| match &press(&mut app, keys)[..] {
        [Effect::Copy(text)] => text.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(copy("y"), "packet 1 to the server: SYN seq 0 win 64240");
    assert!(copy("Tab y").contains(TCP));
    assert!(copy("Tab y").starts_with("4500"));
}

#[test]
fn the_search_leaves_what_fits() {
    let mut app = lab();
    let found = |app: &mut App, search: &str| -> Vec<u64> {
        search.clone_into(&mut app.search);
        let rows = app.packet_rows();
        (0..rows.len())
            .filter_map(|row| rows.entry_at(row))
            .map(|e| e.number.0)
            .collect()
    };
    assert_eq!(found(&mut app, "data"), [4, 6]);
    assert_eq!(found(&mut app, "SYN"), [1]);
    assert_eq!(found(&mut app, "syn,ack"), [2]);
    assert_eq!(found(&mut app, "psh"), [4, 6]);
    assert_eq!(found(&mut app, "hello"), [4], "in the bytes");
    assert_eq!(found(&mut app, "data client"), [4, 6]);
    assert_eq!(found(&mut app, "7"), [7]);
    assert_eq!(found(&mut app, "dropped"), [0; 0]);
    assert_eq!(found(&mut app, "delivered fin"), [8, 10]);
    assert!(Filter::of("  ").is_none());
    app.search.clear();
    press(&mut app, "/");
    write(&mut app, "data");
    assert_eq!(shown(&app), 6, "the newest that fits");
    press(&mut app, "Enter N");
    assert_eq!(shown(&app), 4);
    press(&mut app, "N");
    assert!(
        app.notice
            .as_ref()
            .unwrap()
            .text
            .starts_with("No other hit")
    );
    press(&mut app, "n");
    assert_eq!(shown(&app), 6);
}

#[test]
fn what_has_not_happened_yet_is_not_shown() {
    let mut play = Play::lab();
    play.walk(0).walk(1);
    let number = play.packet(Side::Server, TcpFlags::SYN, (0, 0), b"");
    play.hold(number, Decider::You);
    play.fate(number, Fate::Dropped, Decider::You);
    let mut app = screen(play.into_book());
    let entry = *app.book.packet(number).unwrap();
    let mut standings = Vec::new();
    for count in entry.index..=app.book.events().len() {
        app.go(Cursor::At {
            count,
            frozen: false,
        });
        let rows = app.packet_rows();
        assert_eq!(rows.len(), usize::from(count > entry.index));
        if !rows.is_empty() {
            standings.push(app.standing(&entry));
        }
    }
    assert_eq!(
        standings,
        [
            Standing::OnCable,
            Standing::Held(Decider::You),
            Standing::Ended(Fate::Dropped, Decider::You, None),
        ]
    );
}

#[test]
fn packets_that_passed_together_are_a_row_that_is_not_selected() {
    let mut play = Play::lab();
    play.walk(0).walk(1);
    play.passes(Side::Server, TcpFlags::SYN, (0, 0), b"");
    let passed = Fact::Passed {
        toward: Side::Client,
        packets: 1234,
        bytes: 1_800_000,
        through: PacketNo(1235),
    };
    play.see(None, Source::Cable, passed);
    play.passes(Side::Server, TcpFlags::ACK, (1, 1), b"");
    let mut app = screen(play.into_book());
    press(&mut app, "5");
    assert!(matches!(
        app.packet_rows().get(1),
        Some(PacketRow::Passed(_))
    ));
    assert_eq!(shown(&app), 1236);
    press(&mut app, "Up");
    assert_eq!(shown(&app), 1);
    press(&mut app, "Down");
    assert_eq!(app.selected_packet, None);
}
