//! A lesson on the screen: Space goes on, questions wait, free play, and back.

use super::*;
use crate::{
    app::{BarPurpose, Card, Cursor, Hit, Learning, OnShelf, Overlay, Screen, Upcoming},
    lesson::{Lesson, Reply, STARTING_POINT},
    model::{
        event::{FREE_PLAY, Fact, Source},
        ids::Actor,
    },
};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use std::sync::Arc;

/// The screen and the journal behind it: what a lesson asks of the bench is written into it.
struct Class {
    app: App,
    play: Play,
}

impl Class {
    fn begin(text: &str) -> Self {
        let lesson = Arc::new(Lesson::parse(text.as_bytes()).unwrap());
        let play = Play::free();
        let mut app = screen(Play::free().into_book());
        let effects = app.open_lesson(Learning::new("first", lesson));
        assert!(
            matches!(effects[..], [Effect::Stage { run_to: 0, .. }]),
            "{effects:?}"
        );
        Self { app, play }
    }

    /// Presses keys; the texts of the statements that run because of the last one.
    fn press(&mut self, keys: &str) -> Vec<Effect> {
        press(&mut self.app, keys)
    }

    /// These statements have run, and nothing is under way any more.
    fn runs(&mut self, steps: core::ops::Range<usize>, happen: impl Fn(&mut Play)) {
        for step in steps {
            let fact = Fact::Asked {
                text: "a statement".to_owned(),
                step: Some(step),
            };
            self.play.see(None, Source::Script, fact);
        }
        happen(&mut self.play);
        let from = self.app.book.events().len();
        let told = self.play.book().events();
        for event in told.range(from..told.len()).iter() {
            self.app.book.push((*event).clone());
        }
        self.app.settle_lesson();
    }

    fn next(&self) -> String {
        match self.app.upcoming() {
            Upcoming::Step(text) | Upcoming::Lesson(text) => text,
            other => format!("{other:?}"),
        }
    }

    fn at(&self) -> usize {
        self.app.learning.as_ref().unwrap().walk.at()
    }

    fn reply(&self, n: usize) -> Option<&Reply> {
        self.app.learning.as_ref().unwrap().walk.reply(n)
    }

    /// Whether the answer was right, once it is judged.
    fn right(&self, n: usize) -> Option<bool> {
        let walk = &self.app.learning.as_ref().unwrap().walk;
        walk.mark(n).unwrap().right
    }

    /// To the first question, with all that goes before it.
    fn goes_to_the_question(&mut self) {
        self.press("Space Space Space Space Space");
        assert_eq!(self.app.asked(), Some(0));
    }
}

#[test]
fn space_goes_on_and_says_what_comes() {
    let mut class = Class::begin(STARTING_POINT);
    assert_eq!(class.next(), "server listen 10008");
    assert_eq!(
        class.press("Space"),
        [Effect::RunTo(2)],
        "the claim behind it runs with it"
    );
    assert_eq!(class.next(), "client connect");
    assert_eq!(class.press("Space"), [Effect::RunTo(3)]);
    class.press("Space");
    assert_eq!(class.next(), "A question");
    assert_eq!(class.press("PageDown"), []);
    assert_eq!(class.next(), "a question");
    class.press("Space");
    assert_eq!(class.next(), "skip the question");
}

#[test]
fn while_a_step_is_under_way_nothing_goes_on() {
    let mut class = Class::begin(STARTING_POINT);
    class.app.busy = true;
    assert_eq!(class.press("Space Space"), []);
    assert_eq!(class.at(), 0);
}

#[test]
fn a_letter_answers_and_the_lesson_goes_on() {
    let mut class = Class::begin(STARTING_POINT);
    class.goes_to_the_question();
    assert_eq!(class.press("b"), [Effect::RunTo(6)]);
    assert_eq!(class.reply(0), Some(&Reply::Choice(1)));
    class.runs(0..6, |play| {
        play.listen()
            .connect(Actor::CLIENT)
            .accept()
            .recv(Actor::Server);
    });
    assert_eq!(class.right(0), Some(true), "recv waits");
}

