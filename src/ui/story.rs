//! The words that teach, as the screen asks for them: for the moment that is shown.

use crate::{
    app::App,
    model::{
        call::CallDone,
        event::Event,
        ids::Actor,
        story::{
            explain::explain_in,
            happening::{Happening, happening},
        },
    },
};

/// What is happening, and why.
pub(in crate::ui) fn now(app: &App) -> Happening {
    happening(&app.book, app.session())
}

/// What a failed call means, the usual cause, what to try; a paragraph each. Told for the moment that is shown.
pub(in crate::ui) fn explain(app: &App, event: &Event, done: &CallDone) -> Vec<String> {
    let who = event.who.unwrap_or(Actor::Server);
    let Some(told) = explain_in(Some(app.session()), Some(who), done) else {
        return Vec::new();
    };
    let mut parts = vec![told.headline, told.cause];
    if !told.hint.is_empty() {
        parts.push(told.hint);
    }
    parts
}
