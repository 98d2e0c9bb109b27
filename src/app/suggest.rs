//! What makes sense now, from the words that teach: for the capital letters, the menu, Space, and what `y` copies.

use super::state::App;
pub use crate::model::story::next::Suggestion;
use crate::model::{
    ids::Actor,
    story::next::{next_step, sensible},
};

impl App {
    /// The calls that make sense now for an actor, the most sensible first.
    pub fn suggestions(&self, actor: Actor) -> Vec<Suggestion> {
        sensible(self.book.session(), actor)
    }

    /// Whether there is no step that Space could do.
    pub(super) fn nothing_left(&self) -> bool {
        next_step(self.book.session()).is_none()
    }
}
