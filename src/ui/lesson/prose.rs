//! Text with its marks in rows: what is code, strong or a link is told apart by its role, without colour by modifiers.

use super::sheet::{Row, Sheet};
use crate::{
    lesson::{Item, Line, Part, Piece},
    ui::{
        glyphs::Glyph,
        text::{printable, safe, width},
        theme::Role,
    },
};
use ratatui::{
    style::{Modifier, Style},
    text::Span,
};
use unicode_width::UnicodeWidthChar;

/// A letter and how it looks.
pub(super) type Letter = (char, Style);

/// Fewer cells than this are no column of a table.
const LEAST_COLUMN: usize = 4;
/// Cells between two columns.
const BETWEEN: usize = 2;

/// Letters in rows of so many cells at most, broken between words; a word that is longer than a row is broken itself.
pub(super) fn wrapped(letters: &[Letter], cells: usize) -> Vec<Vec<Letter>> {
    let cells = cells.max(1);
    let wide = |c: char| c.width().unwrap_or(0);
    let mut rows = Vec::new();
    for paragraph in letters.split(|(c, _)| *c == '\n') {
        let mut row: Vec<Letter> = Vec::new();
        let mut used = 0;
        let mut gap = Style::new();
        for word in paragraph.split_inclusive(|(c, _)| c.is_whitespace()) {
            let (word, space) = match word.split_last() {
                Some((last, word)) if last.0.is_whitespace() => (word, Some(last.1)),
                _ => (word, None),
            };
            let needs: usize = word.iter().map(|(c, _)| wide(*c)).sum();
            if needs > 0 {
                if used > 0 && used + 1 + needs > cells {
                    rows.push(core::mem::take(&mut row));
                    used = 0;
                }
                if used > 0 {
                    row.push((' ', gap));
                    used += 1;
                }
            }
            for (c, style) in word {
                let w = wide(*c);
                if w == 0 {
                    continue;
                }
                if used + w > cells && used > 0 {
                    rows.push(core::mem::take(&mut row));
                    used = 0;
                }
                row.push((*c, *style));
                used += w;
            }
            gap = space.unwrap_or_default();
        }
        rows.push(row);
    }
    rows
}

/// Letters as spans.
fn joined(letters: &[Letter]) -> Vec<Span<'static>> {
    let same = letters.chunk_by(|a, b| a.1 == b.1);
    same.map(|run| Span::styled(run.iter().map(|l| l.0).collect::<String>(), run[0].1))
        .collect()
}

