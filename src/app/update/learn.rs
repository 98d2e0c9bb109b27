//! A lesson goes on, back, and is answered; the lab is put to where the lesson needs it.

use crate::app::{
    drawn::ScrollId,
    keys::Chord,
    learning::Learning,
    state::{App, BarPurpose, Cursor, Effect, Look, Screen},
};
use crate::{
    language::{Vars, parse_line},
    lesson::{Go, Kind, Reply, asked_for, letter},
    model::command::{Command, Data, Statement},
};

impl App {
    /// Opens a lesson: the lab is put to its place.
    pub fn open_lesson(&mut self, learning: Learning) -> Vec<Effect> {
        let lab = self.is_lab();
        (self.overlay, self.bar) = (None, None);
        self.go(Cursor::Live);
        self.screen = Screen::Main;
        self.script_was = None;
        let mut learning = learning;
        let go = learning.walk.again(lab);
        self.learning = Some(learning);
        self.perform(go)
    }

    /// The next stop of the lesson; nothing if none is open.
    pub(super) fn next_in_walk(&mut self) -> Option<Vec<Effect>> {
        let lab = self.is_lab();
        self.learning.as_ref()?;
        if self.is_away() {
            return Some(self.back_to_lesson());
        }
        let turns = self.card_to_come().is_some();
        let learning = self.learning.as_mut()?;
        if turns {
            learning.turned += 1;
            return Some(Vec::new());
        }
        // What needs no run to be answered is told also to those who skip it.
        let at_once = learning
            .walk
            .asked()
            .and_then(|n| learning.walk.question(n))
            .is_some_and(|question| question.block.is_none());
        if at_once {
            return Some(self.answer(Reply::Skipped));
        }
        let go = learning.walk.forth(lab);
        Some(self.perform(go))
    }

    /// Back, for a clicker: where the lab runs by one moment, to where the statement was asked for; from there, and where
    /// one reads, to the stop before. In the presenter's view first by a card.
    pub(super) fn step_back(&mut self) -> Vec<Effect> {
        let lab = self.is_lab();
        let live = self.cursor == Cursor::Live;
        let away = self.is_away();
        let presents = self.look == Look::Presenter;
        let before = self.moment_before(self.shown_events());
        let Some(learning) = self.learning.as_mut().filter(|_| !away) else {
            self.walk_back();
            return Vec::new();
        };
        if live && presents && learning.turned > 0 {
            let last = learning.cards().len() - 1;
            learning.turned = learning.turned.min(last).saturating_sub(1);
            return Vec::new();
        }
        let runs = learning.walk.running().filter(|_| !learning.not_here);
        let began = runs.map(|(_, steps)| asked_for(&self.book, steps.start));
        let within = match began {
            Some(began) => began.zip(before).is_some_and(|(began, at)| at > began),
            // Somebody walks through the past.
            None => !live,
        };
        if within {
            self.walk_back();
            return Vec::new();
        }
        let Some(go) = learning.walk.back(lab) else {
            self.refuse("This is the beginning of the lesson.");
            return Vec::new();
        };
        self.go(Cursor::Live);
        let effects = self.perform(go);
        if let Some(learning) = self.learning.as_mut().filter(|_| presents) {
            learning.turn_to_the_last_card();
        }
        effects
    }

    /// Puts the lab back to where the lesson needs it; where it is there already, goes back by a stop.
    pub(super) fn back_in_lesson(&mut self) -> Vec<Effect> {
        let lab = self.is_lab();
        self.go(Cursor::Live);
        let away = self.is_away();
        let Some(learning) = &mut self.learning else {
            return Vec::new();
        };
        if away || learning.walk.is_changed() {
            return self.back_to_lesson();
        }
        if let Some(go) = learning.walk.back(lab) {
            return self.perform(go);
        }
        self.refuse("This is the beginning of the lesson.");
        Vec::new()
    }

    pub(super) fn back_to_lesson(&mut self) -> Vec<Effect> {
        let lab = self.is_lab();
        let Some(learning) = &mut self.learning else {
            return Vec::new();
        };
        let go = learning.walk.again(lab);
        let effects = self.perform(go);
        self.tell("Back to the lesson: the lab is as the lesson needs it.");
        effects
    }

    /// `again` in a lesson: the scene runs anew up to where one stands, with what was changed in it; with a line, the lesson
    /// goes to where the statement there comes next.
    pub(super) fn again_in_lesson(&mut self, line: Option<u32>) -> Vec<Effect> {
        let lab = self.is_lab();
        self.go(Cursor::Live);
        let Some(learning) = &mut self.learning else {
            return Vec::new();
        };
        let go = match line {
            None => Some(learning.walk.rerun(lab)),
            Some(line) => learning.walk.before_line(line, lab),
        };
        if let Some(go) = go {
            return self.perform(go);
        }
        let line = line.unwrap_or_default();
        self.refuse(format!(
            "No statement of this scene stands in line {line} of the lesson, or below it."
        ));
        Vec::new()
    }

