//! The lesson that is open: where one stands in it, what is being answered, and what Space does next. The lessons that
//! there are stand on a shelf.

use super::{
    cards::Card,
    drawn::ScrollId,
    state::{App, Cursor},
};
use crate::{
    lesson::{Halt, Kind, Lesson, Needs, Part, Walk},
    model::ids::Nanos,
};
use std::sync::Arc;

/// A lesson that is open.
#[derive(Clone, Debug)]
pub struct Learning {
    /// What it is called: its name on the shelf, or its file; escaped when it is drawn.
    pub name: String,
    /// Where one stands in it.
    pub walk: Walk,
    /// The choice that Enter would take.
    pub chosen: usize,
    /// How many cards of the stop have been turned over, in the presenter's view; see [`Learning::cards`].
    pub turned: usize,
    /// Whether the notes to the presenter are shown.
    pub notes: bool,
    /// Whether what stands here needs the lab and is not run.
    pub not_here: bool,
    /// Rises whenever something has changed that is worth keeping.
    pub revision: u32,
}

/// A lesson on the shelf.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnShelf {
    /// Its name, as `fourline learn` takes it.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What one can say afterwards.
    pub afterwards: Vec<String>,
    /// How long it takes.
    pub minutes: u32,
    /// Where it can be shown.
    pub network: Needs,
    /// Its stops.
    pub stops: usize,
    /// Its questions.
    pub questions: usize,
    /// How many stops were reached, the farthest; 0 if it was never begun.
    pub reached: usize,
    /// Whether its end was reached.
    pub finished: bool,
    /// How many answers were right.
    pub right: usize,
}

impl Learning {
    /// A lesson at its first stop.
    pub fn new(name: impl Into<String>, lesson: Arc<Lesson>) -> Self {
        Self {
            name: name.into(),
            walk: Walk::new(lesson),
            chosen: 0,
            turned: 0,
            notes: false,
            not_here: false,
            revision: 0,
        }
    }

    /// The lesson.
    pub fn lesson(&self) -> &Lesson {
        self.walk.lesson()
    }

    /// How many choices the question has that waits for an answer; nothing if none waits, or it is no choice.
    pub fn choices(&self) -> Option<usize> {
        match &self.walk.question(self.walk.asked()?)?.kind {
            Kind::Choice(choices) => Some(choices.len()),
            _ => None,
        }
    }

    /// The notes to the presenter that belong to what is new here; without any, the latest of the page.
    pub fn note_now(&self) -> Vec<&crate::lesson::Line> {
        let stop = self.walk.stop();
        let parts = &self.lesson().parts;
        let next = self.walk.next_stop();
        let end = next.map_or(parts.len(), |next| next.new.max(stop.page.end));
        let of = |from: usize, to: usize| {
            let range = parts.get(from..to).unwrap_or_default().iter();
            range.filter_map(|part| match part {
                Part::Note(lines) => Some(lines),
                _ => None,
            })
        };
        let new: Vec<_> = of(stop.new, end).flatten().collect();
        if !new.is_empty() {
            return new;
        }
        let latest = of(stop.page.start, stop.new).next_back();
        latest.into_iter().flatten().collect()
    }
}

impl App {
    /// Whether the sockets live in the lab.
    pub fn is_lab(&self) -> bool {
        self.book.session().network == "lab"
    }

    /// The question that waits for an answer now: not in the past, and not while somebody plays freely.
    pub fn asked(&self) -> Option<usize> {
        if self.cursor != Cursor::Live || self.is_away() {
            return None;
        }
        self.learning.as_ref()?.walk.asked()
    }

    /// Whether somebody plays freely in the lesson's lab.
    pub fn is_away(&self) -> bool {
        self.learning.is_some() && self.book.session().left_script
    }

    /// Whether the lesson that is open goes on from here; nothing if none is.
    pub(super) fn lesson_goes_on(&self) -> Option<bool> {
        let walk = &self.learning.as_ref()?.walk;
        let more = walk.next_stop().is_some() || walk.asked().is_some();
        Some(more || self.card_to_come().is_some())
    }

    /// Whether the lesson that is open is over: there is nothing left that Space could go on to.
    pub fn is_lesson_over(&self) -> bool {
        // Space at its last stop has scrolled to what is said at the end.
        let told = self.scrolls.contains_key(&ScrollId::Lesson);
        let over = self.learning.as_ref().is_some_and(|l| {
            l.walk.is_finished() && l.walk.next_stop().is_none() && l.walk.asked().is_none()
        });
        told && over && !self.is_away() && self.card_to_come().is_none()
    }

    /// Whether what Space runs next in the lesson begins another scene, with nothing of what the lab shows now.
    pub fn begins_anew(&self) -> bool {
        let Some(learning) = self.learning.as_ref().filter(|_| !self.is_away()) else {
            return false;
        };
        let lesson = learning.walk.lesson();
        let next = learning.walk.next_stop().map(|next| &next.what);
        let Some(Halt::Run(block, steps)) = next else {
            return false;
        };
        let scene = lesson.blocks[*block].scene;
        let runs = self.is_lab() || !lesson.scenes[scene].needs_lab;
        scene > 0 && steps.start == 0 && runs
    }

    /// What Space does next in the lesson that is open, in a few words.
    pub(super) fn next_in_lesson(&self) -> Option<NextInLesson> {
        let learning = self.learning.as_ref()?;
        let walk = &learning.walk;
        let lesson = walk.lesson();
        if self.is_away() {
            return Some(NextInLesson::Words("back to the lesson".to_owned()));
        }
        if walk.asked().is_some() {
            return Some(NextInLesson::Words("skip the question".to_owned()));
        }
        if let Some(card) = self.card_to_come() {
            let words = match card {
                Card::Answer(_) => "the answer",
                _ => "read on",
            };
            return Some(NextInLesson::Words(words.to_owned()));
        }
        let Some(next) = walk.next_stop() else {
            return Some(NextInLesson::Words("the end of the lesson".to_owned()));
        };
        Some(match &next.what {
            Halt::Ask(_) => NextInLesson::Words("a question".to_owned()),
            Halt::Run(block, steps) => {
                let scene = &lesson.scenes[lesson.blocks[*block].scene];
                let text = scene.script.get(steps.start).map(|s| s.text.clone());
                let text = text.unwrap_or_default();
                if scene.needs_lab && !self.is_lab() {
                    NextInLesson::Words("go on without running it".to_owned())
                } else {
                    NextInLesson::Statement(text)
                }
            }
            Halt::Read => match lesson.parts.get(next.new) {
                Some(Part::Heading(_, line)) => NextInLesson::Words(line.plain()),
                _ => NextInLesson::Words("read on".to_owned()),
            },
        })
    }

    /// How long a stop of the lesson is shown when it plays by itself: what is read takes longer than what runs.
    pub(super) fn stop_takes(&self, pace: Nanos) -> Nanos {
        let reads = self
            .learning
            .as_ref()
            .is_some_and(|l| l.walk.stop().what == Halt::Read);
        if reads {
            Nanos(pace.0.saturating_mul(4))
        } else {
            pace
        }
    }
}

/// What Space does next in a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NextInLesson {
    /// Runs this statement.
    Statement(String),
    /// This.
    Words(String),
}
