//! A box that lies over the screen, in its middle.

use super::panel::Panel;
use crate::ui::{canvas::Canvas, theme::Role};
use ratatui::layout::Rect;

/// Clears room for a box of this size (frame included; made smaller if the screen is) and draws it; returns the area
/// within.
pub fn popup(
    canvas: &mut Canvas<'_>,
    screen: Rect,
    width: u16,
    height: u16,
    panel: &Panel<'_>,
) -> Rect {
    let width = width.min(screen.width);
    let height = height.min(screen.height);
    let area = Rect::new(
        screen.x + (screen.width - width) / 2,
        screen.y + (screen.height - height) / 2,
        width,
        height,
    );
    canvas.clear(area, Role::Ground);
    panel.draw(canvas, area)
}
