//! Reports, for programs and for reading.

use super::*;
use crate::lesson::report::{Report, Taken, answers};

fn report(name: &str) -> Report {
    let lesson = read(TALK);
    let replies = [
        Some(Reply::Number(3)),
        Some(Reply::Skipped),
        Some(Reply::Choice(0)),
    ];
    let mark = |truth, right| Some(Mark { truth, right });
    let marks = [
        mark(Truth::Number(0), Some(false)),
        mark(Truth::Unknown("\u{202e}why".to_owned()), None),
        mark(Truth::Choice(0), Some(true)),
    ];
    let taken = Taken {
        name: name.to_owned(),
        title: lesson.front.title.clone(),
        digest: "00ff".to_owned(),
        began: 1_795_416_958,
        last: 1_795_417_000,
        ended: Some(1_795_417_000),
        stops: lesson.stops.len(),
        reached: lesson.stops.len(),
        answers: Some(answers(&lesson, &replies, &marks)),
    };
    let begun = Taken {
        ended: None,
        reached: 1,
        name: "begun".to_owned(),
        answers: Some(answers(&lesson, &[], &[])),
        ..taken.clone()
    };
    let gone = Taken {
        answers: None,
        name: "/gone.md".to_owned(),
        ..begun.clone()
    };
    Report {
        learner: "Ada *L*".to_owned(),
        written: 1_795_420_000,
        lessons: vec![taken, begun, gone],
    }
}

#[test]
fn it_is_written_for_programs_and_for_reading() {
    let report = report("a_talk\u{202e}");
    insta::assert_snapshot!("report-json", report.json());
    insta::assert_snapshot!("report-text", report.text(false));
    insta::assert_snapshot!("report-markdown", report.text(true));
}

#[test]
fn it_takes_the_place_of_an_earlier_one_only() {
    let one = report("a_talk");
    let fewer = Report {
        lessons: one.lessons[..1].to_vec(),
        ..one.clone()
    };
    let other = Report {
        learner: "Bob".to_owned(),
        ..one.clone()
    };
    for there in [
        Report::json,
        |r: &Report| r.text(false),
        |r: &Report| r.text(true),
    ] {
        assert!(one.may_replace(&there(&one)));
        assert!(one.may_replace(&there(&fewer)));
        assert!(!fewer.may_replace(&there(&one)));
        assert!(!other.may_replace(&there(&one)));
    }
    for there in ["", "{}", "[]", "fourline report", "{\"fourline_report\":1}"] {
        assert!(!one.may_replace(there), "{there}");
    }
}
