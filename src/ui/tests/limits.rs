//! What must hold for any frame.

use super::{app, frame, letters, walked};
use crate::{
    app::{App, Hit, Look, Overlay, Panel, Screen, ThemeName},
    model::{ids::Actor, payload::is_unprintable, story::testing::Play},
};
use ratatui::buffer::Buffer;

/// A journal with whatever a peer may send.
fn hostile() -> App {
    let mut play = Play::four_lines();
    for step in 0..3 {
        play.walk(step);
    }
    let all: Vec<u8> = (0..=255).collect();
    play.send(Actor::CLIENT, &all);
    play.send(Actor::CLIENT, "\u{202e}é漢字\u{200b}👩‍👩‍👧\u{9b}2J".as_bytes());
    play.send(Actor::CLIENT, &vec![b'x'; 100_000]);
    play.recv(Actor::Server);
    play.connect(Actor::Client(2));
    app(play.into_book())
}

const SCREENS: [Screen; 8] = [
    Screen::Main,
    Screen::Ladder,
    Screen::Bytes,
    Screen::States,
    Screen::Packets,
    Screen::Calls,
    Screen::Kernel,
    Screen::Options,
];

fn overlays(app: &App) -> Vec<Option<Overlay>> {
    let call = app.book.calls().last().copied().unwrap_or(0);
    vec![
        None,
        Some(Overlay::Help),
        Some(Overlay::Why),
        Some(Overlay::Menu(Actor::Server, 3)),
        Some(Overlay::Script(8)),
        Some(Overlay::Call(call)),
        Some(Overlay::Code),
        Some(Overlay::Quit),
    ]
}

fn safe(buf: &Buffer) -> bool {
    let mut symbols = buf.content.iter().map(ratatui::buffer::Cell::symbol);
    symbols.all(|s| !s.chars().any(is_unprintable))
}

#[test]
fn no_size_is_too_small_or_too_large() {
    for mut app in [walked(0), hostile()] {
        let overlays = overlays(&app);
        let mut turn = 0;
        for width in [1, 2, 7, 60, 79, 80, 81, 99, 119, 120, 143, 200, 220] {
            for height in [1, 2, 3, 23, 24, 25, 29, 30, 36, 45, 70] {
                app.look = Look::Normal;
                for screen in SCREENS {
                    app.screen = screen;
                    app.overlay = overlays[turn % overlays.len()].clone();
                    turn += 1;
                    assert!(safe(&frame(&app, width, height).0));
                }
                app.overlay = None;
                app.look = Look::Presenter;
                assert!(safe(&frame(&app, width, height).0));
            }
        }
    }
}

#[test]
fn in_ascii_everything_is_ascii() {
    for mut app in [walked(0), walked(2), walked(9), hostile()] {
        app.settings.ascii = true;
        for screen in SCREENS {
            app.screen = screen;
            for overlay in overlays(&app) {
                app.overlay = overlay;
                for (width, height) in [(80, 24), (120, 36), (200, 60), (60, 20)] {
                    let text = letters(&app, width, height);
                    let odd: String = text.chars().filter(|c| !c.is_ascii()).collect();
                    assert_eq!(odd, "", "{screen:?} {:?}", app.overlay);
                }
            }
            app.overlay = None;
        }
        app.look = Look::Presenter;
        assert!(letters(&app, 120, 36).is_ascii());
    }
}

#[test]
fn every_theme_draws() {
    let mut app = walked(6);
    for theme in [
        ThemeName::Dark,
        ThemeName::Light,
        ThemeName::HighContrast,
        ThemeName::Terminal,
        ThemeName::Plain,
    ] {
        app.settings.theme = theme;
        assert!(letters(&app, 120, 36).contains("WHAT IS HAPPENING"));
    }
}

#[test]
fn too_small_is_said_in_a_sentence() {
    let text = letters(&walked(4), 60, 20);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        words,
        "fourline needs 80x24; this is 60x20. Make the window larger or the type smaller."
    );
}

#[test]
fn a_blank_screen_is_blank() {
    let mut app = walked(4);
    app.look = Look::Blank;
    assert_eq!(letters(&app, 80, 24).trim(), "");
}

#[test]
fn a_click_finds_boxes_and_keys() {
    let app = walked(4);
    let (buf, drawn) = frame(&app, 120, 36);
    assert_eq!(drawn.hit(5, 8), Some(&Hit::Focus(Panel::Server)));
    assert_eq!(drawn.hit(60, 8), Some(&Hit::Focus(Panel::Cable)));
    assert_eq!(drawn.hit(100, 8), Some(&Hit::Focus(Panel::Client)));
    assert_eq!(drawn.hit(5, 24), Some(&Hit::Focus(Panel::Bytes)));
    assert_eq!(drawn.hit(5, 29), Some(&Hit::Focus(Panel::Story)));
    let notable = Hit::Key("w".to_owned());
    assert_eq!(drawn.hit(5, 30), Some(&notable), "what is notable");
    assert_eq!(drawn.hit(2, 33), Some(&Hit::Key("Space".to_owned())));
    assert_eq!(buf[(2, 33)].symbol(), "S");
    let keys: Vec<_> = (0..120).filter_map(|x| drawn.hit(x, 35)).collect();
    assert!(keys.contains(&&Hit::Key("R".to_owned())), "{keys:?}");
    assert_eq!(
        keys.last(),
        Some(&&Hit::Key("?".to_owned())),
        "help comes last"
    );
}

#[test]
fn only_what_counts_time_asks_to_be_drawn_again() {
    assert_eq!(frame(&walked(1), 120, 36).1.ticks_per_second, 0);
    assert_eq!(
        frame(&walked(2), 120, 36).1.ticks_per_second,
        1,
        "accept waits"
    );
}
