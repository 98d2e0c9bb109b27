//! Screens, focus, what lies over them, the footer, leaving.

use super::*;
use crate::app::keys::Group;
use crate::app::state::{Look, Overlay, Panel, Screen, ThemeName};
use crate::model::event::Fact;

#[test]
fn q_closes_what_is_open_and_then_asks() {
    let mut app = fresh();
    press(&mut app, "2 ? q");
    assert_eq!((app.screen, app.overlay.clone()), (Screen::Ladder, None));
    press(&mut app, "q");
    assert_eq!(app.screen, Screen::Main);
    assert_eq!(press(&mut app, "q"), []);
    assert_eq!(app.overlay, Some(Overlay::Quit));
    for yes in ["y", "Enter", "q"] {
        assert_eq!(press(&mut app, yes), [Effect::Quit]);
    }
    for stay in ["n", "Esc", "Space", "x", "2"] {
        app.overlay = Some(Overlay::Quit);
        assert_eq!(press(&mut app, stay), []);
        assert_eq!(
            (app.screen, app.overlay.clone()),
            (Screen::Main, None),
            "{stay}"
        );
    }
    assert_eq!(press(&mut app, "Ctrl-C"), [Effect::Quit]);
}

#[test]
fn escape_never_asks_to_quit() {
    let mut app = fresh();
    press(&mut app, "Esc Esc");
    assert_eq!(app.overlay, None);
}

#[test]
fn tab_goes_round_the_boxes() {
    let mut app = fresh();
    let mut seen = vec![app.focus];
    for _ in 0..4 {
        press(&mut app, "Tab");
        seen.push(app.focus);
    }
    let round = [
        Panel::Server,
        Panel::Cable,
        Panel::Client,
        Panel::Bytes,
        Panel::Story,
    ];
    assert_eq!(seen, round);
    press(&mut app, "Tab BackTab");
    assert_eq!(app.focus, Panel::Story);
}

#[test]
fn enter_is_a_closer_look_at_what_has_the_focus() {
    let mut app = walked();
    app.focus = Panel::Bytes;
    press(&mut app, "Enter");
    assert_eq!(app.screen, Screen::Bytes);
    press(&mut app, "1");
    app.focus = Panel::Story;
    press(&mut app, "Enter");
    assert_eq!(app.overlay, Some(Overlay::Why));
    press(&mut app, "w 6 Enter");
    let Some(Overlay::Call(index)) = app.overlay else {
        panic!("no call is open");
    };
    assert_eq!(Some(&index), app.book.calls().last());
}

#[test]
fn the_explanation_stays_open_while_one_walks_and_the_help_does_not() {
    let mut app = walked();
    press(&mut app, "w Left");
    assert_eq!(app.overlay, Some(Overlay::Why));
    press(&mut app, "? Left");
    assert_eq!(app.overlay, None);
}

#[test]
fn in_the_list_of_calls_the_newest_is_followed_until_one_selects() {
    let mut app = walked();
    press(&mut app, "6");
    let last = app.book.calls().len() - 1;
    assert_eq!(app.selected_call, None);
    press(&mut app, "Up Up");
    assert_eq!(app.selected_call, Some(last - 2));
    press(&mut app, "G");
    assert_eq!(app.selected_call, None);
    press(&mut app, "T");
    assert_eq!(app.selected_call, Some(0));
    press(&mut app, "Ctrl-D");
    assert!(app.selected_call.is_none_or(|row| row > 0));
}

#[test]
fn a_blank_screen_comes_back_as_it_was_with_any_key() {
    let mut app = fresh();
    press(&mut app, "z b");
    assert_eq!(app.look, Look::Blank);
    assert_eq!(press(&mut app, "Space"), [], "the key only brings it back");
    assert_eq!(app.look, Look::Presenter);
    press(&mut app, "z b");
    assert_eq!(press(&mut app, "Ctrl-C"), [Effect::Quit]);
}

#[test]
fn themes_go_round_and_the_mouse_goes_on_and_off() {
    let mut app = fresh();
    press(&mut app, "t");
    assert_eq!(app.settings.theme, ThemeName::Light);
    press(&mut app, "t t t t");
    assert_eq!(app.settings.theme, ThemeName::Dark);
    assert_eq!(
        press(&mut app, "m m"),
        [Effect::Mouse(false), Effect::Mouse(true)]
    );
}

