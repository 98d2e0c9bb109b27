//! Where one stands in a lesson, and what one has answered. It does nothing itself: it says what is to be shown or run
//! next, and is told what happened.

mod changed;

pub use changed::Swap;

use super::{
    Halt, Lesson, Question, Stop,
    grade::{Reply, Truth, asked_for},
};
use crate::model::book::Book;
use core::ops::Range;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What comes of going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Something new is to be read or answered; nothing runs.
    Shown,
    /// The scene that is on the bench runs until so many of its statements have been asked for.
    Run(usize),
    /// Another scene, or this one from its beginning, goes onto the bench and runs so far.
    Stage(Place),
    /// What comes next needs the lab, and this is not one: it is shown and not run.
    NotHere,
    /// That was the last stop.
    Over,
}

/// Where the bench must be for a stop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The scene.
    pub scene: usize,
    /// So many of its statements have been asked for.
    pub run_to: usize,
}

/// A question that was answered, and what the run said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// What is right.
    pub truth: Truth,
    /// Whether the answer was; nothing if it was skipped, or what is right cannot be known.
    pub right: Option<bool>,
}

/// See the module's documentation.
#[derive(Clone, Debug)]
pub struct Walk {
    /// As it is on the bench: somebody may have changed the scene that is there.
    lesson: Arc<Lesson>,
    /// As it was written.
    written: Arc<Lesson>,
    at: usize,
    /// The farthest stop that was reached.
    farthest: usize,
    /// Whether the end was reached.
    finished: bool,
    replies: Vec<Option<Reply>>,
    marks: Vec<Option<Mark>>,
    /// The scene that is on the bench.
    staged: Option<usize>,
    /// What the run had said before somebody changed the scene that is on the bench; nothing if nobody has.
    before: Option<Vec<Option<Mark>>>,
    /// Whether it was just taken up where it was left: what was answered there stays.
    taken_up: bool,
}

impl Walk {
    /// At the first stop. The bench must be put to [`Walk::place`].
    pub fn new(lesson: Arc<Lesson>) -> Self {
        let questions = lesson.questions.len();
        Self {
            written: Arc::clone(&lesson),
            lesson,
            at: 0,
            farthest: 0,
            finished: false,
            replies: vec![None; questions],
            marks: vec![None; questions],
            staged: None,
            before: None,
            taken_up: false,
        }
    }

    /// The lesson, with what somebody has changed in the scene that is on the bench.
    pub const fn lesson(&self) -> &Arc<Lesson> {
        &self.lesson
    }

    /// The place of the stop where one stands in [`Lesson::stops`].
    pub const fn at(&self) -> usize {
        self.at
    }

    /// The farthest stop that was reached.
    pub const fn farthest(&self) -> usize {
        self.farthest
    }

    /// Whether the end was reached.
    pub const fn is_finished(&self) -> bool {
        self.finished
    }

    /// Whether somebody has changed the script that runs.
    pub const fn is_changed(&self) -> bool {
        self.before.is_some()
    }

    /// The stop where one stands.
    pub fn stop(&self) -> &Stop {
        &self.lesson.stops[self.at]
    }

    /// The stop after it.
    pub fn next_stop(&self) -> Option<&Stop> {
        self.lesson.stops.get(self.at + 1)
    }

    /// The question that waits for an answer: it is asked here, and nothing has been answered.
    pub fn asked(&self) -> Option<usize> {
        match self.stop().what {
            Halt::Ask(n) if self.replies[n].is_none() => Some(n),
            _ => None,
        }
    }

    /// A question.
    pub fn question(&self, n: usize) -> Option<&Question> {
        self.lesson.questions.get(n)
    }

    /// What was answered to a question.
    pub fn reply(&self, n: usize) -> Option<&Reply> {
        self.replies.get(n)?.as_ref()
    }

    /// What the run said to it.
    pub fn mark(&self, n: usize) -> Option<&Mark> {
        self.marks.get(n)?.as_ref()
    }

    /// How many answers were right, how many were given and could be judged, and how many questions there are.
    pub fn score(&self) -> (usize, usize, usize) {
        let judged = || self.marks.iter().flatten().filter_map(|mark| mark.right);
        (
            judged().filter(|right| *right).count(),
            judged().count(),
            self.marks.len(),
        )
    }

    /// Where the bench must be for the stop where one stands.
    pub fn place(&self) -> Place {
        self.place_of(self.at)
    }

    /// The statements of the last step at or before a stop decide. Before the first statement of a scene that has not begun
    /// the one before is still there.
    fn place_of(&self, at: usize) -> Place {
        let before = self.lesson.stops[..=at].iter().rev();
        let mut steps = before.filter_map(|stop| match &stop.what {
            Halt::Run(block, steps) => Some(Place {
                scene: self.lesson.blocks[*block].scene,
                run_to: steps.end,
            }),
            _ => None,
        });
        steps.next().unwrap_or_default()
    }

