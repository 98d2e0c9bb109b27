//! A box with a title. The box that has the focus has a strong frame:
//!
//! ```text
//! ╭─ SERVER ──────────────── 127.0.0.1 ─╮   ┏━ SERVER ━━━━━━━━━━━━━━━━ 127.0.0.1 ━┓
//! │                                     │   ┃                                     ┃
//! ╰─────────────────────────────────────╯   ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
//! ```

use crate::ui::{canvas::Canvas, glyphs::Glyph, theme::Role};
use ratatui::{layout::Rect, text::Line};

/// How a box looks.
#[derive(Clone, Debug)]
pub struct Panel<'t> {
    /// The colour of its frame.
    pub frame: Role,
    /// Upper left, in its frame.
    pub title: Line<'t>,
    /// Upper right, in its frame; left out when there is no room.
    pub right: Line<'t>,
    /// Whether it has the focus.
    pub focused: bool,
}

impl<'t> Panel<'t> {
    /// A box without the focus.
    pub fn new(frame: Role, title: impl Into<Line<'t>>) -> Self {
        Self {
            frame,
            title: title.into(),
            right: Line::default(),
            focused: false,
        }
    }

    /// With something in the upper right corner.
    #[must_use]
    pub fn right(mut self, right: impl Into<Line<'t>>) -> Self {
        self.right = right.into();
        self
    }

    /// With the focus, or without it.
    #[must_use]
    pub const fn focused(mut self, focused: bool) -> Self {
        self.focused = focused;
        self
    }

    /// Draws it; returns the area within, one cell of air left and right.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) -> Rect {
        if area.width < 4 || area.height < 2 {
            return Rect::new(area.x, area.y, 0, 0);
        }
        let set = if self.focused {
            [
                Glyph::StrongHorizontal,
                Glyph::StrongVertical,
                Glyph::StrongTopLeft,
                Glyph::StrongTopRight,
                Glyph::StrongBottomLeft,
                Glyph::StrongBottomRight,
            ]
        } else {
            [
                Glyph::Horizontal,
                Glyph::Vertical,
                Glyph::TopLeft,
                Glyph::TopRight,
                Glyph::BottomLeft,
                Glyph::BottomRight,
            ]
        };
        let [across, down, top_left, top_right, bottom_left, bottom_right] =
            set.map(|glyph| canvas.theme.glyph(glyph));
        let between = across.repeat(usize::from(area.width) - 2);
        let (last, bottom) = (area.right() - 1, area.bottom() - 1);
        let role = self.frame;
        canvas.text(
            area.x,
            area.y,
            area.width,
            role,
            &format!("{top_left}{between}{top_right}"),
        );
        for y in area.y + 1..bottom {
            canvas.text(area.x, y, 1, role, down);
            canvas.text(last, y, 1, role, down);
        }
        canvas.text(
            area.x,
            bottom,
            area.width,
            role,
            &format!("{bottom_left}{between}{bottom_right}"),
        );
        self.titles(canvas, area);
        Rect::new(area.x + 2, area.y + 1, area.width - 4, area.height - 2)
    }

    /// Draws only the titles, into the first row.
    pub fn titles(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let padded = |line: &Line<'t>| {
            let mut line = line.clone();
            line.spans.insert(0, " ".into());
            line.spans.push(" ".into());
            line
        };
        let mut room = area.width.saturating_sub(4);
        if self.title.width() > 0 {
            room -= canvas.line(area.x + 2, area.y, room, &padded(&self.title));
        }
        let wide = self.right.width() as u16 + 2;
        if self.right.width() > 0 && wide <= room {
            let x = area.right() - 2 - wide;
            canvas.line(x, area.y, wide, &padded(&self.right));
        }
    }
}
