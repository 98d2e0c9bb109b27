//! A row of keys, each on its cap, with what it does; a click is as good as the key.

use crate::{
    app::{App, Hit},
    ui::{canvas::Canvas, text::width, theme::Role},
};
use ratatui::layout::Rect;

/// A key on its cap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cap {
    /// As the key table writes it, for the click: `Left`.
    pub key: String,
    /// As it is drawn: `←`.
    pub sign: String,
    /// What it does.
    pub label: String,
}

/// Cells between two keys.
pub const AIR: u16 = 2;

impl Cap {
    /// The cells that it takes.
    pub fn width(&self) -> u16 {
        (width(&self.sign) + 2 + 1 + width(&self.label)) as u16
    }
}

/// The caps of the key table's rows that are of use now, most useful first.
pub fn caps(app: &App, ascii: bool) -> Vec<Cap> {
    let rows = app.keys.rows_for(app).into_iter();
    rows.filter(|row| row.useful)
        .filter_map(|row| {
            let chord = row.keys.first()?;
            Some(Cap {
                key: chord.to_string(),
                sign: chord.glyph(ascii),
                label: row.label.to_owned(),
            })
        })
        .collect()
}

/// Draws as many as fit whole into one row; returns how many that were.
pub fn keys(canvas: &mut Canvas<'_>, area: Rect, caps: &[Cap]) -> usize {
    let mut x = area.x;
    for (i, cap) in caps.iter().enumerate() {
        let Cap { key, sign, label } = cap;
        if x + cap.width() > area.right() {
            return i;
        }
        let start = x;
        x += canvas.text(
            x,
            area.y,
            area.right() - x,
            Role::KeyCap,
            &format!(" {sign} "),
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
        x += AIR;
    }
    caps.len()
}
