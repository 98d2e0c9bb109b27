//! What is notable, as it looks; and the screen of options.

use super::*;
use crate::{
    app::{Input, Look, Overlay, Screen, insights::SETTLES},
    model::{
        event::{Detail, Fact, Source, Timer},
        ids::Actor,
        insights::place,
    },
};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 36)];

/// A server that does not read: the client's window is closed, and it has more to send.
fn slow_reader() -> App {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    play.send(Actor::CLIENT, &[b'x'; 4000]);
    let socket = SocketId::own(Actor::CLIENT, 0);
    let detail = Box::new(Detail {
        unsent: 43_008,
        snd_wnd: Some(0),
        timer: Some((Timer::Probe, Nanos::from_millis(200))),
        ..Detail::default()
    });
    let fact = Fact::Detail { socket, detail };
    play.see(Some(Actor::CLIENT), Source::Kernel, fact);
    app(play.into_book())
}

fn key(app: &mut App, code: KeyCode) {
    app.update(Input::Key(KeyEvent::new(code, KeyModifiers::NONE)));
}

#[test]
fn what_is_notable_stands_below_what_is_happening() {
    let mut app = slow_reader();
    for (width, height) in SIZES {
        let told = letters(&app, width, height);
        assert!(told.contains("The server's window is 0"), "{told}");
        insta::assert_snapshot!(format!("insights_{width}x{height}"), told);
    }
    assert!(letters(&app, 80, 24).contains("+1 more, w"));
    app.settings.ascii = true;
    let told = letters(&app, 120, 36);
    assert!(
        told.is_ascii() && told.contains("* The server's window is 0"),
        "{told}"
    );
}

#[test]
fn a_row_that_is_off_is_not_drawn() {
    let mut app = slow_reader();
    app.settings
        .insights_off
        .set(place("zero-window").unwrap(), true);
    for (width, height) in SIZES {
        let told = letters(&app, width, height);
        assert!(
            !told.contains("window is 0") && !told.contains("more, w"),
            "{told}"
        );
        assert!(told.contains("acknowledged, but not read"), "{told}");
    }
}

#[test]
fn a_moment_later_it_is_drawn_by_itself() {
    let app = walked(4);
    let at = |now: Nanos| {
        let mut terminal = Terminal::new(TestBackend::new(120, 36)).unwrap();
        let mut drawn = Drawn::default();
        terminal.draw(|f| drawn = draw(&app, now, f)).unwrap();
        let cells = &terminal.backend().buffer().content;
        let text: String = cells.iter().map(ratatui::buffer::Cell::symbol).collect();
        (text.contains("but not read."), drawn.ticks_per_second)
    };
    let last = app.book.now();
    assert_eq!(at(last.plus(Nanos::from_millis(20))), (false, 10));
    assert_eq!(at(last.plus(SETTLES)), (true, 0));
}

#[test]
fn in_the_why_it_can_be_read_in_full() {
    let mut app = slow_reader();
    app.overlay = Some(Overlay::Why);
    let closed = letters(&app, 120, 36);
    assert!(closed.contains("notable now") && !closed.contains("flow control"));
    key(&mut app, KeyCode::Enter);
    let open = letters(&app, 120, 36);
    assert!(
        open.contains("flow control") && open.contains("Enter  read"),
        "{open}"
    );
    insta::assert_snapshot!("insights_why_120x36", open);
}

#[test]
fn the_most_surprising_one_is_for_the_back_of_the_room() {
    let mut app = slow_reader();
    app.look = Look::Presenter;
    for (width, height) in SIZES {
        let told = letters(&app, width, height);
        assert!(told.contains("◆ The server's window is 0"), "{told}");
        insta::assert_snapshot!(format!("insights_presenter_{width}x{height}"), told);
    }
}

#[test]
fn what_can_be_set_is_a_list() {
    let mut app = slow_reader();
    app.settings.kept_in = "~/.config/fourline/config.toml".to_owned();
    app.screen = Screen::Options;
    for (width, height) in SIZES {
        insta::assert_snapshot!(
            format!("options_{width}x{height}"),
            letters(&app, width, height)
        );
    }
    for _ in 0..99 {
        key(&mut app, KeyCode::Down);
    }
    key(&mut app, KeyCode::Enter);
    let text = letters(&app, 80, 24);
    assert!(text.contains("unread                 ○ off"), "{text}");
    assert!(
        text.contains("To keep it: insights.unread = false"),
        "{text}"
    );
    assert!(!text.contains('…'), "{text}");
}
