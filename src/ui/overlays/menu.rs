//! The calls that make sense now for an actor, each with its letter.

use crate::{
    app::{App, Hit, ScrollId},
    model::ids::Actor,
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        text::{cut_words, width},
        theme::Role,
        widgets::{panel::Panel, popup::popup, scroll},
    },
};
use ratatui::{layout::Rect, text::Line};

/// Cells of a row's letter.
const LETTER: usize = 4;
/// Cells between a statement and what it does.
const GAP: usize = 3;

/// Draws it.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect, actor: Actor, selected: usize) {
    let rows = app.suggestions(actor);
    let role = Role::from(actor);
    let title = canvas.bold(
        role,
        format!("{} CAN NOW", actor.to_string().to_uppercase()),
    );
    let statements = rows.iter().map(|r| width(&r.text)).max().unwrap_or(0);
    let abouts = rows.iter().map(|r| width(r.about)).max().unwrap_or(0);
    let wide = (4 + LETTER + statements + GAP + abouts + 1) as u16;
    let wide = wide.max(52).min(area.width.saturating_sub(4));
    // Where a statement and what it does do not fit side by side, they stand one below the other.
    let beside = 4 + LETTER + statements + GAP + abouts <= usize::from(wide);
    let each = if beside { 1 } else { 2 };
    let high = (each * rows.len().max(1) as u16 + 2).min(area.height);
    let inner = popup(canvas, area, wide, high, &Panel::new(role, title));
    if rows.is_empty() {
        canvas.text(
            inner.x,
            inner.y,
            inner.width,
            Role::Dim,
            "no call makes sense now; : takes any statement",
        );
        return;
    }
    let list = Rect {
        height: inner.height / each,
        ..inner
    };
    let shown = scroll::around(canvas, ScrollId::Overlay, list, rows.len(), selected);
    for (y, i) in (inner.y..).step_by(usize::from(each)).zip(shown.clone()) {
        let row = &rows[i];
        let rect = Rect {
            y,
            height: each,
            ..inner
        };
        if i == selected {
            let style = canvas.theme.style(Role::Selection);
            canvas.tint(rect, style);
        }
        canvas.hit(rect, Hit::Row(ScrollId::Overlay, i));
        let mut spans = vec![
            canvas.bold(Role::Cable, format!(" {}  ", row.key)),
            canvas.span(Role::Text, row.text.clone()),
        ];
        if beside {
            let pad = " ".repeat(statements.saturating_sub(width(&row.text)) + GAP);
            spans.push(canvas.span(Role::Dim, format!("{pad}{}", row.about)));
        } else {
            let x = rect.x + LETTER as u16;
            let cells = rect.width.saturating_sub(LETTER as u16);
            let ellipsis = canvas.theme.glyph(Glyph::Ellipsis);
            let about = cut_words(row.about, usize::from(cells), ellipsis);
            canvas.text(x, y + 1, cells, Role::Dim, &about);
        }
        canvas.line(rect.x, y, rect.width, &Line::from(spans));
    }
    scroll::bar(canvas, inner.right() + 1, inner, &shown, rows.len());
}
