//! Drawing: from what the app says is on the screen to cells. Nothing here changes anything, asks for the time or
//! reads the journal from end to end; what was drawn where goes back as [`Drawn`].

pub mod canvas;
pub mod chrome;
pub mod glyphs;
mod lesson;
pub mod overlays;
pub mod presenter;
pub mod screens;
mod story;
pub mod text;
pub mod theme;
pub mod widgets;

#[cfg(test)]
mod tests;

use crate::{
    app::{App, Drawn, Look},
    model::ids::Nanos,
};
use canvas::Canvas;
use ratatui::{Frame, buffer::Buffer, layout::Rect, text::Line};
use theme::{Role, Theme};

/// Below so many columns or rows nothing sensible can be drawn.
pub const LEAST: (u16, u16) = (80, 24);

/// Draws a whole frame; `now` is the time since the start.
pub fn draw(app: &App, now: Nanos, frame: &mut Frame<'_>) -> Drawn {
    let area = frame.area();
    draw_on(app, now, frame.buffer_mut(), area)
}

/// Draws the same on a buffer.
pub fn draw_on(app: &App, now: Nanos, buf: &mut Buffer, area: Rect) -> Drawn {
    let mut canvas = Canvas::new(buf, Theme::of(&app.settings));
    canvas.drawn.at = now;
    canvas.clear(area, Role::Ground);
    if app.look == Look::Blank {
        return canvas.drawn;
    }
    if area.width < LEAST.0 || area.height < LEAST.1 {
        too_small(&mut canvas, area);
        return canvas.drawn;
    }
    if app.look == Look::Presenter {
        presenter::draw(app, now, &mut canvas, area);
    } else {
        let parts = chrome::parts(area);
        chrome::title::draw(app, now, &mut canvas, parts.title);
        let (pane, lab) = lesson::divide(app, parts.body);
        screens::draw(app, now, &mut canvas, lab);
        if let (Some(pane), Some(learning)) = (pane, &app.learning) {
            lesson::draw(app, learning, &mut canvas, pane, lab);
        }
        chrome::bar::draw(app, &mut canvas, parts.bar, Some(parts.footer));
        // Where the bar has but one row, its help takes the keys' place.
        if parts.bar.height > 1 || !chrome::bar::has_help(app) {
            chrome::footer::draw(app, &mut canvas, parts.footer);
        }
    }
    overlays::draw(app, now, &mut canvas, area);
    canvas.fence();
    canvas.drawn
}

/// One plain sentence instead of a broken screen.
fn too_small(canvas: &mut Canvas<'_>, area: Rect) {
    let (columns, rows) = LEAST;
    let text = format!(
        "fourline needs {columns}x{rows}; this is {}x{}. Make the window larger or the type smaller.",
        area.width, area.height
    );
    let lines = text::wrap(&text, usize::from(area.width.saturating_sub(2).max(1)));
    let top = area.y + area.height.saturating_sub(lines.len() as u16) / 2;
    for (y, line) in (top..area.bottom()).zip(lines) {
        let line = Line::from(canvas.span(Role::Text, line));
        canvas.centred(area.x, y, area.width, &line);
    }
}
