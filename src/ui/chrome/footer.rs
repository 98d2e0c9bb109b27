//! The keys that apply now, most useful first; in their place, until the next key, a short word to the person.

use crate::{
    app::App,
    ui::{
        canvas::Canvas,
        glyphs::Glyph,
        theme::Role,
        widgets::keys::{caps, keys},
    },
};
use ratatui::{layout::Rect, text::Line};

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let area = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    if let Some(notice) = &app.notice {
        let (role, glyph) = if notice.bad {
            (Role::Bad, Glyph::Failed)
        } else {
            (Role::Note, Glyph::Done)
        };
        let line = Line::from(vec![
            canvas.sign(role, glyph),
            canvas.span(role, format!(" {}", notice.text)),
        ]);
        canvas.line(area.x, area.y, area.width, &line);
        return;
    }
    let caps = caps(app, canvas.theme.ascii());
    keys(canvas, area, &caps);
}