    fn perform(&mut self, go: Go) -> Vec<Effect> {
        self.scrolls.remove(&ScrollId::Lesson);
        let Some(learning) = &mut self.learning else {
            return Vec::new();
        };
        learning.revision = learning.revision.wrapping_add(1);
        learning.chosen = 0;
        learning.turned = 0;
        let was_here = !learning.not_here;
        learning.not_here = go == Go::NotHere;
        let effects = match go {
            Go::Run(run_to) => vec![Effect::RunTo(run_to)],
            Go::Stage(place) => {
                if !learning.walk.is_changed() {
                    self.script_was = None;
                }
                vec![Effect::Stage {
                    script: learning.walk.lesson().scenes[place.scene].script.clone(),
                    run_to: place.run_to,
                }]
            }
            Go::NotHere if was_here => vec![stage_nothing()],
            Go::Over => {
                // What one can say now stands at the end.
                self.scrolls.insert(ScrollId::Lesson, usize::MAX);
                self.tell(
                    "The lesson is over. 8 shows what you have learned, and what comes next.",
                );
                Vec::new()
            }
            Go::NotHere | Go::Shown => Vec::new(),
        };
        self.ask_for_answer();
        effects
    }

    /// A number or bytes are typed: the bar opens by itself.
    pub(super) fn ask_for_answer(&mut self) {
        let Some(n) = self.asked() else {
            return;
        };
        let kind = self
            .learning
            .as_ref()
            .and_then(|l| l.walk.question(n))
            .map(|q| &q.kind);
        if matches!(kind, Some(Kind::Number(..) | Kind::Bytes(..))) {
            self.open_bar(BarPurpose::Answer(n), "");
        }
    }

    /// Takes the choice that is selected, or opens the bar for what is typed.
    pub(super) fn take_chosen(&mut self) -> Vec<Effect> {
        let selected = self
            .learning
            .as_ref()
            .and_then(|l| l.choices().map(|_| l.chosen));
        if let Some(chosen) = selected {
            return self.answer(Reply::Choice(chosen));
        }
        self.ask_for_answer();
        Vec::new()
    }

    /// Takes the choice with this letter.
    pub(super) fn take_letter(&mut self, chord: Chord) -> Vec<Effect> {
        let many = self.learning.as_ref().and_then(Learning::choices);
        let letters = (0..many.unwrap_or(0)).map(|i| (i, letter(i)));
        let mut these = letters.filter(|(_, letter)| chord.to_string() == letter.to_string());
        if let Some((choice, _)) = these.next() {
            return self.answer(Reply::Choice(choice));
        }
        self.refuse(format!("No choice has the letter {chord}."));
        Vec::new()
    }

    /// Takes this choice, if a question with choices waits.
    pub(super) fn take_choice(&mut self, choice: usize) -> Vec<Effect> {
        let many = self.learning.as_ref().and_then(Learning::choices);
        if self.asked().is_some() && many.is_some_and(|many| choice < many) {
            return self.answer(Reply::Choice(choice));
        }
        Vec::new()
    }

    /// A click on a lesson selects it, a click on the selected one takes it.
    pub(super) fn click_lesson(&mut self, row: usize) -> Vec<Effect> {
        if row == self.on_shelf {
            return self.take_lesson();
        }
        self.on_shelf = row.min(self.shelf.len().saturating_sub(1));
        Vec::new()
    }

    /// Selects another choice; whether there was one to be selected.
    pub(super) fn select_choice_by(&mut self, rows: isize) -> bool {
        if self.asked().is_none() || self.overlay.is_some() {
            return false;
        }
        let Some(learning) = &mut self.learning else {
            return false;
        };
        let Some(many) = learning.choices() else {
            return false;
        };
        learning.chosen = learning.chosen.saturating_add_signed(rows).min(many - 1);
        true
    }

    /// What was typed for an answer; what is wrong with it if it is none.
    pub(super) fn enter_answer(&mut self, n: usize, text: &str) -> Vec<Effect> {
        if text.is_empty() {
            self.bar = None;
            return self.next();
        }
        let kind = self
            .learning
            .as_ref()
            .and_then(|l| l.walk.question(n))
            .map(|q| &q.kind);
        let reply = match kind {
            Some(Kind::Number(..)) => number(text).map(Reply::Number),
            Some(Kind::Bytes(..)) => Ok(Reply::Bytes(bytes(text))),
            _ => Err(String::new()),
        };
        match reply {
            Ok(reply) => {
                self.bar = None;
                self.answer(reply)
            }
            Err(mistake) => {
                if let Some(bar) = &mut self.bar {
                    bar.mistake = Some(mistake);
                }
                Vec::new()
            }
        }
    }

