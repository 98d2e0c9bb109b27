//! The screen's place.

use crate::{app::App, model::ids::Nanos, ui::canvas::Canvas};
use ratatui::layout::Rect;

/// Draws it.
pub fn draw(_app: &App, _now: Nanos, _canvas: &mut Canvas<'_>, _area: Rect) {}
