//! Lessons as they are read.

mod hostile;
mod mistakes;
mod report;

use super::*;
use crate::language::{Vars, parse_line};
use crate::model::{
    event::{FREE_PLAY, Fact, Source},
    story::testing::Play,
};
use std::sync::Arc;

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

/// Two blocks, a question before each, and one at the end.
const TALK: &str = "---\ntitle: A talk\nminutes: 1\nafterwards:\n  - say what listen returns\n---\n
# A talk

First, `listen`.

> **Presenter:** Wait here.

```question
What does listen return?
number: server returned
because: 0 means that it went well.
```

```fourline
server listen 10008
expect server state LISTEN
```

```question
Who answers a caller first?
- the server's program
  if: line 2
  but: it sleeps in accept.
- the server's kernel
  if: server state LISTEN
because: the kernel does.
```

```fourline fresh
client connect
```

```question
Which picture is this?
- [x] the telephone
- [ ] the letter
because: there is a caller.
```
";

fn walk() -> Walk {
    Walk::new(Arc::new(read(TALK)))
}

/// A statement of the scene is asked for, as the bench does it.
fn asks(play: &mut Play, step: usize) {
    let text = "a statement".to_owned();
    let fact = Fact::Asked {
        text,
        step: Some(step),
    };
    play.see(None, Source::Script, fact);
}

#[test]
fn the_run_answers_a_question() {
    let mut walk = walk();
    let mut play = Play::free();
    assert_eq!(walk.forth(true), Go::Shown);
    assert_eq!(walk.asked(), Some(0));
    assert!(
        !walk.answer(Reply::Number(3), play.book()),
        "the run answers it"
    );
    let run = Go::Stage(Place {
        scene: 0,
        run_to: 2,
    });
    assert_eq!(walk.forth(true), run);
    assert!(!walk.settle(play.book()), "nothing has run yet");
    asks(&mut play, 0);
    play.listen();
    assert!(!walk.settle(play.book()), "the claim was not looked at yet");
    asks(&mut play, 1);
    assert!(walk.settle(play.book()));
    let mark = Mark {
        truth: Truth::Number(0),
        right: Some(false),
    };
    assert_eq!(walk.mark(0), Some(&mark));
    assert_eq!(walk.told_here(), [0]);
    assert_eq!(walk.score(), (0, 1, 3));
    assert!(!walk.settle(play.book()), "it is judged once");
}

#[test]
fn a_question_that_is_skipped_is_answered_all_the_same() {
    let mut walk = walk();
    let mut play = Play::free();
    walk.forth(true);
    walk.forth(true);
    asks(&mut play, 0);
    play.listen();
    asks(&mut play, 1);
    walk.settle(play.book());
    let mark = walk.mark(0).unwrap();
    assert_eq!((mark.right, &mark.truth), (None, &Truth::Number(0)));
    assert_eq!(walk.score(), (0, 0, 3));
}

#[test]
fn in_free_play_nothing_is_judged() {
    let mut walk = walk();
    let mut play = Play::free();
    walk.forth(true);
    walk.forth(true);
    asks(&mut play, 0);
    play.listen();
    asks(&mut play, 1);
    let text = FREE_PLAY.to_owned();
    play.see(None, Source::Program, Fact::Mode { text });
    assert!(!walk.settle(play.book()));
}

#[test]
fn a_keyed_question_is_answered_at_once_and_the_end_is_the_end() {
    let mut walk = walk();
    let play = Play::free();
    walk.go(4, true);
    assert_eq!(walk.forth(true), Go::Shown);
    assert!(!walk.is_finished(), "the last question is still open");
    assert!(walk.answer(Reply::Choice(0), play.book()));
    assert_eq!(walk.mark(2).map(|m| m.right), Some(Some(true)));
    assert!(walk.is_finished());
    assert_eq!(walk.forth(true), Go::Over);
    assert_eq!(walk.told_here(), [2]);
}

#[test]
fn back_and_again() {
    let mut walk = walk();
    for _ in 0..4 {
        walk.forth(true);
    }
    assert_eq!(walk.at(), 4);
    let before = Place {
        scene: 0,
        run_to: 2,
    };
    // At the question the first scene still stands; before its block there is nothing.
    assert_eq!(walk.back(true), Some(Go::Stage(before)));
    assert_eq!(
        walk.asked(),
        Some(1),
        "a question that lies ahead waits again"
    );
    // Where the bench stands there already, nothing runs.
    assert_eq!(walk.back(true), Some(Go::Shown));
    assert_eq!(walk.back(true), Some(Go::Stage(Place::default())));
    assert_eq!(walk.back(true), Some(Go::Shown));
    assert_eq!(walk.back(true), None);
}

