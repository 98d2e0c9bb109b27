//! What is typed to go to a moment: `41`, `1.5s`, `packet 7`, `state client FIN-WAIT-1`, `end`. Here is what that means
//! and how it could go on; `update/go_to.rs` finds the moment.

use crate::language::{Completion, nearest};
use crate::model::{
    ids::{Actor, Nanos},
    tcp::TcpState,
};
use core::ops::Range;

/// A place in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An event by its number.
    Event(u64),
    /// What was there at this time since the beginning.
    Time(Nanos),
    /// A packet by its number.
    Packet(u64),
    /// Where one of the four lines was reached.
    Line(u8),
    /// The so manieth call that returned.
    Call(usize),
    /// Where a socket came to a state: anybody's, or this actor's.
    State(Option<Actor>, TcpState),
    /// The first moment.
    Start,
    /// Now; of a recording, its end.
    End,
}

/// What is wrong with what was typed, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// In words.
    pub text: String,
    /// In bytes.
    pub at: Range<usize>,
}

/// The words that a place begins with, with an example and what that is.
const WORDS: [(&str, &str, &str); 7] = [
    ("packet", "packet 7", "where a packet enters the cable"),
    ("line", "line 3", "where one of the four lines is reached"),
    (
        "call",
        "call 12",
        "where a call returns, counted from the first",
    ),
    (
        "state",
        "state FIN-WAIT-1",
        "where a socket comes to a state",
    ),
    (
        "event",
        "event 41",
        "an event by its number; 41 alone will do",
    ),
    ("start", "start", "the first moment"),
    ("end", "end", "now; of a recording, its end"),
];
const FORMS: &str = "41, 1.5s, packet 7, line 3, state LISTEN or end";
const TIMES: &str = "1.5s, 200ms or 00:12.345";
const UNITS: [(&str, u64); 6] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];
/// So much of what was typed is repeated.
const QUOTED: usize = 24;

/// Reads a place; nothing when nothing was typed.
///
/// # Errors
/// In words: what is wrong, and what was expected.
pub fn parse(text: &str) -> Result<Option<Place>, Wrong> {
    let mut words = words(text);
    let Some((first, at)) = words.next() else {
        return Ok(None);
    };
    let rest: Vec<(&str, Range<usize>)> = words.collect();
    let name = first.to_ascii_lowercase();
    let number = |example: &str| number_of(&name, &rest, text.len(), example);
    let (place, taken) = match name.as_str() {
        "packet" => (Place::Packet(number("packet 7")?), 1),
        "event" => (Place::Event(number("event 41")?), 1),
        "call" => {
            let number = number("call 12")?;
            (
                Place::Call(usize::try_from(number).unwrap_or(usize::MAX)),
                1,
            )
        }
        "line" => match number("line 3")? {
            line @ 1..=4 => (Place::Line(line as u8), 1),
            line => {
                let text = format!("there is no line {line}: the lines are 1, 2, 3 and 4");
                return Err(wrong(text, rest[0].1.clone()));
            }
        },
        "state" => state_of(&rest, text.len())?,
        "start" => (Place::Start, 0),
        "end" | "now" => (Place::End, 0),
        _ => (bare(first, at)?, 0),
    };
    match rest.get(taken) {
        None => Ok(Some(place)),
        Some((more, at)) => {
            let text = format!("{} is too much: the place is named before it", quoted(more));
            Err(wrong(text, at.clone()))
        }
    }
}

/// `41`, `#41`, `1.5s`, `00:12.345`.
fn bare(word: &str, at: Range<usize>) -> Result<Place, Wrong> {
    let digits = word.strip_prefix('#').unwrap_or(word);
    if let Ok(number) = digits.replace(',', "").parse() {
        return Ok(Place::Event(number));
    }
    if let Some(time) = time(word) {
        return Ok(Place::Time(time));
    }
    let near = nearest(word, WORDS.iter().map(|w| w.0));
    let (what, hint) = match near {
        _ if word.starts_with(|c: char| c.is_ascii_digit()) => {
            ("is no time", format!("expected {TIMES}"))
        }
        Some(near) => ("is no place", format!("did you mean {near}?")),
        None => ("is no place", format!("expected {FORMS}")),
    };
    Err(wrong(format!("{} {what}: {hint}", quoted(word)), at))
}

fn number_of(
    name: &str,
    rest: &[(&str, Range<usize>)],
    end: usize,
    example: &str,
) -> Result<u64, Wrong> {
    let Some((word, at)) = rest.first() else {
        let text = format!("expected a number after {name}, as in {example}");
        return Err(wrong(text, end..end));
    };
    let digits = word.strip_prefix('#').unwrap_or(word).replace(',', "");
    digits.parse().map_err(|_| {
        let text = format!(
            "{} is no number: expected one as in {example}",
            quoted(word)
        );
        wrong(text, at.clone())
    })
}

