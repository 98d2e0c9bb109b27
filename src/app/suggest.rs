//! What makes sense now, from the words that teach: for the capital letters, the menu, Space, and what `y` copies.

use super::state::App;
pub use crate::model::story::next::Suggestion;
use crate::model::{
    ids::Actor,
    story::{
        happening::happening,
        next::{next_step, sensible},
    },
};

impl App {
    /// The calls that make sense now for an actor, the most sensible first.
    pub fn suggestions(&self, actor: Actor) -> Vec<Suggestion> {
        sensible(self.book.session(), actor)
    }

    /// What is happening at the moment that is shown, in words.
    pub(super) fn story_text(&self) -> String {
        happening(&self.book, self.session()).what.join(" ")
    }

    /// Whether the script has been walked to its end; never in free play.
    pub(super) fn script_is_over(&self) -> bool {
        let session = self.book.session();
        !session.script.is_empty() && session.next_in_script().is_none()
    }

    /// Whether there is no step that Space could do.
    pub(super) fn nothing_left(&self) -> bool {
        next_step(self.book.session()).is_none()
    }
}
