//! What could be typed next, and the hint that stands beside it.

use super::{
    cable::{self, CableVerb},
    claims::ClaimForm,
    cursor::{Cursor, Hint},
    statement::statement,
    vars::Vars,
    verbs::{For, Verb},
    words,
};
use core::ops::Range;

/// One way to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What it replaces, in bytes of the line.
    pub replace: Range<usize>,
    /// What it puts there.
    pub text: String,
    /// What that is, in a few words.
    pub about: &'static str,
}

/// What could stand at the cursor, a place in bytes of the line, best first. `who` are the actors and sockets that
/// exist; `server` and `client` are offered without.
pub fn complete(line: &str, cursor: usize, who: &[String]) -> Vec<Completion> {
    let mut cursor = cursor.min(line.len());
    while !line.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let start = line[..cursor].rfind(char::is_whitespace).map_or(0, |i| {
        i + line[i..].chars().next().map_or(1, char::len_utf8)
    });
    let begun = &line[start..cursor];
    let before = &line[..start];
    if before.split_whitespace().any(|word| word.starts_with('#')) {
        return Vec::new();
    }
    // A line with a text that has no end yet, or with a name that has no value, cannot be gone on with.
    let Ok(words) = words::split(before, &Vars::new()) else {
        return Vec::new();
    };
    let mut parser = Cursor::new(before, &words);
    // Whether the line is whole or not does not matter here: what was tried at its end does.
    let _ = statement(&mut parser);
    let mut found: Vec<(u8, Completion)> = Vec::new();
    let mut offer = |text: &str, about, is_word| {
        let rank = if is_word {
            rank(begun, text)
        } else {
            (begun.is_empty() && !text.is_empty()).then_some(9)
        };
        if let Some(rank) = rank
            && found.iter().all(|(_, c)| c.text != text)
        {
            found.push((
                rank,
                Completion {
                    replace: start..cursor,
                    text: text.to_owned(),
                    about,
                },
            ));
        }
    };
    for hint in parser.tried_at_end().unwrap_or_default() {
        match hint {
            Hint::Word { text, about } => offer(text, about, true),
            Hint::Kind { what, example } => offer(example, what, false),
            Hint::Who => {
                offer("server", "the end that listens", true);
                offer("client", "the end that connects", true);
                for name in who {
                    let about = if name.contains('.') {
                        "a socket"
                    } else {
                        "an actor"
                    };
                    offer(name, about, true);
                }
            }
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found
        .into_iter()
        .map(|(_, completion)| completion)
        .collect()
}

/// How well a word goes on with what was begun; less is better, `None` does not fit.
fn rank(begun: &str, word: &str) -> Option<u8> {
    let starts = |word: &str| {
        word.get(..begun.len())
            .is_some_and(|w| w.eq_ignore_ascii_case(begun))
    };
    if begun.is_empty() || word.starts_with(begun) {
        Some(0)
    } else if starts(word) {
        Some(1)
    } else if word.match_indices('_').any(|(i, _)| starts(&word[i + 1..])) {
        Some(2)
    } else {
        None
    }
}

/// How the statement that was begun is written.
pub fn usage_for(line: &str) -> Option<&'static str> {
    let mut words = line.split_whitespace();
    let mut first = words.next()?;
    if first.parse::<crate::model::ids::Target>().is_ok() {
        first = words.next()?;
        let verb = Verb::named(first).filter(|verb| verb.whom != For::Nobody)?;
        return Some(verb.usage);
    }
    if first == "cable" {
        let verb = words.next().and_then(CableVerb::named);
        return Some(verb.map_or(cable::USAGE, |verb| verb.usage));
    }
    let verb = Verb::named(first).filter(|verb| verb.whom == For::Nobody)?;
    if matches!(verb.name, "expect" | "wait") {
        let rest = words.filter(|word| !matches!(*word, "not" | "until"));
        // The claim's word comes first or after its actor.
        if let Some(form) = rest.take(2).find_map(ClaimForm::named) {
            return Some(form.usage);
        }
    }
    Some(verb.usage)
}