/// `FIN-WAIT-1` or `client FIN_WAIT_1`, and how many words that were.
fn state_of(rest: &[(&str, Range<usize>)], end: usize) -> Result<(Place, usize), Wrong> {
    let who = rest
        .first()
        .and_then(|(word, _)| word.parse::<Actor>().ok());
    let taken = usize::from(who.is_some());
    let Some((word, at)) = rest.get(taken) else {
        let text = "expected a TCP state, as in state FIN-WAIT-1 or state client LISTEN";
        return Err(wrong(text.to_owned(), end..end));
    };
    if let Ok(state) = word.parse() {
        return Ok((Place::State(who, state), taken + 1));
    }
    let hint = match nearest(word, TcpState::all().map(TcpState::rfc)) {
        Some(near) => format!("did you mean {near}?"),
        None => "expected one as FIN-WAIT-1, or client FIN-WAIT-1".to_owned(),
    };
    let text = format!("{} is no TCP state: {hint}", quoted(word));
    Err(wrong(text, at.clone()))
}

/// `200ms`, `1.5s`, `12:34`, `1:02:03.456`.
fn time(word: &str) -> Option<Nanos> {
    if word.contains(':') {
        let mut parts: Vec<&str> = word.split(':').collect();
        let seconds = decimal(parts.pop()?, 1_000_000_000)?;
        let mut scale = 60_u64;
        let mut all = seconds;
        if parts.len() > 2 {
            return None;
        }
        for part in parts.into_iter().rev() {
            let number: u64 = part.parse().ok()?;
            all = all.checked_add(number.checked_mul(scale * 1_000_000_000)?)?;
            scale *= 60;
        }
        return Some(Nanos(all));
    }
    let end = word.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = word.split_at(end);
    let (_, scale) = UNITS.iter().find(|u| u.0 == unit)?;
    decimal(number, *scale).map(Nanos)
}

/// A number with or without a part, in so many to one; what is finer is left out.
fn decimal(text: &str, scale: u64) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) {
        return None;
    }
    let whole = whole.parse::<u64>().ok()?.checked_mul(scale)?;
    let mut rest = 0;
    let mut worth = scale;
    for digit in part.bytes() {
        worth /= 10;
        rest += u64::from(digit - b'0') * worth;
    }
    whole.checked_add(rest)
}

/// How the word at the cursor could go on. `actors` are those that there are, `states` those that one of them (or
/// anybody) came to.
pub fn complete(
    text: &str,
    cursor: usize,
    actors: &[Actor],
    states: impl Fn(Option<Actor>) -> Vec<TcpState>,
) -> Vec<Completion> {
    let before: Vec<(&str, Range<usize>)> = words(text)
        .take_while(|(_, at)| at.start <= cursor)
        .collect();
    let (done, word, replace) = match before.split_last() {
        Some(((word, at), done)) if at.end >= cursor => {
            let typed = &word[..cursor - at.start];
            (done, typed, at.clone())
        }
        _ => (&before[..], "", cursor..cursor),
    };
    let fits = |name: &str| {
        let head = name.get(..word.len());
        head.is_some_and(|head| {
            head.replace('_', "-")
                .eq_ignore_ascii_case(&word.replace('_', "-"))
        })
    };
    let one = |name: &str, about: &'static str| Completion {
        replace: replace.clone(),
        text: name.to_owned(),
        about,
    };
    let mut offered = Vec::new();
    let of_state = |who: Option<Actor>| {
        let states = states(who).into_iter();
        let states = states.filter(|s| fits(s.rfc()));
        states
            .map(|s| one(s.rfc(), s.meaning()))
            .collect::<Vec<_>>()
    };
    match done {
        [] => {
            let words = WORDS.iter().filter(|(name, ..)| fits(name));
            offered.extend(words.map(|(name, _, about)| one(name, about)));
        }
        [(first, _)] if first.eq_ignore_ascii_case("state") => {
            let actors = actors.iter().map(Actor::to_string);
            let actors = actors.filter(|name| fits(name));
            offered.extend(of_state(None));
            offered.extend(actors.map(|name| one(&name, "its sockets alone")));
        }
        [(first, _), (who, _)] if first.eq_ignore_ascii_case("state") => {
            if let Ok(who) = who.parse() {
                offered.extend(of_state(Some(who)));
            }
        }
        [(first, _)] if first.eq_ignore_ascii_case("line") => {
            let lines = ["1", "2", "3", "4"]
                .into_iter()
                .zip(crate::model::lines::TITLES);
            let lines = lines.filter(|(n, _)| fits(n));
            offered.extend(lines.map(|(n, title)| one(n, title)));
        }
        _ => {}
    }
    // A word that is whole already is not offered.
    offered.retain(|c| c.text != word || replace.end > cursor);
    offered
}

