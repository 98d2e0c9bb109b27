//! A person takes a lesson: leaves it and takes it up again, is asked before it reaches out, and hands in a report.

use crate::stage::{Home, Play, Stage, fourline};
use fourline::lesson::{Lesson, SHIPPED};
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

/// A lesson that runs everywhere, at a port that the kernel picks.
const TALK: &str = include_str!("../lessons/talk.md");

/// A person with a lesson of somebody else's, who comes back.
struct Desk {
    home: Home,
    lesson: PathBuf,
}

impl Desk {
    fn with(text: &str) -> Self {
        let home = Home::new();
        let lesson = home.path().join("talk.md");
        fs::write(&lesson, text).unwrap();
        Self { home, lesson }
    }

    fn state(&self) -> PathBuf {
        self.home.path().join("fourline/lessons.json")
    }

    fn play(&self, words: &str) -> Play {
        fourline(words).env("XDG_STATE_HOME", self.home.path().to_str().unwrap())
    }

    /// `fourline learn` and these words, with the lesson.
    fn learn(&self, words: &str) -> Play {
        self.play(&format!("learn {words}"))
            .arg(self.lesson.to_str().unwrap())
    }

    /// What is kept of the lesson.
    fn kept(&self) -> Value {
        let text = fs::read_to_string(self.state()).unwrap();
        let whole: Value = serde_json::from_str(&text).unwrap();
        let path = fs::canonicalize(&self.lesson).unwrap();
        whole["lessons"][path.to_str().unwrap()].clone()
    }
}

/// To the first question, and answers it.
fn answer_the_first(stage: &Stage, number: &str) {
    stage.until("First,");
    stage.settled();
    stage.keys("Space");
    stage.until("What does listen return?");
    stage.settled();
    stage.type_text(number);
    stage.keys("Enter");
    stage.until("it went well");
    stage.settled();
}

/// From there to the end, with right answers.
fn answer_the_others(stage: &Stage) {
    stage.settled();
    stage.keys("Space");
    stage.until("The caller");
    stage.settled();
    stage.keys("Space");
    stage.until("Who answers a caller first?");
    stage.settled();
    stage.keys("b");
    stage.until("he kernel does");
    stage.settled();
    stage.keys("Space");
    stage.until("Which picture is this?");
    stage.settled();
    stage.keys("a");
    stage.until("here is a caller");
    stage.settled();
}

fn leave(mut stage: Stage) -> String {
    stage.keys("Ctrl-C");
    assert_eq!(stage.code(), 0);
    String::from_utf8_lossy(&stage.raw()).into_owned()
}

#[test]
fn a_lesson_is_taken_up_where_it_was_left() {
    let desk = Desk::with(TALK);
    let stage = desk.learn("").start();
    answer_the_first(&stage, "0");
    leave(stage);
    let kept = desk.kept();
    assert_eq!((&kept["at"], &kept["finished"]), (&json!(2), &json!(false)));
    assert_eq!(
        kept["marks"][0],
        json!({"truth": {"number": 0}, "right": true})
    );

    let stage = desk.learn("").start();
    let screen = stage.until("You left it here. Anew: fourline learn --again ");
    assert!(screen.contains("LISTEN"), "{screen}");
    stage.until("it went well");
    answer_the_others(&stage);
    // It is written while the lesson is taken, not only at its end.
    stage.eventually("the end is kept", || desk.kept()["finished"] == json!(true));
    leave(stage);
    let kept = desk.kept();
    let right = |kept: &Value| {
        let marks = kept["marks"].as_array().unwrap();
        marks
            .iter()
            .filter(|mark| mark["right"] == json!(true))
            .count()
    };
    assert_eq!(right(&kept), 3, "{kept}");

    // Who looks at it once more loses nothing.
    let stage = desk.learn("").start();
    stage.until("You have finished it.");
    stage.until("here is a caller");
    leave(stage);
    assert_eq!(right(&desk.kept()), 3);

    let stage = desk.learn("--again").start();
    stage.until("First,");
    leave(stage);
    let kept = desk.kept();
    assert_eq!((&kept["at"], &kept["finished"]), (&json!(0), &json!(true)));
    assert_eq!((right(&kept), &kept["ended"]), (0, &json!(null)));

    // A lesson that was changed begins anew.
    answer_the_first(&desk.learn("").start(), "0");
    fs::write(&desk.lesson, TALK.replace("First,", "First of all, First,")).unwrap();
    let stage = desk.learn("").start();
    stage.until("This lesson has changed since you took it");
    stage.until("First of all");
    leave(stage);
    assert_eq!(desk.kept()["finished"], json!(true));

    let mut stage = desk.learn("--reset").start();
    assert_eq!(stage.code(), 0);
    assert!(
        stage.screen().contains("Begins anew: A talk"),
        "{}",
        stage.screen()
    );
}