#[test]
fn enter_takes_what_is_selected() {
    let mut class = Class::begin(STARTING_POINT);
    class.goes_to_the_question();
    class.press("Down Down Down Up Enter");
    assert_eq!(class.reply(0), Some(&Reply::Choice(1)));
}

#[test]
fn a_letter_that_no_choice_has_is_refused() {
    let mut class = Class::begin(STARTING_POINT);
    class.goes_to_the_question();
    assert_eq!(class.press("f"), []);
    assert_eq!(class.reply(0), None);
    assert!(class.app.notice.as_ref().unwrap().bad);
}

#[test]
fn a_click_on_a_choice_answers() {
    let mut class = Class::begin(STARTING_POINT);
    class.goes_to_the_question();
    let area = crate::app::Area {
        x: 2,
        y: 5,
        width: 10,
        height: 1,
    };
    class.app.drawn.hits.push((area, Hit::Choice(2)));
    class.app.update(Input::Mouse(MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: 3,
        row: 5,
        modifiers: crossterm::event::KeyModifiers::NONE,
    }));
    assert_eq!(class.reply(0), Some(&Reply::Choice(2)));
}

#[test]
fn space_skips_a_question_and_the_run_answers_it_all_the_same() {
    let mut class = Class::begin(STARTING_POINT);
    class.goes_to_the_question();
    assert_eq!(class.press("Space"), [Effect::RunTo(6)]);
    assert_eq!(class.reply(0), Some(&Reply::Skipped));
    class.runs(0..6, |play| {
        play.listen()
            .connect(Actor::CLIENT)
            .accept()
            .recv(Actor::Server);
    });
    assert_eq!(class.right(0), None);
}

#[test]
fn a_number_and_bytes_are_typed() {
    let mut class = Class::begin(STARTING_POINT);
    class.goes_to_the_question();
    class.press("b Space Space");
    let purpose = |class: &Class| class.app.bar.as_ref().map(|bar| bar.purpose.clone());
    assert_eq!(purpose(&class), Some(BarPurpose::Answer(1)));
    write(&mut class.app, "five");
    assert_eq!(class.press("Enter"), []);
    assert!(class.app.bar.as_ref().unwrap().mistake.is_some());
    class.press("Backspace Backspace Backspace Backspace");
    write(&mut class.app, "5");
    class.press("Enter");
    assert_eq!(class.reply(1), Some(&Reply::Number(5)));
    // The next one asks for bytes: as a literal of the language, or just so.
    assert_eq!(purpose(&class), Some(BarPurpose::Answer(2)));
    write(&mut class.app, "\"hel\\x6co\"");
    assert_eq!(class.press("Enter"), [Effect::RunTo(8)]);
    assert_eq!(class.reply(2), Some(&Reply::Bytes(b"hello".to_vec())));
}

#[test]
fn a_number_is_skipped_by_space_or_by_enter_on_nothing() {
    for key in ["Space", "Enter"] {
        let mut class = Class::begin(STARTING_POINT);
        class.goes_to_the_question();
        class.press("b Space Space");
        class.press(key);
        assert_eq!(class.reply(1), Some(&Reply::Skipped), "{key}");
    }
}

#[test]
fn free_play_and_back_to_the_lesson() {
    let mut class = Class::begin(STARTING_POINT);
    class.press("Space Space");
    class.runs(0..3, |play| {
        play.listen();
        let text = FREE_PLAY.to_owned();
        play.see(None, Source::Program, Fact::Mode { text });
    });
    assert!(class.app.is_away());
    assert_eq!(class.next(), "back to the lesson");
    let effects = class.press("Space");
    assert!(matches!(&effects[..], [Effect::Stage { run_to: 3, script }] if script.len() == 8));
    assert_eq!(class.at(), 2, "where it was left");
}

#[test]
fn back_by_a_stop() {
    let mut class = Class::begin(STARTING_POINT);
    class.press("Space Space");
    let effects = class.press("Backspace");
    assert!(matches!(effects[..], [Effect::Stage { run_to: 2, .. }]));
    class.press("Backspace");
    assert_eq!(class.press("Backspace"), []);
    assert!(
        class
            .app
            .notice
            .as_ref()
            .unwrap()
            .text
            .contains("beginning")
    );
}

