//! Claims of a script: one that is being tried, and what came of it.

use super::{Happening, Moment, script::anyone_waits, why};
use crate::model::{event::Fact, story::words::safe};

/// Characters of a claim, and of what was found.
const MOST: usize = 100;

/// A claim was checked.
pub(super) fn checked(m: &Moment<'_>, fact: &Fact) -> Happening {
    let Fact::Expect {
        text, held, found, ..
    } = fact
    else {
        return Happening::default();
    };
    let text = safe(text, MOST);
    let waited = asked(m).filter(|asked| asked.starts_with("wait until "));
    let (first, second) = match (held, waited) {
        (true, None) => (format!("The claim holds: {text}."), anyone_waits(m)),
        (true, Some(_)) => (
            format!("What was waited for has come true: {text}."),
            anyone_waits(m),
        ),
        (false, None) => (
            format!("The claim does not hold: {text}."),
            format!("Found: {}.", safe(found, MOST)),
        ),
        (false, Some(asked)) => (
            format!(
                "The time is over ({}), and this has not come true: {text}.",
                limit(asked)
            ),
            format!("Found: {}.", safe(found, MOST)),
        ),
    };
    Happening::new([first, second], why::EXPECT)
}

/// A claim that held says little by itself: what it is about stands behind it, if there is room.
pub(super) fn beside(checked: Happening, before: Happening) -> Happening {
    const ROOM: usize = 240;
    match (&checked.what[..], before.what.into_iter().next()) {
        ([first, ..], Some(about)) if first.len() + about.len() < ROOM => {
            Happening::new([first.clone(), about], &before.why)
        }
        _ => checked,
    }
}

/// A claim is being tried: what has happened stays, and behind it stands what is waited for.
pub(super) fn tried(mut happening: Happening, asked: &str) -> Happening {
    let claim = claim(asked);
    happening.what.truncate(1);
    happening.what.push(format!(
        "Checking: {} (up to {}).",
        safe(claim, MOST),
        limit(asked)
    ));
    happening
}

/// The statement that asked for the claim.
fn asked<'a>(m: &Moment<'a>) -> Option<&'a str> {
    match &m.book.event(m.event.cause?)?.fact {
        Fact::Asked { text, .. } => Some(text),
        _ => None,
    }
}

/// The claim within a statement.
fn claim(asked: &str) -> &str {
    let rest = asked
        .strip_prefix("expect ")
        .or_else(|| asked.strip_prefix("wait until "))
        .unwrap_or(asked);
    rest.rsplit_once(" within ")
        .map_or(rest, |(claim, _)| claim)
}

/// How long it is tried: what the statement says, else what the language gives to such a statement.
fn limit(asked: &str) -> String {
    match asked.rsplit_once(" within ") {
        Some((_, limit)) => safe(limit, 20),
        None if asked.starts_with("wait ") => "10s".to_owned(),
        None => "1s".to_owned(),
    }
}
