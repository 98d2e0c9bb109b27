//! Calls: letters, the menu, the script, cancelling.

use super::*;
use crate::app::state::{Cursor, Overlay, Panel};
use crate::model::ids::Actor;

fn asks(text: &str) -> Vec<Effect> {
    vec![Effect::Ask(text.to_owned())]
}

#[test]
fn a_capital_letter_is_the_call_that_makes_sense_for_whom_it_makes_sense() {
    let mut app = screen(Play::free().into_book());
    assert_eq!(press(&mut app, "L"), asks("server listen 10008"));
    app.focus = Panel::Story;
    assert_eq!(press(&mut app, "L"), asks("server listen 10008"));
    assert_eq!(press(&mut app, "C"), asks("client connect"));
    assert_eq!(
        press(&mut app, "S"),
        [],
        "there is no connection to send on"
    );
    assert!(app.notice.is_some());
}

#[test]
fn with_both_able_to_speak_the_focus_says_who_does() {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    let mut app = screen(play.into_book());
    app.focus = Panel::Client;
    assert_eq!(
        press(&mut app, "S"),
        asks(r#"client send "hello, server\r\n""#)
    );
    app.focus = Panel::Server;
    assert_eq!(
        press(&mut app, "S"),
        asks(r#"server send "I have received it\r\n""#)
    );
}

#[test]
fn the_menu_runs_a_row_or_a_letter_or_gives_it_to_the_bar() {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    let mut app = screen(play.into_book());
    app.focus = Panel::Client;
    press(&mut app, "Enter");
    assert_eq!(app.overlay, Some(Overlay::Menu(Actor::CLIENT, 0)));
    let rows = app.suggestions(Actor::CLIENT);
    press(&mut app, "Down j Up");
    assert_eq!(app.overlay, Some(Overlay::Menu(Actor::CLIENT, 1)));
    assert_eq!(press(&mut app, "Enter"), asks(&rows[1].text));
    assert_eq!(app.overlay, None);

    press(&mut app, "Enter");
    assert_eq!(
        press(&mut app, "S"),
        asks(r#"client send "hello, server\r\n""#)
    );
    assert_eq!(app.overlay, None);

    press(&mut app, "Enter");
    while rows[app_row(&app)].key != 'S' {
        press(&mut app, "Down");
    }
    press(&mut app, "Tab");
    assert_eq!(bar(&app), r#"client send "hello, server\r\n""#);
    write(&mut app, "!");
    assert_eq!(
        press(&mut app, "Enter"),
        asks(r#"client send "hello, server!\r\n""#)
    );
}

fn app_row(app: &App) -> usize {
    match app.overlay {
        Some(Overlay::Menu(_, row)) => row,
        _ => panic!("no menu"),
    }
}

#[test]
fn the_call_that_waits_is_cancelled_whoever_has_the_focus() {
    let mut play = Play::free();
    play.listen().accept();
    let mut app = screen(play.into_book());
    app.focus = Panel::Client;
    assert_eq!(press(&mut app, "Ctrl-K"), asks("server cancel"));
    assert_eq!(press(&mut fresh(), "Ctrl-K"), []);
}

#[test]
fn what_is_done_in_the_past_is_done_now() {
    let mut app = screen(Play::walked().0.into_book());
    press(&mut app, "Left Left");
    let effects = press(&mut app, "C");
    if !effects.is_empty() {
        assert_eq!(app.cursor(), Cursor::Live);
        assert!(app.notice.is_some());
    }
    press(&mut app, "Left :");
    write(&mut app, "client recv");
    assert_eq!(press(&mut app, "Enter"), asks("client recv"));
    assert_eq!(app.cursor(), Cursor::Live);
}

#[test]
fn a_statement_of_the_script_is_changed_and_run_again_from_there() {
    let mut app = walked();
    press(&mut app, "i");
    assert_eq!(app.overlay, Some(Overlay::Script(8)));
    press(&mut app, "T Down Down Down Enter");
    assert_eq!(bar(&app), r#"client send "hello, server\r\n""#);
    press(&mut app, "Ctrl-U");
    write(&mut app, "client send \"other\"");
    let rewritten = Effect::Rewrite {
        step: 3,
        text: "client send \"other\"".to_owned(),
    };
    assert_eq!(press(&mut app, "Enter"), [rewritten]);
    assert!(app.history.is_empty());
    let mut free = screen(Play::free().into_book());
    press(&mut free, "i");
    assert_eq!(free.overlay, None);
    assert!(free.notice.is_some());
}

#[test]
fn a_statement_of_the_script_gets_another_place_and_the_script_is_reset() {
    let mut app = walked();
    press(&mut app, "i T");
    assert_eq!(press(&mut app, "Shift-Up"), [], "it is the first");
    assert!(app.notice.as_ref().unwrap().bad);
    let moved = |all, middle, run_to| Effect::Swap {
        all,
        middle,
        run_to,
    };
    assert_eq!(press(&mut app, "Shift-Down"), [moved(0..2, 1, 2)]);
    assert_eq!(app.overlay, Some(Overlay::Script(1)), "it stays selected");
    assert_eq!(press(&mut app, "["), [moved(0..2, 1, 1)]);
    assert_eq!(press(&mut app, "G ]"), [], "it is the last");
    let step = app.book.session().step;
    assert_eq!(press(&mut app, "Backspace"), [Effect::ResetScript(step)]);
    assert_eq!(press(&mut app, "Backspace"), [], "it is as it was");
    assert!(app.notice.as_ref().unwrap().bad);
}
