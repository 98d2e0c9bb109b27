//! The lessons that there are, and how far one has come.

use crate::{
    app::{App, Hit, Screen, ScrollId},
    ui::{canvas::Canvas, theme::Role, widgets::scroll},
};
use ratatui::layout::Rect;

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let id = ScrollId::Screen(Screen::Lesson);
    let shown = scroll::around(canvas, id, area, app.shelf.len(), app.on_shelf);
    for (y, row) in (area.y..).zip(shown) {
        let lesson = &app.shelf[row];
        let role = if row == app.on_shelf {
            Role::Selection
        } else {
            Role::Text
        };
        canvas.text(area.x, y, area.width, role, &lesson.title);
        let hit = Rect {
            y,
            height: 1,
            ..area
        };
        canvas.hit(hit, Hit::Row(id, row));
    }
}
