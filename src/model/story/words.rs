//! Small pieces of sentences: names of actors, counted nouns, quoted bytes, text from elsewhere made safe to show.

use crate::model::{
    ids::Actor,
    payload::{Payload, escaped, is_unprintable},
};
use core::fmt::Write as _;

/// An actor inside a sentence: `the server`, `client2`.
pub(in crate::model) fn the(actor: Actor) -> String {
    match actor {
        Actor::Server | Actor::CLIENT => format!("the {actor}"),
        Actor::Client(_) => actor.to_string(),
    }
}

/// The same at the beginning of a sentence: `The server`, `Client2`.
pub(in crate::model) fn the_first(actor: Actor) -> String {
    first_upper(&the(actor))
}

/// The text with its first letter in upper case.
pub fn first_upper(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// `1 byte`, `5 bytes`.
pub(in crate::model) fn bytes(n: u64) -> String {
    counted(n, "byte")
}

/// `1 connection`, `2 connections`, `1,000 connections`.
pub(in crate::model) fn counted(n: u64, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(n))
}

/// A count for people to read, its digits in groups of three: `7`, `1,234,567`.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The verb's form for `n` of them: `1 byte waits`, `5 bytes wait`.
pub(in crate::model) const fn verb(n: u64, one: &'static str, many: &'static str) -> &'static str {
    if n == 1 { one } else { many }
}

/// The beginning of a payload in quotes, safe on any terminal; `...` when there is more.
pub(super) fn quoted(payload: &Payload, most: usize) -> String {
    let shown = &payload.kept[..payload.kept.len().min(most)];
    let more = if payload.len() > shown.len() as u64 {
        "..."
    } else {
        ""
    };
    format!("\"{}\"{more}", escaped(shown))
}

/// A payload in a sentence: whole if it is short, else a glimpse of its beginning and how much there is:
/// `"\x00\xff\x17..." (128,000 bytes)`.
pub(super) fn glimpse(payload: &Payload) -> String {
    const WHOLE: usize = 32;
    const GLIMPSE: usize = 12;
    let kept = &payload.kept[..];
    let whole = || Some(escaped(kept)).filter(|text| text.chars().count() <= WHOLE);
    if let Some(text) = whole().filter(|_| kept.len() <= WHOLE && payload.omitted == 0) {
        return format!("\"{text}\"");
    }
    // An escape or a character of several bytes is not cut.
    let shown = (1..=kept.len().min(GLIMPSE))
        .rev()
        .filter(|&n| kept.get(n).is_none_or(|b| b & 0xc0 != 0x80) || n == 1)
        .map(|n| escaped(&kept[..n]))
        .find(|text| text.chars().count() <= 2 * GLIMPSE)
        .unwrap_or_default();
    format!("\"{shown}...\" ({})", bytes(payload.len()))
}

/// Text that a script, a file or a peer may have written: at most `most` characters, and none that a terminal obeys.
pub fn safe(text: &str, most: usize) -> String {
    let mut out = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == most {
            out.push_str("...");
            break;
        }
        if is_unprintable(c) {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (127_973, "127,973"),
            (1_234_567, "1,234,567"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(number(n), text);
        }
    }

    #[test]
    fn what_others_wrote_is_safe_and_short() {
        assert_eq!(safe("a\x1b[2Jb", 99), "a\\u{1b}[2Jb");
        assert_eq!(safe("abcdef", 3), "abc...");
        assert_eq!(
            quoted(&Payload::capped(b"hello\r\n", 64), 5),
            "\"hello\"..."
        );
        let of = |bytes: &[u8]| glimpse(&Payload::capped(bytes, 64));
        assert_eq!(of(b"hello, server\r\n"), "\"hello, server\\r\\n\"");
        assert_eq!(
            of(&[0xff; 64]),
            "\"\\xff\\xff\\xff\\xff\\xff\\xff...\" (64 bytes)"
        );
        assert_eq!(
            of(&vec![b'a'; 128_000]),
            "\"aaaaaaaaaaaa...\" (128,000 bytes)"
        );
        assert_eq!(the_first(Actor::Client(2)), "Client2");
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(100_027), "100,027 bytes");
    }
}
