//! What lies over the screen: opening, closing, the menu's letters, the script; and what can be copied.

use crate::app::{
    drawn::ScrollId,
    packets::Pane,
    state::{App, Effect, Overlay, Screen},
};
use crate::model::event::Fact;

impl App {
    pub(super) fn open(&mut self, overlay: Overlay) {
        self.scrolls.remove(&ScrollId::Overlay);
        self.overlay = Some(overlay);
    }

    pub(super) fn toggle(&mut self, overlay: Overlay) {
        if self.overlay.as_ref() == Some(&overlay) {
            self.overlay = None;
        } else {
            self.open(overlay);
        }
    }

    /// Closes what lies on top.
    pub(super) fn close(&mut self) {
        if self.bar.is_some() {
            self.leave_bar();
        } else if self.overlay.is_some() {
            self.overlay = None;
        } else if !self.search.is_empty() {
            self.search.clear();
        } else if self.screen == Screen::Ladder && self.selected_row.is_some() {
            self.selected_row = None;
        } else if self.screen == Screen::Packets && self.packets.pane != Pane::List {
            self.packets.pane = Pane::List;
        } else {
            self.screen = Screen::Main;
        }
    }

    pub(super) fn open_menu(&mut self) {
        if let Some(actor) = self.focused_actor() {
            self.open(Overlay::Menu(actor, 0));
        }
    }

    pub(super) fn open_script(&mut self) {
        let session = self.book.session();
        let Some(last) = session.script.len().checked_sub(1) else {
            self.refuse(match &self.recorded {
                None => "There is no script here: this is free play.",
                Some(_) if session.is_capture() => "A capture holds packets, no script.",
                Some(_) => "No script was walked through in this recording.",
            });
            return;
        };
        let row = session.step.min(last);
        self.toggle(Overlay::Script(row));
    }

    /// A capital letter: the call that makes sense now.
    pub(super) fn act_letter(&mut self, letter: char) -> Vec<Effect> {
        if let Some((_, suggestion)) = self.sensible_call(letter) {
            self.overlay = None;
            return self.ask(suggestion.text);
        }
        self.refuse(format!(
            "{letter} makes no sense at the moment. : types any call all the same, and the kernel answers."
        ));
        Vec::new()
    }

    pub(super) fn cancel(&mut self) -> Vec<Effect> {
        if let Some(actor) = self.waiting_actor() {
            return self.ask(format!("{actor} cancel"));
        }
        self.refuse("No call waits.");
        Vec::new()
    }

    pub(super) fn copy(&mut self) -> Vec<Effect> {
        let (what, text) = match (&self.overlay, self.screen) {
            (Some(Overlay::Call(index)), _) => ("The call", self.call_text(*index)),
            (Some(Overlay::Code), _) => ("The program", Some(self.program().text())),
            (None, Screen::Calls) => ("The call", self.selected().and_then(|i| self.call_text(i))),
            (None, Screen::Packets) => (self.copied_of_packet(), self.packet_text()),
            _ => ("What is happening", Some(self.story_text())),
        };
        let Some(text) = text else {
            self.refuse("There is nothing to copy yet.");
            return Vec::new();
        };
        self.tell(format!("{what} was given to the terminal's clipboard."));
        vec![Effect::Copy(text)]
    }

    /// A call as one line: `client connect(5, 127.0.0.1:10008) = 0`.
    fn call_text(&self, index: usize) -> Option<String> {
        let event = self.book.events().get(index)?;
        let Fact::Call(done) = &event.fact else {
            return None;
        };
        let who = event.who.map_or_else(String::new, |who| format!("{who} "));
        Some(format!("{who}{} = {}", done.call, done.result()))
    }
}
