//! Asks whether to quit.

use crate::{
    app::App,
    model::payload::escaped,
    ui::{
        canvas::Canvas,
        text::wrap,
        theme::Role,
        widgets::{
            keys::{caps, keys},
            panel::Panel,
            popup::popup,
        },
    },
};
use ratatui::layout::Rect;

/// The question, with what becomes of what is shown.
fn question(app: &App) -> String {
    if app.recorded.is_some() {
        return "Quit fourline? The file stays as it is.".to_owned();
    }
    match &app.keep.recording {
        None => "Quit fourline? The sockets are closed, and what happened is not kept.".to_owned(),
        Some(path) => {
            let name = path.rsplit('/').next().unwrap_or(path);
            format!(
                "Quit fourline? The sockets are closed, and what happened is kept in {}.",
                escaped(name.as_bytes())
            )
        }
    }
}

/// Draws it.
pub(super) fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let wide = area.width.min(48);
    let lines = wrap(&question(app), usize::from(wide.saturating_sub(6)));
    let title = canvas.bold(Role::Bad, "QUIT");
    let panel = Panel::new(Role::Bad, title);
    let inner = popup(canvas, area, wide, lines.len() as u16 + 4, &panel);
    for (i, line) in lines.iter().enumerate() {
        canvas.text(
            inner.x + 1,
            inner.y + i as u16,
            inner.width.saturating_sub(1),
            Role::Text,
            line,
        );
    }
    let row = Rect {
        x: inner.x + 1,
        y: inner.bottom().saturating_sub(1),
        width: inner.width.saturating_sub(1),
        height: 1,
    };
    let mut answers = caps(app, canvas.theme.ascii());
    answers.truncate(2);
    keys(canvas, row, &answers);
}
