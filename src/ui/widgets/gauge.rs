//! How full something is: `▕███      ▏`.

use crate::ui::{canvas::Canvas, glyphs::Glyph, theme::Role};
use ratatui::text::Line;

/// A gauge of so many cells, its two ends included. Anything above nothing fills at least one cell, and only what is
/// full fills all.
pub fn gauge(canvas: &Canvas<'_>, role: Role, value: u64, most: u64, cells: u16) -> Line<'static> {
    let inner = u64::from(cells.saturating_sub(2));
    let full = if value == 0 || most == 0 {
        0
    } else if value >= most {
        inner
    } else {
        (u128::from(value) * u128::from(inner) / u128::from(most))
            .clamp(1, u128::from(inner.saturating_sub(1).max(1))) as u64
    };
    let sign = |glyph| canvas.theme.glyph(glyph);
    Line::from(vec![
        canvas.span(role, sign(Glyph::GaugeLeft)),
        canvas.span(role, sign(Glyph::Full).repeat(full as usize)),
        canvas.span(
            Role::Faint,
            sign(Glyph::Empty).repeat((inner - full.min(inner)) as usize),
        ),
        canvas.span(role, sign(Glyph::GaugeRight)),
    ])
}
