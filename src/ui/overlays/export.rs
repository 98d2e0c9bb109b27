//! The formats that a session can be written in; one is chosen, then its file's name is asked for.

use super::{list, reading_width};
use crate::{
    app::App,
    ui::{
        canvas::Canvas,
        theme::Role,
        widgets::{panel::Panel, popup::popup},
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
    list::draw(canvas, inner, formats.len(), selected, |canvas, i| {
        Line::from(vec![
            canvas.span(Role::Strong, format!("{:<12} ", formats[i].name)),
            canvas.span(Role::Text, formats[i].about),
        ])
    });
}
