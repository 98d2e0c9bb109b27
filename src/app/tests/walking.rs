//! Time: steps, back and forth, holding the view.

use super::*;
use crate::app::{Foreign, Upcoming, state::Cursor};
use crate::model::{
    call::Call,
    event::{Cause, Fact, Observation, ScriptLine, Sight, Source},
    ids::{Actor, Fd, Nanos, Side},
};

fn say(app: &mut App, text: &str) {
    let at = Nanos(app.book.now().0 + 1_000);
    app.observe(Observation {
        at,
        who: None,
        source: Source::Script,
        cause: Cause::Unknown,
        fact: Fact::Say {
            text: text.to_owned(),
        },
    });
}

#[test]
fn space_does_the_next_step_and_one_at_a_time() {
    let mut app = fresh();
    assert_eq!(press(&mut app, "Space"), [Effect::Next]);
    assert_eq!(press(&mut app, "PageDown"), [Effect::Next]);
    app.busy = true;
    assert_eq!(press(&mut app, "Space"), []);
    assert!(app.notice.is_some());
}

#[test]
fn every_press_of_left_shows_an_earlier_moment_until_the_first() {
    let mut app = walked();
    let mut seen = vec![app.shown_events()];
    for _ in 0..1_000 {
        press(&mut app, "Left");
        if app.notice.is_some() {
            break;
        }
        seen.push(app.shown_events());
    }
    assert!(seen.is_sorted_by(|a, b| a > b), "{seen:?}");
    assert_eq!(
        *seen.last().unwrap(),
        1,
        "the first moment is the beginning"
    );
    // Nine statements of one or several calls, some of which wait first: far fewer moments than events.
    assert!(
        seen.len() > 12 && seen.len() * 2 < app.book.events().len(),
        "{seen:?}"
    );
    // What was asked for is never the end of a moment.
    for count in &seen[1..] {
        let last = &app.book.events()[count - 1];
        assert!(!matches!(last.fact, Fact::Asked { .. }), "{last:?}");
    }
    // And forth again through the same moments.
    for count in seen.iter().rev().skip(1) {
        press(&mut app, "Right");
        assert_eq!(app.shown_events(), *count);
    }
    assert_eq!(app.cursor(), Cursor::Live);
}

#[test]
fn in_the_past_space_goes_forth_and_only_at_the_end_on() {
    let mut app = fresh();
    say(&mut app, "one");
    say(&mut app, "two");
    press(&mut app, "Left Left");
    assert_eq!(app.shown_events(), 1);
    assert_eq!(press(&mut app, "Space Space"), []);
    assert_eq!(app.cursor(), Cursor::Live);
    assert_eq!(press(&mut app, "Space"), [Effect::Next]);
}

#[test]
fn home_and_end_are_the_first_moment_and_now() {
    let mut app = walked();
    press(&mut app, "Home");
    assert_eq!(app.shown_events(), 1);
    assert_eq!(app.session().step, 0);
    press(&mut app, "End");
    assert_eq!(app.cursor(), Cursor::Live);
    assert!(app.session().lines.complete());
}

#[test]
fn a_held_view_stays_while_things_go_on() {
    let mut app = fresh();
    press(&mut app, "f");
    let shown = app.shown_events();
    say(&mut app, "meanwhile");
    assert_eq!((app.shown_events(), app.behind()), (shown, 1));
    assert!(matches!(app.cursor(), Cursor::At { frozen: true, .. }));
    press(&mut app, "f");
    assert_eq!((app.shown_events(), app.behind()), (shown + 1, 0));
}

#[test]
fn the_past_stays_the_past_while_things_go_on() {
    let mut app = walked();
    press(&mut app, "Left Left Left");
    let before = app.session().clone();
    say(&mut app, "meanwhile");
    assert_eq!(*app.session(), before);
    press(&mut app, "End");
    assert_eq!(app.session(), app.book.session());
}

#[test]
fn what_the_kernel_tells_much_later_is_a_moment_of_its_own() {
    let mut app = walked();
    let socket = app
        .book
        .session()
        .sockets_of(Actor::Server)
        .next_back()
        .unwrap();
    let (id, from) = (socket.id, socket.state);
    let before = app.shown_events();
    app.observe(Observation {
        at: app.book.now().plus(Nanos::from_millis(60_000)),
        who: Some(Actor::Server),
        source: Source::Kernel,
        cause: Cause::Unknown,
        fact: Fact::State {
            socket: id,
            from,
            to: crate::model::tcp::TcpState::Closed,
        },
    });
    press(&mut app, "Left");
    assert_eq!(app.shown_events(), before);
}

