//! Jumps by what happened, `g`, and searches that take several keys.

use super::{recorded::open as recorded_one, *};
use crate::app::{Hit, Stride, drawn::Area, state::Cursor};
use crate::model::{
    event::{Cause, Fact, Observation, Source},
    ids::{Actor, Nanos},
    tcp::TcpState,
};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;

fn lab() -> App {
    screen(Play::lab_walked().into_book())
}

/// How many events have happened just after each event of this kind.
fn counts(app: &App, is: impl Fn(&Fact) -> bool) -> Vec<usize> {
    let events = app.book.events().iter().enumerate();
    let all = events.filter(|(_, e)| is(&e.fact));
    all.map(|(i, _)| i + 1).collect()
}

fn mistake(app: &mut App, text: &str) -> String {
    press(app, "g");
    write(app, text);
    press(app, "Enter");
    let told = app.bar.as_ref().and_then(|bar| bar.mistake.clone());
    press(app, "Esc");
    assert!(app.bar.is_none());
    told.unwrap_or_default()
}

fn go_to(app: &mut App, text: &str) -> usize {
    assert_eq!(mistake(app, text), "", "{text}");
    app.shown_events()
}

#[test]
fn each_jump_ends_exactly_at_its_event_there_and_back() {
    type Is = fn(&Fact) -> bool;
    let kinds: [(&str, &str, Is); 5] = [
        (",", ".", |_| true),
        ("[", "]", |f| matches!(f, Fact::Packet(_))),
        ("(", ")", |f| matches!(f, Fact::Call(_))),
        ("<", ">", |f| matches!(f, Fact::State { .. })),
        ("{", "}", |f| matches!(f, Fact::Line { .. })),
    ];
    for (back, forth, is) in kinds {
        let mut app = lab();
        let all = counts(&app, is);
        assert!(all.len() >= 4, "{forth}");
        let now = app.book.events().len();
        let mut seen = Vec::new();
        while app.notice.is_none() {
            press(&mut app, back);
            seen.push(app.shown_events());
        }
        seen.pop();
        let before: Vec<usize> = all.iter().rev().copied().filter(|c| *c < now).collect();
        assert_eq!(seen, before, "{back}");
        assert!(
            app.notice
                .as_ref()
                .is_some_and(|n| n.bad && n.text.contains("before this"))
        );
        // And forth again, through the same ones.
        for count in before.iter().rev().skip(1) {
            press(&mut app, forth);
            assert_eq!(app.shown_events(), *count, "{forth}");
            assert_eq!(*app.session(), app.book.session_at(*count));
        }
        if all.last() == Some(&now) {
            press(&mut app, forth);
            assert_eq!(app.cursor(), Cursor::Live);
        }
        press(&mut app, forth);
        assert!(
            app.notice
                .as_ref()
                .is_some_and(|n| n.text.contains("after this"))
        );
    }
}

#[test]
fn a_jump_leaves_a_held_view() {
    let mut app = lab();
    press(&mut app, "f ,");
    let count = app.book.events().len() - 1;
    let frozen = false;
    assert_eq!(app.cursor(), Cursor::At { count, frozen });
}

#[test]
fn g_goes_to_a_place_in_time() {
    let mut app = lab();
    let events = app.book.events().len();
    assert_eq!(go_to(&mut app, "start"), 1);
    assert_eq!(go_to(&mut app, "end"), events);
    assert_eq!(app.cursor(), Cursor::Live);
    assert_eq!(go_to(&mut app, "7"), 7);
    assert_eq!(go_to(&mut app, "#12"), 12);
    let packets = counts(&app, |f| matches!(f, Fact::Packet(_)));
    assert_eq!(go_to(&mut app, "packet 3"), packets[2]);
    let calls = counts(&app, |f| matches!(f, Fact::Call(_)));
    assert_eq!(go_to(&mut app, "call 2"), calls[1]);
    let line = counts(&app, |f| matches!(f, Fact::Line { line: 3 }));
    assert_eq!(go_to(&mut app, "line 3"), line[0]);
    let at = app.book.events()[line[0] - 1].at_ns;
    assert_eq!(go_to(&mut app, &format!("{}ns", at.0)), app.shown_events());
    assert_eq!(app.session().at, at);
    assert_eq!(go_to(&mut app, ""), app.shown_events(), "nothing was typed");
}

