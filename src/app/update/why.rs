//! Asking why: the selected row among causes and effects, jumping there, going back along the way. And the selected row
//! of the ladder, about which one can ask.

use crate::app::{
    drawn::ScrollId,
    state::{App, Cursor, Overlay, Screen},
    why::{WhyStep, WhyView},
};
use crate::model::{event::Fact, ids::SocketId};

/// As many steps of the way are remembered.
const WAY: usize = 256;
/// A row that can be chosen.
enum WhyRow {
    /// Something notable: its row in the table, and whose it is.
    Insight(usize, SocketId),
    /// A cause or an effect: its place in the journal.
    Event(usize),
}

const LADDER: ScrollId = ScrollId::Screen(Screen::Ladder);

impl App {
    /// Opens the box about what is selected, or closes it.
    pub(super) fn ask_why(&mut self) {
        self.why = WhyView::default();
        self.toggle(Overlay::Why);
    }

    /// One walks through time while the box is open: it tells of the moment again.
    pub(super) fn why_follows(&mut self) {
        self.why = WhyView::default();
    }

    /// What is notable, as it was drawn last; places of the causes, then of the effects.
    fn why_rows(&self) -> Vec<WhyRow> {
        let notable = self.why_insights(self.drawn.at).into_iter();
        let notable = notable.map(|i| WhyRow::Insight(i.row, i.socket));
        let ties = self.why_event().map(|index| self.why_ties(index));
        let events = ties.map(|ties| ties.causes.into_iter().chain(ties.effects));
        let events = events.into_iter().flatten();
        notable
            .chain(events.map(|(i, _)| WhyRow::Event(i)))
            .collect()
    }

    pub(super) fn select_why_by(&mut self, rows: isize) {
        let count = self.why_rows().len();
        let here = self.why.row.min(count.saturating_sub(1));
        let there = here.saturating_add_signed(rows);
        // At an end of the rows, or where there are none, the text is scrolled.
        if count == 0 || (there >= count && here + 1 == count) || (here == 0 && rows < 0) {
            self.scroll(ScrollId::Overlay, rows);
            return;
        }
        self.select_why(there);
    }

    pub(super) fn select_why(&mut self, row: usize) {
        self.why.row = row.min(self.why_rows().len().saturating_sub(1));
        self.scrolls.remove(&ScrollId::Overlay);
    }

    /// To the event in the selected row: the moment just after it is shown, and the box is about it. What is notable is
    /// opened there, or closed.
    pub(super) fn follow_why(&mut self) {
        let rows = self.why_rows();
        let row = self.why.row.min(rows.len().saturating_sub(1));
        let index = match rows.get(row) {
            Some(WhyRow::Event(index)) => *index,
            Some(WhyRow::Insight(row, socket)) => {
                let this = Some((*row, *socket));
                self.why.opened = this.filter(|_| self.why.opened != this);
                self.scrolls.remove(&ScrollId::Overlay);
                return;
            }
            None => {
                self.tell("There is nothing to follow here.");
                return;
            }
        };
        let step = WhyStep {
            jumped: self.why.jumped,
            row: self.why.row,
            cursor: self.cursor,
            ladder: self.selected_row,
        };
        if self.why.way.len() == WAY {
            self.why.way.remove(0);
        }
        self.why.way.push(step);
        self.go_to_event(index);
    }

    /// The moment just after an event is shown, with the event selected.
    fn go_to_event(&mut self, index: usize) {
        self.go(Cursor::At {
            count: index + 1,
            frozen: false,
        });
        self.why.jumped = Some(index);
        self.why.row = 0;
        self.scrolls.remove(&ScrollId::Overlay);
        self.select_event(index);
    }

    /// The lists of the screens show the event, too.
    fn select_event(&mut self, index: usize) {
        self.selected_row = Some(index);
        self.scrolls.remove(&LADDER);
        match self.book.events().get(index).map(|e| &e.fact) {
            Some(Fact::Packet(packet)) => {
                let number = packet.number;
                self.select_packet(Some(number));
            }
            Some(Fact::Call(_)) => {
                let place = self.book.calls().partition_point(|&i| i < index);
                self.select_call(place);
            }
            _ => {}
        }
    }

