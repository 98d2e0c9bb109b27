//! A lesson in the presenter's view: how its cards look, and a script that was changed.

use super::*;
use crate::app::{Card, Look, Overlay};
use crate::model::payload::is_unprintable;

/// At a stop, with so many cards turned over.
fn shows(stops: usize, replies: &[Reply], turned: usize) -> App {
    let mut app = at(TEXT, stops, replies);
    app.look = Look::Presenter;
    app.learning.as_mut().unwrap().turned = turned;
    app.echo = vec!["p".to_owned(), "Space".to_owned()];
    app
}

#[test]
fn one_reads_one_thing_at_a_time() {
    sizes("lesson_large_title", &shows(0, &[], 0));
    let paragraph = shows(0, &[], 1);
    sizes("lesson_large_reading", &paragraph);
    let mut ascii = paragraph;
    ascii.settings.ascii = true;
    check(
        "lesson_large_reading_ascii_120x36",
        &letters(&ascii, 120, 36),
    );
}

/// The first stop that fits, with the first question answered.
fn stop(fits: impl Fn(&Halt) -> bool) -> usize {
    let lesson = lesson(TEXT);
    lesson.stops.iter().position(|s| fits(&s.what)).unwrap()
}

#[test]
fn a_question_and_what_the_run_answers() {
    let asked = stop(|what| matches!(what, Halt::Ask(0)));
    let question = shows(asked, &[], 0);
    assert_eq!(question.card(), Some(Card::Question(0)));
    sizes("lesson_large_asked", &question);
    let running = shows(asked + 1, &[Reply::Choice(0)], 0);
    assert_eq!(running.card(), Some(Card::Lab));
    sizes("lesson_large_running", &running);
    let answered = shows(asked + 1, &[Reply::Choice(0)], 1);
    assert_eq!(answered.card(), Some(Card::Answer(0)));
    sizes("lesson_large_answered", &answered);
}

#[test]
fn notes_are_small_and_below() {
    let first = stop(|what| matches!(what, Halt::Run(..)));
    for (name, stops) in [("reading", first - 1), ("running", first)] {
        let mut app = shows(stops, &[], 0);
        app.learning.as_mut().unwrap().notes = true;
        sizes(&format!("lesson_large_notes_{name}"), &app);
    }
}

#[test]
fn every_card_of_a_lesson_is_drawn_at_every_size() {
    let many = lesson(TEXT).stops.len();
    for stops in 0..many {
        for turned in 0..6 {
            let mut app = shows(stops, &[Reply::Choice(2)], turned);
            app.learning.as_mut().unwrap().notes = turned % 2 == 0;
            app.settings.ascii = turned % 3 == 0;
            if turned == 5 {
                app.settings.theme = ThemeName::Light;
            }
            for (width, height) in [(80, 24), (93, 31), (120, 36), (200, 60), (400, 24)] {
                let shown = letters(&app, width, height);
                let is_safe = |c: char| c == '\n' || !is_unprintable(c);
                assert!(shown.chars().all(is_safe));
            }
        }
    }
}

#[test]
fn a_script_that_was_changed_says_how_to_reset_it() {
    let mut play = Play::four_lines();
    for step in 0..4 {
        play.walk(step);
    }
    let mut app = app(play.into_book());
    app.overlay = Some(Overlay::Script(3));
    let key = |app: &mut App, key: &str| {
        let chord: crate::app::Chord = key.parse().unwrap();
        app.update(crate::app::Input::Key(chord.event()));
    };
    key(&mut app, "Shift-Up");
    // The bench begins anew with the other order.
    let was = app.book.session().script.clone();
    let mut script = was.to_vec();
    let texts: Vec<String> = script.iter().map(|row| row.text.clone()).collect();
    (script[2].text, script[3].text) = (texts[3].clone(), texts[2].clone());
    let begin = Fact::Begin {
        network: "host".to_owned(),
        script,
        server: "127.0.0.1:10008".parse().unwrap(),
        sight: app.session().sight.as_ref().clone(),
        no_lab: None,
    };
    app.observe(crate::model::event::Observation {
        at: app.book.now(),
        who: None,
        source: Source::Program,
        cause: crate::model::event::Cause::Unknown,
        fact: begin,
    });
    sizes("over_script_changed", &app);
    app.settings.ascii = true;
    check("over_script_changed_ascii_80x24", &letters(&app, 80, 24));
    key(&mut app, "Backspace");
    app.observe(crate::model::event::Observation {
        at: app.book.now(),
        who: None,
        source: Source::Program,
        cause: crate::model::event::Cause::Unknown,
        fact: Fact::Begin {
            network: "host".to_owned(),
            script: was.to_vec(),
            server: "127.0.0.1:10008".parse().unwrap(),
            sight: app.session().sight.as_ref().clone(),
            no_lab: None,
        },
    });
    assert!(!app.is_script_changed());
}