fn spans_width(spans: &[Span<'_>]) -> usize {
    spans.iter().map(Span::width).sum()
}

impl Sheet<'_> {
    /// Text as it may stand on the screen; line breaks stay.
    pub(super) fn letters(&self, text: &str, style: Style) -> Vec<Letter> {
        let ascii = self.theme.ascii();
        let safe = |c: char| match c {
            '\n' => '\n',
            c if c.is_whitespace() => ' ',
            c => printable(c, ascii),
        };
        text.chars().map(|c| (safe(c), style)).collect()
    }

    /// A line with its marks, what is not marked in the role `base`.
    pub(super) fn inked(&self, line: &Line, base: Role) -> Vec<Letter> {
        let pieces = line.0.iter();
        pieces
            .flat_map(|piece| self.letters(&piece.text, self.style_of(piece, base)))
            .collect()
    }

    /// A text that is no Markdown, but in which words in backticks name things.
    pub(super) fn ticked(&self, text: &str, base: Role) -> Vec<Letter> {
        let parts = text.split('`').enumerate();
        parts
            .flat_map(|(i, part)| {
                let role = if i % 2 == 1 { Role::Code } else { base };
                self.letters(part, self.style(role))
            })
            .collect()
    }

    fn style_of(&self, piece: &Piece, base: Role) -> Style {
        let marks = piece.style;
        let is_lit = || self.lights && self.found.contains(&piece.text);
        let mut style = match (marks.code, &piece.link) {
            (true, _) if is_lit() => self.style(Role::Lit),
            (true, _) => self.style(Role::Code),
            (false, Some(_)) => {
                let style = self.style(Role::Note);
                style.add_modifier(Modifier::UNDERLINED)
            }
            (false, None) => self.style(base),
        };
        if marks.strong {
            style = style.add_modifier(Modifier::BOLD);
        }
        if marks.emphasis {
            style = style.add_modifier(Modifier::ITALIC);
        }
        style
    }

    /// Rows of letters, with something before the first; the others are as far in.
    pub(super) fn flow(&mut self, before: Vec<Span<'static>>, letters: &[Letter]) {
        let indent = spans_width(&before);
        let follows = vec![Span::raw(" ".repeat(indent))];
        self.flow_behind(before, &follows, letters);
    }

    /// The same, with something before every other row.
    pub(super) fn flow_behind(
        &mut self,
        before: Vec<Span<'static>>,
        follows: &[Span<'static>],
        letters: &[Letter],
    ) {
        let indent = spans_width(&before);
        let room = self.cells.saturating_sub(indent).max(LEAST_COLUMN);
        let mut before = Some(before);
        for row in wrapped(letters, room) {
            let mut spans = before.take().unwrap_or_else(|| follows.to_vec());
            spans.extend(joined(&row));
            self.rows.push(spans.into());
        }
    }

    /// A text whose spaces count: a statement. It is broken at a space where there is one.
    pub(super) fn flow_exact(&mut self, before: Vec<Span<'static>>, style: Style, text: &str) {
        let indent = spans_width(&before);
        let room = self.cells.saturating_sub(indent).max(LEAST_COLUMN);
        let follows = vec![Span::raw(" ".repeat(indent))];
        let mut before = Some(before);
        let mut push = |rows: &mut Vec<Row>, text: String| {
            let mut spans = before.take().unwrap_or_else(|| follows.clone());
            spans.push(Span::styled(text, style));
            rows.push(spans.into());
        };
        let mut row = String::new();
        let mut used = 0;
        for c in safe(text, self.theme.ascii()).chars() {
            let w = c.width().unwrap_or(0);
            if used + w > room {
                let at = row.rfind(' ').map_or(row.len(), |at| at + 1);
                let rest = row.split_off(at);
                used = width(&rest);
                push(&mut self.rows, core::mem::replace(&mut row, rest));
            }
            row.push(c);
            used += w;
        }
        push(&mut self.rows, row);
    }

    /// A part that is read.
    pub(super) fn part(&mut self, part: &Part, base: Role) {
        match part {
            Part::Heading(level, line) => self.heading(*level, line, base),
            Part::Paragraph(line) => {
                let letters = self.inked(line, base);
                self.flow(Vec::new(), &letters);
            }
            Part::List(items) => self.list(items, base),
            Part::Quote(lines) => {
                let sign = self.theme.glyph(Glyph::Vertical);
                let before = vec![self.span(Role::Frame, format!("{sign} "))];
                for line in lines {
                    let letters = self.inked(line, base);
                    self.flow_behind(before.clone(), &before, &letters);
                }
            }
            Part::Code(text) => {
                for line in text.lines() {
                    let style = self.style(Role::Bytes);
                    self.flow_exact(vec![Span::raw("  ")], style, line);
                }
            }
            Part::Table(rows) => self.table(rows, base),
            Part::Note(_) | Part::Block(_) | Part::Question(_) => {}
        }
    }

    fn heading(&mut self, level: u8, line: &Line, base: Role) {
        let role = if base == Role::Read {
            Role::Read
        } else {
            Role::Strong
        };
        let mut letters = self.inked(line, role);
        for (_, style) in &mut letters {
            *style = style.add_modifier(Modifier::BOLD);
        }
        self.flow(Vec::new(), &letters);
        if level <= 2 && self.airy {
            let edge = self.theme.glyph(Glyph::Horizontal);
            let wide = letters.len().min(self.cells);
            let edge = self.span(Role::Faint, edge.repeat(wide));
            self.rows.push(vec![edge].into());
        }
    }

    fn list(&mut self, items: &[Item], base: Role) {
        let ascii = self.theme.ascii();
        for item in items {
            let indent = " ".repeat(usize::from(item.depth) * 2);
            let mark = match item.mark.as_str() {
                "•" if ascii => "-".to_owned(),
                mark => safe(mark, ascii),
            };
            let before = vec![self.span(Role::Dim, format!("{indent}{mark} "))];
            let letters = self.inked(&item.line, base);
            self.flow(before, &letters);
        }
    }

    fn table(&mut self, rows: &[Vec<Line>], base: Role) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        if columns == 0 {
            return;
        }
        let cells: Vec<Vec<Vec<Letter>>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| self.inked(cell, base)).collect())
            .collect();
        if columns * (LEAST_COLUMN + BETWEEN) > self.cells {
            // So many columns are no table here: each row is a paragraph.
            for row in &cells {
                self.flow(Vec::new(), &row.join(&(' ', Style::new())));
            }
            return;
        }
        let wide = |letters: &Vec<Letter>| {
            let all = letters.iter().map(|(c, _)| c.width().unwrap_or(0));
            all.sum::<usize>().clamp(1, self.cells)
        };
        let mut widths: Vec<usize> = (0..columns)
            .map(|i| cells.iter().filter_map(|r| r.get(i)).map(wide).max())
            .map(|w| w.unwrap_or(1))
            .collect();
        let room = self.cells - BETWEEN * (columns - 1);
        let longest_word = |letters: &Vec<Letter>| {
            let words = letters.split(|(c, _)| c.is_whitespace());
            let wide = words.map(|w| w.iter().map(|(c, _)| c.width().unwrap_or(0)).sum());
            wide.max().unwrap_or(0)
        };
        let words: Vec<usize> = (0..columns)
            .map(|i| {
                cells
                    .iter()
                    .filter_map(|r| r.get(i))
                    .map(longest_word)
                    .max()
            })
            .map(|w| w.unwrap_or(1))
            .collect();
        while widths.iter().sum::<usize>() > room {
            // A column gives way as long as its words stay whole; where that is not enough, the widest does.
            let could = (0..columns).filter(|i| widths[*i] > words[*i]);
            let widest = could.max_by_key(|i| widths[*i]);
            let Some(i) = widest.or_else(|| (0..columns).max_by_key(|i| widths[*i])) else {
                break;
            };
            widths[i] -= 1;
        }
        for (i, row) in cells.iter().enumerate() {
            let cells: Vec<Vec<Vec<Letter>>> = row
                .iter()
                .zip(&widths)
                .map(|(cell, wide)| wrapped(cell, *wide))
                .collect();
            let high = cells.iter().map(Vec::len).max().unwrap_or(0);
            for y in 0..high {
                let mut spans = Vec::new();
                for (cell, wide) in cells.iter().zip(&widths) {
                    let part = cell.get(y).map(|row| joined(row)).unwrap_or_default();
                    let free = wide.saturating_sub(spans_width(&part)) + BETWEEN;
                    spans.extend(part);
                    spans.push(Span::raw(" ".repeat(free)));
                }
                // Behind the last column there is nothing.
                spans.pop();
                if i == 0 {
                    for span in &mut spans {
                        span.style = span.style.add_modifier(Modifier::BOLD);
                    }
                }
                self.rows.push(spans.into());
            }
            // Where rows are few, the bold head is told apart without a line.
            if i == 0 && self.airy {
                let edge = self.theme.glyph(Glyph::Horizontal);
                let all = widths.iter().sum::<usize>() + BETWEEN * (columns - 1);
                let edge = self.span(Role::Faint, edge.repeat(all));
                self.rows.push(vec![edge].into());
            }
        }
    }
}
