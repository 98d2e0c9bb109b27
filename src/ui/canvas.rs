//! What a screen draws on: the cells, the theme, and the list of what was drawn where. All text goes through
//! [`Canvas::line`], which lets nothing onto the screen that a terminal would obey.

use super::{
    glyphs::Glyph,
    text::{printable, width},
    theme::{Role, Theme},
};
use crate::app::{Area, Drawn, Hit, ScrollId, Viewport};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthChar;

/// Cells to draw on.
pub struct Canvas<'a> {
    /// The cells.
    pub buf: &'a mut Buffer,
    /// The colours and signs.
    pub theme: Theme,
    /// What has been drawn where so far.
    pub drawn: Drawn,
}

impl<'a> Canvas<'a> {
    /// A canvas on which nothing is drawn.
    pub fn new(buf: &'a mut Buffer, theme: Theme) -> Self {
        Self {
            buf,
            theme,
            drawn: Drawn::default(),
        }
    }

    /// Text in the colour of a role.
    pub fn span<'t>(&self, role: Role, text: impl Into<std::borrow::Cow<'t, str>>) -> Span<'t> {
        Span::styled(text, self.theme.style(role))
    }

    /// Text in the colour of a role and in bold.
    pub fn bold<'t>(&self, role: Role, text: impl Into<std::borrow::Cow<'t, str>>) -> Span<'t> {
        Span::styled(text, self.theme.bold(role))
    }

    /// A sign in the colour of a role.
    pub fn sign(&self, role: Role, glyph: Glyph) -> Span<'static> {
        Span::styled(self.theme.glyph(glyph), self.theme.style(role))
    }

    /// Writes a line, cut with an ellipsis if it is longer than `cells`; returns the cells that it took. What lies
    /// outside the screen is left out. A span's style is laid over what is there: a row's ground stays.
    pub fn line(&mut self, x: u16, y: u16, cells: u16, line: &Line<'_>) -> u16 {
        let screen = self.buf.area;
        if y < screen.top() || y >= screen.bottom() || x < screen.left() || x >= screen.right() {
            return 0;
        }
        let ascii = self.theme.ascii();
        let cells = cells.min(screen.right() - x);
        let whole: usize = line.spans.iter().map(|s| width(&s.content)).sum();
        let cut = whole > usize::from(cells);
        let room = if cut { cells.saturating_sub(1) } else { cells };
        let mut used = 0;
        let mut last = line.style;
        'all: for span in &line.spans {
            let style = line.style.patch(span.style);
            for c in span.content.chars() {
                let c = printable(c, ascii);
                let w = c.width().unwrap_or(0) as u16;
                if w == 0 {
                    continue;
                }
                if used + w > room {
                    break 'all;
                }
                last = style;
                self.buf[(x + used, y)].set_char(c).set_style(style);
                if w == 2 {
                    let second = &mut self.buf[(x + used + 1, y)];
                    let ground = second.style();
                    second.reset();
                    second.set_style(ground.patch(style));
                }
                used += w;
            }
        }
        if cut && cells > 0 {
            let sign = self.theme.glyph(Glyph::Ellipsis);
            self.buf[(x + used, y)].set_symbol(sign).set_style(last);
            used += 1;
        }
        used
    }

    /// Writes text in the colour of a role, see [`Canvas::line`].
    pub fn text(&mut self, x: u16, y: u16, cells: u16, role: Role, text: &str) -> u16 {
        let line = Line::from(self.span(role, text));
        self.line(x, y, cells, &line)
    }

    /// Writes a line that ends at the right edge of so many cells; returns the column where it begins.
    pub fn right(&mut self, x: u16, y: u16, cells: u16, line: &Line<'_>) -> u16 {
        let wide = (line.width() as u16).min(cells);
        self.line(x + cells - wide, y, wide, line);
        x + cells - wide
    }

    /// Writes a line in the middle of so many cells.
    pub fn centred(&mut self, x: u16, y: u16, cells: u16, line: &Line<'_>) {
        let wide = (line.width() as u16).min(cells);
        self.line(x + (cells - wide) / 2, y, wide, line);
    }

    /// Empties an area and gives it the ground of a role.
    pub fn clear(&mut self, area: Rect, role: Role) {
        let style = self.theme.style(role);
        let area = area.intersection(self.buf.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                let cell = &mut self.buf[(x, y)];
                cell.reset();
                cell.set_style(style);
            }
        }
    }

    /// Lays a style over what is in an area.
    pub fn tint(&mut self, area: Rect, style: Style) {
        self.buf.set_style(area, style);
    }

    /// The last fence: whatever was put into the cells by another way than [`Canvas::line`] and must not reach a
    /// terminal is replaced.
    pub fn fence(&mut self) {
        let ascii = self.theme.ascii();
        for cell in &mut self.buf.content {
            let symbol = cell.symbol();
            let plain = matches!(symbol.as_bytes(), [b' '..=b'~']);
            if !plain && symbol.chars().any(|c| printable(c, ascii) != c) {
                let c = symbol.chars().next().unwrap_or(' ');
                cell.set_char(printable(c, ascii));
            }
        }
    }

    /// Makes an area clickable.
    pub fn hit(&mut self, area: Rect, hit: Hit) {
        self.drawn.hits.push((area_of(area), hit));
    }

    /// Tells that something scrolls in an area.
    pub fn viewport(&mut self, area: Rect, id: ScrollId, shown: usize, total: usize) {
        self.drawn
            .viewports
            .push((area_of(area), id, Viewport { shown, total }));
    }

    /// Asks to be drawn so often a second, because something here counts time.
    pub fn ticks(&mut self, per_second: u8) {
        self.drawn.ticks_per_second = self.drawn.ticks_per_second.max(per_second);
    }
}

/// An area as the update knows it.
pub const fn area_of(rect: Rect) -> Area {
    Area {
        x: rect.x,
        y: rect.y,
        width: rect.width,
        height: rect.height,
    }
}
