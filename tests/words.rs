//! What is told of conversations that really took place in the lab, moment by moment: the journals are real ones.
//!
//! To take over what has changed: `INSTA_UPDATE=always cargo test --test words`.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read what it checks has failed"
)]

use core::fmt::Write as _;
use fourline::model::{
    book::Book,
    story::{happening::happening, next::next_step, tell::sentence},
};

fn book(journal: &str) -> Book {
    let mut book = Book::new();
    for line in journal.lines().skip(1) {
        book.push(serde_json::from_str(line).unwrap());
    }
    book
}

/// Each sentence as it changes, the line of the story with which it does, and what Space would do then.
fn told(journal: &str) -> String {
    let book = book(journal);
    let (mut text, mut before) = (String::new(), Vec::new());
    for count in 1..=book.events().len() {
        let session = book.session_at(count);
        if let Some(line) = sentence(&book, count - 1) {
            let _ = writeln!(text, "{line}");
        }
        let told = happening(&book, &session).what;
        let long = told.join(" ").len();
        assert!(
            long <= 250 || told.len() > 1 && told[1].contains("whole conversation"),
            "{told:?}"
        );
        if told != before {
            let next = next_step(&session).unwrap_or_default();
            let _ = writeln!(text, "    | {}\n    | Space: {next}", told.join("\n    | "));
            before = told;
        }
    }
    text
}

#[test]
fn a_handshake_in_the_hand() {
    insta::assert_snapshot!(told(include_str!("journals/lab-held.jsonl")));
}

#[test]
fn data_that_was_lost_three_times() {
    insta::assert_snapshot!(told(include_str!("journals/lab-data-lost.jsonl")));
}

#[test]
fn the_four_lines_in_the_lab() {
    insta::assert_snapshot!(told(include_str!("journals/lab-four-lines.jsonl")));
}
