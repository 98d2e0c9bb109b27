//! Every kind of mistake in a lesson, as who writes one is told of it.

use super::*;
use core::fmt::Write as _;

/// The starting point with one thing changed.
const WRONG: &[(&str, &str, &str)] = &[
    ("no front matter", "---\n#", "#"),
    ("a front matter that never ends", "---\n\n# My", "\n# My"),
    ("a key that is not known", "minutes: 5", "minuts: 5"),
    ("a key twice", "minutes: 5", "minutes: 5\nminutes: 6"),
    ("no title", "title: My first lesson\n", ""),
    ("no number", "minutes: 5", "minutes: \"fünf\""),
    ("no such network", "network: any", "network: lap"),
    (
        "a list elsewhere",
        "network: any",
        "network: any\n  - say it",
    ),
    ("a line without a colon", "network: any", "network any"),
    (
        "a long title",
        "My first lesson",
        "How a connection between two programs is opened and closed",
    ),
    ("HTML", "This is prose.", "This is <b>prose</b>."),
    (
        "a link to a file",
        "https://man7.org/linux/man-pages/man2/recv.2.html",
        "recv.html",
    ),
    (
        "a word after fourline",
        "```fourline\nserver listen",
        "```fourline frsh\nserver listen",
    ),
    (
        "a word after question",
        "```question\nNothing",
        "```question choice\nNothing",
    ),
    ("a statement", "server listen 10008", "server lisen 10008"),
    (
        "two statements",
        "server listen 10008\nexpect server state LISTEN",
        "server lisen 10008\nexpect server state LISTENS",
    ),
    ("again", "server accept\n", "server accept\nagain\n"),
    (
        "an empty block",
        "server recv\nexpect server waits recv\n",
        "# nothing\n",
    ),
    (
        "a block in a list",
        "```fourline fresh\nclient connect\nexpect client errno ECONNREFUSED\n```",
        "- look:\n  ```fourline fresh\n  client connect\n  ```",
    ),
    (
        "a block that never ends",
        "expect client errno ECONNREFUSED\n```",
        "expect client errno ECONNREFUSED",
    ),
    (
        "a claim of a choice",
        "if: server waits recv",
        "if: server wait recv",
    ),
    (
        "a claim with a time",
        "if: server waits recv",
        "if: server waits recv within 1s",
    ),
    (
        "a choice with two claims",
        "if: server waits recv",
        "if: server waits recv\n  if: line 1",
    ),
    ("a claim above all choices", "- it returns 0 at once\n", ""),
    ("one choice", "- [ ] ETIMEDOUT\n", ""),
    ("no right choice", "[x]", "[ ]"),
    ("two right choices", "[ ]", "[x]"),
    (
        "a claim and a cross",
        "- [ ] ETIMEDOUT",
        "- ETIMEDOUT\n  if: client errno ETIMEDOUT",
    ),
    ("nothing is asked", "Which bytes are they?\n", ""),
    ("no reason", "because: they come as they were sent.\n", ""),
    ("no answer", "bytes: server recv\n", ""),
    (
        "two kinds of answers",
        "bytes: server recv\n",
        "bytes: server recv\nnumber: packets\n",
    ),
    (
        "a measure",
        "number: server returned",
        "number: server retuned",
    ),
    (
        "what was brought",
        "bytes: server recv",
        "bytes: server sent",
    ),
    (
        "a tolerance",
        "number: server returned",
        "number: server returned\ngive or take: a bit",
    ),
    (
        "a tolerance of a choice",
        "- it fails",
        "give or take: 5\n- it fails",
    ),
    (
        "a line that goes on nothing",
        "bytes: server recv\n",
        "bytes: server recv\nand more\n",
    ),
    (
        "a key without a value",
        "because: they come as they were sent.",
        "because:",
    ),
    (
        "lists in lists",
        "## A question\n",
        "## A question\n\n- a\n  - b\n    - c\n      - d\n        - e\n          - f\n",
    ),
];

#[test]
fn each_mistake_is_told_with_its_place() {
    let mut told = String::new();
    for (what, from, to) in WRONG {
        assert!(STARTING_POINT.contains(from), "{what}");
        let text = STARTING_POINT.replacen(from, to, 1);
        let Err(mistakes) = Lesson::parse(text.as_bytes()) else {
            panic!("{what} is no mistake");
        };
        let _ = write!(told, "== {what}\n\n");
        for mistake in &mistakes {
            let _ = write!(told, "{}\n\n", mistake.report("lesson.md", &text));
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_lesson_in_which_nothing_runs_is_none() {
    let text = "---\ntitle: T\nminutes: 1\nafterwards:\n  - say it\n---\n\n# T\n";
    let mistakes = Lesson::parse(text.as_bytes()).unwrap_err();
    assert_eq!(
        mistakes[0].report("lesson.md", text),
        "error: no block of this lesson runs\n --> lesson.md:9:1\n  |\n9 |\n  | ^\n  |\n  = help: statements stand between lines of ```fourline and ```"
    );
}
