//! A mistake as a page for a person: the line, a caret under the place, what was expected there.

use super::mistake::Mistake;
use crate::model::payload::{escaped, is_unprintable};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use core::ops::Range;

/// So many columns of a line are shown before the place and after it.
const AROUND: usize = 60;

impl Mistake {
    /// The mistake with its line. `origin` names the text (a file's name), `source` is the whole text; both are made
    /// safe for a terminal, and of a long line only the part around the place is shown.
    pub fn report(&self, origin: &str, source: &str) -> String {
        let start = floor(source, self.span.start);
        let end = floor(source, self.span.end).max(start);
        let line_start = source[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = source[start..]
            .find('\n')
            .map_or(source.len(), |i| start + i);
        let number = 1 + source[..line_start].bytes().filter(|b| *b == b'\n').count();
        let column = 1 + source[line_start..start].chars().count();
        let (line, span) = excerpt(
            &source[line_start..line_end],
            start - line_start..end.min(line_end) - line_start,
        );

        let mut place = AnnotationKind::Primary.span(span);
        if let Some(hint) = self.hint() {
            place = place.label(hint);
        }
        let mut group = Level::ERROR
            .primary_title(safe(&self.message))
            .element(Snippet::source(line).line_start(number).annotation(place));
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(safe(help)));
        }
        let page = Renderer::plain().term_width(200).render(&[group]);
        // The place is that in the source, not in the excerpt, so this line is ours.
        let (title, rest) = page.split_once('\n').unwrap_or((&page, ""));
        let indent = number.to_string().len();
        let origin = safe(origin);
        format!(
            "{title}\n{:indent$}--> {origin}:{number}:{column}\n{rest}",
            ""
        )
    }
}

/// The part of a line around a place, and the place in it. Characters that a terminal may obey are written as escapes.
fn excerpt(line: &str, place: Range<usize>) -> (String, Range<usize>) {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let place = place.start.min(line.len())..place.end.min(line.len());
    let from = line[..place.start]
        .char_indices()
        .rev()
        .nth(AROUND - 1)
        .map_or(0, |(i, _)| i);
    let shown_end = line[place.start..]
        .char_indices()
        .nth(AROUND)
        .map_or(line.len(), |(i, _)| place.start + i);
    let end = place.end.min(shown_end);

    let mut text = String::new();
    if from > 0 {
        text.push_str("...");
    }
    text.push_str(&visible(&line[from..place.start]));
    let start = text.len();
    text.push_str(&visible(&line[place.start..end]));
    let span = start..text.len();
    text.push_str(&visible(&line[end..shown_end]));
    if shown_end < line.len() {
        text.push_str("...");
    }
    (text, span)
}

/// The text as it is, but for characters that cannot be shown.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push(' '),
            c if is_unprintable(c) => out.push_str(&escaped(c.encode_utf8(&mut [0; 4]).as_bytes())),
            c => out.push(c),
        }
    }
    out
}

/// One line of a message.
fn safe(text: &str) -> String {
    visible(text)
}

/// The last place at or before `at` that lies between characters of `text`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_that_in_the_source() {
        let source = "# one\nserver listen 10008\n  sérver close\n";
        let at = source.find("sérver").unwrap();
        let mistake = Mistake::new(at..at + 7, "no");
        assert_eq!(
            mistake.report("a.fourline", source),
            "error: no\n --> a.fourline:3:3\n  |\n3 |   sérver close\n  |   ^^^^^^"
        );
        // A place at the very end, after the last line.
        let mistake = Mistake::new(source.len()..source.len(), "no");
        assert!(
            mistake
                .report("a", source)
                .starts_with("error: no\n --> a:4:1\n")
        );
        // A place that the source does not have: of another text, or between the bytes of a character.
        for span in [500..600, at + 2..at + 2, 0..500] {
            Mistake::new(span, "no").report("a", source);
        }
    }

    #[test]
    fn of_a_long_line_only_the_part_around_the_place_is_shown() {
        let source = format!(
            "say \"{}\" now \"{}\"",
            "a".repeat(100_000),
            "b".repeat(1_000_000)
        );
        let at = source.find("now").unwrap();
        let report = Mistake::new(at..at + 3, "no").report("a", &source);
        assert!(report.contains(&format!("--> a:1:{}\n", at + 1)));
        assert!(report.contains("aaa\" now \"bbb"));
        assert!(report.len() < 500, "{report}");
        let report = Mistake::new(4..source.len(), "no").report("a", &source);
        assert!(report.len() < 500, "{report}");
    }

    #[test]
    fn no_byte_of_the_source_or_its_name_reaches_the_terminal_as_it_is() {
        let source = "x \x1b[2J\u{202e}\t\"\r";
        let mistake = Mistake::new(2..3, "a \x07").help("b \x08");
        let report = mistake.report("\x1b]0;title\x07\n.fourline", source);
        assert_eq!(
            report,
            "error: a \\x07\n --> \\x1b]0;title\\x07\\n.fourline:1:3\n  |\n1 | x \\x1b[2J\\u{202e} \"\n  |   ^^^^\n  |\n  = help: b \\x08"
        );
    }
}
