//! A page of Markdown: headings, tables whose columns stand below each other as plain text too, and text from elsewhere
//! that stays text.

use crate::model::story::words::safe;
use core::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// Letters of a cell.
const MOST_CELL: usize = 200;
/// A column is not made wider than this for one long cell.
const WIDEST: usize = 80;

/// What is being written.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The text so far.
    pub(super) text: String,
}

impl Page {
    /// A heading below the title, and an empty line on either side.
    pub(super) fn heading(&mut self, heading: &str) {
        let _ = writeln!(self.text, "\n## {heading}\n");
    }

    /// A paragraph of our own words and text that is escaped already.
    pub(super) fn paragraph(&mut self, text: &str) {
        let empty = self.text.is_empty() || self.text.ends_with("\n\n");
        let _ = writeln!(self.text, "{}{text}", if empty { "" } else { "\n" });
    }

    /// A block that stands as it is. No line of it may begin with its fence.
    pub(super) fn block(&mut self, language: &str, lines: &str) {
        let _ = writeln!(self.text, "```{language}\n{lines}```");
    }

    /// A table; its cells are text from anywhere.
    pub(super) fn table(&mut self, heads: &[&str], rows: &[Vec<String>]) {
        let heads: Vec<String> = heads.iter().map(|h| (*h).to_owned()).collect();
        let rows: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| text(cell, MOST_CELL)).collect())
            .collect();
        let width = |column: usize| {
            let cells = rows
                .iter()
                .chain([&heads])
                .filter_map(|row| row.get(column));
            let wide = cells.map(|c| c.width()).filter(|w| *w <= WIDEST).max();
            wide.unwrap_or_default().max(3)
        };
        let widths: Vec<usize> = (0..heads.len()).map(width).collect();
        self.row(&heads, &widths);
        let rules: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
        self.row(&rules, &widths);
        for row in &rows {
            self.row(row, &widths);
        }
    }

    fn row(&mut self, cells: &[String], widths: &[usize]) {
        self.text.push('|');
        for (cell, width) in cells.iter().zip(widths) {
            let pad = width.saturating_sub(cell.width());
            let _ = write!(self.text, " {cell}{:pad$} |", "");
        }
        self.text.push('\n');
    }

    /// Says how many rows of a table had no room.
    pub(super) fn left_out(&mut self, count: usize, what: &str) {
        if count > 0 {
            let n = crate::model::story::words::number(count as u64);
            self.paragraph(&format!("*{n} more {what} are left out here.*"));
        }
    }
}

/// Text from anywhere, so that a reader of Markdown shows it and does nothing else with it: no markup, no link, no end of
/// a cell or of a line.
pub(super) fn text(text: &str, most: usize) -> String {
    let text = safe(text, most);
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.trim().chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A link, an address and a little picture are made of what is around these.
            ':' if next == '/' || next.is_alphabetic() => out.push_str("&#58;"),
            '@' => out.push_str("&#64;"),
            '.' if out.to_ascii_lowercase().ends_with("www") => out.push_str("&#46;"),
            '\\' | '|' | '`' | '*' | '~' | '[' | ']' | '$' => out.extend(['\\', c]),
            '_' if !(before.is_alphanumeric() && next.is_alphanumeric()) => out.push_str("\\_"),
            '#' if !before.is_alphanumeric() => out.push_str("\\#"),
            c => out.push(c),
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_is_escaped() {
        for (from, to) in [
            ("SO_REUSEADDR _x_", "SO_REUSEADDR \\_x\\_"),
            ("a|b`c", "a\\|b\\`c"),
            ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
            ("https://x www.x me@x", "https&#58;//x www&#46;x me&#64;x"),
            ("127.0.0.1:80 [::1]:80", "127.0.0.1:80 \\[::1\\]:80"),
            ("*x* ~y~ #1 $z$", "\\*x\\* \\~y\\~ \\#1 \\$z\\$"),
            ("a\nb\u{202e}", "a\\\\u{a}b\\\\u{202e}"),
            ("\"\\r\\n\"", "\"\\\\r\\\\n\""),
        ] {
            assert_eq!(text(from, 99), to);
        }
        assert_eq!(text("abcdef", 3), "abc...");
    }

    #[test]
    fn columns_stand_below_each_other() {
        let mut page = Page::default();
        let rows = [["1", "é|"], ["22", "x"]].map(|r| r.map(str::to_owned).to_vec());
        page.table(&["n", "what"], &rows);
        assert_eq!(
            page.text,
            "| n   | what |\n| --- | ---- |\n| 1   | é\\|  |\n| 22  | x    |\n"
        );
    }
}
