//! What must hold of any lesson's text, on any screen, at any size.

use super::{TEXT, asks, at, ran, runs};
use crate::{
    app::{Learning, Screen},
    lesson::{Lesson, Reply},
    model::{book::Book, payload::is_unprintable, story::testing::Play},
    ui::tests::{app, frame},
};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use std::sync::Arc;

const SCREENS: [Screen; 8] = [
    Screen::Main,
    Screen::Ladder,
    Screen::Bytes,
    Screen::States,
    Screen::Packets,
    Screen::Calls,
    Screen::Kernel,
    Screen::Lesson,
];

fn safe(buf: &Buffer) -> bool {
    let mut symbols = buf.content.iter().map(ratatui::buffer::Cell::symbol);
    symbols.all(|s| !s.chars().any(is_unprintable))
}

#[test]
fn every_screen_draws_beside_it_at_every_size() {
    for stops in [0, runs(2), asks(1)] {
        let mut app = at(TEXT, stops, &[Reply::Choice(0)]);
        for screen in SCREENS {
            app.screen = screen;
            for (width, height) in [
                (80, 24),
                (80, 36),
                (100, 29),
                (119, 24),
                (120, 24),
                (121, 36),
                (160, 45),
                (200, 60),
            ] {
                assert!(safe(&frame(&app, width, height).0), "{screen:?}");
            }
        }
    }
}

/// Words that no lesson should have.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,9}",
        "\\PC{0,12}",
        Just("\u{1b}[2J\u{1b}]0;x\u{7}".to_owned()),
        Just("\u{9b}31m\u{202e}rtl\u{200b}".to_owned()),
        Just("漢字かな👩‍👩‍👧e\u{301}".to_owned()),
        Just("`SYN`".to_owned()),
        Just("**strong** *em* [l](https://x.y/\u{1b}[0m)".to_owned()),
        (1..4000_usize).prop_map(|n| "x".repeat(n)),
        (1..300_usize).prop_map(|n| "漢".repeat(n)),
    ]
}

fn words() -> impl Strategy<Value = String> {
    proptest::collection::vec(word(), 1..12)
        .prop_map(|all| all.join(" ").replace(['<', '\n', '\r'], " "))
}

fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        words(),
        (1..6_usize, words()).prop_map(|(n, text)| format!("{} {text}", "#".repeat(n))),
        proptest::collection::vec(words(), 1..5)
            .prop_map(|all| {
                let items = all.iter().map(|t| format!("- {t}\n  - {t}\n"));
                items.collect::<Vec<_>>().concat()
            }),
        words().prop_map(|text| format!("> {text}")),
        words().prop_map(|text| format!("> **Presenter:** {text}")),
        (words(), 1..60_usize).prop_map(|(text, n)| {
            let text = text.replace('|', " ");
            let cells = format!("|{text}").repeat(n);
            format!("{cells}|\n{}|\n{cells}|", "|---".repeat(n))
        }),
        words().prop_map(|text| format!("```text\n{}\n```", text.replace('`', ""))),
        (words(), words(), words()).prop_map(|(a, b, c)| {
            let one = |t: &str| t.replace([':', '`'], " ").trim().to_owned();
            let (a, b, c) = (one(&a), one(&b), one(&c));
            format!("```question\nWhat {a}?\n- [x] is {b}\n- [ ] is {c}\n  but: {a} x\nbecause: x {c}\n```")
        }),
        Just("```fourline\nserver listen 10008\nexpect server state LISTEN\n```".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Any text is drawn without panic, and none of it is obeyed by a terminal.
    #[test]
    fn any_lesson_is_drawn_and_safe(
        title in "\\PC{1,20}",
        parts in proptest::collection::vec(part(), 1..14),
        width in 80..220_u16,
        height in 24..70_u16,
        choice in 0..2_usize,
        ascii: bool,
    ) {
        let text = format!(
            "---\ntitle: x{title}\u{1b}[31m\nminutes: 1\nafterwards:\n  - do {title}\n---\n\n{}\n",
            parts.join("\n\n"),
        );
        let Ok(lesson) = Lesson::parse(text.as_bytes()) else {
            return Ok(());
        };
        let lesson = Arc::new(lesson);
        let mut app = app(ran_or_nothing(&lesson));
        app.settings.ascii = ascii;
        app.learning = Some(Learning::new("\u{1b}[2J", lesson.clone()));
        for i in 0..lesson.stops.len().min(6) {
            let learning = app.learning.as_mut().unwrap();
            learning.notes = i % 2 == 0;
            learning.not_here = i % 3 == 0;
            let reply = if i % 2 == 0 { Reply::Choice(choice) } else { Reply::Skipped };
            learning.walk.answer(reply, &app.book);
            app.screen = if i == 5 { Screen::Lesson } else { Screen::Main };
            prop_assert!(safe(&frame(&app, width, height).0));
            app.learning.as_mut().unwrap().walk.forth(true);
        }
    }
}

fn ran_or_nothing(lesson: &Lesson) -> Book {
    if lesson.scenes.is_empty() {
        return Play::lab().into_book();
    }
    ran(lesson, 2, "\u{1b}[2J")
}
