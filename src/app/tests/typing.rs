//! The bar: statements, mistakes, history, completion, searching.

use super::*;
use crate::app::state::{Cursor, Screen};

#[test]
fn a_statement_is_typed_run_and_the_bar_closes() {
    let mut app = fresh();
    press(&mut app, ":");
    write(&mut app, "server listen 10008 # here");
    assert_eq!(
        press(&mut app, "Enter"),
        [Effect::Ask("server listen 10008 # here".to_owned())]
    );
    assert_eq!(bar(&app), "(closed)");
    assert_eq!(app.history, ["server listen 10008 # here"]);
}

#[test]
fn a_mistake_is_told_on_enter_and_forgotten_on_the_next_letter() {
    let mut app = fresh();
    press(&mut app, ":");
    write(&mut app, "server lisen");
    assert_eq!(app.bar.as_ref().unwrap().mistake, None);
    assert_eq!(press(&mut app, "Enter"), []);
    let bar = app.bar.as_ref().unwrap();
    assert!(bar.mistake.as_ref().unwrap().contains("listen"));
    assert_eq!(bar.mistake_at, Some(7..12));
    press(&mut app, "x");
    assert_eq!(app.bar.as_ref().unwrap().mistake, None);
}

#[test]
fn letters_are_letters_while_one_types() {
    let mut app = fresh();
    press(&mut app, ":");
    write(&mut app, "q a?L 1");
    assert_eq!(bar(&app), "q a?L 1");
    assert_eq!(press(&mut app, "Ctrl-C"), [Effect::Quit]);
    assert_eq!(press(&mut app, "Ctrl-Z"), [Effect::Suspend]);
    press(&mut app, "Esc");
    assert_eq!(bar(&app), "(closed)");
}

#[test]
fn nothing_typed_is_nothing_run() {
    let mut app = fresh();
    assert_eq!(press(&mut app, ": Enter"), []);
    assert_eq!(bar(&app), "(closed)");
    assert!(app.history.is_empty());
}

#[test]
fn history_goes_back_and_forth_without_doubles() {
    let mut app = fresh();
    for text in ["client connect", "server accept", "client connect"] {
        press(&mut app, ":");
        write(&mut app, text);
        press(&mut app, "Enter");
    }
    assert_eq!(app.history, ["server accept", "client connect"]);
    press(&mut app, ":");
    write(&mut app, "half");
    press(&mut app, "Up");
    assert_eq!(bar(&app), "client connect");
    press(&mut app, "Up Up Up");
    assert_eq!(bar(&app), "server accept");
    press(&mut app, "Down Down");
    assert_eq!(bar(&app), "half");
    press(&mut app, "Down");
    assert_eq!(bar(&app), "half");
}

#[test]
fn tab_goes_through_what_could_stand_here_and_round_again() {
    let mut app = fresh();
    press(&mut app, ":");
    write(&mut app, "server s");
    let offered: Vec<String> = app
        .bar
        .as_ref()
        .unwrap()
        .completions
        .iter()
        .map(|c| c.text.clone())
        .collect();
    assert!(offered.len() > 1, "{offered:?}");
    press(&mut app, "Tab");
    assert_eq!(bar(&app), format!("server {}", offered[0]));
    press(&mut app, "Tab");
    assert_eq!(bar(&app), format!("server {}", offered[1]));
    press(&mut app, "BackTab BackTab");
    assert_eq!(bar(&app), format!("server {}", offered.last().unwrap()));
    // The only word that fits is taken, and the next begins.
    press(&mut app, "Ctrl-U");
    write(&mut app, "server lis");
    press(&mut app, "Tab");
    assert_eq!(bar(&app), "server listen ");
}

#[test]
fn pasted_text_is_one_line_without_what_a_terminal_obeys() {
    let mut app = fresh();
    let pasted = Input::Paste("client send \"a\u{1b}[2J\"\r\nclient close\n".to_owned());
    assert_eq!(app.update(pasted), []);
    assert_eq!(bar(&app), "client send \"a[2J\"  client close");
    app.update(Input::Paste("x".repeat(1_000_000)));
    assert!(bar(&app).len() <= 16_384);
}

#[test]
fn a_search_goes_back_to_the_hit_and_on_through_all() {
    let mut app = walked();
    press(&mut app, "/");
    write(&mut app, "CONNECT");
    press(&mut app, "Enter");
    assert!(matches!(app.cursor(), Cursor::At { .. }));
    let at = app.shown_events();
    let hit = app.book.events().range(0..at);
    assert!(hit.iter().any(|e| app.is_found(e)));
    press(&mut app, "n");
    assert!(
        app.notice
            .as_ref()
            .unwrap()
            .text
            .starts_with("No other hit for \"CONNECT\"")
    );
    press(&mut app, "Esc");
    assert_eq!(app.search, "");
    assert_eq!(app.shown_events(), at);
}

#[test]
fn on_the_screen_of_calls_a_search_selects_as_one_types() {
    let mut app = walked();
    press(&mut app, "6 /");
    write(&mut app, "recv");
    let newest = app.selected_call.unwrap();
    press(&mut app, "Enter N");
    assert!(app.selected_call.unwrap() < newest);
    press(&mut app, "n");
    assert_eq!(app.selected_call, Some(newest));
    assert_eq!(app.screen, Screen::Calls);
}

#[test]
fn a_search_that_is_left_is_as_it_was() {
    let mut app = walked();
    press(&mut app, "/");
    write(&mut app, "accept");
    press(&mut app, "Enter /");
    write(&mut app, "zzz");
    assert_eq!(app.search, "zzz");
    press(&mut app, "Esc");
    assert_eq!(app.search, "accept");
}

#[test]
fn the_cables_words_are_completed_too() {
    let mut app = fresh();
    press(&mut app, ":");
    write(&mut app, "cable dr");
    press(&mut app, "Tab");
    assert_eq!(bar(&app).trim_end(), "cable drop");
}
