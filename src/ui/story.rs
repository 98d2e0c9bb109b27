//! The words that teach, as the screen asks for them.

use crate::app::App;

/// What is happening, a sentence each.
pub(in crate::ui) fn what(app: &App) -> Vec<String> {
    let _ = app;
    vec!["Press Space.".to_owned()]
}

/// Why.
pub(in crate::ui) fn why(app: &App) -> String {
    let _ = app;
    String::new()
}

/// What an error means, the usual cause, what to try.
pub(in crate::ui) fn explain(
    app: &App,
    who: crate::model::ids::Actor,
    done: &crate::model::call::CallDone,
) -> Option<Vec<String>> {
    let _ = (app, who, done);
    None
}
