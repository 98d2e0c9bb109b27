//! Text that is safe on a terminal, cut and wrapped by its width in cells.

use super::glyphs::twin;
use crate::model::payload::{escaped, is_unprintable};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A character as it may stand on the screen: unprintable ones become a question mark, and where only ASCII may be
/// written, others become their twin.
pub fn printable(c: char, ascii: bool) -> char {
    if is_unprintable(c) {
        '?'
    } else if ascii {
        twin(c)
    } else {
        c
    }
}

/// Text as it may stand on the screen, see [`printable`].
pub fn safe(text: &str, ascii: bool) -> String {
    text.chars().map(|c| printable(c, ascii)).collect()
}

/// Bytes as a literal without its quotes, in ASCII where only that may be written (`é` is then `\u{e9}`).
pub fn payload(bytes: &[u8], ascii: bool) -> String {
    let text = escaped(bytes);
    if !ascii || text.is_ascii() {
        return text;
    }
    text.chars()
        .map(|c| {
            if c.is_ascii() {
                c.to_string()
            } else {
                c.escape_unicode().to_string()
            }
        })
        .collect()
}

/// How many cells a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// As much of a text as fits into so many cells, with a sign at its end if some of it does not.
pub fn cut(text: &str, cells: usize, ellipsis: &str) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    let room = cells.saturating_sub(ellipsis.width());
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w > room {
            break;
        }
        used += w;
        out.push(c);
    }
    if ellipsis.width() <= cells {
        out.push_str(ellipsis);
    }
    out
}

/// The same, cut between words where there is one.
pub fn cut_words(text: &str, cells: usize, ellipsis: &str) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    let room = cells.saturating_sub(ellipsis.width() + 1);
    let kept = wrap(text, room).into_iter().next().unwrap_or_default();
    if kept.width() > room || kept.is_empty() {
        return cut(text, cells, ellipsis);
    }
    format!("{kept} {ellipsis}")
}

/// A text in lines of so many cells at most, broken between words; only a word that is longer than a line is broken
/// itself. Line breaks of the text stay.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split_whitespace() {
            let w = word.width();
            if used > 0 && used + 1 + w > cells {
                lines.push(core::mem::take(&mut line));
                used = 0;
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            for c in word.chars() {
                let w = c.width().unwrap_or(0);
                if used + w > cells && used > 0 {
                    lines.push(core::mem::take(&mut line));
                    used = 0;
                }
                line.push(c);
                used += w;
            }
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole() {
        assert_eq!(
            wrap("the kernel has the bytes", 10),
            ["the kernel", "has the", "bytes"]
        );
        assert_eq!(wrap("incomprehensible", 6), ["incomp", "rehens", "ible"]);
        assert_eq!(wrap("a\n\nb", 9), ["a", "", "b"]);
        assert_eq!(wrap("wide 漢字漢字", 4), ["wide", "漢字", "漢字"]);
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(cut("hello", 5, "…"), "hello");
        assert_eq!(cut("hello!", 5, "…"), "hell…");
        assert_eq!(cut("漢字漢", 4, "…"), "漢…");
        assert_eq!(cut("hello", 0, "…"), "");
        assert_eq!(cut_words("let go of the socket", 12, "…"), "let go of …");
        assert_eq!(cut_words("let go", 12, "…"), "let go");
    }

    #[test]
    fn nothing_is_written_that_a_terminal_obeys() {
        assert_eq!(safe("a\x1b[2J\u{202e}µ", false), "a?[2J?µ");
        assert_eq!(safe("4µs ✔ é", true), "4us + ?");
        assert_eq!(payload("é\x1b".as_bytes(), true), "\\u{e9}\\x1b");
    }
}
