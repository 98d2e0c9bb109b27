//! How the frames look.

use super::{app, connection, frame, letters, walked};
use crate::{
    app::{App, Bar, BarPurpose, Cursor, Look, Overlay, ThemeName},
    model::{
        call::{Call, MsgFlags},
        errno::Errno,
        event::{Detail, Fact, Source, Timer},
        ids::{Actor, Fd, Nanos},
        payload::Payload,
        story::testing::Play,
        tcp::TcpState,
    },
    ui::theme::{Role, Theme},
};
use core::fmt::Write as _;

fn check(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The three sizes that matter.
fn sizes(name: &str, app: &App) {
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        check(
            &format!("{name}_{width}x{height}"),
            &letters(app, width, height),
        );
    }
}

#[test]
fn before_anything_has_happened() {
    sizes("main_before", &walked(0));
}

#[test]
fn the_server_waits_and_nobody_has_called() {
    sizes("main_accept_waits", &walked(2));
}

#[test]
fn the_client_has_sent_and_nobody_has_read() {
    sizes("main_sent", &walked(4));
}

#[test]
fn the_conversation_is_over() {
    let mut play = Play::four_lines();
    for step in 0..9 {
        play.walk(step);
    }
    let detail = Box::new(Detail {
        timer: Some((Timer::TimeWait, Nanos::from_millis(59_000))),
        ..Detail::default()
    });
    let socket = connection();
    play.see(
        Some(Actor::Server),
        Source::Kernel,
        Fact::Detail { socket, detail },
    );
    let over = app(play.into_book());
    sizes("main_over", &over);
    assert_eq!(frame(&over, 120, 36).1.ticks_per_second, 1);
}

#[test]
fn a_second_client_waits_in_the_accept_queue() {
    let mut play = Play::four_lines();
    for step in 0..5 {
        play.walk(step);
    }
    play.connect(Actor::Client(2));
    play.send(Actor::Client(2), b"\x1b[2Jme too\xff\x00\r\n");
    let mut app = app(play.into_book());
    app.picked = Some(Actor::Client(2));
    sizes("main_two_clients", &app);
}

#[test]
fn a_client_that_is_not_ours_and_statements_that_wait_for_their_turn() {
    let mut play = Play::free();
    play.listen();
    let socket = connection();
    let call = Call::Accept { fd: Fd(3) };
    play.call(Actor::Server, None, call, 4, |done| {
        done.made = Some(socket);
    });
    let (local, peer) = (
        "127.0.0.1:10008".parse().unwrap(),
        Some("127.0.0.1:50000".parse().unwrap()),
    );
    let named = Fact::Socket {
        socket,
        cookie: 7,
        local,
        peer,
        was: None,
    };
    play.see(Some(Actor::Server), Source::Kernel, named);
    play.state(socket, TcpState::Established);
    let (fd, flags) = (Fd(4), MsgFlags::default());
    let data = Payload::capped(b"who are you?", 64);
    let came = Payload::capped(b"hello from nc\n", 64);
    let call = Call::Recv {
        fd,
        len: 4096,
        flags,
    };
    play.call(Actor::Server, Some(socket), call, 14, |done| {
        done.data = Some(came);
    });
    let call = Call::Send {
        fd,
        len: 12,
        flags,
        data,
    };
    play.call(Actor::Server, Some(socket), call, 12, |_| ());
    let counts = Fact::Progress {
        socket,
        taken: Some(12),
        sent: 12,
        acked: 12,
        received: 0,
        copied: Some(0),
    };
    play.see(Some(Actor::Server), Source::Kernel, counts);
    play.queue(socket, 0, 123_456_789);
    play.wait(
        Actor::Server,
        Some(socket),
        Call::Recv {
            fd,
            len: 4096,
            flags,
        },
    );
    for text in ["server send \"hello\"", "server close"] {
        let text = text.to_owned();
        play.see(Some(Actor::Server), Source::Script, Fact::Queued { text });
    }
    sizes("main_foreign_client", &app(play.into_book()));
}

