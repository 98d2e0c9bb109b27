//! Any bytes as a lesson: they are read, or every mistake names a place in them; either way they are safe to show. The
//! first byte says whether a sound front matter stands before them, so that the text is reached.
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run lesson`
#![no_main]

use fourline::{
    lesson::{Lesson, Part},
    model::payload::is_unprintable,
};
use libfuzzer_sys::fuzz_target;

const FRONT: &[u8] = b"---\ntitle: T\nminutes: 1\nafterwards:\n  - say it\n---\n";

fn safe(text: &str) {
    assert!(text.chars().all(|c| c == '\n' || !is_unprintable(c)));
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let source = match first % 4 {
        0 => rest.to_vec(),
        _ => [FRONT, rest].concat(),
    };
    let text = String::from_utf8_lossy(&source);
    match Lesson::parse(&source) {
        Ok(lesson) => {
            safe(&lesson.front.title);
            for line in lesson.parts.iter().flat_map(Part::lines) {
                safe(&line.plain());
            }
            for statement in lesson.all_statements() {
                assert_eq!(&text[statement.span.clone()], statement.text);
            }
            for stop in &lesson.stops {
                assert!(lesson.parts.get(stop.page.clone()).is_some());
            }
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            for mistake in mistakes {
                assert!(text.get(mistake.span.clone()).is_some());
                safe(&mistake.report("fuzz", &text));
            }
        }
    }
});
