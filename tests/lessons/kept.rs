//! What is kept of lessons, and reports of it.

use crate::stage::{Home, TALK, Told, says};
use fourline::run::shelf::digest;
use serde_json::{Value, json};
use std::fs;

/// A home in which two of the three questions of a lesson have been answered.
fn after_two_answers() -> (Home, String) {
    let home = Home::new();
    let file = home.file("talk.md", TALK);
    let path = fs::canonicalize(&file).unwrap();
    let mut kept = json!({
        "digest": digest(TALK.as_bytes()), "title": "A talk", "at": 5, "reached": 6, "stops": 7, "finished": false,
        "began": 1_795_416_958, "last": 1_795_417_000, "ended": null,
        "replies": [{"number": 3}, {"choice": 1}, null],
        "marks": [{"truth": {"number": 0}, "right": false}, {"truth": {"choice": 1}, "right": true}, null],
    });
    let other = kept.clone();
    kept["title"] = json!("A talk");
    let whole = json!({"fourline_lessons": 1, "lessons": {path.to_str().unwrap(): kept, "/gone.md": other}});
    home.file(".local/state/fourline/lessons.json", whole.to_string());
    (home, path.to_str().unwrap().to_owned())
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn all_that_was_answered_can_be_reported() {
    let (home, path) = after_two_answers();
    let told = home.run(&["learn", "--report", "answers.json"]);
    assert_eq!(
        (told.code, &*told.out),
        (0, "Report: answers.json\n"),
        "{}",
        told.err
    );
    let report = json(&home.read("answers.json"));
    assert_eq!(report["fourline_report"], 1);
    assert_eq!(report["learner"], "ada");
    assert_eq!(report["lessons"][0]["lesson"], "/gone.md");
    assert_eq!(report["lessons"][0]["questions"], Value::Null);
    let lesson = &report["lessons"][1];
    assert_eq!(lesson["lesson"], *path);
    assert_eq!(lesson["began"]["utc"], "2026-11-23 06:55:58 UTC");
    let score =
        json!({"right": 1, "wrong": 1, "skipped": 0, "unknown": 0, "open": 1, "questions": 3});
    assert_eq!(lesson["score"], score);
    assert_eq!(
        lesson["questions"][1],
        json!({"line": 28, "kind": "choice", "text": "Who answers a caller first?", "reply": "b) the server's kernel",
            "answer": "b) the server's kernel", "result": "right"})
    );
    // For both, and for reading only.
    let told = home.run(&["learn", "--report", "both", "--name", "Ada <b> L."]);
    assert_eq!(told.out, "Report: both.json and both.txt\n");
    let told = home.run(&["learn", "--report", "read.md", "--name", "Ada <b> L."]);
    assert_eq!(told.code, 0);
    says(&home.read("read.md"), &["Learner: Ada \\<b\\> L.\n"]);
    says(
        &home.read("both.txt"),
        &[
            "Learner: Ada <b> L.\n",
            "Score: 1 of 3 right, 1 wrong, 1 not answered yet\n",
            "Lesson: /gone.md\n",
            "its text is not at hand any more",
            "1. What does listen return?\n   - reply: 3\n   - answer: 0\n   - wrong\n",
            "3. Which picture is this?\n   - not answered yet\n",
        ],
    );
}

#[test]
fn a_report_takes_no_other_files_place() {
    let (home, _) = after_two_answers();
    let report = |more: &[&str]| home.run(&[&["learn", "--report", "answers"], more].concat());
    let refused = |told: Told| {
        says(
            &told.err,
            &["answers.", " exists already, and is no earlier report"],
        );
        assert_eq!(told.code, 2);
    };
    assert_eq!(report(&[]).code, 0);
    assert_eq!(
        report(&[]).code,
        0,
        "an earlier report of the same is replaced"
    );
    refused(report(&["--name", "bob"]));
    says(&home.read("answers.txt"), &["Learner: ada\n"]);
    // Of fewer lessons than there: something would be lost.
    assert_eq!(home.run(&["learn", "--reset", "/gone.md"]).code, 0);
    refused(report(&[]));
    assert_eq!(report(&["--force"]).code, 0);
    for other in ["", "{}", "notes of mine\n", "\0"] {
        home.file("answers.txt", other);
        refused(report(&[]));
        assert_eq!(home.read("answers.txt"), other);
    }
    // Without a terminal nobody answers: there is nothing to tell of one lesson.
    let told = home.run(&["learn", "talk.md", "--report", "one.json"]);
    says(&told.err, &["without a terminal nobody is asked"]);
    assert_eq!(told.code, 2);
}

#[test]
fn what_was_kept_is_listed_and_forgotten() {
    let (home, path) = after_two_answers();
    let told = home.run(&["learn", "--list"]);
    says(
        &told.out,
        &[
            "From files:\n",
            "A talk  /gone.md, at 6 of 7, 1 right\n",
            &format!("A talk  {path}, at 6 of 7, 1 right\n"),
        ],
    );
    let told = home.run(&["learn", "--reset", "talk.md"]);
    assert_eq!(
        (told.code, &*told.out),
        (0, "Begins anew: A talk\n"),
        "{}",
        told.err
    );
    let told = home.run(&["learn", "--reset", "talk.md"]);
    assert_eq!(
        (told.code, &*told.out),
        (0, "Nothing is kept of talk.md.\n")
    );
    assert_eq!(home.run(&["learn", "--reset", "no-such"]).code, 2);
    let told = home.run(&["learn", "--reset"]);
    assert_eq!((told.code, &*told.out), (0, "Begins anew: A talk\n"));
    let told = home.run(&["learn", "--reset"]);
    assert_eq!(
        (told.code, &*told.out),
        (0, "Nothing is kept of any lesson.\n")
    );
    assert!(!home.run(&["learn"]).out.contains("From files"));
}
