//! The timeline: which cell of it an event lies on, and which moment a cell stands for.
//!
//! It goes by events and not by time: in a conversation, seconds in which nobody does anything lie between packets that
//! follow each other within microseconds, and on a track by time all that is worth a look would lie on a few cells.
//! By events, each step moves what shows where one is, and each cell can be pointed at. The times of both ends, and of
//! the moment in the title, say how long it took.

use super::state::App;
use crate::model::landmarks::LineMark;

/// So many lines are marked: a conversation has four.
const MOST_MARKS: usize = 16;

impl App {
    /// Whether a timeline says which moment is shown: always of a recording, else when that is not now.
    pub fn shows_timeline(&self) -> bool {
        self.recorded.is_some() || self.behind() > 0
    }

    /// The cell, of so many, on which the moment just after `count` events lies.
    pub fn cell_of(&self, count: usize, cells: u16) -> u16 {
        let last = self.book.events().len().saturating_sub(1) as u128;
        let place = (count.saturating_sub(1) as u128).min(last);
        let most = u128::from(cells.saturating_sub(1));
        let cell = (place * most + last / 2).checked_div(last);
        cell.unwrap_or(0).min(most) as u16
    }

    /// The lines that the conversation which is shown reaches, some of which may still be to come.
    pub fn line_marks(&self) -> impl Iterator<Item = &LineMark> {
        let generation = self.book.generation_around(self.shown_events());
        let lines = &self.book.landmarks().lines;
        let begin = lines.partition_point(|l| l.index < generation.start);
        let end = lines.partition_point(|l| l.index < generation.end);
        lines[begin..end.max(begin)].iter().take(MOST_MARKS)
    }

    /// How many events have happened at the moment that a cell stands for: where a line is marked there, where it was
    /// reached; else the end of a moment on this cell, or one event.
    pub(super) fn moment_at_cell(&self, cell: u16, cells: u16) -> usize {
        let len = self.book.events().len();
        if let Some(mark) = self
            .line_marks()
            .find(|l| self.cell_of(l.index + 1, cells) == cell)
        {
            return mark.index + 1;
        }
        let most = usize::from(cells.saturating_sub(1));
        let cell = cell.min(cells.saturating_sub(1));
        let last = len.saturating_sub(1) as u128;
        let place = (u128::from(cell) * last + most as u128 / 2).checked_div(most as u128);
        let count = (place.unwrap_or(0) as usize + 1).min(len);
        let end = count.checked_sub(1).map_or(0, |i| self.moment_of(i));
        if self.cell_of(end, cells) == cell {
            end
        } else {
            count
        }
    }
}