#[test]
fn a_changed_statement_is_where_one_stands() {
    let mut walk = walk();
    for _ in 0..3 {
        walk.forth(true);
    }
    let text = "server listen 10009";
    let listen = parse_line(text, &Vars::new()).unwrap().unwrap();
    assert_eq!(walk.rewritten(0, text, listen), Some(2), "and its claim");
    assert_eq!(walk.lesson().scenes[0].script[0].text, text);
    assert!(walk.is_changed());
    assert_eq!(walk.at(), 2);
    let place = Place {
        scene: 0,
        run_to: 2,
    };
    assert_eq!(walk.again(true), Go::Stage(place));
    assert!(!walk.is_changed(), "the lesson's own statements are back");
}

#[test]
fn what_needs_the_lab_is_told_elsewhere_and_not_run() {
    let text = TALK.replace("minutes: 1", "minutes: 1\nnetwork: lab");
    let mut walk = Walk::new(Arc::new(read(&text)));
    walk.forth(false);
    assert_eq!(walk.forth(false), Go::NotHere);
    assert!(matches!(
        walk.mark(0),
        Some(Mark {
            truth: Truth::Unknown(_),
            right: None
        })
    ));
    assert_eq!(walk.forth(false), Go::Shown);
    assert_eq!(walk.asked(), Some(1));
}

#[test]
fn after_what_was_not_run_the_next_scene_begins_anew() {
    // The first scene needs the lab, the second does not.
    let text = TALK.replace("server listen 10008\n", "server listen 10008\ncable hold\n");
    let mut walk = Walk::new(Arc::new(read(&text)));
    walk.go(6, false);
    let second = Go::Stage(Place {
        scene: 1,
        run_to: 1,
    });
    assert_eq!(walk.go(5, false), second);
    // One goes back into what is not run, and forth again.
    assert_eq!(walk.go(3, false), Go::NotHere);
    assert!(walk.mark(0).is_some(), "it is told that it cannot be known");
    walk.forth(false);
    assert_eq!(walk.forth(false), second, "nothing is on the bench");
}

/// A question that is measured behind the last block.
const MEASURED: &str = "---
title: Measured
minutes: 1
afterwards:
  - count
---

```fourline
server socket
```

```fourline
client socket
```

```question
How many calls did the client make?
number: client calls
because: one.
```
";

#[test]
fn what_is_measured_behind_the_last_block_waits_until_the_bench_is_at_rest() {
    let mut walk = Walk::new(Arc::new(read(MEASURED)));
    let mut play = Play::free();
    // Taken up at the question: the bench is still on its way there.
    walk.go(2, true);
    asks(&mut play, 0);
    assert!(walk.answer(Reply::Number(0), play.book()));
    assert!(walk.is_finished());
    assert_eq!(walk.mark(0), None);
    assert!(!walk.settle(play.book()));
    asks(&mut play, 1);
    let text = FREE_PLAY.to_owned();
    let mut away = Play::free();
    asks(&mut away, 0);
    asks(&mut away, 1);
    away.see(None, Source::Program, Fact::Mode { text });
    assert!(!walk.settle(away.book()), "somebody plays freely");
    assert!(walk.settle(play.book()));
    assert_eq!(walk.mark(0).map(|m| m.right), Some(Some(true)));
}

#[test]
fn a_question_that_was_asked_anew_is_judged_by_its_new_answer() {
    let between = MEASURED.replace("```fourline\nclient socket\n```\n\n", "")
        + "\n```fourline\nclient socket\n```\n";
    let mut walk = Walk::new(Arc::new(read(&between)));
    let answer = |walk: &mut Walk, reply| {
        let mut play = Play::free();
        asks(&mut play, 0);
        walk.forth(true);
        walk.answer(Reply::Number(reply), play.book());
        walk.forth(true);
        asks(&mut play, 1);
        assert!(walk.settle(play.book()));
    };
    answer(&mut walk, 0);
    let right = |mark: Option<&Mark>| mark.and_then(|mark| mark.right);
    assert_eq!(right(walk.mark(0)), Some(true));
    // The first statement is changed, and one goes on from there.
    let text = "client2 socket";
    let other = parse_line(text, &Vars::new()).unwrap().unwrap();
    walk.rewritten(0, text, other);
    assert_eq!((walk.at(), walk.reply(0)), (0, None));
    assert_eq!(walk.kept().3, [None], "nothing is replied");
    answer(&mut walk, 5);
    assert_eq!(right(walk.kept().3[0].as_ref()), Some(false));
    walk.again(true);
    assert_eq!(right(walk.mark(0)), Some(false));
}

