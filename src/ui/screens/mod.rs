//! One module a screen. Each has `draw(app, now, canvas, area)` and draws within the area that it is given, between
//! title bar and command bar.

mod bits;
pub mod bytes;
pub mod calls;
pub(super) mod captured;
mod foreign;
pub mod help;
pub mod kernel;
pub mod ladder;
pub mod lessons;
pub mod main;
pub mod options;
pub mod packets;
pub mod states;
mod wires;

#[cfg(test)]
mod tests;

pub(super) use bits::clock;

use super::canvas::Canvas;
use crate::{
    app::{App, Screen},
    model::ids::Nanos,
};
use ratatui::layout::Rect;

/// Draws the screen that the app shows.
pub fn draw(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    match app.screen {
        Screen::Main => main::draw(app, now, canvas, area),
        Screen::Ladder => ladder::draw(app, now, canvas, area),
        Screen::Bytes => bytes::draw(app, now, canvas, area),
        Screen::States => states::draw(app, now, canvas, area),
        Screen::Packets => packets::draw(app, canvas, area),
        Screen::Calls => calls::draw(app, now, canvas, area),
        Screen::Kernel => kernel::draw(app, now, canvas, area),
        Screen::Lesson => lessons::draw(app, canvas, area),
        Screen::Options => options::draw(app, canvas, area),
    }
}