#[test]
fn a_report_is_handed_in() {
    let desk = Desk::with(TALK);
    let report = desk.home.path().join("answers");
    let play = || {
        let play = desk.learn("--name Ada").arg("--report");
        play.arg(report.to_str().unwrap())
    };
    let stage = play().start();
    answer_the_first(&stage, "7");
    let out = leave(stage);
    assert!(
        out.contains("Report: ") && out.contains("answers.json and "),
        "{out}"
    );
    let read = || -> Value {
        serde_json::from_str(&fs::read_to_string(report.with_extension("json")).unwrap()).unwrap()
    };
    let lesson = &read()["lessons"][0];
    assert_eq!(lesson["lesson"], *desk.lesson.to_str().unwrap());
    assert_eq!(lesson["ended"], json!(null));
    assert_eq!(lesson["questions"][0]["reply"], "7");
    assert_eq!(lesson["questions"][0]["result"], "wrong");
    assert_eq!(lesson["questions"][1]["result"], "open");

    let stage = play().start();
    stage.until("You left it here.");
    answer_the_others(&stage);
    leave(stage);
    let score =
        json!({"right": 2, "wrong": 1, "skipped": 0, "unknown": 0, "open": 0, "questions": 3});
    assert_eq!(read()["score"], score);
    assert!(read()["lessons"][0]["ended"]["seconds"].is_u64());
    let text = fs::read_to_string(report.with_extension("txt")).unwrap();
    assert!(text.contains("Score: 2 of 3 right, 1 wrong\n"), "{text}");

    // Somebody else's file is not replaced, and that is said before anybody answers anything.
    fs::write(report.with_extension("txt"), "notes").unwrap();
    let mut stage = play().size(200, 36).start();
    assert_eq!(stage.code(), 2);
    assert!(
        stage.screen().contains("answers.txt exists already"),
        "{}",
        stage.screen()
    );
}

#[test]
fn a_lesson_that_reaches_out_is_asked_about() {
    let home = Home::new();
    let mark = home.path().join("it-ran");
    let spawn = format!(
        "spawn client sh -c \"touch {}; echo done\"\nexpect client printed \"done\" within 20s\nserver listen 0\n",
        mark.display()
    );
    let desk = Desk::with(&TALK.replace("server listen 0\n", &spawn));
    for (typed, runs) in [
        ("n\r", false),
        ("\r", false),
        ("yes please\r", false),
        ("y\r", true),
    ] {
        let mut stage = desk.learn("").size(200, 36).start();
        stage.until("It runs the program sh -c touch");
        stage.until("Run it? [y/N]");
        assert!(
            !stage.terminal(vt100::Screen::alternate_screen),
            "it is asked before the screen is taken"
        );
        stage.type_text(typed);
        if runs {
            stage.until("First,");
            assert!(!mark.exists(), "only its statement runs it");
            leave(stage);
        } else {
            assert_eq!(stage.code(), 2);
            assert!(stage.screen().contains("is not run."), "{}", stage.screen());
            assert!(!mark.exists());
        }
    }
    // Checked, it is asked as well.
    for (typed, runs) in [("n\r", false), ("y\r", true)] {
        let mut stage = desk
            .play("check")
            .arg(desk.lesson.to_str().unwrap())
            .size(200, 36)
            .start();
        stage.until("Run it? [y/N]");
        stage.type_text(typed);
        assert_eq!(stage.code(), if runs { 0 } else { 2 }, "{}", stage.screen());
        assert_eq!(mark.exists(), runs);
    }
}

#[test]
fn a_place_where_nothing_can_be_kept_is_told_once_and_disturbs_nobody() {
    let desk = Desk::with(TALK);
    let stage = desk.learn("").env("XDG_STATE_HOME", "/proc/self").start();
    stage.until("First,");
    stage.until("What you do in lessons cannot be kept");
    answer_the_first(&stage, "0");
    stage.gone("cannot be kept");
    answer_the_others(&stage);
    assert_eq!(leave(stage).matches("cannot be kept").count(), 1);

    fs::create_dir_all(desk.state().parent().unwrap()).unwrap();
    fs::write(desk.state(), "{\"fourline_lessons\":1,\"lessons\":[\x1b[2J").unwrap();
    let stage = desk.learn("").start();
    stage.until("could not be read, and is set aside");
    answer_the_first(&stage, "0");
    leave(stage);
    assert_eq!(desk.kept()["at"], json!(2));
    assert!(desk.state().with_extension("json.bad").is_file());
}

#[test]
fn the_shelf_is_there_in_every_session() {
    let Some(first) = SHIPPED.first() else {
        return;
    };
    let title = Lesson::parse(first.text.as_bytes()).unwrap().front.title;
    let desk = Desk::with(TALK);
    let stage = desk.play("learn").start();
    stage.until("LESSONS");
    stage.until(&title);
    stage.settled();
    stage.keys("Enter");
    stage.until(&format!("─ {title} "));
    leave(stage);
    let text = fs::read_to_string(desk.state()).unwrap();
    assert!(text.contains(&format!("\"{}\"", first.name)), "{text}");
    // Beside a lesson in a file, which stands there too.
    let stage = desk.learn("").start();
    stage.until("First,");
    stage.keys("8");
    let screen = stage.until("LESSONS");
    assert!(
        screen.contains(&title) && screen.contains("A talk"),
        "{screen}"
    );
    leave(stage);
    let stage = desk.play("").start();
    stage.settled();
    stage.keys("8");
    stage.until(&title);
    leave(stage);
}