#[test]
fn playing_goes_on_by_itself_and_stops_when_told() {
    let mut app = fresh();
    assert_eq!(app.beat(), []);
    press(&mut app, "a");
    assert_eq!(app.beat(), [Effect::Next]);
    app.busy = true;
    assert_eq!(app.beat(), []);
    assert!(app.play.on);
    app.busy = false;
    press(&mut app, "a");
    assert_eq!(app.beat(), []);
}

#[test]
fn playing_ends_with_the_script_and_space_goes_on_in_free_play() {
    let mut app = walked();
    press(&mut app, "Left a");
    assert_eq!(app.beat(), []);
    assert_eq!(app.cursor(), Cursor::Live);
    assert!(app.play.on, "the past was played first");
    assert_eq!(app.beat(), []);
    assert!(!app.play.on);
    assert_eq!(press(&mut app, "Space"), [Effect::Next]);
}

#[test]
fn the_pace_goes_up_and_down_within_bounds() {
    let mut app = fresh();
    let pace = app.play.pace;
    press(&mut app, "+");
    assert!(app.play.pace < pace);
    press(&mut app, "-");
    assert_eq!(app.play.pace, pace);
    for _ in 0..50 {
        press(&mut app, "+");
    }
    assert_eq!(app.play.pace, Nanos::from_millis(250));
}

#[test]
fn a_held_view_keeps_its_time_and_space_says_so() {
    let mut app = fresh();
    app.drawn.at = Nanos::from_millis(100);
    press(&mut app, "f");
    // The first frame after the key is that of the moment of the key.
    let frame = Nanos::from_millis(180);
    assert_eq!(app.clock(frame), frame);
    app.drawn.at = frame;
    assert_eq!(press(&mut app, "Space"), []);
    assert!(app.notice.as_ref().is_some_and(|n| n.bad));
    assert_eq!(app.upcoming(), Upcoming::Held);
    assert_eq!(app.clock(Nanos::from_millis(9_000)), frame);
    press(&mut app, "f");
    assert_eq!(press(&mut app, "Space"), [Effect::Next]);
}

#[test]
fn calls_that_return_together_are_one_moment() {
    let mut play = Play::free();
    let addr = "127.0.0.1:10008".parse().unwrap();
    let (listener, caller) = (Fd(3), Fd(5));
    play.listen();
    play.wait(Actor::Server, None, Call::Accept { fd: listener });
    let before = play.book().events().len();
    play.ask("client connect");
    // The server's call returns first; the client's was under way and nobody has seen it wait.
    play.call(
        Actor::Server,
        None,
        Call::Accept { fd: listener },
        4,
        |_| (),
    );
    let call = Call::Connect { fd: caller, addr };
    play.call(Actor::CLIENT, None, call, 0, |done| {
        done.took_ns = Nanos::from_millis(1);
    });
    let mut app = screen(play.into_book());
    press(&mut app, "Left");
    assert_eq!(app.shown_events(), before);
    assert_eq!(
        app.upcoming(),
        Upcoming::Forth("client connect".to_owned()),
        "what forth shows is said"
    );
}

#[test]
fn an_end_that_is_not_ours_is_known_as_such() {
    let mut app = fresh();
    assert_eq!(app.foreign(), None);
    let address = "127.0.0.1:23456".parse().unwrap();
    let begin = |script: &[&str]| Fact::Begin {
        network: "host".to_owned(),
        script: script
            .iter()
            .map(|text| ScriptLine {
                line: 1,
                text: (*text).to_owned(),
            })
            .collect(),
        server: address,
        sight: Sight::default(),
        no_lab: None,
    };
    let at = app.book.now();
    for (script, foreign) in [
        (&["client connect"][..], true),
        (&["server listen", "client connect"][..], false),
        (&[][..], false),
    ] {
        app.observe(Observation {
            at,
            who: None,
            source: Source::Script,
            cause: Cause::Unknown,
            fact: begin(script),
        });
        let expected = foreign.then_some(Foreign {
            side: Side::Server,
            address,
        });
        assert_eq!(app.foreign(), expected, "{script:?}");
    }
}
