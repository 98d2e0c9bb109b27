//! Where one halts in a lesson: to read, to answer, to see a statement run. Space goes from one to the next.

use super::{Lesson, Part};
use crate::model::command::Statement;
use core::ops::Range;

/// A place where one halts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// What one does here.
    pub what: Halt,
    /// The parts that are before one's eyes: from the beginning of the page to what is new. A block that is about to run is
    /// among them; what comes after a question is not.
    pub page: Range<usize>,
    /// Where what is new begins.
    pub new: usize,
}

/// What one does at a stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// Reads.
    Read,
    /// Answers this question, or skips it.
    Ask(usize),
    /// Sees these statements of this block run: one that does something, and the claims that follow it. They are places in
    /// the script of the block's scene.
    Run(usize, Range<usize>),
}

/// A heading of at most this level begins a page.
const PAGE: u8 = 2;

/// Lays the stops of a lesson, and says which block answers which question.
pub(super) fn lay(lesson: &mut Lesson) {
    let mut stops = Vec::new();
    let mut page = 0;
    // Prose that no stop shows yet begins here.
    let mut new = 0;
    for (i, part) in lesson.parts.iter().enumerate() {
        let unread = lesson.parts[new..i].iter().any(is_read);
        match part {
            Part::Heading(level, _) if *level <= PAGE => {
                if unread {
                    stops.push(read(page..i, new));
                    new = i;
                }
                // A title and the first heading below it make one page.
                if lesson.parts[page..i]
                    .iter()
                    .any(|p| !matches!(p, Part::Heading(..)))
                {
                    (page, new) = (i, i);
                }
            }
            Part::Question(n) => {
                if unread {
                    stops.push(read(page..i, new));
                }
                stops.push(Stop {
                    what: Halt::Ask(*n),
                    page: page..i + 1,
                    new: i,
                });
                new = i + 1;
            }
            Part::Block(n) => {
                if unread {
                    stops.push(read(page..i + 1, new));
                }
                for steps in groups(lesson, *n) {
                    stops.push(Stop {
                        what: Halt::Run(*n, steps),
                        page: page..i + 1,
                        new: i,
                    });
                }
                new = i + 1;
            }
            _ => {}
        }
    }
    let end = lesson.parts.len();
    if lesson.parts[new..].iter().any(is_read) || stops.is_empty() {
        stops.push(read(page..end, new));
    }
    lesson.stops = stops;
    answer(lesson);
}

const fn read(page: Range<usize>, new: usize) -> Stop {
    Stop {
        what: Halt::Read,
        page,
        new,
    }
}

/// Whether somebody who learns reads it.
const fn is_read(part: &Part) -> bool {
    !matches!(part, Part::Block(_) | Part::Question(_) | Part::Note(_))
}

/// The statements of a block, each with the claims that follow it.
fn groups(lesson: &Lesson, block: usize) -> Vec<Range<usize>> {
    let start = lesson.blocks[block].steps.start;
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (i, statement) in lesson.statements(block).iter().enumerate() {
        let at = start + i;
        match groups.last_mut() {
            Some(last) if matches!(statement.statement, Statement::Expect(_)) => last.end = at + 1,
            _ => groups.push(at..at + 1),
        }
    }
    groups
}

/// A question is answered by the next block's run; a keyed one, and one behind the last block, at once.
fn answer(lesson: &mut Lesson) {
    let mut next = None;
    for part in lesson.parts.iter().rev() {
        match part {
            Part::Block(n) => next = Some(*n),
            Part::Question(n) => {
                if let Some(question) = lesson.questions.get_mut(*n) {
                    question.block = next.filter(|_| !question.is_keyed());
                }
            }
            _ => {}
        }
    }
}
