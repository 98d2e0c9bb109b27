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

/// How the sentence begins that says what the next step is.
const NEXT: &str = " Space goes on with `";

/// What is happening, and why. When what is shown is not now, Space makes no call, and nothing is said of one.
pub(in crate::ui) fn now(app: &App) -> Happening {
    let mut happening = happening(&app.book, app.session());
    if app.shows_timeline() {
        for sentence in &mut happening.what {
            if let Some(end) = sentence.find(NEXT) {
                sentence.truncate(end);
            }
        }
    }
    happening
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
