//! What is longer than its box: which rows are shown, a mark that says so (`5-12 of 40`), and a bar at the edge.

use crate::{
    app::{App, ScrollId, Viewport},
    ui::{canvas::Canvas, glyphs::Glyph, theme::Role},
};
use core::ops::Range;
use ratatui::layout::Rect;

/// The rows of `total` that are shown in an area that is so many rows high; tells the next update about them.
pub fn rows(
    canvas: &mut Canvas<'_>,
    app: &App,
    id: ScrollId,
    area: Rect,
    total: usize,
) -> Range<usize> {
    let shown = usize::from(area.height).min(total);
    canvas.viewport(area, id, shown, total);
    let top = app.first_row(id, Viewport { shown, total });
    top..top + shown
}

/// The rows that are shown of a list of which one is selected: those around it.
pub fn around(
    canvas: &mut Canvas<'_>,
    id: ScrollId,
    area: Rect,
    total: usize,
    selected: usize,
) -> Range<usize> {
    let shown = usize::from(area.height).min(total);
    canvas.viewport(area, id, shown, total);
    let top = selected.saturating_sub(shown / 2).min(total - shown);
    top..top + shown
}

/// `5-12 of 40`: which rows are shown, and how many there are. Empty when all are shown.
pub fn mark(shown: &Range<usize>, total: usize) -> String {
    if shown.len() >= total {
        String::new()
    } else {
        format!("{}-{} of {total}", shown.start + 1, shown.end)
    }
}

/// A bar in one column (usually on the frame), when not all rows are shown.
pub fn bar(canvas: &mut Canvas<'_>, x: u16, area: Rect, shown: &Range<usize>, total: usize) {
    if shown.len() >= total || area.height == 0 {
        return;
    }
    let height = usize::from(area.height);
    let size = (height * shown.len() / total).max(1);
    let room = height - size;
    let at = room * shown.start / (total - shown.len());
    let thumb = canvas.theme.glyph(Glyph::Thumb);
    for row in at..at + size {
        canvas.text(x, area.y + row as u16, 1, Role::Cable, thumb);
    }
}
