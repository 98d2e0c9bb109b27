//! The conversation beside code: opening it, the languages, and saving a program.

use crate::app::{
    drawn::ScrollId,
    state::{App, BarPurpose, Cursor, Effect, Overlay},
};
use crate::code::LANGUAGES;

impl App {
    /// Opens it, or closes it.
    pub(super) fn show_code(&mut self) {
        self.toggle(Overlay::Code);
    }

    /// The next language, or the one before.
    pub(super) fn turn_language(&mut self, next: bool) {
        let many = LANGUAGES.len();
        let by = if next { 1 } else { many - 1 };
        self.show_language((self.code.language + by) % many);
    }

    /// This language.
    pub(super) fn show_language(&mut self, place: usize) {
        self.code.language = place.min(LANGUAGES.len() - 1);
        self.follow_code();
    }

    /// The line of the shown moment is in sight again.
    pub(super) fn follow_code(&mut self) {
        self.scrolls.remove(&ScrollId::Overlay);
    }

    /// To the moment just after the call in this row of the list beside the code: a place in the journal.
    pub(super) fn go_to_call(&mut self, index: usize) {
        if index < self.book.events().len() {
            self.go(Cursor::At {
                count: index + 1,
                frozen: false,
            });
            self.follow_code();
        }
    }

    /// Asks for the program's file.
    pub(super) fn name_code(&mut self) {
        let name = format!("talk.{}", self.code.language().extension);
        self.keep.exists = None;
        self.open_bar(BarPurpose::Code, &name);
    }

    /// The file's name was typed: the program that is shown goes there, and one sees it again.
    pub(super) fn save_code(&mut self, path: String, replace: bool) -> Vec<Effect> {
        let text = self.program().text();
        self.open(Overlay::Code);
        vec![Effect::SaveCode {
            text,
            path,
            replace,
        }]
    }
}
