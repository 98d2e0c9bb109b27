//! Frames of the screens from journals made by hand, at three sizes, in colour and in ASCII; and that no size and no
//! byte breaks them.

use super::*;
use crate::{
    app::{Cursor, KeyTable, Overlay, Settings, ThemeName},
    model::{
        book::Book,
        call::{Call, MsgFlags},
        errno::Errno,
        event::{Fact, Source},
        ids::{Actor, Fd, SocketId},
        payload::{Payload, is_unprintable},
        program::{Doing, Stream},
        story::testing::Play,
    },
    ui::theme::{Role, Theme},
};
use ratatui::buffer::Buffer;

/// An app that shows this journal, live.
pub(super) fn app(book: Book) -> App {
    App::new(book, Settings::default(), KeyTable::default())
}

/// A screen, drawn by itself.
pub(super) fn frame(app: &App, now: Nanos, width: u16, height: u16) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    let mut canvas = Canvas::new(&mut buf, Theme::of(&app.settings));
    canvas.clear(area, Role::Ground);
    draw(app, now, &mut canvas, area);
    buf
}

#[test]
fn what_a_program_of_ones_own_prints_stands_where_its_calls_would() {
    let mut play = Play::free();
    play.ask("spawn server php server.php");
    let mut prints = |stream, text: &[u8]| {
        let data = Payload::capped(text, 64);
        let doing = Box::new(Doing::Printed { stream, data });
        let fact = Fact::Program { pid: 7, doing };
        play.see(Some(Actor::Server), Source::Program, fact);
    };
    prints(Stream::Stdout, b"listening on 10008\r\n");
    prints(Stream::Stderr, b"a warning \x1b[2J\xff\n");
    prints(Stream::Stdout, &[b'x'; 100]);
    let app = app(play.into_book());
    for (width, height) in [(120, 36), (80, 24), (200, 60)] {
        let shown = text(&frame(&app, soon_after(&app), width, height));
        for part in [
            "prints",
            "\"listening on 10008\"",
            "stderr \"a warning \\x1b[2J",
            "\"xxxxxxxxxxxxxxxx",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let bad = |c: char| c != '\n' && is_unprintable(c);
        assert!(!shown.contains(bad), "{shown:?}");
    }
    let mut ladder = app;
    ladder.screen = Screen::Ladder;
    let shown = text(&frame(&ladder, soon_after(&ladder), 80, 24));
    assert!(shown.contains("\"listening on"), "{shown}");
}

/// What a person reads, without the colours.
pub(super) fn text(buf: &Buffer) -> String {
    let rows = buf.content.chunks(usize::from(buf.area.width.max(1)));
    rows.map(|row| {
        let line: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
        line.trim_end().to_owned() + "\n"
    })
    .collect()
}

/// The journals that are drawn, by name.
pub(super) fn journals() -> Vec<(&'static str, Book)> {
    let client = Actor::CLIENT;
    let play = |write: &dyn Fn(&mut Play)| {
        let mut play = Play::free();
        write(&mut play);
        play.into_book()
    };
    vec![
        ("empty", Play::four_lines().into_book()),
        ("four-lines", Play::walked().0.into_book()),
        (
            "waiting",
            play(&|p| {
                p.listen().accept();
            }),
        ),
        (
            "two-sends-one-recv",
            play(&|p| {
                p.listen().accept().connect(client);
                p.send(client, b"hello ")
                    .send(client, b"world")
                    .recv(Actor::Server);
            }),
        ),
        (
            "unread",
            play(&|p| {
                p.listen().accept().connect(client).send(client, b"GET / ");
                p.recv(Actor::Server)
                    .send(client, b"HTTP/1.1\r\nHost: example\r\n\r\n");
            }),
        ),
        (
            "refused",
            play(&|p| {
                let addr = ([127, 0, 0, 1], 10009).into();
                let id = SocketId::own(client, 0);
                p.ask("client connect 10009");
                p.fail(
                    client,
                    Some(id),
                    Call::Connect { fd: Fd(3), addr },
                    Errno::ECONNREFUSED,
                );
            }),
        ),
        ("omitted", omitted()),
        (
            "hostile",
            play(&|p| {
                let bytes: Vec<u8> = (0..=255).collect();
                p.listen().accept().connect(client);
                p.send(client, &bytes)
                    .send(client, "\u{202e}\u{1b}[2J\u{9b}31mé漢".as_bytes());
                p.recv(Actor::Server);
                p.see(
                    None,
                    Source::Script,
                    Fact::Say {
                        text: "a\u{1b}]0;x\u{7}\u{202e}b".into(),
                    },
                );
            }),
        ),
    ]
}

/// 100,000 bytes of which 64 are kept, and read by 25 calls of which nothing is kept.
fn omitted() -> Book {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    let alphabet: Vec<u8> = (b'a'..=b'z').cycle().take(64).collect();
    let data = Payload {
        kept: alphabet.into(),
        omitted: 99_936,
    };
    let flags = MsgFlags::default();
    let call = Call::Send {
        fd: Fd(5),
        len: 100_000,
        flags,
        data,
    };
    play.call(
        Actor::CLIENT,
        Some(SocketId::own(Actor::CLIENT, 0)),
        call,
        100_000,
        |_| {},
    );
    let server = SocketId::own(Actor::Server, 1);
    for _ in 0..20 {
        let call = Call::Recv {
            fd: Fd(4),
            len: 4096,
            flags,
        };
        let data = Payload {
            kept: ::bytes::Bytes::default(),
            omitted: 4096,
        };
        play.call(Actor::Server, Some(server), call, 4096, |d| {
            d.data = Some(data);
        });
    }
    play.into_book()
}

pub(super) const SCREENS: [(&str, Screen); 6] = [
    ("ladder", Screen::Ladder),
    ("bytes", Screen::Bytes),
    ("states", Screen::States),
    ("packets", Screen::Packets),
    ("calls", Screen::Calls),
    ("kernel", Screen::Kernel),
];

/// Three seconds after the last event.
pub(super) fn soon_after(app: &App) -> Nanos {
    app.book.now().plus(Nanos::from_millis(3_000))
}

fn look(app: &mut App, theme: ThemeName, ascii: bool) {
    app.settings.theme = theme;
    app.settings.ascii = ascii;
}

#[test]
fn frames() {
    let pictures = [
        (
            "calls",
            &["empty", "four-lines", "waiting", "refused", "hostile"][..],
        ),
        (
            "bytes",
            &[
                "empty",
                "two-sends-one-recv",
                "unread",
                "omitted",
                "hostile",
            ],
        ),
        (
            "ladder",
            &["empty", "four-lines", "waiting", "two-sends-one-recv"],
        ),
        ("states", &["empty", "four-lines", "two-sends-one-recv"]),
    ];
    for (name, book) in journals() {
        let mut app = app(book);
        for (screen_name, wanted) in &pictures {
            if !wanted.contains(&name) {
                continue;
            }
            app.screen = SCREENS.iter().find(|(n, _)| n == screen_name).unwrap().1;
            for (width, height) in [(80, 20), (120, 31), (200, 54)] {
                look(&mut app, ThemeName::Dark, false);
                let now = soon_after(&app);
                insta::assert_snapshot!(
                    format!("{screen_name}-{name}-{width}"),
                    text(&frame(&app, now, width, height))
                );
                if width == 120 {
                    look(&mut app, ThemeName::Plain, true);
                    insta::assert_snapshot!(
                        format!("{screen_name}-{name}-{width}-ascii"),
                        text(&frame(&app, now, width, height))
                    );
                }
            }
        }
    }
}

#[test]
fn the_help_lists_the_keys_of_the_screen_below_it() {
    let mut app = app(Play::walked().0.into_book());
    app.screen = Screen::Calls;
    app.overlay = Some(Overlay::Help);
    for (width, height) in [(80, 24), (120, 36)] {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        let mut canvas = Canvas::new(&mut buf, Theme::of(&app.settings));
        help::draw(&app, Nanos(0), &mut canvas, area);
        insta::assert_snapshot!(format!("help-calls-{width}"), text(&buf));
    }
}

#[test]
fn every_moment_of_a_walk_is_drawn_and_none_shows_what_comes_later() {
    let book = Play::walked().0.into_book();
    let events = book.events().len();
    let mut app = app(book);
    for count in 0..events {
        app.go(Cursor::At {
            count,
            frozen: false,
        });
        for (name, screen) in SCREENS {
            app.screen = screen;
            let shown = text(&frame(&app, soon_after(&app), 120, 40));
            let calls = shown_calls(&app);
            if name == "calls" {
                assert!(
                    shown.contains(&format!("{calls} call")),
                    "after {count} events:\n{shown}"
                );
            }
            if name == "bytes"
                && app
                    .session()
                    .socket(SocketId::own(Actor::CLIENT, 0))
                    .is_none()
            {
                assert!(
                    !shown.contains("68 65 6c 6c 6f"),
                    "after {count} events:\n{shown}"
                );
            }
        }
    }
}

fn shown_calls(app: &App) -> usize {
    bits::shown(app, app.book.calls()).len()
}

#[test]
fn nothing_breaks_at_any_size_and_nothing_is_written_that_a_terminal_obeys() {
    let mut sizes: Vec<(u16, u16)> = vec![(80, 20), (120, 31), (155, 9), (156, 30), (220, 70)];
    sizes.extend((1..=60).step_by(2).map(|n| (n, n)));
    sizes.extend(
        (1..=40)
            .step_by(3)
            .flat_map(|n| [(n * 5, 7), (79, n), (n * 5, 25)]),
    );
    for (name, book) in journals() {
        let mut app = app(book);
        for (i, &(width, height)) in sizes.iter().enumerate() {
            for (screen_name, screen) in SCREENS {
                app.screen = screen;
                let ascii = i % 2 == 1;
                look(
                    &mut app,
                    if ascii {
                        ThemeName::Plain
                    } else {
                        ThemeName::Light
                    },
                    ascii,
                );
                app.search = if i % 3 == 0 {
                    "e".into()
                } else {
                    String::new()
                };
                app.selected_call = (i % 4 == 0).then_some(i % 7);
                app.scrolls.clear();
                if i % 5 == 0 {
                    app.scrolls.insert(crate::app::ScrollId::Screen(screen), i);
                }
                let buf = frame(&app, soon_after(&app), width, height);
                for cell in &buf.content {
                    let strange = cell
                        .symbol()
                        .chars()
                        .find(|&c| is_unprintable(c) || ascii && !c.is_ascii());
                    assert_eq!(strange, None, "{screen_name} of {name} at {width}x{height}");
                }
            }
            let area = Rect::new(0, 0, width, height);
            let mut buf = Buffer::empty(area);
            help::draw(
                &app,
                Nanos(0),
                &mut Canvas::new(&mut buf, Theme::of(&app.settings)),
                area,
            );
        }
    }
}

#[test]
fn a_search_is_lit_and_counted() {
    let mut app = app(Play::walked().0.into_book());
    app.screen = Screen::Calls;
    app.search = "SEND".into();
    let buf = frame(&app, soon_after(&app), 120, 31);
    assert!(text(&buf).contains("\"SEND\" in 2 calls"), "{}", text(&buf));
    let lit = Theme::of(&app.settings).style(Role::Match).bg;
    assert!(buf.content.iter().any(|c| Some(c.bg) == lit));
}

#[test]
fn a_row_of_the_calls_can_be_clicked_and_selected() {
    let mut app = app(Play::walked().0.into_book());
    app.screen = Screen::Calls;
    app.selected_call = Some(1);
    let area = Rect::new(0, 0, 80, 20);
    let mut buf = Buffer::empty(area);
    let mut canvas = Canvas::new(&mut buf, Theme::of(&app.settings));
    draw(&app, Nanos(0), &mut canvas, area);
    let id = crate::app::ScrollId::Screen(Screen::Calls);
    let rows: Vec<_> = canvas
        .drawn
        .hits
        .iter()
        .filter_map(|(_, hit)| match hit {
            crate::app::Hit::Row(of, row) if *of == id => Some(*row),
            _ => None,
        })
        .collect();
    assert!(rows.contains(&1), "{rows:?}");
    assert!(text(&buf).contains("server called setsockopt"));
}

#[test]
fn a_long_journal_is_drawn_at_its_end() {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    for _ in 0..3_000 {
        play.send(Actor::CLIENT, b"ping\n").recv(Actor::Server);
    }
    let mut app = app(play.into_book());
    for (name, screen) in SCREENS {
        app.screen = screen;
        let shown = text(&frame(&app, soon_after(&app), 120, 31));
        assert!(
            shown.contains("ping")
                || shown.contains("ESTABLISHED")
                || shown.contains("70 69 6e 67")
                || shown.contains("not seen here"),
            "{name}:\n{shown}"
        );
    }
}
