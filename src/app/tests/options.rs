//! The screen of what can be set.

use super::*;
use crate::app::{
    Choice,
    config::Config,
    drawn::{Area, Hit, ScrollId},
    options::choices,
    state::{Cursor, Screen, ThemeName},
};
use crate::model::insights::{INSIGHTS, place};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// Selects this one.
fn select(app: &mut App, wanted: Choice) {
    press(app, "T");
    while app.option_selected() != wanted {
        let before = app.option_selected();
        press(app, "Down");
        assert_ne!(app.option_selected(), before, "{wanted:?} is in the list");
    }
}

#[test]
fn enter_and_the_arrows_change_what_is_selected() {
    let mut app = walked();
    press(&mut app, "9");
    assert_eq!(app.screen, Screen::Options);
    assert_eq!(app.option_selected(), Choice::Theme);
    press(&mut app, "Enter Right");
    assert_eq!(app.settings.theme, ThemeName::HighContrast);
    press(&mut app, "Left Left Left");
    assert_eq!(app.settings.theme, ThemeName::Plain);
    assert_eq!(
        app.cursor(),
        Cursor::Live,
        "they do not go through time here"
    );
    select(&mut app, Choice::Ascii);
    press(&mut app, "Enter");
    assert!(app.settings.ascii);
    select(&mut app, Choice::ReducedMotion);
    press(&mut app, "Right");
    assert!(app.settings.reduced_motion);
    select(&mut app, Choice::Mouse);
    assert_eq!(press(&mut app, "Enter"), [Effect::Mouse(false)]);
    select(&mut app, Choice::Pace);
    press(&mut app, "Enter");
    assert_eq!(app.option_value(Choice::Pace), "1 s");
    press(&mut app, "Right Right Right Right");
    assert_eq!(app.option_value(Choice::Pace), "10 s", "it goes round");
    press(&mut app, "Left");
    assert_eq!(app.option_value(Choice::Pace), "0.25 s");
    press(&mut app, "Esc");
    assert_eq!(app.screen, Screen::Main);
}

#[test]
fn space_goes_on_and_the_past_can_be_walked_by_other_keys() {
    let mut app = fresh();
    assert_eq!(press(&mut app, "9 Space"), [Effect::Next]);
    let mut app = walked();
    press(&mut app, "9 PageUp");
    assert_ne!(app.cursor(), Cursor::Live);
    assert_eq!(app.screen, Screen::Options);
}

#[test]
fn each_insight_is_turned_off_and_on() {
    let mut app = walked();
    press(&mut app, "9");
    for row in 0..INSIGHTS.len() {
        select(&mut app, Choice::Insight(row));
        press(&mut app, "Enter");
        assert!(app.settings.insights_off.is_off(row));
        assert_eq!(app.option_value(Choice::Insight(row)), "off");
        press(&mut app, "Left");
        assert!(!app.settings.insights_off.is_off(row));
    }
    press(&mut app, "Down Down");
    let last = choices().last();
    assert_eq!(Some(app.option_selected()), last, "it stays at its end");
}

#[test]
fn what_is_said_to_keep_an_option_keeps_it() {
    let mut app = walked();
    press(&mut app, "9 Enter + ");
    app.settings.ascii = true;
    app.settings.insights_off.set(place("nagle").unwrap(), true);
    let lines: Vec<String> = choices().map(|choice| app.option_kept(choice)).collect();
    let file = lines.join("\n");
    let config = Config::parse(&file, "config.toml").unwrap();
    assert_eq!(config.over(&Settings::default()), app.settings);
    assert_eq!(config.pace(), app.play.pace);
}

#[test]
fn in_a_recording_the_pace_is_how_fast_it_is_played() {
    let mut app = recorded::open(Play::walked().0.into_book());
    press(&mut app, "9");
    select(&mut app, Choice::Pace);
    press(&mut app, "Enter");
    assert_eq!(app.option_value(Choice::Pace), "x2");
    press(&mut app, "Left Left");
    assert_eq!(app.option_value(Choice::Pace), "x0.5");
}

#[test]
fn a_click_selects_and_a_second_one_changes() {
    let mut app = walked();
    press(&mut app, "9");
    let area = Area {
        x: 0,
        y: 0,
        width: 10,
        height: 1,
    };
    let row = Hit::Row(ScrollId::Screen(Screen::Options), 1);
    app.drawn.hits = vec![(area, row)];
    let click = Input::Mouse(MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: 1,
        row: 0,
        modifiers: KeyModifiers::NONE,
    });
    app.update(click.clone());
    assert_eq!(
        (app.option_selected(), app.settings.ascii),
        (Choice::Ascii, false)
    );
    app.update(click);
    assert!(app.settings.ascii);
}
