//! What stands in the page and is not ours: peers' bytes, names, notes. As text in markup, as JSON in a script element,
//! and without the characters that would hide or turn round what stands beside them.

use crate::export::words::stem;
use crate::model::payload::is_unprintable;
use core::fmt::Write as _;

/// Text between tags and in quoted attributes.
pub(super) fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// At most `most` characters, and of those that are not printable their number.
pub(super) fn plain(text: &str, most: usize) -> String {
    let mut out = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == most {
            out.push('…');
            break;
        }
        match c {
            '\n' | '\t' => out.push(' '),
            c if is_unprintable(c) => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// The name of a file without its folders and without an ending of ours.
pub(super) fn title(name: &str) -> String {
    let title = plain(stem(name), 120);
    if title.trim().is_empty() {
        "A socket conversation".to_owned()
    } else {
        title
    }
}

/// JSON as it may stand in a script element: nothing in it can end that element, begin a tag or break a line. Such
/// characters occur only within JSON's strings, where their escapes mean the same.
pub(super) fn in_script(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 16);
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_element_that_it_stands_in() {
        let bad = "</script><!--<img onerror=x>&amp;]]>\u{2028}\u{2029}'\"";
        let json = serde_json::to_string(bad).unwrap();
        let safe = in_script(&json);
        assert!(
            !safe.contains(['<', '>', '&', '\u{2028}', '\u{2029}']),
            "{safe}"
        );
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), bad);
        assert!(!markup(bad).contains(['<', '>', '"', '\'']));
        assert_eq!(markup("a&b"), "a&amp;b");
    }

    #[test]
    fn a_title_is_never_a_path() {
        for (name, shown) in [
            ("/home/me/talk.pcapng", "talk"),
            ("C:\\talks\\x.jsonl", "x"),
            ("four-lines.fourline", "four-lines"),
            ("a.tar", "a.tar"),
            ("talks/", "talks"),
            ("", "A socket conversation"),
            ("/", "A socket conversation"),
            ("\u{202e}x\u{1b}", "\\u{202e}x\\u{1b}"),
        ] {
            assert_eq!(title(name), shown);
        }
        assert_eq!(plain("ab\ncd", 4), "ab c…");
    }
}
