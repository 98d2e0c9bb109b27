//! The program's lines: comments dim, what is in quotes in the colour of bytes, what is later than the shown moment
//! faint, the lines of its call marked. A line that is too long goes on in the next row.

use crate::{
    app::{App, ScrollId, Viewport},
    code::{Ink, Line as Code, Plan, Program, inks},
    ui::{canvas::Canvas, glyphs::Glyph, theme::Role, widgets::scroll},
};
use core::ops::Range;
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

/// Cells of the mark before a line.
const MARK: u16 = 2;
/// Cells that a tab takes.
const TAB: usize = 4;

/// A row: part of a line.
struct Row<'a> {
    code: &'a Code,
    /// Which of its bytes, and how far they stand in.
    part: Range<usize>,
    indent: usize,
}

/// Draws as much as there is room for.
pub(super) fn draw(
    app: &App,
    canvas: &mut Canvas<'_>,
    area: Rect,
    plan: &Plan,
    program: &Program,
    now: Option<usize>,
) {
    let cells = usize::from(area.width.saturating_sub(MARK)).max(20);
    let rows: Vec<Row<'_>> = program.lines.iter().flat_map(|c| rows(c, cells)).collect();
    let is_now = |row: &Row<'_>| now.is_some() && row.code.step == now;
    let shown = in_sight(app, canvas, area, &rows, is_now);
    for (y, row) in (area.y..).zip(&rows[shown.clone()]) {
        let rect = Rect {
            y,
            height: 1,
            ..area
        };
        if is_now(row) {
            let style = canvas.theme.style(Role::Selection);
            canvas.tint(rect, style);
            let sign = canvas.theme.glyph(Glyph::Current);
            canvas.text(rect.x, y, 1, Role::Wait, sign);
        }
        let later = row.code.step.is_some_and(|step| app.is_later(plan, step));
        let line = line(app, canvas, row, later);
        let x = rect.x + MARK + row.indent as u16;
        let room = rect.right().saturating_sub(x);
        canvas.line(x, y, room, &line);
    }
    scroll::bar(canvas, area.right() + 1, area, &shown, rows.len());
}

/// The rows that are shown: where it is scrolled to, else those around the marked ones, else the first.
fn in_sight(
    app: &App,
    canvas: &mut Canvas<'_>,
    area: Rect,
    rows: &[Row<'_>],
    is_now: impl Fn(&Row<'_>) -> bool,
) -> Range<usize> {
    let (total, room) = (rows.len(), usize::from(area.height));
    let shown = room.min(total);
    canvas.viewport(area, ScrollId::Overlay, shown, total);
    let top = if app.scrolls.contains_key(&ScrollId::Overlay) {
        app.first_row(ScrollId::Overlay, Viewport { shown, total })
    } else {
        let first = rows.iter().position(is_now).unwrap_or(0);
        first.saturating_sub(room / 3).min(total - shown)
    };
    canvas.drawn.tops.push((ScrollId::Overlay, top));
    top..top + shown
}

/// A line in as many rows as it needs, broken between words.
fn rows(code: &Code, cells: usize) -> Vec<Row<'_>> {
    let text = code.text.as_bytes();
    let begin = text
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count();
    let indent: usize = text[..begin]
        .iter()
        .map(|b| if *b == b'\t' { TAB } else { 1 })
        .sum();
    let indent = indent.min(cells / 2);
    let mut rows = Vec::new();
    let (mut from, mut deep) = (begin, indent);
    loop {
        let room = (cells - deep).max(1);
        let rest = &text[from..];
        let to = if rest.len() <= room {
            text.len()
        } else {
            let space = rest[..room].iter().rposition(|b| *b == b' ');
            from + space.filter(|at| *at > room / 3).map_or(room, |at| at + 1)
        };
        rows.push(Row {
            code,
            part: from..to,
            indent: deep,
        });
        if to >= text.len() {
            return rows;
        }
        (from, deep) = (to, (indent + TAB).min(cells / 2));
    }
}

/// The part of a line that stands in a row, in its colours.
fn line(app: &App, canvas: &Canvas<'_>, row: &Row<'_>, later: bool) -> Line<'static> {
    let text = &row.code.text;
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (ink, range) in inks(app.code.language(), text) {
        let part = range.start.max(row.part.start)..range.end.min(row.part.end);
        let Some(part) = text.get(part).filter(|p| !p.is_empty()) else {
            continue;
        };
        let role = match ink {
            _ if later => Role::Faint,
            Ink::Comment => Role::Dim,
            Ink::Quoted => Role::Bytes,
            Ink::Code => Role::Text,
        };
        spans.push(canvas.span(role, part.to_owned()));
    }
    Line::from(spans)
}