    /// Whether a scene can run: in a lab, or without.
    fn can_run(&self, scene: usize, lab: bool) -> bool {
        lab || !self.lesson.scenes[scene].needs_lab
    }

    /// Goes on. A question that waits is skipped by it.
    pub fn forth(&mut self, lab: bool) -> Go {
        if let Some(n) = self.asked() {
            self.replies[n] = Some(Reply::Skipped);
        }
        if self.at + 1 >= self.lesson.stops.len() {
            self.finished = true;
            return Go::Over;
        }
        self.at += 1;
        self.farthest = self.farthest.max(self.at);
        let Halt::Run(block, steps) = self.stop().what.clone() else {
            if self.at + 1 == self.lesson.stops.len() && self.asked().is_none() {
                self.finished = true;
            }
            return Go::Shown;
        };
        if self.at + 1 == self.lesson.stops.len() {
            self.finished = true;
        }
        let scene = self.lesson.blocks[block].scene;
        if !self.can_run(scene, lab) {
            return self.not_here();
        }
        if self.staged == Some(scene) {
            Go::Run(steps.end)
        } else {
            self.stage(Place {
                scene,
                run_to: steps.end,
            })
        }
    }

    /// Nothing is on the bench then, and what the block here would answer cannot be known.
    fn not_here(&mut self) -> Go {
        self.staged = None;
        self.before = None;
        self.lesson = Arc::clone(&self.written);
        if let Halt::Run(block, _) = self.stop().what {
            for n in 0..self.marks.len() {
                if self.lesson.questions[n].block == Some(block) && self.marks[n].is_none() {
                    self.leave_open(n);
                }
            }
        }
        Go::NotHere
    }

    fn leave_open(&mut self, n: usize) {
        self.replies[n].get_or_insert(Reply::Skipped);
        let why = "it needs the lab, and this is the host's own network";
        self.marks[n] = Some(Mark {
            truth: Truth::Unknown(why.to_owned()),
            right: None,
        });
    }

    /// Goes back to the stop before; nothing at the first one. Questions that lie ahead again may be answered anew.
    pub fn back(&mut self, lab: bool) -> Option<Go> {
        let from = self.place();
        self.at = self.at.checked_sub(1)?;
        let is_there = self.place() == from && self.staged == Some(from.scene);
        if is_there && !self.is_changed() {
            self.forget_ahead();
            return Some(Go::Shown);
        }
        Some(self.again(lab))
    }

    /// Goes to a stop, as far as there is one.
    pub fn go(&mut self, at: usize, lab: bool) -> Go {
        self.at = at.min(self.lesson.stops.len() - 1);
        self.farthest = self.farthest.max(self.at);
        self.again(lab)
    }

    /// Puts the bench back to where this stop needs it, with the lesson's own statements.
    pub fn again(&mut self, lab: bool) -> Go {
        self.unchanged();
        if !core::mem::take(&mut self.taken_up) {
            self.forget_ahead();
        }
        let place = self.place();
        if self.can_run(place.scene, lab) {
            self.stage(place)
        } else {
            self.not_here()
        }
    }

    /// Runs the scene anew up to this stop, with what somebody has changed in it; what was answered stays.
    pub fn rerun(&mut self, lab: bool) -> Go {
        let place = self.place();
        if self.staged == Some(place.scene) {
            Go::Stage(place)
        } else {
            self.again(lab)
        }
    }

    /// Goes to where the statement comes next that stands in this line, or in the first one below it, of the scene that is on
    /// the bench; nothing if there is none.
    pub fn before_line(&mut self, line: u32, lab: bool) -> Option<Go> {
        let script = &self.lesson.scenes[self.staged?].script;
        let reaches = |steps: &Range<usize>| script[steps.clone()].iter().any(|s| s.line >= line);
        let at = self.of_scene().find(|(_, steps)| reaches(steps))?.0;
        Some(self.go(at.saturating_sub(1), lab))
    }

    fn stage(&mut self, place: Place) -> Go {
        self.staged = Some(place.scene);
        // What a scene that was changed has answered stays answered by what really ran.
        self.before = None;
        self.lesson = Arc::clone(&self.written);
        Go::Stage(place)
    }

    /// What is asked here or later waits for an answer again.
    fn forget_ahead(&mut self) {
        for stop in &self.lesson.stops[self.at..] {
            if let Halt::Ask(n) = stop.what {
                (self.replies[n], self.marks[n]) = (None, None);
            }
        }
    }

