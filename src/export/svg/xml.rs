//! Text and numbers as they stand in an SVG. Whatever comes from a journal goes through [`text`]: it may hold anything.

use crate::model::payload::is_unprintable;
use core::fmt;
use unicode_width::UnicodeWidthStr;

/// Text as the content of an element or of an attribute in double quotes: no markup, nothing that XML forbids or that
/// turns the direction of writing.
pub(in crate::export) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(' '),
            c if is_unprintable(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Columns that a text takes where every letter takes one.
pub(in crate::export) fn columns(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// A text of at most so many columns; one that is longer ends with an ellipsis.
pub(in crate::export) fn cut(text: &str, most: usize) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut wide = 0;
    let mut letter = [0; 4];
    for c in text.chars() {
        wide += columns(c.encode_utf8(&mut letter));
        if wide + 1 > most {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// A length, to a tenth and without what says nothing: `12`, `0.5`.
#[derive(Clone, Copy, Debug)]
pub(in crate::export) struct Len(pub(in crate::export) f64);

impl fmt::Display for Len {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round() / 10.0;
        // No minus before a zero.
        let tenths = if tenths == 0.0 { 0.0 } else { tenths };
        write!(f, "{tenths}")
    }
}

/// Whether a text is well-formed as far as we write XML: every tag is closed in turn, every `&` begins an entity.
#[cfg(test)]
pub(in crate::export) fn check(svg: &str) -> Result<usize, String> {
    let mut open: Vec<&str> = Vec::new();
    let mut elements = 0;
    let mut rest = svg;
    while let Some(at) = rest.find('<') {
        entities(&rest[..at])?;
        let end = rest[at..].find('>').ok_or("a tag does not end")? + at;
        let tag = &rest[at + 1..end];
        entities(tag)?;
        if !tag.matches('"').count().is_multiple_of(2) {
            return Err(format!("quotes: {tag}"));
        }
        let name = tag.trim_start_matches('/').split([' ', '/']).next();
        let name = name.unwrap_or_default();
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return Err(format!("{name} closes what is not open"));
            }
        } else {
            elements += 1;
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        rest = &rest[end + 1..];
    }
    match (open.last(), rest.trim()) {
        (None, "") => Ok(elements),
        left => Err(format!("left: {left:?}")),
    }
}

#[cfg(test)]
fn entities(text: &str) -> Result<(), String> {
    let bad = text.split('&').skip(1).find(|after| {
        !["amp;", "lt;", "gt;", "quot;", "#39;"]
            .iter()
            .any(|e| after.starts_with(e))
    });
    let odd = |c: char| c != '\n' && is_unprintable(c);
    match (bad, text.find(odd)) {
        (None, None) => Ok(()),
        wrong => Err(format!("{wrong:?} in {text:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_told_becomes_markup() {
        let hostile = "</text><script>\"'&\u{1b}[2J\u{202e}\0\u{fffe}\nb";
        let safe = text(hostile);
        assert!(!safe.contains(['<', '>', '"', '\'', '\u{1b}', '\u{202e}', '\0', '\n']));
        assert!(check(&format!("<a b=\"{safe}\">{safe}</a>")).is_ok());
        assert!(check("<a>&lol;</a>").is_err() && check("<a><b></a></b>").is_err());
    }

    #[test]
    fn lengths_and_cuts() {
        assert_eq!(
            [12.0, 0.5, 2.13, -0.01].map(|n| Len(n).to_string()),
            ["12", "0.5", "2.1", "0"]
        );
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("漢字漢", 5), "漢字…");
        assert_eq!(cut("abc", 3), "abc");
    }
}