/// The words of a text and where they stand.
fn words(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    text.split_whitespace().map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        (word, start..start + word.len())
    })
}

fn quoted(word: &str) -> String {
    format!("{:?}", word.chars().take(QUOTED).collect::<String>())
}

const fn wrong(text: String, at: Range<usize>) -> Wrong {
    Wrong { text, at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(text: &str) -> Place {
        parse(text).unwrap().unwrap()
    }

    #[test]
    fn every_form_is_a_place() {
        assert_eq!(parse("  "), Ok(None));
        assert_eq!(place("41"), Place::Event(41));
        assert_eq!(place(" #41 "), Place::Event(41));
        assert_eq!(place("event 4,567"), Place::Event(4567));
        assert_eq!(place("1.5s"), Place::Time(Nanos::from_millis(1_500)));
        assert_eq!(place("200ms"), Place::Time(Nanos::from_millis(200)));
        assert_eq!(place("00:12.345"), Place::Time(Nanos::from_millis(12_345)));
        assert_eq!(place("1:02:03"), Place::Time(Nanos::from_millis(3_723_000)));
        assert_eq!(place("packet 7"), Place::Packet(7));
        assert_eq!(place("LINE 3"), Place::Line(3));
        assert_eq!(place("call 12"), Place::Call(12));
        let state = Place::State(None, TcpState::FinWait1);
        assert_eq!(place("state fin-wait-1"), state);
        let state = Place::State(Some(Actor::CLIENT), TcpState::FinWait1);
        assert_eq!(place("state client FIN_WAIT_1"), state);
        assert_eq!((place("start"), place("end")), (Place::Start, Place::End));
    }

    #[test]
    fn a_mistake_says_what_was_expected() {
        for (text, said, at) in [
            ("pakcet 7", "did you mean packet?", 0..6),
            ("xyzzy", "expected 41, 1.5s, packet 7", 0..5),
            (
                "packet",
                "expected a number after packet, as in packet 7",
                6..6,
            ),
            (
                "call one",
                "\"one\" is no number: expected one as in call 12",
                5..8,
            ),
            ("line 5", "the lines are 1, 2, 3 and 4", 5..6),
            ("state", "expected a TCP state", 5..5),
            ("state LISTNE", "did you mean LISTEN?", 6..12),
            ("state client", "expected a TCP state", 12..12),
            ("end of it", "\"of\" is too much", 4..6),
            ("1.5x", "\"1.5x\" is no time", 0..4),
            ("1:2:3:4", "is no time", 0..7),
            ("\u{1b}[2J", "is no place", 0..4),
        ] {
            let wrong = parse(text).unwrap_err();
            assert!(wrong.text.contains(said), "{text}: {}", wrong.text);
            assert_eq!(wrong.at, at, "{text}");
            assert!(!wrong.text.contains('\u{1b}'));
        }
    }

    #[test]
    fn it_says_how_it_could_go_on() {
        let states = |who: Option<Actor>| match who {
            None => vec![TcpState::Listen, TcpState::FinWait1],
            Some(_) => vec![TcpState::FinWait1],
        };
        let offered = |text: &str| -> Vec<String> {
            let all = complete(text, text.len(), &[Actor::Server, Actor::CLIENT], states);
            all.into_iter().map(|c| c.text).collect()
        };
        assert_eq!(offered("").len(), WORDS.len());
        assert_eq!(offered("s"), ["state", "start"]);
        assert_eq!(
            offered("state "),
            ["LISTEN", "FIN-WAIT-1", "server", "client"]
        );
        assert_eq!(offered("state client f"), ["FIN-WAIT-1"]);
        assert_eq!(offered("state fin_w"), ["FIN-WAIT-1"]);
        assert_eq!(offered("line "), ["1", "2", "3", "4"]);
        assert!(offered("packet ").is_empty());
    }

    proptest! {
        #[test]
        fn whatever_is_typed_a_mistake_has_its_place(text in any::<String>(), cursor in any::<usize>()) {
            if let Err(wrong) = parse(&text) {
                prop_assert!(text.get(wrong.at).is_some());
                prop_assert!(!wrong.text.chars().any(char::is_control));
            }
            let ends: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            let cursor = ends[cursor % ends.len()];
            for c in complete(&text, cursor, &[Actor::Server], |_| TcpState::all().collect()) {
                prop_assert!(text.get(c.replace).is_some());
            }
        }
    }
}