    /// An answer: the lesson goes on, and the run shows what is right; where none is needed, that is told at once.
    fn answer(&mut self, reply: Reply) -> Vec<Effect> {
        let Some(learning) = &mut self.learning else {
            return Vec::new();
        };
        let at_once = learning.walk.answer(reply, &self.book);
        if at_once {
            learning.turned = 1;
        }
        learning.revision = learning.revision.wrapping_add(1);
        self.scrolls.remove(&ScrollId::Lesson);
        if !at_once {
            return self.next();
        }
        self.settle_lesson();
        Vec::new()
    }

    /// Nothing is under way any more: what the run has answered is judged.
    pub fn settle_lesson(&mut self) {
        if self.busy {
            return;
        }
        if let Some(learning) = &mut self.learning
            && learning.walk.settle(&self.book)
        {
            learning.revision = learning.revision.wrapping_add(1);
            self.scrolls.remove(&ScrollId::Lesson);
        }
    }

    /// Shows the notes to the presenter, or hides them.
    pub(super) fn toggle_notes(&mut self) {
        if let Some(learning) = &mut self.learning {
            learning.notes = !learning.notes;
            if learning.notes && learning.note_now().is_empty() {
                self.tell("There is no note to the presenter here; those that come are shown.");
            }
        }
    }

    /// Takes the lesson that is selected on the shelf; the one that is open goes on.
    pub(super) fn take_lesson(&mut self) -> Vec<Effect> {
        let Some(row) = self.shelf.get(self.on_shelf) else {
            return Vec::new();
        };
        if self.learning.as_ref().is_some_and(|l| l.name == row.name) {
            self.screen = Screen::Main;
            return Vec::new();
        }
        vec![Effect::OpenLesson(row.name.clone())]
    }

    /// Selects another lesson on the shelf.
    pub(super) fn select_lesson_by(&mut self, rows: isize) {
        let last = self.shelf.len().saturating_sub(1);
        self.on_shelf = self.on_shelf.saturating_add_signed(rows).min(last);
    }
}

const fn stage_nothing() -> Effect {
    Effect::Stage {
        script: Vec::new(),
        run_to: 0,
    }
}

fn number(text: &str) -> Result<i64, String> {
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, ',' | '_' | ' '))
        .collect();
    let end = digits.find(char::is_alphabetic).unwrap_or(digits.len());
    let (number, unit) = digits.split_at(end);
    // 0x10 and 1e3 are numbers, too, and not 0 and 1.
    let is_unit = unit.chars().all(char::is_alphabetic);
    let parsed = number.parse::<f64>().ok();
    let parsed = parsed.filter(|n| is_unit && n.abs() < 1e12);
    let scale = match unit {
        "s" | "sec" | "second" | "seconds" => 1e3,
        "min" | "minute" | "minutes" => 6e4,
        _ => 1.0,
    };
    parsed.map(|n| (n * scale).round() as i64).ok_or_else(|| {
        "This is no number. Type one as 15, or leave it empty to skip the question.".to_owned()
    })
}

/// As a literal of the language if it is one, also without its quotes; else as it was typed.
fn bytes(text: &str) -> Vec<u8> {
    let literal = |text: &str| match parse_line(&format!("client send {text}"), &Vars::default()) {
        Ok(Some(Statement::Do(order))) => match order.command {
            Command::Send(Data::Literal(bytes), _) => Some(bytes.to_vec()),
            _ => None,
        },
        _ => None,
    };
    literal(text)
        .or_else(|| literal(&format!("\"{text}\"")))
        .unwrap_or_else(|| text.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_what_it_says() {
        for (text, expected) in [
            ("15", 15),
            ("1,500", 1_500),
            ("2 s", 2_000),
            ("1 min", 60_000),
            ("3 packets", 3),
            ("-1", -1),
        ] {
            assert_eq!(number(text), Ok(expected), "{text}");
        }
        for text in ["", "ten", "0x10", "1e3", "1 2x3", "inf", "nan"] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn bytes_are_a_literal_with_its_quotes_or_without() {
        for text in ["\"hello, you\\r\\n\"", "hello, you\\r\\n"] {
            assert_eq!(bytes(text), b"hello, you\r\n", "{text}");
        }
        assert_eq!(bytes("0x4142"), b"AB");
        assert_eq!(bytes("say \"hi"), b"say \"hi");
    }
}