#[test]
fn a_changed_statement_is_run_and_the_lesson_stands_there() {
    let mut class = Class::begin(STARTING_POINT);
    class.press("Space Space Space");
    // The script of the first scene is on the bench.
    let listen = crate::language::parse_line("server listen 10009", &class.app.vars);
    let listen = listen.unwrap().unwrap();
    let walk = &mut class.app.learning.as_mut().unwrap().walk;
    assert_eq!(
        walk.rewritten(0, "server listen 10009", listen),
        Some(2),
        "with its claim"
    );
    assert_eq!(class.at(), 1);
    let effects = class.press("Backspace");
    assert!(
        matches!(effects[..], [Effect::Stage { run_to: 2, .. }]),
        "as the lesson has it"
    );
}

#[test]
fn it_plays_by_itself_up_to_a_question() {
    let mut class = Class::begin(STARTING_POINT);
    class.press("a");
    for _ in 0..20 {
        class.app.beat();
    }
    assert_eq!(class.app.asked(), Some(0));
    assert!(
        class.app.play.on,
        "it goes on when the question is answered"
    );
}

#[test]
fn in_the_past_a_letter_is_no_answer() {
    let mut class = Class::begin(STARTING_POINT);
    class.goes_to_the_question();
    class.runs(0..5, |play| {
        play.listen().connect(Actor::CLIENT).accept();
    });
    class.press("Left");
    assert_ne!(class.app.cursor(), Cursor::Live);
    assert_eq!(class.app.asked(), None);
    class.press("b");
    assert_eq!(class.reply(0), None);
}

#[test]
fn what_needs_the_lab_is_told_on_the_host_network() {
    let text = STARTING_POINT.replace("network: any", "network: lab");
    let lesson = Arc::new(Lesson::parse(text.as_bytes()).unwrap());
    let mut app = screen(Play::free().into_book());
    let effects = app.open_lesson(Learning::new("first", lesson));
    assert!(matches!(&effects[..], [Effect::Stage { script, run_to: 0 }] if script.is_empty()));
    press(&mut app, "Space");
    assert!(app.learning.as_ref().unwrap().not_here);
    assert_eq!(press(&mut app, "Space Space"), [], "nothing runs");
}

#[test]
fn the_shelf_has_a_selected_row_and_enter_takes_it() {
    let mut app = fresh();
    app.shelf = ["one", "two", "three"]
        .map(|name| OnShelf {
            name: name.to_owned(),
            ..OnShelf::default()
        })
        .to_vec();
    press(&mut app, "8 Down Down Down Up");
    assert_eq!((app.screen, app.on_shelf), (Screen::Lesson, 1));
    assert_eq!(
        press(&mut app, "Enter"),
        [Effect::OpenLesson("two".to_owned())]
    );
}

#[test]
fn the_keys_of_a_lesson_are_there_only_in_a_lesson() {
    let mut app = fresh();
    assert_eq!(means(&app, "p"), None);
    assert_eq!(means(&app, "Backspace"), None);
    assert_eq!(means(&app, "a"), Some(Action::Play));
    app = {
        let mut class = Class::begin(STARTING_POINT);
        class.goes_to_the_question();
        class.app
    };
    assert_eq!(means(&app, "a"), Some(Action::Letter));
    assert_eq!(means(&app, "p"), Some(Action::Notes));
    press(&mut app, "?");
    assert_eq!(app.overlay, Some(Overlay::Help));
}

/// What the presenter's view shows.
fn card(class: &Class) -> Card {
    class.app.card().unwrap()
}

