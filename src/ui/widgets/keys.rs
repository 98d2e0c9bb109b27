//! A row of keys, each on its cap, with what it does; a click is as good as the key.

use crate::{
    app::Hit,
    ui::{canvas::Canvas, text::width, theme::Role},
};
use ratatui::layout::Rect;

/// Draws as many `(key, label)` as fit whole into one row; returns how many that were.
pub fn keys(canvas: &mut Canvas<'_>, area: Rect, rows: &[(String, String)]) -> usize {
    let mut x = area.x;
    for (i, (key, label)) in rows.iter().enumerate() {
        let wide = (width(key) + 2 + 1 + width(label)) as u16;
        if x + wide > area.right() {
            return i;
        }
        let start = x;
        x += canvas.text(
            x,
            area.y,
            area.right() - x,
            Role::KeyCap,
            &format!(" {key} "),
        );
        x += canvas.text(
            x,
            area.y,
            area.right() - x,
            Role::KeyLabel,
            &format!(" {label}"),
        );
        let cells = Rect::new(start, area.y, x - start, 1);
        canvas.hit(cells, Hit::Key(key.clone()));
        x += 2;
    }
    rows.len()
}
