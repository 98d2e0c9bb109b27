//! What is around every screen: the title bar above, the timeline or the line that is typed in, and the keys below.

pub mod bar;
pub mod footer;
pub mod timeline;
pub mod title;

use ratatui::layout::Rect;

/// From so many rows on, the lower edge has room for air, and boxes for their frames.
pub const ROOMY_HEIGHT: u16 = 30;

/// The parts of the screen, from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The title bar, one row.
    pub title: Rect,
    /// The screen itself.
    pub body: Rect,
    /// The line that is typed in; with a row above and below it when there is room.
    pub bar: Rect,
    /// The keys, one row.
    pub footer: Rect,
}

/// Divides the screen.
pub fn parts(area: Rect) -> Parts {
    let bar = if area.height >= ROOMY_HEIGHT { 3 } else { 1 };
    let row = |y: u16, height: u16| Rect {
        x: area.x,
        y: area.y + y,
        width: area.width,
        height,
    };
    let body = area.height.saturating_sub(2 + bar);
    Parts {
        title: row(0, 1),
        body: row(1, body),
        bar: row(1 + body, bar),
        footer: row(1 + body + bar, 1),
    }
}
