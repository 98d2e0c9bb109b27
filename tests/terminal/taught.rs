//! Each lesson that ships is walked through by keys to its end: by one who answers rightly, by one who is always wrong,
//! and by one who skips every question. What each of them answered stands in the report.

use crate::stage::{Play, Stage, in_the_lab};
use fourline::lesson::{Halt, Kind, Lesson, Question, letter, shipped};
use std::{collections::BTreeMap, process::Command, thread};

/// How somebody takes a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Right,
    Wrong,
    Skips,
}

/// What the run answers to the questions of a lesson, by their lines: as `fourline check` tells it.
fn answers(file: &str) -> BTreeMap<u32, String> {
    let checked = Command::new(env!("CARGO_BIN_EXE_fourline"))
        .args(["check", file, "--network", "lab"])
        .output()
        .unwrap();
    let told = String::from_utf8(checked.stdout).unwrap();
    assert!(checked.status.success(), "{told}");
    let answer = |line: &str| {
        let (place, answer) = line.split_once(": the answer is: ")?;
        let line = place.rsplit(':').next()?.parse().ok()?;
        Some((line, answer.to_owned()))
    };
    told.lines().filter_map(answer).collect()
}

/// Somebody who takes a lesson.
struct Learner<'l> {
    stage: Stage,
    lesson: &'l Lesson,
    answers: &'l BTreeMap<u32, String>,
    manner: Manner,
}

impl Learner<'_> {
    /// Whether the pane says that this stop is reached.
    fn is_at(&self, screen: &str, stop: usize) -> bool {
        let (here, all) = (stop + 1, self.lesson.stops.len());
        screen.contains(&format!(" {here} of {all} "))
            || screen.contains(&format!(" {here}/{all} "))
    }

    fn waits_for(&self, stop: usize) {
        let what = format!("stop {} of {}", stop + 1, self.lesson.stops.len());
        self.stage
            .until_screen(&what, |screen| self.is_at(screen, stop));
    }

    /// Space, as often as it takes until what is under way lets the lesson go on.
    fn goes_on_to(&self, stop: usize) {
        let what = format!("stop {}", stop + 1);
        self.stage.eventually(&what, || {
            self.stage.settled();
            self.stage.keys("Space");
            self.is_at(&self.stage.settled(), stop)
        });
    }

    /// Answers a question, or skips it. Whether the lesson has gone on by that.
    fn answers(&self, question: &Question) -> bool {
        let right = &self.answers[&question.line];
        match &question.kind {
            Kind::Choice(_) => {
                let right = right.chars().next().unwrap_or_default();
                let wrong = if right == letter(0) {
                    letter(1)
                } else {
                    letter(0)
                };
                let chosen = if self.manner == Manner::Right {
                    right
                } else {
                    wrong
                };
                self.stage.until(&format!("{chosen})"));
                self.stage.keys(&chosen.to_string());
            }
            Kind::Number(..) => {
                let right = right.split(' ').next().unwrap_or_default();
                self.types(right, "987654321");
            }
            Kind::Bytes(..) => self.types(right, "not these"),
        }
        question.block.is_some()
    }

    fn types(&self, right: &str, wrong: &str) {
        self.stage.until("your answer:");
        let text = if self.manner == Manner::Right {
            right
        } else {
            wrong
        };
        self.stage.type_text(text);
        self.stage.until(text);
        self.stage.keys("Enter");
    }

    fn walks(&self) {
        let stops = &self.lesson.stops;
        for (at, stop) in stops.iter().enumerate() {
            self.waits_for(at);
            let gone_on = match stop.what {
                Halt::Ask(n) if self.manner != Manner::Skips => {
                    self.answers(&self.lesson.questions[n])
                }
                _ => false,
            };
            if at + 1 < stops.len() && !gone_on {
                self.goes_on_to(at + 1);
            }
        }
        self.stage.settled();
    }

    /// Quits, and looks at what the report says of each question.
    fn is_told(&mut self) {
        self.stage.keys("Ctrl-C");
        assert_eq!(self.stage.code(), 0);
        let report: serde_json::Value =
            serde_json::from_str(&self.stage.noted("report.json")).unwrap();
        let lesson = &report["lessons"][0];
        assert!(!lesson["ended"].is_null(), "{lesson:#}");
        let told = lesson["questions"].as_array().unwrap();
        assert_eq!(told.len(), self.lesson.questions.len());
        for (told, question) in told.iter().zip(&self.lesson.questions) {
            let expected = match self.manner {
                Manner::Right => "right",
                Manner::Wrong => "wrong",
                Manner::Skips => "skipped",
            };
            // How long something takes is another number in each run.
            let timed =
                matches!(&question.kind, Kind::Number(measure, _) if measure.unit() == "ms");
            let result = told["result"].as_str().unwrap();
            let fits = result == expected || timed && self.manner == Manner::Right;
            assert!(fits, "{:?}: {told:#}", self.manner);
        }
    }
}

/// Walks through a lesson in all three manners, each on a screen of another size.
fn taken(name: &str) {
    if in_the_lab().is_none() {
        return;
    }
    let text = shipped(name).unwrap().text;
    let lesson = Lesson::parse(text.as_bytes()).unwrap();
    let number = lesson.front.order;
    let file = format!(
        "{}/assets/lessons/{number:02}-{name}.md",
        env!("CARGO_MANIFEST_DIR")
    );
    let answers = answers(&file);
    thread::scope(|threads| {
        for (manner, (columns, rows)) in [
            (Manner::Right, (120, 36)),
            (Manner::Wrong, (80, 24)),
            (Manner::Skips, (200, 60)),
        ] {
            let (lesson, answers) = (&lesson, &answers);
            threads.spawn(move || {
                let play = in_the_lab().unwrap().size(columns, rows);
                let play = ["learn", name, "--report", "report.json"]
                    .into_iter()
                    .fold(play, Play::arg);
                let mut learner = Learner {
                    stage: play.start(),
                    lesson,
                    answers,
                    manner,
                };
                learner.walks();
                learner.is_told();
            });
        }
    });
}

/// A test for each lesson.
macro_rules! lessons {
    ($($test:ident $name:literal)*) => {
        $(#[test]
        fn $test() {
            taken($name);
        })*

        #[test]
        fn every_lesson_is_among_these() {
            let walked = [$($name),*];
            let ships = fourline::lesson::SHIPPED.iter().map(|lesson| lesson.name);
            assert!(ships.eq(walked));
        }
    };
}

lessons! {
    the_four_lines "the-four-lines"
    what_is_a_socket "what-is-a-socket"
    three_packets "three-packets"
    where_are_my_bytes "where-are-my-bytes"
    three_acknowledgements "three-acknowledgements"
    a_stream_has_no_messages "a-stream-has-no-messages"
    goodbye "goodbye"
    slamming_the_phone "slamming-the-phone"
    the_queue_at_the_counter "the-queue-at-the-counter"
    lost_and_found "lost-and-found"
    the_slow_reader "the-slow-reader"
    small_packets "small-packets"
    nobody_there "nobody-there"
    address_already_in_use "address-already-in-use"
    the_silent_peer "the-silent-peer"
}