#[test]
fn refused_at_an_address_of_ipv6() {
    let mut play = Play::free();
    let addr = "[2001:db8:1:2:3:4:5:6]:10008".parse().unwrap();
    let call = Call::Connect { fd: Fd(9), addr };
    play.fail(Actor::CLIENT, None, call, Errno::ECONNREFUSED);
    sizes("main_refused", &app(play.into_book()));
}

#[test]
fn in_ascii() {
    let mut app = walked(6);
    app.settings.ascii = true;
    sizes("main_ascii", &app);
    app.look = Look::Presenter;
    check("presenter_ascii_120x36", &letters(&app, 120, 36));
}

#[test]
fn a_past_moment_says_so() {
    let mut app = walked(6);
    app.go(Cursor::At {
        count: 12,
        frozen: false,
    });
    check("main_past_120x36", &letters(&app, 120, 36));
}

#[test]
fn for_the_back_of_the_room() {
    let mut app = walked(6);
    app.look = Look::Presenter;
    app.echo = vec!["Space".to_owned(), "w".to_owned()];
    sizes("presenter", &app);
}

#[test]
fn what_lies_over_the_screen() {
    let mut app = walked(4);
    let last = *app.book.calls().last().unwrap();
    for (name, overlay) in [
        ("why", Overlay::Why),
        ("menu", Overlay::Menu(Actor::Server, 1)),
        ("script", Overlay::Script(5)),
        ("call", Overlay::Call(last)),
        ("quit", Overlay::Quit),
    ] {
        app.overlay = Some(overlay);
        check(&format!("over_{name}_80x24"), &letters(&app, 80, 24));
    }
}

#[test]
fn what_is_typed_and_what_is_wrong_with_it() {
    let mut app = walked(1);
    app.bar = Some(Bar {
        purpose: BarPurpose::Statement,
        input: "server lissten".into(),
        mistake: Some("no verb is named lissten; did you mean listen?".to_owned()),
        mistake_at: Some(7..14),
        completions: Vec::new(),
        chosen: None,
        history_at: None,
    });
    check("bar_mistake_80x24", &letters(&app, 80, 24));
    check("bar_mistake_120x36", &letters(&app, 120, 36));
}

/// Which role each cell is drawn in, a letter each.
#[test]
fn colour_goes_with_the_actor() {
    let app = walked(4);
    let theme = Theme::of(&app.settings);
    let legend = [
        (Role::Server, 's'),
        (Role::Client, 'c'),
        (Role::Cable, 'b'),
        (Role::Ok, 'o'),
        (Role::Wait, 'w'),
        (Role::Bad, 'x'),
        (Role::Bytes, 'y'),
        (Role::Text, 't'),
        (Role::Dim, 'd'),
        (Role::Faint, 'f'),
        (Role::Frame, 'r'),
    ];
    let (buf, _) = frame(&app, 80, 24);
    let mut text = String::new();
    for y in 0..24 {
        let row: String = (0..80)
            .map(|x| {
                let cell = &buf[(x, y)];
                let same = |(role, _): &&(Role, char)| theme.style(*role).fg == Some(cell.fg);
                match cell.symbol() {
                    " " => ' ',
                    _ => legend.iter().find(same).map_or('?', |(_, letter)| *letter),
                }
            })
            .collect();
        let _ = writeln!(text, "{}", row.trim_end());
    }
    check("main_colours_80x24", &text);
}

#[test]
fn without_colour_nothing_is_coloured() {
    let mut app = walked(6);
    app.settings.theme = ThemeName::Plain;
    let (buf, _) = frame(&app, 120, 36);
    let reset = ratatui::style::Color::Reset;
    assert!(buf.content.iter().all(|c| c.fg == reset && c.bg == reset));
}
