//! The mouse and scrolling: what the last frame showed says what they do.

use super::*;
use crate::app::{
    drawn::{Area, Hit, ScrollId, Viewport},
    state::{Cursor, Overlay, Panel, Screen},
};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

fn mouse(app: &mut App, kind: MouseEventKind, column: u16, row: u16) -> Vec<Effect> {
    app.update(Input::Mouse(MouseEvent {
        kind,
        column,
        row,
        modifiers: KeyModifiers::NONE,
    }))
}

fn click(app: &mut App, column: u16, row: u16) -> Vec<Effect> {
    mouse(app, MouseEventKind::Down(MouseButton::Left), column, row)
}

const fn line(y: u16) -> Area {
    Area {
        x: 0,
        y,
        width: 10,
        height: 1,
    }
}

fn viewport(app: &mut App, id: ScrollId, shown: usize, total: usize) {
    app.drawn.viewports = vec![(line(0), id, Viewport { shown, total })];
}

#[test]
fn a_click_does_what_lies_on_top() {
    let mut app = walked();
    app.drawn.hits = vec![
        (line(0), Hit::Focus(Panel::Bytes)),
        (line(1), Hit::Key("3".to_owned())),
        (line(2), Hit::Moment(5)),
        (line(3), Hit::Focus(Panel::Server)),
        (line(3), Hit::Focus(Panel::Story)),
        (line(4), Hit::Key("no key at all".to_owned())),
    ];
    click(&mut app, 1, 0);
    assert_eq!(app.focus, Panel::Bytes);
    click(&mut app, 1, 3);
    assert_eq!(app.focus, Panel::Story);
    click(&mut app, 1, 1);
    assert_eq!(app.screen, Screen::Bytes);
    click(&mut app, 1, 2);
    assert_eq!(
        app.cursor(),
        Cursor::At {
            count: 5,
            frozen: false
        }
    );
    assert_eq!(click(&mut app, 1, 4), []);
    assert_eq!(click(&mut app, 50, 50), []);
    app.settings.mouse = false;
    click(&mut app, 1, 0);
    assert_eq!(app.focus, Panel::Story);
}

#[test]
fn a_click_beside_what_lies_over_the_screen_closes_it() {
    let mut app = walked();
    app.drawn.hits = vec![(line(5), Hit::Focus(Panel::Bytes))];
    viewport(&mut app, ScrollId::Overlay, 3, 9);
    press(&mut app, "w");
    click(&mut app, 1, 0);
    assert_eq!(app.overlay, Some(Overlay::Why));
    click(&mut app, 1, 5);
    assert_eq!((app.overlay.clone(), app.focus), (None, Panel::Server));
}

#[test]
fn the_first_click_selects_and_the_second_takes() {
    let mut app = walked();
    press(&mut app, "i");
    app.drawn.hits = vec![(line(2), Hit::Row(ScrollId::Overlay, 2))];
    click(&mut app, 1, 2);
    assert_eq!(app.overlay, Some(Overlay::Script(2)));
    click(&mut app, 1, 2);
    assert_eq!(bar(&app), "client connect");
    press(&mut app, "Esc 6");
    app.drawn.hits = vec![(line(2), Hit::Row(ScrollId::Screen(Screen::Calls), 1))];
    click(&mut app, 1, 2);
    assert_eq!((app.selected_call, app.overlay.clone()), (Some(1), None));
    click(&mut app, 1, 2);
    assert_eq!(app.overlay, Some(Overlay::Call(app.book.calls()[1])));
}

#[test]
fn scrolling_stays_within_what_there_is_and_follows_again_at_the_end() {
    let mut app = walked();
    let id = ScrollId::Panel(Panel::Server);
    viewport(&mut app, id, 4, 10);
    press(&mut app, "Down");
    assert_eq!(app.scrolls.get(&id), None);
    press(&mut app, "Up");
    assert_eq!(app.scrolls.get(&id), Some(&5));
    press(&mut app, "Ctrl-U Ctrl-U Ctrl-U Up");
    assert_eq!(app.scrolls.get(&id), Some(&0));
    mouse(&mut app, MouseEventKind::ScrollDown, 1, 0);
    assert_eq!(app.scrolls.get(&id), Some(&3));
    press(&mut app, "G");
    assert_eq!(app.scrolls.get(&id), None);
    // A text is read from its top.
    let id = ScrollId::Panel(Panel::Story);
    app.focus = Panel::Story;
    viewport(&mut app, id, 2, 3);
    press(&mut app, "Down Down Down");
    assert_eq!(app.scrolls.get(&id), Some(&1));
    assert_eq!(app.first_row(id, Viewport { shown: 3, total: 3 }), 0);
    press(&mut app, "T");
    assert_eq!(app.scrolls.get(&id), None);
}

#[test]
fn the_wheel_scrolls_what_lies_under_it_and_not_what_is_covered() {
    let mut app = walked();
    let id = ScrollId::Panel(Panel::Client);
    viewport(&mut app, id, 4, 10);
    mouse(&mut app, MouseEventKind::ScrollUp, 1, 0);
    assert_eq!(app.scrolls.get(&id), Some(&3));
    press(&mut app, "?");
    mouse(&mut app, MouseEventKind::ScrollUp, 1, 0);
    assert_eq!(app.scrolls.get(&id), Some(&3));
    // Scrolling the calls leaves the selection alone; selecting brings it into sight again.
    press(&mut app, "q 6 Up");
    let (id, selected) = (ScrollId::Screen(Screen::Calls), app.selected_call);
    viewport(&mut app, id, 4, 20);
    mouse(&mut app, MouseEventKind::ScrollUp, 1, 0);
    assert_eq!(
        (app.scrolls.get(&id), app.selected_call),
        (Some(&13), selected)
    );
    press(&mut app, "Up");
    assert_eq!(app.scrolls.get(&id), None);
}

#[test]
fn while_one_types_a_click_on_a_letter_writes_nothing() {
    let mut app = walked();
    app.drawn.hits = vec![
        (line(0), Hit::Key("q".to_owned())),
        (line(1), Hit::Key("Esc".to_owned())),
    ];
    press(&mut app, ":");
    click(&mut app, 1, 0);
    assert_eq!(bar(&app), "");
    click(&mut app, 1, 1);
    assert_eq!(bar(&app), "(closed)");
}
