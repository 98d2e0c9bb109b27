//! Scrolling: how far each thing is, held within what the last frame showed.

use crate::app::{
    drawn::{ScrollId, Viewport},
    packets::Pane,
    state::{App, Overlay, Panel, Screen},
};

impl ScrollId {
    /// Whether the newest is at its end, so that the end is what it shows unless it was scrolled.
    pub const fn follows_end(self) -> bool {
        match self {
            // What is new in the lesson's text stands at its end.
            Self::Panel(Panel::Server | Panel::Cable | Panel::Client)
            | Self::Screen(Screen::Ladder | Screen::Bytes | Screen::Packets | Screen::Calls)
            | Self::Lesson => true,
            Self::Panel(Panel::Bytes | Panel::Story)
            | Self::Screen(
                Screen::Main | Screen::States | Screen::Kernel | Screen::Lesson | Screen::Options,
            )
            | Self::Pane(_)
            | Self::Overlay => false,
        }
    }
}

impl App {
    /// The first row that is shown of something with so many rows in a box of so many.
    pub fn first_row(&self, id: ScrollId, viewport: Viewport) -> usize {
        let last = viewport.total.saturating_sub(viewport.shown);
        match self.scrolls.get(&id) {
            Some(row) => (*row).min(last),
            None if id.follows_end() => last,
            None => 0,
        }
    }

    /// Scrolls by rows; at its resting end it follows again.
    pub(super) fn scroll(&mut self, id: ScrollId, rows: isize) {
        let Some(viewport) = self.drawn.viewport(id) else {
            return;
        };
        let last = viewport.total.saturating_sub(viewport.shown);
        let here = self.drawn.top(id);
        let row = here
            .unwrap_or_else(|| self.first_row(id, viewport))
            .saturating_add_signed(rows)
            .min(last);
        let rest = if id.follows_end() { last } else { 0 };
        // What is moved to its selected row, or to what is new, rests nowhere.
        let is_moved = match id {
            ScrollId::Pane(_) | ScrollId::Lesson => true,
            ScrollId::Screen(Screen::Ladder) => self.selected_row.is_some(),
            ScrollId::Overlay => self.overlay == Some(Overlay::Code),
            _ => false,
        };
        if row == rest && !is_moved {
            self.scrolls.remove(&id);
        } else {
            self.scrolls.insert(id, row);
        }
    }

    /// What the keys scroll: what lies on top, on the main screen the box with the focus.
    pub(super) fn scrolled(&self) -> ScrollId {
        match (&self.overlay, self.screen) {
            (Some(_), _) => ScrollId::Overlay,
            (None, Screen::Main) => ScrollId::Panel(self.focus),
            (None, Screen::Packets) if self.packets.pane != Pane::List => {
                ScrollId::Pane(self.packets.pane)
            }
            (None, screen) => ScrollId::Screen(screen),
        }
    }

    /// Rows of a page of what the keys scroll.
    pub(super) fn page(&self) -> isize {
        let shown = self.drawn.viewport(self.scrolled()).map_or(10, |v| v.shown);
        shown.saturating_sub(1).clamp(1, 1_000) as isize
    }
}
