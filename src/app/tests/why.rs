//! Asking why: what is asked about, going to a cause or an effect and back; the selected row of the ladder.

use super::*;
use crate::app::drawn::{Area, Hit, ScrollId};
use crate::app::state::{Cursor, Overlay, Panel, Screen};
use crate::model::{
    event::Fact,
    ids::Side,
    packet::{Decider, Fate, TcpFlags},
};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// The client's SYN was dropped by a rule, and came again.
fn dropped() -> App {
    let mut play = Play::lab();
    let rule = "drop next syn";
    play.walk(0).walk(1).ask("cable drop next syn");
    play.cable(rule, &[rule]).ask("client connect");
    let first = play.packet(Side::Server, TcpFlags::SYN, (0, 0), b"");
    play.fate(first, Fate::Dropped, Decider::Rule(rule.into()));
    let again = play.again(Side::Server, TcpFlags::SYN, (0, 0), b"", first);
    play.fate(again, Fate::Delivered, Decider::Cable);
    screen(play.into_book())
}

fn fact(app: &App) -> &Fact {
    &app.book.events()[app.why_event().unwrap()].fact
}

fn texts(app: &App) -> Vec<String> {
    let ties = app.why_ties(app.why_event().unwrap());
    let all = ties.causes.into_iter().chain(ties.effects);
    all.map(|(_, text)| text).collect()
}

/// Goes to the first row that says this.
fn follow(app: &mut App, what: &str) {
    let all = texts(app);
    let row = all.iter().position(|t| t.contains(what));
    let row = row.unwrap_or_else(|| panic!("{what:?} is not among {all:?}"));
    for _ in 0..row {
        press(app, "Down");
    }
    assert_eq!(app.why.row(), row);
    press(app, "Enter");
}

#[test]
fn from_a_retransmission_to_the_rule_and_back() {
    let mut app = dropped();
    press(&mut app, "5 w");
    assert!(matches!(fact(&app), Fact::Packet(p) if p.number.0 == 2));
    follow(&mut app, "no answer could come");
    assert!(matches!(fact(&app), Fact::Fate { .. }));
    let at = app.why_event().unwrap();
    let moment = Cursor::At {
        count: at + 1,
        frozen: false,
    };
    assert_eq!((app.cursor(), app.shown_events()), (moment, at + 1));
    follow(&mut app, "the cable was told: drop next syn");
    assert!(matches!(fact(&app), Fact::Cable { .. }));
    assert_eq!(app.why.steps(), 2);
    follow(&mut app, "asked for: cable drop next syn");
    assert!(matches!(fact(&app), Fact::Asked { .. }));
    assert_eq!(app.overlay, Some(Overlay::Why));

    press(&mut app, "Backspace Left");
    assert_eq!((app.why_event(), app.cursor()), (Some(at), moment));
    press(&mut app, "Backspace");
    assert_eq!((app.cursor(), app.why.steps()), (Cursor::Live, 0));
    assert!(matches!(fact(&app), Fact::Packet(p) if p.number.0 == 2));
    press(&mut app, "Esc");
    assert_eq!(app.overlay, None);
}

#[test]
fn forth_to_what_was_later_than_the_shown_moment() {
    let mut app = dropped();
    press(&mut app, "5 w");
    follow(&mut app, "no answer could come");
    let shown = app.shown_events();
    let later = app.why_ties(app.why_event().unwrap()).effects;
    assert!(later.iter().all(|(i, _)| *i >= shown), "{later:?}");
    follow(&mut app, "packet 2 to the server");
    assert!(matches!(fact(&app), Fact::Packet(p) if p.number.0 == 2));
    assert!(app.shown_events() > shown);
}

#[test]
fn it_is_about_what_is_selected() {
    let mut app = dropped();
    press(&mut app, "w");
    assert!(app.why_of_moment());
    press(&mut app, "Esc 6 w");
    let call = app.selected();
    assert_eq!(app.why_event(), call);
    press(&mut app, "Esc 2 w");
    assert_eq!(app.why_event(), app.book.told().last().copied());
    press(&mut app, "Esc Up Up w");
    let told = app.book.told();
    assert_eq!(app.why_event(), Some(told[told.len() - 2]));
    press(&mut app, "Esc 1 Tab w");
    assert_eq!(app.focus, Panel::Cable);
    assert!(matches!(fact(&app), Fact::Packet(_)));
}

