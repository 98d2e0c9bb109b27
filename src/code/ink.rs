//! Which parts of a line are a comment and which are bytes in quotes: as much colour as helps reading.

use super::Language;
use core::ops::Range;

/// What a part of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Code.
    Code,
    /// A comment.
    Comment,
    /// Something in quotes.
    Quoted,
}

/// The parts of a line, in order, without gaps.
pub fn inks(language: &Language, line: &str) -> Vec<(Ink, Range<usize>)> {
    let bytes = line.as_bytes();
    let mut parts = Vec::new();
    let mut begin = 0;
    let mut i = 0;
    let mut part = |ink, range: Range<usize>| {
        if !range.is_empty() {
            parts.push((ink, range));
        }
    };
    while i < bytes.len() {
        if bytes[i..].starts_with(language.comment.as_bytes()) {
            part(Ink::Code, begin..i);
            part(Ink::Comment, i..bytes.len());
            return parts;
        }
        if matches!(bytes[i], b'"' | b'\'') {
            let quote = bytes[i];
            let mut end = i + 1;
            while end < bytes.len() && bytes[end] != quote {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            let end = (end + 1).min(bytes.len());
            part(Ink::Code, begin..i);
            part(Ink::Quoted, i..end);
            begin = end;
            i = end;
        } else {
            i += 1;
        }
    }
    part(Ink::Code, begin..bytes.len());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::LANGUAGES;

    #[test]
    fn quotes_and_comments_are_found() {
        let c = &LANGUAGES[0];
        let line = "send_all(sock, \"a \\\" // b\", 7); // sends";
        let parts = inks(c, line);
        let texts: Vec<(Ink, &str)> = parts.into_iter().map(|(ink, r)| (ink, &line[r])).collect();
        assert_eq!(
            texts,
            [
                (Ink::Code, "send_all(sock, "),
                (Ink::Quoted, "\"a \\\" // b\""),
                (Ink::Code, ", 7); "),
                (Ink::Comment, "// sends"),
            ]
        );
        assert_eq!(inks(c, ""), []);
        assert_eq!(inks(c, "\"open"), [(Ink::Quoted, 0..5)]);
    }
}
