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

/// Which rows are shown, when each takes one line or more: those from where it is scrolled to, else the last ones; moved
/// so that the selected one is among them unless it was scrolled away from.
pub fn window(
    scrolled: Option<usize>,
    selected: Option<usize>,
    total: usize,
    room: usize,
    height: impl Fn(usize) -> usize,
) -> Range<usize> {
    let back_from = |end: usize| {
        let (mut start, mut used) = (end, 0);
        while start > 0 {
            used += height(start - 1);
            if used > room {
                break;
            }
            start -= 1;
        }
        start.min(end.saturating_sub(1))
    };
    let last = back_from(total);
    let start = match (scrolled, selected) {
        (Some(top), _) => top.min(last),
        (None, Some(row)) if row < last => row.saturating_sub(room / 3).max(back_from(row + 1)),
        _ => last,
    };
    let (mut end, mut used) = (start, 0);
    while end < total {
        used += height(end);
        if used > room && end > start {
            break;
        }
        end += 1;
    }
    start..end
}

/// The rows that are shown of a list with a selected row, all of them one line high; tells the next update about them.
pub fn selected(
    canvas: &mut Canvas<'_>,
    app: &App,
    id: ScrollId,
    area: Rect,
    total: usize,
    selected: Option<usize>,
) -> Range<usize> {
    let scrolled = app.scrolls.get(&id).copied();
    let shown = window(scrolled, selected, total, usize::from(area.height), |_| 1);
    canvas.viewport(area, id, shown.len(), total);
    canvas.drawn.tops.push((id, shown.start));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_followed_and_the_selected_one_is_in_sight() {
        let tall = |row: usize| 1 + usize::from(row.is_multiple_of(3));
        assert_eq!(window(None, None, 10, 4, tall), 7..10);
        assert_eq!(window(Some(0), None, 10, 4, tall), 0..3);
        assert_eq!(window(Some(99), None, 10, 4, tall), 7..10);
        assert!(window(None, Some(2), 10, 4, tall).contains(&2));
        assert_eq!(window(None, None, 1, 1, |_| 3), 0..1);
    }
}