#[test]
fn the_echo_has_the_last_four_keys_and_no_typed_text() {
    let mut app = fresh();
    press(&mut app, "2 3 Tab : x y Esc");
    assert_eq!(app.echo, ["3", "Tab", ":", "Esc"]);
}

#[test]
fn an_unknown_key_does_no_harm() {
    let mut app = fresh();
    assert_eq!(press(&mut app, "5 v P F7 Insert"), []);
    assert!(app.notice.as_ref().unwrap().text.contains('?'));
    press(&mut app, "Tab");
    assert_eq!(app.notice, None);
}

#[test]
fn y_copies_the_selected_call_or_the_story() {
    let mut app = walked();
    press(&mut app, "6 T");
    let [Effect::Copy(text)] = &press(&mut app, "y")[..] else {
        panic!("nothing copied");
    };
    assert!(
        text.starts_with("server socket(AF_INET, SOCK_STREAM) = "),
        "{text}"
    );
    press(&mut app, "1");
    let [Effect::Copy(text)] = &press(&mut app, "y")[..] else {
        panic!("nothing copied");
    };
    assert!(text.contains(' '), "{text}");
}

#[test]
fn the_footer_says_what_is_most_useful_here() {
    let app = fresh();
    let first = &footer(&app)[..3];
    assert_eq!(first[0], "Space next");
    assert!(
        footer(&app).iter().take(6).any(|row| row == "L listen"),
        "{:?}",
        footer(&app)
    );

    let mut app = walked();
    press(&mut app, "Left");
    assert_eq!(&footer(&app)[..2], ["Space forth", "Left earlier"]);
    press(&mut app, "q q");
    let mut app = fresh();
    press(&mut app, "q");
    assert_eq!(&footer(&app)[..2], ["y quit", "n stay"]);
    press(&mut app, "n :");
    assert_eq!(&footer(&app)[..2], ["Enter run", "Tab complete"]);
    press(&mut app, "Esc a");
    assert_eq!(footer(&app)[0], "a stop");
}

#[test]
fn the_footer_and_the_help_show_keys_as_they_are_configured() {
    let mut app = fresh();
    app.keys.rebind("next", &["F5"]).unwrap();
    assert_eq!(footer(&app)[0], "F5 next");
    assert_eq!(means(&app, "Space"), None);
    assert_eq!(means(&app, "F5"), Some(Action::Next));
    assert_eq!(press(&mut app, "F5"), [Effect::Next]);
}

#[test]
fn the_help_shows_the_keys_of_the_screen_under_it() {
    let mut app = fresh();
    press(&mut app, "6 ?");
    let help = app.keys.help_for(&app);
    let names: Vec<&str> = help
        .iter()
        .flat_map(|(_, rows)| rows)
        .map(|row| row.name)
        .collect();
    for name in [
        "next",
        "open-call",
        "focus",
        "listen",
        "run",
        "complete",
        "quit-now",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    assert!(!names.contains(&"menu"), "there is no actor's box here");
    for (group, rows) in help {
        // The hand is on the main screen, and no lesson is open.
        let none = matches!(group, Group::Cable | Group::Lesson);
        assert_eq!(rows.is_empty(), none, "{}", group.title());
    }
}

#[test]
fn every_row_of_the_footer_does_what_it_says() {
    let mut app = walked();
    for keys in ["", "Left", "6", "?", "w", "i", "q", ":", "/", "Enter"] {
        app.overlay = None;
        app.bar = None;
        press(&mut app, keys);
        for row in app.keys.rows_for(&app) {
            for key in row.keys {
                assert_eq!(
                    app.keys.lookup(&app, key.event()),
                    Some(row.action),
                    "{keys} {key}"
                );
            }
        }
    }
}

#[test]
fn when_everything_begins_anew_the_first_client_is_looked_at() {
    let mut play = Play::free();
    play.listen().accept();
    let client2 = crate::model::ids::Actor::Client(2);
    play.connect(client2);
    let begin = play.book().events()[0].clone();
    let mut app = screen(play.into_book());
    press(&mut app, "o");
    assert_eq!(app.client(), client2);
    assert!(matches!(begin.fact, Fact::Begin { .. }));
    app.observe(crate::model::event::Observation {
        at: app.book.now(),
        who: None,
        source: begin.source,
        cause: crate::model::event::Cause::Unknown,
        fact: begin.fact,
    });
    assert_eq!(app.client(), crate::model::ids::Actor::CLIENT);
}
