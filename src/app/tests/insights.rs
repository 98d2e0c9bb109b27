//! What is notable, as the screen tells it: when it has settled, of the moment that is shown, and opened in the why.

use super::*;
use crate::app::insights::SETTLES;
use crate::app::state::{Cursor, Overlay};
use crate::model::{
    ids::{Actor, Nanos},
    insights::{Insight, place},
};

/// The client has sent, and nobody has read.
fn sent() -> App {
    let mut play = Play::free();
    play.listen().accept().connect(Actor::CLIENT);
    play.send(Actor::CLIENT, b"hello");
    screen(play.into_book())
}

fn names(app: &App, now: Nanos) -> Vec<&'static str> {
    let insights = app.insights(now).told;
    insights.iter().map(Insight::name).collect()
}

#[test]
fn what_may_be_over_at_once_is_not_told_yet() {
    let mut app = sent();
    let last = app.book.now();
    let soon = last.plus(Nanos::from_millis(20));
    assert_eq!(names(&app, soon), [""; 0]);
    assert!(app.insights(soon).coming);
    let later = last.plus(SETTLES);
    assert_eq!(names(&app, later), ["acknowledged-unread"]);
    assert!(!app.insights(later).coming);
    // A picture of the moment has all that is known of it.
    assert_eq!(names(&app, last), ["acknowledged-unread"]);
    // In the past nothing passes by itself.
    press(&mut app, "f");
    assert_eq!(names(&app, soon), ["acknowledged-unread"]);
}

#[test]
fn it_is_of_the_moment_that_is_shown() {
    let mut app = walked();
    let later = app.book.now().plus(SETTLES);
    assert_eq!(names(&app, later), [""; 0]);
    let mut seen = Vec::new();
    for count in 0..=app.book.events().len() {
        app.go(Cursor::At {
            count,
            frozen: false,
        });
        seen.extend(names(&app, later));
    }
    seen.dedup();
    // Of both directions, and of the end.
    let expected = ["acknowledged-unread", "close-wait"];
    assert!(expected.iter().all(|name| seen.contains(name)), "{seen:?}");
    let tape = recorded::open(Play::walked().0.into_book());
    assert_eq!(names(&tape, later), [""; 0], "nothing has happened yet");
}

#[test]
fn in_the_why_it_is_opened_and_closed() {
    let mut app = sent();
    press(&mut app, "w");
    let insight = app.why_insights(app.drawn.at).remove(0);
    assert!(!app.why.is_open(&insight));
    press(&mut app, "Enter");
    assert!(app.why.is_open(&insight));
    assert_eq!(app.cursor(), Cursor::Live, "it is read where it stands");
    press(&mut app, "Enter");
    assert!(!app.why.is_open(&insight));
    // Below it come the causes, to go to.
    press(&mut app, "Down Enter");
    assert_ne!(app.cursor(), Cursor::Live);
    assert_eq!(app.overlay, Some(Overlay::Why));
    assert!(
        app.why_insights(app.drawn.at).is_empty(),
        "it is about that event"
    );
    press(&mut app, "Backspace Up");
    assert_eq!(app.why.row(), 0);
}

#[test]
fn what_is_turned_off_is_not_told() {
    let mut app = sent();
    for name in ["acknowledged-unread", "unread"] {
        app.settings.insights_off.set(place(name).unwrap(), true);
    }
    assert_eq!(names(&app, app.book.now()), [""; 0]);
    press(&mut app, "w");
    assert!(app.why_insights(app.drawn.at).is_empty());
}

#[test]
fn those_of_the_conversation_that_is_looked_at_come_first() {
    let mut play = Play::free();
    let other = Actor::Client(2);
    play.listen().accept().connect(Actor::CLIENT);
    play.accept().connect(other);
    play.send(Actor::CLIENT, b"one").send(other, b"two");
    let mut app = screen(play.into_book());
    let first = |app: &App| app.insights(app.book.now()).told[0].socket.actor;
    assert_eq!(first(&app), other);
    press(&mut app, "o");
    assert_eq!((app.client(), first(&app)), (Actor::CLIENT, Actor::CLIENT));
}