#[test]
fn a_state_is_the_next_one_else_the_first() {
    let mut app = lab();
    let of = |app: &App, who: Actor, state: TcpState| {
        counts(
            app,
            |f| matches!(f, Fact::State { socket, to, .. } if *to == state && socket.actor == who),
        )
    };
    let server = of(&app, Actor::Server, TcpState::Established);
    let client = of(&app, Actor::CLIENT, TcpState::Established);
    go_to(&mut app, "start");
    assert_eq!(go_to(&mut app, "state server ESTABLISHED"), server[0]);
    assert_eq!(go_to(&mut app, "state client established"), client[0]);
    press(&mut app, "End");
    let first = server[0].min(client[0]);
    assert_eq!(go_to(&mut app, "state ESTABLISHED"), first);
}

#[test]
fn a_place_that_is_not_there_is_told_in_words() {
    let mut app = lab();
    let events = app.book.events().len();
    for (text, said) in [
        (
            "0",
            format!("there is no event 0: they go from 1 to {events}"),
        ),
        ("99999", "there is no event 99,999".to_owned()),
        ("10h", "it lasts until".to_owned()),
        (
            "packet 999",
            "packet 999 was not seen: there are some from 1 to".to_owned(),
        ),
        ("call 999", "they go from 1 to".to_owned()),
        ("call 0", "they go from 1 to".to_owned()),
        (
            "state server SYN-SENT",
            "no socket of the server came to SYN-SENT".to_owned(),
        ),
        ("nowhere", "is no place".to_owned()),
    ] {
        let told = mistake(&mut app, text);
        assert!(told.contains(&said), "{text}: {told}");
        assert_eq!(app.cursor(), Cursor::Live, "{text}");
    }
    let mut app = fresh();
    assert!(mistake(&mut app, "line 2").contains("was not reached"));
    assert!(mistake(&mut app, "packet 1").contains("no packets were seen"));
    assert!(mistake(&mut app, "call 1").contains("no call has returned"));
    let mut app = screen(Book::new());
    assert!(mistake(&mut app, "1").contains("no events yet"));
}

#[test]
fn the_bar_says_how_a_place_goes_on() {
    let mut app = lab();
    press(&mut app, "g");
    write(&mut app, "pa");
    press(&mut app, "Tab");
    assert_eq!(bar(&app), "packet ");
    press(&mut app, "Ctrl-U");
    write(&mut app, "state ");
    let offered = |app: &App| -> Vec<String> {
        let bar = app.bar.as_ref().unwrap();
        bar.completions.iter().map(|c| c.text.clone()).collect()
    };
    let states = offered(&app);
    assert!(states.contains(&"ESTABLISHED".to_owned()));
    assert!(states.contains(&"client".to_owned()));
    assert!(!states.contains(&"CLOSING".to_owned()), "nobody came to it");
    assert!(footer(&app).contains(&"Enter go".to_owned()));
    // Statements that were typed earlier are no places.
    assert_eq!(means(&app, "Up"), None);
}

#[test]
fn the_timeline_is_pointed_at_and_dragged() {
    let mut app = lab();
    let mouse = |app: &mut App, kind, column, row| {
        let modifiers = KeyModifiers::NONE;
        app.update(Input::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers,
        }));
    };
    let (down, drag) = (
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::Drag(MouseButton::Left),
    );
    let area = Area {
        x: 10,
        y: 20,
        width: 50,
        height: 1,
    };
    app.drawn.hits = vec![(area, Hit::Track)];
    mouse(&mut app, drag, 30, 20);
    assert_eq!(app.cursor(), Cursor::Live, "nothing is held");
    mouse(&mut app, down, 10, 20);
    assert_eq!(app.shown_events(), 1);
    // Along the track, and past its end, in whichever row the mouse is.
    let mut before = 1;
    for x in 11..80 {
        mouse(&mut app, drag, x, 3);
        assert!(app.shown_events() >= before);
        before = app.shown_events();
    }
    assert_eq!(app.cursor(), Cursor::Live);
    mouse(&mut app, drag, 0, 3);
    assert_eq!(app.shown_events(), 1);
    mouse(&mut app, MouseEventKind::Up(MouseButton::Left), 0, 3);
    mouse(&mut app, drag, 40, 20);
    assert_eq!(app.shown_events(), 1, "it was let go");
    // Where a line is marked, it is that line.
    for mark in app.line_marks().copied().collect::<Vec<_>>() {
        let cell = app.cell_of(mark.index + 1, area.width);
        mouse(&mut app, down, 10 + cell, 20);
        assert_eq!(app.shown_events(), mark.index + 1);
    }
}

