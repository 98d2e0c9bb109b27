//! Which calls make sense now: what a capital letter or the menu does.

use crate::model::ids::Actor;

/// A call that makes sense now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Its letter.
    pub key: char,
    /// The statement.
    pub text: String,
    /// What it is for, in a few words.
    pub about: &'static str,
}

pub(crate) fn sensible(_: &crate::model::session::Session, _: Actor) -> Vec<Suggestion> {
    Vec::new()
}
