//! Drawing: from what the app says is on the screen to cells. Nothing here changes anything, asks for the time or
//! reads the journal from end to end; what was drawn where goes back as [`Drawn`].

pub mod canvas;
pub mod glyphs;
pub mod screens;
pub mod text;
pub mod theme;
pub mod widgets;

use crate::{
    app::{App, Drawn},
    model::ids::Nanos,
};
use canvas::Canvas;
use ratatui::Frame;
use theme::{Role, Theme};

/// Draws a whole frame; `now` is the time since the start.
pub fn draw(app: &App, now: Nanos, frame: &mut Frame<'_>) -> Drawn {
    let area = frame.area();
    let mut canvas = Canvas::new(frame.buffer_mut(), Theme::of(&app.settings));
    canvas.clear(area, Role::Ground);
    screens::draw(app, now, &mut canvas, area);
    canvas.drawn
}
