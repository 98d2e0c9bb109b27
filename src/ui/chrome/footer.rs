//! The keys that apply now, most useful first; in their place, until the next key, a short word to the person.

use crate::{
    app::App,
    ui::{canvas::Canvas, glyphs::Glyph, theme::Role, widgets::keys::keys},
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
    keys(canvas, area, &rows(app, canvas.theme.ascii()));
}

/// What the footer shows: what is of use now.
fn rows(app: &App, ascii: bool) -> Vec<(String, String)> {
    app.keys
        .rows_for(app)
        .into_iter()
        .filter(|row| row.useful)
        .filter_map(|row| {
            let key = row.keys.first()?.glyph(ascii);
            Some((key, row.label.to_owned()))
        })
        .collect()
}