    /// Answers the question that waits. Whether no run must come for it: it is keyed, or what has run already is judged as
    /// soon as the bench is at rest; see [`Walk::settle`].
    pub fn answer(&mut self, reply: Reply, book: &Book) -> bool {
        let Some(n) = self.asked() else {
            return false;
        };
        self.replies[n] = Some(reply);
        let question = &self.lesson.questions[n];
        if question.block.is_some() {
            return false;
        }
        if question.is_keyed() {
            self.judge(n, book, 0);
        } else if self.staged.is_none() {
            self.leave_open(n);
        }
        self.finished |= self.at + 1 == self.lesson.stops.len();
        true
    }

    /// The bench is at rest. What the block answers that has just come to its end is judged, and what was replied to a
    /// question behind the last block; whether anything was.
    pub fn settle(&mut self, book: &Book) -> bool {
        let session = book.session();
        let place = self.place();
        let is_there = self.staged == Some(place.scene)
            && session.step >= place.run_to
            && !session.left_script;
        if !is_there {
            return false;
        }
        let waits = |n: &usize| match &self.stop().what {
            _ if self.marks[*n].is_some() => false,
            Halt::Run(block, steps) => {
                steps.end == self.lesson.blocks[*block].steps.end
                    && self.lesson.questions[*n].block == Some(*block)
            }
            Halt::Ask(asked) => {
                asked == n
                    && self.replies[*n].is_some()
                    && self.lesson.questions[*n].block.is_none()
            }
            Halt::Read => false,
        };
        let due: Vec<usize> = (0..self.marks.len()).filter(waits).collect();
        if due.is_empty() {
            return false;
        }
        let since = self.begun_last(book);
        for n in due {
            self.judge(n, book, since);
        }
        true
    }

    fn judge(&mut self, n: usize, book: &Book, since: usize) {
        let question = &self.lesson.questions[n];
        let truth = question.truth(book, since);
        let reply = self.replies[n].get_or_insert(Reply::Skipped);
        let right = question.is_right(reply, &truth);
        self.marks[n] = Some(Mark { truth, right });
    }

    /// Where the latest block that has run began.
    fn begun_last(&self, book: &Book) -> usize {
        let mut before = self.lesson.stops[..=self.at].iter().rev();
        let block = before.find_map(|stop| match stop.what {
            Halt::Run(block, _) => Some(&self.lesson.blocks[block]),
            _ => None,
        });
        block
            .and_then(|block| asked_for(book, block.steps.start))
            .unwrap_or_default()
    }

    /// The questions whose answers are told at this stop: those that the block here has answered, or the one that is asked
    /// here and was answered at once.
    pub fn told_here(&self) -> Vec<usize> {
        let here = |n: &usize| match &self.stop().what {
            Halt::Ask(asked) => asked == n,
            Halt::Run(block, _) => self.lesson.questions[*n].block == Some(*block),
            Halt::Read => false,
        };
        let marked = |n: &usize| self.marks[*n].is_some();
        (0..self.marks.len()).filter(here).filter(marked).collect()
    }

    /// What was answered so far, to be kept; a stop and the replies. Changed statements are not kept, nor what only they
    /// have made of an answer.
    pub fn kept(&self) -> (usize, bool, Vec<Option<Reply>>, Vec<Option<Mark>>) {
        let marks = self.marks.iter().enumerate();
        let marks = marks.map(|(n, mark)| self.was_answered(n).or_else(|| mark.clone()));
        (
            self.at,
            self.finished,
            self.replies.clone(),
            marks.collect(),
        )
    }

    /// Takes up what was kept, as far as it fits this lesson; whether there was something to go on from. The bench must then be
    /// put to where it was, with [`Walk::again`].
    pub fn take_up(
        &mut self,
        at: usize,
        finished: bool,
        replies: Vec<Option<Reply>>,
        marks: Vec<Option<Mark>>,
    ) -> bool {
        let many = self.lesson.questions.len();
        let fits = replies.len() == many && marks.len() == many && at < self.lesson.stops.len();
        if !fits {
            return false;
        }
        (self.at, self.farthest, self.finished) = (at, at, finished);
        let questions = &self.lesson.questions;
        // A file may say anything.
        let replies = replies.into_iter().zip(questions);
        self.replies = replies
            .map(|(reply, question)| reply.filter(|reply| question.takes(reply)))
            .collect();
        let marks = marks.into_iter().zip(questions);
        self.marks = marks
            .map(|(mark, question)| mark.filter(|mark| question.allows(&mark.truth)))
            .collect();
        self.taken_up = true;
        at > 0 || self.replies.iter().any(Option::is_some)
    }

    /// The statements of the stop where one stands, as places in its scene's script.
    pub fn running(&self) -> Option<(usize, Range<usize>)> {
        match &self.stop().what {
            Halt::Run(block, steps) => Some((self.lesson.blocks[*block].scene, steps.clone())),
            _ => None,
        }
    }
}