    /// Back along the way that one came; without one, a moment back.
    pub(super) fn why_back(&mut self) {
        let Some(step) = self.why.way.pop() else {
            self.why_follows();
            self.walk_back();
            return;
        };
        self.go(step.cursor);
        if let Some(index) = step.jumped {
            self.select_event(index);
        }
        self.selected_row = step.ladder;
        self.why.jumped = step.jumped;
        self.why.row = step.row;
        self.scrolls.remove(&ScrollId::Overlay);
    }

    /// The row of the ladder that is selected: the place of its event in the journal, one that the ladder draws.
    pub fn ladder_row(&self) -> Option<usize> {
        let wanted = self
            .selected_row
            .filter(|index| *index < self.shown_events())?;
        // An event that has no row of its own stands in the one before it.
        let drawn = &self.drawn.rows;
        let in_sight = drawn.last().is_some_and(|last| wanted <= *last);
        let row = drawn.iter().rev().find(|row| in_sight && **row <= wanted);
        Some(row.copied().unwrap_or(wanted))
    }

    /// The newest event that is told at the shown moment: the last row of a ladder that follows its end.
    pub(in crate::app) fn newest_row(&self) -> Option<usize> {
        let shown = self.shown_events();
        let last = self
            .drawn
            .rows
            .last()
            .copied()
            .filter(|_| !self.scrolls.contains_key(&LADDER));
        let told = self.book.told();
        let newest = told[..told.partition_point(|&i| i < shown)].last().copied();
        last.filter(|row| *row < shown).or(newest)
    }

    /// Selects the row of the ladder that stands so many rows on.
    pub(super) fn select_ladder_by(&mut self, rows: isize) {
        let told = self.book.told();
        let told = &told[..told.partition_point(|&i| i < self.shown_events())];
        let Some(last) = told.len().checked_sub(1) else {
            return;
        };
        let drawn = &self.drawn.rows;
        let visible = self.drawn.viewport(LADDER);
        let top = self.drawn.top(LADDER).unwrap_or(0);
        let step = matches!(rows, -1 | 1);
        let here = match self.ladder_row() {
            Some(here) if rows != isize::MAX => here,
            None if step => {
                // First the newest one that is in sight.
                let below = visible.map_or(usize::MAX, |v| top + v.shown);
                let end = told.get(below).copied().unwrap_or(usize::MAX);
                let row = drawn.iter().rev().find(|row| **row < end).or(told.last());
                self.selected_row = row.copied();
                return self.ladder_in_sight();
            }
            _ => {
                // Without a selected row it only scrolls; at its end it follows what comes.
                self.selected_row = None;
                return self.scroll(LADDER, rows);
            }
        };
        let next = match rows {
            -1 => drawn.iter().rev().find(|row| **row < here).copied(),
            1 => drawn.iter().find(|row| **row > here).copied(),
            _ => None,
        };
        let by_place = || {
            let place = told.partition_point(|&i| i < here);
            told[place.saturating_add_signed(rows).min(last)]
        };
        // At either end it stays where it is.
        let stays = step && !drawn.is_empty() && drawn.contains(&here);
        self.selected_row = Some(next.unwrap_or_else(|| if stays { here } else { by_place() }));
        self.ladder_in_sight();
    }

    /// Selects a row of the ladder that was clicked; a second click asks why.
    pub(super) fn click_ladder(&mut self, index: usize) {
        if self.ladder_row() == Some(index) && self.selected_row.is_some() {
            self.ask_why();
        } else {
            self.selected_row = Some(index);
        }
    }

    /// The ladder is drawn so that its selected row is in sight.
    fn ladder_in_sight(&mut self) {
        self.scrolls.remove(&LADDER);
    }
}
