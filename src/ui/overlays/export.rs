//! The formats that a session can be written in; one is chosen, then its file's name is asked for.

use super::reading_width;
use crate::{
    app::{App, Hit, ScrollId},
    ui::{
        canvas::Canvas,
        theme::Role,
        widgets::{panel::Panel, popup::popup, scroll},
    },
};
use ratatui::{layout::Rect, text::Line};

/// Draws it.
///
/// ```text
/// ╭─ EXPORT ───────────────────────────── what has happened so far ─╮
/// │ jsonl        every event as a line of JSON, for programs        │
/// │ text         the story as plain text, for reading               │
/// ╰─────────────────────────────────────────────────────────────────╯
/// ```
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect, selected: usize) {
    let formats = &app.keep.formats;
    let high = (formats.len() as u16 + 2).min(area.height.saturating_sub(2));
    let title = canvas.bold(Role::Cable, "EXPORT");
    let all = if app.recorded.is_some() {
        "the whole recording"
    } else {
        "all that has happened so far"
    };
    let right = canvas.span(Role::Dim, all);
    let panel = Panel::new(Role::Cable, title).right(right);
    let inner = popup(canvas, area, reading_width(area), high, &panel);
    let shown = scroll::around(canvas, ScrollId::Overlay, inner, formats.len(), selected);
    for (y, i) in (inner.y..).zip(shown.clone()) {
        let rect = Rect {
            y,
            height: 1,
            ..inner
        };
        if i == selected {
            let style = canvas.theme.style(Role::Selection);
            canvas.tint(rect, style);
        }
        canvas.hit(rect, Hit::Row(ScrollId::Overlay, i));
        let line = Line::from(vec![
            canvas.span(Role::Strong, format!("{:<12} ", formats[i].name)),
            canvas.span(Role::Text, formats[i].about),
        ]);
        canvas.line(rect.x, y, rect.width, &line);
    }
    scroll::bar(canvas, inner.right() + 1, inner, &shown, formats.len());
}
