//! The mouse: what was hit by a click, what lies under the wheel.

use super::Input;
use crate::app::{
    drawn::{Hit, ScrollId},
    keys::Chord,
    state::{App, Cursor, Effect, Look, Overlay, Screen},
};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

/// Rows that one notch of the wheel moves.
const NOTCH: isize = 3;

impl App {
    pub(super) fn mouse(&mut self, mouse: MouseEvent) -> Vec<Effect> {
        if !self.settings.mouse {
            return Vec::new();
        }
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => self.click(mouse.column, mouse.row),
            MouseEventKind::Drag(MouseButton::Left) => {
                if self.dragging {
                    self.drag(mouse.column);
                }
                Vec::new()
            }
            MouseEventKind::Up(MouseButton::Left) => {
                self.dragging = false;
                Vec::new()
            }
            MouseEventKind::ScrollUp => self.wheel(mouse, -NOTCH),
            MouseEventKind::ScrollDown => self.wheel(mouse, NOTCH),
            _ => Vec::new(),
        }
    }

    fn wheel(&mut self, mouse: MouseEvent, rows: isize) -> Vec<Effect> {
        let under = self.drawn.scroll_at(mouse.column, mouse.row);
        if let Some(id) = under
            && (self.overlay.is_none() || id == ScrollId::Overlay)
        {
            self.scroll(id, rows);
        }
        Vec::new()
    }

    /// The mouse holds the timeline at this column; beyond an end, it holds that end.
    fn drag(&mut self, x: u16) {
        let Some(track) = self.drawn.track() else {
            return;
        };
        let last = track.width.saturating_sub(1);
        let cell = x.saturating_sub(track.x).min(last);
        let count = self.moment_at_cell(cell, track.width);
        self.go(Cursor::At {
            count,
            frozen: false,
        });
    }

    fn click(&mut self, x: u16, y: u16) -> Vec<Effect> {
        self.notice = None;
        self.dragging = false;
        if self.look == Look::Blank {
            self.look = self.look_before;
            return Vec::new();
        }
        match self.drawn.hit(x, y).cloned() {
            Some(Hit::Key(name)) => match name.parse::<Chord>() {
                // While one types, a click on a letter's key is not that letter.
                Ok(chord) if self.bar.is_none() || !chord.is_text() => {
                    self.update(Input::Key(chord.event()))
                }
                _ => Vec::new(),
            },
            Some(Hit::Row(ScrollId::Overlay, row)) => self.click_row(row),
            Some(Hit::Language(place)) => {
                self.show_language(place);
                Vec::new()
            }
            _ if self.overlay.is_some() => {
                if self.drawn.scroll_at(x, y) != Some(ScrollId::Overlay) {
                    self.overlay = None;
                }
                Vec::new()
            }
            Some(Hit::Focus(panel)) => {
                self.focus = panel;
                Vec::new()
            }
            Some(Hit::Pane(pane)) => {
                self.packets.pane = pane;
                Vec::new()
            }
            Some(Hit::Row(id, row)) => {
                match id {
                    ScrollId::Screen(Screen::Options) => return self.click_option(row),
                    ScrollId::Screen(Screen::Calls) => self.click_call(row),
                    ScrollId::Screen(Screen::Packets) => self.click_packet(row),
                    ScrollId::Screen(Screen::Ladder) => self.click_ladder(row),
                    ScrollId::Screen(Screen::Kernel) => self.select_socket(row),
                    ScrollId::Screen(Screen::Lesson) => return self.click_lesson(row),
                    ScrollId::Pane(pane) => self.click_within(pane, row),
                    _ => {}
                }
                Vec::new()
            }
            Some(Hit::Choice(choice)) => self.take_choice(choice),
            Some(Hit::Packet(number)) => {
                self.click_on_packet(number);
                Vec::new()
            }
            Some(Hit::Track) => {
                self.dragging = true;
                self.drag(x);
                Vec::new()
            }
            Some(Hit::Moment(count)) => {
                self.go(Cursor::At {
                    count,
                    frozen: false,
                });
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// The first click selects, the second takes.
    fn click_row(&mut self, row: usize) -> Vec<Effect> {
        if self.overlay == Some(Overlay::Why) {
            if self.why.row() == row {
                self.follow_why();
            } else {
                self.select_why(row);
            }
            return Vec::new();
        }
        if self.overlay == Some(Overlay::Code) {
            self.go_to_call(row);
            return Vec::new();
        }
        let is_list = matches!(
            self.overlay,
            Some(Overlay::Menu(..) | Overlay::Script(_) | Overlay::Export(_))
        );
        if !is_list {
            return Vec::new();
        }
        if self.selected_row() == row {
            return self.choose();
        }
        self.select_row(row);
        Vec::new()
    }

    fn click_call(&mut self, row: usize) {
        let before = self.selected();
        self.select_call(row);
        if before == self.selected() {
            self.open_call();
        }
    }
}