#[test]
fn a_scene_runs_anew_as_it_was_changed_and_up_to_a_line() {
    let mut walk = walk();
    walk.go(2, true);
    let text = "server listen 10009";
    let listen = parse_line(text, &Vars::new()).unwrap().unwrap();
    walk.rewritten(0, text, listen);
    let place = Place {
        scene: 0,
        run_to: 2,
    };
    assert_eq!(walk.rerun(true), Go::Stage(place));
    assert!(walk.is_changed());
    let line = walk.lesson().scenes[0].script[0].line;
    assert_eq!(
        walk.before_line(line, true),
        Some(Go::Stage(Place::default()))
    );
    assert_eq!((walk.at(), walk.is_changed()), (1, false));
    assert_eq!(walk.before_line(line + 2, true), None);
}

#[test]
fn what_is_asked_is_before_ones_eyes_and_its_answer_is_not() {
    let lesson = read(TALK);
    for stop in &lesson.stops {
        let Halt::Ask(n) = stop.what else { continue };
        assert_eq!(
            lesson.parts.get(stop.page.end - 1),
            Some(&Part::Question(n))
        );
    }
}

#[test]
fn what_was_left_is_taken_up_and_what_does_not_fit_is_not() {
    let right = |truth| {
        Some(Mark {
            truth,
            right: Some(true),
        })
    };
    let mut walk = walk();
    let replies = vec![
        Some(Reply::Number(0)),
        Some(Reply::Choice(1)),
        Some(Reply::Choice(0)),
    ];
    let marks = vec![
        right(Truth::Number(0)),
        right(Truth::Choice(1)),
        right(Truth::Choice(0)),
    ];
    assert!(walk.take_up(5, true, replies.clone(), marks.clone()));
    let place = Place {
        scene: 1,
        run_to: 1,
    };
    assert_eq!(walk.again(true), Go::Stage(place));
    assert_eq!(walk.score(), (3, 3, 3), "what was answered there stays");
    assert_eq!(walk.again(true), Go::Stage(place));
    assert_eq!(walk.asked(), Some(2), "until one begins there again");

    let wrong = vec![
        Some(Reply::Choice(0)),
        Some(Reply::Choice(2)),
        Some(Reply::Bytes(Vec::new())),
    ];
    let false_marks = vec![
        right(Truth::Choice(0)),
        right(Truth::Choice(9)),
        right(Truth::Number(1)),
    ];
    assert!(walk.take_up(5, false, wrong, false_marks));
    assert_eq!(walk.score(), (0, 0, 3));
    assert!((0..3).all(|n| walk.reply(n).is_none()));
    assert!(
        !walk.take_up(6, false, replies.clone(), marks.clone()),
        "there is no such stop"
    );
    assert!(!walk.take_up(0, false, vec![None], vec![None]));
    assert!(
        !walk.take_up(0, false, vec![None; 3], vec![None; 3]),
        "nothing was done"
    );
}

#[test]
fn a_choice_may_look_like_a_list_or_a_heading() {
    let text = TALK
        .replace("- [x] the telephone", "- [x] 0.")
        .replace("- [ ] the letter", "- [ ] # `letter`");
    let lesson = read(&text);
    let Kind::Choice(choices) = &lesson.questions[2].kind else {
        panic!("choices")
    };
    let texts: Vec<_> = choices.iter().map(|c| c.text.plain()).collect();
    assert_eq!(texts, ["0.", "# letter"]);
    assert_eq!(choices[1].text.named().collect::<Vec<_>>(), ["letter"]);
}

#[test]
fn the_lessons_that_ship_are_in_order() {
    for (i, shipped) in (1..).zip(SHIPPED) {
        let lesson = read(shipped.text);
        assert_eq!(lesson.front.order, i, "{}", shipped.name);
        assert!(
            (1..=4).contains(&lesson.questions.len()),
            "{}",
            shipped.name
        );
        let graded = lesson.questions.iter().filter(|q| !q.is_keyed()).count();
        assert!(graded >= 2, "{}: the run answers", shipped.name);
        let notes = lesson
            .parts
            .iter()
            .filter(|p| matches!(p, Part::Note(_)))
            .count();
        assert!(notes > 0, "{}: notes to the presenter", shipped.name);
        assert!(
            lesson
                .links()
                .iter()
                .any(|(_, to)| to.contains("rfc-editor.org")),
            "{}",
            shipped.name
        );
    }
    assert_eq!(SHIPPED.len(), 15);
    let third = shipped("three-packets");
    assert_eq!(third, shipped("3"));
    assert_eq!(third, shipped("03-three-packets"));
    assert_eq!(shipped("04-three-packets"), None);
}
