//! Frames of the screens from journals made by hand, at three sizes, in colour and in ASCII; and that no size and no
//! byte breaks them.

use super::*;
use crate::{
    app::{Cursor, KeyTable, Settings, ThemeName},
    model::{
        book::Book,
        call::{Call, MsgFlags},
        errno::Errno,
        event::{Fact, Source},
        ids::{Actor, Fd, SocketId},
        payload::{Payload, is_unprintable},
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
            kept: Default::default(),
            omitted: 4096,
        };
        play.call(Actor::Server, Some(server), call, 4096, |d| {
            d.data = Some(data)
        });
    }
    play.into_book()
}

pub(super) const SCREENS: [(&str, Screen); 4] = [
    ("ladder", Screen::Ladder),
    ("bytes", Screen::Bytes),
    ("states", Screen::States),
    ("calls", Screen::Calls),
];

/// Three seconds after the last event.
pub(super) fn soon_after(app: &App) -> Nanos {
    app.book.now().plus(Nanos::from_millis(3_000))
}