#[test]
fn a_search_in_a_long_journal_goes_on_with_the_next_key() {
    let mut play = Play::free();
    let say = |play: &mut Play, text: &str| {
        let text = text.to_owned();
        play.see(None, Source::Script, Fact::Say { text });
    };
    say(&mut play, "needle");
    for _ in 0..120_000 {
        say(&mut play, "hay");
    }
    let mut app = screen(play.into_book());
    press(&mut app, "/");
    write(&mut app, "needle");
    press(&mut app, "Enter");
    let told = app.notice.clone().unwrap().text;
    assert!(
        told.contains("100,000 events") && told.contains("N goes on from there"),
        "{told}"
    );
    assert_eq!(app.cursor(), Cursor::Live);
    press(&mut app, "N");
    assert_eq!(app.notice, None);
    let found = app.shown_events();
    assert!(found < 10, "{found}");
    press(&mut app, "n");
    assert!(app.notice.clone().unwrap().text.contains("n goes on"));
    press(&mut app, "n");
    let told = app.notice.clone().unwrap().text;
    assert!(told.starts_with("No other hit"), "{told}");
    assert_eq!(app.shown_events(), found);
}

#[test]
fn a_moment_is_bounded_however_much_happened_at_once() {
    let mut play = Play::free();
    play.listen();
    let socket = crate::model::ids::SocketId::own(Actor::Server, 0);
    let mut app = screen(play.into_book());
    let at = app.book.now();
    for _ in 0..10_000 {
        app.observe(Observation {
            at,
            who: Some(Actor::Server),
            source: Source::Kernel,
            cause: Cause::Unknown,
            fact: Fact::State {
                socket,
                from: TcpState::Listen,
                to: TcpState::Listen,
            },
        });
    }
    let mut seen = vec![app.shown_events()];
    while app.notice.is_none() {
        press(&mut app, "Left");
        seen.push(app.shown_events());
    }
    assert!(seen.windows(2).all(|w| w[0] - w[1] <= 5_000), "{seen:?}");
    assert_eq!(seen.last(), Some(&1));
}

fn stride() -> impl Strategy<Value = Stride> {
    prop::sample::select(vec![
        Stride::Event,
        Stride::Packet,
        Stride::Call,
        Stride::State,
        Stride::Line,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_jumps_keep_a_moment_that_has_happened(
        recorded in any::<bool>(),
        jumps in prop::collection::vec((stride(), any::<bool>(), any::<Option<u16>>()), 0..60),
    ) {
        let mut app = lab();
        if recorded {
            app = recorded_one(app.book);
        }
        for (stride, forth, cell) in jumps {
            let before = app.shown_events();
            let expected = app.leap_to(stride, forth);
            if let Some(cell) = cell {
                let count = app.moment_at_cell(cell % 20, 20);
                prop_assert_eq!(app.cell_of(count, 20), cell % 20);
                app.go(Cursor::At { count, frozen: false });
            } else {
                let keys = [",", ".", "[", "]", "(", ")", "<", ">", "{", "}"];
                press(&mut app, keys[stride as usize * 2 + usize::from(forth)]);
                prop_assert_eq!(app.shown_events(), expected.unwrap_or(before));
            }
            let shown = app.shown_events();
            prop_assert!((1..=app.book.events().len()).contains(&shown));
            prop_assert_eq!(app.session(), &app.book.session_at(shown));
            prop_assert_eq!(app.cursor() == Cursor::Live, !recorded && shown == app.book.events().len());
            prop_assert!(app.clock(Nanos(u64::MAX)) >= app.session().at);
        }
    }
}
