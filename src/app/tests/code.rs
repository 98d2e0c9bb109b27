//! The conversation beside code.

use super::*;
use crate::{
    app::{BarPurpose, Overlay},
    code::LANGUAGES,
};

#[test]
fn c_opens_it_and_c_closes_it() {
    let mut app = walked();
    press(&mut app, "c");
    assert_eq!(app.overlay, Some(Overlay::Code));
    assert_eq!(app.code.language().name, "c");
    press(&mut app, "c");
    assert_eq!(app.overlay, None);
}

#[test]
fn tab_and_the_arrows_turn_the_languages() {
    let mut app = walked();
    press(&mut app, "c Tab Right");
    assert_eq!(app.code.language().name, "php");
    press(&mut app, "BackTab Left Left");
    assert_eq!(app.code.language().name, "go");
    // It is the same one the next time.
    press(&mut app, "Esc c");
    assert_eq!(app.code.language().name, "go");
}

#[test]
fn one_walks_through_it_and_sees_what_is_later() {
    let mut app = walked();
    press(&mut app, "c");
    let plan = app.plan().into_owned();
    let last = app.step_now(&plan).unwrap();
    assert_eq!(last, plan.steps.len() - 1);
    press(&mut app, "( (");
    assert_eq!(app.overlay, Some(Overlay::Code));
    assert_eq!(*app.plan(), plan, "all of it is there at every moment");
    assert!(app.is_later(&plan, last));
    let now = app.step_now(&plan).unwrap();
    assert!(now < last && !app.is_later(&plan, now));
}

#[test]
fn a_call_that_waits_is_the_one_of_the_moment() {
    let mut play = Play::free();
    play.listen().accept();
    let mut app = screen(play.into_book());
    press(&mut app, "c");
    let plan = app.plan().into_owned();
    let now = app.step_now(&plan).unwrap();
    assert_eq!(now, plan.steps.len() - 1);
    assert!(!app.is_later(&plan, now));
}

#[test]
fn y_copies_all_of_it() {
    let mut app = walked();
    let effects = press(&mut app, "c Tab y");
    let [Effect::Copy(text)] = &effects[..] else {
        panic!("{effects:?}");
    };
    assert_eq!(*text, app.program().text());
    assert!(text.starts_with("#!/usr/bin/env python3\n"));
}

#[test]
fn it_is_saved_under_a_name_and_seen_again() {
    for key in ["Enter", "e"] {
        let mut app = walked();
        press(&mut app, "c Left");
        press(&mut app, key);
        assert_eq!(bar(&app), "talk.go");
        let effects = press(&mut app, "Enter");
        let saved = Effect::SaveCode {
            text: app.program().text(),
            path: "talk.go".to_owned(),
            replace: false,
        };
        assert_eq!(effects, [saved]);
        assert_eq!(app.overlay, Some(Overlay::Code));
        // There is one already: only if it is meant.
        app.ask_to_replace_code("talk.go");
        assert_eq!(app.bar.as_ref().unwrap().purpose, BarPurpose::Code);
        let effects = press(&mut app, "Enter");
        assert!(matches!(
            &effects[..],
            [Effect::SaveCode { replace: true, .. }]
        ));
        press(&mut app, "e Esc");
        assert_eq!(
            (app.overlay.clone(), bar(&app)),
            (Some(Overlay::Code), "(closed)")
        );
    }
}

#[test]
fn it_is_there_in_a_recording_and_before_anything_was_done() {
    let mut app = recorded::open(Play::walked().0.into_book());
    press(&mut app, "c Enter");
    assert_eq!(bar(&app), "talk.c");
    let mut app = fresh();
    for _ in &LANGUAGES {
        press(&mut app, "c Tab");
        assert!(app.program().text().contains("There is nothing to do."));
        press(&mut app, "c");
    }
}

#[test]
fn the_footer_names_its_keys() {
    let mut app = walked();
    press(&mut app, "c");
    let footer = footer(&app);
    assert_eq!(footer[..2], ["Tab language", "Enter save"]);
}
