//! The words that teach, as the screen asks for them: for the moment that is shown.

use crate::{
    app::App,
    model::{
        call::CallDone,
        event::Event,
        ids::Actor,
        story::{
            explain::explain_in,
            happening::{Happening, before_start, happening},
        },
    },
};

/// How the sentence begins that says what the next step is.
const NEXT: &str = " Space goes on with `";

/// How the sentence begins that says that a claim held.
const HELD: &str = "The claim holds: ";

/// What is happening, and why. When what is shown is not now, Space makes no call, and nothing is said of one.
pub(in crate::ui) fn now(app: &App) -> Happening {
    let session = app.session();
    let mut happening = happening(&app.book, session);
    if happening == before_start(session) {
        begin(app, &mut happening);
    }
    // In a lesson the claim stands in its text with a sign; here stands what it is about.
    let held = happening.what.first().is_some_and(|s| s.starts_with(HELD));
    if app.learning.is_some() && held && happening.what.iter().skip(1).any(|s| !s.is_empty()) {
        happening.what.remove(0);
    }
    if app.shows_timeline() {
        for sentence in &mut happening.what {
            if let Some(end) = sentence.find(NEXT) {
                sentence.truncate(end);
            }
        }
    }
    happening
}

/// Before anything has happened: what one can do here, live or in a recording.
fn begin(app: &App, happening: &mut Happening) {
    if !app.shows_timeline() {
        if let Some(last) = happening.what.last_mut() {
            last.push_str(" Each call is made when you say so.");
        }
        return;
    }
    let key = |name: &str| app.keys.keys_of(name).first();
    let ways = [("next", "goes to the next moment"), ("play", "plays it")];
    let ways = ways.into_iter().filter_map(|(name, what)| {
        let key = key(name)?;
        Some(format!("{key} {what}"))
    });
    let ways = ways.collect::<Vec<_>>().join(", ");
    let what = match app.session().script.len() {
        _ if app.recorded.is_none() => happening.what.swap_remove(0),
        0 => "This is a recording of a session, at its first moment.".to_owned(),
        1 => "This is a recording of a script with one statement.".to_owned(),
        n => format!("This is a recording of a script with {n} statements."),
    };
    happening.what = vec![what];
    if !ways.is_empty() {
        happening.what.push(format!("{ways}."));
    }
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
