//! A list that lies over the screen: rows that can be chosen with the arrow keys and with the mouse.

use crate::{
    app::{Hit, ScrollId},
    ui::{canvas::Canvas, theme::Role, widgets::scroll},
};
use ratatui::{layout::Rect, text::Line};

/// Draws as many of `len` rows as there is room for, the selected one among them.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    inner: Rect,
    len: usize,
    selected: usize,
    row: impl Fn(&Canvas<'_>, usize) -> Line<'static>,
) {
    let shown = scroll::around(canvas, ScrollId::Overlay, inner, len, selected);
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
        let line = row(canvas, i);
        canvas.line(rect.x, y, rect.width, &line);
    }
    scroll::bar(canvas, inner.right() + 1, inner, &shown, len);
}
