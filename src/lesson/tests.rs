//! Lessons as they are read.

use super::*;

fn read(text: &str) -> Lesson {
    Lesson::parse(text.as_bytes()).unwrap_or_else(|mistakes| {
        let told: Vec<_> = mistakes
            .iter()
            .map(|m| m.report("lesson.md", text))
            .collect();
        panic!("{}", told.join("\n"))
    })
}

#[test]
fn the_starting_point_is_a_lesson() {
    let lesson = read(STARTING_POINT);
    assert_eq!(lesson.front.title, "My first lesson");
    assert_eq!(lesson.scenes.len(), 2);
    assert_eq!(lesson.questions.len(), 4);
    let halts: Vec<_> = lesson
        .stops
        .iter()
        .map(|s| match &s.what {
            Halt::Read => "read".to_owned(),
            Halt::Ask(n) => format!("ask {n}"),
            Halt::Run(block, steps) => format!("run {block} {steps:?}"),
        })
        .collect();
    assert_eq!(
        halts,
        [
            "read",
            "run 0 0..2",
            "run 0 2..3",
            "run 0 3..4",
            "read",
            "ask 0",
            "run 1 4..6",
            "read",
            "ask 1",
            "ask 2",
            "run 2 6..8",
            "read",
            "ask 3",
            "run 3 0..2",
            "read",
        ]
    );
}