#[test]
fn walking_on_leaves_what_was_asked_about() {
    let mut app = dropped();
    press(&mut app, "w");
    follow(&mut app, "packet 1");
    assert!(!app.why_of_moment());
    press(&mut app, "Home");
    assert!(app.why_of_moment() && app.why.steps() == 0);
    assert_eq!(app.overlay, Some(Overlay::Why));
    // Without a way to go back, Left is a moment back as ever.
    press(&mut app, "End Left");
    assert_ne!(app.cursor(), Cursor::Live);
}

#[test]
fn a_row_of_the_ladder_is_selected_and_let_go() {
    let mut app = dropped();
    press(&mut app, "2");
    assert_eq!(app.ladder_row(), None);
    press(&mut app, "Up");
    let told = app.book.told().to_vec();
    assert_eq!(app.ladder_row(), told.last().copied());
    press(&mut app, "k k j");
    assert_eq!(app.ladder_row(), Some(told[told.len() - 2]));
    press(&mut app, "T");
    assert_eq!(app.ladder_row(), told.first().copied());
    press(&mut app, "Enter");
    assert_eq!(app.why_event(), told.first().copied());
    press(&mut app, "Esc");
    assert_eq!((app.screen, app.ladder_row()), (Screen::Ladder, Some(0)));
    press(&mut app, "Esc");
    assert_eq!((app.screen, app.ladder_row()), (Screen::Ladder, None));
    press(&mut app, "Esc");
    assert_eq!(app.screen, Screen::Main);
}

#[test]
fn a_jump_selects_the_event_on_every_screen() {
    let mut app = dropped();
    press(&mut app, "2 w");
    follow(&mut app, "packet 2");
    let at = app.why_event();
    press(&mut app, "Esc");
    assert_eq!(app.ladder_row(), at);
    press(&mut app, "5");
    assert_eq!(app.shown_packet().map(|(e, _)| e.index), at);
}

#[test]
fn of_an_earlier_run_everything_is_still_known() {
    let mut play = Play::lab_walked();
    play.see(
        None,
        crate::model::event::Source::Program,
        Fact::Begin {
            network: "lab".to_owned(),
            script: Vec::new(),
            server: play.session().server_address,
            sight: crate::model::event::Sight::Cable,
            no_lab: None,
        },
    );
    let mut app = screen(play.into_book());
    let first = app.book.packets()[0].index;
    let long_ago = app.why_ties(first);
    assert!(
        long_ago.causes.len() == 1 && long_ago.effects.len() > 1,
        "{long_ago:?}"
    );
    press(&mut app, "w");
    assert!(app.why_event().is_some());
}

#[test]
fn a_click_selects_and_goes() {
    let mut app = dropped();
    press(&mut app, "5 w");
    let before = app.why_event();
    let area = Area {
        x: 0,
        y: 0,
        width: 10,
        height: 1,
    };
    app.drawn.hits = vec![(area, Hit::Row(ScrollId::Overlay, 1))];
    let click = Input::Mouse(MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: 1,
        row: 0,
        modifiers: KeyModifiers::NONE,
    });
    app.update(click.clone());
    assert_eq!((app.why.row(), app.why_event()), (1, before));
    app.update(click);
    assert_ne!(app.why_event(), before);
}

#[test]
fn its_head_and_its_sentence_are_of_the_same_event() {
    // At the end of a script stands a claim, which matters more than the call before it.
    let mut play = Play::lab_walked();
    let asked = play.ask("expect line 4").book().events().len() - 1;
    let claim = Fact::Expect {
        text: "line 4".to_owned(),
        held: true,
        line: None,
        found: String::new(),
    };
    play.see(None, crate::model::event::Source::Program, claim);
    let mut app = screen(play.into_book());
    press(&mut app, "w");
    assert_eq!(app.why_event(), Some(asked + 1));
    // In a capture it is the latest packet, whichever was looked at before.
    let mut app = recorded::open(Play::somebodys().into_book());
    press(&mut app, "End 5 Up Up 7 w");
    let last = app.book.packets().last().map(|p| p.index);
    assert_eq!(app.why_event(), last);
}
