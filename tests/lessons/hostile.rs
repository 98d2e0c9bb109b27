//! Files that are no lessons, and a state place that is none.

use crate::stage::{Home, TALK, says};
use std::{fs, os::unix::fs::symlink};

#[test]
fn a_file_that_is_no_lesson_is_refused_with_its_place() {
    let home = Home::new();
    let front = "---\ntitle: T\nminutes: 1\nafterwards:\n  - say it\n---\n";
    for (name, bytes, told) in [
        (
            "huge.md",
            "x".repeat(20 << 20).into_bytes(),
            "longer than a lesson can be",
        ),
        (
            "binary.md",
            vec![0; 9_000],
            "U+0000 here is a control character",
        ),
        (
            "latin.md",
            b"---\ntitle: caf\xe9\n---\n".to_vec(),
            "is not UTF-8",
        ),
        (
            "escape.md",
            format!("{front}\x1b]0;x\x07").into_bytes(),
            "U+001B here is a control character",
        ),
        (
            "deep.md",
            format!("{front}{}x", ">".repeat(10_000)).into_bytes(),
            "at most 4 deep",
        ),
        (
            "headings.md",
            format!("{front}{}", "# a\n".repeat(60_000)).into_bytes(),
            "at most 1000 headings",
        ),
        (
            "open.md",
            format!("{front}\n```fourline\nserver listen 0\n").into_bytes(),
            "never ends",
        ),
        ("empty.md", Vec::new(), "a lesson begins with a line of ---"),
    ] {
        let file = home.file(name, bytes);
        for command in ["learn", "check"] {
            let said = home.run(&[command, &file]);
            let text = said.out + &said.err;
            says(&text, &["error: "]);
            assert!(text.contains(told), "{name}: {text}");
            assert!(text.contains(&format!("{name}:")), "{text}");
            assert_eq!(said.code, 2);
        }
    }
    // What cannot be read is said, and nothing waits for it to end.
    for path in ["/dev/zero", "/", "nothing.md"] {
        assert_eq!(home.run(&["learn", path]).code, 2, "{path}");
    }
}

#[test]
fn other_editors_files_are_read() {
    let home = Home::new();
    let windows = format!("\u{feff}{}", TALK.replace('\n', "\r\n"));
    for name in ["windows.md", "windows"] {
        let told = home.run(&[&home.file(name, &windows)]);
        says(
            &told.out,
            &["# A talk\n", "Answer: b) the server's kernel\n"],
        );
        assert_eq!(told.code, 0, "{}", told.err);
    }
    assert_eq!(home.run(&["check", "windows.md"]).code, 0);
}

#[test]
fn whatever_lies_in_the_state_place_lessons_are_listed() {
    let home = Home::new();
    let state = home.state();
    fs::create_dir_all(state.parent().unwrap()).unwrap();
    let deep = "[".repeat(300_000);
    let hostile = r#"{"fourline_lessons":1,"lessons":{"/\u001b[2J":{"digest":"","title":"\u001b]0;x\u0007\n","at":9999999,
        "reached":99,"stops":0,"finished":true,"began":18446744073709551615,"last":18446744073709551615,"ended":null,
        "replies":[{"choice":99}],"marks":[{"truth":{"choice":99},"right":true}]}}}"#;
    for (text, aside) in [
        ("", true),
        ("{}", true),
        (&*deep, true),
        ("\0", true),
        (hostile, false),
    ] {
        fs::write(&state, text).unwrap();
        let told = home.run(&["learn", "--list"]);
        assert_eq!(told.code, 0);
        assert_eq!(told.err.contains("is set aside as"), aside, "{}", told.err);
        let report = home.run(&["learn", "--report", "all.txt", "--force"]);
        assert_eq!(report.code, 0, "{}", report.err);
    }
    says(
        &home.run(&["learn"]).out,
        &["From files:", "\\u{1b}]0;x\\u{7}", "/\\u{1b}[2J"],
    );
    says(&home.read("all.txt"), &["Lesson: /\\u{1b}[2J\n"]);
    fs::remove_file(&state).unwrap();
    symlink("/dev/zero", &state).unwrap();
    let told = home.run(&["learn"]);
    says(&told.err, &["What you do in lessons is not kept"]);
    assert_eq!(told.code, 0);
}
