//! Lists with a selected row: the menu of calls, the script, the screen of all calls.

use crate::app::{
    drawn::ScrollId,
    keys::Chord,
    packets::{HEX_ROW, Pane},
    state::{App, Effect, Overlay, Panel, Screen},
};

impl App {
    /// Selects or scrolls by so many rows, in whatever lies on top.
    pub(super) fn move_by(&mut self, rows: isize) {
        if matches!(rows, -1 | 1) && self.select_choice_by(rows) {
            return;
        }
        let id = self.scrolled();
        match (id, &self.overlay) {
            (
                ScrollId::Overlay,
                Some(Overlay::Menu(..) | Overlay::Script(_) | Overlay::Export(_)),
            ) => {
                let row = self.selected_row().saturating_add_signed(rows);
                self.select_row(row);
            }
            (ScrollId::Screen(Screen::Lesson), _) => self.select_lesson_by(rows),
            (ScrollId::Overlay, Some(Overlay::Why)) => self.select_why_by(rows),
            (ScrollId::Screen(Screen::Ladder), _) => self.select_ladder_by(rows),
            (ScrollId::Screen(Screen::Calls), _) => self.select_call_by(rows),
            (ScrollId::Screen(Screen::Packets), _) => self.select_packet_by(rows),
            (ScrollId::Pane(Pane::Fields), _) => self.select_field_by(rows),
            (ScrollId::Pane(Pane::Hex), _) => self.select_byte_by(rows.saturating_mul(HEX_ROW)),
            (ScrollId::Panel(Panel::Cable), _) if self.sees_packets() => {
                self.pick_packet_by(rows);
            }
            // Row by row a socket is selected; in larger steps its figures are scrolled.
            (ScrollId::Screen(Screen::Kernel), _) if matches!(rows, -1 | 1) => {
                self.select_socket_by(rows);
            }
            (ScrollId::Screen(Screen::Options), _) => self.select_option_by(rows),
            _ => self.scroll(id, rows),
        }
    }

    /// Rows of the list that lies over the screen.
    fn list_len(&self) -> usize {
        match self.overlay {
            Some(Overlay::Menu(actor, _)) => self.suggestions(actor).len(),
            Some(Overlay::Script(_)) => self.book.session().script.len(),
            Some(Overlay::Export(_)) => self.keep.formats.len(),
            _ => 0,
        }
    }

    pub(super) fn selected_row(&self) -> usize {
        match self.overlay {
            Some(Overlay::Menu(_, row) | Overlay::Script(row) | Overlay::Export(row)) => row,
            _ => 0,
        }
    }

    pub(super) fn select_row(&mut self, row: usize) {
        let last = self.list_len().saturating_sub(1);
        if let Some(
            Overlay::Menu(_, selected) | Overlay::Script(selected) | Overlay::Export(selected),
        ) = &mut self.overlay
        {
            *selected = row.min(last);
        }
    }

    fn select_call_by(&mut self, rows: isize) {
        let Some(last) = self.shown_calls().len().checked_sub(1) else {
            return;
        };
        let here = self.selected_call.unwrap_or(last).min(last);
        self.select_call(here.saturating_add_signed(rows));
    }

    /// Selects a row of the calls, which then is in sight; the newest is followed.
    pub(super) fn select_call(&mut self, row: usize) {
        self.scrolls.remove(&ScrollId::Screen(Screen::Calls));
        let last = self.shown_calls().len().saturating_sub(1);
        self.selected_call = (row < last).then_some(row);
    }

    /// The selected call: its place in the journal.
    pub fn selected(&self) -> Option<usize> {
        let calls = self.shown_calls();
        let last = calls.len().checked_sub(1)?;
        Some(calls[self.selected_call.unwrap_or(last).min(last)])
    }

    pub(super) fn open_call(&mut self) {
        match self.selected() {
            Some(index) => self.open(Overlay::Call(index)),
            None => self.tell("No call has returned yet."),
        }
    }

    /// Takes the selected row: runs the call, or opens the statement.
    pub(super) fn choose(&mut self) -> Vec<Effect> {
        match self.overlay {
            Some(Overlay::Menu(actor, row)) => match self.suggestions(actor).into_iter().nth(row) {
                Some(suggestion) => {
                    self.overlay = None;
                    return self.ask(suggestion.text);
                }
                None => self.tell("Nothing makes sense here at the moment."),
            },
            Some(Overlay::Script(row)) => self.edit_step(row),
            Some(Overlay::Export(row)) => self.name_export(row),
            _ => {}
        }
        Vec::new()
    }

    /// In the menu, the letter of a row takes that row.
    pub(super) fn menu_letter(&mut self, chord: Chord) -> Option<Vec<Effect>> {
        let Some(Overlay::Menu(actor, _)) = self.overlay else {
            return None;
        };
        let suggestion = self
            .suggestions(actor)
            .into_iter()
            .find(|s| chord.to_string() == s.key.to_string())?;
        self.overlay = None;
        Some(self.ask(suggestion.text))
    }

    /// Puts the selected row into the bar.
    pub(super) fn edit(&mut self) {
        if let Some(Overlay::Menu(actor, row)) = self.overlay
            && let Some(suggestion) = self.suggestions(actor).into_iter().nth(row)
        {
            self.overlay = None;
            self.open_statement(&suggestion.text);
        }
    }
}
