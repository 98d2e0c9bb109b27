//! A statement of the scene that is on the bench is changed: another text, another order. The lesson stands there then, and
//! goes on with what is changed; what the run says to a question is what really ran. [`Walk::again`] puts the lesson's own
//! statements back, and what they had answered.
//!
//! ```text
//!   stop 4   server listen 10008  ─┐     stop 4   client connect         a stop keeps its number;
//!            expect line 1         ├──►  stop 5   server listen 10008    a statement takes its claims along
//!   stop 5   client connect       ─┘              expect line 1
//! ```

use super::{Mark, Walk};
use crate::{
    language::ScriptStatement,
    lesson::{Halt, Lesson},
    model::command::Statement,
};
use core::ops::Range;
use std::sync::Arc;

/// Two neighbouring stretches of a script that change places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
    /// Both.
    pub all: Range<usize>,
    /// Where the second begins.
    pub middle: usize,
    /// Whether it is the second that was moved, and not the first.
    pub earlier: bool,
}

impl Swap {
    /// What lets the stretch that holds this statement change places with its neighbour; nothing if it has none.
    pub fn of(stretches: &[Range<usize>], step: usize, earlier: bool) -> Option<Self> {
        let here = stretches.iter().position(|s| s.contains(&step))?;
        let first = if earlier { here.checked_sub(1)? } else { here };
        let second = stretches.get(first + 1)?;
        Some(Self {
            all: stretches[first].start..second.end,
            middle: second.start,
            earlier,
        })
    }

    /// Where the second begins afterwards.
    pub const fn seam(&self) -> usize {
        self.all.start + self.all.end - self.middle
    }

    /// Where what was moved stands afterwards.
    pub const fn moved(&self) -> Range<usize> {
        if self.earlier {
            self.all.start..self.seam()
        } else {
            self.seam()..self.all.end
        }
    }

    /// Where the statement `step`, which is part of it, stands afterwards.
    pub const fn place_of(&self, step: usize) -> usize {
        if step < self.middle {
            step + self.all.end - self.middle
        } else {
            step + self.all.start - self.middle
        }
    }
}

impl Walk {
    /// The stops of the scene that is on the bench: each with its statements.
    pub(super) fn of_scene(&self) -> impl Iterator<Item = (usize, &Range<usize>)> {
        let stops = self.lesson.stops.iter().enumerate();
        stops.filter_map(|(at, stop)| match &stop.what {
            Halt::Run(block, steps) if Some(self.lesson.blocks[*block].scene) == self.staged => {
                Some((at, steps))
            }
            _ => None,
        })
    }

    /// The statements of the scene that is on the bench, those together that run together.
    pub fn stretches(&self) -> Vec<Range<usize>> {
        self.of_scene().map(|(_, steps)| steps.clone()).collect()
    }

    /// Somebody has changed statement `step` of the scene that is on the bench. So many of its statements are to be run.
    pub fn rewritten(&mut self, step: usize, text: &str, statement: Statement) -> Option<usize> {
        let scene = self.staged?;
        self.change(step, |lesson| {
            let row: Option<&mut ScriptStatement> = lesson.scenes[scene].script.get_mut(step);
            if let Some(row) = row {
                (row.text, row.statement) = (text.to_owned(), statement);
            }
        })
    }

    /// Two stretches of the scene that is on the bench have changed places. So many of its statements are to be run.
    pub fn swapped(&mut self, swap: &Swap) -> Option<usize> {
        let scene = self.staged?;
        let stops: Vec<usize> = self
            .of_scene()
            .filter(|(_, steps)| swap.all.contains(&steps.start))
            .map(|(at, _)| at)
            .collect();
        let [first, second] = stops[..] else {
            return None;
        };
        self.change(swap.moved().start, |lesson| {
            if let Some(rows) = lesson.scenes[scene].script.get_mut(swap.all.clone()) {
                ScriptStatement::exchange(rows, swap.middle - swap.all.start);
            }
            let seam = swap.seam();
            let Lesson { stops, blocks, .. } = lesson;
            let mut of = [0, 0];
            for (stop, of) in [first, second].into_iter().zip(&mut of) {
                if let Halt::Run(block, steps) = &mut stops[stop].what {
                    *of = *block;
                    *steps = if stop == first {
                        steps.start..seam
                    } else {
                        seam..steps.end
                    };
                }
            }
            if of[0] != of[1] {
                (blocks[of[0]].steps.end, blocks[of[1]].steps.start) = (seam, seam);
            }
        })
    }

    /// What the lesson's own statements had answered before somebody changed them, by what is replied now: the question may
    /// have been asked once more since.
    pub(super) fn was_answered(&self, n: usize) -> Option<Mark> {
        let truth = self.before.as_ref()?.get(n)?.as_ref()?.truth.clone();
        let reply = self.replies[n].as_ref()?;
        let right = self.lesson.questions[n].is_right(reply, &truth);
        Some(Mark { truth, right })
    }

    /// Puts back what the lesson's own statements had answered. What only the changed ones have answered stays, but for what
    /// is answered here.
    pub(super) fn unchanged(&mut self) {
        let here = match self.stop().what {
            Halt::Run(block, _) => Some(block),
            _ => None,
        };
        for n in 0..self.marks.len() {
            let before = self.was_answered(n);
            let is_here = here.is_some() && self.lesson.questions[n].block == here;
            if before.is_some() || self.before.is_some() && is_here {
                self.marks[n] = before;
            }
        }
        self.before = None;
        self.lesson = Arc::clone(&self.written);
    }

    /// Changes the scene that is on the bench; the lesson stands at the stop of this statement then. What was said from
    /// there on, is said anew by what runs.
    fn change(&mut self, step: usize, how: impl FnOnce(&mut Lesson)) -> Option<usize> {
        let scene = self.staged?;
        self.before.get_or_insert_with(|| self.marks.clone());
        how(Arc::make_mut(&mut self.lesson));
        let there = self.of_scene().find(|(_, steps)| steps.contains(&step));
        let (at, run_to) = there.map(|(at, steps)| (at, steps.end))?;
        self.at = at;
        self.farthest = self.farthest.max(at);
        let answers = |block: Option<usize>| {
            let block = block.and_then(|b| self.lesson.blocks.get(b));
            block.is_some_and(|b| b.scene == scene && b.steps.end > step)
        };
        for (question, mark) in self.lesson.questions.iter().zip(&mut self.marks) {
            if answers(question.block) {
                *mark = None;
            }
        }
        self.forget_ahead();
        Some(run_to)
    }
}
