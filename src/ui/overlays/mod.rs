//! What lies over the screen: why, a menu of calls, the script, one call in full, a question.

mod call;
mod code;
mod export;
mod list;
mod menu;
mod quit;
mod script;
mod why;

use super::{canvas::Canvas, screens::help};
use crate::{
    app::{App, Overlay},
    model::ids::Nanos,
};
use ratatui::layout::Rect;

/// Draws what is open over the screen, in the area of the whole screen.
pub fn draw(app: &App, now: Nanos, canvas: &mut Canvas<'_>, area: Rect) {
    match &app.overlay {
        None => {}
        Some(Overlay::Help) => help::draw(app, now, canvas, area),
        Some(Overlay::Why) => why::draw(app, now, canvas, area),
        Some(Overlay::Menu(actor, selected)) => menu::draw(app, canvas, area, *actor, *selected),
        Some(Overlay::Script(selected)) => script::draw(app, canvas, area, *selected),
        Some(Overlay::Call(index)) => call::draw(app, canvas, area, *index),
        Some(Overlay::Export(selected)) => export::draw(app, canvas, area, *selected),
        Some(Overlay::Code) => code::draw(app, canvas, area),
        Some(Overlay::Quit) => quit::draw(app, canvas, area),
    }
}

/// The usual width of a text that lies over the screen: comfortable to read.
fn reading_width(area: Rect) -> u16 {
    area.width.saturating_sub(4).min(84)
}