#[test]
fn in_the_presenters_view_one_thing_is_read_at_a_time() {
    let mut class = Class::begin(STARTING_POINT);
    class.press("z");
    assert_eq!(card(&class), Card::Title);
    assert_eq!(class.next(), "read on");
    assert_eq!(class.press("PageDown"), [], "nothing runs");
    assert!(matches!(card(&class), Card::Part(_)));
    assert_eq!(class.at(), 0);
    class.press("PageUp");
    assert_eq!(card(&class), Card::Title);
    class.press("Space Space");
    assert_eq!(class.next(), "server listen 10008");
    assert_eq!(class.press("Space"), [Effect::RunTo(2)]);
    assert_eq!(card(&class), Card::Lab);
    // Who does without large letters reads it at once, as ever.
    let mut class = Class::begin(STARTING_POINT);
    assert_eq!(class.press("Space"), [Effect::RunTo(2)]);
}

#[test]
fn behind_the_lab_comes_what_it_has_answered() {
    let mut class = Class::begin(STARTING_POINT);
    class.goes_to_the_question();
    class.press("z");
    assert_eq!(card(&class), Card::Question(0));
    assert_eq!(class.press("b"), [Effect::RunTo(6)]);
    assert_eq!(card(&class), Card::Lab);
    class.runs(0..6, |play| {
        play.listen()
            .connect(Actor::CLIENT)
            .accept()
            .recv(Actor::Server);
    });
    assert_eq!(card(&class), Card::Lab, "it is seen first");
    assert_eq!(class.next(), "the answer");
    class.press("Space");
    assert_eq!(card(&class), Card::Answer(0));
    let at = class.at();
    class.press("PageUp");
    assert_eq!((card(&class), class.at()), (Card::Lab, at));
    class.press("Space Space");
    assert_eq!(class.at(), at + 1);
}

#[test]
fn what_needs_no_run_is_told_to_those_who_skip_it() {
    let mut class = Class::begin(STARTING_POINT);
    let keyed = class
        .app
        .learning
        .as_ref()
        .unwrap()
        .lesson()
        .questions
        .len()
        - 1;
    let walk = &mut class.app.learning.as_mut().unwrap().walk;
    let stops = walk.lesson().stops.iter();
    let mut asks = stops.map(|s| s.what == crate::lesson::Halt::Ask(keyed));
    let at = asks.position(|asks| asks).unwrap();
    walk.go(at, true);
    class.press("z");
    assert_eq!(card(&class), Card::Question(keyed));
    class.press("Space");
    assert_eq!((card(&class), class.at()), (Card::Answer(keyed), at));
    assert_eq!(class.right(keyed), None);
    class.press("Space");
    assert_eq!(class.at(), at + 1);
}

#[test]
fn a_clicker_goes_back_through_the_step_and_then_through_the_lesson() {
    let mut class = Class::begin(STARTING_POINT);
    class.press("Space");
    class.runs(0..2, |play| {
        play.listen();
    });
    class.press("Space");
    class.runs(2..3, |play| {
        play.connect(Actor::CLIENT);
    });
    let at = class.at();
    let mut seen = 0;
    while class.at() == at {
        let effects = class.press("PageUp");
        seen += 1;
        assert!(seen < 20, "it goes back at last");
        let left = matches!(effects[..], [Effect::Stage { run_to: 2, .. }]);
        assert_eq!(left, class.at() < at, "{effects:?}");
    }
    assert_eq!(class.app.cursor(), Cursor::Live);
}

#[test]
fn where_nothing_runs_a_clicker_goes_back_by_a_stop() {
    let mut class = Class::begin(STARTING_POINT);
    class.press("PageUp");
    assert!(class.app.notice.as_ref().unwrap().bad, "the beginning");
    class.goes_to_the_question();
    let at = class.at();
    assert_eq!(class.press("PageUp"), [], "the lab is there already");
    assert_eq!(class.at(), at - 1);
    class.press("PageDown");
    assert_eq!(class.app.asked(), Some(0));
    // One who walks through the past goes on doing so.
    class.runs(0..4, |play| {
        play.listen().connect(Actor::CLIENT).accept();
    });
    class.press("Left");
    class.press("PageUp");
    assert_eq!(class.at(), at);
    assert_ne!(class.app.cursor(), Cursor::Live);
}

#[test]
fn another_order_is_run_and_what_it_answers_counts() {
    let mut class = Class::begin(STARTING_POINT);
    class.goes_to_the_question();
    class.press("a");
    assert_eq!(class.reply(0), Some(&Reply::Choice(0)));
    // The script of the scene, as the bench begins with it.
    let script = &class.app.learning.as_ref().unwrap().lesson().scenes[0].script;
    let lines = script.iter().map(|s| crate::model::event::ScriptLine {
        line: s.line,
        text: s.text.clone(),
    });
    let fact = Fact::Begin {
        network: "host".to_owned(),
        script: lines.collect(),
        server: ([127, 0, 0, 1], 10008).into(),
        sight: class.app.session().sight.as_ref().clone(),
        no_lab: None,
    };
    class.play.see(None, Source::Program, fact);
    class.runs(0..6, |play| {
        play.listen()
            .connect(Actor::CLIENT)
            .accept()
            .recv(Actor::Server);
    });
    assert_eq!(class.right(0), Some(false));
    class.press("i T Down Down");
    assert_eq!(class.app.overlay, Some(Overlay::Script(2)));
    // The client calls before anybody listens; the claim of listen goes with it.
    let effects = class.press("[");
    let swap = Effect::Swap {
        all: 0..3,
        middle: 2,
        run_to: 1,
    };
    assert_eq!(effects, [swap]);
    assert_eq!(class.app.overlay, Some(Overlay::Script(0)));
    assert_eq!(class.at(), 1);
    let walk = &class.app.learning.as_ref().unwrap().walk;
    let texts: Vec<&str> = walk.lesson().scenes[0].script[..3]
        .iter()
        .map(|s| s.text.as_str())
        .collect();
    assert_eq!(texts[..2], ["client connect", "server listen 10008"]);
    let lines = walk.lesson().scenes[0].script.iter().map(|s| s.line);
    assert!(lines.is_sorted(), "a claim is told by where it stands");
    assert!(walk.mark(0).is_none(), "it is judged by what really runs");
    class.press("Esc");
    assert_eq!(class.next(), "server listen 10008");
    assert_eq!(class.press("Space"), [Effect::RunTo(3)]);
    // As it was: the lesson's own statements, and what they had answered before.
    let effects = class.press("i Backspace");
    assert!(
        matches!(&effects[..], [Effect::Stage { run_to: 3, script }] if script[0].text == "server listen 10008"),
        "{effects:?}"
    );
    let walk = &class.app.learning.as_ref().unwrap().walk;
    assert!(!walk.is_changed());
    assert_eq!(class.press("Backspace"), [], "it is as it was");
}

#[test]
fn while_somebody_plays_freely_no_letter_is_an_answer() {
    let mut class = Class::begin(STARTING_POINT);
    class.goes_to_the_question();
    class.runs(0..4, |play| {
        let text = FREE_PLAY.to_owned();
        play.see(None, Source::Program, Fact::Mode { text });
    });
    assert_eq!(class.app.asked(), None);
    class.press("b");
    assert_eq!(class.reply(0), None);
}

#[test]
fn again_puts_the_scene_to_where_one_stands() {
    let mut class = Class::begin(STARTING_POINT);
    class.press("Space Space");
    let staged = class.press(": a g a i n Enter");
    assert!(
        matches!(staged[..], [Effect::Stage { run_to: 3, .. }]),
        "{staged:?}"
    );
    let line = class.app.learning.as_ref().unwrap().lesson().scenes[0].script[2].line;
    let keys: Vec<String> = line.to_string().chars().map(String::from).collect();
    let staged = class.press(&format!(": a g a i n Space {} Enter", keys.join(" ")));
    assert!(
        matches!(staged[..], [Effect::Stage { run_to: 2, .. }]),
        "{staged:?}"
    );
    assert_eq!(class.press(": a g a i n Space 9 9 9 Enter"), []);
    assert!(class.app.notice.as_ref().unwrap().bad);
}

#[test]
fn it_plays_by_itself_from_wherever_the_lesson_goes_on() {
    // The script on the bench is at its end, and the lesson is not.
    let mut app = walked();
    let lesson = Arc::new(Lesson::parse(STARTING_POINT.as_bytes()).unwrap());
    app.open_lesson(Learning::new("first", lesson));
    press(&mut app, "a");
    assert!(app.play.on);
}
